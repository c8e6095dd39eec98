"""What the guides show is true: whole examples validate, and the table becomes the file beside it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def blocks(page: str, language: str = "") -> list[str]:
    text = (ROOT / "docs" / f"{page}.md").read_text()
    found = re.findall(r"^```(\w*)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    return [block for held, block in found if held == language]


def test_the_table_becomes_the_file_that_the_guide_shows(cli, tmp_path):
    (table,) = [block for block in blocks("people") if block.startswith("email,")]
    (file,) = blocks("people", "yaml")
    (tmp_path / "people.csv").write_text(table)
    assert cli("import", "people.csv", "--write", cwd=tmp_path).code == 0
    assert (tmp_path / "users/people.yml").read_text() == file


def test_the_email_types_can_be_previewed(cli, tmp_path):
    (spec,) = blocks("templates", "yaml")
    (template,) = [block for block in blocks("templates") if "block subject" in block]
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates/password_reset.md.j2").write_text(template)
    (tmp_path / "mailspec.yml").write_text(spec)
    checked = cli("validate", cwd=tmp_path)
    assert checked.code == 0, checked.out
    shown = cli("preview", "password_reset", cwd=tmp_path)
    assert "Subject: Reset your password at Acme Hub\n\nHello Alice, ..." in shown.out


@pytest.mark.parametrize("page", ["secrets", "people", "templates"])
def test_every_command_of_a_guide_exists(cli, page):
    typed = [line for block in blocks(page) for line in block.splitlines() if line.startswith("mailspec ")]
    typed += re.findall(r"`(mailspec [a-z]+[^`]*)`", (ROOT / f"docs/{page}.md").read_text())
    assert typed
    for line in typed:
        words = line.split()
        depth = 3 if words[1] == "secret" else 2
        helped = cli(*words[1:depth], "--help")
        assert helped.code == 0, line
        for option in re.findall(r"--[a-z-]+", line):
            assert option in helped.out, line


def test_the_guide_names_every_backend():
    from mailspec.secrets.registry import BACKENDS

    text = (ROOT / "docs/secrets.md").read_text()
    named = {name for name in BACKENDS if f"`{{{name}:" in text} | {"ansible_vault"}
    assert named >= BACKENDS.keys() - {"plugin"}
