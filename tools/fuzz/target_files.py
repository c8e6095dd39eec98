"""Hostile files of targets: each reader must be done with one in little time, or refuse it in words.

    python -m tools.fuzz.target_files [--count 4000] [--first 0]

Text number n is the same on every machine. It is a start that the reader takes, then one to three pieces of its syntax
over and over: what a reader nests, counts, joins or looks for again from each place. Each is read, and a key is set.
"""

from __future__ import annotations

import argparse
import random
import signal
import sys
import time
from collections.abc import Iterator, Mapping
from types import FrameType
from typing import NamedTuple

from mailspec.targets.base import Format, TargetProblem
from mailspec.targets.dialects.registry import DIALECTS
from mailspec.targets.documents.compose_file import ComposeFile
from mailspec.targets.documents.document import Document
from mailspec.targets.documents.manifests import External, Manifest, Sealed
from mailspec.targets.documents.nested import WRITERS
from mailspec.targets.documents.powershell import Script
from mailspec.targets.documents.sheet import SHEETS, TITLES
from mailspec.targets.env_file import Assignments
from mailspec.targets.formats.assignments import PythonFile, RubyFile
from mailspec.targets.formats.base import edited, keys_in
from mailspec.targets.formats.ini import INI_DIALECTS, IniFile
from mailspec.targets.formats.lines import LoginMap, MainCf, MasterCf, TextHash
from mailspec.targets.formats.msmtprc import Msmtprc
from mailspec.targets.formats.properties import PropertiesFile
from mailspec.targets.formats.remotes import OneLine, Passwords
from mailspec.targets.formats.toml_file import TomlFile
from mailspec.targets.formats.yaml_file import YamlFile

# Of CPU, for a text of SIZE. What takes the square of it would take four minutes for a mebibyte.
CPU_SECONDS = 1.0
ENDED_SECONDS = 10.0
SIZE = 64 * 1024

# For each format that targets change a key that it can hold.
FORMATS: dict[str, tuple[Format, str]] = {
    **{
        name: (IniFile(dialect), "mailer/host" if dialect.folds else "mailer/HOST")
        for name, dialect in INI_DIALECTS.items()
    },
    "main.cf": (MainCf(), "relayhost"),
    "master.cf": (MasterCf(), "smtps/unix"),
    "texthash": (TextHash(), "a@acme.example"),
    "logins": (LoginMap(), "a@acme.example/password"),
    "msmtprc": (Msmtprc(), "main/host"),
    "properties": (PropertiesFile(), "mail.host"),
    "remotes": (OneLine("relay"), "relay"),
    "passwd.client": (Passwords(), "mail.acme.example"),
    "toml": (TomlFile({}), "mail/host"),
    "yaml": (YamlFile({}), "email/smtp_host"),
    "python": (PythonFile({}), "MAILERS/default/HOST"),
    "ruby": (RubyFile({}), "smtp_settings/address"),
}
# What is written whole, or by dialects of their own; the key is empty where nothing is set by itself.
OTHERS: dict[str, tuple[Format, str]] = {
    **{f"env {name}": (Assignments(dialect), "MAIL_HOST") for name, dialect in DIALECTS.items()},
    **{f"export {name}": (Document(writer()), "users/a/b") for name, writer in WRITERS.items()},
    "secret": (Document(Manifest("n", None)), "MAIL_HOST"),
    "external secret": (Document(External("n", None, "s")), "MAIL_HOST"),
    "sealed secret": (Document(Sealed("n", None)), "MAIL_HOST"),
    "compose": (Document(ComposeFile("s")), "MAIL_HOST"),
    **{f"sheet {name}": (Document(sheet("maestro")), "") for name, sheet in SHEETS.items()},
    "script": (Script(), ""),
}
READERS = FORMATS | OTHERS

_OWNER = "metadata: {labels: {app.kubernetes.io/managed-by: mailspec}}\n"
# With what a text starts so that its reader goes on; all others begin with the value of a key.
STARTS: Mapping[str, str] = {
    **dict.fromkeys(INI_DIALECTS, "[a]\n b = "),
    "msmtprc": "account a\nhost ",
    "toml": "a = ",
    "python": "a = ",
    "properties": "a = ",
    "ruby": "a['b'] = ",
    "export json": '{"mailspec_export":1,"a":',
    "export yaml": "mailspec_export: 1\n",
    "export csv": "section,name,value\n",
    "secret": f"kind: Secret\n{_OWNER}stringData:\n  a: ",
    "external secret": f"kind: ExternalSecret\n{_OWNER}spec: ",
    "sealed secret": f"kind: SealedSecret\n{_OWNER}spec: ",
    "compose": "x-mailspec: a\nservices: ",
    "sheet text": f"{TITLES['maestro']}\n  a",
    "sheet markdown": f"# {TITLES['maestro']}\n| ",
    "sheet html": f"<h1>{TITLES['maestro']}</h1>\n",
    "script": "Grant-SendAs '",
}
_BLANKS = (" ", "\t", "\n", "\r", "\r\n", "\x0b", "\x0c", "\x85", "\u2028", "\ufeff", "\x00", "\udc80", "é")
_QUOTES = ("'", '"', "`", '"""', "'\\", '"\\', "''", "``", "x''", "\\", "\\\n", " \\\n", "\\\r", "=\\\n")
_COMMENTS = ("#", "# ", "#\n", ";", "--\n", "# mailspec instance=", "instance=a environment=", "# coding:\n")
_BRACKETS = ("[", "]", "{", "}", "(", "((", "[]", "{}", "[[", "[{", "${", "${}", "$(", "    (", "   (a)")
_WORDS = (
    *("a", "A", "9", "0x", "0xf", "1:", "1_", "a.", "x.", "a,", ",", ".", "...", "a/", ":", "=", " = ", "-", "|"),
)
_LINES = (
    *("a=1\n", "a=1 ", "a=1;", "a='1'\n", "a = 1\n", "é = 1\n", "  a = b\n", "a b\n", "a b c\n", "a=b="),
    *("[a]\n", "[b]\n", "a: 1\n", "a: ", "a:\n", "- ", "- - ", "- -\n", "? ", "&a ", "*a ", "!x ", "<<: ", "<<: *a\n"),
    *("---\n", "%a\n", "|\n", ">\n", "export ", "export A\n", "eval ", "readonly a\n", ". x\n", "not ", "lambda:"),
    *("a['b'] = 1\n", "account a\n", "account a:b\n", "host x\n", "users,a,b\n", '"a",', "| ", "|a", "\\|"),
    *("<h2>", "<tr><th>", "<tr><th></th><td><code>", "## a: b\n", "### b\n", "  a.. = b   (c)\n"),
    *("Grant-SendAs ''\n", "A-b '''x\n"),
)
PIECES = (*_BLANKS, *_QUOTES, *_COMMENTS, *_BRACKETS, *_WORDS, *_LINES)


class HostileText(NamedTuple):
    """``reader`` names one of :data:`READERS`; ``shown`` is what the text is made of."""

    reader: str
    text: str
    shown: str


def hostile_text(number: int) -> HostileText:
    """Return text ``number``, of about :data:`SIZE` characters."""
    pick = random.Random(number)
    reader = pick.choice([*READERS])
    start = pick.choice(["", STARTS.get(reader, "A=")])
    pieces = pick.choices(PIECES, k=pick.choice([1, 1, 1, 2, 3]))
    if pick.random() < 0.5:
        # One after the other ...
        again = "".join(pieces)
        text = again * (SIZE // len(again))
    else:
        # ... or first all of one kind, then all of the next: what is opened is then closed, or never.
        text = "".join(piece * (SIZE // len(pieces) // len(piece)) for piece in pieces)
    return HostileText(reader, start + text, f"{start!r} {pieces!r}")


class TooLateError(BaseException):
    """A reader was ended. Not an Exception, so that no reader takes it for its own."""


def _late(_signal: int, _frame: FrameType | None) -> None:
    raise TooLateError


def problem_of(hostile: HostileText) -> str | None:
    """Read a text and set a key in it; return what is wrong, ``None`` where all is right."""
    format_, key = READERS[hostile.reader]
    before = signal.signal(signal.SIGVTALRM, _late)
    signal.setitimer(signal.ITIMER_VIRTUAL, ENDED_SECONDS)
    started = time.process_time()
    step = "reading"
    try:
        found = keys_in(format_, hostile.text)
        seconds = time.process_time() - started
        if seconds <= CPU_SECONDS and key and not isinstance(found, TargetProblem):
            step, started = "setting a key", time.process_time()
            written = edited(format_, hostile.text, {key: "mail.acme.example"})
            seconds = time.process_time() - started
            if not isinstance(written, TargetProblem):
                again = keys_in(format_, written)
                if isinstance(again, TargetProblem) or again.get(key) != "mail.acme.example":
                    return "what was set does not read back"
    except TooLateError:
        return f"{step} was ended after {ENDED_SECONDS:g} s"
    except Exception as error:
        return f"{step} raised {type(error).__name__}: {str(error)[:200]}"
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)
    return f"{step} took {seconds:.1f} s of processor time" if seconds > CPU_SECONDS else None


def problems(first: int, count: int) -> Iterator[str]:
    """Yield a line for each text that something is wrong with."""
    for number in range(first, first + count):
        hostile = hostile_text(number)
        problem = problem_of(hostile)
        if problem is not None:
            yield f"target file {number}: {hostile.reader}: {problem}: {hostile.shown}"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.fuzz.target_files", description=__doc__)
    parser.add_argument("--count", type=int, default=4_000)
    parser.add_argument("--first", type=int, default=0, help="number of the first text")
    chosen = parser.parse_args()
    start = time.monotonic()
    failures = 0
    for line in problems(chosen.first, chosen.count):
        failures += 1
        print(f"fuzz: {line}", flush=True)
    print(f"fuzz: {chosen.count:,} hostile files of targets in {time.monotonic() - start:.0f} s, {failures} failures")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
