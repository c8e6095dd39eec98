# ruff: noqa: E501 -- what is written into files has lines of its own
"""CONTRIBUTING's change list: each kind of change, made in a copy of the package by as few edited files as it says."""

from __future__ import annotations

import os
import re
import shutil
import socketserver
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from tests.targets.conftest import Greeter

ROOT = Path(__file__).parents[2]
SPEC = """\
version: 1
instance: {id: acme, name: Acme}
configurations:
  - name: Office
    state: inactive
    host: mail.acme.example
    port: 465
    auth:
      username: office@acme.example
      password: {env: OFFICE_PASSWORD}
    from: office@acme.example
"""
TARGET = (
    "targets: [{name: app, type: env_file, path: app.env, preset: generic, dialect: dotenv, configuration: Office}]\n"
)
SENT = """
from datetime import UTC, datetime
from mailspec.mail.account import Account
from mailspec.message.about import About
from mailspec.message.compose import compose
account = Account("Office", "mail.acme.example", 465, "tls", from_email="a@acme.example", organization="Acme Ltd")
about = About("1", datetime.now(UTC), "1", "Office", "configuration", "mail.acme.example", 465, "tls", "plain")
print(compose(about, account.as_sender, "b@acme.example").decode())
"""
Edits = Mapping[str, str | tuple[tuple[str, str], ...]]


@pytest.fixture
def active() -> Iterator[str]:
    """A second configuration, with a server: where none is active, mail is off and nothing else is written."""
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Greeter) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        port = server.server_address[1]
        yield (
            f"  - {{name: Local, state: active, host: localhost, port: {port}, security: none, "
            "from: office@acme.example}\n"
        )
        server.shutdown()


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the package and of what it reads beside it."""
    tree = tmp_path / "tree"
    for name in ("mailspec", "docs/rules", "schemas"):
        shutil.copytree(ROOT / name, tree / name, ignore=shutil.ignore_patterns("__pycache__"))
    project = tmp_path / "project"
    project.mkdir()
    (project / "mailspec.yml").write_text(SPEC)
    return tree


def run(tree: Path, *words: str, code: int = 0) -> str:
    env = {**os.environ, "PYTHONPATH": str(tree), "COLUMNS": "200", "OFFICE_PASSWORD": "a-Password-1"}
    done = subprocess.run(
        [sys.executable, *words], cwd=tree.parent / "project", env=env, capture_output=True, text=True, check=False
    )
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout


def mailspec(tree: Path, *words: str, code: int = 0) -> str:
    return run(tree, "-m", "mailspec", *words, code=code)


def change(tree: Path, edits: Edits, *, most: int) -> None:
    """Write new files and replace words in others; then write what is generated anew."""
    for name, edit in edits.items():
        path = tree / "mailspec" / name
        if isinstance(edit, str):
            assert not path.exists(), name
            path.write_text(edit, encoding="utf-8")
            continue
        text = path.read_text(encoding="utf-8")
        for old, new in edit:
            assert text.count(old) == 1, (name, old)
            text = text.replace(old, new)
        path.write_text(text, encoding="utf-8")
    assert len(edits) <= most
    run(tree, "-m", "mailspec.schema.build")
    run(tree, "-m", "mailspec.providers.compile")


def test_a_rule_takes_three_files(copy: Path) -> None:
    rule = '''\
"""MS199: a host that is called mail."""

from mailspec.rules.base import Check
from mailspec.rules.say import at_item


def check(context):
    for item in context.spec.lists["configurations"].values():
        if str(item.get("host")).startswith("mail."):
            yield at_item("MS199", item, ("host",), "The host is called mail.")


CHECKS = (Check(("MS199",), check),)
'''
    edits: Edits = {
        "rules/called_mail.py": rule,
        "rules/__init__.py": (
            ("from mailspec.rules import (\n", "from mailspec.rules import (\n    called_mail,\n"),
            ("    *variables.CHECKS,\n", "    *variables.CHECKS,\n    *called_mail.CHECKS,\n"),
        ),
        "outcome/catalogue.py": (
            ("_ENTRIES = (\n", '_ENTRIES = (\n    Entry("MS199", "called-mail", "warning", "A host called mail."),\n'),
        ),
    }
    change(copy, edits, most=3)
    assert "mailspec.yml:6:11: warning MS199 called-mail" in mailspec(copy, "validate")
    assert "MS199" in mailspec(copy, "rules")


def test_a_provider_takes_one_file(copy: Path) -> None:
    provider = """\
id: acme_post
name: Acme Post
docs: https://post.acme.example/smtp
sources:
  docs: {page: "https://post.acme.example/smtp", checked: 2026-11-20, confidence: vendor}
hosts:
  - {names: [smtp.post.acme.example], source: docs}
endpoints:
  - {ports: [465], security: [tls], source: docs}
preset: {host: smtp.post.acme.example, port: 465, security: tls, source: docs}
methods: {offered: [plain], source: docs}
"""
    change(copy, {"providers/data/acme_post.yml": provider}, most=1)
    assert "smtp.post.acme.example" in mailspec(copy, "providers", "acme_post")
    path = copy.parent / "project/mailspec.yml"
    path.write_text(SPEC.replace("mail.acme.example", "smtp.post.acme.example").replace("465", "587"))
    assert "MS201" in mailspec(copy, "validate")


def test_a_target_type_with_a_word_of_its_own_takes_three_files(copy: Path, active: str) -> None:
    edits: Edits = {
        "targets/shell_file.py": (
            '"""A file that a shell sources."""\n\nfrom mailspec.targets.env_file import EnvFile\n\n\n'
            'class ShellFile(EnvFile):\n    """As an env file."""\n'
        ),
        "model/kinds.py": (
            (
                "TARGET_TYPES: dict[str, TargetKind] = {\n",
                "TARGET_TYPES: dict[str, TargetKind] = {\n"
                '    "shell_file": TargetKind("shell_file.ShellFile", "A file for a shell.", ("preset", "dialect", "shell")),\n',
            ),
        ),
        "model/spec.py": (
            (
                "    adopt: bool\n",
                '    shell: Text\n    """Which shell reads the file."""\n    adopt: bool\n',
            ),
        ),
    }
    change(copy, edits, most=3)
    path = copy.parent / "project/mailspec.yml"
    path.write_text(
        SPEC + active + TARGET.replace("env_file", "shell_file").replace("dialect:", "shell: zsh, dialect:")
    )
    mailspec(copy, "validate")
    assert "app.env" in mailspec(copy, "plan")
    mailspec(copy, "apply", "--auto-approve", "--no-test", "--allow", "unproven=Office")
    assert "mail.acme.example" in (copy.parent / "project/app.env").read_text()
    assert "shell_file" in mailspec(copy, "schema")


def test_a_secret_backend_takes_three_files(copy: Path, active: str) -> None:
    backend = '''\
"""A secret that is its word backwards, for a test."""

from mailspec.outcome.secret import Secret
from mailspec.secrets.base import Resolved


def resolve_backwards(word, base, environ):
    return Resolved(Secret(word[::-1]))
'''
    edits: Edits = {
        "secrets/backwards.py": backend,
        "secrets/registry.py": (
            ('    "env": resolve_env,\n', '    "env": resolve_env,\n    "backwards": resolve_backwards,\n'),
            (
                "from mailspec.secrets.base import Backend\n",
                "from mailspec.secrets.backwards import resolve_backwards\nfrom mailspec.secrets.base import Backend\n",
            ),
        ),
        "model/kinds.py": (
            (
                "    for kind in (\n",
                '    for kind in (\n        SecretKind("backwards", "The secret is its word backwards.", "The word.", r"^.+$"),\n',
            ),
        ),
    }
    change(copy, edits, most=3)
    path = copy.parent / "project/mailspec.yml"
    path.write_text(SPEC.replace("{env: OFFICE_PASSWORD}", "{backwards: 1-drowssaP-a}") + active + TARGET)
    mailspec(copy, "validate", "--with-secrets")
    mailspec(copy, "apply", "--auto-approve", "--no-test", "--allow", "unproven=Office")
    assert "a-Password-1" in (copy.parent / "project/app.env").read_text()
    assert '"backwards"' in mailspec(copy, "schema")


def test_an_output_format_takes_two_files(copy: Path) -> None:
    edits: Edits = {
        "render/count.py": (
            '"""How many findings there are."""\n\n\ndef render(document, _options):\n    return f"{len(document.findings)} found"\n'
        ),
        "render/registry.py": (
            (
                '    "html": Format(',
                '    "count": Format("count", frozenset({"findings"}), "a number"),\n    "html": Format(',
            ),
        ),
    }
    change(copy, edits, most=2)
    assert mailspec(copy, "validate", "--format", "count").strip() == "1 found"
    assert "count" in mailspec(copy, "validate", "--help")


def test_a_command_takes_two_files_and_a_third_for_json(copy: Path) -> None:
    command = '''\
"""``mailspec hosts``."""

import click

from mailspec.cli.formats import formats
from mailspec.cli.options import no_project
from mailspec.cli.refusals import guarded
from mailspec.render.registry import names_for
from mailspec.render.view import View


@click.command("hosts")
@formats(*names_for())
@no_project
@guarded
def command(outputs):
    """List hosts."""
    outputs.write(View(lambda options: "mail.acme.example", lambda: {"version": 1, "hosts": []}))
    return 0
'''
    edits: Edits = {
        "cli/commands/hosts.py": command,
        "cli/main.py": (("COMMANDS = {\n", 'COMMANDS = {\n    "hosts": ("hosts", "List hosts."),\n'),),
        "schema/output.py": (
            (
                "    schemas = {\n",
                '    schemas = {\n        "hosts": record({"version": {"const": 1}, "hosts": list_of(TEXT)}),\n',
            ),
        ),
    }
    change(copy, edits, most=3)
    assert mailspec(copy, "hosts").strip() == "mail.acme.example"
    assert re.search(r"hosts +List hosts\.", mailspec(copy, "--help"))
    assert '"hosts": []' in mailspec(copy, "hosts", "--format", "json")
    assert (copy / "schemas/output/hosts.json").is_file()


def test_a_wire_field_takes_four_files(copy: Path, active: str) -> None:
    edits: Edits = {
        "model/fields.py": (
            ("    TRANSPORT,\n)", "    TEXT,\n    TRANSPORT,\n)"),
            (
                '    headers = Field("headers"',
                '    organization = Field("organization", TEXT, "The sender\'s organization.", wire=True, key=True)\n    headers = Field("headers"',
            ),
        ),
        "mail/account.py": (
            (
                "    reply_to: str | None = None\n",
                "    reply_to: str | None = None\n    organization: str | None = None\n",
            ),
            (
                "            reply_to=self.reply_to,\n",
                "            reply_to=self.reply_to,\n            organization=self.organization,\n",
            ),
        ),
        "message/sender.py": (
            (
                "    reply_to: str | None = None\n",
                "    reply_to: str | None = None\n    organization: str | None = None\n",
            ),
        ),
        "message/compose.py": (
            (
                '    fields.addresses("To", ',
                '    if sender.organization:\n        fields.text("Organization", one_line(sender.organization))\n'
                '    fields.addresses("To", ',
            ),
        ),
    }
    change(copy, edits, most=4)
    path = copy.parent / "project/mailspec.yml"
    path.write_text(SPEC.replace("    from: ", "    organization: Acme Ltd\n    from: ") + active + TARGET)
    mailspec(copy, "validate")
    assert "organization" in mailspec(copy, "show", "Office")
    mailspec(copy, "apply", "--auto-approve", "--no-test", "--allow", "unproven=Office")
    assert "ORGANIZATION=" in (copy.parent / "project/app.env").read_text()
    assert "Organization: Acme Ltd" in run(copy, "-c", SENT)
