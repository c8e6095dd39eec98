"""``import``: people from a table become files of the project. Nothing is overwritten unless asked for."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple
from urllib.parse import quote

from mailspec.files.links import refuse_links
from mailspec.files.opening import MIB, Unread
from mailspec.files.writing import write_file
from mailspec.load.spec import Spec
from mailspec.outcome.refusal import Refusal
from mailspec.outcome.report import Report
from mailspec.outcome.sentence import shorten_list
from mailspec.source.named import read_named
from mailspec.workflow.people.people_csv import Table, read_table
from mailspec.workflow.people.people_findings import twice, wrong
from mailspec.workflow.people.people_merge import Change, Merge, groups_of
from mailspec.workflow.people.people_sheet import MAGIC, read_sheet
from mailspec.workflow.people.people_yaml import people_yaml
from mailspec.workflow.project import ProjectNotFoundError, UsageError
from mailspec.workflow.workspace import open_workspace

MOST = 64 * MIB  # bytes of a table
A_FILE = 10_000  # people; a file of more is long to read and near the language's limits


class Made(NamedTuple):
    """A file to write: its path, its text and how many people it holds.

    ``before`` is what the file holds now, ``None`` for a new one.
    """

    path: str
    text: str
    people: int
    before: bytes | None = None


class Import(NamedTuple):
    """What a table becomes. Nothing is written yet.

    ``changes`` says what happens to whom, people whose entry stays as it is left out. ``left_out`` are the columns of
    another program's export that mean nothing here.
    """

    people: list[dict[str, Any]]
    files: list[Made]
    report: Report
    changes: list[Change]
    left_out: list[str]


def import_people(
    table: str,
    out: str | None = None,
    *,
    project: str | None = None,
    each: bool = False,
    columns: Mapping[str, str] | None = None,
    remove: bool = False,
) -> Import:
    """Read a table of people and make the files that they become, with a finding at each cell that does not do.

    Who is declared already is changed where they stand: the words that the table gives are set, all others and every
    comment stay. Who was imported from the same table before and no longer stands in it is told, and with ``remove``
    taken out. ``out`` is the folder for others (default: ``users`` in the project); ``each`` makes a file a person,
    else there is one a table.

    Raises:
        UsageError: the table or the folder cannot be used.
    """
    name = os.path.relpath(table).replace(os.sep, "/")
    read = _read(name, table, columns or {})
    root, spec = _project(project)
    folder = out if out is not None else os.path.join(root, "users")
    if os.path.exists(folder) and not os.path.isdir(folder):
        raise UsageError(f"{folder} is not a folder.")
    try:
        refuse_links(folder, root)
    except OSError as error:
        raise UsageError(f"No people go into {os.path.relpath(folder)}: {error.strerror}.") from error
    findings = list(read.findings)
    rows = [row for row in read.rows if row.data]
    findings += wrong(read, rows)
    findings += twice(read, rows)
    people = [row.data for row in rows]
    source = os.path.basename(table)
    if spec is None:
        files = _new_files(people, groups_of(rows), folder, source, each=each)
        changes = [Change("added", str(person.get("email"))) for person in people]
    else:
        merged = Merge(spec, rows, folder, source, remove=remove)
        files = _new_files(merged.new, merged.new_groups, folder, source, each=each, append=merged.append)
        updated, problems = merged.files(read)
        findings += problems
        files = [*(Made(file.path, file.after.decode(), file.people, file.before) for file in updated), *files]
        changes = merged.changes
    findings.sort(key=lambda f: f.sort_key)
    return Import(people, files, Report(tuple(findings), 1, {}), changes, read.left_out)


def write(files: list[Made]) -> Refusal | None:
    """Write the files; refuse before the first one where a new one is there already.

    Raises:
        UsageError: a file cannot be written, or has changed since it was read.
    """
    there = [made.path for made in files if made.before is None and os.path.lexists(made.path)]
    if there:
        shown = shorten_list(map(os.path.relpath, there), 3)
        return Refusal("would-overwrite", f"there is already {shown}", "move it away, or choose another --out")
    try:
        for made in files:
            os.makedirs(os.path.dirname(made.path) or ".", exist_ok=True)
            write_file(made.path, made.text.encode("utf-8", "backslashreplace"), before=made.before)
    except OSError as error:
        raise UsageError(f"{error.filename} cannot be written: {error.strerror}.") from error
    return None


def _read(name: str, table: str, columns: Mapping[str, str]) -> Table:
    content = read_named(table, MOST)
    if isinstance(content, Unread):
        raise UsageError(f"{table} cannot be read: {content.reason}.")
    if content.raw.startswith(MAGIC):
        return read_sheet(name, content.raw, columns)
    return read_table(name, _text_of(table, content.raw), columns)


def _text_of(table: str, raw: bytes) -> str:
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return raw.decode("utf-16", "replace").removeprefix("\ufeff")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise UsageError(f"{table}, line {line} is not UTF-8. Save the table as 'CSV UTF-8'.") from error


def _project(project: str | None) -> tuple[str, Spec | None]:
    try:
        opened = open_workspace(project)
    except ProjectNotFoundError:
        return os.path.abspath(project or "."), None
    return opened.root, opened.spec


def _new_files(
    people: list[dict[str, Any]],
    groups: list[dict[str, Any]],
    folder: str,
    source: str,
    *,
    each: bool,
    append: Callable[[str, list[dict[str, Any]], list[dict[str, Any]]], bool] = lambda *_: False,
) -> list[Made]:
    """Return the files of people who are not declared yet; ``append`` adds them to a file that is there already."""
    stem = file_name(os.path.splitext(source)[0])
    if each:
        parts = [(file_name(str(person.get("email"))), [person]) for person in people]
        parts += [(stem, [])] if groups else []
    elif len(people) <= A_FILE:
        parts = [(stem, people)] if people or groups else []
    else:
        starts = range(0, len(people), A_FILE)
        parts = [(f"{stem}-{number:03}", people[at : at + A_FILE]) for number, at in enumerate(starts, 1)]
    made = []
    for number, (name, part) in enumerate(parts, 1):
        path = os.path.join(folder, f"{name}.yml")
        ours = groups if number == len(parts) else []
        if not append(path, part, ours):
            made.append(Made(path, people_yaml(part, source, ours), len(part)))
    return made


def file_name(text: str) -> str:
    """Return a text as a file's name that the project reads: no folder, not hidden, the same for the same person.

    >>> file_name("Alice@acme.example"), file_name("./x")
    ('alice@acme.example', '%2E%2Fx')
    """
    name = quote(text.lower(), safe="@+-_ ")
    return "%2E" + name[1:] if name.startswith(".") else name
