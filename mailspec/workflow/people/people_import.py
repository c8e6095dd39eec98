"""``import``: people from a table become files of the project. Nothing is overwritten unless asked for."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import quote

from mailspec.files.opening import MIB, Unread, read_file
from mailspec.files.writing import write_file
from mailspec.load.spec import Spec
from mailspec.outcome.refusal import Refusal
from mailspec.outcome.report import Report
from mailspec.outcome.sentence import shorten_list
from mailspec.workflow.people.people_csv import read_table
from mailspec.workflow.people.people_findings import declared, twice, wrong
from mailspec.workflow.people.people_yaml import people_yaml
from mailspec.workflow.project import ProjectNotFoundError, UsageError
from mailspec.workflow.workspace import open_workspace

MOST = 64 * MIB  # bytes of a table
A_FILE = 10_000  # people; a file of more is long to read and near the language's limits


class Made(NamedTuple):
    """A file to write: its path, its text and how many people it holds."""

    path: str
    text: str
    people: int


class Import(NamedTuple):
    """What a table becomes. Nothing is written yet."""

    people: list[dict[str, Any]]
    files: list[Made]
    report: Report


def import_people(
    table: str,
    out: str | None = None,
    *,
    project: str | None = None,
    each: bool = False,
    columns: Mapping[str, str] | None = None,
) -> Import:
    """Read a table of people and make the files that they become, with a finding at each cell that does not do.

    ``out`` is a folder (default: ``users`` in the project); ``each`` makes a file a person, else there is one a table.

    Raises:
        UsageError: the table or the folder cannot be used.
    """
    name = os.path.relpath(table).replace(os.sep, "/")
    read = read_table(name, _text_of(table), columns or {})
    root, spec = _project(project)
    folder = out if out is not None else os.path.join(root, "users")
    if os.path.exists(folder) and not os.path.isdir(folder):
        raise UsageError(f"{folder} is not a folder.")
    findings = list(read.findings)
    rows = [row for row in read.rows if row.data]
    findings += wrong(read, rows)
    findings += twice(read, rows)
    people = [row.data for row in rows]
    files = _files(people, folder, os.path.basename(table), each=each)
    if spec is not None:
        # Who stands in a file that this import replaces is not declared twice; write() asks for --force.
        replaced = {os.path.realpath(made.path) for made in files}
        findings += declared(read, rows, spec, replaced)
    findings.sort(key=lambda f: f.sort_key)
    return Import(people, files, Report(tuple(findings), 1, {}))


def write(files: list[Made], *, force: bool = False) -> Refusal | None:
    """Write the files; refuse before the first one where one is there already and ``force`` is not set.

    Raises:
        UsageError: a file cannot be written.
    """
    there = [made.path for made in files if os.path.lexists(made.path)]
    if there and not force:
        shown = shorten_list(map(os.path.relpath, there), 3)
        return Refusal(
            "would-overwrite", f"there is already {shown}", "overwrite with --force, or choose another --out"
        )
    try:
        for made in files:
            os.makedirs(os.path.dirname(made.path) or ".", exist_ok=True)
            write_file(made.path, made.text.encode("utf-8", "backslashreplace"))
    except OSError as error:
        raise UsageError(f"{error.filename} cannot be written: {error.strerror}.") from error
    return None


def _text_of(table: str) -> str:
    content = read_file(table, MOST)
    if isinstance(content, Unread):
        raise UsageError(f"{table} cannot be read: {content.reason}.")
    raw = content.raw
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


def _files(people: list[dict[str, Any]], folder: str, source: str, *, each: bool) -> list[Made]:
    if each:
        return [
            Made(os.path.join(folder, file_name(str(person.get("email"))) + ".yml"), people_yaml([person], source), 1)
            for person in people
        ]
    stem = file_name(os.path.splitext(source)[0])
    if len(people) <= A_FILE:
        parts = [(stem, people)]
    else:
        starts = range(0, len(people), A_FILE)
        parts = [(f"{stem}-{number:03}", people[at : at + A_FILE]) for number, at in enumerate(starts, 1)]
    return [
        Made(os.path.join(folder, f"{name}.yml"), people_yaml(part, source), len(part)) for name, part in parts if part
    ]


def file_name(text: str) -> str:
    """Return a text as a file's name that the project reads: no folder, not hidden, the same for the same person.

    >>> file_name("Alice@acme.example"), file_name("./x")
    ('alice@acme.example', '%2E%2Fx')
    """
    name = quote(text.lower(), safe="@+-_ ")
    return "%2E" + name[1:] if name.startswith(".") else name
