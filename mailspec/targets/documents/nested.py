"""JSON, YAML and CSV of everything that sends: keys are ``SECTION/NAME/FIELD``, fields dotted as in ``show``."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from mailspec.files.json_text import read_json
from mailspec.model.fields import BY_NAME, FIELDS
from mailspec.targets.documents.document import Writer
from mailspec.targets.formats.base import named
from mailspec.text.foreign import read_yaml

VERSION = 1
MARK = "mailspec_export"  # the key by which a document is known as ours
# Sections of objects with a name, and objects that there is one of.
SECTIONS = ("configurations", "users", "mailings")
SINGLE = ("bulk", "mobile")
# What a document says beside the fields, in this order.
HEAD = ("instance", "environment", "mail")
_OWN: Mapping[str, Callable[[str], Any]] = {"active": read_json, "senders": read_json}
_ORDER = {name: index for index, name in enumerate(("active", "senders", *FIELDS))}
_TYPES: Mapping[str, Callable[[str], Any]] = {
    "Port": int,
    "Count": int,
    "Boolean": read_json,
    "Duration": float,
    "Texts": read_json,
    "AddressPatterns": read_json,
    "Headers": read_json,
}
# What no reader of YAML takes for anything else than a text.
_PLAIN_KEY = re.compile(r"(?!(?i:true|false|null|yes|no|on|off|y|n)$)[A-Za-z_][A-Za-z0-9_.-]*")
# What a spreadsheet calculates instead of showing it, also where it splits cells at other signs than commas, and with
# the wide signs that it takes for the usual ones (OWASP, CSV Injection, 2026-11).
_FORMULA = re.compile(r"""(?:^|[;\t\n])[ \u00a0"]*[=+@\-\uff1d\uff0b\uff20\uff0d]|^\t""")
_SURROGATE = re.compile("[\ud800-\udfff]")


def value_of(field: str, text: str) -> Any:
    """Return a key's text as the value that the field has: a number, true or false, a list, or the text."""
    known = BY_NAME.get(field)
    convert = _OWN.get(field) or (None if known is None else _TYPES.get(known.type.annotation))
    if known is not None and known.type.secret and text.startswith("{"):
        convert = _reference
    if convert is None:
        return text
    try:
        return convert(text)
    except (ValueError, RecursionError):
        return text


def _reference(text: str) -> Any:
    """Return a reference as a map. A password that only looks like one stays a text, since its text comes back so."""
    found = read_json(text)
    return found if isinstance(found, dict) and text_of(found) == text else text


def text_of(value: Any) -> str:
    """Return a value as a key's text, from which :func:`value_of` makes it again."""
    if isinstance(value, str):
        return value
    if isinstance(value, float):
        return f"{value:.15g}"
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def nested(keys: Mapping[str, str]) -> dict[str, Any]:
    """Return the document as data, in the order of sections, names and fields."""
    data: dict[str, Any] = {MARK: VERSION, **{word: keys.get(word) for word in HEAD}}
    data |= {section: {} for section in SECTIONS} | {single: {} for single in SINGLE}
    for key in sorted(keys.keys() - set(HEAD), key=_place):
        section, name, field = _parts(key)
        objects = data[section] if not name else data[section].setdefault(name, {})
        objects[field] = value_of(field, keys[key])
    return data


def flat(data: Any) -> dict[str, str | None] | None:
    """Return a document's keys; ``None`` where it is none of ours."""
    if not isinstance(data, dict) or data.get(MARK) != VERSION:
        return None
    try:
        return named(_flat(data))
    except (ValueError, TypeError, RecursionError):
        return None  # a value that no JSON can hold, such as a date, or one that holds itself


def _flat(data: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    yield from ((word, text_of(data[word])) for word in HEAD if data.get(word) is not None)
    for section, objects in data.items():
        if section in SINGLE and isinstance(objects, dict):
            yield from ((f"{section}/{field}", text_of(value)) for field, value in objects.items())
        elif section in SECTIONS and isinstance(objects, dict):
            for name, fields in objects.items():
                if isinstance(fields, dict):
                    yield from ((f"{section}/{name}/{field}", text_of(value)) for field, value in fields.items())


def _parts(key: str) -> tuple[str, str, str]:
    """Return section, name (which may hold slashes) and field of a key."""
    section, _, rest = key.partition("/")
    name, _, field = rest.rpartition("/")
    return section, name, field


def _place(key: str) -> tuple[int, str, int, str]:
    section, name, field = _parts(key)
    return (*SECTIONS, *SINGLE).index(section), name, _ORDER.get(field, len(_ORDER)), field


class _Any(Writer):
    """No format that is written here lacks a way to write a text; half a character is none."""

    def why_not(self, key: str, value: str) -> str | None:  # noqa: ARG002
        """Say why no document can hold a value."""
        return "it holds half a character" if _SURROGATE.search(value) else None


class Json(_Any):
    """One JSON object."""

    def read(self, text: str) -> dict[str, str | None] | None:
        """Return the keys of a document."""
        try:
            return flat(read_json(text))
        except ValueError:
            return None

    def write(self, keys: Mapping[str, str]) -> str:
        """Return the document."""
        return json.dumps(nested(keys), indent=2, ensure_ascii=False) + "\n"


class Yaml(_Any):
    """The same data as YAML 1.2. Every text stands in double quotes, so that no reader takes one for another type."""

    comment = "#"

    def read(self, text: str) -> dict[str, str | None] | None:
        """Return the keys of a document."""
        try:
            return flat(read_yaml(text))
        except ValueError:
            return None

    def write(self, keys: Mapping[str, str]) -> str:
        """Return the document."""
        return "".join(yaml_lines(nested(keys)))


def yaml_lines(data: Mapping[str, Any], indent: str = "") -> Iterator[str]:
    """Yield a map's lines in YAML's block style, lists and empty maps in flow style."""
    for key, value in data.items():
        name = key if _PLAIN_KEY.fullmatch(key) else yaml_value(key)
        if isinstance(value, dict) and value:
            yield f"{indent}{name}:\n"
            yield from yaml_lines(value, indent + "  ")
        else:
            yield f"{indent}{name}: {yaml_value(value)}\n"


def yaml_value(value: Any) -> str:
    """Return a value in YAML's flow style: texts in double quotes, everything that cannot be printed escaped.

    >>> yaml_value({"a": ["yes", 1, None]})
    '{"a": ["yes", 1, null]}'
    """
    if isinstance(value, str):
        return '"' + "".join(map(_letter, value)) + '"'
    if isinstance(value, dict):
        return "{" + ", ".join(f"{yaml_value(key)}: {yaml_value(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(yaml_value, value)) + "]"
    return json.dumps(value)


def _letter(letter: str) -> str:
    if letter in '"\\':
        return "\\" + letter
    if letter.isprintable():
        return letter
    code = ord(letter)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


class Csv(_Any):
    """A row an object and a column a field (RFC 4180); a field that an object has not is an empty cell."""

    one_line = True

    def read(self, text: str) -> dict[str, str | None] | None:
        """Return the keys of a document."""
        try:
            rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))
        except csv.Error:
            return None
        if not rows or rows[0][:2] != ["section", "name"]:
            return None
        return named(self._cells(rows[0][2:], rows[1:]))

    @staticmethod
    def _cells(fields: list[str], rows: list[list[str]]) -> Iterator[tuple[str, str]]:
        for row in rows:
            section, name = row[:2] if len(row) > 1 else ("", "")
            front = section if section in SINGLE else f"{section}/{name}"
            for field, cell in zip(fields, row[2:], strict=False):
                if cell:
                    yield name if section == "document" else f"{front}/{field}", cell

    def write(self, keys: Mapping[str, str]) -> str:
        """Return the table."""
        data = nested(keys)
        rows = {(section, name): fields for section in SECTIONS for name, fields in data[section].items()}
        rows |= {(single, ""): data[single] for single in SINGLE if data[single]}
        fields = sorted(
            {field for row in rows.values() for field in row}, key=lambda name: (_ORDER.get(name, 999), name)
        )
        out = io.StringIO(newline="")
        table = csv.writer(out, lineterminator="\r\n")
        table.writerow(["section", "name", *(fields or ["value"])])
        for word in HEAD:
            if data[word] is not None:
                table.writerow(["document", word, data[word]])
        for (section, name), row in rows.items():
            table.writerow([section, name, *(text_of(row[field]) if field in row else "" for field in fields)])
        return out.getvalue()

    def why_not(self, key: str, value: str) -> str | None:
        """Say why no table can hold a value: an empty cell is none, and programs change line ends and drop NULs."""
        if value == "":
            return "a table has no empty texts"
        if re.search(r"[\r\0]", value):
            return "it holds a carriage return or a NUL"
        if _FORMULA.search(value) or _FORMULA.search(_parts(key)[1]):
            # A sign in front of it would be another value to every program that reads the table.
            return "a spreadsheet would take it, or its name, for a formula; format: json or yaml can hold it"
        return super().why_not(key, value)


WRITERS: Mapping[str, type[Json] | type[Yaml] | type[Csv]] = {"json": Json, "yaml": Yaml, "csv": Csv}
