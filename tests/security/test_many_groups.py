"""Groups of one person cost time in proportion to their number (attack 22: 18 s for 3,000)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from time import process_time
from typing import Any


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
