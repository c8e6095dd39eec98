"""Tables that are made to cost much: each ends soon, with what is wrong and where."""

from __future__ import annotations

import io
import zipfile
from time import process_time

import openpyxl
import pytest

from mailspec.workflow.people import people_csv, people_sheet
from mailspec.workflow.people.people_csv import MOST_COLUMNS, Table, read_table
from mailspec.workflow.people.people_sheet import read_sheet
from mailspec.workflow.project import UsageError

MIB = 1 << 20


def told(table: Table) -> list[tuple[str, int]]:
    assert all(found.location is not None for found in table.findings)
    return [(found.message, found.location.line) for found in table.findings if found.location]


def workbook(rows: list[list[object]], parts: dict[str, bytes] | None = None, packing: int = 8) -> bytes:
    """Return a workbook; ``parts`` replaces or adds some of its parts, packed by ``packing``."""
    book, made, raw = openpyxl.Workbook(), io.BytesIO(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(made)
    with zipfile.ZipFile(made) as source, zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            if name not in (parts or {}):
                target.writestr(name, source.read(name))
        for name, content in (parts or {}).items():
            target.writestr(name, content, packing)
    return raw.getvalue()


def sheet(rows: str, start: str = "") -> dict[str, bytes]:
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    text = f'<?xml version="1.0"?>{start}<worksheet xmlns="{space}"><sheetData>{rows}</sheetData></worksheet>'
    return {"xl/worksheets/sheet1.xml": text.encode()}


def inline(place: str, text: str) -> str:
    return f'<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>'


TITLES = f'<row r="1">{inline("A1", "email")}</row>'


@pytest.mark.parametrize("separator", [",", ";"])
def test_a_table_with_ten_thousand_columns_has_one_finding(separator):
    start = process_time()
    table = read_table("p.csv", separator.join(f"c{number}" for number in range(10_000)) + "\n", {})
    assert process_time() - start < 1
    (found,) = table.findings
    assert found.message == f"The first row names more than {MOST_COLUMNS} columns, the most that are read."
    assert found.location.column == len(separator.join(f"c{number}" for number in range(MOST_COLUMNS))) + 2


def test_as_many_columns_as_are_read_are_told_each():
    table = read_table("p.csv", ",".join(["email", *(f"c{number}" for number in range(MOST_COLUMNS - 1))]), {})
    assert len(table.findings) == MOST_COLUMNS - 1


def test_a_title_or_a_cell_without_end_is_told_at_its_place():
    assert told(read_table("p.csv", "email," + "a" * 1000, {})) == [
        ("The title of column 2 has 1,000 characters; at most 200 are read.", 1)
    ]
    table = read_table("p.csv", "email,name\na@acme.example,A\nb@acme.example," + "b" * 40_000, {})
    assert told(table) == [("The cell has 40,000 characters; at most 32,767 are read.", 3)]
    assert len(table.findings[0].message) < 100


def test_rows_beyond_the_most_are_told_at_the_first(monkeypatch):
    monkeypatch.setattr(people_csv, "MOST_ROWS", 3)
    rows = [f"p{number}@acme.example\n" for number in range(5)]
    assert read_table("p.csv", "email\n" + "".join(rows[:3]), {}).findings == []
    table = read_table("p.csv", "email\n" + "".join(rows), {})
    assert told(table) == [("The table has more than 3 rows below the first, the most that are read.", 5)]
    assert len(table.rows) == 3


BIG = "a" * (MIB + 1)
COSTLY = {
    "a cell of 200 MB": (sheet(TITLES + f'<row r="2">{inline("A2", "a" * 21 * MIB)}</row>'), 8, "more than 20 MiB"),
    "many parts that are large together": ({f"x{number}": BIG.encode() for number in range(20)}, 8, "more than 20 MiB"),
    "a packing that unpacks without a limit": (sheet(TITLES), zipfile.ZIP_BZIP2, "packed in a way"),
    "another one": (sheet(TITLES), zipfile.ZIP_LZMA, "packed in a way"),
    "entities": (
        sheet(TITLES + f'<row r="2">{inline("A2", "&a;&a;")}</row>', '<!DOCTYPE a [<!ENTITY a "x">]>'),
        8,
        "a document type in 'xl/worksheets/sheet1.xml'",
    ),
    "many parts": ({f"x{number}": b"" for number in range(1_000)}, 0, "more than 1,000 parts"),
}


@pytest.mark.parametrize("name", COSTLY)
def test_a_workbook_that_unpacks_to_much_is_refused_before_it_is_read(name):
    parts, packing, expected = COSTLY[name]
    raw = workbook([["email"]], parts, packing)
    start = process_time()
    with pytest.raises(UsageError, match=expected):
        read_sheet("p.xlsx", raw, {})
    assert process_time() - start < 1


def test_a_text_that_stands_in_many_cells_is_counted_in_each(monkeypatch):
    monkeypatch.setattr(people_sheet, "_MOST", 100_000)
    monkeypatch.setattr(people_sheet, "_check_parts", lambda *_: None)
    raw = workbook([["email", "name"], *[["a@acme.example", "x" * 30_000]] * 9])
    with pytest.raises(UsageError, match=r"p\.xlsx, row 5: up to here"):
        read_sheet("p.xlsx", raw, {})


def test_a_lone_cell_far_to_the_right_or_below_costs_nothing():
    start = process_time()
    wide = workbook([], sheet(f'<row r="1">{inline("A1", "email")}{inline("XFD1", "x")}</row>'))
    assert told(read_sheet("p.xlsx", wide, {})) == [
        ("The first row names more than 200 columns, the most that are read.", 1)
    ]
    cells = TITLES + f'<row r="2">{inline("A2", "a@acme.example")}{inline("XFD2", "x")}</row>'
    assert read_sheet("p.xlsx", workbook([], sheet(cells)), {}).rows[0].data == {"email": "a@acme.example"}
    low = read_sheet(
        "p.xlsx", workbook([], sheet(TITLES + f'<row r="999999999">{inline("A999999999", "x")}</row>')), {}
    )
    assert told(low) == [("The table has more than 100,000 rows below the first, the most that are read.", 100_002)]
    assert process_time() - start < 1.5


def test_a_row_that_is_wider_than_the_first_of_a_workbook_is_read_as_far_as_that():
    table = read_sheet("p.xlsx", workbook([["email"], ["a@acme.example", "x"]]), {})
    assert ([row.data for row in table.rows], table.findings) == ([{"email": "a@acme.example"}], [])


SPACE = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'


@pytest.mark.parametrize(
    ("part", "content"),
    [
        ("xl/sharedStrings.xml", f"<sst {SPACE}>" + "<si/>" * 3_900_000 + "</sst>"),
        ("xl/styles.xml", f"<styleSheet {SPACE}><cellXfs>" + "<xf/>" * 200_000 + "</cellXfs></styleSheet>"),
        ("xl/workbook.xml", f"<workbook {SPACE}>" + '<definedName name="a"/>' * 200_000 + "</workbook>"),
        ("xl/_rels/workbook.xml.rels", "<Relationships>" + '<Relationship Id="a"/>' * 200_000 + "</Relationships>"),
        ("xl/comments/comment1.xml", f"<comments {SPACE}>" + "<comment/>" * 200_000 + "</comments>"),
        ("xl/drawings/drawing1.xml", "<wsDr>" + "<a:anchor/>" * 200_000 + "</wsDr>"),
        (
            "xl/worksheets/sheet1.xml",
            f"<worksheet {SPACE}><sheetData>" + "<row/>" * 3_000_000 + "</sheetData></worksheet>",
        ),
        ("xl/worksheets/sheet1.xml", f"<worksheet {SPACE}><sheetData><row>" + "<c/>" * 3_000_000),
    ],
    ids=["texts", "styles", "names", "relationships", "comments", "drawings", "rows", "cells"],
)
def test_a_part_of_very_many_elements_is_refused_before_it_is_read(part, content):
    raw = workbook([["email"], ["a@acme.example"]], {part: content.encode()})
    assert len(raw) < 100_000
    start = process_time()
    with pytest.raises(UsageError, match=f"more elements than are read, up to '{part}': 500,000 in all and 50,000"):
        read_sheet("p.xlsx", raw, {})
    assert process_time() - start < 1


def test_a_part_in_an_encoding_that_hides_its_tags_is_refused():
    part = b'<?xml version="1.0" encoding="cp037"?>' + "<!DOCTYPE a><a/>".encode("cp037")
    with pytest.raises(UsageError, match=r"has an encoding that no workbook has in 'xl/styles\.xml'"):
        read_sheet("p.xlsx", workbook([["email"], ["a@acme.example"]], {"xl/styles.xml": part}), {})


def test_a_workbook_of_many_people_is_read():
    rows = [[f"p{number}@acme.example", f"Person {number}"] for number in range(3_000)]
    table = read_sheet("p.xlsx", workbook([["email", "name"], *rows]), {})
    assert len(table.rows) == 3_000


@pytest.mark.parametrize("ending", ["\n", "\r", "\r\n"])
def test_a_table_of_very_many_empty_lines_is_not_read(ending: str) -> None:
    start = process_time()
    table = read_table("p.csv", "email\na@acme.example\n" + ending * 19_000_000, {})
    assert process_time() - start < 2
    assert told(table) == [("The table has more than 1,000,000 lines, the most that are read.", 1_000_001)]
    assert table.rows == []


@pytest.mark.parametrize("ending", ["\n", "\r", "\r\n"])
def test_a_thousand_empty_lines_are_no_rows(ending: str) -> None:
    table = read_table("p.csv", f"email{ending}a@acme.example" + ending * 1_000 + "b@acme.example", {})
    assert (told(table), [(row.line, row.data["email"]) for row in table.rows]) == (
        [],
        [(2, "a@acme.example"), (1_002, "b@acme.example")],
    )
