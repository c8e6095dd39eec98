from __future__ import annotations

import smtplib
import socket
from collections.abc import Iterator

import pytest

from mailspec.mail.deadline import Deadline
from mailspec.mail.failure import Failure, Reply
from mailspec.mail.wire import Wire


@pytest.fixture
def pair() -> Iterator[tuple[Wire, socket.socket]]:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        yield Wire(ours, "hub.acme.example", Deadline(1)), theirs


@pytest.mark.parametrize(
    ("sent", "code", "text"),
    [
        (b"250 fine\r\n", 250, "fine"),
        (b"250 fine\n", 250, "fine"),
        (b"250\r\n", 250, ""),
        (b"250-one\r\n250-two\r\n250 three\r\n", 250, "one\ntwo\nthree"),
        (b"550-5.1.1 one\r\n550 5.1.1 two\r\n", 550, "5.1.1 one\n5.1.1 two"),
        (b"250 \xff\xfe\r\n", 250, "\\xff\\xfe"),
    ],
)
def test_replies(pair: tuple[Wire, socket.socket], sent: bytes, code: int, text: str) -> None:
    wire, theirs = pair
    theirs.sendall(sent)
    assert wire.answer() == Reply(code, text)


def test_replies_one_by_one(pair: tuple[Wire, socket.socket]) -> None:
    wire, theirs = pair
    theirs.sendall(b"250 one\r\n250 two\r\n")
    assert [wire.answer().text, wire.answer().text] == ["one", "two"]


def test_an_end_is_an_end(pair: tuple[Wire, socket.socket]) -> None:
    wire, theirs = pair
    theirs.close()
    with pytest.raises(smtplib.SMTPServerDisconnected):
        wire.answer()


def test_a_command_cannot_hold_a_line_end(pair: tuple[Wire, socket.socket]) -> None:
    wire, _ = pair
    with pytest.raises(ValueError, match="newline"):
        wire.call("MAIL FROM:<a@acme.example>\r\nRCPT TO:<b@acme.example>")


def test_a_message_s_dots_are_doubled_and_its_lines_end_alike(pair: tuple[Wire, socket.socket]) -> None:
    wire, theirs = pair
    theirs.sendall(b"250 queued\r\n")
    assert wire.message(b".one\r\n..two\nthree\r.\r\n") == Reply(250, "queued")
    assert theirs.recv(100) == b"..one\r\n...two\r\nthree\r\n..\r\n.\r\n"


def test_what_is_no_smtp_is_shown(pair: tuple[Wire, socket.socket]) -> None:
    wire, theirs = pair
    theirs.sendall(b"* OK IMAP4rev1 ready\r\n")
    with pytest.raises(Failure) as caught:
        wire.answer()
    assert caught.value.reply == Reply(0, "* OK IMAP4rev1 ready")


def test_a_closed_connection_says_so(pair: tuple[Wire, socket.socket]) -> None:
    wire, _ = pair
    wire.close()
    with pytest.raises(smtplib.SMTPServerDisconnected):
        wire.call("NOOP")


def test_a_peer_that_reads_nothing(pair: tuple[Wire, socket.socket]) -> None:
    wire, _ = pair
    wire.deadline = Deadline(0.3)
    with pytest.raises(TimeoutError):
        wire.send(b"x" * 50_000_000)


def test_features_are_read_and_forgotten_under_tls(pair: tuple[Wire, socket.socket]) -> None:
    wire, theirs = pair
    theirs.sendall(b"250-mail\r\n250-SIZE 1000\r\n250 AUTH PLAIN LOGIN\r\n")
    wire.ehlo()
    assert wire.features["size"] == "1000"
    assert wire.features["auth"].split() == ["PLAIN", "LOGIN"]
    wire.encrypt(wire.sock)  # type: ignore[arg-type]
    assert wire.features == {}
