"""How a stage ends early, and what the exceptions of sockets and TLS mean.

``Failure`` never leaves this package: the session's edge turns it into a TestResult.
"""

from __future__ import annotations

import errno
import smtplib
import socket
import ssl
from dataclasses import dataclass
from typing import NamedTuple

from mailspec.diagnosis.diagnose import diagnose
from mailspec.outcome.mail import Category, Stage
from mailspec.outcome.sign_in import NON_AUTHENTICATED, Problem
from mailspec.signin.network import VERIFY


class Reply(NamedTuple):
    """A server's answer. ``text`` has its lines without the codes, as the server wrote them."""

    code: int
    text: str

    def __str__(self) -> str:
        return f"{self.code} {self.text}".rstrip()


@dataclass(slots=True, eq=False)
class Failure(Exception):  # noqa: N818 - the value of a stage that ended, not a bug
    """Category and detail where they are known for certain; else ``reply`` is left to diagnosis."""

    reason: str
    category: Category | None = None
    detail: str | None = None
    reply: Reply | None = None
    advice: str | None = None


_NO_ROUTE = {errno.EHOSTUNREACH, errno.EHOSTDOWN}
_NO_NETWORK = {errno.ENETUNREACH, errno.ENETDOWN, errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT}
_FORBIDDEN = {errno.EACCES, errno.EPERM}


def of_problem(problem: Problem) -> Failure:
    """Return what it means for a send that there is no access token."""
    known = problem.state in ("unknown", "app_misconfigured", "client_invalid")
    reason = problem.reason if known else f"{NON_AUTHENTICATED}: {problem.reason}"
    if problem.wait is not None:
        reason += f"; it asks to wait {problem.wait:g} seconds"
    reply = None if problem.reply is None else Reply(0, problem.reply)
    return Failure(reason, problem.category, problem.detail, reply, problem.advice)


def of_exception(error: OSError | smtplib.SMTPException, stage: Stage) -> Failure:
    """Return what an exception of the socket, TLS or SMTP layer means at a stage."""
    reason = " ".join(str(error).split()) or type(error).__name__
    if isinstance(error, ssl.SSLError):
        return _of_tls(error, reason)
    if isinstance(error, TimeoutError):
        return Failure("the time limit of this stage is over", *_late(stage))
    if isinstance(error, socket.gaierror):
        temporary = error.errno == socket.EAI_AGAIN
        return Failure(reason, "dns", "temporary" if temporary else "not_found")
    if isinstance(error, ConnectionRefusedError):
        return Failure(reason, "connection_refused")
    number = error.errno if isinstance(error, OSError) else None
    if number in _NO_ROUTE:
        return Failure(reason, "network_unreachable", "no_route")
    if number in _NO_NETWORK:
        return Failure(reason, "network_unreachable")
    if number in _FORBIDDEN:
        return Failure(reason, "network_unreachable", "not_permitted")
    if stage == "tls":
        return Failure(reason, "tls_handshake", "closed")
    return Failure("the server closed the connection", "server_unavailable", "disconnected")


def _late(stage: Stage) -> tuple[Category, str]:
    if stage == "dns":
        return "dns", "temporary"
    if stage in ("connect", "greeting", "tls"):
        return "timeout", stage
    return "timeout", "reply"


def _of_tls(error: ssl.SSLError, reason: str) -> Failure:
    if isinstance(error, ssl.SSLCertVerificationError):
        return Failure(error.verify_message, "certificate", VERIFY.get(error.verify_code))
    found = diagnose(reason)
    if found.category in ("tls_handshake", "tls_mode_mismatch", "certificate"):
        return Failure(reason, found.category, found.detail)
    return Failure(reason, "tls_handshake", "closed" if isinstance(error, ssl.SSLEOFError) else None)
