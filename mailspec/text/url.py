"""A URL's parts, without an exception for a text that is none."""

from __future__ import annotations

from urllib.parse import SplitResult, urlsplit


def split_url(text: str) -> SplitResult:
    """Return a URL's parts (RFC 3986); all are empty where the text cannot be one.

    >>> split_url("https://mail.acme.example:8443/x").hostname, split_url("https://[::1").hostname
    ('mail.acme.example', None)
    """
    try:
        parts = urlsplit(text)
        # Looked at last, and then not a number, or one that no port has.
        _ = parts.port
    except ValueError:
        return SplitResult("", "", "", "", "")
    return parts
