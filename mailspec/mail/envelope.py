"""Addresses as SMTP carries them: domains in A-labels, other letters only under SMTPUTF8 (RFC 6531)."""

from __future__ import annotations

from typing import NamedTuple

from mailspec.mail.failure import Failure
from mailspec.text.address import fits_header, is_address
from mailspec.text.domain import NoDomain, ascii_address


class Envelope(NamedTuple):
    """Sender and recipient of one message, in the form in which they go over the wire.

    ``recipient`` is ``None`` where only the sender is asked about. ``utf8`` says that SMTPUTF8 is needed.
    """

    sender: str
    recipient: str | None
    utf8: bool


def envelope(sender: str, recipient: str | None, *others: str) -> Envelope:
    """Return the envelope; ``others`` are addresses in the header. Raises Failure where one is malformed."""
    every = [sender, *others] if recipient is None else [sender, recipient, *others]
    utf8 = not all(_local(address).isascii() for address in every)
    shown = [carried(address, utf8=utf8) for address in every]
    return Envelope(shown[0], None if recipient is None else shown[1], utf8)


def carried(address: str, *, utf8: bool) -> str:
    """Return an address as the wire has it; under SMTPUTF8 the domain may stay as people write it."""
    if not is_address(address):
        raise Failure(f"{address!a} is no address", "config_invalid", "address")
    if not fits_header(address):
        reason = f"{address!a} has no domain (RFC 5321 section 4.1.2), or looks like an encoded word (RFC 2047)"
        raise Failure(reason, "config_invalid", "address")
    domain = address.rpartition("@")[2]
    sent = ascii_address(address)
    if isinstance(sent, NoDomain):
        raise Failure(f"{address!a}: {sent.reason}", "config_invalid", "address")
    return address if utf8 and not domain.isascii() else sent


def _local(address: str) -> str:
    return address.rpartition("@")[0]
