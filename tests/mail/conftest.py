"""Stand-ins for servers: what a well-behaved Postfix cannot be made to say. Each connection runs a script."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import trustme

from mailspec.mail.account import Account
from mailspec.outcome.secret import Secret

PASSWORD = "pa$s W0rd/ä+="
EHLO = b"250-stand-in\r\n250-SIZE 10000000\r\n250 AUTH PLAIN LOGIN CRAM-MD5\r\n"
EHLO_TLS = b"250-stand-in\r\n250 STARTTLS\r\n"
Script = Callable[["Conversation"], None]


class Conversation:
    """One connection, seen from the server."""

    def __init__(self, sock: socket.socket, context: ssl.SSLContext, heard: list[bytes]) -> None:
        self.sock = sock
        self.heard = heard
        self._context = context
        self._buffer = b""

    def say(self, data: bytes) -> None:
        self.sock.sendall(data)

    def hear(self) -> bytes:
        """Return the next line; an end of the connection ends the script."""
        while b"\n" not in self._buffer:
            data = self.sock.recv(4096)
            if not data:
                raise ConnectionResetError
            self._buffer += data
        line, self._buffer = self._buffer.split(b"\n", 1)
        self.heard.append(line.strip())
        return line.strip()

    def encrypt(self) -> None:
        self.sock = self._context.wrap_socket(self.sock, server_side=True)

    def greet(self, ehlo: bytes = EHLO) -> None:
        self.say(b"220 stand-in ESMTP\r\n")
        self.hear()
        self.say(ehlo)

    def obey(self, **replies: bytes) -> None:
        """Answer commands by their first word, in small letters; all else is fine."""
        while True:
            word = self.hear().split(b" ")[0].split(b":")[0].decode().lower()
            self.say(replies.get(word, b"221 bye\r\n" if word == "quit" else b"250 fine\r\n"))


class StandIn:
    """A server on a loopback port."""

    def __init__(self, script: Script, context: ssl.SSLContext, ca_file: str) -> None:
        self.heard: list[bytes] = []
        self.errors: list[BaseException] = []
        self._script = script
        self._context = context
        self._ca_file = ca_file
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def account(self, **changes: Any) -> Account:
        settings: dict[str, Any] = {
            "name": "Primary",
            "host": "127.0.0.1",
            "port": self.port,
            "security": "none",
            "ca_file": self._ca_file,
            "method": "plain",
            "username": "alice@acme.example",
            "password": Secret(PASSWORD),
            "from_email": "alice@acme.example",
            "timeout": 3.0,
        }
        return Account(**{**settings, **changes})

    def commands(self) -> list[bytes]:
        """Return the first word of each line that was heard."""
        return [line.split(b" ")[0].upper() for line in self.heard]

    def stop(self) -> None:
        self._listener.close()

    def _serve(self) -> None:
        while True:
            try:
                sock, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._talk, args=(sock,), daemon=True).start()

    def _talk(self, sock: socket.socket) -> None:
        talk = Conversation(sock, self._context, self.heard)
        with contextlib.suppress(OSError):
            self._script(talk)
        with contextlib.suppress(OSError):
            talk.sock.close()


@pytest.fixture(scope="session")
def authority() -> trustme.CA:
    return trustme.CA(key_type=trustme.KeyType.ECDSA)


@pytest.fixture(scope="session")
def server_context(authority: trustme.CA) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1", "localhost", key_type=trustme.KeyType.ECDSA).configure_cert(context)
    return context


@pytest.fixture
def stand_in(
    authority: trustme.CA, server_context: ssl.SSLContext, tmp_path: Any
) -> Iterator[Callable[[Script], StandIn]]:
    """``stand_in(script) -> StandIn``; it is stopped after the test."""
    ca_file = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(str(ca_file))
    running: list[StandIn] = []

    def start(script: Script) -> StandIn:
        running.append(StandIn(script, server_context, str(ca_file)))
        return running[-1]

    yield start
    for server in running:
        server.stop()
