"""``--base``: a change is judged by the policy of the revision that it starts from."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Cli = Callable[..., Any]
POLICY = """\
  require_tls: true
  allowed_sender_domains: [acme.example]
  allowed_recipients: ["*@acme.example"]
  test_recipients: [postmaster@acme.example]
  severity: {MS104: error}
  thresholds: {affected_people: "20%", deletions: 1, allow_deactivation: false}
  protected: [Primary]
"""
SPEC = """\
version: 1
instance: {{id: acme-hub}}
configurations:
  - {{name: Primary, state: active, host: mail.acme.example, port: {port}, from: hub@acme.example}}
targets:
  - {{name: app, type: env_file, path: app.env, dialect: systemd}}
policy:
{policy}"""


def spec(policy: str = POLICY, *, port: int = 587, **words: str) -> str:
    text = SPEC.format(port=port, policy=policy)
    for old, new in words.values():
        text = text.replace(old, new)
    return text


LOOSENED = {
    "emptied": ("x", "  x-nothing: 1\n"),
    "tls": ("require_tls", POLICY.replace("require_tls: true", "require_tls: false")),
    "domains": ("allowed_sender_domains", POLICY.replace("[acme.example]", "[acme.example, evil.example]")),
    "recipients": ("allowed_recipients", POLICY.replace('"*@acme.example"', '"*"')),
    "severity": ("severity.MS104", POLICY.replace("MS104: error", "MS104: off")),
    "severity-gone": ("severity.MS104", POLICY.replace("{MS104: error}", "{}")),
    "share": ("thresholds.affected_people", POLICY.replace('"20%"', '"90%"')),
    "number": ("thresholds.affected_people", POLICY.replace('"20%"', "5")),
    "deletions": ("thresholds.deletions", POLICY.replace("deletions: 1", "deletions: 100")),
    "deactivation": ("thresholds.allow_deactivation", POLICY.replace("n: false", "n: true")),
    "protected": ("protected", POLICY.replace("protected: [Primary]", "protected: []")),
}


STAGING = """\
environments:
  staging:
    kind: test
    redirect_to: qa@acme.example
    configurations: [{name: Primary, host: sandbox.acme.example, sandbox: true}]
"""
REACHED = {
    "production": ("kind", ("kind: test\n    redirect_to: qa@acme.example", "kind: production")),
    "unsaid": ("kind", ("    kind: test\n", "")),
    "elsewhere": ("redirect_to", ("qa@acme.example", "all@acme.example")),
    "outside": ("redirect_to", ("qa@acme.example", "x@evil.example")),
    "nowhere": ("redirect_to", ("    redirect_to: qa@acme.example\n", "")),
}


@pytest.mark.parametrize("name", REACHED)
def test_whom_a_test_environment_reaches_is_a_policy(name: str, repository: Any, cli: Cli) -> None:
    word, (old, new) = REACHED[name]
    repository.commit("start", {"mailspec.yml": spec() + STAGING})
    repository.commit("reach", {"mailspec.yml": spec() + STAGING.replace(old, new)})
    ran = cli("validate", "--base", "HEAD~1", cwd=repository.folder)
    assert (ran.code, "Refused (policy-loosened)" in ran.err) == (5, True), ran.out + ran.err
    assert f"environment.{word}" in ran.err
    effects = cli("diff", "HEAD~1...HEAD", "--format", "json", cwd=repository.folder).json["effects"]
    (effect,) = [entry for entry in effects if entry["kind"] == "policy_loosened"]
    assert (effect["environment"], effect["destructive"]) == ("staging", True)
    assert f"environment.{word}" in [field["path"] for field in effect["fields"]]


def test_an_environment_that_starts_to_redirect_loosens_nothing(repository: Any, cli: Cli) -> None:
    repository.commit("start", {"mailspec.yml": spec() + STAGING.replace("    redirect_to: qa@acme.example\n", "")})
    repository.commit("redirect", {"mailspec.yml": spec() + STAGING})
    assert "Refused" not in cli("validate", "--base", "HEAD~1", cwd=repository.folder).err
    assert "redirect_to" in cli("diff", "HEAD~1...HEAD", cwd=repository.folder).out


@pytest.mark.parametrize("after", ["", STAGING.replace("staging:", "stage:")])
def test_an_environment_that_is_gone_reaches_whom_it_wants_next(after: str, repository: Any, cli: Cli) -> None:
    repository.commit("start", {"mailspec.yml": spec() + STAGING})
    repository.commit("gone", {"mailspec.yml": spec() + after})
    ran = cli("validate", "--base", "HEAD~1", cwd=repository.folder)
    assert (ran.code, "Refused (policy-loosened)" in ran.err) == (5, True), ran.out + ran.err
    assert "in staging: environment.kind test -> (nothing)" in ran.err
    output = cli("diff", "HEAD~1...HEAD", cwd=repository.folder).out
    assert "! environment 'staging': no longer declared" in output
    assert "! the policy is loosened: environment.kind no longer test" in output
    assert ("~ environment 'stage': new" in output) == bool(after)


def test_an_environment_with_a_stricter_policy_is_not_dropped_in_silence(repository: Any, cli: Cli) -> None:
    own = "environments:\n  live: {kind: production, policy: {protected: [ceo@acme.example]}}\n"
    repository.commit("start", {"mailspec.yml": spec() + own})
    repository.commit("gone", {"mailspec.yml": spec()})
    assert "policy-loosened" in cli("validate", "--base", "HEAD~1", cwd=repository.folder).err


def test_an_environment_that_is_new_is_reported_where_nothing_else_differs(repository: Any, cli: Cli) -> None:
    repository.commit("start", {"mailspec.yml": spec()})
    repository.commit("new", {"mailspec.yml": spec() + "environments:\n  live: {kind: production}\n"})
    assert "Refused" not in cli("validate", "--base", "HEAD~1", cwd=repository.folder).err
    effects = cli("diff", "HEAD~1...HEAD", "--format", "json", cwd=repository.folder).json["effects"]
    assert [(entry["kind"], entry["objects"], entry["fields"][0]["after"]) for entry in effects] == [
        ("created", ["environment:live"], "production")
    ]
    assert "No changes" not in cli("diff", "HEAD~1...HEAD", cwd=repository.folder).out


LIVE = "  live: {kind: production, configurations: [{name: Primary, host: live.acme.example}]}\n"
DECOY = "  decoy: {kind: production, configurations: [{name: Primary, host: new.acme.example}]}\n"


@pytest.mark.parametrize(
    ("before", "after", "change"),
    [
        (STAGING, STAGING + DECOY, "base -> decoy"),
        (STAGING + LIVE, STAGING + LIVE.replace("live:", "alive:"), "live -> alive"),
        (STAGING + LIVE, STAGING + LIVE.replace("kind: production, ", ""), "live -> base"),
        (STAGING + LIVE, STAGING, "live -> base"),
        (STAGING + LIVE + DECOY, STAGING + DECOY, "live, decoy -> decoy"),
    ],
    ids=["a decoy", "another name", "unsaid", "gone", "one of two"],
)
def test_what_is_production_no_more_is_a_loosened_policy(
    before: str, after: str, change: str, repository: Any, cli: Cli
) -> None:
    repository.commit("start", {"mailspec.yml": spec() + before})
    repository.commit("move", {"mailspec.yml": spec() + after})
    ran = cli("validate", "--base", "HEAD~1", cwd=repository.folder)
    assert (ran.code, f"environments.production {change}" in ran.err) == (5, True), ran.out + ran.err
    assert (
        "! the policy is loosened: environments.production" in cli("diff", "HEAD~1...HEAD", cwd=repository.folder).out
    )


def test_one_more_production_loosens_nothing(repository: Any, cli: Cli) -> None:
    repository.commit("start", {"mailspec.yml": spec() + STAGING + LIVE})
    repository.commit("more", {"mailspec.yml": spec() + STAGING + LIVE + DECOY})
    assert "Refused" not in cli("validate", "--base", "HEAD~1", cwd=repository.folder).err


@pytest.fixture
def started(repository: Any) -> Any:
    repository.commit("start", {"mailspec.yml": spec(), ".gitignore": ".mailspec/\n"})
    return repository


@pytest.mark.parametrize("name", LOOSENED)
@pytest.mark.parametrize("command", ["validate", "plan"])
def test_loosening_is_refused(name: str, command: str, started: Any, cli: Cli) -> None:
    key, policy = LOOSENED[name]
    started.commit("loosen", {"mailspec.yml": spec(policy)})
    ran = cli(command, "--base", "HEAD~1", cwd=started.folder)
    assert ran.code == 5, ran.out + ran.err
    assert "Refused (policy-loosened)" in ran.err
    assert key == "x" or key in ran.err
    assert "--allow policy-change" in ran.err


@pytest.mark.parametrize(
    "command", [("apply", "--auto-approve"), ("rollback", "--auto-approve"), ("test", "--all"), ("probe", "--all")]
)
def test_what_connects_or_writes_refuses_first(command: tuple[str, ...], started: Any, cli: Cli) -> None:
    started.commit("loosen", {"mailspec.yml": spec("  x-nothing: 1\n")})
    ran = cli(*command, "--base", "HEAD~1", cwd=started.folder)
    assert ran.code == 5
    assert "policy-loosened" in ran.err
    assert not (started.folder / "app.env").exists()


def test_whoever_may_approve_it_says_so(started: Any, cli: Cli) -> None:
    started.commit("loosen", {"mailspec.yml": spec(LOOSENED["domains"][1])})
    assert cli("validate", "--base", "HEAD~1", "--allow-policy-change", cwd=started.folder).code == 0


def test_a_tighter_policy_holds_at_once(started: Any, cli: Cli) -> None:
    tighter = POLICY.replace("allowed_sender_domains: [acme.example]", "allowed_sender_domains: []")
    started.commit("tighten", {"mailspec.yml": spec(tighter)})
    ran = cli("validate", "--base", "HEAD~1", cwd=started.folder)
    assert ran.code == 1
    assert "MS802" in ran.out


def test_narrowing_is_no_loosening(started: Any, cli: Cli) -> None:
    narrower = POLICY.replace('"*@acme.example"', "postmaster@acme.example").replace('"20%"', '"10%"')
    started.commit("narrow", {"mailspec.yml": spec(narrower)})
    assert cli("validate", "--base", "HEAD~1", cwd=started.folder).code == 0


def test_a_loosening_change_is_judged_by_the_policy_that_it_loosens(started: Any, cli: Cli) -> None:
    loose = spec("  x-nothing: 1\n").replace("hub@acme.example", "hub@evil.example")
    started.commit("loosen", {"mailspec.yml": loose})
    ran = cli("validate", "--base", "HEAD~1", cwd=started.folder)
    assert ran.code == 5
    assert "MS802" in ran.out


@pytest.mark.parametrize(
    ("options", "found"),
    [
        (("--with-secrets",), "MS302"),
        (("--with-env",), "MS104"),
        (("--with-secrets", "--with-env"), "MS302"),
    ],
)
def test_secrets_and_variables_are_checked_under_the_old_policy_too(
    options: tuple[str, ...], found: str, started: Any, cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ACME_SMTP_PORT", "2526")
    secret = (
        ("acme-hub}", "acme-hub, env_prefix: ACME_SMTP_}"),
        (
            "from: hub@acme.example}",
            "from: hub@acme.example, auth: {username: hub, password: {env: NOT_SET_ANYWHERE}}}",
        ),
    )
    before, text = spec(), spec(LOOSENED["tls"][1])
    for old, new in secret:
        before, text = before.replace(old, new), text.replace(old, new)
    started.commit("the same prefix", {"mailspec.yml": before})
    started.commit("loosen", {"mailspec.yml": text})
    alone = cli("validate", *options, cwd=started.folder)
    ran = cli("validate", *options, "--base", "HEAD~1", "--format", "json", cwd=started.folder)
    assert ran.code == 5
    assert found in alone.out
    assert found in [entry["code"] for entry in ran.json["findings"]]


def test_a_missing_secret_is_shown_at_a_terminal_under_the_old_policy(started: Any, cli_at_terminal: Cli) -> None:
    text = spec(LOOSENED["tls"][1]).replace(
        "from: hub@acme.example}", "from: hub@acme.example, auth: {username: hub, password: {env: NOT_SET_ANYWHERE}}}"
    )
    started.commit("loosen", {"mailspec.yml": text})
    code, screen = cli_at_terminal(started.folder, "validate", "--with-secrets", "--base", "HEAD~1")
    assert code == 5, screen
    assert "MS302" in screen
    assert "policy-loosened" in screen


def test_a_comment_cannot_silence_the_policy(started: Any, cli: Cli) -> None:
    line = "from: hub@evil.example}"
    text = spec().replace("from: hub@acme.example}", f"{line}  # mailspec: ignore[MS802] trust me")
    started.commit("silence", {"mailspec.yml": text})
    assert cli("validate", cwd=started.folder).code == 0
    ran = cli("validate", "--base", "HEAD~1", cwd=started.folder)
    assert ran.code == 5
    assert "policy-silenced" in ran.err
    started.commit("later", {"unrelated.txt": "x"})
    assert cli("validate", "--base", "HEAD~1", cwd=started.folder).code == 0


def test_another_instance_id_would_start_from_an_empty_state(started: Any, cli: Cli) -> None:
    started.commit("id", {"mailspec.yml": spec().replace("acme-hub", "acme-hub-2")})
    ran = cli("plan", "--base", "HEAD~1", cwd=started.folder)
    assert ran.code == 5
    assert "instance.id acme-hub -> acme-hub-2" in ran.err


def test_an_overlay_cannot_loosen_it_either(started: Any, cli: Cli) -> None:
    started.commit("overlay", {"environments/staging.yml": "policy: {require_tls: false}\n"})
    ran = cli("validate", "--base", "HEAD~1", cwd=started.folder)
    assert ran.code == 5
    assert "in staging" in ran.err


def test_a_loosening_that_was_merged_but_refused_is_no_base(started: Any, cli: Cli) -> None:
    """The push after a refused one starts from it, so "the commit before" would approve it silently."""

    def run(*args: str) -> Any:
        return cli(*args, cwd=started.folder)

    assert run("apply", "--base", "@applied", "--auto-approve").code == 5
    first = run("apply", "--base", "@applied", "--allow-policy-change", "--no-test", "--check")
    assert first.code == 0, first.err
    (started.folder / "mailspec.yml").write_text(inactive := spec().replace("state: active", "state: inactive"))
    started.commit("off", {})
    assert run("apply", "--auto-approve").code == 0
    loose = inactive.replace("require_tls: true", "require_tls: false")
    started.commit("loosen", {"mailspec.yml": loose})
    assert "Refused (policy-loosened)" in run("plan", "--base", "@applied").err
    more = "configurations:\n  - {name: Spare, state: inactive, host: spare.acme.example, from: hub@acme.example}\n"
    started.commit("later", {"configurations/spare.yml": more})
    assert run("plan", "--base", "HEAD~1").code == 0, "which is why the templates do not use it"
    ran = run("plan", "--base", "@applied")
    assert ran.code == 5
    assert "require_tls" in ran.err
    assert run("apply", "--base", "@applied", "--allow-policy-change", "--auto-approve").code == 0
    started.commit("after", {"unrelated.txt": "x"})
    assert run("plan", "--base", "@applied").code == 0, "what was approved is the base from then on"


def test_another_instance_id_has_no_base(started: Any, cli: Cli) -> None:
    started.commit("id", {"mailspec.yml": spec().replace("acme-hub", "acme-hub-2")})
    started.commit("later", {"unrelated.txt": "x"})
    ran = cli("plan", "--base", "@applied", cwd=started.folder)
    assert ran.code == 5
    assert "Refused (no-base)" in ran.err
    assert "acme-hub-2" in ran.err


@pytest.mark.parametrize("command", [("validate",), ("test", "--all"), ("probe", "--all")])
def test_what_reads_no_state_knows_no_last_apply(command: tuple[str, ...], started: Any, cli: Cli) -> None:
    ran = cli(*command, "--base", "@applied", cwd=started.folder)
    assert ran.code == 2
    assert "only plan, apply, rollback and drift" in ran.err


@pytest.mark.parametrize("revision", ["", "nonsense", "--help", "0" * 40])
def test_a_revision_that_does_not_exist_is_wrong_use(revision: str, started: Any, cli: Cli) -> None:
    ran = cli("validate", f"--base={revision}", cwd=started.folder)
    assert ran.code == 2
    assert "--base" in ran.err


def test_a_base_without_a_project_is_no_policy_to_hold_anything_to(repository: Any, cli: Cli) -> None:
    repository.commit("nothing", {"README": "x"})
    repository.commit("start", {"mailspec.yml": spec()})
    ran = cli("validate", "--base", "HEAD~1", cwd=repository.folder)
    assert (ran.code, "Refused (no-base)" in ran.err) == (5, True)
    assert "--allow policy-change" in ran.err
    assert cli("validate", "--base", "HEAD~1", "--allow-policy-change", cwd=repository.folder).code == 0


def test_a_base_policy_that_cannot_be_read_is_a_refusal(repository: Any, cli: Cli) -> None:
    repository.commit("broken", {"mailspec.yml": "version: 1\npolicy: {require_tls: maybe}\n"})
    repository.commit("repaired", {"mailspec.yml": spec()})
    ran = cli("validate", "--base", "HEAD~1", cwd=repository.folder)
    assert ran.code == 5
    assert "cannot be read as a whole" in ran.err
