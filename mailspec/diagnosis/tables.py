"""Reads the tables of words: one file a provider in ``providers/``, and those for everybody in ``common/``."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from mailspec.diagnosis.rule import Family, Rule

_HERE = Path(__file__).parent
# What programs say of themselves comes in this order; so does what servers say.
_LOCAL = ("refusals", "transport", "tls")
_SERVER = ("clear", "signin", "senders", "recipients", "limits", "policy", "languages", "service")
_LOOSE = ("general",)


@cache
def families() -> tuple[Family, ...]:
    """Return the providers' tables in order of the alphabet."""
    return tuple(_family(path) for path in sorted((_HERE / "providers").glob("*.toml")))


@cache
def local_words() -> tuple[Rule, ...]:
    """Return what clients, libraries and the operating system say."""
    return tuple(rule for name in _LOCAL for rule in _rules(_load(_HERE / "common" / f"{name}.toml")))


@cache
def server_words() -> tuple[Rule, ...]:
    """Return what servers of any provider say."""
    return tuple(rule for name in _SERVER for rule in _rules(_load(_HERE / "common" / f"{name}.toml")))


@cache
def loose_words() -> tuple[Rule, ...]:
    """Return the loosest forms of what servers say; they count where nothing else was recognised."""
    return tuple(rule for name in _LOOSE for rule in _rules(_load(_HERE / "common" / f"{name}.toml")))


def _family(path: Path) -> Family:
    data = _load(path)
    hosts, marks, phrases, signature = (str(data.get(name, "")) for name in ("hosts", "marks", "phrases", "signature"))
    return Family(
        tuple(data["providers"]), hosts, marks, _rules(data), phrases, signature, tuple(data.get("domains", ()))
    )


def _rules(data: dict[str, Any]) -> tuple[Rule, ...]:
    return tuple(Rule(**{**rule, "stages": tuple(rule.get("stages", ()))}) for rule in data["rules"])


def _load(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text("utf-8"))
