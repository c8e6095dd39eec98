"""Names are ordinary English and the field's terms: words that once hid what a thing is do not come back."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
BARRED = re.compile(r"held|but|door|blame|culprit|trial|octets?|mend(s|ed)?|(un)?(told|said)", re.IGNORECASE)


def identifiers(path: Path) -> set[str]:
    """Return every name that a module gives: of variables, parameters, functions, classes and attributes."""
    found = {path.stem}
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found.add(node.name)
        elif isinstance(node, ast.arg):
            found.add(node.arg)
        elif isinstance(node, ast.Name):
            found.add(node.id)
        elif isinstance(node, ast.Attribute):
            found.add(node.attr)
    return found


def barred(names: set[str]) -> list[str]:
    words = {name: re.findall(r"[A-Z]?[a-z]+|[A-Z]+", name) for name in names}
    return sorted(name for name, parts in words.items() if any(BARRED.fullmatch(part) for part in parts))


def test_no_barred_word_is_a_name() -> None:
    found = {}
    for path in sorted((ROOT / "mailspec").rglob("*.py")):
        if names := barred(identifiers(path)):
            found[str(path.relative_to(ROOT))] = names
    assert found == {}


@pytest.mark.parametrize(
    ("name", "is_barred"),
    [
        ("held", True),
        ("_held_by", True),
        ("MailTrial", True),
        ("_told_before", True),
        ("mode_said", True),
        ("UNSAID", True),
        ("withheld", False),
        ("recommended", False),
        ("tolerated", False),
    ],
)
def test_a_word_is_barred_as_a_whole(name: str, is_barred: bool) -> None:
    assert bool(barred({name})) is is_barred
