"""``validate --online``: DNS asked for a project's domains, or for some that are in no file."""

from __future__ import annotations

import re
from collections.abc import Sequence
from importlib.util import find_spec
from typing import TYPE_CHECKING

from mailspec.outcome.report import Report
from mailspec.text.domain import NoDomain, ascii_domain
from mailspec.workflow.project import UsageError

if TYPE_CHECKING:
    from mailspec.deliverability.checking import Deliverability


def ask_dns(nameserver: str | None) -> Deliverability:
    """Return what asks DNS.

    Raises:
        UsageError: the extra is not installed, or the name server is no address.
    """
    if find_spec("checkdmarc") is None or find_spec("dns") is None:
        raise UsageError("What asks DNS is not installed: pip install 'mailspec[dns]'.")
    from mailspec.deliverability.checking import Deliverability
    from mailspec.deliverability.names import Names

    try:
        return Deliverability(Names(nameserver))
    except ValueError:
        raise UsageError(f"'{nameserver}' is no name server; write its address, or ADDRESS:PORT.") from None


def domains_report(domains: Sequence[str], selectors: Sequence[str], nameserver: str | None) -> Report:
    """Return what DNS says of domains that need not be in any file. Raises as :func:`ask_dns`."""
    asking = ask_dns(nameserver)
    found = []
    for domain in dict.fromkeys(domains):
        found += asking.domain(_named(domain), selectors)
    return Report(tuple(dict.fromkeys(found)), 0, {})


def _named(text: str) -> str:
    name = ascii_domain(text)
    if isinstance(name, NoDomain) or "." not in name or not re.fullmatch(r"[A-Za-z0-9_.-]+", name):
        raise UsageError(f"'{text}' is no domain; write it as acme.example.")
    return name.lower()
