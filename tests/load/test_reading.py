"""What is wrong is taken out of a file's data, and nothing else of it changes."""

from __future__ import annotations

import copy

import pytest

from mailspec.load.reading import read_file, without
from mailspec.source.files import SourceFile

DATA = {"users": [{"email": "a@acme.example", "mode": "smpt"}, {"email": "b@acme.example"}], "x": {"y": {"z": 1}}}
CASES = [
    ((), None),
    (("x",), {"users": DATA["users"]}),
    (("x", "y", "z"), {"users": DATA["users"], "x": {"y": {}}}),
    (("x", "y", "[key]"), {"users": DATA["users"], "x": {}}),
    (("users", 0, "mode"), {"users": [{"email": "a@acme.example"}, {"email": "b@acme.example"}], "x": DATA["x"]}),
    (("users", 1), {"users": [DATA["users"][0], None], "x": DATA["x"]}),
    (("users", 9, "mode"), DATA),
    (("users", 0, "gone", "deeper"), DATA),
    (("gone",), DATA),
]


@pytest.mark.parametrize(("path", "left"), CASES)
def test_one_path(path, left):
    before = copy.deepcopy(DATA)
    assert without(DATA, [path]) == left
    assert before == DATA
    # The way for several does the same.
    assert without(DATA, [path, ("nowhere",)]) == left


def test_several_paths():
    left = without(DATA, [("users", 0, "mode"), ("users", 1), ("x", "y", "z")])
    assert left == {"users": [{"email": "a@acme.example"}, None], "x": {"y": {}}}
    assert without(DATA, []) is DATA


def test_each_file_gives_its_own_findings_and_data():
    texts = (b"users:\n  - {email: a@acme.example, mode: smpt}\n", b"users: [\n", b"", b"x-a: 1\n")
    files = [SourceFile(f"{n}.yml", f"users/{n}.yml", None, raw) for n, raw in enumerate(texts)]
    files.insert(2, SourceFile("gone.yml", "users/gone.yml", None, None, "it is gone"))
    readings = [read_file(file) for file in files]
    assert [[found.code for found in reading.findings] for reading in readings] == [
        ["MS003"],
        ["MS001"],
        ["MS001"],
        [],
        [],
    ]
    assert [reading.data and reading.data.data for reading in readings] == [
        {"users": [{"email": "a@acme.example"}]}, None, None, {}, {"x-a": 1},
    ]  # fmt: skip


@pytest.mark.parametrize(
    "written", ['"{\\x7bx}}"', '"\\u007b{x}}"', '"{\\\n    {x}}"', '"\\x24{x}"', '"\\x3c% x %>"', "<% x %>"]
)
def test_a_template_is_told_however_it_is_written(written: str) -> None:
    raw = f"configurations:\n  - name: {written}\n".encode()
    reading = read_file(SourceFile("mailspec.yml", "mailspec.yml", None, raw))
    assert [(entry.code, "is not evaluated" in entry.message) for entry in reading.findings] == [("MS003", True)]
