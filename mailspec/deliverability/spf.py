"""SPF (RFC 7208): a domain's record, what stands against it, and which servers it lets send."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from checkdmarc import spf as library

from mailspec.deliverability.names import Names
from mailspec.deliverability.remark import Remark, publish

# RFC 7208 section 4.6.4.
MOST_LOOKUPS = 10
MOST_VOID = 2
Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class Spf(NamedTuple):
    """A domain's policy. ``usable`` tells whether receivers can evaluate it at all."""

    record: str | None
    remarks: tuple[Remark, ...]
    usable: bool = False
    networks: tuple[Network, ...] = ()
    includes: frozenset[str] = frozenset()

    def covers(self, address: str) -> bool:
        """Tell whether a server with this address may send."""
        return any(ipaddress.ip_address(address) in network for network in self.networks)


def look_up(domain: str, names: Names) -> Spf:
    """Return what a domain publishes, with everything that stands against it."""
    try:
        record = library.query_spf_record(domain, resolver=names, retries=0)["record"]
    except library.MultipleSPFRTXTRecords:
        message = f"{domain} has several SPF records; receivers take that for an error and ignore all of them."
        return Spf(None, (Remark("MS701", message, "Join them into one, which begins with v=spf1."),))
    except library.SPFError:
        message = f"{domain} has no SPF record: receivers cannot tell who may send for it."
        record = "v=spf1 mx -all"
        help_ = publish(domain, record) + " Instead of mx write include:DOMAIN, where your provider documents one."
        return Spf(None, (Remark("MS701", message, help_),))
    try:
        parsed: Any = library.parse_spf_record(record, domain, ignore_too_many_lookups=True, resolver=names, retries=0)
    except (library.SPFTooManyDNSLookups, library.SPFTooManyVoidDNSLookups) as error:
        return Spf(record, tuple(_judge_lookups(domain, record, **(getattr(error, "data", None) or {}))))
    except library.SPFError as error:
        reason = " ".join(str(error.args[0] if error.args else error).split())
        message = f"The SPF record of {domain} cannot be evaluated: {reason.removeprefix(f'{domain}: ').rstrip('.')}."
        return Spf(record, (Remark("MS701", message, f"The record now is: '{record}'."),))
    remarks = [
        *_judge_end(domain, record, parsed["parsed"]),
        *_judge_lookups(domain, record, parsed["dns_lookups"], parsed["void_dns_lookups"]),
    ]
    usable = not any(remark.code == "MS704" for remark in remarks)
    networks, includes = list[Network](), set[str]()
    for kind, value in _walk(parsed["parsed"]):
        if kind == "network":
            networks.append(ipaddress.ip_network(value, strict=False))
        else:
            includes.add(value.lower().rstrip("."))
    return Spf(record, tuple(remarks), usable, tuple(networks), frozenset(includes))


def letting(record: str | None, host: str) -> str:
    """Return a record that lets one more host send."""
    try:
        term = f"ip{ipaddress.ip_address(host.strip('[]')).version}:{host.strip('[]')}"
    except ValueError:
        term = f"a:{host}"
    words = (record or "v=spf1 -all").split()
    return " ".join([words[0], term, *words[1:]])


def _judge_end(domain: str, record: str, parsed: Mapping[str, Any]) -> Iterator[Remark]:
    if parsed["redirect"] is not None:
        return
    if parsed["all"] == "pass":
        message = f"The SPF record of {domain} ends in +all: it lets everybody send as {domain}."
        terms = [word for word in record.split() if word.lower() not in ("all", "+all")]
        yield Remark("MS701", message, publish(domain, " ".join([*terms, "-all"])), "error")
    elif parsed["all"] == "neutral":
        message = f"The SPF record of {domain} says nothing of servers that it does not name."
        terms = [word for word in record.split() if word.lower() != "?all"]
        yield Remark("MS701", message, publish(domain, " ".join([*terms, "~all"])))


def _judge_lookups(domain: str, record: str, dns_lookups: int = 0, void_dns_lookups: int = 0) -> Iterator[Remark]:
    asked, void = dns_lookups, void_dns_lookups
    if asked > MOST_LOOKUPS:
        message = (
            f"The SPF record of {domain} needs {asked} look-ups in DNS, and receivers stop after {MOST_LOOKUPS} "
            "(RFC 7208): it then fails for all mail."
        )
        yield Remark(
            "MS704", message, f"Remove includes of services that send no longer. The record now is: '{record}'."
        )
    elif void > MOST_VOID:
        message = (
            f"{void} look-ups of the SPF record of {domain} find nothing, and receivers stop after {MOST_VOID} "
            "(RFC 7208)."
        )
        yield Remark("MS704", message, f"Remove names that no longer exist. The record now is: '{record}'.")


def _walk(parsed: Mapping[str, Any] | None) -> Iterator[tuple[str, str]]:
    """Give the networks and the names that a policy passes, through all includes."""
    if parsed is None:
        return
    for entry in parsed["mechanisms"]:
        kind, passes = entry["mechanism"], entry["action"] == "pass"
        if kind == "include":
            yield "include", entry["value"]
            yield from _walk(entry.get("parsed"))
        elif not passes:
            continue
        elif kind in ("ip4", "ip6"):
            yield "network", entry["value"]
        elif kind == "a":
            yield from (("network", address) for address in entry.get("addresses", ()))
        elif kind == "mx":
            for host in entry.get("hosts", ()):
                yield from (("network", address) for address in host.get("addresses", ()))
    redirect = parsed.get("redirect")
    if redirect:
        yield "include", redirect["domain"]
        yield from _walk(redirect.get("parsed"))
