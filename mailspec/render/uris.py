"""File names as URI references (RFC 3986) relative to the folder in which mailspec ran."""

from __future__ import annotations

BASE = "%SRCROOT%"
# Section 2.3 (unreserved) and what section 3.3 allows in a path; a colon could be read as a scheme's end.
_KEPT = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/!$&'()*+,;=@")


def quoted(name: str) -> str:
    """Return a path with everything else percent-encoded as UTF-8. (urllib.parse would cost 3 ms at import.)"""
    try:
        # What the file system holds that is no UTF-8 comes back as the bytes that it was (PEP 383).
        encoded = name.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        encoded = name.encode("utf-8", "surrogatepass")
    return "".join(chr(byte) if byte in _KEPT else f"%{byte:02X}" for byte in encoded)


def artifact(file: str) -> dict[str, str]:
    """Return SARIF's artifactLocation: relative to the base, or a file URI where the path is absolute."""
    if file.startswith("/"):
        return {"uri": f"file://{quoted(file)}"}
    return {"uri": quoted(file), "uriBaseId": BASE}
