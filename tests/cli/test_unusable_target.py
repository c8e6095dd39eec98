"""A target's path at which no file can be: apply and unlock say so, and blame no other apply."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

SPEC = """\
version: 1
instance: {{id: acme-hub}}
configurations:
  - {{name: Spare, state: inactive, host: spare.acme.example, from: hub@acme.example}}
targets:
  - {{name: hub, type: env_file, path: {path}, dialect: systemd}}
"""


@pytest.mark.parametrize("path", ["/etc/debian_version/x", "/etc/debian_version/x/y"])
def test_a_path_where_no_file_can_be(path: str, tmp_path: Path, cli: Callable[..., Any]) -> None:
    (tmp_path / "mailspec.yml").write_text(SPEC.format(path=path))
    ran = cli("apply", "--auto-approve", cwd=tmp_path)
    assert "Refused (target-unusable): target hub: " in ran.err, ran.out + ran.err
    assert "/etc/debian_version" in ran.err
    assert "Give " in ran.err, "a cure"
    assert "unfinished" not in ran.err
    assert ran.code == 1
    ran = cli("unlock", cwd=tmp_path)
    assert ran.code == 0, ran.err


def test_a_journal_that_is_a_link_stops_apply_and_unlock(tmp_path: Path, cli: Callable[..., Any]) -> None:
    (tmp_path / "mailspec.yml").write_text(SPEC.format(path="hub.env"))
    (tmp_path / ".hub.env.mailspec-journal").symlink_to("nowhere")
    for command in (("apply", "--auto-approve"), ("unlock",)):
        ran = cli(*command, cwd=tmp_path)
        assert ran.code == 5
        assert "Refused (target-unusable): target hub: " in ran.err
        assert ".hub.env.mailspec-journal" in ran.err
