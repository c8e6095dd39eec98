"""What ``mailspec.send`` and ``mailspec send`` accept, and what they refuse as a whole."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

import mailspec
from mailspec.workflow.project import ApplyRefusedError, UsageError
from tools.queue.sink import RunningSink
from tools.queue.world import World, until

PROJECT = """\
version: 1
instance: {name: Acme}
configurations:
  - {name: Primary, host: 127.0.0.1, port: 2525, security: none, from: noreply@acme.example, state: STATE}
policy: {allowed_recipients: ["*@acme.example"]}
delivery: {queue: {limit: 3}}
"""


@pytest.fixture
def project(tmp_path: Path, empty_queue: Path) -> Path:
    (tmp_path / "mailspec.yml").write_text(PROJECT.replace("STATE", "active"))
    (tmp_path / ".mailspec").mkdir(mode=0o700)
    shutil.copy(empty_queue, tmp_path / ".mailspec")
    return tmp_path


def stored(project: Path) -> list[EmailMessage]:
    """Return the messages in the queue, in the order of their first recipients."""
    held = World(f"sqlite:///{project}/.mailspec/state.sqlite", project).store
    letters = sorted(held.listed((), None), key=lambda entry: entry.recipients[0].address)
    found = [held.find(entry.id)[0].content for entry in letters]
    return [message_from_bytes(content, policy=policy.default) for content in found]


def words_of(message: EmailMessage) -> list[str]:
    body = message.get_body(("plain",))
    assert body is not None
    return str(body.get_content()).splitlines()


def test_the_same_key_is_accepted_once(project: Path, cli: Callable[..., Any]) -> None:
    first = mailspec.send("ann@acme.example", subject="Hi", text="hello", key="k", path=str(project))
    again = mailspec.send("ann@acme.example", subject="Hi", text="hello", key="k", path=str(project))
    assert first.messages == again.messages
    assert (len(first.known), len(again.known)) == (0, 1)
    (listed,) = cli("queue", "list", "--format", "json", cwd=project).json["messages"]
    assert (listed["id"], listed["state"], listed["sender"]) == (
        first.messages[0].id,
        "queued",
        "configuration:Primary",
    )


def test_each_address_with_its_own_variables_a_template_and_copies(project: Path) -> None:
    (project / "letter.txt").write_text("You owe {{ amount }} EUR, ref {{ ref }}.\n")
    sent = mailspec.send(
        {"ann@acme.example": {"amount": "10"}, "bob@acme.example": {"amount": "2"}},
        template="letter.txt",
        variables={"ref": "R7"},
        subject="Over {{ amount }}",
        cc=["all@acme.example"],
        bcc=["audit@acme.example"],
        path=str(project),
    )
    assert sent.messages[0].recipients == ("ann@acme.example", "all@acme.example", "audit@acme.example")
    ann, bob = stored(project)
    assert (ann["Subject"], words_of(ann)) == ("Over 10", ["You owe 10 EUR, ref R7."])
    assert (bob["Subject"], bob["Cc"], bob["Bcc"]) == ("Over 2", "all@acme.example", None)


def test_text_and_html_are_two_parts_of_one_message_to_all(project: Path) -> None:
    people = ["ann@acme.example", "bob@acme.example"]
    mailspec.send(people, subject="Hi", text="plain", html="<p>rich</p>", together=True, path=str(project))
    mailspec.send("cid@acme.example", subject="Hi", html="<p>rich</p>", path=str(project))
    both, alone = stored(project)
    assert [part.get_content_type() for part in both.iter_parts()] == ["text/plain", "text/html"]
    assert both["To"] == "ann@acme.example, bob@acme.example"
    rich = alone.get_body(("html",))
    assert rich is not None
    assert "<p>rich</p>" in rich.get_content()


@pytest.mark.parametrize("given", [{}, {"text": "x", "type": "welcome"}, {"html": "x", "template": "a.txt"}])
def test_nothing_or_two_things_to_send_is_wrong_use(project: Path, given: dict[str, str]) -> None:
    with pytest.raises(UsageError, match="Give one of"):
        mailspec.send("ann@acme.example", subject="Hi", path=str(project), **given)


def test_one_recipient_that_is_not_allowed_refuses_all(project: Path, cli: Callable[..., Any]) -> None:
    with pytest.raises(ApplyRefusedError, match=r"out\.example"):
        mailspec.send(["ann@acme.example", "b@out.example"], subject="Hi", text="x", path=str(project))
    assert cli("queue", "list", cwd=project).out == "No messages.\n"


def test_more_than_the_queue_holds_is_refused_as_a_whole(project: Path) -> None:
    people = [f"p{number}@acme.example" for number in range(4)]
    with pytest.raises(ApplyRefusedError, match="limit of 3"):
        mailspec.send(people, subject="Hi", text="x", path=str(project))
    assert len(mailspec.send(people[:3], subject="Hi", text="x", path=str(project)).messages) == 3


def test_mail_that_is_off_is_refused(project: Path) -> None:
    (project / "mailspec.yml").write_text(PROJECT.replace("STATE", "inactive"))
    with pytest.raises(ApplyRefusedError, match="mail is off"):
        mailspec.send("ann@acme.example", subject="Hi", text="x", path=str(project))


def test_a_body_without_subject_or_with_a_bad_address_is_wrong_use(project: Path) -> None:
    with pytest.raises(UsageError, match="subject"):
        mailspec.send("ann@acme.example", text="x", path=str(project))
    with pytest.raises(UsageError, match="no-address"):
        mailspec.send("no-address", subject="Hi", text="x", path=str(project))


def test_each_row_of_a_table_is_a_message_with_its_own_words(
    project: Path, cli: Callable[..., Any], as_published: Any
) -> None:
    (project / "mailspec.yml").write_text(PROJECT.replace("STATE", "active").replace("limit: 3", "limit: 30"))
    (project / "letter.txt").write_text("Dear {{ name }},\nyou owe {{ amount }} EUR, ref {{ ref }}.\n")
    rows = '\ufeffemail,name,amount\nann@acme.example,"Ann, Smith",10\nbob@acme.example,Björn,"2.5"\n'
    (project / "people.csv").write_text(rows, encoding="utf-8")
    words = ("--csv", "people.csv", "--template", "letter.txt", "--subject", "For {{ name }}", "--var", "ref=R7")
    reply = as_published("send", cli("send", *words, "--format", "json", cwd=project).json)
    assert [entry["recipients"] for entry in reply["messages"]] == [["ann@acme.example"], ["bob@acme.example"]]
    ann, bob = stored(project)
    assert (ann["To"], ann["Subject"]) == ('"Ann, Smith" <ann@acme.example>', "For Ann, Smith")
    assert words_of(ann) == ["Dear Ann, Smith,", "you owe 10 EUR, ref R7."]
    assert (bob["Subject"], words_of(bob)) == ("For Björn", ["Dear Björn,", "you owe 2.5 EUR, ref R7."])


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ("name\nAnn\n", "has no column email; it has name"),
        ("email,amount\nann@acme.example\n", "people.csv:2: the row does not have as many cells"),
        ("email,amount\nann@acme.example,1,2\n", "people.csv:2: the row does not have as many cells"),
        ("email,amount\nno-address,1\n", "'no-address' is not an e-mail address"),
        ("email\nann@acme.example\n", "amount"),
        ("email,amount\n", "To whom?"),
        ("", "has no column email"),
    ],
)
def test_a_table_with_a_mistake_is_refused_as_a_whole(
    project: Path, cli: Callable[..., Any], rows: str, message: str
) -> None:
    (project / "letter.txt").write_text("You owe {{ amount }} EUR.\n")
    (project / "people.csv").write_text(rows)
    ran = cli("send", "--csv", "people.csv", "--template", "letter.txt", "--subject", "S", cwd=project)
    assert (ran.code, message in ran.err) == (2, True), ran.err
    assert stored(project) == []


def test_a_whole_message_from_standard_input_keeps_its_words_and_gets_our_header(
    project: Path, cli_process: Callable[..., Any]
) -> None:
    given = "From: evil@else.example\nBcc: x@else.example\nSubject: Hi\nX-Ticket: 7\n\nhello\n"
    ran = cli_process("send", "ann@acme.example", "--message", "-", cwd=project, stdin=given)
    assert ran.code == 0, ran.err
    (message,) = stored(project)
    assert (message["From"], message["To"], message["Bcc"]) == (
        "Acme <noreply@acme.example>",
        "ann@acme.example",
        None,
    )
    assert (message["Subject"], message["X-Ticket"], message.get_content().splitlines()) == ("Hi", "7", ["hello"])


MAILINGS = """\
general: {bulk: {mode: smtp}}
mailings:
  - {name: news, type: mass_mailing, mode: general, send_as: noreply@acme.example, list_unsubscribe: "LINK"}
  - {name: parcels, type: dispatch, mode: general, send_as: noreply@acme.example}
"""


@pytest.mark.parametrize(
    ("link", "post"),
    [("https://acme.example/leave?u=1", "List-Unsubscribe=One-Click"), ("mailto:leave@acme.example", None)],
)
def test_list_mail_can_be_left_by_one_click(project: Path, link: str, post: str | None) -> None:
    text = PROJECT.replace("STATE", "active") + MAILINGS.replace("LINK", link)
    (project / "mailspec.yml").write_text(text)
    mailspec.send("ann@acme.example", subject="News", text="x", sender="mailing:news", path=str(project))
    mailspec.send("bob@acme.example", subject="Sent", text="x", sender="mailing:parcels", path=str(project))
    news, parcel = stored(project)
    assert (news["List-Unsubscribe"], news["List-Unsubscribe-Post"]) == (f"<{link}>", post)
    assert (parcel["List-Unsubscribe"], parcel["List-Unsubscribe-Post"]) == (None, None)


def test_a_test_environment_sends_everything_to_its_own_address(
    project: Path, cli: Callable[..., Any], run_sink: Callable[..., RunningSink]
) -> None:
    sink = run_sink()
    own = f"{{name: Primary, host: localhost, port: {sink.port}}}"
    environment = f"kind: test\nredirect_to: qa@acme.example\nconfigurations: [{own}]\n"
    (project / "environments").mkdir()
    (project / "environments/staging.yml").write_text(environment)
    people = [f"p{number}@out.example" for number in range(3)]
    sent = mailspec.send(people, subject="Hi", text="x", path=str(project), environment="staging")
    assert sent.redirected_to == "qa@acme.example"
    command = [sys.executable, "-m", "mailspec", "worker", "-E", "staging", "--project", str(project)]
    worker = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    try:
        assert until(lambda: len(sink.taken()) == 3, 40)
    finally:
        worker.terminate()
        worker.wait(60)
    assert {address for entry in sink.taken() for address in entry["to"]} == {"qa@acme.example"}


@pytest.mark.parametrize(
    ("template", "subject", "place"),
    [
        ("{% block subject %}x{{ '\\ud800' }}{% endblock %}{% block text %}t{% endblock %}", None, r"note\.md\.j2:1: "),
        ("one\n{{ '\\0' }}", "Hi", r"note\.md\.j2:\d: "),
        ("text", "{{ '\\ud800' }}", "subject: "),
        ("text", "{{ '\\x01' }}", "subject: "),
    ],
)
def test_a_template_that_gives_what_no_mail_can_hold_is_refused_by_preview_and_send(
    project: Path, cli: Callable[..., Any], template: str, subject: str | None, place: str
) -> None:
    declared = {"name": "note", "template": "note.md.j2", **({"subject": subject} if subject else {})}
    (project / "mailspec.yml").write_text(
        PROJECT.replace("STATE", "active") + "email_types: " + json.dumps([declared]) + "\n"
    )
    (project / "note.md.j2").write_text(template)
    shown = cli("preview", "note", cwd=project)
    assert shown.code == 1
    assert re.search(place + r"?.*what it gives holds ", shown.err)
    sent = cli("send", "ann@acme.example", "--type", "note", cwd=project)
    assert sent.code == 2
    assert re.search(place + r"what it gives holds .*Nothing was accepted", sent.err)
    assert cli("queue", "list", cwd=project).out == "No messages.\n"


@pytest.mark.parametrize("given", ["\ud800", "\0", "\x1b[2J"])
@pytest.mark.parametrize("part", ["subject", "text", "html", "key"])
def test_a_part_that_no_mail_can_hold_is_wrong_use(
    project: Path, cli: Callable[..., Any], part: str, given: str
) -> None:
    asked: dict[str, Any] = {"subject": "Hi", "text": "x", part: given}
    with pytest.raises(UsageError, match=r"holds (half a|the control) character"):
        mailspec.send("ann@acme.example", path=str(project), **asked)
    (project / "a.eml").write_bytes(b"From: a@acme.example\n\nHi")
    whole = cli("send", "ann@acme.example", "--message", "a.eml", "--subject", given, cwd=project)
    assert (whole.code, "The subject holds" in whole.err) == (2, True)
    assert cli("queue", "list", cwd=project).out == "No messages.\n"


@pytest.mark.parametrize("word", [r"=?unicode_escape?q?=5Cud800?=", "=?utf-7?q?+2AA-?="])
def test_a_whole_message_whose_subject_decodes_to_half_a_character_is_kept_with_an_escape(
    project: Path, cli: Callable[..., Any], word: str
) -> None:
    (project / "a.eml").write_text(f"From: a@acme.example\nSubject: {word}\n\nHi")
    assert cli("send", "ann@acme.example", "--message", "a.eml", cwd=project).code == 0
    (listed,) = cli("queue", "list", "--format", "json", cwd=project).json["messages"]
    assert listed["subject"] == "\\ud800"


def test_a_word_of_no_encoding_is_no_message_of_the_queue(project: Path, cli: Callable[..., Any]) -> None:
    mailspec.send("ann@acme.example", subject="Hi", text="x", path=str(project))
    for word in ("\udcff", "\0"):
        assert cli("queue", "show", word, cwd=project).code == 2
