"""Addresses as Postfix looks them up in its maps (access(5), postconf(5))."""

from __future__ import annotations

from collections.abc import Iterator

from mailspec.targets.base import TargetProblem


def key_of(address: str) -> str | None:
    """Return an address as Postfix looks it up: without capitals, by Unicode's full case folding (smtputf8_enable).

    ``None`` is returned for one that would be the key of another: ``\u017f`` folds to s, the Kelvin sign to k.
    """
    folded = address.casefold()
    plain = "".join(letter for letter in address if letter.isascii()).lower()
    return folded if "".join(letter for letter in folded if letter.isascii()) == plain else None


def other_address(object_: str, address: str) -> TargetProblem:
    """Say that an address has no key of its own."""
    return TargetProblem(
        f"{object_} has the address {address!r}, which Postfix takes for {address.casefold()}",
        "write an address whose letters have no other form in ASCII",
    )


def without_extension(address: str) -> Iterator[str]:
    """Yield what an address may be without an extension, whichever letter it begins with (recipient_delimiter)."""
    local, mark, domain = address.rpartition("@")
    for position, letter in enumerate(local):
        if position and not letter.isalnum():
            yield f"{local[:position]}{mark}{domain}"
