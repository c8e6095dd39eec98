"""One SMTP connection: commands and replies within a deadline and within sane sizes.

Built on smtplib's SMTP for EHLO's features and commands; reading and writing are done here, because
smtplib waits anew for every packet and reads replies without end.
"""

from __future__ import annotations

import select
import smtplib
import socket
import ssl
from typing import Any

from mailspec.mail.deadline import Deadline
from mailspec.mail.failure import Failure, Reply

# RFC 5321 section 4.5.3.1.5 gives a reply line 512 bytes; real banners and EHLO answers run to some
# dozens of lines.
_LONGEST_REPLY = 64 * 1024
_CHUNK = 4096


class Wire(smtplib.SMTP):
    """The protocol over a connected socket. ``deadline`` is set anew by whoever begins a stage."""

    def __init__(self, sock: socket.socket, ehlo_name: str, deadline: Deadline) -> None:
        super().__init__(local_hostname=ehlo_name)
        self.sock: socket.socket | None = sock
        self.peer: tuple[str, int] = sock.getpeername()[:2]
        self.deadline = deadline
        self._buffer = bytearray()

    @property
    def encrypted(self) -> bool:
        """Tell whether the connection is under TLS."""
        return isinstance(self.sock, ssl.SSLSocket)

    @property
    def features(self) -> dict[str, str]:
        """What the last EHLO offered: names in small letters, with their parameters."""
        return dict(self.esmtp_features)

    def call(self, command: str, argument: str = "") -> Reply:
        """Send a command and return the reply. Raises Failure, TimeoutError, OSError."""
        self.putcmd(command, argument)
        return self.answer()

    def answer(self) -> Reply:
        """Return the next reply as text."""
        code, text = self.getreply()
        return Reply(code, decoded(text))

    def message(self, content: bytes) -> Reply:
        """Send a message after DATA and return the last reply."""
        self.send(stuffed(content))
        return self.answer()

    def send(self, s: Any) -> None:
        """Write text or bytes whole, within the deadline. (smtplib's name and parameter.)"""
        data = s.encode(self.command_encoding) if isinstance(s, str) else s
        rest = memoryview(data)
        while rest:
            rest = rest[self._ready().send(rest) :]

    def getreply(self) -> tuple[int, bytes]:
        """Return code and text of one reply; its lines are joined by line feeds. (smtplib's name.)"""
        lines: list[bytes] = []
        size = 0
        while True:
            line = self._line(_LONGEST_REPLY - size)
            size += len(line)
            code, mark, text = line[:3], line[3:4], line[4:]
            if not code.isdigit() or mark not in (b"", b" ", b"-", b"\r"):
                raise _no_smtp(line)
            lines.append(text.strip(b" \t\r\n"))
            if mark != b"-":
                return int(code), b"\n".join(lines)

    def silent_until(self, seconds: float) -> bool:
        """Tell whether nothing came in for some seconds."""
        sock = self._ready()
        return not self._buffer and not select.select([sock], [], [], self.deadline.left(seconds))[0]

    def spoke_early(self) -> bool:
        """Tell whether bytes are there although it is our turn: behind STARTTLS' answer nothing may be."""
        return bool(self._buffer) or bool(select.select([self._ready()], [], [], 0)[0])

    def encrypt(self, sock: ssl.SSLSocket) -> None:
        """Go on over TLS; all that was learnt before is forgotten (RFC 3207 section 4.2)."""
        self.sock = sock
        self._buffer.clear()
        self.esmtp_features = {}
        self.ehlo_resp = self.helo_resp = None
        self.does_esmtp = False

    def close(self) -> None:
        """Close the socket, without a word."""
        if self.sock is not None:
            self.sock.close()
            self.sock = None

    def _ready(self) -> socket.socket:
        if self.sock is None:
            raise smtplib.SMTPServerDisconnected("closed")
        self.sock.settimeout(self.deadline.left())
        return self.sock

    def _line(self, longest: int) -> bytes:
        """Return one line, the line feed included. Raises Failure where it does not end in time or size."""
        searched = 0
        while (end := self._buffer.find(b"\n", searched)) < 0:
            searched = len(self._buffer)
            if searched > longest:
                seen = Reply(0, decoded(bytes(self._buffer)))
                raise Failure("the reply does not end", "server_unavailable", "reply_too_long", seen)
            data = self._ready().recv(_CHUNK)
            if not data:
                if self._buffer:
                    raise _no_smtp(bytes(self._buffer))
                raise smtplib.SMTPServerDisconnected("the server closed the connection")
            self._buffer += data
        line = bytes(self._buffer[: end + 1])
        del self._buffer[: end + 1]
        if len(line) > longest:
            raise Failure("the reply has too many lines", "server_unavailable", "reply_too_long")
        return line


def stuffed(content: bytes) -> bytes:
    """Return a message as it goes over the wire: lines end in CRLF, dots are doubled (RFC 5321 section 4.5.2), and
    a dot alone ends it."""
    lines = content.replace(b"\r\n", b"\n").replace(b"\r", b"\n").removesuffix(b"\n").split(b"\n")
    return b"\r\n".join(b"." + line if line.startswith(b".") else line for line in lines) + b"\r\n.\r\n"


def decoded(data: bytes) -> str:
    """Return a reply's bytes as text: UTF-8 where it is, else other bytes as escapes (QQ answers in GBK)."""
    return data.decode("utf-8", "backslashreplace")


def _no_smtp(line: bytes) -> Failure:
    return Failure("the answer is not SMTP", reply=Reply(0, decoded(line).strip()))
