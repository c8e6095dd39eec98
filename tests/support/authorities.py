"""Keeps TLS clients cheap to start: OpenSSL 3.0 parses the whole bundle of the system for each context (27 ms).

The system's folder of authorities, which OpenSSL looks into only where a chain asks for it, stays as it is.
"""

from __future__ import annotations

from pathlib import Path

import pytest
import trustme


@pytest.fixture(scope="session")
def short_bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bundle of one authority that has signed nothing."""
    path = tmp_path_factory.mktemp("authorities") / "one.pem"
    trustme.CA(key_type=trustme.KeyType.ECDSA).cert_pem.write_to_path(str(path))
    return path


@pytest.fixture
def few_authorities(short_bundle: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Read a bundle of one authority in place of the system's, here and in the processes that the test starts."""
    monkeypatch.setenv("SSL_CERT_FILE", str(short_bundle))
