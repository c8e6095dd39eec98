"""DMARC (RFC 9989): what a domain asks of receivers, and how close the domains must be."""

from __future__ import annotations

from typing import Any, NamedTuple

from checkdmarc import dmarc as library
from checkdmarc.utils import get_base_domain

from mailspec.deliverability.names import Names
from mailspec.deliverability.remark import Remark, publish


class Dmarc(NamedTuple):
    """``policy`` is none, quarantine or reject, or ``None`` where there is no usable record."""

    remarks: tuple[Remark, ...]
    policy: str | None = None
    strict_dkim: bool = False
    strict_spf: bool = False


def look_up(domain: str, names: Names) -> Dmarc:
    """Return a domain's DMARC policy, its own or that of the domain above it."""
    paste = publish(f"_dmarc.{organisation(domain)}", f"v=DMARC1; p=none; rua=mailto:postmaster@{domain}")
    try:
        found = library.query_dmarc_record(domain, resolver=names, retries=0, ignore_unrelated_records=True)
        parsed: Any = library.parse_dmarc_record(
            found["record"], found["location"], resolver=names, retries=0, ignore_unrelated_records=True
        )
    except library.DMARCRecordNotFound:
        message = f"{domain} has no DMARC record; large receivers ask for one, and without it nobody reports misuse."
        return Dmarc((Remark("MS703", message, paste),))
    except library.MultipleDMARCRecords:
        message = f"_dmarc.{domain} has several DMARC records; receivers ignore all of them."
        return Dmarc((Remark("MS703", message, "Keep one of them."),))
    except library.DMARCError as error:
        reason = " ".join(str(error.args[0] if error.args else error).split())
        return Dmarc((Remark("MS703", f"The DMARC record of {domain} cannot be used: {reason.rstrip('.')}.", paste),))
    tags = {name: str(entry["value"]) for name, entry in parsed["tags"].items()}
    # A domain below the one with the record follows its sp= (RFC 9989).
    below = found["location"] != domain
    policy = (tags.get("sp") if below else None) or tags.get("p", "none")
    remarks: tuple[Remark, ...] = ()
    if policy == "none":
        message = f"The DMARC policy of {domain} is none: mail that poses as {domain} is delivered."
        help_ = "When the reports show that all mail of yours passes, write p=quarantine, later p=reject."
        remarks = (Remark("MS703", message, help_, "info"),)
    return Dmarc(remarks, policy, tags.get("adkim") == "s", tags.get("aspf") == "s")


def organisation(domain: str) -> str:
    """Return the domain that somebody registered, such as acme.example of news.acme.example."""
    return str(get_base_domain(domain))


def aligned(one: str, other: str, *, strict: bool) -> bool:
    """Tell whether two domains belong together for DMARC."""
    return one == other if strict else organisation(one) == organisation(other)
