from __future__ import annotations

import os
import ssl
from dataclasses import replace
from pathlib import Path

import pytest
import trustme

from mailspec.mail.account import Account
from mailspec.mail.failure import Failure
from mailspec.mail.tls import context_for

ACCOUNT = Account("Primary", "smtp.acme.example", 465, "tls")


def test_accounts_that_trust_alike_share_one_context() -> None:
    assert context_for(ACCOUNT) is context_for(replace(ACCOUNT, name="Other", host="smtp.other.example"))


@pytest.mark.parametrize("change", [{"validate_certs": False}, {"minimum_version": "1.3"}])
def test_others_have_their_own(change: dict[str, object]) -> None:
    assert context_for(ACCOUNT) is not context_for(replace(ACCOUNT, **change))  # type: ignore[arg-type]
    assert context_for(ACCOUNT).verify_mode == ssl.CERT_REQUIRED
    assert context_for(ACCOUNT).minimum_version == ssl.TLSVersion.TLSv1_2


def test_a_context_that_holds_a_key_is_not_shared(authority: trustme.CA, tmp_path: Path) -> None:
    issued = authority.issue_cert("hub.acme.example", key_type=trustme.KeyType.ECDSA)
    issued.private_key_and_cert_chain_pem.write_to_path(str(tmp_path / "client.pem"))
    account = replace(ACCOUNT, client_cert=str(tmp_path / "client.pem"))
    first, second = context_for(account), context_for(account)
    assert first is not second


def test_a_file_that_has_changed_is_read_anew(authority: trustme.CA, tmp_path: Path) -> None:
    file = tmp_path / "ca.pem"
    account = replace(ACCOUNT, ca_file=str(file))
    with pytest.raises(Failure):
        context_for(account)
    authority.cert_pem.write_to_path(str(file))
    first = context_for(account)
    other = trustme.CA(key_type=trustme.KeyType.ECDSA, organization_name="the next one")
    other.cert_pem.write_to_path(str(file))
    os.utime(file, ns=(1, 1))
    assert context_for(account).get_ca_certs() != first.get_ca_certs()


def test_the_systems_place_may_change(authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = context_for(ACCOUNT)
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    assert context_for(ACCOUNT) is not before
