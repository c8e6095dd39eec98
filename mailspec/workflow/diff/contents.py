"""Files of the project that the Spec only names, and whose contents matter all the same: what of them changes.

Those are templates with what they include and their sample data, files of secrets, certificates, and whatever file of
the project a command or a target names. Nothing of a content is told or kept.
"""

from __future__ import annotations

import os
import posixpath
from collections.abc import Iterable, Iterator, Mapping
from functools import reduce
from operator import getitem
from typing import TYPE_CHECKING, Any, NamedTuple

from mailspec.load.item import leaves
from mailspec.model.fields import FILES, SENSITIVE
from mailspec.outcome.difference import Consequence
from mailspec.outcome.location import Location
from mailspec.secrets.paths import option_value
from mailspec.source.files import SourceFile
from mailspec.source.folder import Folder
from mailspec.source.revision import GitRevision, is_unknown
from mailspec.workflow.accounts.plain_settings import from_project, project_relative
from mailspec.workflow.diff.sides import Side

if TYPE_CHECKING:
    from mailspec.workflow.templates.template_source import Texts

Files = Folder | GitRevision
_PATHS = ("file", "age", "sops")


class Named(NamedTuple):
    """A file with those that name it."""

    file: SourceFile
    link: str
    users: tuple[str, ...]


def content_effects(
    before: Side, after: Side, one: Files, other: Files, texts: dict[Files, Texts]
) -> list[Consequence]:
    """Return an effect a file that both sides name and that differs; a file newly named is told by who names it.

    ``texts`` keeps what was read of templates: a side has one text of each, however many environments name it.
    """
    old, new = dict(_named(before, one, texts)), dict(_named(after, other, texts))
    common = [inside for inside in new if inside in old]
    earlier, later = _files(one, old, common), _files(other, new, common)
    found = []
    for inside in common:
        what = _change(earlier[inside], later[inside], in_work_tree=isinstance(other, Folder))
        if what is not None:
            place = Location(later[inside].file.name, 1, 1, 1, 1)
            note = what.format(inside)
            found.append(Consequence("contents", later[inside].users, cause=place, note=note))
    return found


def _change(before: Named, after: Named, *, in_work_tree: bool) -> str | None:
    refusals = [side.file.refusal for side in (before, after)]
    unknown = next(filter(is_unknown, refusals), None)
    if before.link != after.link:
        return "{} leads to another file now" if before.link and after.link else "{} is another kind of file now"
    if unknown is not None:
        return f"{{}} cannot be compared: {unknown}"
    if before.file.raw is None:
        # What Git does not hold belongs to the machine: a secret's file that is ignored, as it should be.
        return None if after.file.raw is None or in_work_tree else "{} is new in the repository"
    if after.file.raw is None:
        return "{} cannot be read any more: " + (after.file.refusal or "it is not there")
    return None if before.file.raw == after.file.raw else "the contents of {} change"


def _files(source: Files, users: Mapping[str, Mapping[str, None]], wanted: Iterable[str]) -> dict[str, Named]:
    files = source.several(list(wanted))
    return {inside: Named(file, source.link(inside), tuple(users[inside])) for inside, file in files.items()}


def _named(side: Side, source: Files, texts: dict[Files, Texts]) -> Iterator[tuple[str, dict[str, None]]]:
    """Yield each path in the project with the objects that name it."""
    users: dict[str, dict[str, None]] = {}
    for name, path in (*_of_objects(side), *_of_targets(side), *_of_messages(side, source, texts)):
        inside = posixpath.normpath(path)
        if path and not posixpath.isabs(path) and not inside.startswith(("../", "~")) and inside not in ("..", "."):
            users.setdefault(inside, {})[name] = None
    yield from users.items()


def _of_objects(side: Side) -> Iterator[tuple[str, str]]:
    for name, settings in side.objects.items():
        for field, value in settings.fields.items():
            if field in FILES and isinstance(value.value, str):
                yield name, project_relative(value, side.spec, is_path=True)
            elif field in SENSITIVE and isinstance(value.value, Mapping):
                yield from ((name, path) for path in _of_reference(project_relative(value, side.spec)))


def _of_reference(reference: Mapping[str, Any]) -> Iterator[str]:
    for word in _PATHS:
        path = reference.get(word)
        if isinstance(path, str):
            yield path.rpartition("#")[0] if word == "sops" and "#" in path else path
    command = reference.get("command")
    # A program's argument may name a script of the project.
    yield from (option_value(str(part)) for part in command[1:]) if isinstance(command, list) else ()


def _of_targets(side: Side) -> Iterator[tuple[str, str]]:
    for name, item in side.spec.targets.items():
        for path in leaves(item.data):
            text = reduce(getitem, path, item.data)
            if isinstance(text, str) and path != ("path",) and "\0" not in text:
                yield f"target:{name}", from_project(item, path, text, side.spec)


def _of_messages(side: Side, source: Files, known: dict[Files, Texts]) -> Iterator[tuple[str, str]]:
    if not side.spec.lists["email_types"]:
        return
    # Jinja2 takes longer to import than all else here.
    from mailspec.message.template_check import files_of
    from mailspec.workflow.templates.template_source import Texts, email_types

    texts = known.setdefault(source, Texts(source.file))
    for kind in email_types(side.spec, texts):
        paths = [] if kind.template is None else [*files_of(kind.template, texts.templates, kind.subject)]
        paths += [] if kind.sample_file is None else [kind.sample_file]
        yield from ((f"email_type:{kind.name}", path) for path in paths if not os.path.isabs(path))
