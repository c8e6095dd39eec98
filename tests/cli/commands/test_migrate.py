"""``migrate office365`` on commented files: only what is meant changes, and a second run changes nothing."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from click.testing import CliRunner, Result
from ruamel.yaml import YAML

from mailspec.cli.main import cli
from tests.support.commands import closed

HEAD = "version: 1\ninstance: {id: acme, name: Acme}\n"
BEFORE = (
    HEAD
    + """\
configurations:
  - name: Primary   # the hub
    state: active
    host: smtp.office365.com
    auth:
      # until the end of 2026
      username: noreply@acme.example
      password:          # in the store
        env: ACME_PASSWORD
    # what follows stays
    reply_to: help@acme.example
  - {name: Flow, state: inactive, host: smtp.office365.com, auth: {username: a@acme.example, password: {env: A}}}
  - name: Login
    state: inactive
    host: smtp.office365.com
    auth: {method: login, username: b@acme.example, password: {env: B}}  # both words
  - name: Elsewhere
    state: inactive
    host: smtp.gmail.com
    auth: {username: c@gmail.com, password: {env: C}}
users:
  - email: alice@acme.example
    mode: smtp
    account:
      password: {env: ALICE}   # hers
"""
)
OAUTH = "oauth: {client_id: 0000-aaaa, tenant: acme.example}"
AFTER = (
    BEFORE.replace(
        "      password:          # in the store\n        env: ACME_PASSWORD\n",
        f"      method: xoauth2\n      {OAUTH}\n",
    )
    .replace("password: {env: A}}", f"method: xoauth2, {OAUTH}}}")
    .replace(
        "method: login, username: b@acme.example, password: {env: B}",
        f"method: xoauth2, username: b@acme.example, {OAUTH}",
    )
    .replace("      password: {env: ALICE}   # hers", f"      method: xoauth2\n      {OAUTH}   # hers")
)


@pytest.fixture
def run(tmp_path: Path) -> Any:
    (tmp_path / "mailspec.yml").write_text(BEFORE)

    def call(*words: str) -> Result:
        options = ("--client-id", "0000-aaaa", "--tenant", "acme.example", "--project", str(tmp_path))
        return CliRunner().invoke(cli, ["migrate", "office365", *options, *words])

    return call


def test_only_the_meant_lines_change_and_a_second_run_changes_nothing(run: Any, tmp_path: Path) -> None:
    result = run()
    assert result.exit_code == 0, result.output
    assert (tmp_path / "mailspec.yml").read_text() == AFTER
    assert "Changed 4 in 1 files" in result.output
    assert "Nothing to change" in run().output
    assert (tmp_path / "mailspec.yml").read_text() == AFTER


def test_check_writes_nothing(run: Any, tmp_path: Path) -> None:
    assert "Would change 4" in run("--check").output
    assert (tmp_path / "mailspec.yml").read_text() == BEFORE


def test_what_comes_out_validates(run: Any, tmp_path: Path) -> None:
    run()
    result = CliRunner().invoke(cli, ["validate", str(tmp_path)])
    assert "error" not in result.output.replace("0 errors", ""), result.output


def test_its_json_is_what_the_schema_says(run: Any, root: Path) -> None:
    schema = json.loads((root / "schemas/output/migrate-office365.json").read_text())
    data = json.loads(run("--check", "--format", "json").stdout)
    jsonschema.validate(data, closed(schema))
    assert data["accounts"]


SHARED = """\
configurations:
  - name: M
    state: inactive
    provider: microsoft365
    auth: %s
    from: m@acme.example
  - name: N
    state: inactive
    provider: microsoft365
    auth: %s
    from: n@acme.example
"""
FLOW = "{username: m@acme.example, password: &p {env: M}}"
BLOCK = "\n      username: m@acme.example\n      password: &p %s"
WAYS = {
    "a map": ("&a" + BLOCK.replace("&p %s", "{env: M}"), "*a", True),
    "a reference": (FLOW, "{username: n@acme.example, password: *p}", False),
    "an anchor that nobody names": (FLOW, "{password: {env: N}}", False),
    "a block's reference": (BLOCK % "{env: M}", "{password: *p}", False),
    "a reference that is a block": (BLOCK % "\n        env: M", "{password: *p}", False),
}


@pytest.mark.parametrize(("one", "other", "done"), WAYS.values(), ids=WAYS)
def test_what_an_alias_repeats_is_changed_once_or_left(
    one: str, other: str, done: bool, run: Any, tmp_path: Path
) -> None:
    path = tmp_path / "mailspec.yml"
    before = HEAD + SHARED % (one, other)
    path.write_text(before)
    ran = run()
    if done:
        assert path.read_text().count(OAUTH) == 1, ran.output
        data = YAML(typ="safe").load(path)["configurations"]
        assert [account["auth"]["method"] for account in data] == ["xoauth2", "xoauth2"]
    else:
        assert path.read_text() == before
        assert "mailspec.yml is as it was: its accounts share values by anchors, aliases or merges" in ran.output
        assert "Nothing was changed." in ran.output
