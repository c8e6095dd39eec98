"""``mailspec init``: a starter that is clean as it is, and that overwrites nothing."""

from __future__ import annotations

import json
import os
from pathlib import Path

import jsonschema
import pytest

SCHEMAS = Path(__file__).parents[2] / "schemas/output"


@pytest.fixture
def files():
    """Return a function that lists a folder's files with their content."""

    def listed(folder):
        return {path.relative_to(folder).as_posix(): path.read_text() for path in folder.rglob("*") if path.is_file()}

    return listed


def test_the_starter_is_clean_even_strictly(cli, tmp_path, files):
    ran = cli("init", tmp_path / "hub")
    assert ran.code == 0
    assert set(files(tmp_path / "hub")) == {"mailspec.yml", "configurations/primary.yml", ".gitignore"}
    report = cli("validate", tmp_path / "hub", "--strict", "--format", "json")
    assert report.code == 0
    assert report.json["findings"] == []


def test_it_says_what_it_made_and_what_comes_next(cli, tmp_path):
    out = cli("init", "hub", cwd=tmp_path).out
    assert "Created hub/configurations/primary.yml\n" in out
    assert "  cd hub\n" in out
    for command in ("validate", "test --to", "plan", "apply"):
        assert f"mailspec {command}" in out
    assert [line for line in out.split("\n") if len(line) > 80] == []


def test_here_is_the_default(cli, tmp_path, files):
    assert cli("init", cwd=tmp_path).code == 0
    assert "mailspec.yml" in files(tmp_path)
    assert cli("validate", cwd=tmp_path).code == 0


def test_the_state_is_ignored_by_git(cli, tmp_path, files):
    cli("init", tmp_path)
    assert files(tmp_path)[".gitignore"] == ".mailspec/\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("*.pyc\n", "*.pyc\n.mailspec/\n"),
        ("*.pyc", "*.pyc\n.mailspec/\n"),
        ("/.mailspec/\n", "/.mailspec/\n"),
        ("", ".mailspec/\n"),
    ],
)
def test_lines_that_git_ignores_already_stay(cli, tmp_path, before, after):
    (tmp_path / ".gitignore").write_text(before)
    assert cli("init", tmp_path).code == 0
    assert (tmp_path / ".gitignore").read_text() == after


@pytest.mark.parametrize("name", ["mailspec.yml", "configurations/primary.yml"])
def test_what_exists_is_not_overwritten(cli, tmp_path, files, name):
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    path.write_text("mine\n")
    ran = cli("init", tmp_path)
    assert (ran.code, ran.out) == (5, "")
    assert name in ran.err
    assert files(tmp_path) == {name: "mine\n"}


def test_a_link_to_nowhere_counts_as_existing(cli, tmp_path):
    (tmp_path / "mailspec.yml").symlink_to(tmp_path / "nowhere.yml")
    assert cli("init", tmp_path).code == 5
    assert not (tmp_path / "nowhere.yml").exists()


def test_a_second_time_changes_nothing(cli, tmp_path, files):
    cli("init", tmp_path)
    once = files(tmp_path)
    assert cli("init", tmp_path).code == 5
    assert files(tmp_path) == once


def test_json(cli, tmp_path):
    held = cli("init", tmp_path, "--format", "json").json
    assert held == {
        "version": 1,
        "created": ["mailspec.yml", "configurations/primary.yml", ".gitignore"],
        "changed": [],
    }


def test_where_a_file_stands_no_folder_can_be_made(cli, tmp_path):
    (tmp_path / "hub").write_text("a file")
    ran = cli("init", tmp_path / "hub")
    assert ran.code == 2
    assert "hub" in ran.err


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written(cli, tmp_path):
    (tmp_path / "shut").mkdir(mode=0o500)
    assert cli("init", tmp_path / "shut").code == 2


def test_json_fits_its_published_schema(cli, tmp_path):
    schema = json.loads((SCHEMAS / "init.json").read_text(encoding="utf-8"))
    jsonschema.validate(cli("init", tmp_path, "--format", "json").json, schema)
