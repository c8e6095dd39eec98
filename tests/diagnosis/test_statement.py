"""Who speaks, at which stage, about whom."""

from __future__ import annotations

import pytest

from mailspec.diagnosis.diagnose import diagnose
from mailspec.diagnosis.statement import read


@pytest.mark.parametrize(
    ("text", "speaker"),
    [
        ("host mx.acme.example[192.0.2.2] said: 550 5.1.1 no", "mx.acme.example"),
        ("to=<b@acme.example>, relay=mx.acme.example[192.0.2.2]:25, dsn=5.1.1", "mx.acme.example"),
        ("** b@acme.example T=remote_smtp H=mx.acme.example [192.0.2.2]: SMTP error", "mx.acme.example"),
        ("... while talking to mx.acme.example.:", "mx.acme.example"),
        ("Remote-MTA: dns; mx.acme.example", "mx.acme.example"),
        ("550 5.7.1 blocked client host mail.google.com", None),
        ("NOQUEUE: reject: RCPT from mail-ed1-f41.google.com[209.85.208.41]: 554 5.7.1 no", None),
    ],
)
def test_the_host_that_is_quoted_speaks(text: str, speaker: str | None) -> None:
    assert read(text).speaker == speaker


@pytest.mark.parametrize(
    ("text", "stage"),
    [
        ("550 5.1.1 no (in reply to RCPT TO command)", "rcpt_to"),
        ("SMTP error from remote mail server after MAIL FROM:<a@acme.example>: 550 no", "mail_from"),
        ("SMTP error from remote mail server after end of data: 550 no", "data"),
        ("554 5.7.1 no (in reply to end of DATA command)", "data"),
        ("501 no (EHLO)", "greeting"),
        ("535 5.7.8 no", "auth"),
        ("Error: Invalid login: 454 no", "auth"),
        ("550 no", None),
    ],
)
def test_the_stage_is_read_from_the_frame(text: str, stage: str | None) -> None:
    assert read(text).stage == stage


@pytest.mark.parametrize("code", ["550", "551", "553", "550 5.1.1", "554 5.2.1"])
@pytest.mark.parametrize("words", ["account is disabled", "user is locked", "mailbox blocked", "account suspended"])
def test_a_recipient_s_account_is_no_account_of_ours(code: str, words: str) -> None:
    assert diagnose(f"{code} {words}: <bob@acme.example>").category == "recipient_rejected"


@pytest.mark.parametrize("words", ["account is disabled", "user is locked", "unknown user or password"])
def test_behind_535_it_is_ours(words: str) -> None:
    assert diagnose(f"535 5.7.8 {words}").category == "auth_failed"


@pytest.mark.parametrize("stage", ["mail_from", "rcpt_to", "data"])
@pytest.mark.parametrize("words", ["authentication failed", "invalid credentials", "login denied", "password expired"])
def test_a_transaction_is_never_a_sign_in(stage: str, words: str) -> None:
    found = diagnose(f"550 5.7.1 {words}", stage=stage)  # type: ignore[arg-type]
    assert found.category not in ("auth_failed", "app_password_required", "basic_auth_disabled")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("550 5.7.25 <b@acme.example>: Recipient address rejected: x", "reverse_name"),
        ("550 5.7.26 <b@acme.example>: Recipient address rejected: x", "authentication"),
        ("550 5.7.1 <b@acme.example>: Recipient address rejected: SPF authentication failed", "authentication"),
        ("550 5.7.1 DKIM authentication did not pass", "authentication"),
        ("550 5.7.1 sender failed DMARC authentication", "authentication"),
    ],
)
def test_a_domain_s_authentication_is_no_sign_in(text: str, expected: str) -> None:
    found = diagnose(text)
    assert (found.category, found.detail) == ("message_rejected_policy", expected)


@pytest.mark.parametrize(
    "text",
    [
        "550 5.7.1 Service unavailable; client host [mail-ed1.google.com] blocked using dnsbl.example",
        "550 5.1.1 no such user, forwarded from o1.sendgrid.net",
        "host mx.acme.example[192.0.2.2] said: 550 5.1.1 no such user, see mail from yahoo.com",
    ],
)
def test_a_name_in_passing_is_not_the_speaker(text: str) -> None:
    assert diagnose(text).provider is None


@pytest.mark.parametrize(
    ("text", "provider"),
    [
        ("host gmail-smtp-in.l.google.com[192.0.2.2] said: 550 5.1.1 no such user", "gmail"),
        ("550 5.7.1 no such rule [AM0EUR02FT049.eop-EUR02.prod.protection.outlook.com]", "microsoft365"),
        ("550 5.7.1 Invalid credentials for relay [192.0.2.1]", "gmail"),
        ("550 5.7.0 From address is not one of your addresses", "icloud"),
        ("501 mail from address must be same as authorization user", "qq"),
        ("553 Sender is not allowed to relay emails", "zoho"),
        ("553 Mail from must equal authorized user", "netease"),
    ],
)
def test_the_provider_is_known_by_its_words(text: str, provider: str) -> None:
    assert diagnose(text).provider == provider


def test_another_machine_is_shown_and_never_recommended() -> None:
    found = diagnose(
        "220-server.hosting.example ESMTP Exim 4.86\n535 Incorrect authentication data", host="smtp.zoho.com", port=587
    )
    assert (found.category, found.detail) == ("auth_failed", "other_machine")
    assert found.advice.startswith("server.hosting.example answered.")
    assert "password is wrong" not in found.advice


@pytest.mark.parametrize(
    ("text", "host"),
    [
        ("self signed certificate in certificate chain", "smtp.gmail.com"),
        ("x509: certificate is valid for cp.hosting.example, not smtp.office365.com", "smtp.office365.com"),
        ("SSL certificate problem: self-signed certificate", "email-smtp.eu-west-1.amazonaws.com"),
    ],
)
def test_a_public_provider_s_strange_certificate_is_another_machine(text: str, host: str) -> None:
    found = diagnose(text, host=host)
    assert (found.category, found.detail) == ("certificate", "other_machine")
    assert "tls.ca_file" not in found.advice
    assert not found.retry


@pytest.mark.parametrize(
    "text",
    [
        "220 smtp.zoho.com ESMTP\n535 Authentication Failed",
        "220 mx.zohomail.com SMTP Server ready\n535 Authentication Failed",
        "535 Authentication Failed",
    ],
)
def test_the_provider_s_own_greeting_is_no_other_machine(text: str) -> None:
    assert diagnose(text, host="smtp.zoho.com").detail == "bad_credentials"


def test_an_own_server_s_self_signed_certificate_is_only_that() -> None:
    assert diagnose("self-signed certificate", host="mail.acme.example").detail == "self_signed"


def test_an_unknown_text_says_what_to_send_next() -> None:
    assert "probe" in diagnose("the flux capacitor is empty").advice
