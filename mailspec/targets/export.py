"""Targets of type ``export``: everything that sends in one document, for programs that mailspec has no type for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from mailspec.model.fields import SENSITIVE
from mailspec.outcome.plan import Json
from mailspec.plan.desired import TargetDesired
from mailspec.targets.base import Part, Rendered, TargetProblem
from mailspec.targets.documents.document import Document
from mailspec.targets.documents.nested import WRITERS, text_of
from mailspec.targets.documents.templated import format_of, rendered
from mailspec.targets.files_target import FilesTarget
from mailspec.targets.scope import Scope, SendingObject

_ONE = "leave out format or template"
_UNKNOWN = TargetProblem(f"the format of an export is one of {', '.join(WRITERS)}", "correct format")
_SECTIONS = {"configuration": "configurations", "user": "users", "mailing": "mailings"}


class Export(FilesTarget):
    """JSON, YAML or CSV with the effective settings of configurations, people, mailings, bulk and mobile mail."""

    def parts(self, target: TargetDesired) -> Mapping[str, Part] | TargetProblem:
        """Return the document; with passwords in it a new file is the owner's alone."""
        mode = 0o600 if target.options.get("secrets") == "values" else 0o644
        if target.options.get("template"):
            return {"": Part(target.path, format_of(target.keys), mode)}
        word = str(target.options.get("format") or "json")
        if word not in WRITERS:
            return _UNKNOWN
        return {"": Part(target.path, Document(WRITERS[word]()), mode)}

    def render(self, declared: Mapping[str, Any], scope: Scope) -> Rendered | TargetProblem:
        """Return a key for each field of each object."""
        keys = keys_of(scope, values=declared.get("secrets") == "values")
        carries = tuple(account.object for account in scope.accounts)
        if declared.get("template") is None:
            return Rendered(keys, carries=carries) if declared.get("format", "json") in WRITERS else _UNKNOWN
        if declared.get("format") is not None:
            return TargetProblem("its template makes the whole document, so that its format says nothing", _ONE)
        made = rendered(str(declared["template"]), scope.root, keys)
        return made if isinstance(made, TargetProblem) else replace(made, carries=carries)


def keys_of(scope: Scope, *, values: bool) -> dict[str, Json]:
    """Return everything that a target may be given as flat keys.

    ``values`` tells whether secrets are to be written as values; else their references are.
    """
    keys: dict[str, Json] = {
        "instance": scope.instance,
        "mail": "on" if any(account.active for account in scope.accounts) else "off",
    }
    if scope.environment is not None:
        keys["environment"] = scope.environment
    # Thousands of mailings may share one list of thousands: its text is made once.
    senders = {id(account.senders): account.senders for account in scope.accounts if account.senders}
    lists = {number: text_of(list(addresses)) for number, addresses in senders.items()}
    for account in scope.accounts:
        front = front_of(account)
        if account.kind == "configuration":
            keys[f"{front}/active"] = text_of(account.active)
        if account.senders:
            keys[f"{front}/senders"] = lists[id(account.senders)]
        for field, value in account.fields.items():
            if value is None:
                continue
            secret = field in SENSITIVE and isinstance(value, dict)
            keys[f"{front}/{field}"] = {"secret": value} if secret and values else text_of(value)
    return keys


def front_of(account: SendingObject) -> str:
    """Return what the keys of an account start with."""
    section = _SECTIONS.get(account.kind)
    return account.kind if section is None else f"{section}/{account.name}"
