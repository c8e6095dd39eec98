"""An apply records where each secret goes and what its file holds encrypted; what comes back later is held to that."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from mailspec_tests_attempts import OTHER, hub
from mailspec_tests_sealed import armored, enc, sealed, sops

Push = Callable[..., Any]
APPLY = ("apply", "--auto-approve", "--no-test", "--allow", "unproven=Hub", "--allow", "unproven=Other")
SECOND = OTHER.partition("configurations:\n")[2].replace("mail.acme.example", "other.acme.example")
START = hub() + SECOND
FIRST, OTHERS = "{env: ACME_P}", "{env: ACME_SMTP_PASSWORD}"


@pytest.fixture
def limits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[str, str]:
    # Stands for sops, whose keys are of no matter here.
    (tmp_path / "sops").write_text('#!/bin/sh\necho \'{"smtp": {"p": "word"}}\'\n')
    (tmp_path / "sops").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    (tmp_path / "limits.yml").write_text(
        "version: 1\nsecrets: ['*']\nhosts: ['*']\ntarget_paths: ['/**']\nreloads: ['true']\n"
    )
    return "--limits", str(tmp_path / "limits.yml")


ONE, ANOTHER = armored(sealed("one")), armored(sealed("another"))
COPIES = {
    "age": ("{age: %s.age}", ".age", ONE, ANOTHER),
    "sops": ("{sops: %s.yml#smtp.p}", ".yml", sops(p=enc("one")), sops(p=enc("another"))),
    "command": ("{command: [cat, %s.txt]}", ".txt", ONE, ANOTHER),
}


def seen(push: Push, text: str, *command: str) -> tuple[int, bool]:
    ran = push(text, *command)
    assert ran.code in (0, 5), ran.out + ran.err
    return ran.code, "Refused (secret-moved)" in ran.err


@pytest.mark.parametrize(
    ("first", "second"),
    [("sops", "sops"), *((first, second) for first in ("age", "command") for second in ("age", "command"))],
)
@pytest.mark.parametrize("gone", [False, True])
def test_a_file_that_the_base_has_is_no_copy_of_what_it_has_no_more(
    first: str, second: str, gone: bool, push: Push, repository: Any, limits: tuple[str, str]
) -> None:
    (one, end, secret, _), (two, other_end, _, other) = COPIES[first], COPIES[second]
    start = START.replace(FIRST, one % "a").replace(OTHERS, two % "b")
    repository.write({f"a{end}": secret, f"b{other_end}": other})
    assert seen(push, start, *APPLY, *limits) == (0, False)
    dropped = start.replace(one % "a", "{env: NEW}")
    if gone:
        repository.write({f"a{end}": None})
    assert seen(push, dropped, *APPLY, "--base", "HEAD~1", *limits) == (0, False)
    repository.git("branch", "merged")
    repository.write({f"b{other_end}": secret})
    assert seen(push, dropped, "plan", "--base", "merged", *limits) == (5, True)
    # A rotated password is a new secret.
    new = sops(p=enc("third")) if second == "sops" else armored(sealed("third"))
    repository.write({f"b{other_end}": new})
    assert seen(push, dropped, "plan", "--base", "merged", *limits) == (0, False)


TOKEN = """\
  - name: Token
    state: inactive
    host: token.acme.example
    port: 587
    security: starttls
    auth:
      method: xoauth2
      username: t@acme.example
      oauth:
        {client_id: x, issuer: "https://login.acme.example", grant: client_credentials, client_secret: {env: NEW}}
    from: t@acme.example
"""


@pytest.mark.parametrize("host", ["token", "login", "other"])
def test_what_gets_a_token_is_no_password_of_the_tokens_server(host: str, push: Push, repository: Any) -> None:
    start = START + TOKEN
    assert seen(push, start, *APPLY) == (0, False)
    assert seen(push, START, *APPLY, "--base", "HEAD~1", "--allow", "deletions") == (0, False)
    repository.git("branch", "merged")
    taken = START.replace(OTHERS, "{env: NEW}").replace("other.acme.example", f"{host}.acme.example")
    assert seen(push, taken, "plan", "--base", "merged") == (5, True)
    assert seen(push, start, "plan", "--base", "merged") == (0, False)


PINNED = START.replace("    port: 587\n", "    port: 587\n    tls: {ca_file: own.pem}\n", 1)
RETURNS = {
    "by any authorities": START,
    "by others of the project": PINNED.replace("own.pem", "other.pem"),
    "by none": PINNED.replace("ca_file: own.pem", "validate_certs: false"),
}


@pytest.mark.parametrize("way", RETURNS)
@pytest.mark.parametrize("base", [(), ("--base", "HEAD~1")])
def test_a_secret_comes_back_by_the_authorities_that_it_had(
    way: str, base: tuple[str, ...], push: Push, repository: Any
) -> None:
    repository.write({"own.pem": "own\n", "other.pem": "other\n"})
    push(PINNED, "validate")
    assert seen(push, PINNED, *APPLY, *base) == (0, False)
    assert seen(push, PINNED.replace(FIRST, "{env: NEW}"), *APPLY, "--base", "HEAD~1") == (0, False)
    repository.git("branch", "merged")
    assert seen(push, RETURNS[way], "plan", "--base", "merged") == (5, True)
    assert seen(push, PINNED, "plan", "--base", "merged") == (0, False)


def test_a_key_of_tls_becomes_no_password(push: Push, repository: Any) -> None:
    start = START.replace(
        "    port: 587\n", "    port: 587\n    tls: {client_cert: own.pem, client_key: {env: NEW}}\n", 1
    )
    repository.write({"own.pem": "own\n"})
    assert seen(push, start, *APPLY) == (0, False)
    assert seen(push, START, *APPLY, "--base", "HEAD~1") == (0, False)
    repository.git("branch", "merged")
    ran = push(START.replace(OTHERS, "{env: NEW}"), "plan", "--base", "merged")
    assert (ran.code, "earlier it went to nobody, being a key of TLS alone" in ran.err) == (5, True), ran.out + ran.err


def test_authorities_that_nobody_could_read_are_none_that_it_had(
    push: Push, repository: Any, limits: tuple[str, str]
) -> None:
    # What a target writes is what a change says.
    written = PINNED + "targets:\n  - {name: w, type: export, path: own.pem, template: t.j2}\n"
    repository.write({"t.j2": "{{ users|length }}\n"})
    assert seen(push, written, *APPLY, *limits) == (0, False)
    assert seen(push, written.replace(FIRST, "{env: NEW}"), *APPLY, "--base", "HEAD~1", *limits) == (0, False)
    repository.git("branch", "merged")
    ran = push(written, "plan", "--base", "merged", *limits)
    assert (ran.code, "by the authorities of own.pem (unknown); earlier it went to" in ran.err) == (5, True), ran.err


def test_the_state_tells_nothing_of_a_password_in_clear(push: Push, repository: Any, limits: tuple[str, str]) -> None:
    repository.write({"clear.txt": "c4nary-2y\n", "a.age": armored(sealed("c4nary-2y"))})
    start = START.replace(FIRST, "{command: [cat, clear.txt]}").replace(OTHERS, "{age: a.age}")
    assert seen(push, start, *APPLY, *limits) == (0, False)
    with sqlite3.connect(repository.folder / ".mailspec/state.sqlite") as state:
        (changes,) = next(state.execute("select changes from mailspec_history"))
    keys = json.loads(changes)[0]["sent"]["keys"]
    digests = [key.partition(" ")[0] for key in keys if not key.startswith("[")]
    assert (len(keys), digests, "c4nary" in changes) == (len(keys), ["age"], False), keys


def test_what_import_records_was_sent(
    push: Push, repository: Any, cli: Callable[..., Any], limits: tuple[str, str]
) -> None:
    words = {"HOST": "mail.acme.example", "PORT": "465", "USERNAME": "app@acme.example", "PASSWORD": "c4nary-2y"}
    lines = [f"SETGET_SMTP_{key}={value}\n" for key, value in words.items()]
    (repository.folder.parent / "app.env").write_text("".join(lines) + "SETGET_SMTP_FROM_EMAIL=app@acme.example\n")
    ran = cli("import", "../app.env", "--write", cwd=repository.folder)
    assert (ran.code, "Recorded as in force" in ran.err) == (0, True), ran.out + ran.err
    (file,) = (repository.folder / "configurations").iterdir()
    imported = file.read_text(encoding="utf-8")
    main = (repository.folder / "mailspec.yml").read_text(encoding="utf-8")
    kept = '{file: "../.mailspec/secrets/env"}'
    assert kept in imported
    assert seen(push, main, "plan") == (0, False)
    file.write_text(imported.replace(kept, "{env: NEW}"), encoding="utf-8")
    base = ("--allow", "unproven=env", "--base", "HEAD~1", *limits)
    assert seen(push, main, *APPLY, *base) == (0, False)
    repository.write({"configurations/other.yml": f"configurations:\n{SECOND.replace(OTHERS, kept)}"})
    assert seen(push, main, "plan", *base) == (5, True)


STAGING = """\
environments:
  staging:
    kind: test
    configurations:
      - {name: Hub, host: %s, sandbox: true, auth: {username: h@acme.example%s}}
      - {name: Other, host: sandbox.acme.example, sandbox: true, auth: {username: s@acme.example}}
  preview:
    kind: test
    configurations:
      - {name: Hub, host: sandbox.acme.example, sandbox: true, auth: {username: h@acme.example}}
      - {name: Other, host: sandbox.acme.example, sandbox: true, auth: {username: s@acme.example}}
"""


@pytest.mark.parametrize("environment", [("-E", "base"), ("-E", "preview"), ("-E", "staging")])
@pytest.mark.parametrize("base", ["start", "@applied"])
def test_a_move_in_another_environment_is_not_applied(
    environment: tuple[str, ...], base: str, push: Push, repository: Any
) -> None:
    start = START + STAGING % ("sandbox.acme.example", ", password: {env: NEW}")
    assert push(start, *APPLY, *environment).code == 0
    repository.git("branch", "start")
    # Nothing else than this stops the first of the two.
    moved = START + STAGING % ("other.acme.example", ", password: {env: ACME_P}")
    for text in (moved, moved.replace("name: Hub\n", "name: Hub\n    ehlo_name: h.acme.example\n", 1)):
        ran = push(text, *APPLY, *environment, "--base", base)
        assert (ran.code, "The secret (env ACME_P) would go to other.acme.example" in ran.out) == (1, True), ran.out
    assert push(moved, *APPLY, *environment, "--base", base, "--allow", "secret-move=env:ACME_P").code == 0


PARTS = {
    "postfix": ("postfix", "mailspec-passwords"),
    "exim": ("exim", "passwd.client"),
    "nullmailer": ("nullmailer, configuration: Hub", "remotes"),
}


@pytest.mark.parametrize("type_", PARTS)
@pytest.mark.parametrize("still", [True, False])
def test_a_file_in_a_folder_that_a_target_writes_is_not_the_runners(
    type_: str, still: bool, push: Push, repository: Any, limits: tuple[str, str]
) -> None:
    words, part = PARTS[type_]
    (repository.folder.parent / "mta").mkdir()
    target = f"targets:\n  - {{name: m, type: {words}, path: ../mta, reload: ['true']}}\n"
    start = START.replace("from: hub@acme.example", "from: other@acme.example").replace("from: other@", "from: hub@", 1)
    ran = push(start + target, *APPLY, *limits)
    assert ran.code == 0, ran.out + ran.err
    rest = start + (target if still else "")
    assert push(rest, *APPLY, *limits, "--base", "HEAD~1").code == 0
    repository.git("branch", "merged")
    named = rest.replace(
        "host: other.acme.example\n", f"host: other.acme.example\n    tls: {{ca_file: ../mta/{part}}}\n"
    )
    ran = push(named, "plan", *limits, "--base", "merged")
    # What the base writes MS806 knows, the rest is the state's to tell.
    assert (ran.code, "MS806" in ran.out) == ((1, True) if still else (5, False)), ran.out + ran.err
    assert still or f"{part}, which configuration:Other names" in ran.err, ran.err
