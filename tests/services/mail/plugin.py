"""Real mail servers for tests: Postfix with Dovecot's sign-in and postgrey, installed by tools/services/mail.sh."""

from __future__ import annotations

import email
import email.policy
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

# The tests folder is no package: this server's parts are found beside this file.
sys.path.insert(0, str(Path(__file__).parent))

from mailserver import certificates, dovecot, postfix, postgrey
from mailserver.listeners import LISTENERS, free_ports
from mailserver.processes import stop, wait_for

from mailspec.mail.account import Account
from mailspec.outcome.secret import Secret

PROGRAMS = ("postfix", "dovecot", "postgrey")
ALICE, BOB, TEAM = "alice@acme.example", "bob@acme.example", "team@acme.example"
PASSWORDS = {ALICE: "alice's s3cret + word", BOB: "bob-s3cret"}
# A thousand people who may each send as nobody else.
CROWD = {f"person{number:04}@acme.example": f"s3cret-of-{number:04}" for number in range(1000)}


def missing() -> str | None:
    """Say why the servers cannot be started here, ``None`` where they can."""
    if os.geteuid() != 0:
        return "Postfix and Dovecot are started as root"
    absent = [name for name in PROGRAMS if shutil.which(name, path="/usr/sbin:/usr/bin") is None]
    return f"{', '.join(absent)} not installed: run tools/services/mail.sh as root" if absent else None


SERVICES = {"postfix": missing, "postgrey": missing}


@dataclass(frozen=True)
class MailServer:
    """The running server. ``ports`` has one for each listener of mailserver/listeners.py.

    ``away_port`` is where it looks for the server of out.example; nothing listens there, unless a test does.
    """

    folder: Path
    ports: dict[str, int]
    certificates: certificates.Certificates
    away_port: int
    crowd: dict[str, str] = field(default_factory=lambda: dict(CROWD))

    def account(self, listener: str = "tls", **changes: Any) -> Account:
        """Return Alice's account at a listener, with every setting right unless changed."""
        implicit = LISTENERS[listener].options.get("smtpd_tls_wrappermode") == "yes"
        settings: dict[str, Any] = {
            "name": "Primary",
            "host": "127.0.0.1",
            "port": self.ports[listener],
            "security": "tls" if implicit else "starttls",
            "ca_file": str(self.certificates.ca_file),
            "server_name": certificates.HOST,
            "method": "plain",
            "username": ALICE,
            "password": Secret(PASSWORDS[ALICE]),
            "from_email": ALICE,
            "from_name": "Alice",
            "timeout": 10.0,
        }
        return Account(**{**settings, **changes})

    def inbox(self, person: str = BOB) -> list[EmailMessage]:
        """Return what was delivered to a person."""
        box = self.folder / "boxes" / person.partition("@")[0] / "new"
        files = sorted(box.glob("*")) if box.is_dir() else []
        return [_parsed(path.read_bytes()) for path in files]

    def delivered(self, queue_id: str, person: str = BOB) -> EmailMessage:
        """Wait for the message that was queued under an id, and return it."""
        found: list[EmailMessage] = []

        def there() -> bool:
            found[:] = [one for one in self.inbox(person) if f"id {queue_id}" in str(one["Received"])]
            return bool(found)

        wait_for(there, f"{queue_id} did not arrive", log=self.folder / "mail.log", seconds=10)
        return found[0]

    def log(self) -> str:
        """Return the whole log of Postfix."""
        return (self.folder / "mail.log").read_text(errors="replace")

    def session_of(self, queue_id: str) -> str:
        """Return what the log says of the session that brought a message, from its connect to its disconnect."""
        wait_for(lambda: self._session(queue_id) is not None, f"{queue_id} has no whole session in the log")
        return str(self._session(queue_id))

    def _session(self, queue_id: str) -> str | None:
        lines = self.log().splitlines()
        taken = next((line for line in lines if f"{queue_id}: client=" in line), None)
        if taken is None:
            return None
        process = "[" + taken.split("[", 1)[1].split("]")[0] + "]:"
        own = [line for line in lines if process in line]
        middle = own.index(taken)
        start = max(number for number in range(middle) if " connect from " in own[number])
        ends = [number for number in range(middle, len(own)) if " disconnect from " in own[number]]
        return "\n".join(own[start : ends[0] + 1]) if ends else None


def _parsed(raw: bytes) -> EmailMessage:
    message = email.message_from_bytes(raw, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    return message


@pytest.fixture(scope="session")
def mail_server() -> Iterator[MailServer]:
    """Start all three; one instance serves the whole run."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="mailspec-mail-", dir="/tmp")))
        folder.chmod(0o755)
        made = certificates.make(folder)
        *numbers, grey, away = free_ports(len(LISTENERS) + 2)
        ports = dict(zip(LISTENERS, numbers, strict=True))
        owners = {ALICE: ALICE, BOB: BOB, TEAM: f"{ALICE},{BOB}", **{one: one for one in CROWD}}
        postfix.prepare(folder, (ALICE, BOB, TEAM), owners)
        values = {"postgrey": str(grey), "ca_file": str(made.ca_file), "away_port": str(away)}
        postfix.configure(folder, made, ports, values)
        stack.callback(stop, postgrey.run(folder / "postgrey", grey))
        stack.callback(stop, postfix.run(folder, ports))
        stack.callback(stop, dovecot.run(folder / "dovecot", folder / "queue/private/auth", PASSWORDS | CROWD))
        yield MailServer(folder, ports, made, away)
