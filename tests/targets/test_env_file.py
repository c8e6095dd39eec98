"""Whose permissions a written file has: what the schema says of ``mode`` and what happens, side by side."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest

from mailspec.outcome.secret import Secret
from mailspec.targets.env_file import EnvFile

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("before", "declared", "after"),
    [(None, None, 0o600), (0o640, None, 0o640), (None, "0640", 0o640), (0o644, "0600", 0o600)],
    ids=["new", "existing", "new declared", "existing declared"],
)
def test_the_mode_of_a_written_file(before, declared, after, target, tmp_path):
    file = tmp_path / "app.env"
    if before is not None:
        file.write_text("HOST=old\n")
        file.chmod(before)
    wanted = target({"HOST": "mail.acme.example"}, **({} if declared is None else {"mode": declared}))
    kind = EnvFile()
    trace = {**kind.trace(wanted, tmp_path), "apply": "1", "state": "s"}
    assert kind.stage(wanted, trace, {"HOST": Secret("mail.acme.example")}) is None
    assert kind.switch(trace) is None
    assert stat.S_IMODE(file.stat().st_mode) == after
    assert kind.verify(wanted, tmp_path, {"HOST": Secret("mail.acme.example")}) == []


def test_the_schema_says_so():
    words = (ROOT / "schemas/mailspec.schema.json").read_text()
    (mode,) = {held for held in _descriptions(json.loads(words)) if held.startswith("Permissions of the file")}
    assert "an existing file keeps its own" in mode
    assert 'a new one gets "0600"' in mode


def _descriptions(part):
    if isinstance(part, dict):
        if isinstance(part.get("description"), str):
            yield part["description"]
        for value in part.values():
            yield from _descriptions(value)
    elif isinstance(part, list):
        for value in part:
            yield from _descriptions(value)
