"""May the account send with this From address?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mailspec.providers.facts import OK, UNKNOWN, Verdict, failing
from mailspec.providers.provider import Provider


def judge_from(provider: Provider, login: str | None, from_email: str) -> Verdict:
    """Judge a From address against the login.

    ``refused``: the provider rejects it. ``odd``: it rewrites the address, or wants it set up first. ``ok``
    with a ``reason``: accepted once the address or domain is verified, which cannot be seen from here.
    """
    rule = provider.data.get("from")
    if rule is None:
        return UNKNOWN
    fact = provider.fact(rule)
    address = from_email.strip().lower()
    if address.rpartition("@")[2] in rule.get("refused_domains", ()):
        reason = f"{provider.name} does not send for addresses in {address.rpartition('@')[2]}."
        return Verdict("refused", reason, rule["text"], "from.email", fact)
    if _fits(rule, (login or "").strip().lower(), address):
        return Verdict("ok", rule["text"] if rule["kind"] == "verified" else "", "", "from.email", fact)
    if rule["kind"] == "must_equal_login":
        kind = failing(not rule.get("aliases", False))
        reason = f"{provider.name} takes only the account's own address as From."
        return Verdict(kind, reason, rule["text"], "from.email", fact)
    if rule["kind"] == "rewritten":
        reason = f"{provider.name} replaces a From address that is not the account's."
        return Verdict("odd", reason, rule["text"], "from.email", fact)
    return OK


def _fits(rule: Mapping[str, Any], login: str, address: str) -> bool:
    """Tell whether the address is the login's own, or the rule does not compare the two."""
    if rule["kind"] in ("any", "verified"):
        return True
    if "@" not in login:
        return True  # the login is no address, so nothing can be compared
    return login == address
