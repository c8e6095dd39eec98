"""Attempts at a runner by pull requests alone: it has ``--limits``, the base's policy counts, and a canary to lose.

Each attempt is what a stranger may put into the repository. Nothing but a refusal may come of it: no program of theirs
runs, no byte outside the allowed folder changes, no server but the runner's is asked, the canary appears nowhere.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import mailspec_tests_attempts as given
import pytest
from mailspec_tests_attempts import ATTEMPTS, CANARY, LIMITS

COMMANDS = [("validate",), ("plan",), ("apply", "--auto-approve"), ("probe",), ("secret", "check")]


@pytest.fixture
def runner(repository: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    for name in ("targets", "secrets", "certificates", "etc"):
        (tmp_path / name).mkdir()
    (tmp_path / "canary").write_text(CANARY)
    (tmp_path / "canary.yml").write_text(f"x-canary: {CANARY}\n")
    (tmp_path / "limits.yml").write_text(LIMITS % {"home": tmp_path})
    commit(repository, tmp_path, "start", {"mailspec.yml": given.main()})
    return repository


def commit(repository: Any, home: Path, message: str, files: dict[str, Any]) -> None:
    def filled(text: str) -> str:
        return text.replace("{home}", str(home)).replace("{project}", str(repository.folder))

    for name, content in files.items():
        path = repository.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
        if isinstance(content, given.Link):
            path.symlink_to(filled(content.to))
        elif isinstance(content, given.Program):
            path.write_text(filled(content.text))
            path.chmod(0o755)
        else:
            path.write_text(filled(content))
    repository.git("add", "-A")
    repository.git("commit", "-qm", message)


def snapshot(home: Path) -> dict[str, object]:
    """Return everything of the runner that a change must not touch."""
    return {
        str(path.relative_to(home)): path.read_bytes() if path.is_file() else None
        for path in home.rglob("*")
        if "repository" not in path.parts and not path.is_symlink()
    }


@pytest.mark.parametrize("name", ATTEMPTS)
def test_nothing_but_a_refusal_comes_of_it(
    name: str, runner: Any, tmp_path: Path, cli: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    rule, files = ATTEMPTS[name]
    commit(runner, tmp_path, "attempt", files)
    before = snapshot(tmp_path)
    asked: list[object] = []
    monkeypatch.setattr(socket, "getaddrinfo", lambda host, *_more, **_words: asked.append(host) or [])
    env = {
        "MAILSPEC_ENVIRONMENT": "base",
        "MAILSPEC_LIMITS": str(tmp_path / "limits.yml"),
        "ACME_SMTP_PASSWORD": CANARY + "-allowed",
        "OTHER_SECRET": CANARY,
        "XACME_A": CANARY,
        # As some shells have it: the working folder is searched as well.
        "PATH": f"{os.environ['PATH']}::.",
    }
    for command in COMMANDS:
        base = () if command[0] == "secret" else ("--base", "HEAD~1")
        ran = cli(*command, *base, cwd=runner.folder, env=env)
        output = ran.out + ran.err
        assert CANARY not in output
        assert snapshot(tmp_path) == before, command
        if command[0] in {"validate", "plan", "apply"}:
            assert ran.code in ({5} if rule else {1, 2, 5}), output
            assert not rule or f"Refused ({rule})" in ran.err
        assert not any("evil" in str(host) or host in {"127.0.0.1"} for host in asked)
    assert not (runner.folder / ".mailspec").exists()


def test_the_honest_change_gets_as_far_as_the_server(runner: Any, tmp_path: Path, cli: Callable[..., Any]) -> None:
    commit(runner, tmp_path, "honest", {"mailspec.yml": given.main(host="mail2.acme.example")})
    env = {"MAILSPEC_LIMITS": str(tmp_path / "limits.yml"), "ACME_SMTP_PASSWORD": CANARY}
    ran = cli("plan", "--base", "HEAD~1", cwd=runner.folder, env=env)
    # Not forbidden, and not unsaid: the password would go to a server that did not have it.
    assert (ran.code, "MS806" in ran.out) == (1, True)
    allow = ("--allow", "secret-move=env:ACME_SMTP_PASSWORD")
    ran = cli("plan", "--base", "HEAD~1", *allow, cwd=runner.folder, env=env)
    assert ran.code == 0, ran.err
    assert "mail2.acme.example" in ran.out


def test_a_file_that_is_to_be_written_is_not_reached_by_a_link_of_the_checkout(
    runner: Any, tmp_path: Path, cli: Callable[..., Any]
) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere/precious").write_text("precious")
    links = {"plan.json": given.Link("{home}/elsewhere/precious"), "report": given.Link("{home}/elsewhere")}
    commit(runner, tmp_path, "links", {"mailspec.yml": given.main(host="mail2.acme.example"), **links})
    env = {"MAILSPEC_ENVIRONMENT": "base", "ACME_SMTP_PASSWORD": CANARY}
    for args in (("plan", "--out", "plan.json"), ("validate", "--format", "sarif=report/v.sarif")):
        ran = cli(*args, cwd=runner.folder, env=env)
        assert ran.code != 0
        assert "is a link, which could lead anywhere" in ran.out + ran.err
    assert (tmp_path / "elsewhere/precious").read_text() == "precious"
    assert [path.name for path in (tmp_path / "elsewhere").iterdir()] == ["precious"]


@pytest.mark.parametrize("way", ["by its name", "from within"])
def test_a_project_folder_that_became_a_link_keeps_the_policy_that_it_had(
    runner: Any, tmp_path: Path, cli: Callable[..., Any], way: str
) -> None:
    runner.git("rm", "-q", "mailspec.yml")
    commit(runner, tmp_path, "below", {"mail/mailspec.yml": given.main()})
    runner.git("mv", "mail", "mail2")
    loose = given.main(security="none").replace("require_tls: true", "require_tls: false")
    commit(runner, tmp_path, "link", {"mail2/mailspec.yml": loose, "mail": given.Link("mail2")})
    args = (
        ("validate", "--base", "HEAD~1", "--project", "mail")
        if way == "by its name"
        else ("validate", "--base", "HEAD~1")
    )
    where = runner.folder if way == "by its name" else os.path.realpath(runner.folder / "mail")
    ran = cli(*args, cwd=Path(where))
    assert ran.code == 5, ran.out + ran.err
    assert "(no-base)" in ran.err


def test_a_comment_does_not_silence_what_the_policy_made_an_error(
    runner: Any, tmp_path: Path, cli: Callable[..., Any]
) -> None:
    raised = given.main().replace("policy:\n", "policy:\n  severity: {MS104: error}\n")
    commit(runner, tmp_path, "raised", {"mailspec.yml": raised})
    commit(runner, tmp_path, "silenced", {"mailspec.yml": raised.replace("587", "2626  # mailspec: ignore[MS104] so")})
    ran = cli("validate", "--base", "HEAD~1", cwd=runner.folder)
    assert (ran.code, "policy-silenced" in ran.err) == (5, True), ran.out + ran.err


def test_the_program_of_a_target_is_not_reloaded_with_settings_of_the_change(
    runner: Any, tmp_path: Path, cli: Callable[..., Any]
) -> None:
    """Its settings name programs: Postfix runs daemon_directory/postfix-script of the folder that it is given."""
    target = "  - {name: pf, type: postfix, path: '{project}/evil', adopt: true}\n"
    files = {"mailspec.yml": given.main(target), "evil/main.cf": "daemon_directory = {project}/evil\n"}
    commit(runner, tmp_path, "evil", files)
    (tmp_path / "limits.yml").write_text('version: 1\nsecrets: ["env:ACME_*"]\n')
    env = {
        "MAILSPEC_ENVIRONMENT": "base",
        "MAILSPEC_LIMITS": str(tmp_path / "limits.yml"),
        "ACME_SMTP_PASSWORD": CANARY,
    }
    ran = cli("plan", "--base", "HEAD~1", cwd=runner.folder, env=env)
    assert (ran.code, "unasked-command" in ran.err) == (5, True), ran.out + ran.err


@pytest.mark.parametrize(
    ("words", "limits", "refused"),
    [
        ("type: msmtp, path: '{project}/evil/main.cf'", "", "unasked-command"),
        ("type: postfix, path: '{project}/evil', reload: [postfix, reload]", "", "unasked-command"),
        ("type: msmtp, path: '{project}/evil/main.cf'", "reloads: []", "limits-reloads"),
        (
            "type: msmtp, path: '{project}/evil/main.cf'",
            "reloads: ['msmtp -C /etc/msmtprc --pretend *']",
            "limits-reloads",
        ),
    ],
)
def test_the_program_of_a_target_does_not_prove_a_file_of_the_change(
    runner: Any, tmp_path: Path, cli: Callable[..., Any], words: str, limits: str, refused: str
) -> None:
    """While msmtp reads a file it runs what ``eval`` names, and Postfix looks where its settings say."""
    target = f"  - {{{{name: m, {words}, adopt: true, prove: true}}}}\n".replace("{{", "{").replace("}}", "}")
    files = {"mailspec.yml": given.main(target), "evil/main.cf": "eval touch {home}/ran\n"}
    commit(runner, tmp_path, "evil", files)
    (tmp_path / "limits.yml").write_text(f'version: 1\nsecrets: ["env:ACME_*"]\n{limits}\n')
    env = {
        "MAILSPEC_ENVIRONMENT": "base",
        "MAILSPEC_LIMITS": str(tmp_path / "limits.yml"),
        "ACME_SMTP_PASSWORD": CANARY,
    }
    for command in (("plan",), ("apply", "--auto-approve", "--no-test")):
        ran = cli(*command, "--base", "HEAD~1", cwd=runner.folder, env=env)
        assert (ran.code, f"Refused ({refused})" in ran.err) == (5, True), ran.out + ran.err
    assert not (tmp_path / "ran").exists()
