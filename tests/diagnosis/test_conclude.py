"""What the port says about a failure, and whether trying again can help."""

from __future__ import annotations

import pytest

from mailspec.diagnosis.codes import Codes
from mailspec.diagnosis.conclude import conclude
from mailspec.diagnosis.place import Place, place
from mailspec.outcome.mail import Category

POSTMARK = Place("postmark", "smtp.postmarkapp.com", 465, "tls", "tls", "Postmark", ((587, "starttls"),))


def test_a_silent_port_that_nobody_offers_is_a_wrong_port() -> None:
    # Postmark's 465 hangs; it is no firewall.
    found = conclude("timeout", "tls", POSTMARK)
    assert (found.category, found.detail, found.retry) == ("timeout", "wrong_port", False)
    assert "`port: 587` with `security: starttls`" in found.advice


def test_a_refused_port_that_nobody_offers_too() -> None:
    assert conclude("connection_refused", None, POSTMARK).detail == "wrong_port"


@pytest.mark.parametrize("security", ["starttls", "none"])
def test_silence_where_tls_is_expected_is_the_wrong_mode(security: str) -> None:
    found = conclude("timeout", "greeting", Place(port=465, security=security, stage="greeting"))
    assert (found.category, found.detail) == ("tls_mode_mismatch", "plain_on_tls_port")
    assert not found.retry


def test_a_server_that_cannot_be_reached_says_nothing_about_its_mode() -> None:
    found = conclude("timeout", "connect", Place(port=465, security="starttls", stage="connect"))
    assert (found.category, found.detail) == ("timeout", "connect")


def test_clear_text_after_starttls_is_no_wrong_mode() -> None:
    where = Place(port=587, security="starttls", stage="tls")
    found = conclude("tls_mode_mismatch", "tls_on_starttls_port", where)
    assert (found.category, found.detail) == ("tls_handshake", "starttls_injection")


def test_without_a_port_nothing_is_guessed() -> None:
    assert conclude("timeout", "greeting", Place(security="starttls")).category == "timeout"


@pytest.mark.parametrize(
    ("category", "detail", "code", "retry"),
    [
        ("relay_denied", None, 454, False),
        ("tls_mode_mismatch", "starttls_required", 451, False),
        ("quota_exceeded", "daily", 550, True),
        ("quota_exceeded", "plan", 451, False),
        ("greylisted", None, 550, True),
        ("server_unavailable", None, 451, True),
        ("message_rejected_policy", None, 450, True),
        ("message_rejected_policy", None, 550, False),
        ("timeout", "connect", None, True),
        ("certificate", "expired", None, False),
    ],
)
def test_whether_trying_again_can_help(category: Category, detail: str | None, code: int | None, retry: bool) -> None:
    assert conclude(category, detail, Place(), Codes(code, None)).retry is retry


def test_the_provider_is_looked_up_by_host() -> None:
    found = place(None, "smtp.gmail.com", 587, "starttls", "auth")
    assert found.provider == "gmail"
    assert (587, "starttls") in found.offers


def test_nobody_is_advised_to_go_without_encryption() -> None:
    where = Place(port=465, offers=((25, "none"), (587, "starttls"), (587, "none")), provider_name="Acme")
    assert where.offered == (
        "Acme documents `port: 25` with `security: none` or `port: 587` with `security: starttls`."
    )


def test_a_refused_password_names_what_the_provider_wants() -> None:
    where = place("posteo", None, None, None, "auth")
    assert where.sign_in
    assert where.sign_in in conclude("auth_failed", "bad_credentials", where).advice
    assert where.sign_in not in conclude("auth_failed", "locked", where).advice


def test_an_unknown_host_has_no_provider() -> None:
    assert place(None, "smtp.acme.example", 587, "starttls", None).provider is None
