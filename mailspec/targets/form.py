"""Targets of type ``form``: a sheet to type over into a product's windows, for products that no interface reaches."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from mailspec.outcome.plan import Json
from mailspec.plan.desired import TargetDesired
from mailspec.programs.windows import WINDOWS
from mailspec.targets.base import Part, Rendered, TargetProblem
from mailspec.targets.documents.document import Document
from mailspec.targets.documents.maestro import maestro, maestro_smtp
from mailspec.targets.documents.maestrohub import maestrohub
from mailspec.targets.documents.sheet import SHEETS, Row, key_of
from mailspec.targets.files_target import FilesTarget
from mailspec.targets.scope import Scope

_MAKERS = {"maestrohub": maestrohub, "maestro": maestro, "maestro_smtp": maestro_smtp}


class Form(FilesTarget):
    """Writes a sheet in plain text, Markdown or HTML. What the product holds is not known to mailspec."""

    not_compared: ClassVar = (
        "drift does not apply: what was typed into the product cannot be read; compare by the sheet"
    )

    def parts(self, target: TargetDesired) -> Mapping[str, Part] | TargetProblem:
        """Return the sheet. It names where passwords are, and holds none."""
        product, word = str(target.options.get("product")), str(target.options.get("format") or "text")
        if product not in WINDOWS or word not in SHEETS:
            return _unknown(product, word)
        return {"": Part(target.path, Document(SHEETS[word](product)), 0o644)}

    def render(self, declared: Mapping[str, Any], scope: Scope) -> Rendered | TargetProblem:
        """Return a key for each field of each window, for everything or for one person."""
        product, word = str(declared.get("product")), str(declared.get("format") or "text")
        if product not in WINDOWS or word not in SHEETS:
            return _unknown(product, word)
        person = str(declared.get("person") or "").lower()
        if person and product == "maestrohub":
            return TargetProblem("MaestroHub has no window for one person", "leave out person")
        if person and not any(account.object.lower() == f"user:{person}" for account in scope.of_kind("user")):
            return TargetProblem(f"nobody is declared as {person}", "write a person's e-mail address")
        rows, notes = _MAKERS[product](scope, person)
        keys: dict[str, Json] = {key_of(row): _one_line(row) for row in rows}
        carried = tuple(_served(product, scope, person))
        return Rendered(keys, (), tuple(notes), carried)


def _one_line(row: Row) -> str:
    return f"{row.value} -- {row.note}" if row.note else row.value


def _served(product: str, scope: Scope, person: str) -> Iterator[str]:
    if person:
        yield f"user:{person}"
        return
    kinds = ("configuration",) if product == "maestrohub" else ("user",)
    more = ("mailing", "bulk", "mobile") if product == "maestro" else ()
    yield from (account.object for account in scope.of_kind(*kinds, *more))


def _unknown(product: str, word: str) -> TargetProblem:
    if product not in WINDOWS:
        return TargetProblem(f"a form needs a product: {', '.join(WINDOWS)}", "write product")
    return TargetProblem(f"a form is no {word}: its format is one of {', '.join(SHEETS)}", "correct format")
