"""``migrate office365``: accounts at Microsoft 365 from a password to a token, in the files themselves."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from functools import reduce
from operator import getitem
from typing import Any, NamedTuple

from mailspec.files.writing import write_file
from mailspec.load.item import Item, Path
from mailspec.model.effective import Effective
from mailspec.model.smtp import WITH_PASSWORD
from mailspec.providers.clouds import is_cloud
from mailspec.resolve import effective
from mailspec.text import read
from mailspec.text.document import Document
from mailspec.text.edit import scalar_text, splice
from mailspec.text.edit_data import content_end
from mailspec.workflow.workspace import Workspace

_BY_HAND = "its accounts share values by anchors, aliases or merges; change them by hand (auth.method and auth.oauth)"


class Migrated(NamedTuple):
    """A file that changes: its name, where it lies, its bytes before and after, and the accounts in it.

    ``reason`` says in words why it cannot be changed, empty where it can.
    """

    name: str
    path: str
    before: bytes
    after: bytes
    accounts: tuple[str, ...]
    reason: str = ""


def migration(workspace: Workspace, client_id: str, tenant: str) -> list[Migrated]:
    """Return the files with each password of an account at Microsoft 365 replaced by ``oauth``; nothing is written.

    Only ``method`` and ``password`` of such accounts change; every other byte stays.
    """
    edits: dict[str, tuple[Document, list[tuple[int, int, str]], list[str]]] = {}
    inside_of: dict[str, list[Path]] = {}
    for label, item, path in _accounts(workspace):
        document, inside = item.source((*path, "password"))
        found = edits.setdefault(document.name, (document, [], []))
        found[1].extend(_edits(document, inside, item.get(*path, "method") is not None, client_id, tenant))
        found[2].append(label)
        inside_of.setdefault(document.name, []).append(inside)
    files = []
    root = workspace.root
    for name, (document, changes, labels) in sorted(edits.items()):
        oauth = {"client_id": client_id, "tenant": tenant}
        text = _changed(document, changes, inside_of[name], oauth)
        reason = "" if text is not None else _BY_HAND
        text = document.text if text is None else text
        where = os.path.join(root, workspace.project.loaded.base.inside(name))
        files.append(
            Migrated(name, where, document.encode(document.text), document.encode(text), tuple(labels), reason)
        )
    return files


def write(files: list[Migrated]) -> dict[str, str]:
    """Write the files; return those that could not be written, each with the reason in words."""
    failed = {file.name: file.reason for file in files if file.reason}
    for file in files:
        if file.reason:
            continue
        try:
            write_file(file.path, file.after, before=file.before)
        except OSError as error:
            failed[file.name] = (error.strerror or "it cannot be written").lower()
    return failed


def _changed(
    document: Document, changes: list[tuple[int, int, str]], accounts: list[Path], oauth: dict[str, str]
) -> str | None:
    """Return a file's text with the changes made; ``None`` where that would say something else than is meant.

    An anchor, an alias or a merge key has several accounts stand in one place, or the place somewhere else.
    """
    try:
        # What an alias repeats is changed once.
        text = splice(document.text, list(dict.fromkeys(changes)))
    except ValueError:
        return None
    wanted = _plain(document.data)
    for path in accounts:
        account = reduce(getitem, path[:-1], wanted)
        account.pop("password")
        account |= {"method": "xoauth2", "oauth": oauth}
    found = read(document.name, document.encode(text))
    return None if found.problems or _plain(found.data) != wanted else text


def _plain(data: Any) -> Any:
    """Return a copy of plain values in which nothing is shared."""
    if isinstance(data, dict):
        return {key: _plain(value) for key, value in data.items()}
    return [_plain(value) for value in data] if isinstance(data, list) else data


def _accounts(workspace: Workspace) -> Iterator[tuple[str, Item, Path]]:
    """Yield each account that has a password of its own and sends by Microsoft 365: its name, item and place."""
    spec, resolver = workspace.spec, workspace.resolver
    for name, item in spec.configurations.items():
        if item.get("auth", "password") is not None and _by_password(effective(resolver, "configuration", name)):
            yield f"configuration:{name}", item, ("auth",)
    for item in spec.users.values():
        address = str(item.get("email"))
        if item.get("account", "password") is not None and _by_password(effective(resolver, "user", address)):
            yield f"user:{address}", item, ("account",)


def _by_password(settings: Effective) -> bool:
    return settings.mode == "smtp" and is_cloud(settings.provider) and settings.auth.method in WITH_PASSWORD


def _edits(
    document: Document, path: Path, has_method: bool, client_id: str, tenant: str
) -> Iterator[tuple[int, int, str]]:
    """Replace ``password: ...`` by ``oauth: ...``, and the method, or put one before it."""
    text = document.text
    start = document.places().find(path, key=True)[0]
    end = content_end(document, path)
    oauth = f"oauth: {{client_id: {scalar_text(client_id)}, tenant: {scalar_text(tenant)}}}"
    if has_method:
        method = document.places().find((*path[:-1], "method"))
        yield method[0], method[1], "xoauth2"
        yield start, end, oauth
        return
    line = text[text.rfind("\n", 0, start) + 1 : start]
    between = ", " if "{" in line or not re.fullmatch(r"[\s-]*", line) else "\n" + re.sub(r"[^\s]", " ", line)
    yield start, end, f"method: xoauth2{between}{oauth}"
