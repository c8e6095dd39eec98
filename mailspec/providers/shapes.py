"""Judge a user name or a secret by the shapes that a provider uses. No reason ever holds the value."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from mailspec.providers.facts import OK, UNKNOWN, Field, Verdict, failing
from mailspec.providers.provider import Provider

_SHAPES = {
    "full_address": r"[^@\s]+@[^@\s]+\.[^@\s]+",
    "local_part": r"[^@\s]+",
    "uuid": r"(?i:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})",
    "any": r".+",
}


def judge_username(provider: Provider, username: str) -> Verdict:
    """Judge a user name's form."""
    rule = provider.data.get("username")
    return UNKNOWN if rule is None else _judge(provider, rule, username, "auth.username")


def judge_secret(provider: Provider, secret_text: str, method: str) -> Verdict:
    """Judge a secret's shape for a method. The verdict holds nothing of the secret."""
    rule = provider.data.get("secret")
    if rule is None or method not in rule.get("methods", ("plain", "login", "cram_md5")):
        return UNKNOWN
    text = secret_text
    for character in rule.get("ignore", ""):
        text = text.replace(character, "")
    return _judge(provider, rule, text, "auth.password")


def _judge(provider: Provider, rule: Mapping[str, Any], text: str, field: Field) -> Verdict:
    for wrong in rule.get("wrong", ()):
        if re.fullmatch(_pattern(wrong), text):
            return Verdict("refused", wrong["text"], rule["words"], field, provider.fact(wrong))
    accepted = rule.get("accepts", ())
    if not accepted:
        return UNKNOWN
    if any(re.fullmatch(_pattern(shape), text) for shape in accepted):
        return OK
    what = "user name" if field == "auth.username" else "secret"
    reason = f"The {what} does not have the form that {provider.name} uses."
    kind = failing(rule.get("strict", False))
    return Verdict(kind, reason, rule["words"], field, provider.fact(rule))


def _pattern(shape: Mapping[str, Any]) -> str:
    kind, value = str(shape["kind"]), str(shape.get("value"))
    if kind == "literal":
        return re.escape(value)
    return value if kind == "pattern" else _SHAPES[kind]
