from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mailspec.outcome.catalogue import CATALOGUE

SPEC = """\
version: 1
configurations:
  - {name: A, state: active, host: m.acme.example, port: 465, security: starttls, from: a@acme.example}
"""


@pytest.mark.parametrize(
    ("policy", "severity", "code"), [("", "info", 0), ("policy: {severity: {MS101: error}}\n", "error", 1)]
)
def test_a_rule_in_preview_only_tells_until_a_policy_names_it(
    policy: str, severity: str, code: int, tmp_path: Path, cli: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(CATALOGUE, "MS101", CATALOGUE["MS101"]._replace(preview=True))
    (tmp_path / "mailspec.yml").write_text(SPEC + policy)
    ran = cli("validate", "--format", "json", cwd=tmp_path)
    assert [found["severity"] for found in ran.json["findings"]] == [severity]
    assert ran.code == code
