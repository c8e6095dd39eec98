"""Forms through the commands: windows of each product, one person, cloud, off, drift, and leavers who leave."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

SPEC = """\
version: 1
instance: {{name: Acme{instance}}}
general:
  users: {{mode: smtp, configuration: Primary, account: {{password: {{env: PEOPLE_PASSWORD}}}}}}
  bulk: {{mode: smtp, configuration: Primary, mobile_from: field@acme.example}}
configurations:
  - name: Primary
    state: {state}
    host: mail.acme.example
    port: 465
    auth: {{username: me@acme.example, password: {{file: /run/secrets/mail}}}}
users:
  - {{email: alice@acme.example, name: Alice Martin}}
  - {{email: bob@acme.example, mode: outlook}}
  - {{email: carol@acme.example, mode: office365}}
  - {{email: dave@acme.example, mode: smtp, account: {{host: other.acme.example, port: 587}}}}
mailings:
  - {{name: invoices, mode: general, send_as: billing@acme.example}}
  - {{name: vans, type: dispatch, mode: outlook}}
targets:
  - {{name: sheet, type: form, path: sheet, {words}}}
"""


@pytest.fixture
def project(tmp_path: Path, cli_process: Any) -> Any:
    def project(words: str, *args: str, state: str = "active", instance: str = "", drop: str = "") -> Any:
        spec = SPEC.format(words=words, state=state, instance=instance)
        lines = (line for line in spec.split("\n") if not drop or drop not in line)
        (tmp_path / "mailspec.yml").write_text("\n".join(lines))
        return cli_process(*args, cwd=tmp_path)

    return project


def field(text: str, heading: str, name: str) -> str:
    """Return a field's line of one window of a text sheet, from its value on."""
    block = text[text.index(f"{heading}\n---") :].split("\n\nClick the Save", 1)[0]
    (line,) = [line for line in block.split("\n") if line.startswith(f"  {name}") and line[2 + len(name)] in ". "]
    return line.partition(" = ")[2]


def test_the_whole_instance(project: Any) -> None:
    text = project("product: maestro", "render", "sheet").out
    assert field(text, "General Settings", "Default Mailing Mode for Users") == "SMTP - Other"
    assert field(text, "General Settings", '"From" Address').startswith("field@acme.example")
    assert field(text, "General Settings", "Password") == "(the password)   (find it in: file /run/secrets/mail)"
    assert field(text, "Mailing Configuration: invoices", "Mailing Mode").startswith("SMTP - Other")
    assert field(text, "Dispatch Model Management: vans", "Mailing Mode") == "Microsoft Outlook"
    assert "a standard email of the current user" in field(text, "Dispatch Model Management: vans", "Email Address")
    person = "Security Management: alice@acme.example"
    assert field(text, person, "Number or Name") == "Alice Martin"
    assert field(text, person, "Mailing Mode").startswith("Same as General Settings")
    assert "copied from General Settings" in field(text, person, "Server Name")
    assert "env PEOPLE_PASSWORD" in field(text, person, "Password")
    assert "differs from General Settings" in field(text, "Security Management: dave@acme.example", "Server Name")
    assert field(text, "Security Management: bob@acme.example", "Mailing Mode") == "Microsoft Outlook"
    assert "press the button" in field(text, "Security Management: carol@acme.example", "Authentication")


def test_one_person(project: Any) -> None:
    text = project("product: maestro, person: Dave@acme.example, format: markdown", "render", "sheet").out
    assert "dave@acme.example" in text
    assert "alice@acme.example" not in text
    assert "General Settings\n" not in text.split("## ")[1]


def test_in_the_cloud_the_user_code_is_the_address(project: Any) -> None:
    text = project("product: maestro_smtp", "render", "sheet", instance=", deployment: cloud", drop="outlook").out
    assert "User name" not in text
    assert field(text, "General Settings", "Mail Software") == "SMTP"


def test_the_hub(project: Any) -> None:
    text = project("product: maestrohub", "render", "sheet").out
    assert field(text, "Email Setup: Primary", "Security") == "TLS/SSL"
    assert field(text, "Email Setup: Primary", "Preview").startswith("Acme <me@acme.example>")
    assert field(text, "Email Setup: Primary", "Button").startswith("Set as Active")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("product: maestro, format: json", "text, markdown, html"),
        ("format: text", "a form needs a product"),
        ("product: maestro, person: eve@acme.example", "nobody is declared as eve@acme.example"),
        ("product: maestrohub, person: alice@acme.example", "no window for one person"),
    ],
)
def test_what_is_no_form_is_refused(project: Any, words: str, message: str) -> None:
    ran = project(words, "plan")
    assert ran.code == 1
    assert message in ran.out + ran.err


def test_off_is_written_and_a_second_apply_changes_nothing(project: Any, tmp_path: Path) -> None:
    words = "product: maestro"
    ran = project(words, "apply", "--auto-approve", "--no-test", state="inactive", drop="dave")
    assert ran.code == 0, ran.err
    text = (tmp_path / "sheet").read_text()
    assert field(text, "General Settings", "Default Mailing Mode for Users") == "Not Configured"
    assert field(text, "General Settings", "Mailing Mode") == "Not Configured"
    assert "Not Configured" in field(text, "Security Management: alice@acme.example", "Mailing Mode")
    ran = project(words, "apply", "--auto-approve", "--no-test", state="inactive", drop="dave")
    assert "Nothing to do" in ran.out + ran.err or "changed=0" in ran.out + ran.err
    assert "drift does not apply" in project(words, "drift", state="inactive", drop="dave").out
    (tmp_path / "sheet").write_text(text.replace("Microsoft Outlook", "Other Email Software"))
    drifted = project(words, "drift", state="inactive", drop="dave").out
    assert "Microsoft Outlook -> Other Email Software" in drifted
    ran = project(words, "apply", "--auto-approve", "--no-test", state="inactive", drop="bob@")
    assert "bob@acme.example" not in (tmp_path / "sheet").read_text()
