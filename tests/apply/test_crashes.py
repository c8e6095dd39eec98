"""What tools/torture.py does whole, at a few points: lost writes and damaged bytes."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from mailspec.files.durable import give_mode, identity
from tools.killing.crashes import crashes, flips
from tools.killing.databases import sqlite
from tools.killing.world import Template


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Template:
    return sqlite(tmp_path_factory.mktemp("crashes") / "template")


def test_what_no_fsync_made_durable_may_be_lost(template: Template, tmp_path: Path) -> None:
    found = list(crashes(template, tmp_path, "apply", choices=1, every=9))
    assert len(found) > 3
    assert [words for _, words in found if words] == []


def test_a_changed_byte_of_a_state_is_read_or_refused(template: Template, tmp_path: Path) -> None:
    found = list(flips(template, tmp_path, 25))
    assert [words for _, words in found if words] == []


def test_a_mode_is_durable_before_the_rename_that_needs_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A crash between the two left a restored file with the backup's mode."""
    calls: list[str] = []
    for name in ("fchmod", "fsync"):
        real = getattr(os, name)
        monkeypatch.setattr(os, name, lambda *args, name=name, real=real: (calls.append(name), real(*args))[1])
    path = tmp_path / "backup"
    path.write_text("x")
    known = identity(path)
    assert known is not None
    give_mode(path, known, 0o640)
    assert calls == ["fchmod", "fsync"]
