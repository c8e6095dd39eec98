"""Whole bounce mails, logs and pasted reports. The mails are reduced to what a report of their kind holds."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailspec.diagnosis.bounce import explain

HEAD = "From: MAILER-DAEMON@relay.example\nTo: app@acme.example\nSubject: Undelivered Mail\nMIME-Version: 1.0\n"
POSTFIX = (
    HEAD
    + """Content-Type: multipart/report; report-type=delivery-status; boundary="B"

--B
Content-Type: text/plain

This is the mail system at host relay.example.

<bob@acme.example>: host mx.acme.example[192.0.2.2] said: 550 5.1.1
    <bob@acme.example>: Recipient address rejected: User unknown (in reply to
    RCPT TO command)

<ann@other.example>: host mx.other.example[192.0.2.3] said: 452 4.2.2 mailbox
    full (in reply to RCPT TO command)

--B
Content-Type: message/delivery-status

Reporting-MTA: dns; relay.example

Final-Recipient: rfc822; bob@acme.example
Action: failed
Status: 5.1.1
Remote-MTA: dns; mx.acme.example
Diagnostic-Code: smtp; 550 5.1.1 <bob@acme.example>: Recipient address rejected:
    User unknown

Final-Recipient: rfc822; ann@other.example
Original-Recipient: rfc822;ann@other.example
Action: delayed
Status: 4.2.2
Remote-MTA: dns; mx.other.example
Diagnostic-Code: smtp; 452 4.2.2 mailbox full

--B
Content-Type: message/rfc822

From: app@acme.example
Subject: SPF, quota and virus are words of the message only

text
--B--
"""
)
EXIM = (
    HEAD
    + """X-Failed-Recipients: bob@acme.example

This message was created automatically by mail delivery software.

A message that you sent could not be delivered to one or more of its
recipients. This is a permanent error. The following address(es) failed:

  bob@acme.example
    host mx.acme.example [192.0.2.2]
    SMTP error from remote mail server after RCPT TO:<bob@acme.example>:
    550 5.2.1 this account is locked

------ This is a copy of the message, including all the headers. ------
Subject: authentication failed
"""
)
QMAIL = (
    HEAD
    + """
Hi. This is the qmail-send program at relay.example.
I'm afraid I wasn't able to deliver your message to the following addresses.
This is a permanent error; I've given up. Sorry it didn't work out.

<bob@acme.example>:
Sorry, I couldn't find any host named acme.example. (#5.1.2)

--- Below this line is a copy of the message.

Subject: x
"""
)
SENDMAIL = (
    HEAD
    + """
   ----- The following addresses had permanent fatal errors -----
<bob@acme.example>

   ----- Transcript of session follows -----
... while talking to mx.acme.example.:
>>> DATA
<<< 554 5.7.1 This message has been rejected because of a virus
554 5.0.0 Service unavailable
"""
)
GMAIL = (
    HEAD
    + """X-Failed-Recipients: bob@acme.example

Delivery to the following recipient failed permanently:

     bob@acme.example

Technical details of permanent failure:
Google tried to deliver your message, but it was rejected by the server for the recipient domain acme.example.

The error that the other server returned was:
550 5.7.25 no PTR record
"""
)
EXCHANGE = (
    HEAD
    + """
Delivery has failed to these recipients or groups:
bob@acme.example

Diagnostic information for administrators:
Generating server: mail.relay.example
bob@acme.example
mx.acme.example #550 5.7.133 RESOLVER.RST.SenderNotAuthenticatedForGroup ##
"""
)
GERMAN = (
    HEAD
    + """Content-Type: text/plain; charset=iso-8859-1

Ihre Nachricht konnte nicht zugestellt werden:

<bob@acme.example>:
Das Postfach des Empf\u00e4ngers ist voll.
"""
)


@pytest.mark.parametrize(
    ("mail", "recipient", "expected"),
    [
        (EXIM, "bob@acme.example", ("recipient_rejected", "inactive")),
        (QMAIL, "bob@acme.example", ("recipient_rejected", "unknown_domain")),
        (SENDMAIL, "bob@acme.example", ("message_rejected_policy", "content")),
        (GMAIL, "bob@acme.example", ("message_rejected_policy", "reverse_name")),
        (EXCHANGE, "bob@acme.example", ("recipient_rejected", "not_allowed")),
        (GERMAN, "bob@acme.example", ("recipient_rejected", "mailbox_full")),
    ],
    ids=["exim", "qmail", "sendmail", "gmail", "exchange", "german"],
)
def test_a_report_of_each_kind_is_taken_apart(mail: str, recipient: str, expected: tuple[str, str]) -> None:
    [found] = explain(mail)
    assert found.recipient == recipient
    assert (found.diagnosis.category, found.diagnosis.detail) == expected


def test_each_recipient_has_an_answer_of_its_own() -> None:
    bob, ann = explain(POSTFIX)
    assert (bob.recipient, bob.diagnosis.detail, bob.diagnosis.retry) == ("bob@acme.example", "unknown_user", False)
    assert (ann.recipient, ann.diagnosis.detail, ann.diagnosis.retry) == ("ann@other.example", "mailbox_full", True)
    assert (bob.diagnosis.smtp_code, bob.diagnosis.enhanced_code) == (550, "5.1.1")


def test_the_returned_message_is_not_part_of_the_words() -> None:
    assert all("SPF" not in one.words for one in explain(POSTFIX))


def test_crlf_and_a_mail_without_its_end_change_nothing() -> None:
    whole = [one.diagnosis for one in explain(POSTFIX)]
    assert [one.diagnosis for one in explain(POSTFIX.replace("\n", "\r\n"))] == whole
    assert [one.diagnosis for one in explain(POSTFIX[: POSTFIX.index("Content-Type: message/rfc822")])] == whole


def test_fields_that_were_pasted_are_read() -> None:
    text = POSTFIX[POSTFIX.index("Final-Recipient") : POSTFIX.index("--B\nContent-Type: message/rfc822")]
    assert [one.diagnosis.detail for one in explain(text)] == ["unknown_user", "mailbox_full"]


def test_log_lines_give_an_answer_a_recipient() -> None:
    log = (
        "Nov 20 relay postfix/smtp[4711]: 3F: to=<bob@acme.example>, relay=mx.acme.example[192.0.2.2]:25, dsn=5.1.1, "
        "status=bounced (host mx.acme.example[192.0.2.2] said: 550 5.1.1 no such user (in reply to RCPT TO command))\n"
        "Nov 20 relay postfix/qmgr[99]: 3F: removed\n"
        "Nov 20 relay postfix/smtp[4711]: 40: to=<ann@other.example>, relay=none, dsn=4.4.1, "
        "status=deferred (connect to mx.other.example[192.0.2.3]:25: Connection timed out)\n"
        "2026-11-20 10:00:01 1abcde-000001-XX ** cy@third.example R=dnslookup T=remote_smtp H=mx.third.example "
        "[192.0.2.4]: SMTP error from remote mail server after end of data: 554 5.7.1 spam\n"
    )
    found = [(one.recipient, one.diagnosis.category) for one in explain(log)]
    assert found == [
        ("bob@acme.example", "recipient_rejected"),
        ("ann@other.example", "timeout"),
        ("cy@third.example", "message_rejected_policy"),
    ]


def test_a_way_between_two_servers_is_no_trouble_of_the_settings() -> None:
    [found] = explain("status=deferred (connect to mx.acme.example[192.0.2.2]:25: Connection timed out)")
    assert "recipient's mail server" in found.diagnosis.advice
    assert "security" not in found.diagnosis.advice


def test_a_relay_on_the_submission_port_is() -> None:
    [found] = explain("status=deferred (connect to smtp.relay.example[192.0.2.2]:587: Connection timed out)")
    assert (found.diagnosis.category, found.diagnosis.detail) == ("timeout", "connect")
    assert "recipient's mail server" not in found.diagnosis.advice


def test_a_plain_text_is_explained_as_before() -> None:
    [found] = explain("535 5.7.8 Error: authentication failed")
    assert found.recipient is None
    assert (found.diagnosis.category, found.diagnosis.detail) == ("auth_failed", "bad_credentials")


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=300), st.sampled_from([POSTFIX, EXIM, QMAIL, EXCHANGE]), st.integers(0, 400))
def test_no_mail_raises(text: str, mail: str, at: int) -> None:
    assert explain(mail[:at] + text + mail[at:])


@pytest.mark.parametrize("piece", ["a", "<a@b.example>:\n", "550 ", "Final-Recipient: rfc822; a@b\n", "--B\n", "<"])
def test_a_huge_mail_takes_no_time(piece: str) -> None:
    explain(EXIM)
    start = time.process_time()
    explain(HEAD + "\n" + piece * (400_000 // len(piece)))
    assert time.process_time() - start < 5


@pytest.mark.parametrize("charset", ["unknown\x00", "utf-8\x00", "rot13", "no such", "idna", "undefined", "\udcff"])
def test_a_part_whose_charset_cannot_be_used_is_read_as_utf_8(charset: str) -> None:
    mail = f"Subject: x\nContent-Type: text/plain; charset={charset}\n\n550 5.1.1 <a@acme.example>: User unknown\n"
    assert [entry.diagnosis.category for entry in explain(mail)] == ["recipient_rejected"]


@pytest.mark.parametrize(
    "piece",
    [
        "to=<",
        "to=<a> ",
        "reject: a from b to=<",
        "reject: a from ",
        "<script>",
        "<style",
        "<br",
        "a@",
        "status=bounced ",
    ],
)
@pytest.mark.parametrize(
    "head", ["", "aaaaaa-aaaaaa-aa ** ", "Content-Type: text/html\n\n"], ids=["line", "exim", "mail"]
)
def test_a_line_that_repeats_itself_is_read_in_time(head, piece):
    start = time.process_time()
    assert len(explain(head + piece * (100_000 // len(piece)))) <= 1
    assert time.process_time() - start < 1


@pytest.mark.parametrize(
    "mail",
    [
        "Content-Type: message/rfc822\n\n" * 17_000,
        POSTFIX.replace("Content-Type: message/delivery-status\n\n", "Content-Type: message/rfc822\n\n" * 3_000, 1),
        HEAD + "".join(f"Content-Type: multipart/mixed; boundary=b{n}\n\n--b{n}\n" for n in range(10_000)),
    ],
    ids=["mails", "mails in a report", "multiparts"],
)
def test_a_mail_of_mails_without_end_is_said_to_be_nested_too_deeply(mail: str) -> None:
    (found,) = explain(mail)
    assert (found.recipient, found.diagnosis.category) == (None, "unknown")
    assert "nested too deeply" in found.words


def test_a_character_set_of_five_thousand_digits_is_none() -> None:
    mail = HEAD + f"Content-Type: text/plain; charset*{'9' * 5_000}=x\n\nbob@acme.example: 550 5.1.1 User unknown\n"
    assert explain(mail)[0].diagnosis.category == "recipient_rejected"
