"""What a change takes away: a project, so that another one is found, or a target that was applied."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from mailspec_tests_attempts import hub
from mailspec_tests_sealed import sealed

from mailspec.plan.desired import Desired, TargetDesired

Cli = Callable[..., Any]
POLICY = "policy: {allowed_sender_domains: [acme.example]}\n"
EVIL = hub().replace("hub@acme.example", "hub@other.example").replace("id: acme", "id: notes")


@pytest.mark.parametrize("how", ["folder", "path", "below"])
def test_another_project_is_not_found_in_its_place(how: str, repository: Any, cli: Cli) -> None:
    top = "version: 1\ninstance: {id: notes}\n"
    repository.commit("start", {"mailspec.yml": top, "mail/mailspec.yml": hub(POLICY), "mail/users/x.yml": "# none\n"})
    folder = repository.folder / {"folder": "mail", "path": ".", "below": "mail/users"}[how]
    words = ("mail",) if how == "path" else ()
    assert cli("validate", *words, "--base", "main", cwd=folder).code == 0
    repository.commit("change", {"mailspec.yml": EVIL, "mail/mailspec.yml": None})
    ran = cli("validate", *words, "--base", "HEAD~1", cwd=folder)
    assert (ran.code, "Refused (no-base)" in ran.err, "has a project in " in ran.err) == (5, True, True), ran.err
    if not words:
        for command in (("plan",), ("apply", "--auto-approve"), ("test", "Hub"), ("drift",), ("status",)):
            ran = cli(*command, "--base", "HEAD~1", cwd=folder)
            assert (ran.code, "Refused (no-base)" in ran.err) == (5, True), ran.out + ran.err
        ran = cli("diff", "HEAD~1", cwd=folder)
        assert (ran.code, "Name one (--project)" in ran.err) == (2, True), ran.out + ran.err
    ran = cli("validate", *words, "--base", "HEAD~1", "--allow", "policy-change", cwd=folder)
    assert ran.code == 0, ran.out + ran.err


@pytest.mark.parametrize("end", [".", "empty", "other"])
@pytest.mark.parametrize("words", [("--project", "mail"), ("mail",)])
def test_a_link_in_its_place_is_held_to_its_policy(end: str, words: tuple[str, ...], repository: Any, cli: Cli) -> None:
    top = "version: 1\ninstance: {id: notes}\n"
    files = {"mailspec.yml": top, "mail/mailspec.yml": hub(POLICY), "empty/x.txt": "x\n", "other/mailspec.yml": top}
    repository.commit("start", files)
    (repository.folder / "mail/mailspec.yml").unlink()
    (repository.folder / "mail").rmdir()
    (repository.folder / "mail").symlink_to(end)
    repository.commit("change", {"mailspec.yml": EVIL, "other/mailspec.yml": EVIL})
    ran = cli("validate", *words, "--base", "HEAD~1", cwd=repository.folder)
    refused = ("no-base", "policy-loosened", "linked-project")
    without = end == "empty" and "--project" in words
    assert any(f"Refused ({rule})" in ran.err for rule in refused) or (without and "No spec files" in ran.err), ran.err
    assert ran.code == (4 if without else 5)


def test_the_shell_says_by_which_link_it_came(repository: Any, cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    repository.commit(
        "start", {"mailspec.yml": "version: 1\ninstance: {id: notes}\n", "mail/mailspec.yml": hub(POLICY)}
    )
    (repository.folder / "mail/mailspec.yml").unlink()
    (repository.folder / "mail").rmdir()
    (repository.folder / "mail").symlink_to(".")
    repository.commit("change", {"mailspec.yml": EVIL})
    monkeypatch.setenv("PWD", str(repository.folder / "mail"))
    for command in (("validate",), ("plan",)):
        ran = cli(*command, "--base", "HEAD~1", cwd=repository.folder)
        assert (ran.code, "Refused (no-base)" in ran.err) == (5, True), ran.out + ran.err
    ran = cli("diff", "HEAD~1", cwd=repository.folder)
    assert (ran.code, "has a project in " in ran.err) == (2, True), ran.out + ran.err


@pytest.mark.parametrize("words", [("--project", "mail"), ("mail",)])
def test_a_link_in_its_place_leads_to_no_other_folder(words: tuple[str, ...], repository: Any, cli: Cli) -> None:
    limits = repository.folder.parent / "limits.yml"
    limits.write_text("version: 1\nsecrets: ['age:aged.age']\n")
    text = hub().replace("{env: ACME_P}", "{age: aged.age}")
    repository.commit(
        "start", {"mail/mailspec.yml": text, "mail/aged.age": sealed("ours"), "db/aged.age": sealed("db")}
    )
    again = ("validate", *words, "--limits", str(limits), "--base", "HEAD~1")
    for name in ("aged.age", "mailspec.yml"):
        (repository.folder / "mail" / name).unlink()
    (repository.folder / "mail").rmdir()
    (repository.folder / "mail").symlink_to("db")
    repository.commit("change", {"db/mailspec.yml": text})
    ran = cli(*again, cwd=repository.folder)
    assert (ran.code, "Refused (no-base)" in ran.err, "mail is a link" in ran.err) == (5, True, True), ran.out + ran.err


def test_files_of_another_program_are_no_base(repository: Any, cli: Cli) -> None:
    repository.commit("start", {"users/list.yml": "# of another program\n", "mail/mailspec.yml": hub(POLICY)})
    repository.commit("change", {"mailspec.yml": EVIL})
    ran = cli("validate", "--base", "HEAD~1", cwd=repository.folder)
    assert (ran.code, "Refused (no-base)" in ran.err) == (5, True), ran.out + ran.err
    assert "has no mailspec.yml in this folder" in ran.err


FILE = "targets:\n  - {name: t, type: env_file, path: out/app.env}\n"
APPLY = ("apply", "--auto-approve", "--no-test", "--allow", "unproven=Hub")


@pytest.fixture
def limits(repository: Any, monkeypatch: pytest.MonkeyPatch) -> tuple[str, str]:
    monkeypatch.setattr("mailspec.workflow.apply.applying.checks", lambda *_args: [list])
    monkeypatch.setenv("ACME_P", "c4nary-1x")
    path = repository.folder.parent / "limits.yml"
    path.write_text(f"version: 1\ntarget_paths: ['{repository.folder}/out/*']\n")
    return "--limits", str(path)


def test_drift_follows_no_link_of_a_change(repository: Any, cli: Cli, limits: tuple[str, str]) -> None:
    (repository.folder / "out").mkdir()
    repository.commit("start", {"mailspec.yml": hub() + FILE, ".gitignore": "out/\n.mailspec/\n"})
    ran = cli(*APPLY, *limits, cwd=repository.folder)
    assert ran.code == 0, ran.out + ran.err
    outside = repository.folder.parent / "other.env"
    outside.write_text("SMTP_HOST=another-program\n")
    written = repository.folder / "out/app.env"
    written.unlink()
    written.symlink_to(outside)
    repository.commit("change", {"mailspec.yml": hub()})
    ran = cli("drift", "--base", "HEAD~1", *limits, cwd=repository.folder)
    assert (ran.code, "Refused (linked-target)" in ran.err) == (5, True), ran.out + ran.err
    assert "another-program" not in ran.out + ran.err


def test_drift_asks_no_program_by_authorities_of_a_change(repository: Any, cli: Cli) -> None:
    from mailspec.workflow.checks.moved_secrets import asked_elsewhere
    from mailspec.workflow.policy.policy_base import Base
    from mailspec.workflow.project import open_project

    options = {"url": "https://zabbix.acme.example", "token": {"env": "ACME_P"}, "ca_bundle": "own.pem"}
    target = f"targets:\n  - {json.dumps({'name': 'z', 'type': 'zabbix', **options})}\n"
    repository.commit("start", {"mailspec.yml": hub() + target, "own.pem": "own\n"})
    earlier = [TargetDesired("z", "zabbix", "z", {}, options)]

    def found() -> list[str]:
        now = open_project(str(repository.folder))
        before = Base("main").before(now)
        assert before is not None
        return [entry.message for entry in asked_elsewhere(before, now, earlier)]

    assert found() == []
    repository.git("checkout", "-q", "-b", "change")
    repository.commit("change", {"mailspec.yml": hub(), "own.pem": "another\n"})
    (message,) = found()
    assert message.startswith(
        "The secret (env ACME_P) would go to zabbix.acme.example:443, by the authorities of own.pem"
    )


def test_a_baseline_knows_no_more_than_the_bases(repository: Any, cli: Cli, tmp_path: Path) -> None:
    bad = hub().replace("587", "465")
    repository.commit("start", {"mailspec.yml": bad})
    words = ("validate", "--baseline", "known.json")
    cli(*words, "--write-baseline", cwd=repository.folder)
    known = json.loads((repository.folder / "known.json").read_text())
    assert known["findings"]
    repository.commit("known", {})
    assert cli(*words, "--base", "main", cwd=repository.folder).code == 0
    repository.git("checkout", "-q", "-b", "change")
    more = bad + bad.partition("configurations:\n")[2].replace("Hub", "Other").replace(": active", ": inactive")
    entries = [{**entry, "object": "configuration:Other"} for entry in known["findings"]]
    text = json.dumps({**known, "findings": [*known["findings"], *entries]})
    repository.commit("change", {"mailspec.yml": more, "known.json": text})
    assert cli(*words, cwd=repository.folder).code == 0
    assert cli(*words, "--base", "main", cwd=repository.folder).code == 1
    assert cli(*words, "--base", "main", "--allow", "policy-change", cwd=repository.folder).code == 0
    # The runner's own is nobody's change.
    (repository.folder.parent / "mine.json").write_text(text)
    assert cli("validate", "--baseline", "../mine.json", "--base", "main", cwd=repository.folder).code == 0
    # Nor is a file that the base has elsewhere, or behind a link.
    repository.git("checkout", "-q", "main")
    repository.commit("elsewhere", {"docs/known.json": text})
    repository.git("checkout", "-q", "-b", "linked")
    (repository.folder / "known.json").unlink()
    (repository.folder / "known.json").symlink_to("docs/known.json")
    repository.git("rm", "-q", "--cached", "known.json")
    (repository.folder / "there").symlink_to("docs")
    repository.commit("linked", {"mailspec.yml": more})
    for name in ("known.json", "there/known.json", f"{repository.folder}/there/known.json"):
        ran = cli("validate", "--baseline", name, "--base", "main", cwd=repository.folder)
        assert ran.code == 1, ran.out + ran.err
    repository.git("checkout", "-q", "change")
    repository.commit("gone", {"known.json": None})
    repository.commit("again", {"known.json": text})
    assert cli(*words, "--base", "HEAD~1", cwd=repository.folder).code == 1


TOKENS = {
    "a file that limits do not name": ("{age: tok.age}", ["age:other.age"], "limits-secrets"),
    "a file by a key service elsewhere": ("{sops: tok.sops.yml#t}", ["sops:tok.sops.yml#*"], "limits-hosts"),
}


@pytest.mark.parametrize("way", TOKENS)
def test_drift_reads_no_token_that_limits_forbid(
    way: str, repository: Any, cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    token, secrets, rule = TOKENS[way]
    word, _, path = token.strip("{}").partition(": ")
    options = {"url": "https://zabbix.acme.example", "token": {word: path}}
    earlier = Desired((), (TargetDesired("z", "zabbix", "z", {}, options),))
    monkeypatch.setattr("mailspec.workflow.apply.drifts.last_applied", lambda _prepared: earlier)
    monkeypatch.setattr("mailspec.workflow.apply.drifts.read_live", lambda *_: pytest.fail("somebody was asked"))
    service = "sops:\n  hc_vault: [{vault_address: 'https://mx.other.example', enc: x}]\n  mac: x\n  version: 3.9.0\n"
    repository.commit("start", {"mailspec.yml": hub(), "tok.sops.yml": f"t: x\n{service}", "tok.age": "x\n"})
    limits = tmp_path / "named.yml"
    limits.write_text(json.dumps({"version": 1, "secrets": ["env:*", *secrets], "hosts": ["*.acme.example"]}))
    ran = cli("drift", "--base", "HEAD", "--limits", str(limits), cwd=repository.folder)
    assert (ran.code, f"Refused ({rule})" in ran.err) == (5, True), ran.out + ran.err
