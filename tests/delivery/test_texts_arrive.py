"""A text that looks like an encoded word (RFC 2047), in every place of a project: what a real SMTP server then gets."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from email.header import decode_header, make_header
from pathlib import Path

import pytest

import mailspec
from mailspec.delivery.database import Database, queue_url
from mailspec.delivery.engine import Engine
from mailspec.delivery.store import Store
from mailspec.mail.account import Account
from mailspec.mail.check import Occasion, send_test
from mailspec.mail.transmit import Connection
from mailspec.outcome.refusal import Refusal
from mailspec.state.url import parse_url
from tools.queue.sink import RunningSink
from tools.queue.world import until

WORD = "=?utf-8?q?=0d=0aBcc=3a_evil=40attacker.example=0d=0a=0d=0aBODY?="
NAME = f"Hub {WORD} x"
LONG = "long " * 30 + WORD
DATE = "Mon, 01 Jan 99999999999999999999 00:00:00 +0000"
PROJECT = f"""\
version: 1
instance: {{id: hub, name: "{NAME}"}}
configurations:
  - {{name: Plain, host: 127.0.0.1, port: 2525, security: none, from: hub@acme.example, state: active}}
  - name: "{NAME}"
    host: 127.0.0.1
    port: 2525
    security: none
    from: {{email: hub@acme.example, name: "{NAME}"}}
    headers: {{X-Short: "{WORD}", X-Long: "{LONG}", Orig-Date: "{DATE}"}}
general: {{users: {{mode: smtp}}, bulk: {{mode: smtp}}}}
users: [{{email: ann@acme.example, name: "{NAME}"}}]
mailings:
  - {{name: news, mode: general, send_as: hub@acme.example, from_name: "{NAME}",
     list_unsubscribe: "mailto:a@acme.example"}}
policy: {{allowed_recipients: ["*@acme.example"]}}
"""


def received(sink: RunningSink, number: int) -> tuple[list[tuple[str, str]], bytes]:
    """Return fields and body of a message, read by the letter of RFC 5322."""
    assert until(lambda: len(sink.taken()) == number, 10)
    head, _, body = sink.taken()[-1]["content"].encode("latin-1").partition(b"\r\n\r\n")
    fields: list[tuple[str, str]] = []
    for line in head.decode("ascii").split("\r\n"):
        assert line.strip()
        assert "\r" not in line
        assert "\n" not in line
        if line[0] in " \t":
            fields[-1] = (fields[-1][0], fields[-1][1] + line)
        else:
            name, _, value = line.partition(":")
            fields.append((name, value.strip()))
    return fields, body


def shown(value: str) -> str:
    return str(make_header(decode_header(value)))


def check(fields: list[tuple[str, str]], **expected: str) -> None:
    """Hold that each field is there once, and that readers see these texts."""
    names = [name.lower() for name, _ in fields]
    assert len(names) == len(set(names))
    assert "bcc" not in names
    values = dict(fields)
    assert {name: shown(values[name.replace("_", "-")].partition(" <")[0]) for name in expected} == expected


@pytest.fixture
def project(tmp_path: Path, empty_queue: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project whose texts no rule refuses: here the messages are looked at, not the rules."""
    monkeypatch.setattr("mailspec.outcome.header_fields._ENCODED_WORD", re.compile("(?!)"))
    (tmp_path / "mailspec.yml").write_text(PROJECT)
    (tmp_path / ".mailspec").mkdir(mode=0o700)
    shutil.copy(empty_queue, tmp_path / ".mailspec")
    return tmp_path


@pytest.mark.parametrize(
    ("sender", "expected"),
    [
        (None, {"From": NAME}),
        (NAME, {"From": NAME, "X_Short": WORD, "X_Long": LONG, "Orig_Date": DATE}),
        ("user:ann@acme.example", {"From": NAME}),
        ("mailing:news", {"From": NAME, "List_Unsubscribe": "<mailto:a@acme.example>"}),
    ],
)
def test_what_send_accepts_arrives_with_our_header_alone(
    project: Path, run_sink: Callable[..., RunningSink], sender: str | None, expected: dict[str, str]
) -> None:
    sink = run_sink(whole=1)
    (project / "letter.txt").write_text("hello\n")
    person = f'"{NAME}" <ann@acme.example>'
    sent = mailspec.send(
        {person: {"name": WORD}},
        template="letter.txt",
        subject="Hi {{ name }}",
        cc=[person.replace("ann", "bob")],
        sender=sender,
        path=str(project),
    )
    url = parse_url(f"sqlite:///{project}/.mailspec/state.sqlite", project)
    assert not isinstance(url, Refusal)
    database = Database(queue_url(url), "hub", None)
    (letter,) = Store(database, Engine(database)).find(sent.messages[0].id)
    connection = Connection(Account("Plain", "127.0.0.1", sink.port, "none"))
    handed = connection.send(letter.content, "hub@acme.example", ["ann@acme.example"])
    connection.close()
    assert handed.accepted == ("ann@acme.example",)
    fields, body = received(sink, 1)
    boundary = dict(fields)["Content-Type"].partition('boundary="')[2].rstrip('"').encode()
    assert body.split(b"--" + boundary)[1].endswith(b"\r\n\r\nhello\r\n\r\n")
    assert body.startswith(b"--" + boundary)
    check(fields, To=NAME, Cc=NAME, Subject=f"Hi {WORD}", **expected)


def test_a_test_message_arrives_with_our_header_alone(run_sink: Callable[..., RunningSink]) -> None:
    sink = run_sink(whole=1)
    account = Account(
        *(NAME, "127.0.0.1", sink.port, "none"),
        from_email="hub@acme.example",
        from_name=NAME,
        headers={"X-Question": f"=?{'long ' * 30}?=", "Orig-Date": DATE},
        list_unsubscribe="https://acme.example/leave",
    )
    result = send_test(account, "ann@acme.example", about=Occasion("1", NAME, NAME))
    assert result.status == "sent", result
    fields, body = received(sink, 1)
    assert body.startswith(b"This message was sent by mailspec")
    check(fields, From=NAME, Subject=f"mailspec test: {NAME} ({NAME})", X_Mailspec_Object=f"configuration:{NAME}")
    assert dict(fields)["List-Unsubscribe"] == "<https://acme.example/leave>"
