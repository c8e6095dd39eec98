"""What the guides show is true: whole examples validate, and the table becomes the file beside it."""

from __future__ import annotations

import re
import shutil
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
    assert named >= BACKENDS.keys()


COMPANY = ROOT / "examples/company"


def test_the_walk_through_the_company_is_true(cli):
    typed = [line.split()[1:] for block in blocks("how-to/company") for line in block.splitlines()]
    runs = {" ".join(words): cli(*words, cwd=COMPANY) for words in typed}
    assert {line: ran.err for line, ran in runs.items() if ran.code != 0} == {}
    outputs = {line: ran.out for line, ran in runs.items()}
    assert "mail.acme.example" not in outputs["show user:alice.martin@acme.example"]
    assert "mail.acme.example" in outputs["show user:frank.field@acme.example"]
    assert "90" in outputs["show user:fiona.field@acme.example --why timeout"]
    assert "managing.director@acme.example" in outputs["show mailing:new-year-letter"]
    assert "Hello Alice Martin" in outputs["preview password_reset"]
    assert "<p>" in outputs["preview work_order --format html"]
    assert "mail.staging.acme.example" in outputs["show Office --environment staging"]
    assert "no findings" in outputs["validate --environment training"]


def test_the_walk_names_every_folder_of_the_company():
    text = (ROOT / "docs/how-to/company.md").read_text()
    folders = {path.name for path in COMPANY.iterdir() if path.is_dir()}
    assert {name for name in folders if f"`{name}/`" not in text} == set()


@pytest.mark.parametrize(
    ("file", "before", "after", "code"),
    [
        ("email-types/password-reset.md.j2", "person.name", "peron.name", "MS603"),
        ("configurations/relay.yml", "      - billing@acme.example\n", "", "MS501"),
    ],
)
def test_what_the_walk_says_that_validate_finds(cli, tmp_path, file, before, after, code):
    shutil.copytree(COMPANY, tmp_path / "company")
    changed = tmp_path / "company" / file
    assert before in changed.read_text()
    changed.write_text(changed.read_text().replace(before, after))
    found = cli("validate", "--format", "json", cwd=tmp_path / "company").json["findings"]
    assert code in {finding["code"] for finding in found}


@pytest.mark.parametrize("file", sorted(COMPANY.rglob("*.*")), ids=lambda path: path.name)
def test_every_file_of_the_company_is_commented(file):
    text = file.read_text()
    assert re.search(r"^\s*# (?!yaml-language-server)|\{#", text, re.MULTILINE), file
