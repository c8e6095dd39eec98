"""Groups of one person cost time in proportion to their number (attack 22: 18 s for 3,000)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from time import process_time
from typing import Any

import pytest

from mailspec.workflow.checks import committed_secrets


def test_groups_of_one_person_cost_linear_time(cli: Callable[..., Any], tmp_path: Path) -> None:
    (tmp_path / "mailspec.yml").write_text(
        "version: 1\nconfigurations:\n  - {name: A, host: mail.acme.example, from: a@acme.example}\n"
        "users: [{email: alice@acme.example, mode: outlook}]\ngroups:\n"
        + "".join(f"  - {{name: g{n}, members: [alice@acme.example], mode: outlook}}\n" for n in range(1500))
    )
    started = process_time()
    ran = cli("validate", "-q", cwd=tmp_path)
    assert process_time() - started < 3
    assert (ran.code, ran.out) == (0, "")


def test_a_pattern_of_one_persons_account_is_asked_for_that_person(
    cli: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # 800 people were 640,000 files of which Git was asked (24 s).
    asked: list[str] = []
    monkeypatch.setattr(committed_secrets, "exposed", lambda files: asked.extend(files) or {})
    people = "".join(
        f"  - {{email: u{n}@acme.example, mode: smtp, account: {{password: {{file: '/run/{n}/{{email}}'}}}}}}\n"
        for n in range(60)
    )
    group = "  - {name: g, members: [U1@acme.example, u2@acme.example], account: {password: {file: '/run/g/{email}'}}}"
    (tmp_path / "mailspec.yml").write_text(
        "version: 1\nconfigurations:\n"
        "  - {name: A, host: mail.acme.example, port: 465, from: a@acme.example, state: active}\n"
        f"groups:\n{group}\nusers:\n{people}"
        "general: {users: {account: {password: {file: '/run/all/{email}'}}}}\n"
    )
    cli("validate", "-q", cwd=tmp_path)
    own = [f"/run/{n}/u{n}@acme.example" for n in range(60)]
    everybody = [f"/run/all/u{n}@acme.example" for n in range(60)]
    assert sorted(asked) == sorted([*own, *everybody, "/run/g/u1@acme.example", "/run/g/u2@acme.example"])
