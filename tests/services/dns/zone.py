"""The records of the name server: each domain is right but for what its line says."""

from __future__ import annotations

from base64 import b64encode

from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

# Nothing lies under this one: its server says that it failed.
SILENT = "silent.example"
_RIGHT = {
    "spf": ["v=spf1 a:mail.acme.example -all"],
    "mx": ["10 mail.acme.example."],
    "dkim": ["KEY2048"],
    "dmarc": ["v=DMARC1; p=quarantine"],
}
_MANY = " ".join(f"a:h{number}.acme.example" for number in range(11))
WRONG: dict[str, dict[str, list[str]]] = {
    "acme.example": {},
    "news.acme.example": {"dmarc": []},
    "nospf.example": {"spf": []},
    "twospf.example": {"spf": ["v=spf1 a:mail.acme.example -all", "v=spf1 mx -all"]},
    "everybody.example": {"spf": ["v=spf1 a:mail.acme.example +all"]},
    "noend.example": {"spf": ["v=spf1 a:mail.acme.example"]},
    "badspf.example": {"spf": ["v=spf1 ip4:192.0.2.300 a:mail.acme.example -all"]},
    "loop.example": {"spf": ["v=spf1 include:loop.example -all"]},
    "manylookups.example": {"spf": [f"v=spf1 {_MANY} -all"]},
    "void.example": {"spf": ["v=spf1 a:x1.acme.example a:x2.acme.example a:x3.acme.example -all"]},
    "leftout.example": {"spf": ["v=spf1 ip4:198.51.100.1 -all"]},
    "onlymx.example": {"spf": ["v=spf1 mx -all"], "mx": ["10 inbound.acme.example."]},
    "included.example": {"spf": ["v=spf1 include:acme.example -all"]},
    "redirected.example": {"spf": ["v=spf1 redirect=acme.example"]},
    "nokey.example": {"dkim": []},
    "revoked.example": {"dkim": ["v=DKIM1; k=rsa; p="]},
    "shortkey.example": {"dkim": ["KEY512"]},
    "cutkey.example": {"dkim": ["v=DKIM1; k=rsa; p=MIIBIjANBgkqhkiG9w0B"]},
    "nottakey.example": {"dkim": ["just some words"]},
    "twokeys.example": {"dkim": ["KEY2048", "v=DKIM1; p="]},
    "oldkey.example": {"dkim": ["KEY1024"]},
    "edkey.example": {"dkim": ["v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="]},
    "nodmarc.example": {"dmarc": []},
    "twodmarc.example": {"dmarc": ["v=DMARC1; p=none", "v=DMARC1; p=reject"]},
    "baddmarc.example": {"dmarc": ["v=DMARC1; p=maybe"]},
    "nopolicy.example": {"dmarc": ["v=DMARC1; p=none"]},
    "strict.example": {"dmarc": ["v=DMARC1; p=reject; aspf=s; adkim=s"]},
    "bounces.strict.example": {"dmarc": []},
    "nomx.example": {"mx": []},
    "lostmx.example": {"mx": ["10 x9.acme.example."]},
    "nullmx.example": {"mx": ["0 ."]},
}


def text() -> str:
    """Return the zone of ``example.``."""
    keys = {f"KEY{bits}": _key(bits) for bits in (1024, 2048)}
    keys["KEY512"] = _SHORT
    lines = [
        "$ORIGIN example.",
        "$TTL 60",
        "@ SOA ns.acme.example. hostmaster.acme.example. 1 3600 600 86400 60",
        "@ NS ns.acme.example.",
        "ns.acme A 127.0.0.1",
        "mail.acme A 192.0.2.10",
        "inbound.acme A 192.0.2.99",
        *(f"h{number}.acme A 192.0.2.{number + 20}" for number in range(11)),
    ]
    for domain, wrong in WRONG.items():
        held = {**_RIGHT, **wrong}
        lines += [f"{domain}. MX {entry}" for entry in held["mx"]]
        lines += [f"{domain}. TXT {_strings(entry)}" for entry in [*held["spf"], "unrelated=1"]]
        lines += [f"s1._domainkey.{domain}. TXT {_strings(keys.get(entry, entry))}" for entry in held["dkim"]]
        lines += [f"_dmarc.{domain}. TXT {_strings(entry)}" for entry in held["dmarc"]]
    return "\n".join(lines) + "\n"


def _strings(entry: str) -> str:
    return " ".join(f'"{entry[start : start + 200]}"' for start in range(0, len(entry), 200))


def _key(bits: int) -> str:
    public = generate_private_key(65537, bits).public_key()
    der = public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return f"v=DKIM1; k=rsa; p={b64encode(der).decode()}"


# The library makes no key as short as this one any more.
_SHORT = (
    "v=DKIM1; k=rsa; p=MFwwDQYJKoZIhvcNAQEBBQADSwAwSAJBAKR6p9CK2dAHwdKyPE6+CRdHAgNyHXdF68hfw4idhkza"
    "o/dTCbxXLoHEjCFEdmlsG7OlvyD+1MwSKBmKI5WbS/cCAwEAAQ=="
)
