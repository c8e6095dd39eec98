"""An application's certificate: a PEM text with the private key and the certificate."""

from __future__ import annotations

import base64
from typing import NamedTuple

from mailspec.outcome.sign_in import Problem
from mailspec.signin.tokens import TokenRefusedError


class Certificate(NamedTuple):
    """``private_key`` and ``public`` are PEM; ``thumbprint`` is the SHA-256 of the certificate as base64url (x5t#S256).

    ``ends`` is the certificate's last day, as ISO 8601.
    """

    private_key: str
    public: str
    thumbprint: str
    ends: str

    def __repr__(self) -> str:
        return "Certificate(********)"


def certificate_of(pem: str) -> Certificate:
    """Read a PEM text. Raises TokenRefusedError where it lacks the key or the certificate, or cannot be read."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key

    try:
        key = load_pem_private_key(pem.encode(), None)
        certificate = x509.load_pem_x509_certificate(pem.encode())
    except (ValueError, TypeError):
        # The library's words could hold parts of the key.
        reason = "`certificate` does not hold an unencrypted private key and a certificate in PEM"
        advice = "Put both into one PEM text: the private key, then the certificate."
        raise TokenRefusedError(
            Problem("client_invalid", reason, "config_invalid", "client", advice, "administrator")
        ) from None
    digest = base64.urlsafe_b64encode(certificate.fingerprint(hashes.SHA256())).rstrip(b"=").decode()
    return Certificate(
        key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode(),
        certificate.public_bytes(Encoding.PEM).decode(),
        digest,
        certificate.not_valid_after_utc.date().isoformat(),
    )
