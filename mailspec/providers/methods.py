"""Does the provider offer this sign-in method, on this day?"""

from __future__ import annotations

from datetime import date

from mailspec.providers.facts import OK, UNKNOWN, Verdict, failing
from mailspec.providers.provider import Provider

_SHOWN = {
    "plain": "PLAIN",
    "login": "LOGIN",
    "cram_md5": "CRAM-MD5",
    "xoauth2": "XOAUTH2",
    "oauthbearer": "OAUTHBEARER",
}


def judge_method(provider: Provider, method: str, as_of: date) -> Verdict:
    """Judge a method: ``plain``, ``login``, ``cram_md5``, ``xoauth2``, ``oauthbearer`` or ``none``."""
    methods = provider.data.get("methods")
    if methods is None:
        return UNKNOWN
    help_ = "It offers " + ", ".join(_SHOWN[word] for word in methods["offered"]) + "." if methods["offered"] else ""
    for ended in methods.get("ended", ()):
        if method not in ended["methods"]:
            continue
        if as_of >= date.fromisoformat(ended["date"]):
            return Verdict("refused", ended["text"], help_, "auth.method", provider.fact(ended))
        # Until its last day it was offered; that the day is near is told as a change.
        return OK
    if method in methods["offered"] or (method == "none" and methods.get("anonymous", False)):
        return OK
    if method == "none":
        return _without_sign_in(provider, help_)
    reason = f"{provider.name} does not offer {_SHOWN.get(method, method)}."
    # Only a list that the vendor calls complete proves that a method is missing.
    kind = failing(methods.get("complete", False))
    return Verdict(kind, reason, help_, "auth.method", provider.fact(methods))


def _without_sign_in(provider: Provider, help_: str) -> Verdict:
    methods = provider.data["methods"]
    kind = failing(methods.get("required", True))
    reason = f"{provider.name} accepts mail only after a sign-in."
    return Verdict(kind, reason, help_, "auth.method", provider.fact(methods))
