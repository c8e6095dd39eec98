"""A secret that is used for real, in a variable and in a file: every command, its failures, and all that they leave."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

SPEC = """\
version: 1
instance: {{id: acme-hub, name: Acme Hub, env_prefix: HUB_}}
configurations:
  - name: Primary
    state: active
    host: 127.0.0.1
    port: {port}
    security: none
    timeout: 5s
    auth: {{username: noreply@acme.example, password: {{env: ACME_PASSWORD}}}}
  - name: Second
    state: inactive
    host: 127.0.0.1
    port: {port}
    security: none
    timeout: 5s
    auth: {{method: login, username: noreply@acme.example, password: {{file: secrets/second}}}}
general: {{users: {{mode: smtp, account: {{password: {{file: "secrets/{{email}}"}}}}}}}}
users: [{{email: alice@acme.example}}]
targets: [{{name: app, type: env_file, path: out/app.env, preset: generic, dialect: sh, adopt: true}}]
policy: {{test_recipients: [postmaster@acme.example]}}
environments: {{staging: {{configurations: [{{name: Primary, timeout: 6s}}]}}}}
"""
ALL = [
    *(("validate", "--with-secrets"), ("validate", "--with-secrets", "--with-env", "--format", "json"), ("show",)),
    *(
        ("show", "--format", "json"),
        ("plan", "--out", "saved.plan"),
        ("plan", "--format", "json"),
        ("plan", "-E", "staging"),
    ),
    *(("apply", "-C", "-D"), ("apply", "-D", "saved.plan"), ("apply", "-D", "--auto-approve", "-v"), ("status",)),
    *(
        ("status", "--format", "json"),
        ("history",),
        ("history", "--format", "json"),
        ("drift",),
        ("drift", "--format", "json"),
    ),
    *(
        ("test", "--all", "-v"),
        ("test", "Second", "--format", "json"),
        ("probe", "--all", "-v"),
        ("probe", "--format", "json"),
    ),
    *(
        ("rollback", "--auto-approve"),
        ("unlock",),
        ("explain", "MS301"),
        ("secret", "check"),
        ("validate", "--fix", "--diff"),
    ),
]


@pytest.fixture
def project(tmp_path: Path, parrot, canary) -> Path:
    root = tmp_path / "project"
    for name, text in {
        "mailspec.yml": SPEC.format(port=parrot.server_address[1]),
        "secrets/second": canary + "\n",
        "secrets/alice@acme.example": canary,
        "out/.keep": "",
    }.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    for path in (root / "secrets").iterdir():
        path.chmod(0o600)
    return root


@pytest.fixture
def ran(cli_process, project, tmp_path, canary, leaks):
    """Run a command with the canary in its environment; its output must be clean. Returns the exit code."""
    (tmp_path / "tmp").mkdir()
    (tmp_path / "home").mkdir()

    def run(*args: str, **env: str | None) -> int:
        done = cli_process(
            *args,
            cwd=project,
            env={
                "ACME_PASSWORD": canary,
                "MAILSPEC_ENVIRONMENT": "base",
                "TMPDIR": str(tmp_path / "tmp"),
                "HOME": str(tmp_path / "home"),
                **env,
            },
        )
        assert leaks(done.out) == [], (args, done.out)
        assert leaks(done.err) == [], (args, done.err)
        assert done.code != 3, (args, done.err)
        assert done.code >= 0, args
        return done.code

    return run


def test_every_command(ran, project, tmp_path, canary, leaking_files, command_lines):
    codes = {args: ran(*args) for args in ALL}
    assert codes["apply", "-D", "saved.plan"] == 0, codes
    assert codes["test", "--all", "-v"] == 0, codes
    target = project / "out/app.env"
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    written = {f"project/{name}" for name in ("secrets/second", "secrets/alice@acme.example", "out/app.env")}
    assert set(leaking_files(tmp_path)) == written
    assert command_lines == []


@pytest.mark.parametrize("verb", ["AUTH", "MAIL", "RCPT", "DATA", "EHLO"])
def test_a_server_that_refuses_and_repeats(ran, parrot, tmp_path, leaking_files, verb):
    parrot.refuses = verb
    for args in (
        *(("test", "--all", "-v"), ("test", "--format", "json"), ("probe", "--all", "--to", "a@acme.example")),
        *(
            ("probe", "--format", "json"),
            ("apply", "--auto-approve", "-v"),
            ("apply", "--auto-approve", "--format", "json"),
        ),
        *(("status",), ("history", "--format", "json")),
    ):
        ran(*args)
    assert set(leaking_files(tmp_path)) <= {
        "project/secrets/second",
        "project/secrets/alice@acme.example",
        "project/out/app.env",
    }


def test_an_overriding_variable(ran, project, tmp_path, canary, leaking_files):
    password = {"HUB_PASSWORD": canary, "ACME_PASSWORD": None}
    for args in (
        ("show",),
        ("plan", "--format", "json"),
        ("validate", "--with-env", "--with-secrets"),
        ("test",),
        ("status",),
    ):
        ran(*args, **password)
    # A password in the wrong variable, and one in a URL.
    for name in ("HUB_HOST", "HUB_PORT", "HUB_SECURITY"):
        for args in (
            ("show",),
            ("show", "--format", "json"),
            ("plan",),
            ("validate", "--with-env"),
            ("test",),
            ("probe",),
        ):
            ran(*args, **{name: f"smtp://hub:{canary[:11]}@smtp.acme.example"})
    assert set(leaking_files(tmp_path)) <= {"project/secrets/second", "project/secrets/alice@acme.example"}


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://hub:{secret}@127.0.0.1:1/state",
        "postgresql+psycopg://hub:{secret}@127.0.0.1:1/state?connect_timeout=1",
        "mysql://hub:{secret}@127.0.0.1/state",
        "postgresql://hub:{secret}",
        "sqlite://hub:{secret}@/x",
        "{secret}",
    ],
)
def test_the_states_url(ran, canary, tmp_path, leaking_files, url):
    held = url.format(secret=canary[:11])
    for args in (
        ("plan",),
        ("status", "--format", "json"),
        ("apply", "--auto-approve"),
        ("history",),
        ("unlock",),
        ("drift",),
    ):
        assert ran(*args, MAILSPEC_STATE_URL=held) in {1, 2, 5}, args
    assert set(leaking_files(tmp_path)) <= {"project/secrets/second", "project/secrets/alice@acme.example"}


@pytest.mark.parametrize("format_", ["text", "json"])
def test_a_text_to_diagnose(cli_process, canary, leaks, format_):
    words = f"C: AUTH PLAIN {canary}\nS: 535 5.7.8 {canary} <https://u:{canary}@smtp.acme.example> password={canary}"
    ran = cli_process("diagnose", "-", "--format", format_, stdin=words)
    assert ran.code == 0
    assert leaks(ran.out + ran.err) == []


def test_damaged_secrets(ran, project, canary, tmp_path, leaking_files):
    commands = (
        ("validate", "--with-secrets"),
        ("plan",),
        ("apply", "--auto-approve"),
        ("test", "--all"),
        ("probe", "--all"),
    )
    for damage in (b"\xff", b"\0", b"\n\n", b"\r"):
        (project / "secrets/second").write_bytes(canary.encode() + damage + canary.encode())
        for args in commands:
            ran(*args)
    (project / "secrets/second").chmod(0o644)
    for args in commands:
        ran(*args, ACME_PASSWORD=os.fsdecode(canary.encode() + b"\xff"))


def test_a_target_that_cannot_be_written(ran, project, tmp_path, canary, leaking_files):
    (project / "out/app.env").mkdir()
    for args in (("plan",), ("apply", "--auto-approve"), ("drift",), ("status",)):
        ran(*args)
    (project / "out/app.env").rmdir()
    for dialect in ("docker", "systemd", "dotenv"):
        path = project / "mailspec.yml"
        path.write_text(path.read_text().replace("dialect: sh", f"dialect: {dialect}"))
        for args in (("plan",), ("apply", "--auto-approve", "-D"), ("apply", "--auto-approve", "--format", "json")):
            ran(*args)
    known = {"project/secrets/second", "project/secrets/alice@acme.example", "project/out/app.env"}
    assert set(leaking_files(tmp_path)) <= known


def test_a_foreign_target_that_holds_it(ran, project, tmp_path, canary, leaking_files):
    (project / "out/app.env").write_text(f"# ours: {canary}\nSMTP_PASSWORD='{canary}\nOTHER={canary[:11]}\n")
    for args in (
        ("plan", "--format", "json"),
        ("apply", "-C", "-D"),
        ("apply", "-D", "--auto-approve"),
        ("drift",),
        ("status",),
    ):
        ran(*args)
    known = {"project/secrets/second", "project/secrets/alice@acme.example", "project/out/app.env"}
    assert set(leaking_files(tmp_path)) <= known
