"""A real Postfix with Dovecot's sign-in for any number of people, on free loopback ports; needs root.

It is the suite's server (tests/services/mail/mailserver), except that what was accepted is thrown away: the time
of a benchmark shall not depend on how fast mailboxes are written.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests/services/mail"))

from mailserver import certificates, dovecot, postfix
from mailserver.listeners import LISTENERS, free_ports
from mailserver.processes import stop, wait_for

INBOX = "inbox@acme.example"
# Owned by nobody in the server's sender map, so that it may be used without a sign-in.
STRANGER = "hub@else.example"


@dataclass(frozen=True)
class MailHost:
    """The running server. ``ports`` has one for each listener: "starttls", "stripped" (neither TLS nor sign-in) ..."""

    folder: Path
    ports: dict[str, int]
    ca_file: Path

    def accepted(self) -> int:
        """Return how many messages have gone through the queue and left it."""
        return (self.folder / "mail.log").read_text(errors="replace").count(": removed")

    def settle(self, expected: int, seconds: float = 120) -> None:
        """Wait until so many messages in all are through, so that no run pays for an earlier one's queue."""
        wait_for(lambda: self.accepted() >= expected, f"{self.accepted()} of {expected} accepted", seconds=seconds)


def people(count: int) -> dict[str, str]:
    """Return addresses, each with a password of its own."""
    return {f"person{number:04}@acme.example": f"s3cret-of-{number:04}" for number in range(count)}


@contextmanager
def running(users: dict[str, str], listeners: Sequence[str] = ("starttls", "stripped")) -> Iterator[MailHost]:
    """Start it for these people, each of whom may send as nobody else."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="mailspec-bench-", dir="/tmp")))
        folder.chmod(0o755)
        made = certificates.make(folder)
        ports = dict(zip(LISTENERS, free_ports(len(LISTENERS)), strict=True))
        postfix.prepare(folder, (INBOX,), {address: address for address in users})
        postfix.configure(folder, made, ports, {"postgrey": "0", "ca_file": str(made.ca_file)})
        with (folder / "etc/main.cf").open("a") as main:
            main.write("virtual_transport = discard:\n")
        stack.callback(stop, postfix.run(folder, ports))
        stack.callback(stop, dovecot.run(folder / "dovecot", folder / "queue/private/auth", users))
        yield MailHost(folder, {name: ports[name] for name in listeners}, made.ca_file)
