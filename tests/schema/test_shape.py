"""The shape check's errors point at what is wrong, once each."""

from __future__ import annotations

from typing import Any

import pytest

from mailspec.schema.shape import all_keys, keys_at, shape_errors


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ({"configurations": [{"name": "a", "port": "465"}]}, [("int_type", ("configurations", 0, "port"))]),
        ({"configurations": [{"port": 465}]}, [("missing", ("configurations", 0, "name"))]),
        (
            {"configurations": [{"name": "a", "auth": {"password": "x"}}]},
            [("secret_in_file", ("configurations", 0, "auth", "password"))],
        ),
        (
            {"configurations": [{"name": "a", "auth": {"password": {"env": "A", "file": "b"}}}]},
            [("secret_kind", ("configurations", 0, "auth", "password"))],
        ),
        (
            {"configurations": [{"name": "a", "auth": {"password": {"envv": "A"}}}]},
            [("secret_kind", ("configurations", 0, "auth", "password"))],
        ),
        (
            {"configurations": [{"name": "a", "auth": {"password": {"env": "not a name"}}}]},
            [("string_pattern_mismatch", ("configurations", 0, "auth", "password", "env"))],
        ),
        (
            {"configurations": [{"name": "a", "from": {"emial": "x"}}]},
            [("extra_forbidden", ("configurations", 0, "from", "emial"))],
        ),
        (
            {"configurations": [{"name": "a", "from": "nobody"}]},
            [("string_pattern_mismatch", ("configurations", 0, "from"))],
        ),
        ({"configurations": [{"name": "a", "from": 5}]}, [("string_type", ("configurations", 0, "from"))]),
        ({"x-mine": 1, "configurations": []}, []),
        ({"users": {}}, [("list_type", ("users",))]),
        ([], [("dict_type", ())]),
    ],
)
def test_errors(data: Any, expected: list[tuple[str, tuple[Any, ...]]]) -> None:
    assert [(error.kind, error.path) for error in shape_errors(data)] == expected


def test_a_wrong_duration_is_reported_once() -> None:
    errors = shape_errors({"configurations": [{"name": "a", "timeout": "soon"}]})
    assert {error.path for error in errors} == {("configurations", 0, "timeout")}


def test_known_keys() -> None:
    assert "email_types" in keys_at(())
    assert set(keys_at(("configurations", 0, "from"))) == {"email", "name"}
    assert "env" in keys_at(("configurations", 0, "auth", "password"))
    assert {"host", "env", "severity"} <= all_keys()
