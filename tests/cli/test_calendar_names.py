"""Names in a calendar are texts: no line of it begins with a command of a CI system, none holds a terminal's."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

SPEC = """\
version: 1
instance: {{id: acme}}
configurations:
  - name: {name}
    state: active
    mode: office365
    auth: {{username: a@acme.example, oauth: {{tenant: t.example, client_id: x, client_secret: {{env: S}}, expires: 2027-02-01}}}}
    from: a@acme.example
"""  # noqa: E501
NAMES = ['"x\\n::error::P\\e]0;t\\a"', '"##[error]x"', *(f'"{"x" * count}::error::P"' for count in range(10, 75, 4))]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("options", [(), ("--ics",)])
def test_no_line_of_a_calendar_begins_with_a_command(
    name: str, options: tuple[str, ...], tmp_path: Path, cli: Callable[..., Any]
) -> None:
    (tmp_path / "mailspec.yml").write_text(SPEC.format(name=name))
    ran = cli("calendar", *options, cwd=tmp_path)
    assert "2027" in ran.out
    assert not [line for line in ran.out.splitlines() if line.strip().startswith(("::", "##["))]
    assert "\x1b" not in ran.out
    assert "\x07" not in ran.out
