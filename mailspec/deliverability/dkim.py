"""DKIM (RFC 6376): the keys that a domain publishes under its selectors."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from typing import NamedTuple

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_der_public_key

from mailspec.deliverability.names import Names
from mailspec.deliverability.remark import Remark

# RFC 8301 section 3.2: verifiers must not take less, signers should use more.
_LEAST_BITS = 1024
_GOOD_BITS = 2048
_ED25519_BYTES = 32  # RFC 8463 section 4


class Dkim(NamedTuple):
    """``signs`` tells whether a usable key is published; it is ``None`` where no selector is known."""

    remarks: tuple[Remark, ...]
    signs: bool | None = None


def look_up(domain: str, selectors: Sequence[str] | None, names: Names) -> Dkim:
    """Return what stands against the keys of a domain's selectors."""
    if not selectors:
        message = f"Which DKIM selectors {domain} signs with is not declared, so its keys were not looked at."
        help_ = (
            f"Write deliverability: {{selectors: {{{domain}: [SELECTOR]}}}}; the provider names it (s= in a signature)."
        )
        return Dkim((Remark("MS702", message, help_, "info"),))
    remarks: list[Remark] = []
    good = False
    for selector in selectors:
        name = f"{selector}._domainkey.{domain}"
        remark = _judge(name, names.texts(name))
        if remark is not None:
            remarks.append(remark)
        good = good or remark is None or remark.severity == "info"
    return Dkim(tuple(remarks), good)


def _judge(name: str, records: Sequence[str]) -> Remark | None:
    help_ = f'Publish {name}. IN TXT "v=DKIM1; k=rsa; p=..." with the key that the signing server shows.'
    if not records:
        return Remark("MS702", f"{name} has no DKIM key: signatures of this selector cannot be checked.", help_)
    if len(records) > 1:
        return Remark("MS702", f"{name} has {len(records)} records, and which one is the key is undefined.", help_)
    tags = _tags(records[0])
    if tags is None or tags.get("v", "DKIM1") != "DKIM1" or "p" not in tags:
        return Remark("MS702", f"What {name} publishes is no DKIM key: '{records[0][:60]}'.", help_)
    if not tags["p"]:
        return Remark("MS702", f"The DKIM key {name} is revoked: it is empty.", help_)
    bits = _bits(tags.get("k", "rsa"), tags["p"])
    if bits is None:
        return Remark("MS702", f"The DKIM key {name} cannot be read; it may have been cut off.", help_)
    if bits < _LEAST_BITS:
        return Remark("MS702", f"The DKIM key {name} has {bits} bits: receivers refuse less than {_LEAST_BITS}.", help_)
    if bits < _GOOD_BITS:
        message = f"The DKIM key {name} has {bits} bits; {_GOOD_BITS} are recommended (RFC 8301)."
        return Remark("MS702", message, "Make a longer key under a new selector.", "info")
    return None


def _tags(record: str) -> dict[str, str] | None:
    tags = {}
    for part in filter(str.strip, record.split(";")):
        name, equals, value = part.partition("=")
        if not equals:
            return None
        tags[name.strip()] = "".join(value.split())
    return tags


def _bits(kind: str, text: str) -> int | None:
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
    if kind == "ed25519":
        return _GOOD_BITS if len(raw) == _ED25519_BYTES else None
    try:
        key = load_der_public_key(raw)
    except (ValueError, UnsupportedAlgorithm):
        return None
    return key.key_size if isinstance(key, RSAPublicKey) else None
