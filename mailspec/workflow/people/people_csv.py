"""People as a table (RFC 4180) become people of the language; what is wrong in a row is a finding at its cell."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import accumulate
from typing import Any, NamedTuple, Protocol

from mailspec.model.kinds import SECRET_KINDS
from mailspec.outcome.finding import Finding, Related
from mailspec.outcome.location import Location
from mailspec.outcome.report import finding
from mailspec.text import suggest
from mailspec.text.lines import Lines
from mailspec.workflow.people.people_columns import COLUMNS, EXTRA, FIRST, GROUP, LAST, name_columns

# What a table may have. Other programs' exports have some 90 columns (Outlook's contacts), a cell of Excel 32,767
# characters; more is no table of people, and would take minutes and gigabytes.
MOST_COLUMNS = 200
MOST_ROWS = 100_000
_MOST_LINES = 10 * MOST_ROWS  # a cell may hold several, and empty ones are no rows
_MOST_TITLE, _MOST_CELL = 200, 32_767  # characters
_LISTS = frozenset({"may_send_as", "may_send_on_behalf_of", "outlook_accounts"})
_REFERENCE = re.compile(rf"({'|'.join(kind for kind in SECRET_KINDS if kind != 'ansible_vault')}):\s*(.+)", re.DOTALL)


class Row(NamedTuple):
    """One person. ``line`` is where the row starts; ``data`` is the entry as the language has it.

    ``group`` is the group that the row puts them in, ``""`` for none.
    """

    line: int
    data: dict[str, Any]
    group: str = ""


class Places(Protocol):
    """Tells where a cell stands."""

    def locate(self, line: int, number: int) -> Location:
        """Return the place of a row's cell; ``number`` counts from 0."""


class Table(NamedTuple):
    """What a table holds, and what is wrong with it."""

    rows: list[Row]
    findings: list[Finding]
    cells: Places
    columns: list[str]
    left_out: list[str]

    def where(self, row: Row, path: Sequence[str | int]) -> Location:
        """Return the cell that gave a word of a row's entry; the row's first cell where there is none."""
        for number, column in enumerate(self.columns):
            entry = COLUMNS.get(column, ())
            if entry and entry == tuple(path[: len(entry)]):
                return self.cells.locate(row.line, number)
        return self.cells.locate(row.line, 0)


def read_table(name: str, text: str, renamed: Mapping[str, str]) -> Table:
    """Read a table whose first row names the columns. ``renamed`` gives a column's name here its name in
    :data:`COLUMNS`; an empty one leaves the column out."""
    if text.count("\n") + text.count("\r") - text.count("\r\n") > _MOST_LINES:
        # The place is told by the number alone: no cell is looked for in such a text.
        where = Location(name, _MOST_LINES + 1, 1, _MOST_LINES + 1, 1)
        message = f"The table has more than {_MOST_LINES:,} lines, the most that are read."
        many = finding("MS003", message, where, help="Delete the empty lines, or make several tables of it.")
        return Table([], [many], Cells(name, "", ","), [], [])
    # Excel writes and reads a first line that names the delimiter.
    separator = re.match(r'(?:"sep=(.)"|sep=(.))(?:\r\n?|\n)', text)
    first = text[separator.end() if separator else 0 :].partition("\n")[0]
    delimiter = (separator[1] or separator[2]) if separator else max(",;\t", key=first.count)
    table = Table([], [], Cells(name, text, delimiter), [], [])
    lines = physical_lines(text)
    reader = csv.reader(lines[1:] if separator else lines, delimiter=delimiter, strict=True)
    before = 1 if separator else 0
    return fill(table, reader, lambda: reader.line_num + before, renamed)


def fill(table: Table, rows: Iterator[list[str]], line: Callable[[], int], renamed: Mapping[str, str]) -> Table:
    """Fill a table from its rows; ``line`` tells on which line the row that was read last ends."""
    try:
        start = line() + 1
        header = next(rows, [])
        table.findings.extend(_too_wide(table, header, start))
        if table.findings:
            return table
        columns, exported = name_columns(header, renamed)
        table.columns.extend(columns)
        table.findings.extend(_header_findings(table, header, start, exported=exported))
        if table.findings:
            return table
        start = line() + 1
        for cells in rows:
            if cells and len(table.rows) == MOST_ROWS:
                table.findings.append(too_long(table, start))
                break
            if cells:
                table.rows.append(_row(table, start, cells))
            start = line() + 1
    except csv.Error as error:
        table.findings.append(_broken(table.cells, line(), str(error)))
    return table


def too_long(table: Table, line: int) -> Finding:
    """Return what is said of a table whose row on this line, and those after it, are not read."""
    return finding(
        "MS003",
        f"The table has more than {MOST_ROWS:,} rows below the first, the most that are read.",
        table.cells.locate(line, 0),
        help="Make several tables of it, and delete what stands below the people.",
    )


def _too_wide(table: Table, header: Sequence[str], line: int) -> Iterator[Finding]:
    if len(header) > MOST_COLUMNS:
        yield finding(
            "MS003",
            f"The first row names more than {MOST_COLUMNS} columns, the most that are read.",
            table.cells.locate(line, MOST_COLUMNS),
            help="Delete the columns that are not about people; see mailspec import --help.",
        )
        return
    for number, title in enumerate(header):
        if len(title) > _MOST_TITLE:
            yield finding(
                "MS003",
                f"The title of column {number + 1} has {len(title):,} characters; at most {_MOST_TITLE} are read.",
                table.cells.locate(line, number),
                help="The first row names the columns.",
            )


def _header_findings(table: Table, header: Sequence[str], line: int, *, exported: bool) -> Iterator[Finding]:
    if "email" not in table.columns:
        yield finding(
            "MS003",
            "The table has no column 'email'.",
            table.cells.locate(line, 0),
            help="Name the columns in the first row. "
            f"Known: {', '.join([*COLUMNS, *EXTRA])}; --column TITLE=NAME renames one.",
        )
    for number, column in enumerate(table.columns):
        where = table.cells.locate(line, number)
        known = column in COLUMNS or column in EXTRA
        if not column or (not known and column.startswith("x_")):
            continue
        if not known and exported:
            table.left_out.append(header[number].strip())
        elif not known:
            near = suggest(column, [*COLUMNS, *EXTRA])
            title = header[number].strip()
            help_ = f"Did you mean {near}? " if near else ""
            yield finding(
                "MS004",
                f"'{title}' is not a column that can be imported.",
                where,
                help=f"{help_}--column '{title}=' leaves it out, --column '{title}=NAME' renames it.",
            )
        elif column in table.columns[:number]:
            first = table.cells.locate(line, table.columns.index(column))
            yield finding(
                "MS002", f"The column '{column}' stands twice.", where, related=[Related(first, "first here")]
            )


def _row(table: Table, line: int, cells: Sequence[str]) -> Row:
    entry: dict[str, Any] = {}
    if len(cells) != len(table.columns):
        table.findings.append(
            finding(
                "MS003",
                f"The row has {len(cells)} cells; the first row names {len(table.columns)} columns.",
                table.cells.locate(line, 0),
                help="A name or address that holds the delimiter is put in double quotes.",
            )
        )
        return Row(line, entry)
    extra: dict[str, str] = {}
    for number, (column, cell) in enumerate(zip(table.columns, cells, strict=True)):
        if len(cell) > _MOST_CELL:
            table.findings.append(
                finding(
                    "MS003",
                    f"The cell has {len(cell):,} characters; at most {_MOST_CELL:,} are read.",
                    table.cells.locate(line, number),
                    help="A quote that is never closed makes one cell of many.",
                )
            )
            return Row(line, {})
        text = cell.strip()
        path = COLUMNS.get(column)
        if text and path is not None:
            current = entry
            for step in path[:-1]:
                current = current.setdefault(step, {})
            current[path[-1]] = _value(column, text)
        elif text and column in EXTRA:
            extra[column] = text
    if "name" not in entry and (FIRST in extra or LAST in extra):
        entry = {"name": " ".join(extra[part] for part in (FIRST, LAST) if part in extra), **entry}
    if "email" in entry:
        entry = {"email": entry["email"], **entry}
    return Row(line, entry, extra.get(GROUP, ""))


def _value(column: str, text: str) -> Any:
    """Return a cell as the language has it. What does not fit stays as it is: the shape check says so."""
    if column in _LISTS:
        return text.replace(";", " ").replace(",", " ").split()
    if column == "port" or (column == "timeout" and text.isdigit()):
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else text
    if column == "password":
        reference = _REFERENCE.fullmatch(text)
        if reference is not None:
            kind, word = reference.groups()
            return {kind: word.split() if kind == "command" else word}
    return text


def _broken(cells: Places, line: int, reason: str) -> Finding:
    return finding(
        "MS001",
        f"The table cannot be read from here on: {reason}.",
        cells.locate(max(line, 1), 0),
        help="A cell that holds the delimiter, a quote or a line break is put in double quotes, quotes in it doubled.",
    )


_LINE = re.compile(r"[^\r\n]*(?:\r\n?|\n)|[^\r\n]+")


def physical_lines(text: str) -> list[str]:
    """Return a text's lines with their ends, whichever these are."""
    return _LINE.findall(text)


class Cells:
    """Finds cells by the line on which their row starts (from 1) and their number in it (from 0)."""

    def __init__(self, name: str, text: str, delimiter: str) -> None:
        self.name = name
        self._text = text
        d = re.escape(delimiter)
        self._cell = re.compile(rf'"(?:[^"]|"")*"?|[^{d}\r\n]*')
        self._delimiter = delimiter

    @cached_property
    def _starts(self) -> list[int]:
        return [0, *accumulate(map(len, physical_lines(self._text)))]

    @cached_property
    def _lines(self) -> Lines:
        return Lines(self._text)

    def locate(self, line: int, number: int) -> Location:
        """Return a cell's place, without white space around it; the row's last one where it has fewer."""
        at = self._starts[min(line, len(self._starts)) - 1]
        while True:
            found = self._cell.match(self._text, at)
            end = at if found is None else found.end()
            if number == 0 or self._text[end : end + 1] != self._delimiter:
                break
            at, number = end + 1, number - 1
        cell = self._text[at:end]
        start = at + len(cell) - len(cell.lstrip())
        span = self._lines.span(start, max(start, at + len(cell.rstrip())))
        return Location(self.name, span.line, span.column, span.end_line, span.end_column)
