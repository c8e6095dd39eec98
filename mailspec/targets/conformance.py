"""What every type of target keeps, ours or an installed package's: ``python -m mailspec.targets.conformance TYPE``.

A package's own suite needs one test::

    def test_it_conforms(tmp_path):
        assert broken_promises("acme_mailer", tmp_path) == []

The type is found by its entry point alone. The words of the target are the first of its schema's ``examples``.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from mailspec.model.fields import Settings
from mailspec.outcome.plan import Json
from mailspec.outcome.secret import Secret
from mailspec.plan.desired import TargetDesired, secret_reference
from mailspec.targets.base import Rendered, TargetContents, TargetProblem, TargetType, WrittenValue, text_of
from mailspec.targets.live import read_target, values_of
from mailspec.targets.registry import find, schema_of
from mailspec.targets.scope import Scope, SendingObject

Values = Mapping[str, WrittenValue | None]
_FIELDS: dict[str, Any] = {
    "mode": "smtp",
    "provider": "microsoft365",
    "host": "mail.acme.example",
    "port": 465,
    "security": "tls",
    Settings.auth.method: "plain",
    Settings.auth.username: "office@acme.example",
    Settings.auth.password: {"env": "CONFORMANCE"},
    Settings.from_.email: "office@acme.example",
    Settings.from_.name: "Acme",
}
_PASSWORD = "conformance-s3cret"  # noqa: S105 -- stands for a user's
# Texts that some program's file takes for its own signs. A type may refuse one; it may not write another.
_ODD = (
    *('pa$$#"w', " lead", "trail ", "tab\there", "'q'", "back\\", "#x", "a;b", "=", "a:b", "$HOME ${X}", "%(h)s"),
    *("`t`", '"""', "{{ x }}", "[a], {b: c}", "zoë-пароль", "true", "line\nend", "nul\0"),
)


@dataclass(frozen=True)
class Bench:
    """One type with the words of a target, in a folder of its own."""

    kind: TargetType
    word: str
    words: Mapping[str, Any]
    folder: Path

    def target(self, fields: Mapping[str, Any] | None) -> TargetDesired:
        """Return what is wanted, of one configuration or with mail off. Raises ``_BrokenError``."""
        account = None if fields is None else SendingObject("configuration:Office", fields, active=True)
        accounts = () if account is None else (account,)
        scope = Scope(account, accounts, None, None, "Acme", str(self.folder))
        made = self.kind.render(self.words, scope)
        if not isinstance(made, Rendered):
            raise _BrokenError(f"render: {made.message}" if isinstance(made, TargetProblem) else "render: no Rendered")
        return TargetDesired("program", self.word, str(self.words["path"]), made.keys, dict(self.words))

    def values(self, target: TargetDesired, before: TargetDesired | None, password: str = _PASSWORD) -> Values:
        """Return what an apply would write after ``before``."""
        recorded: dict[str, Json] | None = None
        if before is not None:
            recorded = {"path": before.path, "type": before.type, "keys": before.keys}
        lookup = lambda _reference: Secret(password)  # noqa: E731
        return values_of(target, read_target(target, recorded, self.folder, lookup), lookup)

    def trace(self, target: TargetDesired) -> dict[str, Any]:
        """Return a trace as an apply has it."""
        own = self.kind.trace(target, self.folder)
        return {"target": target.name, "type": target.type, "apply": "conformance", "state": "conformance", **own}

    def write(self, target: TargetDesired, values: Values) -> TargetProblem | None:
        """Write and finish; return why it was refused, with everything undone."""
        trace = self.trace(target)
        problem = self.kind.stage(target, trace, values) or self.kind.switch(trace)
        if problem is not None:
            self.kind.undo(trace)
            return problem
        wrong = self.kind.verify(target, self.folder, values)
        if wrong:
            raise _BrokenError(f"verify: what was just written is told to be wrong: {', '.join(wrong)}")
        self.kind.finish(trace)
        return None

    def must_write(self, target: TargetDesired, values: Values) -> None:
        """Write; a refusal of ordinary settings is a broken promise."""
        problem = self.write(target, values)
        if problem is not None:
            raise _BrokenError(f"stage or switch: ordinary settings are refused: {problem.message}")

    def read(self, target: TargetDesired) -> TargetContents:
        """Return what the program's settings are now, without when they were written."""
        found = self.kind.read(target, self.folder)
        if not isinstance(found, TargetContents):
            raise _BrokenError(f"read: {found.message if isinstance(found, TargetProblem) else 'no TargetContents'}")
        return replace(found, written=None)

    def files(self) -> dict[str, tuple[bytes, int]]:
        """Return every file with its mode."""
        return {
            str(path.relative_to(self.folder)): (path.read_bytes(), path.stat().st_mode & 0o7777)
            for path in sorted(self.folder.rglob("*"))
            if path.is_file() and not path.is_symlink()
        }


class _BrokenError(Exception):
    """A promise is broken; the words say which."""


def _renders(bench: Bench) -> Iterator[str]:
    """What is wanted is plain JSON without a secret's value, the same each time, and other where mail is off."""
    target, off = bench.target(_FIELDS), bench.target(None)
    for key, value in (*target.keys.items(), *off.keys.items()):
        if value is not None and not isinstance(value, str) and secret_reference(value) is None:
            yield f"render: {key} is neither text, None nor a secret's reference"
    json.dumps(target.keys)
    if bench.target(_FIELDS).keys != target.keys:
        yield "render: the same settings give other keys the second time"
    if off.keys == target.keys:
        yield "render: with mail off it gives the same keys as with mail on"


def _reads_nothing(bench: Bench) -> Iterator[str]:
    """Where nothing is there, reading says so and makes nothing."""
    before = bench.files()
    if bench.read(bench.target(_FIELDS)).exists:
        yield "read: nothing was written, and it says that something exists"
    if bench.files() != before:
        yield "read: it changed a file"


def _writes(bench: Bench) -> Iterator[str]:
    """Staging changes nothing that is read; after switching all reads back; finishing leaves nothing behind."""
    target = bench.target(_FIELDS)
    values = bench.values(target, None)
    trace = bench.trace(target)
    if _PASSWORD in json.dumps(trace):
        yield "trace: it holds a secret"
    there = bench.read(target)
    problem = bench.kind.stage(target, trace, values)
    if problem is not None:
        raise _BrokenError(f"stage: ordinary settings are refused: {problem.message}")
    if bench.read(target) != there:
        yield "stage: what a program reads has changed before switch"
    if isinstance(bench.kind.left(trace), TargetProblem):
        yield "left: what it has staged itself cannot be told"
    if bench.kind.undo(trace) == "foreign" or bench.read(target) != there:
        yield "undo: after stage alone it does not give back what was there"
    bench.must_write(target, values)
    found = bench.read(target)
    if not found.exists and any(value is not None for value in values.values()):
        yield "read: what was written does not exist"
    for key, value in values.items():
        here = found.values.get(key)
        if value is None and key in found.values:
            yield f"read: {key} was to go and is there"
        elif value is not None and key not in found.sealed and (here is None or here.reveal() != text_of(value)):
            yield f"read: {key} is not what was written"
    if bench.kind.left(trace) is not None:
        yield "left: after finish it still names an apply"
    files = bench.files()
    bench.must_write(target, bench.values(target, target))
    if bench.files().keys() != files.keys():
        yield "finish: files of the write stay behind"


def _writes_once(bench: Bench) -> Iterator[str]:
    """What is there already is written no second time."""
    target = bench.target(_FIELDS)
    bench.must_write(target, bench.values(target, None))
    before = bench.files()
    bench.must_write(target, bench.values(target, target))
    if bench.files() != before and not bench.read(target).sealed:
        yield "stage: the same settings change the file a second time"


def _undoes(bench: Bench) -> Iterator[str]:
    """A change and a creation are undone, also when asked twice; verify sees the difference."""
    target = bench.target(_FIELDS)
    empty = bench.files()
    trace = bench.trace(target)
    values = bench.values(target, None)
    bench.kind.stage(target, trace, values)
    bench.kind.switch(trace)
    bench.kind.undo(trace)
    bench.kind.undo(trace)
    if bench.files() != empty or bench.read(target).exists:
        yield "undo: what an undone apply has made is still there"
    bench.must_write(target, values)
    before, there = bench.files(), bench.read(target)
    changed = bench.target({**_FIELDS, "host": "other.acme.example", Settings.auth.username: "other@acme.example"})
    new = bench.values(changed, target)
    if new == values:
        return  # a type that holds no more than a password
    trace = bench.trace(changed)
    bench.kind.stage(changed, trace, new)
    bench.kind.switch(trace)
    if not bench.kind.verify(target, bench.folder, values):
        yield "verify: it does not see that other settings hold"
    bench.kind.undo(trace)
    bench.kind.undo(trace)
    if bench.files() != before or bench.read(target) != there:
        yield "undo: after a change what was there does not come back to the byte"


def _keeps_others_work(bench: Bench) -> Iterator[str]:
    """A file that somebody else changed since stage is not written over."""
    target = bench.target(_FIELDS)
    bench.must_write(target, bench.values(target, None))
    mine = bench.files()
    changed = bench.target({**_FIELDS, "host": "other.acme.example", Settings.auth.username: "other@acme.example"})
    trace = bench.trace(changed)
    if bench.kind.stage(changed, trace, bench.values(changed, target, "another-s3cret")) is not None:
        return
    staged = [bench.folder / name for name in mine if bench.files().get(name) == mine[name]]
    for path in staged:
        path.write_bytes(path.read_bytes() + b"\n")
    theirs = {path: path.read_bytes() for path in staged}
    if bench.kind.switch(trace) is None and any(path.read_bytes() != text for path, text in theirs.items()):
        yield "switch: it writes over what somebody else changed since stage"
    bench.kind.undo(trace)


def _switches_off(bench: Bench) -> Iterator[str]:
    """Where mail is off, no password stays, and on again gives the same settings."""
    target, off = bench.target(_FIELDS), bench.target(None)
    bench.must_write(target, bench.values(target, None))
    on = bench.read(target)
    bench.must_write(off, bench.values(off, target))
    if any(_PASSWORD.encode() in raw for raw, _ in bench.files().values()):
        yield "with mail off the password stays in a file"
    bench.must_write(target, bench.values(target, off))
    if bench.read(target).values != on.values:
        yield "off and on again does not give the same settings"


def _holds_odd_texts(bench: Bench) -> Iterator[str]:
    """Any password is written as it is, or refused in words that do not show it."""
    target = bench.target(_FIELDS)
    for password in _ODD:
        values = bench.values(target, None, password)
        problem = bench.write(target, values)
        if problem is not None:
            if len(password) > 3 and password in f"{problem.message} {problem.help}":
                yield "stage: a refusal shows the password"
            continue
        found = bench.read(target)
        for key, value in values.items():
            here = found.values.get(key)
            if value is not None and key not in found.sealed and (here is None or here.reveal() != text_of(value)):
                yield f"read: {key} comes back as another text than was written, of the password {password!a}"


def _reads_anything(bench: Bench) -> Iterator[str]:
    """A damaged file is told, never a crash."""
    target = bench.target(_FIELDS)
    bench.must_write(target, bench.values(target, None))
    for name in bench.files():
        for junk in (b"", b"\0\xff[{\n<<<", b"= =\n: :\n'"):
            (bench.folder / name).write_bytes(junk)
            if not isinstance(bench.kind.read(target, bench.folder), TargetContents | TargetProblem):
                yield "read: of a damaged file it returns neither contents nor a problem"


_PROMISES: tuple[Callable[[Bench], Iterator[str]], ...] = (
    *(_renders, _reads_nothing, _writes, _writes_once, _undoes, _keeps_others_work),
    *(_switches_off, _holds_odd_texts, _reads_anything),
)


def broken_promises(
    word: str, folder: Path, words: Mapping[str, Any] | Callable[[Path], Mapping[str, Any]] | None = None
) -> list[str]:
    """Return what a type of target breaks of the protocol in :mod:`mailspec.targets.base`, nothing where it conforms.

    ``folder`` is an empty folder. ``words`` are those of the declared target; without them they are the first of the
    ``examples`` in the type's schema. A function gives them for one folder, where what is written is no file in it. A
    ``path`` that is missing is made.
    """
    kind = find(word)
    if isinstance(kind, TargetProblem):
        return [kind.message]
    brought = schema_of(word)
    examples = brought.get("examples") if isinstance(brought, Mapping) else None
    usual = examples[0] if isinstance(examples, list) and examples else {}
    broken: list[str] = []
    for number, promise in enumerate(_PROMISES):
        own = folder / str(number)
        own.mkdir()
        chosen = words(own) if callable(words) else usual if words is None else words
        declared = {"name": "program", "type": word, **chosen}
        declared["path"] = str(own / str(declared.get("path", "settings")))
        try:
            broken += promise(Bench(kind, word, declared, own))
        except _BrokenError as error:
            broken.append(str(error))
        except Exception as error:  # whatever it does, it is told as its own
            broken.append(f"{promise.__name__.strip('_')}: it raises {type(error).__name__}")
    return list(dict.fromkeys(broken))


def main(word: str) -> int:
    """Print what is broken; return 1 where something is."""
    with TemporaryDirectory() as folder:
        broken = broken_promises(word, Path(folder))
    print("\n".join(broken) or f"{word} conforms")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]) if len(sys.argv) == 2 else "usage: python -m mailspec.targets.conformance TYPE")
