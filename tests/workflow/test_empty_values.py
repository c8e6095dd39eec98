"""Empty text and what is no path, where the language wants a word: told at its place, and no command falls over it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

SPEC = """\
version: 1
configurations:
  - {name: %(name)s, state: active, host: %(host)s, from: hub@acme.example}
users:
  - {email: %(email)s, name: %(person)s}
targets:
  - {name: %(target)s, type: env_file, path: %(path)s}
"""
WHOLE = {
    "name": "Main",
    "host": "mail.acme.example",
    "email": "alice@acme.example",
    "person": "Alice",
    "target": "app",
    "path": "app.env",
}


@pytest.mark.parametrize(
    "changed",
    [*({key: '""'} for key in WHOLE), {"path": r'"a\0b.env"'}, {"path": '" "'}, dict.fromkeys(WHOLE, '""')],
    ids=str,
)
def test_it_is_reported_at_its_place(changed: dict[str, str], tmp_path: Path, cli: Callable[..., Any]) -> None:
    (tmp_path / "mailspec.yml").write_text(SPEC % (WHOLE | changed))
    report = cli("validate", "--format", "json", cwd=tmp_path)
    assert report.code == 1
    assert {found["location"]["line"] for found in report.json["findings"] if found["severity"] == "error"} == {
        next(at for at, line in enumerate(SPEC.splitlines(), 1) if f"%({key})s" in line) for key in changed
    }
    for command in (["plan"], ["status"], ["drift"], ["apply", "--check"], ["show"], ["probe"]):
        ran = cli(*command, cwd=tmp_path)
        assert ran.code in {0, 1, 2}, (command, ran.err)
        assert "This is a bug" not in ran.err
