"""May the account send with this From address?"""

from __future__ import annotations

from collections.abc import Iterable

from mailspec.providers.facts import OK, UNKNOWN, Verdict
from mailspec.providers.provider import Provider
from mailspec.text.address_patterns import covered


def judge_from(provider: Provider, login: str | None, from_email: str, may_send_as: Iterable[str] = ()) -> Verdict:
    """Judge a From address against the login and what the author says the account may send as.

    ``refused``: the provider rejects it. ``odd``: it replaces the address. ``unknown`` with a reason: it takes
    the address only once that is permitted or verified, which cannot be seen from here.
    """
    rule = provider.data.get("from")
    if rule is None:
        return UNKNOWN
    fact = provider.fact(rule)
    address = from_email.strip().lower()
    domain = address.rpartition("@")[2]
    if domain in rule.get("refused_domains", ()):
        reason = f"{provider.name} does not send for addresses in {domain}."
        return Verdict("refused", reason, rule["text"], "from.email", fact)
    if rule["kind"] == "verified":
        if covered(address, may_send_as):
            return OK
        return Verdict("unknown", rule["text"], "", "from.email", fact)
    own = (login or "").strip().lower()
    if rule["kind"] == "any" or "@" not in own or own == address or covered(address, may_send_as):
        return OK
    if rule["kind"] == "must_equal_login":
        reason = f"{provider.name} refuses a From address that is not the account's."
        return Verdict("refused", reason, rule["text"], "from.email", fact)
    if rule["kind"] == "rewritten":
        reason = f"{provider.name} replaces a From address that is not the account's."
        return Verdict("odd", reason, rule["text"], "from.email", fact)
    return Verdict("unknown", rule["text"], "", "from.email", fact)
