"""A password that was pasted with the host (``user:password@host``) is in no output: all formats, all commands."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest

from mailspec.render.registry import names_for

SECRET = "Zq7xVw"
FORMS = (
    "smtp://USER:{}/SS#W@email-smtp.eu-west-1.amazonaws.com:587",
    "smtps://USER:a@{}@mail.acme.example",
    "user:{}@mail.acme.example",
    "//user:{}@mail.acme.example",
    "user%40acme.example:{}?x@mail.acme.example:465",
    "us/er:{}@mail.acme.example",
    "us#er:{}@mail.acme.example/path?query#end",
    "user:#{}@mail.acme.example",
    "user:{}:x@mail.acme.example",
    "user:@{}@mail.acme.example",
    "user@acme.example:{}%2F@mail.acme.example",
    "SMTP://user:{}?@mail.acme.example",
)
PLACES = """\
version: 1
instance: {{id: acme, env_prefix: ACME_}}
configurations:
  - {{name: Main, state: active, host: mail.acme.example, from: hub@acme.example}}
{configurations}
general: {{users: {{mode: smtp, account: {{host: "{first}"}}}}}}
groups:
  - {{name: field, members: [bob@acme.example], account: {{host: "{second}"}}}}
users:
  - {{email: alice@acme.example, account: {{host: "{third}"}}}}
  - {{email: bob@acme.example}}
targets:
  - {{name: app, type: env_file, path: app.env, configuration: C0}}
"""
COMMANDS: tuple[tuple[str, ...], ...] = (
    *(("show",), ("show", "--why", "host"), ("plan",), ("apply", "--auto-approve"), ("status",), ("drift",)),
    *(("test", "--all", "--to", "a@acme.example"), ("probe", "C1"), ("secret", "check"), ("history",)),
    *(("render", "app"), ("validate", "--with-env"), ("validate", "--fix", "--unsafe", "--diff")),
    *(("validate", "--with-secrets"), ("calendar",), ("migrate", "office365"), ("providers",), ("unlock",)),
)


def forms() -> list[str]:
    return [form.format(f"{SECRET}{number}") for number, form in enumerate(FORMS)]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    written = forms()
    lines = [
        f'  - {{name: C{number}, state: inactive, host: "{form}", from: hub@acme.example}}'
        for number, form in enumerate(written)
    ]
    text = PLACES.format(configurations="\n".join(lines), first=written[0], second=written[2], third=written[5])
    (tmp_path / "mailspec.yml").write_text(text)
    return tmp_path


@pytest.fixture
def shown(cli: Any, project: Path) -> Any:
    def run(*args: str, **env: str) -> str:
        ran = cli(*args, cwd=project, env=env)
        assert ran.code != 3, ran.err
        return str(ran.out) + str(ran.err)

    return run


def in_all_formats(shown: Any, folder: Path, *command: str) -> str:
    """Run a command once with every format in a file of its own, and return all that it wrote."""
    formats = names_for("findings", "effects" if command[0] == "diff" else "findings")
    wanted = [word for name in formats for word in ("--format", f"{name}={folder / name}")]
    said = [shown(*command, *wanted), *((folder / name).read_text() for name in formats)]
    assert len(said) > 8
    return "\n".join(said)


def test_validate_in_every_format(shown: Any, tmp_path_factory: pytest.TempPathFactory) -> None:
    said = in_all_formats(shown, tmp_path_factory.mktemp("out"), "validate", "-v")
    assert "MS301" in said
    assert SECRET not in said


def test_diff_in_every_format(shown: Any, project: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    git = ("git", "-C", str(project), "-c", "user.name=T", "-c", "user.email=t@acme.example")
    whole = (project / "mailspec.yml").read_text()
    (project / "mailspec.yml").write_text(whole.replace(SECRET, "Before"))
    for words in (("init", "-q"), ("add", "-A"), ("commit", "-qm", "x")):
        subprocess.run([*git, *words], check=True, capture_output=True)
    (project / "mailspec.yml").write_text(whole)
    said = in_all_formats(shown, tmp_path_factory.mktemp("out"), "diff", "HEAD", "-v")
    assert SECRET not in said
    assert "Before" not in said


def test_every_other_command(shown: Any) -> None:
    for command in COMMANDS:
        assert SECRET not in shown(*command), command
    assert SECRET not in shown("show", "--format", "json")
