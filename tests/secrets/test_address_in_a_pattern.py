"""A person's address that stands in a reference to a secret brings no path, field or option of its own."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mailspec.model.kinds import SECRETS
from mailspec.resolve.person import for_person

CANARY = "c4nary-beside-the-project"
ADDRESSES = (
    "../../canary@x.example",
    "../canary@x.example",
    "/canary@x.example",
    "a\\..\\canary@x.example",
    "a#b@x.example",
    "%2e%2e%2fcanary@x.example",
    "a?list=true@x.example",
    "-c@x.example",
)
SPEC = """\
version: 1
instance: {id: acme}
configurations:
  - {name: Hub, state: active, host: mail.acme.example, port: 587, security: starttls, from: hub@acme.example,
     auth: {username: hub@acme.example, password: {env: ACME_P}}}
general: {users: {mode: smtp, account: {password: %s}}}
users: [{email: %s}]%s
"""


@pytest.mark.parametrize("kind", sorted(SECRETS))
@pytest.mark.parametrize("email", ADDRESSES)
def test_an_address_that_is_more_than_a_name_is_not_filled_in(email: str, kind: str) -> None:
    reference = {kind: ["pass", "{email}"] if kind == "command" else "secrets/{email}#x"}
    assert for_person(reference, email) == reference


def test_other_addresses_are_filled_in() -> None:
    assert for_person({"file": "s/{email}"}, "ann+x=y.z'!@acme.example") == {"file": "s/ann+x=y.z'!@acme.example"}


@pytest.mark.parametrize("silenced", ["", "  # mailspec: ignore[MS105] as it is"])
@pytest.mark.parametrize("limits", [True, False])
def test_nothing_beside_the_project_is_read(
    silenced: str, limits: bool, cli: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = tmp_path / "project"
    (project / "secrets").mkdir(parents=True)
    for name in ("../canary@x.example", "../secrets/canary@x.example"):
        (project / name).parent.mkdir(exist_ok=True)
        (project / name).write_text(CANARY)
    text = SPEC % ('{file: "secrets/{email}"}', json.dumps("../../canary@x.example"), silenced)
    (project / "mailspec.yml").write_text(text)
    (tmp_path / "limits.yml").write_text('version: 1\nsecrets: ["file:*", "env:ACME_*"]\n')
    monkeypatch.setenv("ACME_P", "x")
    monkeypatch.setenv("MAILSPEC_STATE_URL", f"sqlite:///{tmp_path}/state.sqlite")
    given = ("--limits", str(tmp_path / "limits.yml")) if limits else ()
    for command in (("validate",), ("validate", "--with-secrets"), ("plan",), ("secret", "check")):
        ran = cli(*command, *given, cwd=project)
        output = ran.out + ran.err
        assert "canary@x.example):" not in output.replace("'../../canary@x.example'", "")
        assert CANARY not in output
        if not silenced and command != ("secret", "check"):
            assert (ran.code, "MS105" in output) == (1, True), output
        if "check" in command or "--with-secrets" in command:
            assert ran.code != 0, output
