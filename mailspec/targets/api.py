"""Targets that are an object behind a program's own interface over HTTP: read, changed and put back as a file is.

The target's credential is a word of its own, ``token``: a reference as any other. Its type reads it where it asks,
after the limits from outside have been asked for the reference and the host. So no method of the protocol is handed a
secret, and a trace holds the reference and the address alone: whoever recovers an apply reads the token again. What was
there before stays in a journal below the user's state folder, mode 0600, until the apply has ended: in the project a
change could bring one of its own, and be put in force as what was there before.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from mailspec.files.durable import create, remove, sync_folder
from mailspec.files.json_text import read_json
from mailspec.files.opening import Contents, read_file
from mailspec.files.own_names import state_folder
from mailspec.model.fields import PlainSettings
from mailspec.outcome.plan import Json
from mailspec.outcome.secret import Secret
from mailspec.plan.desired import TargetDesired
from mailspec.targets.base import (
    LARGEST,
    Left,
    Reach,
    Rendered,
    TargetContents,
    TargetProblem,
    TargetType,
    Undone,
    WrittenValue,
    text_of,
)
from mailspec.targets.interface import Api, api_of, fail, unsafe
from mailspec.targets.scope import Scope
from mailspec.targets.senders import unfit

Fields = dict[str, str]


@dataclass(frozen=True, slots=True)
class _Journal:
    apply: str
    state: str
    old: Fields | None
    new: Fields


class ApiTarget(TargetType):
    """One object of a program. A type says how it is fetched, put and removed; keys are the interface's own names.

    ``object_word`` is the word that names the object; ``secret_fields`` are those that it may not give back. ``off``
    are the fields where mail is off. ``no_tokens`` says why an account that signs in by a token is refused.
    ``replaced`` begins what the program takes for something else's name and puts its text there, maybe a secret.
    """

    object_word: ClassVar[str]
    usual_object: ClassVar[str] = ""
    secret_fields: ClassVar[frozenset[str]] = frozenset()
    off: ClassVar[Mapping[str, str]]
    no_tokens: ClassVar[str] = ""
    replaced: ClassVar[str] = ""

    @abstractmethod
    def fields(self, settings: PlainSettings) -> dict[str, Json]:
        """Return every field for settings that have a server and a sender."""

    @abstractmethod
    def fetch(self, api: Api, words: Mapping[str, Any]) -> Fields | None:
        """Return our fields of the object, ``None`` where there is no object. Raises ``OSError``."""

    @abstractmethod
    def put(self, api: Api, words: Mapping[str, Any], fields: Fields, *, exists: bool) -> None:
        """Change the object, or make it. Raises ``OSError``."""

    @abstractmethod
    def remove(self, api: Api, words: Mapping[str, Any]) -> None:
        """Remove an object that was made here. Raises ``OSError``."""

    def place_of(self, declared: Mapping[str, Any]) -> str:
        """Return what stands for a path: address and object."""
        return f"{declared.get('url')}#{self.name_of(declared)}"

    def name_of(self, words: Mapping[str, Any]) -> str:
        """Return the object's name."""
        return str(words.get(self.object_word) or self.usual_object)

    def reaches(self, target: TargetDesired) -> Reach:
        """Return what limits from outside must allow."""
        token = target.options.get("token")
        return Reach(str(target.options.get("url")), (dict(token),) if isinstance(token, Mapping) else ())

    def render(self, declared: Mapping[str, Any], scope: Scope) -> Rendered | TargetProblem:
        """Return the fields."""
        for word in ("url", "token"):
            if not declared.get(word):
                return TargetProblem(f"it has no {word}", f"write {word}")
        problem = unsafe(str(declared["url"]))
        if problem is not None:
            return problem
        account = scope.default
        if account is None:
            return Rendered(dict(self.off))
        wrong = unfit(account, self.no_tokens)
        if wrong is not None:
            return wrong
        if account.settings.from_.email is None:
            return TargetProblem(f"{account.object} has no sender", "write from")
        return Rendered(self.fields(account.settings), (), (), scope.carried())

    def unwritable(self, target: TargetDesired) -> TargetProblem | None:
        """Return why a plain value cannot be given to the program."""
        return self._refused({key: value for key, value in target.keys.items() if isinstance(value, str)})

    def _refused(self, values: Mapping[str, str]) -> TargetProblem | None:
        for key, text in values.items():
            if any(sign in text for sign in "\r\n\0"):
                return TargetProblem(f"{key} cannot be sent: it holds a line end or NUL", "change the value")
            if self.replaced and self.replaced in text:
                return TargetProblem(
                    f"{key} cannot be sent: the program replaces {self.replaced}...}}", "change the value"
                )
        return None

    def read(self, target: TargetDesired, root: Path) -> TargetContents | TargetProblem:
        """Return what the program holds now; a password that it does not give back is sealed."""
        api = api_of(target.options, root)
        if isinstance(api, TargetProblem):
            return api
        try:
            found = self.fetch(api, target.options)
        except OSError as error:
            return TargetProblem(str(error.strerror), "look at url and token, and whether the program runs")
        values: dict[str, Secret | None] = {key: Secret(value) for key, value in (found or {}).items()}
        sealed = self.secret_fields - values.keys() if found is not None else frozenset()
        return TargetContents(found is not None, {**dict.fromkeys(sealed), **values}, None, frozenset(sealed))

    def trace(self, target: TargetDesired, root: Path) -> dict[str, Json]:
        """Return address, object and reference, and where the journal will be."""
        words: dict[str, Json] = {
            word: target.options[word] for word in ("token", "ca_bundle", "client") if word in target.options
        }
        name = self.name_of(target.options)
        place = f"{target.options.get('url')}#{name}"
        journal = state_folder(os.environ) / "targets" / f"{hashlib.sha256(place.encode()).hexdigest()[:24]}.json"
        here: dict[str, Json] = {"path": place, "url": target.options.get("url"), self.object_word: name}
        return {**words, **here, "root": str(root), "journal": str(journal)}

    def lock_folder(self, trace: Mapping[str, Json]) -> Path | None:
        """Return the project's folder."""
        return Path(str(trace["root"]))

    def left(self, trace: Mapping[str, Json]) -> Left | TargetProblem | None:
        """Return whose journal is there."""
        try:
            found = _journal(trace)
        except OSError as error:
            return TargetProblem(f"{error.filename}: {error.strerror}", "look at who made it, then remove it")
        return None if found is None else Left(found.apply, found.state, str(trace["journal"]))

    def stage(
        self,
        target: TargetDesired,  # noqa: ARG002
        trace: Mapping[str, Json],
        values: Mapping[str, WrittenValue | None],
    ) -> TargetProblem | None:
        """Write down what is there and what is to come. Nothing where it is there already."""
        api = api_of(trace, Path(str(trace["root"])))
        if isinstance(api, TargetProblem):
            return api
        path = Path(str(trace["journal"]))
        remove(path)
        old = self.fetch(api, trace)
        wanted = {key: text_of(value) for key, value in values.items() if value is not None}
        problem = self._refused(wanted)
        if problem is not None:
            return problem
        new = {**(old or {}), **wanted}
        if old == new:
            return None
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        kept = {"apply": trace["apply"], "state": trace["state"], "old": old, "new": new}
        create(path, (json.dumps(kept, sort_keys=True) + "\n").encode(), 0o600)
        sync_folder(path.parent)
        return None

    def switch(self, trace: Mapping[str, Json]) -> TargetProblem | None:
        """Put the new fields, unless somebody else has changed the object since."""
        kept = _journal(trace)
        if kept is None:
            return None
        api = api_of(trace, Path(str(trace["root"])))
        if isinstance(api, TargetProblem):
            return api
        if not self._same(self.fetch(api, trace), kept.old):
            return TargetProblem(f"{trace['path']} was changed by someone else during the apply", "plan again")
        self.put(api, trace, kept.new, exists=kept.old is not None)
        return None

    def verify(self, target: TargetDesired, root: Path, values: Mapping[str, WrittenValue | None]) -> list[str]:
        """Fetch and compare; of what the program does not give back, that the object is there."""
        found = self.read(target, root)
        if isinstance(found, TargetProblem):
            fail(found.message)
        wrong = []
        for key, value in values.items():
            here = found.values.get(key)
            if value is not None and key not in found.sealed and (here is None or here.reveal() != text_of(value)):
                wrong.append(key)
        return sorted(wrong)

    def undo(self, trace: Mapping[str, Json]) -> Undone:
        """Put the former fields back. A password that the program never gave back stays the new one: ``foreign``."""
        kept = _journal(trace)
        if kept is None:
            return "untouched"
        api = api_of(trace, Path(str(trace["root"])))
        if isinstance(api, TargetProblem):
            fail(api.message)
        now = self.fetch(api, trace)
        done: Undone = "foreign"
        if self._same(now, kept.old):
            done = "untouched"
        elif self._same(now, kept.new):
            if kept.old is None:
                self.remove(api, trace)
            else:
                self.put(api, trace, kept.old, exists=True)
            done = "restored" if kept.old is None or self.secret_fields <= kept.old.keys() else "foreign"
        remove(Path(str(trace["journal"])))
        return done

    def finish(self, trace: Mapping[str, Json]) -> None:
        """Remove the journal."""
        remove(Path(str(trace["journal"])))

    def _same(self, one: Fields | None, other: Fields | None) -> bool:
        if one is None or other is None:
            return one is other
        known = (one.keys() & other.keys()) | ((one.keys() | other.keys()) - self.secret_fields)
        return all(one.get(key) == other.get(key) for key in known)


def _journal(trace: Mapping[str, Json]) -> _Journal | None:
    """Return what an apply has left. Raises ``OSError`` where it is none of ours."""
    path = str(trace["journal"])
    content = read_file(path, LARGEST, follow=False)
    # One whose writing was cut short: nothing was put yet.
    if not isinstance(content, Contents) or not content.raw.endswith(b"}\n"):
        return None
    try:
        found = read_json(content.raw)
        made = _Journal(**found)
    except (ValueError, TypeError, RecursionError):
        raise OSError(errno.EINVAL, "it is no journal of mailspec", path) from None
    whole = isinstance(made.apply, str) and isinstance(made.state, str) and _is_fields(made.new)
    if not whole or not (made.old is None or _is_fields(made.old)) or content.status.st_uid != os.geteuid():
        raise OSError(errno.EINVAL, "it is no journal of mailspec", path)
    return made


def _is_fields(value: object) -> bool:
    return isinstance(value, dict) and all(isinstance(text, str) for text in value.values())
