"""A mail server for one machine: implicit TLS and STARTTLS on free loopback ports, sign-in, an own CA.

It keeps each message as a file and delivers nothing.
"""

from __future__ import annotations

import logging
import ssl
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

HOST = "localhost"


@dataclass(frozen=True)
class Running:
    """Where the server listens, whom it trusts with which password, and where it puts messages."""

    tls_port: int
    starttls_port: int
    ca_file: Path
    mailbox: Path

    def messages(self) -> list[Path]:
        """List what was delivered, oldest first."""
        return sorted(self.mailbox.glob("*.eml"))


class Mailbox:
    """Takes every message of a signed-in sender and writes it to a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:
        number = len(list(self.folder.glob("*.eml"))) + 1
        content = envelope.content or b""
        assert isinstance(content, bytes)
        (self.folder / f"{number:04}.eml").write_bytes(content)
        return f"250 2.0.0 kept as {number:04}.eml"


def _authenticator(accounts: dict[str, str]) -> Callable[..., AuthResult]:
    def check(_server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, data: object) -> AuthResult:
        assert isinstance(data, LoginPassword)
        right = accounts.get(data.login.decode(errors="replace")) == data.password.decode(errors="replace")
        return AuthResult(success=right, handled=False)

    return check


class _AnyPort(Controller):
    """Port 0 means any free one; the controller's own check of a finished start needs the real number."""

    def _trigger_server(self) -> None:
        assert self.server is not None
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@contextmanager
def running(folder: Path, accounts: dict[str, str]) -> Iterator[Running]:
    """Start the server, give its addresses, and stop it at the end."""
    folder.mkdir(parents=True, exist_ok=True)
    mailbox = folder / "mailbox"
    mailbox.mkdir(exist_ok=True)
    authority = trustme.CA(organization_name="Demo CA")
    authority.cert_pem.write_to_path(str(folder / "ca.pem"))
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert(HOST, "127.0.0.1").configure_cert(context)
    shared = {
        "hostname": "127.0.0.1",
        "port": 0,
        "authenticator": _authenticator(accounts),
        "auth_required": True,
        "server_hostname": HOST,
    }
    implicit = _AnyPort(Mailbox(mailbox), ssl_context=context, auth_require_tls=False, **shared)
    upgraded = _AnyPort(Mailbox(mailbox), tls_context=context, require_starttls=True, **shared)
    # aiosmtpd cannot see that the whole connection is TLS already, and logs each session's steps as warnings.
    warnings.filterwarnings("ignore", "Requiring AUTH while not requiring TLS")
    logging.getLogger("mail.log").setLevel(logging.ERROR)
    implicit.start()
    upgraded.start()
    try:
        yield Running(implicit.port, upgraded.port, folder / "ca.pem", mailbox)
    finally:
        upgraded.stop()
        implicit.stop()
