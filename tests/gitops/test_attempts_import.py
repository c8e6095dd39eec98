"""What a stranger's checkout gets from whoever imports a program's settings from it: nothing from elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from time import monotonic
from typing import Any

import pytest

Cli = Callable[..., Any]
CANARY = "SMTP_HOST=c4nary.acme.example\nSMTP_PASSWORD=c4nary\nboss@acme.example c4nary\n"
POSTFIX = "relayhost = [mail.acme.example]:587\nsmtp_tls_security_level = secure\nmydomain = acme.example\n"
COMPOSE = "services: {app: {env_file: %s, environment: {SMTP_HOST: mail.acme.example, SMTP_PORT: 587}}}\n"
# What a stranger's file names, by the files of the checkout; "{home}" is the folder around it, with a canary.
NAMED: dict[str, tuple[str, dict[str, str]]] = {
    "a map of relays": (
        "postfix:pf",
        {"pf/main.cf": POSTFIX + "sender_dependent_relayhost_maps = texthash:{home}/canary\n"},
    ),
    "a map by a detour": (
        "pf/main.cf",
        {"pf/main.cf": POSTFIX + "sender_dependent_relayhost_maps = texthash:$config_directory/../../canary\n"},
    ),
    "a map of logins": (
        "pf",
        {
            "pf/main.cf": POSTFIX
            + "smtp_sasl_auth_enable = yes\nsmtp_sasl_password_maps = hash:{home}/canary\nx = \n"
            + "sender_dependent_relayhost_maps = texthash:{home}/canary\n"
        },
    ),
    "an env file": ("compose.yml", {"compose.yml": COMPOSE % "'{home}/canary'"}),
    "an env file above": ("compose:compose.yml", {"compose.yml": COMPOSE % "[{path: ../canary}]"}),
    "a link": ("env:app.env", {"app.env": ">{home}/canary"}),
    "a link without a kind": ("app.env", {"app.env": ">{home}/canary"}),
    "a folder that is a link": ("env:conf/canary", {"conf": ">{home}"}),
    "a link beside": ("compose.yml", {"compose.yml": COMPOSE % "'app.env'", "app.env": ">{home}/canary"}),
    "a preset's file": ("rails:a.yml", {"a.yml": ">{home}/canary"}),
    "git's settings": ("git:mine", {"mine": ">{home}/canary"}),
    "a link to what the repository lacks": ("env:app.env", {"app.env": ">.env", ".env": CANARY}),
    "Git's own": ("env:mine", {"mine": ">.git/config"}),
}


@pytest.mark.parametrize("name", NAMED)
def test_an_import_reads_nothing_that_a_stranger_s_file_names_elsewhere(
    name: str, repository: Any, cli: Cli, tmp_path: Path
) -> None:
    word, files = NAMED[name]
    (tmp_path / "canary").write_text(CANARY)
    for path, text in files.items():
        filled = text.replace("{home}", str(tmp_path))
        (repository.folder / path).parent.mkdir(exist_ok=True)
        if text.startswith(">"):
            (repository.folder / path).symlink_to(filled[1:])
        else:
            (repository.folder / path).write_text(filled)
    ran = cli("import", word, cwd=repository.folder)
    assert "c4nary" not in ran.out + ran.err
    assert "is not read: " in ran.out + ran.err, ran.out + ran.err


def test_an_import_runs_no_settings_that_are_only_named(repository: Any, cli: Cli) -> None:
    ran_file = repository.folder / "ran"
    repository.write({"settings.py": f"open({str(ran_file)!r}, 'w').close()\nEMAIL_HOST = 'mail.acme.example'\n"})
    ran = cli("import", "settings.py", cwd=repository.folder)
    assert ran.code != 0
    assert "importing it runs it" in ran.out + ran.err
    assert not ran_file.exists()
    cli("import", "django:settings.py", cwd=repository.folder)
    assert ran_file.exists()


BOMB = "x-0: &b0 [a, a]\n" + "".join(f"x-{n}: &b{n} [{', '.join([f'*b{n - 1}'] * 9)}]\n" for n in range(1, 9))


@pytest.mark.parametrize(
    ("word", "text"),
    [
        (
            "pf/main.cf",
            POSTFIX + "".join(f"p{n} = {f'$p{n + 1}' * 60}\n" for n in range(8)) + "p8 = x\nmyorigin = $p0\n",
        ),
        (
            "pf/main.cf",
            POSTFIX + "a = $a$a$a$a$a$a$a$a$a$a$a$a$a$a$a$a$a$a$a$a$a$a$a$a$a$a$a$a$a$a$a$a$a$a$a$a$a$a$a\n",
        ),
        ("compose.yml", BOMB + COMPOSE.replace("587", "*b8") % "x.env"),
        ("synapse:a.yml", BOMB + "email: {smtp_host: *b8}\n"),
        ("compose.yml", COMPOSE.replace("587", "'" + "${A}" * 20_000 + "'") % "x.env"),
    ],
    ids=["names of names", "itself", "aliases", "aliases of Synapse", "one long value"],
)
def test_an_import_ends(word: str, text: str, repository: Any, cli: Cli) -> None:
    repository.write({word.rpartition(":")[2]: text, ".env": f"A={'x' * 100_000}\n"})
    began = monotonic()
    cli("import", word, cwd=repository.folder)
    assert monotonic() - began < 10
