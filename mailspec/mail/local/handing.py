"""Hands a test message to the machine's own mail program: ``xdg-email`` where a person sits, else ``sendmail``.

On Windows and macOS there is nothing that could be proven here, so there it is refused with what is missing.
"""

from __future__ import annotations

import os
import shutil
import sys
import uuid
from collections.abc import Mapping
from dataclasses import replace
from time import monotonic

from mailspec.mail.check import Occasion
from mailspec.mail.envelope import envelope
from mailspec.mail.failure import Failure
from mailspec.mail.local import sendmail, xdg_email
from mailspec.mail.local.program import Handover, LocalAccount
from mailspec.message.about import About
from mailspec.message.compose import body, compose, one_line
from mailspec.message.sender import header_problem
from mailspec.outcome.mail import TestResult

# Where systems keep sendmail beside PATH (Filesystem Hierarchy Standard 3.0, section 4.10; BSD).
_MORE_PLACES = ("/usr/sbin", "/usr/lib", "/sbin")
_DISPLAYS = ("DISPLAY", "WAYLAND_DISPLAY", "MAILER")
MISSING = "no_local_client"


def found(environ: Mapping[str, str]) -> tuple[str, str] | str:
    """Return the way and the program's path, or what is missing."""
    if sys.platform in ("win32", "darwin", "cygwin"):
        return (
            f"on {sys.platform} a mail program can only be driven by its own interface (classic Outlook's object "
            "model, Simple MAPI), which mailspec does not use"
        )
    path = environ.get("PATH", os.defpath)
    xdg, wants = shutil.which("xdg-email", path=path), [name for name in _DISPLAYS if environ.get(name)]
    if xdg is not None and wants:
        return "xdg-email", xdg
    program = shutil.which("sendmail", path=os.pathsep.join([path, *_MORE_PLACES]))
    if program is not None:
        return "sendmail", program
    lacks = "no xdg-email" if xdg is None else "xdg-email, but no screen (DISPLAY, WAYLAND_DISPLAY or MAILER)"
    return f"this machine has no sendmail, and {lacks}"


def look(account: LocalAccount, environ: Mapping[str, str] | None = None) -> TestResult:
    """Say whether a program is there that could take a message. Nothing is run."""
    way = found(os.environ if environ is None else environ)
    if isinstance(way, str):
        return _missing(account, way)
    reason = f"{_by(way)} is there; whether it can send is not known before a message is handed over"
    return TestResult(account.name, account.kind, "skipped", reason)


def hand_over(
    account: LocalAccount, to: str, *, about: Occasion, environ: Mapping[str, str] | None = None
) -> TestResult:
    """Hand a test message over. Never raises."""
    environ = os.environ if environ is None else environ
    way = found(environ)
    if isinstance(way, str):
        return _missing(account, way)
    started = monotonic()
    problem = header_problem(account.sender.headers)
    sender = account.sender
    try:
        if problem is not None:
            raise Failure(problem, "config_invalid", "header")
        route = envelope(sender.bounces, to, *filter(None, (sender.email, sender.reply_to)))
        facts = About(
            uuid.uuid4().hex,
            about.when,
            about.version,
            account.name,
            account.kind,
            _by(way),
            0,
            "",
            "none",
            instance=about.instance,
            environment=about.environment,
        )
        to = str(route.recipient)
        if way[0] == "sendmail":
            message = compose(facts, sender, to, utf8=route.utf8)
            done = sendmail.run(way[1], message, route.sender, [to], account.timeout)
        else:
            text = body(facts, sender)
            done = xdg_email.run(way[1], one_line(facts.subject), text, [to], account.timeout)
    except ValueError as error:
        done = Handover(f"the message cannot be written: {error}", "config_invalid", "header")
    except Failure as failure:
        done = Handover(failure.reason, failure.category or "config_invalid", failure.detail)
    result = _result_of(account, way, done)
    return replace(result, seconds=round(monotonic() - started, 3))


def _result_of(account: LocalAccount, way: tuple[str, str], done: Handover) -> TestResult:
    if done.category is None:
        words = {
            "sendmail": "it has queued the message; whether it goes out is in that program's log",
            "xdg-email": "it shows a draft, From is the program's own; whether a person sends it is not known",
        }
        reason = f"handed over to {_by(way)}: {words[way[0]]}"
        return TestResult(account.name, account.kind, "passed", reason, stage="data", proven="handed_over")
    return TestResult(
        account.name,
        account.kind,
        "failed",
        f"{_by(way)}: {done.reason}",
        stage="data",
        category=done.category,
        detail=done.detail,
        server_reply=done.words or None,
        advice=done.advice or f"Set up {way[0]} on this machine, or declare mode smtp or office365.",
    )


def _missing(account: LocalAccount, what: str) -> TestResult:
    advice = "Install a program with the sendmail interface (Postfix, msmtp) or xdg-utils, or declare mode smtp."
    return TestResult(
        account.name,
        account.kind,
        "failed",
        f"there is no mail program to hand the message to: {what}",
        category="config_invalid",
        detail=MISSING,
        advice=advice,
    )


def _by(way: tuple[str, str]) -> str:
    return f"{way[0]} ({way[1]})"
