"""``mailspec import`` of programs: from nothing to a clean plan in three commands, and what must not happen."""

from __future__ import annotations

import json
import stat
import subprocess
from pathlib import Path
from typing import Any

import pytest

from mailspec.workflow.importing import programs
from mailspec.workflow.project import UsageError

PASSWORD = 's3cret pa$$#"w'
GITEA = f"""\
APP_NAME = Gitea
[mailer]
ENABLED = true
PROTOCOL = smtps
SMTP_ADDR = mail.acme.example
SMTP_PORT = 465
USER = git@acme.example
PASSWD = `{PASSWORD}`
FROM = git@acme.example
"""
ENV = f"""\
# the app
SETGET_SMTP_HOST=smtp.acme.example
SETGET_SMTP_PORT=465
SETGET_SMTP_USERNAME=app@acme.example
SETGET_SMTP_PASSWORD='{PASSWORD}'
SETGET_SMTP_FROM_EMAIL=app@acme.example
OTHER=1
"""
POSTFIX = """\
relayhost = [relay.acme.example]:587
smtp_sasl_auth_enable = yes
smtp_sasl_password_maps = texthash:{folder}/sasl
smtp_sasl_security_options = noanonymous
smtp_tls_security_level = secure
mydomain = acme.example
"""


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    """A machine's files beside an empty project."""
    etc = tmp_path / "etc"
    (etc / "postfix").mkdir(parents=True)
    (etc / "postfix" / "main.cf").write_text(POSTFIX.format(folder=etc / "postfix"))
    (etc / "postfix" / "master.cf").write_text("smtp unix - - n - - smtp\n")
    (etc / "postfix" / "sasl").write_text(f"[relay.acme.example]:587 relay@acme.example:{PASSWORD}\n")
    (etc / "app.ini").write_text(GITEA)
    (etc / ".env").write_text(ENV)
    (tmp_path / "project").mkdir()
    return tmp_path


@pytest.fixture
def run(machine: Path, cli_process: Any) -> Any:
    def run(*args: str, code: int | None = 0) -> Any:
        ran = cli_process(*args, cwd=machine / "project")
        assert PASSWORD not in ran.out + ran.err
        assert code is None or ran.code == code, ran.out + ran.err
        return ran

    return run


SOURCES = ("../etc/postfix", "../etc/app.ini", "../etc/.env")


def contents(folder: Path) -> dict[str, tuple[bytes, int]]:
    return {str(path): (path.read_bytes(), path.stat().st_mtime_ns) for path in folder.rglob("*") if path.is_file()}


def test_from_nothing_to_a_clean_plan_in_three_commands(run: Any, machine: Path) -> None:
    before = contents(machine / "etc")
    shown = run("import", *SOURCES)
    assert "3 configurations, 1 target; 3 passwords would go into file. Write with --write." in shown.err
    assert list((machine / "project").iterdir()) == []
    wrote = run("import", *SOURCES, "--write")
    assert "Recorded as in force: nothing was changed." in wrote.err
    plan = run("plan", "--detailed-exitcode")
    assert "No changes." in plan.out
    assert contents(machine / "etc") == before
    run("validate")
    for path in (machine / "project").rglob("*.yml"):
        assert "s3cret" not in path.read_text()
    secrets = sorted((machine / "project/.mailspec/secrets").iterdir())
    assert [path.name for path in secrets] == ["env", "gitea", "postfix"]
    assert {stat.S_IMODE(path.stat().st_mode) for path in secrets} == {0o600}
    assert secrets[0].read_text() == PASSWORD + "\n"
    assert (machine / "project/.gitignore").read_text().splitlines()[:2] == [".mailspec/", "secrets/"]
    assert "applied" in run("history").out


def test_in_a_new_repository_git_ignores_the_passwords(run: Any, machine: Path) -> None:
    """A first import is judged as what it makes, and that has a ``.gitignore``."""
    git = ("git", "-C", str(machine / "project"))
    subprocess.run((*git, "init", "-q"), check=True)
    run("import", "../etc/.env", "--write")
    status = subprocess.run((*git, "status", "--short", "-uall"), check=True, capture_output=True, text=True).stdout
    assert "configurations/env.yml" in status
    assert "secrets" not in status


def test_an_apply_changes_nothing_and_drift_knows_the_file(run: Any, machine: Path) -> None:
    run("import", "../etc/.env", "--write")
    before = contents(machine / "etc")
    assert "No drift" in run("drift").out
    (machine / "etc/.env").write_text(ENV.replace("465", "466"))
    assert "465 -> 466" in run("drift").out
    (machine / "etc/.env").write_text(ENV)
    assert contents(machine / "etc").keys() == before.keys()


def test_what_a_target_would_change_is_not_declared(run: Any, machine: Path) -> None:
    (machine / "etc/.env").write_text(ENV + "SETGET_SMTP_FROM_NAME=\n")
    ran = run("import", *SOURCES, "--format", "json")
    data = json.loads(ran.out)
    assert data["configurations"] == ["postfix", "gitea", "env"]
    assert any("postfix: no target was declared: it would change main.cf/" in note for note in data["notes"])
    assert data["files"][0]["path"] == "mailspec.yml"
    assert data["passwords"][0] == {"name": "postfix", "reference": {"file": "../.mailspec/secrets/postfix"}}
    assert (data["written"], data["recorded"]) == (False, False)


def test_a_starter_that_nobody_touched_is_replaced(run: Any, machine: Path) -> None:
    run("init")
    run("import", "../etc/.env", "--write")
    assert not (machine / "project/configurations/primary.yml").exists()
    assert "No changes." in run("plan", "--detailed-exitcode").out


def test_what_is_declared_stays(run: Any, machine: Path) -> None:
    project = machine / "project"
    (project / "mailspec.yml").write_text(
        "version: 1\ninstance: {id: acme, name: Acme}\nconfigurations:\n"
        "  - {name: env, state: active, host: mail.acme.example, port: 465, auth: {username: x@acme.example,"
        " password: {env: X}}}\n"
    )
    before = (project / "mailspec.yml").read_bytes()
    ran = run("import", "../etc/.env", "../etc/app.ini", "--write")
    assert (project / "mailspec.yml").read_bytes() == before
    text = (project / "configurations/env.yml").read_text()
    assert "name: env-2" in text
    assert "state: inactive" in text
    # The name of the instance would be written as the sender's.
    assert "it would change SETGET_SMTP_FROM_NAME" in ran.out
    again = run("import", "../etc/.env", "--write", code=2)
    assert "configurations/env.yml exists" in again.err


def test_the_same_account_in_two_programs_is_one_configuration(run: Any, machine: Path) -> None:
    (machine / "etc/other.env").write_text(ENV.replace("OTHER=1", ""))
    data = json.loads(run("import", "../etc/.env", "../etc/other.env", "--format", "json").out)
    assert data["configurations"] == ["env"]
    assert data["targets"] == ["env", "env-2"]


@pytest.mark.parametrize(
    ("pattern", "reference"),
    [
        ("env:{name}_PASSWORD", {"env": "GITEA_PASSWORD"}),
        ("keyring:mailspec/{name}", {"keyring": "mailspec/gitea"}),
        ("vault:secret/mail/{name}#password", {"vault": "secret/mail/gitea#password"}),
        ("file:/run/secrets/{name}", {"file": "/run/secrets/gitea"}),
    ],
)
def test_passwords_go_where_they_are_wanted(run: Any, pattern: str, reference: dict[str, str]) -> None:
    data = json.loads(run("import", "../etc/app.ini", "--passwords", pattern, "--format", "json").out)
    assert data["passwords"] == [{"name": "gitea", "reference": reference}]


@pytest.mark.parametrize("pattern", ["file:x", "nowhere:{name}", "command:{name}", "{name}"])
def test_a_place_that_is_none_is_wrong_use(run: Any, pattern: str) -> None:
    assert "--passwords wants KIND:TEXT" in run("import", "../etc/app.ini", "--passwords", pattern, code=2).err


def test_nothing_is_written_where_a_password_cannot_be_stored(run: Any, machine: Path) -> None:
    run("import", "../etc/app.ini", "--write", "--passwords", "file:/proc/{name}", code=2)
    assert not list((machine / "project").rglob("*.yml"))


@pytest.mark.parametrize(("word", "message"), [("../etc/none", "cannot be read"), ("../etc", "none of postfix")])
def test_what_is_no_source_is_wrong_use(run: Any, word: str, message: str) -> None:
    assert message in run("import", word, code=2).err


def test_settings_that_do_not_validate_are_not_written(run: Any, machine: Path) -> None:
    (machine / "etc/app.ini").write_text(GITEA.replace("465", "587"))
    ran = run("import", "../etc/app.ini", "--write", code=1)
    assert "MS101" in ran.out
    assert "configurations/gitea.yml:" in ran.out
    assert not list((machine / "project").rglob("*.yml"))


def project_with_a_template(machine: Path, more: str = "") -> Path:
    project = machine / "project"
    (project / "mail").mkdir()
    (project / "mail" / "welcome.txt").write_text("Subject: Welcome\n\nHello\n")
    text = "version: 1\ninstance: {id: acme}\nemail_types:\n  - {name: welcome, template: mail/welcome.txt}\n"
    (project / "mailspec.yml").write_text(text + more)
    return project


def test_the_templates_of_the_project_are_there(run: Any, machine: Path) -> None:
    project = project_with_a_template(machine)
    assert "MS601" not in run("import", "../etc/app.ini").out
    assert "Recorded as in force" in run("import", "../etc/app.ini", "--write").err
    (project / "mail" / "welcome.txt").unlink()
    assert "MS601" in run("import", "../etc/.env", code=1).out


def test_what_is_refused_leaves_nothing_behind(run: Any, machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project = project_with_a_template(machine)
    monkeypatch.setenv("MAILSPEC_STATE_URL", "nothing://that.exists")
    before = sorted(path.name for path in project.rglob("*"))
    ran = run("import", "../etc/app.ini", "--write", code=5)
    assert "Refused" in ran.err
    assert "Wrote" not in ran.out + ran.err
    assert sorted(path.name for path in project.rglob("*")) == before


@pytest.mark.parametrize("starter", [True, False])
def test_a_disk_that_is_full_leaves_no_half_of_the_files(
    starter: bool, run: Any, machine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = machine / "project"
    if starter:
        run("init")
    before = {path: path.read_bytes() for path in project.rglob("*.yml")}
    made = programs.import_programs(
        [str(machine / "etc" / "app.ini"), str(machine / "etc" / ".env")], project=str(project)
    )
    real, times = programs.write_file, []

    def full(path: str, raw: bytes) -> None:
        times.append(path)
        if len(times) == 2:
            raise OSError(28, "No space left on device", path)
        real(path, raw)

    monkeypatch.setattr(programs, "write_file", full)
    with pytest.raises(UsageError, match="cannot be written: No space left on device"):
        programs.write(made)
    assert {path: path.read_bytes() for path in project.rglob("*.yml")} == before


@pytest.mark.parametrize("limits", ["version: 1\n", "secrets: x\n"])
def test_code_is_not_run_where_limits_hold(limits: str, machine: Path, cli_process: Any) -> None:
    mark = machine / "was-run"
    (machine / "project/settings.py").write_text(f"open({str(mark)!r}, 'w')\nEMAIL_HOST = 'mail.acme.example'\n")
    (machine / "limits.yml").write_text(limits)
    env = {"MAILSPEC_LIMITS": str(machine / "limits.yml")}
    ran = cli_process("import", "django:settings.py", cwd=machine / "project", env=env)
    assert (ran.code, mark.exists()) == (5, False), ran.out + ran.err
    cli_process("import", "django:settings.py", cwd=machine / "project")
    assert mark.exists()
