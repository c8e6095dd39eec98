"""Rows as values. A row that mailspec did not write so is damage; it is said here, once for all commands.

SQLite keeps any type in any column, and JSON text is text to both databases: neither checks a shape.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import Row

from mailspec.files.json_text import read_json
from mailspec.outcome.mask import holds_secret, is_secret_key
from mailspec.outcome.plan import Json
from mailspec.outcome.secret import MASK
from mailspec.plan.live import LiveObject
from mailspec.state.errors import StateError, damaged
from mailspec.state.records import ROLLBACK, SENT, Entry, FormerApply, Pending

T = TypeVar("T")

_STATUSES = ("applied", "restored", "failed")
_LATEST = 253402300800.0  # seconds since 1970: the year 10000, which no calendar of ours can show
LARGEST = 2**63 - 1  # both databases' integers end here, and the next apply counts one up
_MODE = re.compile(r"[0-7]{1,4}")


class Reader(NamedTuple):
    """One row of one table, read column by column. Each method raises ``StateError`` (``state-damaged``)."""

    name: str
    table: str
    row: Row[Any]

    def text(self, column: str) -> str:
        """Return a text; bytes that SQLite holds in a text's place are none."""
        return str(self._checked(column, getattr(self.row, column), _is_text))

    def optional(self, column: str) -> str | None:
        """Return a text or ``None``."""
        entry = getattr(self.row, column)
        return None if entry is None else self.text(column)

    def integer(self, column: str) -> int:
        """Return a number from 0 that can still be counted up."""
        return int(self._checked(column, getattr(self.row, column), _is_count))

    def time(self, column: str) -> float:
        """Return seconds since 1970 (UTC)."""
        return float(self._checked(column, getattr(self.row, column), _is_time))

    def flag(self, column: str) -> bool:
        """Return a truth value, which SQLite holds as 0 or 1."""
        return bool(self._checked(column, getattr(self.row, column), lambda entry: entry in (0, 1)))

    def one_of(self, column: str, words: tuple[str, ...]) -> Any:
        """Return one of some words."""
        return self._checked(column, self.text(column), lambda entry: entry in words)

    def json(self, column: str, fits: Callable[[Any], bool]) -> Any:
        """Return what a column's JSON text says where it has the shape that ``fits`` asks for."""
        try:
            data = read_json(self.text(column))
        except (ValueError, RecursionError):
            raise self._damage(column) from None
        return self._checked(column, data, fits)

    def _checked(self, column: str, value: T, fits: Callable[[T], bool]) -> T:
        if not fits(value):
            raise self._damage(column)
        return value

    def _damage(self, column: str) -> StateError:
        # The value is not shown: what it is, nobody knows any more.
        return damaged(self.name, f"{self.table}.{column} holds what mailspec does not write there")


def live_object(name: str, row: Row[Any]) -> LiveObject:
    """Return one applied object from its row. Raises ``StateError``."""
    read = Reader(name, "mailspec_object", row)
    fields, sensitive = read.json("fields", _is_mapping), read.json("sensitive", _is_texts)
    return LiveObject(read.text("name"), fields, read.flag("active"), frozenset(sensitive))


def target_record(name: str, row: Row[Any]) -> tuple[str, dict[str, Json]]:
    """Return a target's name and what was written to it. Raises ``StateError``."""
    read = Reader(name, "mailspec_target", row)
    return read.text("name"), read.json("record", _is_record)


def history_entry(name: str, row: Row[Any]) -> Entry:
    """Return one apply. Raises ``StateError``."""
    read = Reader(name, "mailspec_history", row)
    changes = read.json("changes", lambda entry: _is_list(entry, _is_change))
    return Entry(
        read.integer("id"),
        read.text("apply"),
        read.time("at"),
        read.text("who"),
        read.optional("commit"),
        read.one_of("status", _STATUSES),
        read.integer("serial"),
        read.text("plan"),
        without_secrets(
            [{key: value for key, value in change.items() if key not in (ROLLBACK, SENT)} for change in changes]
        ),
        read.json("tests", lambda entry: _is_list(entry, _is_mapping)),
        {
            word: LiveObject(word, entry["fields"], entry["active"], frozenset(entry["sensitive"]))
            for word, entry in read.json("objects", lambda entry: _is_mapping(entry, _is_object)).items()
        },
        _targets_of(read),
        changes[0].get(ROLLBACK) if changes else None,
    )


def former_apply(name: str, row: Row[Any]) -> FormerApply:
    """Return what an apply wrote, and to which places it sent secrets. Raises ``StateError``."""
    read = Reader(name, "mailspec_history", row)
    changes = read.json("changes", lambda entry: _is_list(entry, _is_change))
    sent = changes[0].get(SENT) if changes else None
    places = sent["places"] if sent else []
    of_each = sent["keys"] if sent else {}
    return FormerApply(
        _targets_of(read), {key: tuple(places[number] for number in numbers) for key, numbers in of_each.items()}
    )


def _targets_of(read: Reader) -> dict[str, dict[str, Json]]:
    targets: dict[str, dict[str, Json]] = read.json("targets", lambda entry: _is_mapping(entry, _is_record))
    return targets


def pending_apply(name: str, row: Row[Any]) -> Pending:
    """Return an apply that has not ended. Raises ``StateError``."""
    read = Reader(name, "mailspec_pending", row)
    traces = read.json("traces", lambda entry: _is_list(entry, _is_trace))
    return Pending(read.text("apply"), read.text("holder"), read.text("host"), read.time("at"), traces)


def without_secrets(changes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return recorded changes without the texts that targets held under a secret's key, as older versions kept them."""
    return [{**change, "fields": [_masked(field) for field in change.get("fields") or ()]} for change in changes]


def _masked(field: Any) -> Any:
    if not isinstance(field, dict):
        return field
    path = str(field.get("path"))
    return {
        word: MASK if word in {"before", "after"} and _is_secret(path, value) else value
        for word, value in field.items()
    }


def _is_secret(path: str, value: object) -> bool:
    # An object's own settings hold references only; only a target's keys hold texts.
    return isinstance(value, str) and (holds_secret(value) or ("." not in path and is_secret_key(path)))


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < LARGEST


def _is_time(value: object) -> bool:
    return isinstance(value, int | float) and 0 <= value < _LATEST


def _is_path(value: object) -> bool:
    return isinstance(value, str) and value != "" and "\0" not in value


def _is_mapping(value: Any, fits: Callable[[Any], bool] | None = None) -> bool:
    return isinstance(value, dict) and (fits is None or all(map(fits, value.values())))


def _is_list(value: Any, fits: Callable[[Any], bool]) -> bool:
    return isinstance(value, list) and all(map(fits, value))


def _is_texts(value: Any) -> bool:
    return _is_list(value, _is_text)


def _is_object(value: Any) -> bool:
    return (
        _is_mapping(value)
        and _is_mapping(value.get("fields"))
        and isinstance(value.get("active"), bool)
        and _is_texts(value.get("sensitive"))
    )


def _is_record(value: Any) -> bool:
    return (
        _is_mapping(value)
        and _is_text(value.get("type"))
        and _is_path(value.get("path"))
        and _is_mapping(value.get("keys"))
        and _is_mapping(value.get("options"))
        and _is_mode(value["options"].get("mode"))
        and isinstance(value.get("source"), str | None)
    )


def _is_mode(value: object) -> bool:
    return value is None or (isinstance(value, str) and _MODE.fullmatch(value) is not None)


def _is_change(value: Any) -> bool:
    if not _is_mapping(value) or not all(_is_text(value.get(word)) for word in ("target", "name", "action")):
        return False
    return (value.get(ROLLBACK) is None or _is_count(value[ROLLBACK])) and _is_sent(value.get(SENT))


def _is_sent(value: Any) -> bool:
    if value is None:
        return True
    if not _is_mapping(value) or not _is_texts(value.get("places")):
        return False
    known = len(value["places"])
    return _is_mapping(value.get("keys"), lambda entry: _is_list(entry, lambda one: _is_count(one) and one < known))


def _is_trace(value: Any) -> bool:
    if not _is_mapping(value) or not all(_is_text(value.get(word)) for word in ("target", "type", "apply", "state")):
        return False
    # Another's type may have no path; with an environment file it is all that recovery goes by.
    path = value.get("path")
    return path is None if value["type"] != "env_file" and "path" not in value else _is_path(path) and path[0] == "/"
