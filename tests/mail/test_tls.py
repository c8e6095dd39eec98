from __future__ import annotations

import ssl
from dataclasses import replace
from pathlib import Path

import pytest
import trustme

from mailspec.mail.account import Account
from mailspec.mail.failure import Failure
from mailspec.mail.tls import context_for
from mailspec.outcome.secret import Secret

ACCOUNT = Account("Primary", "smtp.acme.example", 465, "tls")


def test_checks_are_on_unless_switched_off_in_words() -> None:
    context = context_for(ACCOUNT)
    assert context.verify_mode == ssl.CERT_REQUIRED
    assert context.check_hostname
    assert context.minimum_version == ssl.TLSVersion.TLSv1_2
    unchecked = context_for(replace(ACCOUNT, validate_certs=False))
    assert unchecked.verify_mode == ssl.CERT_NONE


def test_the_named_authority_is_trusted_instead_of_the_systems(authority: trustme.CA, tmp_path: Path) -> None:
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    context = context_for(replace(ACCOUNT, ca_file=str(tmp_path / "ca.pem")))
    assert len(context.get_ca_certs()) == 1


def test_a_key_can_be_a_secret(authority: trustme.CA, tmp_path: Path) -> None:
    issued = authority.issue_cert("hub.acme.example", key_type=trustme.KeyType.ECDSA)
    issued.cert_chain_pems[0].write_to_path(str(tmp_path / "client.crt"))
    key = Secret(issued.private_key_pem.bytes().decode())
    context_for(replace(ACCOUNT, client_cert=str(tmp_path / "client.crt"), client_key=key))


def test_a_key_that_is_not_the_certificates(authority: trustme.CA, tmp_path: Path) -> None:
    one, other = (authority.issue_cert(f"{n}.acme.example", key_type=trustme.KeyType.ECDSA) for n in "ab")
    one.cert_chain_pems[0].write_to_path(str(tmp_path / "client.crt"))
    key = Secret(other.private_key_pem.bytes().decode())
    with pytest.raises(Failure) as caught:
        context_for(replace(ACCOUNT, client_cert=str(tmp_path / "client.crt"), client_key=key))
    assert caught.value.detail == "client_certificate"
    assert key.reveal() not in caught.value.reason


def test_without_encryption_no_file_is_read() -> None:
    context_for(replace(ACCOUNT, security="none", ca_file="/nonexistent"))
