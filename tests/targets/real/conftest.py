"""Servers that only note what reaches them, so that the mail of a real program can be asserted: who signed in, how."""

from __future__ import annotations

import ssl
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email import message_from_bytes
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

PASSWORD = 's3cret pa$$#"w'
HOST = "localhost"


@dataclass
class Message:
    """One message as a server took it."""

    sender: str
    recipients: list[str]
    user: str | None
    password: str | None
    encrypted: bool
    headers: dict[str, str]


@dataclass
class Sink:
    """One listening server and what reached it."""

    port: int
    wrapped: bool = False
    messages: list[Message] = field(default_factory=list)

    def wait(self, count: int = 1, seconds: float = 15) -> list[Message]:
        """Wait for messages and return all."""
        end = time.monotonic() + seconds
        while len(self.messages) < count and time.monotonic() < end:
            time.sleep(0.05)
        return self.messages


class _Handler:
    def __init__(self, sink: Sink) -> None:
        self.sink = sink

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        user, password = session.auth_data or (None, None)
        parsed = message_from_bytes(envelope.original_content or envelope.content)
        headers = {name.lower(): str(value) for name, value in parsed.items()}
        encrypted = self.sink.wrapped or session.ssl is not None
        message = Message(envelope.mail_from, list(envelope.rcpt_tos), user, password, encrypted, headers)
        self.sink.messages.append(message)
        return "250 OK noted"


def _sign_in(_server: Any, _session: Any, _envelope: Any, mechanism: str, data: Any) -> AuthResult:
    user, password = data.login.decode(), data.password.decode()
    return AuthResult(success=True, auth_data=(user, password))


class Sinks:
    """Starts servers by kind: starttls, tls, plain (no sign-in) and auth (sign-in without TLS)."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.ca, self.stranger = trustme.CA(), trustme.CA()
        self.ca_file = folder / "ca.pem"
        self.ca.cert_pem.write_to_path(str(self.ca_file))
        self._controllers: list[Controller] = []

    def start(
        self, kind: str, *, name: str = HOST, known: bool = True, port: int = 0, address: str = "127.0.0.1"
    ) -> Sink:
        """Start a server whose certificate is for ``name``, by an authority that is ``known`` or not."""
        context = self._context(name, known=known)
        options: dict[str, Any] = {
            "authenticator": _sign_in,
            "auth_required": True,
            "auth_exclude_mechanism": ["LOGIN"],
        }
        if kind == "starttls":
            options |= {"tls_context": context, "require_starttls": True}
        elif kind == "plain":
            options = {}
        else:
            options |= {"auth_require_tls": False}
        sink = Sink(port or _free(), kind == "tls")
        controller = Controller(
            _Handler(sink),
            hostname=address,
            port=sink.port,
            ssl_context=context if kind == "tls" else None,
            server_hostname="sink.example",
            **options,
        )
        controller.start()
        self._controllers.append(controller)
        return sink

    def _context(self, name: str, *, known: bool) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        names = (name, "127.0.0.1", "127.0.0.2") if name == HOST else (name,)
        (self.ca if known else self.stranger).issue_cert(*names).configure_cert(context)
        return context

    def close(self) -> None:
        for controller in self._controllers:
            controller.stop()
        self._controllers.clear()


def _free() -> int:
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
        return port


@pytest.fixture(scope="module")
def sinks() -> Iterator[Sinks]:
    # Programs read the authority as users of their own, who may not enter pytest's folders.
    with TemporaryDirectory(prefix="mailspec-sinks-") as folder:
        Path(folder).chmod(0o755)
        made = Sinks(Path(folder))
        yield made
        made.close()


@pytest.fixture
def project(tmp_path: Path, cli_process: Callable[..., Any]) -> Callable[..., Any]:
    """``project(spec, "plan", ...)``: write the spec and run a command with the suite's password."""

    def run(spec: str, *args: str, code: int | None = 0, env: dict[str, str] | None = None) -> Any:
        folder = tmp_path / "project"
        folder.mkdir(exist_ok=True)
        (folder / "mailspec.yml").write_text(spec)
        ran = cli_process(*args, cwd=folder, env={"ACME_PASSWORD": PASSWORD, **(env or {})})
        assert PASSWORD not in ran.out + ran.err
        assert code is None or ran.code == code, ran.out + ran.err
        return ran

    return run


@pytest.fixture
def untried(tmp_path: Path, cli: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """``untried(spec)``: apply a spec whose server mailspec's own preflight would refuse.

    What the program does with such a server is the question then.
    """
    monkeypatch.setattr("mailspec.workflow.apply.applying.checks", lambda *_args: [list])

    def run(spec: str) -> None:
        folder = tmp_path / "project"
        folder.mkdir(exist_ok=True)
        (folder / "mailspec.yml").write_text(spec)
        ran = cli("apply", "--auto-approve", "--no-test", cwd=folder, env={"ACME_PASSWORD": PASSWORD})
        assert ran.code == 0, ran.out + ran.err

    return run


@pytest.fixture
def program() -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run a program and return how it ended."""

    def run(*command: str | Path, text: str = "", **options: Any) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(part) for part in command],
            input=text,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
            **options,
        )

    return run
