"""Encryption for Sealed Secrets: RSA-OAEP of a session key, AES-256-GCM of the value (its docs/developer/crypto.md)."""

from __future__ import annotations

import base64
import os
from collections.abc import Mapping

from mailspec.files.opening import MIB, Unread, read_file
from mailspec.targets.base import Format, TargetProblem
from mailspec.targets.documents.document import NOT_OURS
from mailspec.targets.documents.manifests import Sealed
from mailspec.targets.formats.base import cannot_hold

_LACKING = TargetProblem(
    "sealing needs the package 'cryptography'", "install it: pip install 'mailspec[sealed-secrets]'"
)


class SealedFormat(Format):
    """A SealedSecret as a format. ``certificate`` is the controller's, a PEM file; ``secret`` names the sealed keys."""

    one_line = False

    def __init__(self, manifest: Sealed, certificate: str, secret: frozenset[str]) -> None:
        self.manifest = manifest
        self.comment = manifest.comment
        self.certificate = certificate
        self.secret = secret

    def why_not(self, key: str, value: str) -> str | None:
        """Say why no manifest can hold a value."""
        return self.manifest.why_not(key, value)

    def parse(self, text: str) -> dict[str, str | None]:
        """Return plain values, and ``None`` for the sealed ones."""
        return self.manifest.read(text) or {}

    def edit(self, text: str, wanted: Mapping[str, str | None]) -> str | TargetProblem:
        """Return the manifest of what is wanted, each password sealed anew."""
        if text.strip() and self.manifest.read(text) is None:
            return NOT_OURS
        keys = {key: value for key, value in wanted.items() if value is not None}
        problem = cannot_hold(keys, self.why_not)
        if problem is not None:
            return problem
        metadata = self.manifest.metadata
        label = f"{metadata.get('namespace', 'default')}/{metadata['name']}"
        encrypted: dict[str, str] = {}
        for key in keys.keys() & self.secret:
            sealed = seal(keys[key], label, self.certificate)
            if isinstance(sealed, TargetProblem):
                return sealed
            encrypted[key] = sealed
        return self.manifest.sealed({key: keys[key] for key in keys.keys() - encrypted.keys()}, encrypted)


def seal(value: str, label: str, certificate: str) -> str | TargetProblem:
    """Return a value that only the cluster of a certificate can read, bound to ``NAMESPACE/NAME``, in base64."""
    try:
        from cryptography.hazmat.primitives import hashes
        from cryptography.hazmat.primitives.asymmetric import padding, rsa
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM
        from cryptography.x509 import load_pem_x509_certificate
    except ImportError:
        return _LACKING
    content = read_file(certificate, MIB)
    if isinstance(content, Unread):
        return TargetProblem(f"its certificate cannot be read: {content.reason}", "fetch it: kubeseal --fetch-cert")
    try:
        public = load_pem_x509_certificate(content.raw).public_key()
    except ValueError:
        public = None
    if not isinstance(public, rsa.RSAPublicKey):
        return TargetProblem("its certificate is none of RSA in PEM", "fetch it: kubeseal --fetch-cert")
    session = os.urandom(32)
    mask = padding.OAEP(padding.MGF1(hashes.SHA256()), hashes.SHA256(), label.encode())
    wrapped = public.encrypt(session, mask)
    # The session key is used once, so that the nonce may be nothing.
    body = AESGCM(session).encrypt(b"\0" * 12, value.encode(), None)
    return base64.b64encode(len(wrapped).to_bytes(2, "big") + wrapped + body).decode()
