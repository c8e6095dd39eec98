"""People as a sheet of a workbook (.xlsx, ISO/IEC 29500): the first sheet, read by openpyxl."""

from __future__ import annotations

import datetime
import io
import zipfile
from collections.abc import Iterator, Mapping
from typing import Any

from mailspec.outcome.location import Location
from mailspec.workflow.people.people_csv import Table, fill
from mailspec.workflow.project import UsageError

MAGIC = b"PK\x03\x04"
_MOST = 512 << 20  # bytes of the unpacked parts; a workbook packs well and can be made to unpack to anything


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
        with zipfile.ZipFile(io.BytesIO(raw)) as parts:
            if sum(part.file_size for part in parts.infolist()) > _MOST:
                raise UsageError(f"{name} unpacks to more than {_MOST >> 20} MiB.")
        book = openpyxl.load_workbook(io.BytesIO(raw), read_only=True, data_only=True, keep_links=False)
        sheet = book.worksheets[0]
        rows = [[_text(cell) for cell in row] for row in sheet.iter_rows(values_only=True)]
    except UsageError:
        raise
    # What a broken workbook makes the library raise is not bounded by its documentation.
    except Exception as error:
        raise UsageError(f"{name} cannot be read as a workbook ({type(error).__name__}); save it as CSV.") from None
    while rows and not any(rows[-1]):
        rows.pop()
    # Sheets are as wide as the widest cell that was ever used.
    width = max((number for number, title in enumerate(rows[0], 1) if title), default=0) if rows else 0
    number = 0

    def each() -> Iterator[list[str]]:
        nonlocal number
        for row in rows:
            number += 1
            cells = row[:width] + [""] * (width - len(row))
            yield cells if any(row) else []

    return fill(Table([], [], SheetCells(name), [], []), each(), lambda: number, renamed)


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime.datetime | datetime.date):
        return value.isoformat()
    return str(value).strip()
