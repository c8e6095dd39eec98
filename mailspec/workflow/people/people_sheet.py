"""People as a sheet of a workbook (.xlsx, ISO/IEC 29500): the first sheet, read by openpyxl."""

from __future__ import annotations

import datetime
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from typing import Any

from mailspec.outcome.location import Location
from mailspec.workflow.people.people_csv import MOST_COLUMNS, MOST_ROWS, Table, fill, too_long
from mailspec.workflow.project import UsageError

MAGIC = b"PK\x03\x04"
# A workbook packs well, and 200 kB can be made to unpack to anything.
_MOST = 20 << 20  # bytes of the unpacked parts, and characters of the cells: one text may stand in many
_MOST_PARTS = 1_000
# The library makes an object of each element: 3 to 5 microseconds for cells and their texts, 15 for all others.
_MOST_ELEMENTS = 500_000
_MOST_OTHERS = 50_000  # styles, names, relationships
_CELLS = re.compile(rb"<(?:[\w.-]{1,50}:)?(?:row|c|v|f|is|si|t|r)[\s/>]")  # ISO/IEC 29500-1, 18.3.1 and 18.4
_ENCODING = re.compile(rb"(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)?<\?xml\s[^>]*?\sencoding\s*=\s*[\"']([^\"']*)")
_WIDEST = 16_384  # columns of a sheet of Excel
_LAST_ROW = MOST_ROWS + 2  # the first row and one too many


class SheetCells:
    """Finds cells of a sheet: the line is the row and the column the cell's number, both from 1."""

    def __init__(self, name: str) -> None:
        self.name = name

    def locate(self, line: int, number: int) -> Location:
        """Return a cell's place."""
        return Location(self.name, line, number + 1, line, number + 2)


def read_sheet(name: str, raw: bytes, renamed: Mapping[str, str]) -> Table:
    """Read a workbook's first sheet as :func:`mailspec.workflow.people.people_csv.read_table` reads a text.

    Raises:
        UsageError: it is no workbook, unpacks to too much, or the library for workbooks is missing.
    """
    try:
        import openpyxl
    except ImportError:
        message = f"{name} is a workbook; reading it needs a library: pip install 'mailspec[xlsx]', or save it as CSV."
        raise UsageError(message) from None
    try:
        _check_parts(name, raw)
        book = openpyxl.load_workbook(io.BytesIO(raw), read_only=True, data_only=True, keep_links=False)
        sheet = book.worksheets[0]
        first = sheet.iter_rows(max_row=1, max_col=_WIDEST, values_only=True)
        others = sheet.iter_rows(min_row=2, max_row=_LAST_ROW, max_col=MOST_COLUMNS, values_only=True)
        rows = _rows(name, chain(first, others))
    except UsageError:
        raise
    # What a broken workbook makes the library raise is not bounded by its documentation.
    except Exception as error:
        raise UsageError(f"{name} cannot be read as a workbook ({type(error).__name__}); save it as CSV.") from None
    # It is filled up to there where a row stands below.
    is_longer = len(rows) == _LAST_ROW
    while rows and not rows[-1]:
        rows.pop()
    width = len(rows[0]) if rows else 0
    number = 0

    def each() -> Iterator[list[str]]:
        nonlocal number
        for row in rows:
            number += 1
            cells = row[:width] + [""] * (width - len(row))
            yield cells if row else []

    table = fill(Table([], [], SheetCells(name), [], []), each(), lambda: number, renamed)
    if is_longer and not table.findings:
        table.findings.append(too_long(table, _LAST_ROW))
    return table


def _check_parts(name: str, raw: bytes) -> None:
    """Refuse what would take much time or memory to unpack or to read, before anything else reads it."""
    # Each part has one of these in the archive's directory (APPNOTE 4.3.12).
    if raw.count(b"PK\x01\x02") > _MOST_PARTS:
        raise UsageError(f"{name} has more than {_MOST_PARTS:,} parts, which no workbook has; save it as CSV.")
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        parts = archive.infolist()
        if sum(part.file_size for part in parts) > _MOST:
            raise UsageError(f"{name} unpacks to more than {_MOST >> 20} MiB, the most that is read; save it as CSV.")
        elements = others = 0
        for part in parts:
            # The library of the others unpacks without a limit. ISO/IEC 29500-2 knows these two alone.
            if part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                raise UsageError(f"{name} is packed in a way that no workbook is ({part.filename!r}); save it as CSV.")
            # A document type can define entities that grow; ISO/IEC 29500-2, 8.1.4 forbids one.
            content = archive.read(part).replace(b"\0", b"")
            if b"<!DOCTYPE" in content:
                raise UsageError(f"{name} has a document type in {part.filename!r}; save it as CSV.")
            # In another encoding the parser sees other tags than these tests; ISO/IEC 29500-2 knows these alone.
            encoding = _ENCODING.match(content[: content.find(b"?>") + 1])
            if encoding is not None and encoding[1].lower() not in (b"utf-8", b"utf-16", b"us-ascii", b"ascii"):
                raise UsageError(f"{name} has an encoding that no workbook has in {part.filename!r}; save it as CSV.")
            # Any part may be named as any kind, so the elements themselves are judged.
            count = content.count(b"<") - content.count(b"</")
            elements += count
            if elements <= _MOST_ELEMENTS:
                others += count - sum(1 for _ in _CELLS.finditer(content))
            if elements > _MOST_ELEMENTS or others > _MOST_OTHERS:
                raise UsageError(
                    f"{name} has more elements than are read, up to {part.filename!r}: {_MOST_ELEMENTS:,} in all and "
                    f"{_MOST_OTHERS:,} that are neither cells nor texts (styles, names); save it as CSV."
                )


def _rows(name: str, rows: Iterable[tuple[Any, ...]]) -> list[list[str]]:
    """Return the texts of all cells, what is empty at a row's end left out: sheets are as wide as any cell ever was."""
    found: list[list[str]] = []
    characters = 0
    for values in rows:
        cells = [_text(value) for value in values[: len(found[0]) if found else None]]
        while cells and not cells[-1]:
            cells.pop()
        characters += sum(map(len, cells))
        if characters > _MOST:
            raise UsageError(
                f"{name}, row {len(found) + 1}: up to here the cells hold more than {_MOST >> 20} million characters, "
                "the most that is read. Make several tables of it."
            )
        found.append(cells)
    return found


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime.datetime | datetime.date):
        return value.isoformat()
    return str(value).strip()
