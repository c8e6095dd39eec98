"""A table of people against a project that has some of them already: who is new, who changes, who has left."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import Any, NamedTuple

from mailspec.files.opening import follow_links
from mailspec.load.item import Item, leaves
from mailspec.load.spec import Spec
from mailspec.outcome.finding import Finding
from mailspec.text import Document
from mailspec.workflow.people.people_columns import COLUMNS, GROUP
from mailspec.workflow.people.people_csv import Row, Table
from mailspec.workflow.people.people_update import Update, Updated
from mailspec.workflow.people.people_yaml import imported_from

_FROM_TABLES = frozenset(COLUMNS.values())


class Change(NamedTuple):
    """What the import does to one person; ``fields`` are the words that it sets or removes, with dots.

    ``missing``: no longer in the table, and left as it is.
    """

    kind: str  # "added", "changed", "removed" or "missing"
    email: str
    fields: tuple[str, ...] = ()


class Merge:
    """The rows of a table against a Spec. ``new`` and ``new_groups`` are for files of their own."""

    def __init__(self, spec: Spec, rows: list[Row], folder: str, source: str, *, remove: bool) -> None:
        self.changes: list[Change] = []
        self.new: list[dict[str, Any]] = []
        self.new_groups: list[dict[str, Any]] = []
        self._spec = spec
        self._update = Update(spec)
        for row in rows:
            email = str(row.data.get("email"))
            item = spec.users.get(email.lower())
            if item is None:
                self.new.append(row.data)
                self.changes.append(Change("added", email))
                continue
            fields = self._update.person(item, row.data)
            if fields:
                self.changes.append(Change("changed", email, fields))
        ours = {
            document.name
            for path, document in self._documents().items()
            if imported_from(document.text) == source and os.path.dirname(path) == follow_links(folder)
        }
        left = self._left(rows, ours)
        for item in left:
            by_hand = [path for path in leaves(item.data) if _FROM_TABLES.isdisjoint({path[:1], path[:2]})]
            fields = tuple(".".join(map(str, path)) for path in by_hand)
            self.changes.append(Change("removed" if remove else "missing", str(item.get("email")), fields))
        if remove:
            self._update.remove(left)
        self._put_in_groups(rows, {str(item.get("email")).lower() for item in left} if remove else set(), ours)

    def append(self, path: str, people: list[dict[str, Any]], groups: list[dict[str, Any]]) -> bool:
        """Add people and groups to the project's file at ``path``; ``False`` where there is none."""
        document = self._documents().get(follow_links(path))
        if document is None or not isinstance(document.data, dict):
            return False
        for section, items in (("users", people), ("groups", groups)):
            if items:
                self._update.add(document, section, items)
        return True

    def files(self, table: Table) -> tuple[list[Updated], list[Finding]]:
        """Return the files that change, and a finding for each that cannot be changed."""
        return self._update.files(table)

    def _documents(self) -> dict[str, Document]:
        spec = self._spec
        return {
            follow_links(os.path.join(spec.root, spec.inside(document.name))): document for document in spec.documents
        }

    def _left(self, rows: list[Row], ours: set[str]) -> list[Item]:
        """Return the people in the files ``ours``, made from the same table, who no longer stand in it."""
        present = {str(row.data.get("email")).lower() for row in rows}
        return [
            item
            for email, item in self._spec.users.items()
            if email.lower() not in present and item.source()[0].name in ours
        ]

    def _put_in_groups(self, rows: list[Row], left: set[str], ours: set[str]) -> None:
        """Put people into the groups that the table names, and out of others of its groups; who left leaves all.

        The table's groups are those that it names, and those in the files that were made from it.
        """
        wanted = {group["name"]: group["members"] for group in groups_of(rows)}
        placed = {member.lower(): name for name, members in wanted.items() for member in members}
        moved: list[str] = []
        for name, item in self._spec.groups.items():
            there = {str(member).lower() for member in item.get("members") or ()}
            gone = there & left
            if name in wanted or item.source()[0].name in ours:
                gone |= {member for member in there if placed.get(member, name) != name}
            moved += self._update.members(item, wanted.pop(name, []), gone)
        self.new_groups = [{"name": name, "members": members} for name, members in wanted.items()]
        moved += [member for members in wanted.values() for member in members]
        self._tell_moved(dict.fromkeys(member.lower() for member in moved))

    def _tell_moved(self, moved: Iterable[str]) -> None:
        numbers = {change.email.lower(): number for number, change in enumerate(self.changes)}
        for email in moved:
            number = numbers.get(email)
            if number is None:
                self.changes.append(Change("changed", email, (GROUP,)))
            elif self.changes[number].kind == "changed":
                change = self.changes[number]
                self.changes[number] = change._replace(fields=(*change.fields, GROUP))


def groups_of(rows: list[Row]) -> list[dict[str, Any]]:
    """Return the groups that a table names, with their members."""
    groups: dict[str, list[str]] = {}
    for row in rows:
        if row.group and "email" in row.data:
            groups.setdefault(row.group, []).append(str(row.data["email"]))
    return [{"name": name, "members": members} for name, members in groups.items()]
