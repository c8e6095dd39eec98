"""Sheets of a ``form`` target: windows with their ways and fields, in text, Markdown and HTML, each read back."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import NamedTuple

from mailspec.programs.windows import TITLES, WINDOWS, Section, Window
from mailspec.targets.documents.document import Writer
from mailspec.targets.formats.base import named
from mailspec.text.escape import visible

SEPARATOR = " -- "  # between a value and what there is to say of it
_LINE_ENDS = re.compile("[\r\n\0\ud800-\udfff]")


class Row(NamedTuple):
    """One field of a window. ``object`` is who or what the window is opened for, empty for the general settings."""

    window: str
    object: str
    section: str
    field: str
    value: str
    note: str = ""


class _Block(NamedTuple):
    """One opened window with its fields by section."""

    window: Window
    object: str
    sections: list[tuple[Section, list[Row]]]


def key_of(row: Row) -> str:
    """Return a row's key. Only the object's name may hold slashes."""
    return "/".join((row.window, row.object, row.section, row.field))


def _row_of(key: str, text: str) -> Row:
    front, section, field = key.rsplit("/", 2)
    window, _, name = front.partition("/")
    value, _, note = text.partition(SEPARATOR)
    return Row(window, name, section, field, value, note)


class _Sheet(Writer):
    """What the three sheets share: the order of windows, sections and fields, and what they cannot hold."""

    def __init__(self, product: str) -> None:
        self.product = product
        self.title = TITLES[product]

    def why_not(self, key: str, value: str) -> str | None:
        """Say why no sheet can hold a value."""
        if _LINE_ENDS.search(value + key):
            return "it holds a line end or a character that is none"
        if visible(value) != value:
            return "it holds a character that cannot be seen"
        row = _row_of(key, value)
        blank = any(part != part.strip() for part in (row.value, row.note))
        return "its ends are blank" if blank else None

    def blocks(self, keys: Mapping[str, str]) -> Iterator[_Block]:
        """Yield the windows with their fields, as the product's pages order them."""
        windows = {window.title: window for window in WINDOWS[self.product]}
        order = list(windows)
        rows = [_row_of(key, text) for key, text in keys.items()]
        rows.sort(key=lambda row: (order.index(row.window), row.object))
        for (title, name), mine in groupby(rows, key=lambda row: (row.window, row.object)):
            window, found = windows[title], list(mine)
            sections = []
            for section in window.sections:
                inside = [row for row in found if row.section == section.title]
                inside.sort(key=lambda row: section.fields.index(row.field))
                if inside:
                    sections.append((section, inside))
            yield _Block(window, name, sections)


def _ways(block: _Block) -> str:
    return " OR ".join(block.window.menus)


def _steps(block: _Block) -> list[str]:
    return [_ways(block), *([block.window.first.replace("{name}", block.object)] if block.window.first else [])]


def _heading(block: _Block) -> str:
    return f"{block.window.title}: {block.object}" if block.object else block.window.title


class _Reader:
    """Collects the rows of a sheet while it is read from top to bottom."""

    def __init__(self) -> None:
        self.window = self.object = self.section = ""
        self.rows: list[tuple[Row, str]] = []

    def heading(self, text: str) -> None:
        self.window, _, self.object = text.partition(": ")

    def row(self, field: str, value: str, note: str) -> None:
        row = Row(self.window, self.object, self.section, field, value, note)
        self.rows.append((row, value + (SEPARATOR + note if note else "")))

    def keys(self) -> dict[str, str | None]:
        """Return the rows by their keys."""
        return named((key_of(row), text) for row, text in self.rows)


class Text(_Sheet):
    """Plain text: a heading underlined, a line a field."""

    def read(self, text: str) -> dict[str, str | None] | None:
        """Return the fields of a sheet."""
        lines = text.split("\n")
        if lines[0] != self.title:
            return None
        reader = _Reader()
        for line, below in zip(lines[1:], [*lines[2:], ""], strict=True):
            if below and set(below) == {"-"}:
                reader.heading(line)
            elif line.startswith("[") and line.endswith("]"):
                reader.section = line[1:-1]
            elif line.startswith("  ") and (sign := line.find(" = ", 3)) > 0:
                reader.row(line[2] + line[3:sign].rstrip("."), *_noted(line[sign + 3 :]))
        return reader.keys()

    def write(self, keys: Mapping[str, str]) -> str:
        """Return the sheet."""
        lines = [self.title, "=" * len(self.title)]
        for block in self.blocks(keys):
            heading = _heading(block)
            lines += ["", heading, "-" * len(heading), *_steps(block)]
            for section, rows in block.sections:
                lines += ["", f"[{section.title}]", *([section.reach] if section.reach else [])]
                width = max(len(row.field) for row in rows)
                for row in rows:
                    note = f"   ({row.note})" if row.note else ""
                    lines.append(f"  {row.field}{'.' * (width - len(row.field))} = {row.value}{note}")
            lines += ["", block.window.last]
        return "\n".join(lines) + "\n"


class Markdown(_Sheet):
    """Markdown: a heading a window, a table a section. Values are code, so that nothing in them acts."""

    def read(self, text: str) -> dict[str, str | None] | None:
        """Return the fields of a sheet."""
        lines = text.split("\n")
        if lines[0] != f"# {_plain(self.title)}":
            return None
        reader = _Reader()
        for line in lines[1:]:
            if line.startswith("## "):
                title, _, name = line[3:].partition(": ")
                reader.heading(f"{_bare(title)}: {_uncoded(name)}")
            elif line.startswith("### "):
                reader.section = _bare(line[4:])
            elif line.startswith("| ") and (cells := re.split(r"(?<!\\)\|", line)) and len(cells) == 5:
                field, value, note = (cell.strip() for cell in cells[1:4])
                if field not in ("Field", "---"):
                    reader.row(_bare(field), _uncoded(value), _bare(note))
        return reader.keys()

    def write(self, keys: Mapping[str, str]) -> str:
        """Return the sheet."""
        lines = [f"# {_plain(self.title)}"]
        for block in self.blocks(keys):
            name = f": {_coded(block.object)}" if block.object else ""
            lines += ["", f"## {_plain(block.window.title)}{name}", "", _plain(_ways(block)), ""]
            if block.window.first:
                before, _, after = block.window.first.partition("{name}")
                lines += [f"{_plain(before)}{_coded(block.object)}{_plain(after)}", ""]
            for section, rows in block.sections:
                lines += [f"### {_plain(section.title)}", ""]
                lines += [_plain(section.reach), ""] if section.reach else []
                lines += ["| Field | Value | |", "| --- | --- | --- |"]
                lines += [f"| {_plain(row.field)} | {_coded(row.value)} | {_plain(row.note)} |" for row in rows]
                lines.append("")
            lines.append(_plain(block.window.last))
        return "\n".join(lines) + "\n"


def _noted(text: str) -> tuple[str, str]:
    """Return a value and the note behind it, in brackets."""
    value, _, note = text.partition("   (")
    return (value, note[:-1]) if note.endswith(")") else (text, "")


def _plain(text: str) -> str:
    """Return a text in which no character acts: each mark has a backslash."""
    return re.sub(r"([\\`*_{}\[\]<>#!|~&])", r"\\\1", text)


def _bare(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text)


def _coded(value: str) -> str:
    """Return a value as a code span; a table takes a bar from a code span too, unless a backslash is before it."""
    if not value:
        return ""
    fence = "`" * (max((len(run) for run in re.findall("`+", value)), default=0) + 1)
    return f"{fence} {value} {fence}".replace("|", "\\|")


def _uncoded(cell: str) -> str:
    found = re.fullmatch(r"(`+) (.*) \1", cell)
    return "" if found is None else found[2].replace("\\|", "|")


class Html(_Sheet):
    """One HTML page without scripts, to be read on paper or beside the product."""

    def read(self, text: str) -> dict[str, str | None] | None:
        """Return the fields of a sheet."""
        if f"<h1>{_entities(self.title)}</h1>" not in text:
            return None
        reader = _Reader()
        for opening, cells in _cells(text):
            if opening == "<h2>":
                reader.heading(html.unescape(cells[0]))
            elif opening == "<h3>":
                reader.section = html.unescape(cells[0])
            else:
                reader.row(*map(html.unescape, cells))
        return reader.keys()

    def write(self, keys: Mapping[str, str]) -> str:
        """Return the page."""
        parts = [_PAGE_START.format(title=_entities(self.title))]
        for block in self.blocks(keys):
            parts.append(f"<section>\n<h2>{_entities(_heading(block))}</h2>\n")
            parts.append("".join(f"<p>{_entities(step)}</p>\n" for step in _steps(block)))
            for section, rows in block.sections:
                parts.append(f"<h3>{_entities(section.title)}</h3>\n")
                parts.append(f"<p>{_entities(section.reach)}</p>\n" if section.reach else "")
                cells = (tuple(map(_entities, (row.field, row.value, row.note))) for row in rows)
                body = "".join(f"<tr><th>{a}</th><td><code>{b}</code></td><td>{c}</td></tr>\n" for a, b, c in cells)
                parts.append(f"<table>\n{body}</table>\n")
            parts.append(f"<p>{_entities(block.window.last)}</p>\n</section>\n")
        return "".join(parts) + "</main></body></html>\n"


_OPENING = re.compile("<h2>|<h3>|<tr><th>")
_CLOSINGS = {
    "<h2>": ("</h2>",),
    "<h3>": ("</h3>",),
    "<tr><th>": ("</th><td><code>", "</code></td><td>", "</td></tr>"),
}


def _cells(text: str) -> Iterator[tuple[str, list[str]]]:
    """Yield headings and rows with what stands in them, each within one line."""
    for line in text.split("\n"):
        at, open_for_good = 0, set[str]()
        while (found := _OPENING.search(line, at)) is not None:
            at = found.end()
            if found[0] in open_for_good:
                continue
            cells, place = list[str](), at
            for closing in _CLOSINGS[found[0]]:
                end = line.find(closing, place)
                if end < 0:
                    break
                cells.append(line[place:end])
                place = end + len(closing)
            if len(cells) < len(_CLOSINGS[found[0]]):
                # What does not close from here on closes from no later place of the line.
                open_for_good.add(found[0])
                continue
            at = place
            yield found[0], cells


def _entities(text: str) -> str:
    return html.escape(text)


_PAGE_START = """\
<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{title}</title>
<style>
body {{ font: 15px/1.45 system-ui, sans-serif; color: #1c2430; background: #fff; margin: 0; }}
main {{ max-width: 54rem; margin: 2rem auto; padding: 0 1.25rem; }}
section {{ border: 1px solid #cdd5df; border-radius: 6px; padding: .25rem 1.25rem 1rem; margin: 1.25rem 0; }}
section, table {{ break-inside: avoid; }}
h1 {{ font-size: 1.5rem; }}
h2 {{ font-size: 1.2rem; margin: .75rem 0 .25rem; }}
h3 {{ font-size: 1rem; margin: 1rem 0 .25rem; }}
p {{ margin: .25rem 0; color: #4a5566; }}
table {{ border-collapse: collapse; width: 100%; margin: .35rem 0; }}
th, td {{ border: 1px solid #cdd5df; padding: .35rem .6rem; text-align: left; vertical-align: top; }}
td {{ overflow-wrap: anywhere; }}
th {{ width: 32%; background: #f3f6fa; font-weight: 600; }} td + td {{ width: 34%; color: #4a5566; }}
code {{ font: 14px ui-monospace, monospace; white-space: pre-wrap; }}
</style></head><body><main>
<h1>{title}</h1>
"""

SHEETS: Mapping[str, type[Text] | type[Markdown] | type[Html]] = {"text": Text, "markdown": Markdown, "html": Html}
