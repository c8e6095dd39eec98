"""A password that was pasted with the host (``user:password@host``) is in no output: all formats, all commands."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest

from mailspec.cli.main import cli as root
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
  - {{name: sheet, type: export, path: sheet.csv, format: csv}}
email_types: [{{name: reset, trigger: reset}}]
environments:
  staging: {{kind: production, configurations: [{{name: Main, host: "{fourth}"}}]}}
"""
# Every command of the tree, as it is run on the project; of those that read no project's files ``None``.
COMMANDS: dict[str, tuple[tuple[str, ...], ...] | None] = {
    "apply": (("apply", "--auto-approve"), ("apply", "--check", "--diff")),
    "calendar": (("calendar",),),
    "completion": None,
    "diagnose": None,
    "diff": (("diff", "HEAD"),),
    "drift": (("drift",),),
    "explain": None,
    "history": (("history",),),
    "import": (("import", "people.csv", "--dry-run"), ("import", "env:program.env", "--dry-run")),
    "init": None,
    "login": (("login", "C0"), ("login",)),
    "logout": (("logout",),),
    "man": None,
    "migrate office365": (("migrate", "office365"),),
    "plan": (("plan",), ("plan", "-v")),
    "preview": (("preview", "reset"),),
    "probe": (("probe", "C1"), ("probe", "--all"), ("probe", "alice@acme.example")),
    "providers": (("providers",),),
    "queue bounces": (("queue", "bounces", "people.csv"),),
    "queue list": (("queue", "list"),),
    "queue purge": (("queue", "purge"),),
    "queue retry": (("queue", "retry", "--all"),),
    "queue show": (("queue", "show", "1"),),
    "queue stats": (("queue", "stats"),),
    "render": (("render", "app"), ("render", "sheet")),
    "rollback": (("rollback", "--auto-approve"),),
    "rules": None,
    "schema": None,
    "secret check": (("secret", "check"),),
    "secret set": (("secret", "set", "C0"),),
    "send": (("send", "a@acme.example", "--subject", "x", "--body", "body.txt"),),
    "show": (("show",), ("show", "--why", "host"), ("show", "C3"), ("show", "alice@acme.example")),
    "status": (("status",), ("status", "-v")),
    "targets": (("targets",),),
    "test": (("test", "--all", "--to", "a@acme.example"), ("test", "C2", "--to", "a@acme.example")),
    "unlock": (("unlock",),),
    "validate": (
        ("validate", "--with-env"),
        ("validate", "--fix", "--unsafe", "--diff"),
        ("validate", "--with-secrets"),
        ("validate", "--statistics", "--sort", "severity"),
    ),
    "worker": (("worker", "--once"),),
}


def forms() -> list[str]:
    return [form.format(f"{SECRET}{number}") for number, form in enumerate(FORMS)]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    written = forms()
    lines = [
        f'  - {{name: C{number}, state: inactive, host: "{form}", from: hub@acme.example}}'
        for number, form in enumerate(written)
    ]
    text = PLACES.format(
        configurations="\n".join(lines), first=written[0], second=written[2], third=written[5], fourth=written[7]
    )
    (tmp_path / "mailspec.yml").write_text(text)
    (tmp_path / "people.csv").write_text(f"email,host\\ncarol@acme.example,{written[2]}\\n")
    (tmp_path / "program.env").write_text(f"MAIL_HOST={written[1]}\\nMAIL_PORT=587\\nMAIL_USERNAME=hub@acme.example\\n")
    (tmp_path / "body.txt").write_text("Hello.")
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
    output = [shown(*command, *wanted), *((folder / name).read_text() for name in formats)]
    assert len(output) > 8
    return "\n".join(output)


def test_validate_in_every_format(shown: Any, tmp_path_factory: pytest.TempPathFactory) -> None:
    output = in_all_formats(shown, tmp_path_factory.mktemp("out"), "validate", "-v")
    assert "MS301" in output
    assert SECRET not in output


def test_diff_in_every_format(shown: Any, project: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    git = ("git", "-C", str(project), "-c", "user.name=T", "-c", "user.email=t@acme.example")
    whole = (project / "mailspec.yml").read_text()
    (project / "mailspec.yml").write_text(whole.replace(SECRET, "Before"))
    for words in (("init", "-q"), ("add", "-A"), ("commit", "-qm", "x")):
        subprocess.run([*git, *words], check=True, capture_output=True)
    (project / "mailspec.yml").write_text(whole)
    output = in_all_formats(shown, tmp_path_factory.mktemp("out"), "diff", "HEAD", "-v")
    assert SECRET not in output
    assert "Before" not in output


def leaves(group: click.Group, *above: str) -> Iterator[tuple[str, click.Command]]:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if isinstance(command, click.Group):
            yield from leaves(command, *above, name)
        elif command is not None:
            yield " ".join((*above, name)), command


TREE = dict(leaves(root))


def test_the_table_has_every_command() -> None:
    assert set(COMMANDS) == set(TREE)


@pytest.mark.parametrize("name", [name for name, runs in COMMANDS.items() if runs is not None])
def test_every_command_in_every_format_of_its_own(
    name: str, shown: Any, project: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("out")
    option = next((entry for entry in TREE[name].params if entry.name == "outputs"), None)
    known = (
        re.findall(r"[a-z0-9-]+", str(option.help).partition("repeatable:")[2].partition("Default")[0])
        if option
        else []
    )
    for words in COMMANDS[name] or ():
        for environment in ((), ("-E", "base"), ("-E", "staging")):
            assert SECRET not in shown(*words, *environment), words
        wanted = [part for kind in known for part in ("--format", f"{kind}={folder / kind}")]
        output = shown(*words, "-E", "base", *wanted)
        written = [path.read_text(errors="replace") for path in folder.iterdir()]
        assert SECRET not in "\n".join([output, *written]), words


@pytest.mark.parametrize("form", FORMS)
def test_a_variable_that_holds_one_is_refused_without_it(form: str, shown: Any) -> None:
    for words in (("show",), ("validate", "--with-env", "-v"), ("plan", "-E", "base"), ("probe", "-E", "base")):
        assert SECRET not in shown(*words, ACME_HOST=form.format(SECRET)), words


@pytest.mark.parametrize("form", FORMS)
def test_diagnose_and_the_name_server_do_not_repeat_one(form: str, shown: Any) -> None:
    pasted = form.format(SECRET)
    assert SECRET not in shown("diagnose", "535 no", "--host", pasted)
    assert SECRET not in shown("diagnose", f"connect to {pasted} failed: Connection refused")
