"""Export and Microsoft 365 through the commands: what they name, whom they carry, and passwords that stay out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from mailspec.targets.base import TargetProblem
from mailspec.targets.documents.powershell import SEND_AS, SEND_ON_BEHALF, Script

PASSWORD = 's3cret pa$$#"w'
SPEC = """\
version: 1
instance: {{id: acme, name: Acme}}
general:
  users: {{mode: smtp, configuration: Primary, account: {{password: {{env: ACME_PASSWORD}}}}}}
  bulk: {{mode: office365, configuration: Cloud}}
configurations:
  - name: Primary
    state: active
    host: smtp.office365.com
    port: 587
    auth: {{username: me@acme.example, password: {{env: ACME_PASSWORD}}, method: login}}
  - {{name: Cloud, mode: office365, state: inactive, auth: {{username: robot@acme.example}},
     may_send_as: [billing@acme.example, "*@news.acme.example"]}}
users:
  - {{email: alice@acme.example, account: {{from: Alice <boss@acme.example>, permission: send_on_behalf}}}}
{more}mailings:
  - {{name: invoices, type: mass_mailing, mode: general, send_as: billing@acme.example}}
targets:
  - {{name: it, {target}}}
"""


@pytest.fixture
def project(tmp_path: Path, cli_process: Any) -> Any:
    def project(target: str, *args: str, more: str = "") -> Any:
        (tmp_path / "mailspec.yml").write_text(SPEC.format(target=target, more=more))
        ran = cli_process(*args, cwd=tmp_path, env={"ACME_PASSWORD": PASSWORD})
        assert PASSWORD not in ran.out + ran.err
        return ran

    return project


@pytest.mark.parametrize("word", ["json", "yaml", "csv"])
def test_an_export_names_where_the_passwords_are(project: Any, word: str) -> None:
    ran = project(f"type: export, path: all, format: {word}", "render", "it")
    assert ran.code == 0
    assert "ACME_PASSWORD" in ran.out
    assert "billing@acme.example" in ran.out


def test_a_plan_names_each_field_and_who_is_carried(project: Any) -> None:
    ran = project("type: export, path: all, secrets: values", "plan")
    assert "users/alice@acme.example/auth.password" in ran.out
    assert "target it carries user:alice@acme.example, mailing:invoices" in ran.out
    assert "recorded only" not in ran.out


def test_a_template_of_ones_own(project: Any, tmp_path: Path) -> None:
    (tmp_path / "t.j2").write_text("{% for u in users %}{{ u.name }}={{ u.auth.password }}\n{% endfor %}")
    ran = project("type: export, path: all, template: t.j2, secrets: values", "plan")
    assert "<secret users/alice@acme.example/auth.password>" in ran.out
    (tmp_path / "t.j2").write_text("{{ bulk.nothing }}")
    ran = project("type: export, path: all, template: t.j2", "plan")
    assert (ran.code, "its template fails (t.j2, line 1)" in ran.err + ran.out) == (1, True)
    (tmp_path / "t.j2").write_text("{% if not bulk.nothing %}none{% endif %}")
    assert "none" in project("type: export, path: all, template: t.j2", "render", "it").out


@pytest.mark.parametrize("template", ["/etc/hostname", "../x.j2", "missing.j2"])
def test_a_template_from_elsewhere_is_refused(project: Any, template: str) -> None:
    ran = project(f"type: export, path: all, template: {template}", "render", "it")
    assert ran.code == 1
    assert "MS405" in ran.out + ran.err


def test_a_value_cannot_ask_for_a_password(project: Any, tmp_path: Path) -> None:
    (tmp_path / "t.j2").write_text("{% for u in users %}{{ u['from'].name }}\n{% endfor %}")
    name = "<secret users/alice@acme.example/auth.password>"
    ran = project(
        "type: export, path: all, template: t.j2, secrets: values", "render", "it", more=f'    name: "{name}"\n'
    )
    assert ran.code == 1


def test_the_script_gives_what_is_declared(project: Any) -> None:
    ran = project("type: microsoft365, path: rights.ps1", "render", "it", "--format", "json")
    (file,) = json.loads(ran.out)["files"]
    lines = [line for line in file["text"].split("\n") if line.startswith(("Grant-", "Enable-", "Revoke-"))]
    assert lines == [
        "Enable-SmtpAuth 'alice@acme.example'",
        "Enable-SmtpAuth 'me@acme.example'",
        "Grant-SendAs 'billing@acme.example' 'robot@acme.example'",
        "Grant-SendOnBehalf 'boss@acme.example' 'alice@acme.example'",
    ]
    assert "*@news.acme.example" in project("type: microsoft365, path: rights.ps1", "plan").out


@pytest.mark.parametrize(
    "address", ["x\u0442$(calc)\u0442@acme.example", "x\u201b@acme.example", "\u00e9@acme.example"]
)
def test_the_script_is_ascii_alone(address: str) -> None:
    """Windows PowerShell reads a byte of another letter as one of the quotes that it knows."""
    for key in (f"{SEND_AS}/{address}/me@acme.example", f"{SEND_ON_BEHALF}/me@acme.example/{address}"):
        found = Script().edit("", {key: "granted"})
        assert isinstance(found, TargetProblem)
        assert "no script can hold" in found.message
    assert isinstance(Script().edit("", {f"{SEND_AS}/o'x@acme.example/me@acme.example": "granted"}), str)
