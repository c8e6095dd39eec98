"""Bounce mails: which count, for which message, and how often."""

from __future__ import annotations

import email
import mailbox
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from mailspec.delivery.letters import NewLetter
from mailspec.delivery.numbers import numbers
from mailspec.mail.transmit import Connection
from tools.queue.process import new_letter
from tools.queue.sink import RunningSink
from tools.queue.world import World, until

HEAD = "From: {writer}\nTo: noreply@acme.example\nSubject: {subject}\nMessage-ID: <{own}@mx.out.example>\n"
REPORT = (
    HEAD
    + """MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="B"

--B
Content-Type: text/plain

The mail could not be delivered.

--B
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.out.example

Final-Recipient: rfc822; {recipient}
Action: {action}
Status: {status}
Diagnostic-Code: smtp; {reply}

--B
Content-Type: text/rfc822-headers

Subject: number 1
Message-ID: {original}
--B--
"""
)
TEXT = HEAD + "In-Reply-To: {original}\n\n{text}\n"
GONE = "550 5.1.1 User unknown"


def report(original: str, **changes: str) -> bytes:
    words = {"writer": "MAILER-DAEMON@mx.out.example", "subject": "Undelivered", "own": "b1", "action": "failed"}
    words |= {"recipient": "r1@out.example", "status": "5.1.1", "reply": GONE, "original": original}
    return REPORT.format(**{**words, **changes}).encode()


def text(original: str, writer: str, words: str) -> bytes:
    return TEXT.format(original=original, writer=writer, own="t1", subject="About your mail", text=words).encode()


@pytest.fixture
def read(queued: World, cli: Callable[..., Any], as_published: Any) -> Callable[..., dict[str, Any]]:
    """``read(mail, mail, ...)``: what ``queue bounces`` prints for a folder of mails."""

    def run(*mails: bytes) -> dict[str, Any]:
        folder = queued.folder / "bounces"
        folder.mkdir(exist_ok=True)
        for number, mail in enumerate(mails):
            (folder / f"{number}.eml").write_bytes(mail)
        ran = cli("queue", "bounces", folder, "--format", "json", cwd=queued.folder)
        assert ran.code == 0, ran.err
        return dict(as_published("queue-bounces", ran.json))

    return run


def test_a_report_counts_for_its_message_and_is_diagnosed(
    queued: World, ended: Callable[..., NewLetter], read: Callable[..., Any], cli: Callable[..., Any], as_published: Any
) -> None:
    letter = ended(replace(new_letter(1), mailing="news"))
    (bounce,) = read(report(letter.message_id))["bounces"]
    assert (bounce["id"], bounce["recipient"], bounce["new"]) == (letter.id, "r1@out.example", True)
    assert (bounce["trouble"]["category"], bounce["trouble"]["smtp_code"]) == ("recipient_rejected", 550)
    counted = numbers(queued.store.database)
    assert (counted.total.bounced, counted.total.bounce_rate) == (1, 1.0)
    assert counted.configurations["first"].bounced == counted.mailings["news"].bounced == 1
    assert counted.hours[-1].bounced == 1
    shown = as_published("queue-show", cli("queue", "show", letter.id, "--format", "json", cwd=queued.folder).json)
    assert shown["bounces"][0]["trouble"]["server_reply"] == bounce["trouble"]["server_reply"]
    assert "Came back:     r1@out.example" in cli("queue", "show", letter.id, cwd=queued.folder).out


def test_each_recipient_counts_once_however_often_it_is_reported(
    queued: World, ended: Callable[..., NewLetter], read: Callable[..., Any]
) -> None:
    letter = ended(new_letter(1, to=("r1@out.example", "r2@out.example")))
    first = report(letter.message_id)
    assert [one["new"] for one in read(first, first)["bounces"]] == [True, False]
    other_host = report(letter.message_id, own="b2", reply="554 5.7.1 no")
    of_another = report(letter.message_id, own="b3", recipient="R2@OUT.example")
    assert [one["new"] for one in read(first, other_host, of_another)["bounces"]] == [False, False, True]
    # Two recipients of one message: one message came back.
    assert numbers(queued.store.database).total.bounced == 1


@pytest.mark.parametrize(
    ("name", "changes", "kept"),
    [
        ("late", {"action": "delayed", "status": "4.4.1", "reply": "connection timed out"}, ["delayed"]),
        ("delivered", {"action": "delivered", "status": "2.0.0", "reply": "250 ok"}, []),
        ("relayed", {"action": "relayed", "status": "2.0.0", "reply": "250 ok"}, []),
        ("without an action", {"action": "", "status": "5.1.1"}, ["failed"]),
        ("action in capitals", {"action": "Failed (no such user)"}, ["failed"]),
    ],
)
def test_only_failures_count(
    queued: World,
    ended: Callable[..., NewLetter],
    read: Callable[..., Any],
    name: str,
    changes: dict[str, str],
    kept: list[str],
) -> None:
    reply = read(report(ended(new_letter(1)).message_id, **changes))
    assert [one["action"] for one in reply["bounces"]] == kept, name
    assert reply["no_reports"] == (not kept)
    assert numbers(queued.store.database).total.bounced == kept.count("failed")


@pytest.mark.parametrize(
    ("writer", "words", "counts"),
    [
        ("MAILER-DAEMON@mx.out.example", f"r1@out.example: {GONE}", True),
        ("MAILER-DAEMON@mx.out.example", f"somebody@else.example: {GONE}", False),
        ("Ann <r1@out.example>", "I am on holiday until Monday. For urgent mail:\n\nr1@out.example\n", False),
        ("Ann <r1@out.example>", f"You wrote that r1@out.example: {GONE}. What does it mean?", False),
        ("postmaster@out.example", "Thank you for your mail.", False),
    ],
)
def test_words_of_a_mail_system_count_and_those_of_people_do_not(
    queued: World, ended: Callable[..., NewLetter], read: Callable[..., Any], writer: str, words: str, counts: bool
) -> None:
    reply = read(text(ended(new_letter(1)).message_id, writer, words))
    assert (len(reply["bounces"]), reply["no_reports"]) == ((1, 0) if counts else (0, 1))
    assert numbers(queued.store.database).total.bounced == counts


def test_mail_of_others_counts_nothing(
    queued: World, ended: Callable[..., NewLetter], read: Callable[..., Any]
) -> None:
    ended(new_letter(1))
    reply = read(report("<another@else.example>"), b"no mail at all \xff\x00", b"")
    assert (reply["bounces"], reply["other_mail"], reply["no_reports"]) == ([], 3, 0)
    assert numbers(queued.store.database).total.bounced == 0


def test_a_redirected_message_is_found_by_its_id_though_the_address_is_another(
    ended: Callable[..., NewLetter], read: Callable[..., Any]
) -> None:
    letter = ended(new_letter(1))
    (bounce,) = read(report(letter.message_id, recipient="qa@acme.example"))["bounces"]
    assert bounce["recipient"] == "r1@out.example"


def test_an_old_report_is_not_one_of_today(
    queued: World, ended: Callable[..., NewLetter], read: Callable[..., Any]
) -> None:
    letter = ended(new_letter(1), ago=3 * 86400)
    dated = b"Date: Mon, 01 Jan 2024 10:00:00 +0000\n" + report(letter.message_id)
    assert read(dated)["bounces"][0]["new"]
    assert numbers(queued.store.database).total.bounced == 0


def test_maildir_mailbox_file_and_standard_input_are_read(
    queued: World, ended: Callable[..., NewLetter], cli: Callable[..., Any], cli_process: Callable[..., Any]
) -> None:
    letters = [ended(new_letter(number)) for number in range(4)]
    mails = [report(one.message_id, recipient=one.recipients[0], own=f"b{n}") for n, one in enumerate(letters)]
    box = mailbox.Maildir(queued.folder / "Maildir")
    box.add(mails[0])
    seen = mailbox.MaildirMessage(email.message_from_bytes(mails[1]))
    seen.set_subdir("cur")
    box.add(seen)
    file = mailbox.mbox(queued.folder / "mbox")
    for mail in mails[2:]:
        file.add(mail)
    file.close()
    ran = cli("queue", "bounces", "Maildir", "mbox", cwd=queued.folder)
    assert (ran.code, ran.out.splitlines()[-1]) == (0, "Counted 4 bounces.")
    again = cli_process("queue", "bounces", "-", cwd=queued.folder, stdin=mails[0].decode())
    assert again.out.splitlines() == ["Counted 0 bounces.", "1 had been counted before."]


def test_a_mail_without_end_is_named_and_the_others_of_its_maildir_count(
    queued: World, ended: Callable[..., NewLetter], cli: Callable[..., Any]
) -> None:
    letter = ended(new_letter(1))
    new = queued.folder / "Maildir" / "new"
    new.mkdir(parents=True)
    (new / "1.deep").write_bytes(b"Content-Type: message/rfc822\n\n" * 3_000)
    (new / "2.comments").write_bytes(text(letter.message_id, "(" * 100_000, f"r1@out.example: {GONE}"))
    (new / "3.report").write_bytes(report(letter.message_id))
    (queued.folder / "mbox").write_bytes(b"From x\n\n\nFrom x\n" + (new / "1.deep").read_bytes())
    ran = cli("queue", "bounces", "Maildir", "mbox", cwd=queued.folder)
    assert (ran.code, ran.err) == (1, "")
    counted, others, answered, *skipped = ran.out.splitlines()[1:]
    assert (counted, others[:6], answered[:6]) == ("Counted 1 bounce.", "1 mail", "1 mail")
    assert [line.partition(" was not read: its parts are nested too deeply")[0] for line in skipped] == [
        "Maildir/new/1.deep",
        "mail 2 of mbox",
    ]


def test_of_a_mailbox_file_of_empty_mails_so_many_are_read_and_the_rest_is_named(
    queued: World, ended: Callable[..., NewLetter], cli: Callable[..., Any]
) -> None:
    ended(new_letter(1))
    (queued.folder / "mbox").write_bytes(b"From x\n" * 120_000)
    ran = cli("queue", "bounces", "mbox", cwd=queued.folder)
    assert (ran.code, ran.out.splitlines()[1:]) == (
        1,
        [
            "20,000 mails spoke of no message of this queue.",
            "what follows mail 20000 of mbox was not read: part the file into smaller ones.",
        ],
    )


def test_a_path_that_is_missing_is_wrong_use_and_one_that_cannot_be_read_is_reported(
    queued: World, cli: Callable[..., Any]
) -> None:
    assert cli("queue", "bounces", "nowhere", cwd=queued.folder).code == 2
    with open(queued.folder / "huge", "wb") as file:
        file.truncate(65 * 1024 * 1024)
    ran = cli("queue", "bounces", "huge", cwd=queued.folder)
    assert (ran.code, "huge was not read" in ran.out) == (1, True)


def test_purged_messages_take_their_bounces_along(
    queued: World, ended: Callable[..., NewLetter], read: Callable[..., Any], cli: Callable[..., Any]
) -> None:
    read(report(ended(new_letter(1)).message_id))
    assert cli("queue", "purge", "--sent", cwd=queued.folder).out == "1 deleted.\n"
    assert numbers(queued.store.database).total.bounced == 0


@pytest.mark.service("postfix")
def test_what_a_real_postfix_writes_of_a_refused_and_of_a_missing_recipient(
    queued: World, mail_server: Any, tmp_path: Path, cli: Callable[..., Any]
) -> None:
    """Accepted by Postfix, refused by the next server: the report comes into a Maildir, which is read as it is."""
    letter = new_letter(1, to=("r2@out.example", "r1@out.example"))
    letter = replace(letter, envelope_from="alice@acme.example")
    away = RunningSink(mail_server.away_port, tmp_path / "away.jsonl", options={"mode": "refuse", "every": "2"})
    away.start()
    try:
        queued.store.accept([letter])
        stored = queued.store.begin(letter.id, 0)
        assert stored is not None
        with closing(Connection(mail_server.account())) as connection:
            sent = connection.send(letter.content, "alice@acme.example", letter.recipients)
        assert sent.accepted == letter.recipients
        ready = tuple(replace(entry, state="sent") for entry in stored.recipients)
        queued.store.settle(stored, recipients=ready, state="sent", attempts=1)
        box = mail_server.folder / "boxes/alice"
        assert until(lambda: letter.id in "".join(path.read_text() for path in box.glob("new/*")), 20)
    finally:
        away.kill()
    ran = cli("queue", "bounces", box, "--format", "json", cwd=queued.folder)
    (bounce,) = ran.json["bounces"]
    assert (bounce["recipient"], bounce["action"]) == ("r2@out.example", "failed")
    found = bounce["trouble"]
    assert (found["category"], found["smtp_code"], found["enhanced_code"]) == ("recipient_rejected", 550, "5.1.1")
    assert "550 5.1.1 no such user" in found["server_reply"]
    assert [entry["to"] for entry in away.taken()] == [["r1@out.example"]]
