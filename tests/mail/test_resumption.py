"""TLS sessions that go on: a thousand messages to one server pay for one whole handshake."""

from __future__ import annotations

import ssl
from contextlib import closing
from typing import Any

import pytest

from mailspec.mail import tls
from mailspec.mail.account import Account
from mailspec.mail.failure import Failure
from mailspec.mail.session import Session

pytestmark = pytest.mark.service("postfix")


@pytest.fixture(autouse=True)
def _nothing_kept() -> None:
    tls._sessions.clear()


def reused(account: Account) -> bool:
    """Open and close a session; tell whether it went on from an earlier one."""
    session = Session(account)
    with closing(session):
        session.open()
        sock = session.wire.sock
        assert isinstance(sock, ssl.SSLSocket)
        return bool(sock.session_reused)


@pytest.mark.parametrize("listener", ["tls", "starttls"])
def test_a_second_account_at_the_same_server_goes_on(mail_server: Any, listener: str) -> None:
    other = {"username": "bob@acme.example", "password": None, "method": "none"}
    found = [reused(mail_server.account(listener)), reused(mail_server.account(listener, **other))]
    assert found == [False, True]


@pytest.mark.parametrize(
    "changes",
    [{"validate_certs": False}, {"minimum_version": "1.3"}, {"server_name": "localhost"}],
    ids=["nothing checked", "other version", "other name"],
)
def test_another_trust_or_name_begins_anew(mail_server: Any, changes: dict[str, Any]) -> None:
    assert not reused(mail_server.account(**changes))
    assert not reused(mail_server.account())
    assert reused(mail_server.account())


def test_a_session_does_not_carry_a_name_that_the_certificate_lacks(mail_server: Any) -> None:
    assert not reused(mail_server.account())
    with pytest.raises(Failure, match=r"certificate|CERTIFICATE"):
        reused(mail_server.account(server_name="other.example"))


def test_after_some_minutes_the_certificate_is_checked_again(mail_server: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not reused(mail_server.account())
    monkeypatch.setattr(tls, "RESUMED_FOR", 0.0)
    assert not reused(mail_server.account())


def test_a_client_certificate_is_shown_every_time(mail_server: Any) -> None:
    own = {
        "client_cert": str(mail_server.certificates.client_cert),
        "client_key": str(mail_server.certificates.client_key),
    }
    assert [reused(mail_server.account(**own)), reused(mail_server.account(**own))] == [False, False]
