"""msmtp's configuration file: blocks that start with ``account NAME``, a keyword a line (msmtp(1), 1.8.23).

A value in double quotes is taken as it stands between the first and the last one; nothing is escaped (measured).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from mailspec.targets.base import Format, TargetProblem
from mailspec.targets.formats.base import cannot_hold, checked, named, newline_of

INHERITS = "inherits"  # the key of what stands behind the colon of "account default : NAME"
_KEY = re.compile(r"[a-z_]++(?=[ \t]|\Z)")


class Msmtprc(Format):
    """Keys are ``ACCOUNT/KEYWORD``; lines above the first account belong to others and stay."""

    comment = "#"

    def why_not(self, key: str, value: str) -> str | None:  # noqa: ARG002
        """Say why no line can hold a value."""
        return "it holds a line end or a NUL" if re.search(r"[\r\n\0]", value) else None

    def parse(self, text: str) -> dict[str, str | None]:
        """Return each account's keywords; the last of a keyword counts."""
        return named(_keywords(text))

    def edit(self, text: str, wanted: Mapping[str, str | None]) -> str | TargetProblem:
        """Set and remove keywords; an account of ours that has none left goes."""
        accounts: dict[str, dict[str, str | None]] = {}
        problem = cannot_hold(wanted, self.why_not)
        if problem is not None:
            return problem
        for name, value in wanted.items():
            account, _, key = name.rpartition("/")
            accounts.setdefault(account, {})[key] = value
        newline = newline_of(text)
        blocks = _blocks(text)
        for account, keys in accounts.items():
            place = next((index for index, (name, _) in enumerate(blocks) if name == account), None)
            lines = blocks[place][1] if place is not None else []
            edited = _edited(account, lines, keys, newline)
            if place is None:
                if blocks and blocks[-1][1] and not blocks[-1][1][-1].endswith("\n"):
                    blocks[-1][1][-1] += newline
                blocks.append((account, edited))
            else:
                blocks[place] = (account, edited)
        for account, keys in accounts.items():
            _put_behind(blocks, account, keys.get(INHERITS), newline)
        return checked(self, text, "".join(line for _, lines in blocks for line in lines), wanted)


def _keywords(text: str) -> Iterator[tuple[str, str]]:
    account = ""
    for line in text.splitlines(keepends=True):
        key, value = _split(line)
        if key == "account":
            account, _, inherited = (part.strip() for part in value.partition(":"))
            if inherited:
                yield f"{account}/{INHERITS}", inherited
        elif key == "defaults":
            account = ""
        elif key and account:
            yield f"{account}/{key}", value


def _split(line: str) -> tuple[str, str]:
    bare = line.removesuffix("\n").removesuffix("\r").strip(" \t")
    found = _KEY.match(bare)
    if found is None:
        return "", ""
    value = bare[found.end() :].lstrip(" \t")
    quoted = len(value) > 1 and value[0] == value[-1] == '"'
    return found[0], value[1:-1] if quoted else value


def _blocks(text: str) -> list[tuple[str, list[str]]]:
    """Return the lines by account; what stands above the first one has no name."""
    blocks: list[tuple[str, list[str]]] = [("", [])]
    for line in text.splitlines(keepends=True):
        key, value = _split(line)
        if key in ("account", "defaults"):
            blocks.append((value.partition(":")[0].strip() if key == "account" else "", []))
        blocks[-1][1].append(line)
    return blocks


def _put_behind(blocks: list[tuple[str, list[str]]], account: str, inherited: str | None, newline: str) -> None:
    """Put an account behind the one that it inherits from: msmtp knows only what stands above (msmtp(1))."""
    names = [name for name, _ in blocks]
    if inherited not in names or account not in names or names.index(account) > names.index(inherited):
        return
    place = names.index(inherited)
    lines = blocks[place][1]
    if lines and not lines[-1].endswith("\n"):
        lines[-1] += newline
    blocks.insert(place, blocks.pop(names.index(account)))


def _edited(account: str, lines: list[str], keys: Mapping[str, str | None], newline: str) -> list[str]:
    current = Msmtprc().parse("".join(lines))
    body = [line for line in lines[1:] if (key := _split(line)[0]) not in keys or _kept(account, key, keys, current)]
    if body and not body[-1].endswith("\n"):
        body[-1] += newline
    for key, value in keys.items():
        if value is not None and key != INHERITS and current.get(f"{account}/{key}") != value:
            body.append(f'{key} "{value}"{newline}')
    inherited = keys.get(INHERITS, current.get(f"{account}/{INHERITS}"))
    if not inherited and not any(_split(line)[0] for line in body):
        return []
    same = lines and inherited == current.get(f"{account}/{INHERITS}")
    head = lines[0] if same else f"account {account}{f' : {inherited}' if inherited else ''}{newline}"
    return [head if head.endswith("\n") else head + newline, *body]


def _kept(account: str, key: str, keys: Mapping[str, str | None], current: Mapping[str, str | None]) -> bool:
    """A line whose value stays is not touched."""
    return keys[key] is not None and current.get(f"{account}/{key}") == keys[key]
