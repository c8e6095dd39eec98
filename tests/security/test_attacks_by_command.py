"""Attacks 9, 10, 12 and 21 of the table in README.md, by commands alone: the same file runs on older trees."""

from __future__ import annotations

import os
import resource
import stat
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

Cli = Callable[..., Any]
NOBODY = 65534
KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAA mallory@acme.example"
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can do what is shown")
SPEC = """\
version: 1
instance: {{id: acme}}
configurations:
  - {{name: Main, state: inactive, host: 127.0.0.1, port: 9, security: none, from: hub@acme.example,
     auth: {{username: hub@acme.example, password: {secret}}}}}
targets:
  - {{name: app, type: env_file, path: {path}, dialect: {dialect}, configuration: Main}}
"""


@pytest.fixture
def project(tmp_path: Path) -> Callable[..., Path]:
    def make(secret: str = "{file: secret}", path: str = "app.env", dialect: str = "dotenv") -> Path:
        folder = tmp_path / "project"
        folder.mkdir()
        (folder / "mailspec.yml").write_text(SPEC.format(secret=secret, path=path, dialect=dialect))
        return folder

    return make


APPLY = ("apply", "--auto-approve", "--no-test")


@pytest.mark.parametrize("name", [".ssh/authorized_keys", ".bashrc", ".config/systemd/user/mail.service"])
def test_9_a_file_of_the_runners_home_that_starts_programs_is_no_target(
    name: str, project: Callable[..., Path], cli_process: Cli, tmp_path: Path
) -> None:
    folder = project(path=str(tmp_path / "home" / name))
    (folder / "secret").write_text("s3cret")
    (folder / "secret").chmod(0o600)
    (tmp_path / "home" / name).parent.mkdir(parents=True)
    ran = cli_process(*APPLY, cwd=folder, env={"HOME": str(tmp_path / "home")})
    assert not (tmp_path / "home" / name).exists()
    assert (ran.code, "Refused (unasked-target)" in ran.err) == (5, True), ran.out + ran.err


@pytest.mark.parametrize("place", ["/etc/cron.d/mail", "/etc/sudoers.d/mail", "/etc/systemd/system/mail.service"])
def test_9_a_file_of_the_system_that_starts_programs_is_not_planned(
    place: str, project: Callable[..., Path], cli: Cli
) -> None:
    folder = project(path=place)
    (folder / "secret").write_text("s3cret")
    (folder / "secret").chmod(0o600)
    ran = cli("plan", cwd=folder)
    assert (ran.code, "Refused (unasked-target)" in ran.err) == (5, True), ran.out + ran.err


@as_root
@pytest.mark.parametrize("words", [("secret", "check"), ("plan",)])
def test_10_a_command_of_another_users_project_above_does_not_run(
    words: tuple[str, ...], project: Callable[..., Path], cli: Cli, tmp_path: Path
) -> None:
    folder = project(secret=f"{{command: [touch, {tmp_path}/ran]}}")
    (folder / "mine").mkdir()
    for path in (folder, folder / "mailspec.yml"):
        os.chown(path, NOBODY, NOBODY)
    ran = cli(*words, cwd=folder / "mine", env={"MAILSPEC_TRUSTED_PROJECTS": "", "SUDO_UID": ""})
    assert not (tmp_path / "ran").exists()
    assert (ran.code, "Refused (foreign-project)" in ran.err) == (5, True), ran.out + ran.err


KILLED = """\
import os, signal, sys
os.replace = os.rename = lambda *_names, **_folders: os.kill(os.getpid(), signal.SIGKILL)
from mailspec.cli.main import main
main(["secret", "set", "Main", "--stdin", "--no-test"])
"""


def test_12_what_a_killed_secret_set_leaves_goes_at_the_next_call_and_git_ignores_it(
    project: Callable[..., Path], cli: Cli, cli_process: Cli, tmp_path: Path
) -> None:
    starter = tmp_path / "starter"
    assert cli("init", starter).code == 0
    folder = project(secret="{file: secrets/smtp}")
    (folder / ".gitignore").write_text((starter / ".gitignore").read_text())
    (folder / "secrets").mkdir()
    (folder / "secrets/smtp").write_text("first")
    (folder / "secrets/smtp").chmod(0o600)
    killed = subprocess.run([sys.executable, "-c", KILLED], cwd=folder, input=b"k1lled-secret\n", check=False)
    assert killed.returncode == -9
    left = [path for path in folder.rglob("*") if path.is_file() and b"k1lled" in path.read_bytes()]
    assert (folder / "secrets/smtp").read_text() == "first"
    subprocess.run(["git", "init", "-q"], cwd=folder, check=True)
    untracked = subprocess.run(
        ["git", "status", "--porcelain", "-uall"], cwd=folder, capture_output=True, text=True, check=True
    ).stdout
    again = cli_process("secret", "set", "Main", "--stdin", "--no-test", cwd=folder, stdin="second-secret\n")
    assert again.code == 0, again.err
    assert [path.name for path in left if path.exists()] == []
    assert [path.name for path in left if path.name in untracked] == []


# The numbers of Linux's own devices (Documentation/admin-guide/devices.txt), in a node of the test's own.
@pytest.mark.parametrize("minor", [3, 7])
def test_21_a_plan_saved_to_a_device_leaves_the_device(
    minor: int, project: Callable[..., Path], cli: Cli, tmp_path: Path
) -> None:
    node = tmp_path / "device"
    try:
        os.mknod(node, 0o666 | stat.S_IFCHR, os.makedev(1, minor))
        node.open("wb").close()
    except OSError:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip("device nodes need root and a file system that has them")
    folder = project()
    (folder / "secret").write_text("s3cret")
    (folder / "secret").chmod(0o600)
    ran = cli("plan", "--out", node, cwd=folder)
    assert stat.S_ISCHR(os.lstat(node).st_mode)
    assert (ran.code, "No space left" in ran.err) == ((0, False) if minor == 3 else (1, True)), ran.out + ran.err


@pytest.mark.timeout(10)
@pytest.mark.parametrize(
    "words",
    [
        ("validate", "--baseline", "pipe"),
        ("plan", "--limits", "pipe"),
        ("apply", "pipe", "--auto-approve"),
        ("import", "pipe"),
    ],
    ids=" ".join,
)
def test_21_a_pipe_that_nobody_writes_stops_no_command(
    words: tuple[str, ...], project: Callable[..., Path], cli: Cli
) -> None:
    folder = project()
    os.mkfifo(folder / "pipe")
    ran = cli(*words, cwd=folder)
    assert ran.code in {1, 2, 5}, ran.out + ran.err
    assert "pipe" in ran.out + ran.err
    assert stat.S_ISFIFO((folder / "pipe").stat().st_mode)


# Each kind of file that a command reads: the command, and what the Spec says of the file, which is a pipe.
READ: dict[str, tuple[tuple[str, ...], dict[str, str]]] = {
    "a table of people": (("import", "pipe.csv"), {}),
    "a message's template": (
        ("preview", "reset"),
        {"more": "email_types: [{name: reset, trigger: x, customizable: true, subject: A, template: pipe}]\n"},
    ),
    "a target's template": (
        ("plan",),
        {"more": "  - {name: out, type: export, path: out, template: pipe}\n"},
    ),
    "a target": (("plan",), {"more": "  - {name: it, type: env_file, path: pipe}\n"}),
    "a secret": (("secret", "check"), {"secret": "{file: pipe}"}),
    "an encrypted secret": (("secret", "check"), {"secret": "{age: pipe}"}),
    "a client's key": (("probe", "Main"), {"tls": "{client_cert: pipe, client_key: {file: pipe}}"}),
    "the state": (("status", "--state", "sqlite:///pipe"), {}),
}


@pytest.mark.timeout(10)
@pytest.mark.parametrize("name", READ)
def test_21_no_kind_of_file_may_be_a_pipe(name: str, project: Callable[..., Path], cli: Cli) -> None:
    words, parts = READ[name]
    folder = project(parts.get("secret", "{file: secret}"))
    text = (folder / "mailspec.yml").read_text()
    if "tls" in parts:
        text = text.replace("security: none", f"security: starttls, tls: {parts['tls']}")
    (folder / "mailspec.yml").write_text(text + parts.get("more", ""))
    (folder / "secret").write_text("s3cret")
    (folder / "secret").chmod(0o600)
    for path in ("pipe", "pipe.csv"):
        os.mkfifo(folder / path, 0o600)
    ran = cli(*words, cwd=folder)
    assert ran.code in {1, 2, 5}, ran.out + ran.err
    assert "pipe" in ran.out + ran.err
    assert stat.S_ISFIFO((folder / "pipe").stat().st_mode)


@pytest.mark.timeout(10)
@pytest.mark.parametrize("kind", ["pipe", "huge"])
def test_21_an_authority_s_file_that_is_none_stops_no_probe(kind: str, project: Callable[..., Path], cli: Cli) -> None:
    folder = project()
    text = (folder / "mailspec.yml").read_text().replace("security: none", "security: starttls, tls: {ca_file: ca}")
    (folder / "mailspec.yml").write_text(text)
    if kind == "pipe":
        os.mkfifo(folder / "ca")
    else:
        with (folder / "ca").open("wb") as stream:
            stream.truncate(1 << 40)
    (folder / "secret").write_text("s3cret")
    (folder / "secret").chmod(0o600)
    ran = cli("probe", "Main", cwd=folder)
    assert ran.code != 0
    assert "ca" in ran.out + ran.err


@pytest.mark.parametrize("words", [("validate", "--baseline"), ("plan", "--limits")], ids=" ".join)
def test_21_a_huge_file_is_refused_without_reading_it_whole(
    words: tuple[str, ...], project: Callable[..., Path]
) -> None:
    folder = project()
    with (folder / "huge").open("wb") as stream:
        stream.truncate(400 * 1024 * 1024)
    run = [Path(sys.executable).with_name("mailspec"), *words, "huge"]
    # The most that it has used would count what this process has, from which it is forked.
    few = partial(resource.setrlimit, resource.RLIMIT_DATA, (200 * 1024 * 1024,) * 2)
    done = subprocess.run(run, cwd=folder, capture_output=True, text=True, check=False, preexec_fn=few)
    assert done.returncode in {1, 2, 5}, done.stdout + done.stderr
    assert "huge" in done.stdout + done.stderr
