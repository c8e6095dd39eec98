"""How recipients see the sender."""

from __future__ import annotations

from mailspec.text.address import format_address


def preview(from_name: str | None, from_email: str) -> str:
    """Return ``MaestroHub <noreply@yourdomain.com>``, quoted where RFC 5322 asks for it; always one line."""
    return format_address(from_name, from_email)
