"""By what an encrypted file is known again, however long a stranger makes what only looks like one."""

from __future__ import annotations

import pytest

from mailspec.secrets.encrypted import fingerprints, main_fingerprints

LONG = {
    "blanks": b"$ANSIBLE_VAULT;" + b" " * 1_000_000 + b"\nx\n",
    "empty lines": b"$ANSIBLE_VAULT;1.1\n" + b" \n" * 300_000,
    "beginnings": b"-----BEGIN X-----\n" * 50_000,
    "beginnings of age": b"-----BEGIN AGE ENCRYPTED FILE-----\n" * 20_000,
    "base64": b"A" * 1_000_000 + b" " * 1_000_000 + b"!",
    "values of sops": b"ENC[AES256_GCM,data:" * 50_000,
}


@pytest.mark.parametrize("long", LONG)
def test_what_nearly_is_encrypted_is_looked_at_once(long: str) -> None:
    # With what a regular expression may give back and take again, each of them takes hours.
    found = set(fingerprints(LONG[long]))
    assert found >= set(main_fingerprints(LONG[long], "x.bin")) - {"age unknown"}
    assert not any(mark.startswith("sops") for mark in found)


def test_what_is_empty_is_known_by_nothing() -> None:
    assert list(fingerprints(b" \n")) == []
    assert main_fingerprints(b"", "x") == []
