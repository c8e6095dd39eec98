"""Host names and patterns with one placeholder, such as ``email-smtp.{region}.amazonaws.com``."""

from __future__ import annotations

_LABEL = frozenset("abcdefghijklmnopqrstuvwxyz0123456789-_")


def normal(host: str) -> str:
    """Return a host as it is compared: lower case, without a root dot or surrounding spaces."""
    return host.strip().lower().removesuffix(".")


def parts(pattern: str) -> tuple[str, str] | None:
    """Split a pattern at its placeholder into what stands before and after it; ``None`` for a plain name."""
    before, brace, rest = pattern.partition("{")
    return (before, rest.partition("}")[2]) if brace else None


def captured(pattern: str, host: str) -> str | None:
    """Return what stands at the pattern's placeholder, within one label; ``None`` if it does not match."""
    split = parts(pattern)
    if split is None:
        return None
    before, after = split
    if len(host) <= len(before) + len(after) or not (host.startswith(before) and host.endswith(after)):
        return None
    label = host[len(before) : len(host) - len(after)]
    return label if _LABEL.issuperset(label) else None


def covers(pattern: str, host: str) -> bool:
    """Tell whether a name or pattern means a host (given in its normal form)."""
    return pattern == host or captured(pattern, host) is not None
