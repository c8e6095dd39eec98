"""People and mass mailings against real Postfix, whose sender map allows some addresses and refuses others."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.service("postfix")

ENV = {"ALICE": "alice's s3cret + word", "BOB": "bob-s3cret"}
REST = """\
general:
  users: {{mode: smtp}}
  bulk: {{mode: smtp}}
users:
  - {{email: alice@acme.example, account: {{password: {{env: ALICE}}}}}}
  - {{email: bob@acme.example, account: {{password: {{env: BOB}}, from: {bob_from}}}}}
  - {{email: carol@acme.example}}
  - {{email: dan@acme.example, mode: outlook}}
  - {{email: eve@acme.example, mode: office365}}
mailings:
  - {{name: newsletter, mode: general, send_as: team@acme.example}}
  - {{name: letter, mode: general, send_as: {letter}}}
policy: {{allowed_recipients: ["*@acme.example"], test_recipients: [bob@acme.example]}}
"""


@pytest.fixture
def project(tmp_path: Path, office: Callable[[str], str], cli: Callable[..., Any]) -> Callable[..., Any]:
    def run(
        *args: str, permission: str = "", bob_from: str = "bob@acme.example", letter: str = "team@acme.example"
    ) -> Any:
        rest = REST.format(bob_from=bob_from, letter=letter)
        (tmp_path / "mailspec.yml").write_text(office(permission) + rest)
        return cli(*args, cwd=tmp_path, env=ENV)

    return run


def test_everyone_at_once(project: Any) -> None:
    ran = project("test", "--all", "--format", "json")
    results = {f"{r['kind']} {r['name']}": r for r in ran.json}
    assert {name: r["status"] for name, r in results.items()} == {
        "configuration Office": "sent",
        "user alice@acme.example": "sent",
        "user bob@acme.example": "sent",
        "user carol@acme.example": "failed",
        "user dan@acme.example": "skipped",
        "user eve@acme.example": "skipped",
        "mailing newsletter": "sent",
        "mailing letter": "sent",
        "bulk bulk": "sent",
    }
    assert "Non-Authenticated" in results["user carol@acme.example"]["reason"]
    assert "Non-Authenticated" in results["user eve@acme.example"]["reason"]
    assert "Outlook" in results["user dan@acme.example"]["reason"]
    assert ran.code == 1


def test_non_authenticated_people_are_in_status(project: Any) -> None:
    shown = project("status", "--format", "json").json
    assert shown["non_authenticated"] == ["carol@acme.example", "eve@acme.example"]


@pytest.mark.parametrize(("letter", "category"), [("team@acme.example", None), ("bob@acme.example", "send_as_denied")])
def test_send_as_is_proven_by_the_server(project: Any, letter: str, category: str | None) -> None:
    for command in ("probe", "test"):
        ran = project(command, "mailing:letter", "--to", "bob@acme.example", "--format", "json", letter=letter)
        assert ran.json[0]["category"] == category, ran.json
        assert ran.code == (1 if category else 0)


def test_send_as_is_refused_offline_by_the_declaration(project: Any) -> None:
    permission = "may_send_as: [team@acme.example]"
    good = project("validate", "--format", "json", permission=permission)
    assert "MS501" not in {f["code"] for f in good.json["findings"]}
    bad = project("validate", "--format", "json", permission=permission, letter="bob@acme.example")
    found = next(f for f in bad.json["findings"] if f["code"] == "MS501")
    assert (found["severity"], found["object"]) == ("error", "mailing:letter")
    stopped = project("test", "mailing:letter", permission=permission, letter="bob@acme.example")
    assert stopped.code == 1
    assert "MS501" in stopped.out


def test_a_from_that_differs_from_the_login(project: Any) -> None:
    ran = project(
        "probe", "user:bob@acme.example", "--to", "bob@acme.example", "--format", "json", bob_from="alice@acme.example"
    )
    assert ran.json[0]["category"] == "send_as_denied"
    assert "from.email" in ran.json[0]["advice"]


def test_the_delivered_message_says_who_and_on_whose_behalf(project: Any, mail_server: Any) -> None:
    ran = project("test", "mailing:newsletter", "--format", "json")
    message = mail_server.delivered(ran.json[0]["server_id"])
    assert message["From"].addresses[0].addr_spec == "team@acme.example"
    assert message["Return-Path"] == "<team@acme.example>"
    assert message["Sender"] is None
    assert "newsletter" in message["Subject"]
