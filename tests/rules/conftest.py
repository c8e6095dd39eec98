"""Runs case files. A case is one mailspec.yml or a folder that is a project; it says itself what is to be found.

Under an offending line stands a comment whose marks point at the place: ``#   ^^^ MS101 error``. Where marks cannot
stand: ``# 3:1-4:1 MS001 error`` (line:column, the end exclusive), or ``# - MS003 error`` for no place, or the same in a
folder's ``expected.txt`` with the file's name before it. After the severity may follow ``suppressed``, ``(staging)``
for the environment and ``: words`` that the message or the help must hold.

Lines ``# $ ...`` of mailspec.yml are done first: export NAME=VALUE, chmod MODE FILE, echo TEXT > FILE, git ...,
``committed with OLD instead of NEW`` (a base revision in which other words stood), and
``mailspec validate`` with its options. Characters that nobody could see are written as ``<U+200B>``.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
from collections.abc import Callable, Iterator
from datetime import date
from itertools import zip_longest
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from mailspec.outcome.finding import Finding
from mailspec.outcome.report import Report
from mailspec.workflow.options import CheckOptions
from mailspec.workflow.policy.policy_base import Base
from mailspec.workflow.validate.validation import validate

TODAY = date(2026, 11, 21)
_MARK = re.compile(
    r"^\s*(?:# *)?(?:(?P<file>[\w./-]+) )?(?:(?P<marks>\^+)|(?P<place>\d+:\d+-\d+:\d+)|-) (?P<code>MS\d{3}) "
    r"(?P<severity>error|warning|info)(?P<suppressed> suppressed)?(?: \((?P<environment>[\w.-]+)\))?"
    r"(?:: (?P<words>.+))?$"
)
_COMMAND = re.compile(r"^\s*# \$ (?P<command>.+)$", re.MULTILINE)
_UNSEEN = re.compile(r"<U\+([0-9A-F]{4,6})>")


class Expected(NamedTuple):
    line: str
    words: str


class Checked(NamedTuple):
    """What came of a case: the report, the folder that was validated, and how it was asked for."""

    report: Report
    folder: Path
    options: dict[str, Any]

    def again(self) -> Report:
        return validate((".",), **self.options)


def line_of(finding: Finding) -> str:
    """Write a finding as the marks of a case do."""
    place = finding.location
    where = "-" if place is None else f"{place.file} {place.line}:{place.column}-{place.end_line}:{place.end_column}"
    suppressed = " suppressed" if finding.suppressed else ""
    environment = f" ({finding.environment})" if finding.environment else ""
    return f"{where} {finding.code} {finding.severity}{suppressed}{environment}"


def expectations(folder: Path) -> Iterator[Expected]:
    """Read what a case says of itself."""
    for path in sorted(folder.rglob("*")):
        if path.suffix in {".yml", ".yaml"}:
            yield from _marked(path.relative_to(folder).as_posix(), path.read_text(errors="replace"), own=True)
        elif path.name == "expected.txt":
            yield from _marked("", path.read_text(), own=False)


def _marked(name: str, text: str, *, own: bool) -> Iterator[Expected]:
    line = 0
    for number, content in enumerate(text.split("\n"), 1):
        found = _MARK.match(content)
        if found is None or (own and "#" not in content):
            line = number
            continue
        where = "-"
        if found["marks"]:
            where = f"{name} {line}:{found.start('marks') + 1}-{line}:{found.end('marks') + 1}"
        elif found["place"]:
            where = f"{found['file'] or name} {found['place']}"
        environment = f" ({found['environment']})" if found["environment"] else ""
        rest = f"{found['code']} {found['severity']}{found['suppressed'] or ''}{environment}"
        yield Expected(f"{where} {rest}", found["words"] or "")


def prepare(case: Path | str, folder: Path) -> None:
    """Lay a case out as a project: a folder, a file, or the text of one."""
    if isinstance(case, Path) and case.is_dir():
        shutil.copytree(case, folder, dirs_exist_ok=True, symlinks=True)
    else:
        text = case if isinstance(case, str) else case.read_text()
        (folder / "mailspec.yml").write_text(text)
    for path in folder.rglob("*.yml"):
        raw = path.read_bytes()
        if b"<U+" in raw:
            path.write_text(_UNSEEN.sub(lambda found: chr(int(found[1], 16)), raw.decode()))


def perform(folder: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Do what a case's command lines say and return the options of its validate."""
    main = folder / "mailspec.yml"
    options: dict[str, Any] = {"options": CheckOptions(as_of=TODAY)}
    for found in _COMMAND.finditer(main.read_text(errors="replace")) if main.exists() else ():
        words = shlex.split(found["command"])
        match words:
            case ["export", assignment]:
                name, _, value = assignment.partition("=")
                monkeypatch.setenv(name, value)
            case ["chmod", mode, name]:
                os.chmod(folder / name, int(mode, 8))
            case ["echo", text, ">", name]:
                (folder / name).parent.mkdir(exist_ok=True)
                (folder / name).write_text(text + "\n")
                (folder / name).chmod(0o600)
            case ["printf", text, ">", name]:
                # Octal escapes are bytes, as the shell's printf has them.
                (folder / name).write_bytes(text.encode().decode("unicode_escape").encode("latin-1"))
                (folder / name).chmod(0o600)
            case ["git", *rest]:
                subprocess.run(["git", *rest], cwd=folder, check=True, capture_output=True)
            case ["committed", "with", old, "instead", "of", new]:
                _commit(main, old, new)
            case ["mailspec", "validate", *rest]:
                options = _options(rest)
            case _:
                raise ValueError(f"a case cannot do: {found['command']}")
    return options


def _commit(main: Path, old: str, new: str) -> None:
    """Make a base revision in which other words stood in mailspec.yml."""
    text = main.read_text()
    assert new in text
    main.write_text(text.replace(new, old))
    identity = ("-c", "user.name=T", "-c", "user.email=t@acme.example")
    for words in (("init", "-q"), ("add", "-A"), (*identity, "commit", "-qm", "base")):
        subprocess.run(["git", *words], cwd=main.parent, check=True, capture_output=True)
    main.write_text(text)


def _options(words: list[str]) -> dict[str, Any]:
    options: dict[str, Any] = {}
    check = CheckOptions(as_of=TODAY)
    for word, value in zip_longest(words, words[1:]):
        if word in {"--with-secrets", "--with-env", "--online"}:
            check = check._replace(**{word[2:].replace("-", "_"): True})
        elif word == "--as-of":
            check = check._replace(as_of=date.fromisoformat(value))
        elif word == "--base":
            options["base"] = Base(
                value, allowed=tuple(words[words.index("--allow") + 1 :][:1] if "--allow" in words else ())
            )
        elif word == "-E":
            options["environment"] = value
    return {**options, "options": check}


@pytest.fixture
def check(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest, lack: Callable[[str], None]
) -> Callable[[Path | str], Checked]:
    """Return a function that validates a case; one with --online asks the name server of the suite."""

    def run(case: Path | str) -> Checked:
        folder = tmp_path / "project"
        folder.mkdir()
        prepare(case, folder)
        options = perform(folder, monkeypatch)
        if options["options"].online:
            if shutil.which("knotd") is None:
                lack("service dns: no name server")
            server = request.getfixturevalue("name_server")
            options["options"] = options["options"]._replace(nameserver=server)
        monkeypatch.chdir(folder)
        return Checked(validate((".",), **options), folder, options)

    return run


@pytest.fixture
def expected() -> Callable[[Path], list[Expected]]:
    """Return a function that reads what a laid out case says of itself."""
    return lambda folder: list(expectations(folder))


@pytest.fixture
def as_line() -> Callable[[Finding], str]:
    """Return the function that writes a finding as the marks of a case do."""
    return line_of
