"""``validate --base`` says what ``plan --base`` would refuse, also where no limits are given and none could say it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from mailspec_tests_attempts import hub

Cli = Callable[..., Any]
TARGET = "targets:\n  - {name: app, type: %s, path: %s%s}\n"
SPEC = hub("policy: {require_tls: true}\n")
# What a change brings, and the rule that refuses it where nobody has given limits.
UNASKED: dict[str, tuple[str, dict[str, str]]] = {
    "a program for a secret": ("unasked-command", {"mailspec.yml": SPEC.replace("{env: ACME_P}", "{command: [id]}")}),
    "a file that starts programs": (
        "unasked-target",
        {"mailspec.yml": SPEC + TARGET % ("env_file", "/root/.config/autostart/a.desktop", "")},
    ),
    "a template of its own": (
        "unasked-target",
        {"mailspec.yml": SPEC + TARGET % ("export", "../a.txt", ", template: t.j2, adopt: true"), "t.j2": "x"},
    ),
    "a file of the Spec": ("own-file", {"mailspec.yml": SPEC + TARGET % ("env_file", "users/x.yml", "")}),
    "a command after writing": (
        "unasked-command",
        {"mailspec.yml": SPEC + TARGET % ("env_file", "../a.env", ", reload: [sh, a]")},
    ),
    "the state of the run": ("own-file", {"mailspec.yml": SPEC + TARGET % ("env_file", "../state.sqlite", "")}),
}


@pytest.fixture
def project(repository: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("MAILSPEC_STATE_URL", f"sqlite:///{repository.folder.parent}/state.sqlite")
    monkeypatch.setenv("ACME_P", "Sup3rS3cretValue")
    repository.commit("start", {"mailspec.yml": SPEC})
    return repository


@pytest.mark.parametrize("name", UNASKED)
def test_validate_refuses_what_plan_would_refuse(name: str, project: Any, cli: Cli) -> None:
    rule, files = UNASKED[name]
    project.commit("change", files)
    for command in ("plan", "validate"):
        ran = cli(command, "--base", "HEAD~1", cwd=project.folder)
        assert (ran.code, f"Refused ({rule})" in ran.err) == (5, True), command + ran.out + ran.err


STANDING = (
    SPEC.replace("{env: ACME_P}", "{command: [pass, show, mail/hub]}")
    + TARGET % ("export", "../a.txt", ", template: t.j2, adopt: true")
    + "  - {name: b, type: env_file, path: ../b.env, reload: [systemctl, reload, acme]}\n"
)


def test_what_stands_in_the_base_is_no_proposal(project: Any, cli: Cli) -> None:
    # The runner that applies may have limits that name it all; a job for proposals has none.
    project.commit("more", {"mailspec.yml": STANDING, "t.j2": "x"})
    project.commit("change", {"mailspec.yml": STANDING.replace("hub@acme.example\n", "hub2@acme.example\n")})
    assert cli("plan", "--base", "HEAD~1", cwd=project.folder).code == 5
    ran = cli("validate", "--base", "HEAD~1", cwd=project.folder)
    assert (ran.code, "Without limits an apply is refused (unasked-target)" in ran.err) == (0, True), ran.err


@pytest.mark.parametrize(
    ("files", "rule"),
    [
        ({"t.j2": "y"}, "unasked-target"),
        ({"mailspec.yml": STANDING.replace("../a.txt", "../c.txt")}, "unasked-target"),
        ({"mailspec.yml": STANDING.replace("mail/hub", "mail/other")}, "unasked-command"),
        ({"mailspec.yml": STANDING.replace("reload, acme", "stop, acme")}, "unasked-command"),
        ({"mailspec.yml": STANDING.replace("../b.env", "users/b.yml")}, "own-file"),
    ],
)
def test_what_a_change_adds_to_what_stands_is_refused(files: dict[str, str], rule: str, project: Any, cli: Cli) -> None:
    project.commit("more", {"mailspec.yml": STANDING, "t.j2": "x"})
    project.commit("change", files)
    ran = cli("validate", "--base", "HEAD~1", cwd=project.folder)
    assert (ran.code, f"Refused ({rule})" in ran.err) == (5, True), ran.out + ran.err


def test_validate_tells_a_target_that_plan_could_not_write(project: Any, cli: Cli) -> None:
    target = TARGET % ("postfix", "../pf", ", ca_bundle: '/etc/ssl/a.crt -o smtp_fallback_relay=[evil.example]:25'")
    project.commit("change", {"mailspec.yml": SPEC + target})
    for command in ("plan", "validate"):
        ran = cli(command, "--base", "HEAD~1", cwd=project.folder)
        assert (ran.code, "target 'app' cannot be written: ca_bundle has a blank" in ran.out) == (1, True), ran.out


@pytest.mark.parametrize(
    ("target", "words", "why"),
    [
        (
            ("form", "../a.html", ", product: maestro, format: html"),
            'users: [{email: a@acme.example, mode: smtp, account: {method: none}, name: "A \\u202E B"}]',
            "Number or Name: it holds a character that cannot be seen",
        ),
        (
            ("form", "../a.txt", ", product: maestro"),
            'users: [{email: a@acme.example, mode: smtp, account: {method: none}, name: " A"}]',
            "Number or Name: its ends are blank",
        ),
        (
            ("ini_file", "../a.ini", ", preset: grafana"),
            "from: {email: hub@acme.example, name: '%(password)s'}",
            "smtp/from_name: go-ini would put another key's value for %(...)s in it",
        ),
        (
            ("export", "../a.csv", ", format: csv"),
            "from: {email: hub@acme.example, name: '=1+1'}",
            "configurations/Hub/from.name: a spreadsheet would",
        ),
    ],
)
def test_a_value_that_a_target_cannot_hold_is_told_before_anything_is_sent_or_written(
    target: tuple[str, str, str], words: str, why: str, project: Any, cli: Cli
) -> None:
    spec = SPEC.replace("    from: hub@acme.example\n", f"    {words}\n") if words.startswith("from") else SPEC + words
    project.commit("change", {"mailspec.yml": spec.rstrip() + "\n" + TARGET % target})
    for command in (["validate"], ["plan"], ["apply", "--auto-approve"]):
        ran = cli(*command, "--base", "HEAD~1", cwd=project.folder)
        assert (ran.code, "target 'app' cannot be written: the file cannot hold" in ran.out) == (1, True), ran.out
        assert why in ran.out
        assert "No changes made" in ran.err + ran.out or command == ["validate"]
    assert not (project.folder.parent / target[1].removeprefix("../")).exists()


def test_validate_without_anything_to_hold_a_change_to_refuses_nothing(project: Any, cli: Cli) -> None:
    project.commit("change", UNASKED["a program for a secret"][1])
    assert cli("validate", cwd=project.folder).code == 0


def test_a_harmless_change_is_not_refused(project: Any, cli: Cli) -> None:
    project.commit("change", {"mailspec.yml": SPEC + TARGET % ("env_file", "../a.env", "")})
    for command in ("plan", "validate"):
        assert cli(command, "--base", "HEAD~1", cwd=project.folder).code == 0


def test_the_limits_of_the_machine_are_those_of_validate_too(
    project: Any, cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    limits = tmp_path / "limits.yml"
    limits.write_text('version: 1\nhosts: ["*.other.example"]\n')
    for place in ("options", "workspace", "policy.outside_limits"):
        monkeypatch.setattr(f"mailspec.workflow.{place}.SYSTEM_LIMITS", str(limits))
    for command in ("plan", "validate"):
        ran = cli(command, cwd=project.folder)
        assert (ran.code, "Refused (limits-hosts)" in ran.err) == (5, True), ran.out + ran.err


def test_what_limits_forbid_is_told_beside_a_secret_that_moves(project: Any, cli: Cli, tmp_path: Path) -> None:
    limits = tmp_path / "limits.yml"
    limits.write_text('version: 1\nhosts: ["*.acme.example"]\n')
    project.commit("change", {"mailspec.yml": SPEC.replace("mail.acme.example", "mail.evil.example")})
    ran = cli("validate", "--base", "HEAD~1", "--limits", str(limits), cwd=project.folder)
    assert (ran.code, "MS806" in ran.out, "Refused (limits-hosts)" in ran.err) == (5, True, True), ran.out + ran.err


def test_a_state_that_a_change_brings_is_refused(project: Any, cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAILSPEC_STATE_URL", f"sqlite:///{project.folder}/state.sqlite")
    project.commit("change", {"state.sqlite": "theirs"})
    for command in ("plan", "validate"):
        ran = cli(command, "--base", "HEAD~1", cwd=project.folder)
        assert (ran.code, "Refused (state-tracked)" in ran.err) == (5, True), command + ran.out + ran.err


WRITTEN = "version: 1\ninstance: {id: acme}\npolicy: {allowed_sender_domains: [%s], allowed_recipients: ['*@%s']}\n"


@pytest.mark.parametrize(
    ("before", "after", "refused"),
    [
        ("bücher.example", "xn--bcher-kva.example", False),
        ("XN--bcher-kva.example", "bücher.example", False),
        ("'*.bücher.example'", "post.xn--bcher-kva.example", False),
        ("bücher.example", "bucher.example", True),
        ("bücher.example", "'*.bücher.example'", True),
    ],
)
def test_a_policy_in_another_form_is_not_looser(
    before: str, after: str, refused: bool, repository: Any, cli: Cli
) -> None:
    repository.commit("start", {"mailspec.yml": WRITTEN % (before, before.strip("'"))})
    repository.commit("change", {"mailspec.yml": WRITTEN % (after, after.strip("'"))})
    ran = cli("validate", "--base", "HEAD~1", cwd=repository.folder)
    assert ("policy-loosened" in ran.err) == refused, ran.out + ran.err
