"""Certificates for the mail server's listeners: one good, and one for each way in which it can be wrong."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import trustme
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

HOST = "mail.acme.example"
NAMES = (HOST, "localhost", "127.0.0.1")


@dataclass(frozen=True)
class Certificates:
    """``chains`` maps a listener's kind to a PEM file with key and certificate."""

    ca_file: Path
    chains: dict[str, Path]
    client_cert: Path
    client_key: Path


def make(folder: Path) -> Certificates:
    """Write all of them into a folder."""
    ca = trustme.CA(key_type=trustme.KeyType.ECDSA)
    stranger = trustme.CA(key_type=trustme.KeyType.ECDSA, organization_name="nobody knows")
    long_ago = datetime(2020, 1, 1, tzinfo=UTC)
    issued = {
        "good": ca.issue_cert(*NAMES, key_type=trustme.KeyType.ECDSA),
        "wrong_name": ca.issue_cert("imap.other.example", key_type=trustme.KeyType.ECDSA),
        "expired": ca.issue_cert(
            *NAMES,
            not_before=long_ago,
            not_after=long_ago + timedelta(days=90),
            key_type=trustme.KeyType.ECDSA,
        ),
        "unknown_ca": stranger.issue_cert(*NAMES, key_type=trustme.KeyType.ECDSA),
    }
    chains = {"self_signed": folder / "self_signed.pem"}
    chains["self_signed"].write_bytes(_self_signed())
    for kind, cert in issued.items():
        chains[kind] = folder / f"{kind}.pem"
        cert.private_key_and_cert_chain_pem.write_to_path(str(chains[kind]))
    client = ca.issue_cert("hub.acme.example", key_type=trustme.KeyType.ECDSA)
    ca.cert_pem.write_to_path(str(folder / "ca.pem"))
    client.private_key_pem.write_to_path(str(folder / "client.key"))
    client.cert_chain_pems[0].write_to_path(str(folder / "client.crt"))
    return Certificates(folder / "ca.pem", chains, folder / "client.crt", folder / "client.key")


def _self_signed() -> bytes:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, HOST)])
    now = datetime.now(UTC)
    cert = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=30))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(HOST)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return private + cert.public_bytes(pem)
