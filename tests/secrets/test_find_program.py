"""Where the program of a ``command`` secret may be: never in the project in which it starts."""

from __future__ import annotations

from mailspec.outcome.secret import Secret
from mailspec.secrets.base import Resolved, SecretProblem
from mailspec.secrets.command import resolve_command
from mailspec.secrets.command_run import find_program


def test_a_relative_part_of_path_finds_nothing(tmp_path, monkeypatch):
    (tmp_path / "get").write_text("#!/bin/sh\necho stolen\n")
    (tmp_path / "get").chmod(0o755)
    monkeypatch.chdir(tmp_path)
    for path in ("", ".", ":", f"/nowhere::{tmp_path.name}:."):
        assert find_program("get", path) is None
        assert isinstance(resolve_command(["get"], tmp_path, {"PATH": path}), SecretProblem)
    assert resolve_command(["get"], tmp_path, {"PATH": f".:{tmp_path}"}) == Resolved(Secret("stolen"))


def test_a_relative_program_is_refused_with_what_to_write_instead(tmp_path):
    (tmp_path / "get").write_text("#!/bin/sh\necho stolen\n")
    (tmp_path / "get").chmod(0o755)
    problem = resolve_command(["./get"], tmp_path, {"PATH": "/usr/bin"})
    assert isinstance(problem, SecretProblem)
    assert "relative path" in problem.message
