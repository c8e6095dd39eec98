"""A rollback is a change like any other: today's thresholds, policy and limits hold."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

SPEC = """\
version: 1
instance: {{id: acme-hub}}
general: {{users: {{mode: smtp, account: {{host: {host}, port: {port}, security: {security}, method: none}}}}}}
configurations:
  - {{name: Spare, state: inactive, host: spare.acme.example, from: {sender}}}
users:
  - {{email: alice@acme.example, name: Alice Martin}}
  - {{email: bob@acme.example, name: Bob Stone}}
targets:
  - {{name: hub, type: env_file, path: hub.env, dialect: systemd}}
policy: {policy}
"""
FIRST = {
    "host": "mail.acme.example",
    "port": 587,
    "security": "starttls",
    "sender": "hub@acme.example",
    "policy": "{}",
}


class Hub:
    """A project without an active server, so that nothing connects; each ``apply`` is an entry of the history."""

    def __init__(self, folder: Path, cli: Callable[..., Any]) -> None:
        self.folder, self._cli = folder, cli

    def apply(self, **words: object) -> None:
        (self.folder / "mailspec.yml").write_text(SPEC.format(**{**FIRST, **words}))
        ran = self("apply", "--auto-approve")
        assert ran.code == 0, ran.out + ran.err

    def policy(self, text: str, **words: object) -> None:
        """Change the policy in the files; what is applied stays."""
        (self.folder / "mailspec.yml").write_text(SPEC.format(**{**FIRST, **words, "policy": text}))

    def __call__(self, *args: str) -> Any:
        return self._cli(*args, cwd=self.folder)

    def held(self) -> str:
        return self("history", "--format", "json").out


@pytest.fixture
def hub(tmp_path: Path, cli: Callable[..., Any]) -> Hub:
    return Hub(tmp_path, cli)


THRESHOLDS = "{thresholds: {affected_people: '50%'}, protected: [bob@acme.example]}"


def test_a_flood_is_stopped_in_the_words_of_apply(hub: Hub) -> None:
    hub.apply()
    hub.apply(port=465, security="tls")
    hub.policy(THRESHOLDS, port=465, security="tls")
    before = hub.held()
    ran = hub("rollback", "--auto-approve")
    assert ran.code == 5
    assert (
        "Refused (affected-people): the plan changes the settings of 2 of 2 people (100 %), "
        "and policy.thresholds.affected_people allows 50%." in ran.err
    )
    assert "add --allow affected-people for this once, or change policy.thresholds.affected_people" in ran.err
    assert "Refused (protected:bob@acme.example)" in ran.err
    assert hub.held() == before
    hub.policy(THRESHOLDS)
    assert hub("apply", "--auto-approve").err.count("Refused (") == 2, "apply says the same"


def test_each_refusal_is_lifted_by_the_flag_that_it_names(hub: Hub) -> None:
    hub.apply()
    hub.apply(port=465, security="tls")
    hub.policy(THRESHOLDS, port=465, security="tls")
    allowed = ("--allow", "affected-people", "--allow", "protected:bob@acme.example")
    assert hub("rollback", "--auto-approve", *allowed[:2]).code == 5
    ran = hub("rollback", "--auto-approve", *allowed)
    assert ran.code == 0, ran.out + ran.err
    assert "changed=2" in ran.out


@pytest.mark.parametrize(
    ("policy", "before", "now", "rule"),
    [
        ("{require_tls: true}", {"security": "none", "port": 2525}, {}, "require-tls"),
        ("{allowed_sender_domains: [acme.example]}", {"sender": "hub@old.example"}, {}, "sender-domains"),
    ],
)
def test_what_the_policy_forbids_today_does_not_come_back(
    policy: str, before: dict[str, object], now: dict[str, object], rule: str, hub: Hub
) -> None:
    hub.apply(**before)
    hub.apply(**now)
    hub.policy(policy, **now)
    ran = hub("rollback", "--auto-approve")
    assert ran.code == 5, ran.out + ran.err
    assert f"Refused ({rule}): in that entry " in ran.err
    assert "policy." in ran.err
    hub.policy("{}", **now)
    assert hub("rollback", "--auto-approve").code == 0


WITH_SECRET = """\
version: 1
instance: {{id: acme-hub}}
configurations:
  - name: Main
    state: active
    host: {host}
    port: {port}
    security: starttls
    from: hub@acme.example
    tls: {{ca_file: {ca}}}
    auth: {{username: hub@acme.example, password: {{env: {secret}}}}}
targets:
  - {{name: hub, path: {path}, {kind}, adopt: true, reload: [/bin/{reload}]}}
"""
NOW = {
    "host": "mail.acme.example",
    "port": 587,
    "ca": "/etc/hostname",
    "path": "hub.env",
    "kind": "type: env_file",
    "reload": "true",
    "secret": "ONE",
}
LIMITS = """\
version: 1
secrets: ["env:ONE"]
hosts: ["mail.acme.example"]
target_paths: ["{root}/hub.env"]
files: ["/etc/hostname"]
reloads: ["/bin/true"]
recipients: []
"""


@pytest.fixture
def two(tmp_path: Path, cli: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """``two(now, WORD=former value)``: a project after two applies; nothing connects."""
    monkeypatch.setattr("mailspec.workflow.apply.applying.checks", lambda *_args: [list])
    for name in ("ONE", "TWO"):
        monkeypatch.setenv(name, f"Canary-{name}-8Qz")

    def go(now: dict[str, object], **former: object) -> Callable[..., Any]:
        (tmp_path / "limits.yml").write_text(LIMITS.format(root=tmp_path))
        for words in ({**NOW, "port": 2525, **former}, {**NOW, **now}):
            (tmp_path / "mailspec.yml").write_text(WITH_SECRET.format(**words))
            ran = cli("apply", "--auto-approve", "--no-test", cwd=tmp_path)
            assert ran.code == 0, ran.out + ran.err
        return lambda *words: cli("rollback", "--auto-approve", "--no-test", *words, cwd=tmp_path)

    return go


@pytest.mark.parametrize(
    ("word", "former"),
    [("host", "old.acme.example"), ("ca", "/etc/hosts"), ("path", "old.env"), ("reload", "echo"), ("secret", "TWO")],
)
def test_what_the_limits_forbid_today_does_not_come_back(
    word: str, former: str, two: Callable[..., Any], tmp_path: Path
) -> None:
    rollback = two({}, **{word: former})
    limits = ("--limits", str(tmp_path / "limits.yml"))
    ran = rollback(*limits)
    assert (ran.code, "Refused (limits-" in ran.err, former in ran.err) == (5, True, True), ran.out + ran.err
    assert rollback().code == 0


@pytest.mark.parametrize(
    "kind",
    [
        "type: external_secret, resource: mail, store: vault, remote: mail#password",
        "type: export",
        "type: form, product: maestrohub",
        "type: compose, service: hub",
    ],
)
def test_a_file_without_passwords_gets_none_by_going_back(
    kind: str, two: Callable[..., Any], tmp_path: Path, cli: Callable[..., Any]
) -> None:
    (tmp_path / "hub.env").touch(0o600)
    rollback = two({"path": "new.yml", "kind": kind})
    # Today's target writes by a link to the file in which the earlier entry had the password.
    (tmp_path / "hub.env").unlink()
    (tmp_path / "new.yml").rename(tmp_path / "hub.env")
    (tmp_path / "new.yml").symlink_to("hub.env")
    before = (tmp_path / "hub.env").read_text()
    ran = rollback()
    assert (ran.code, "Refused (rollback-in-clear): in that entry the target hub" in ran.err) == (5, True), ran.err
    assert (tmp_path / "hub.env").read_text() == before
    assert "Canary" not in before + ran.out + ran.err
    (tmp_path / "new.yml").unlink()
    (tmp_path / "hub.env").unlink()
    assert rollback().code == 0
    assert "Canary-ONE" in (tmp_path / "hub.env").read_text()
