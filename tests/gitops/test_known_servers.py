"""MS806: a server that is known otherwise than in the base is another place; another one may stand on the way."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from mailspec.workflow.checks.moved_secrets import Known

Cli = Callable[..., Any]
TRUSTED = """\
version: 1
instance: {id: acme}
configurations:
  - name: Main
    state: active
    host: mail.acme.example
    port: 587
    auth: {username: hub@acme.example, password: {env: MOVED_P}}
    from: hub@acme.example
    security: starttls
    tls: {ca_file: ca.pem}
"""
TRUST = {
    "checks off": ("{ca_file: ca.pem}", "{validate_certs: false}", "whose certificate nobody checks"),
    "no encryption": ("starttls\n    tls: {ca_file: ca.pem}", "none", "unencrypted"),
    "another file": ("ca.pem", "own.pem", "by the authorities of own.pem (SHA-256 "),
    "another content": ("version", "version", "by the authorities of ca.pem (SHA-256 "),
    "another name": ("{ca_file: ca.pem}", "{server_name: x.acme.example}", "with the certificate of x.acme.example"),
}


@pytest.mark.parametrize(("old", "new", "words"), TRUST.values(), ids=TRUST)
def test_a_server_that_is_known_otherwise_is_another_place(
    old: str, new: str, words: str, repository: Any, cli: Cli
) -> None:
    pem = {"ca.pem": "one\n", "own.pem": "own\n"}
    repository.commit("start", {**pem, "mailspec.yml": TRUSTED})
    change = {"ca.pem": "two\n"} if old == new else {}
    repository.commit("swap", {**pem, **change, "mailspec.yml": TRUSTED.replace(old, new)})
    ran = cli("validate", "--base", "HEAD~1", cwd=repository.folder)
    assert (ran.code, ran.out.count("MS806")) == (1, 1), ran.out + ran.err
    assert f"would go to mail.acme.example, {words}" in ran.out
    ran = cli("validate", "--base", "HEAD~1", "--allow", "secret-move=env:MOVED_P", cwd=repository.folder)
    assert "MS806" not in ran.out


@pytest.mark.parametrize("weak", ["security: none", "tls: {validate_certs: false}"])
def test_a_server_that_is_known_better_is_none(weak: str, repository: Any, cli: Cli) -> None:
    better = TRUSTED.replace("    tls: {ca_file: ca.pem}\n", "")
    text = better.replace("security: starttls", weak if "security" in weak else f"security: starttls\n    {weak}")
    repository.commit("start", {"own.pem": "own\n", "mailspec.yml": text})
    repository.commit("better", {"mailspec.yml": better})
    assert "MS806" not in cli("validate", "--base", "HEAD~1", cwd=repository.folder).out


@pytest.mark.parametrize("tls", ["{ca_file: /etc/ssl/certs/house.pem}", "{minimum_version: '1.2'}"])
@pytest.mark.parametrize("pinned", ["{ca_file: ca.pem}", "{server_name: inner.acme.example}"])
def test_a_server_that_was_pinned_stays_so(pinned: str, tls: str, repository: Any, cli: Cli) -> None:
    # Whom all authorities know, or others of the machine, is not whom this one knows.
    repository.commit("start", {"ca.pem": "one\n", "mailspec.yml": TRUSTED.replace("{ca_file: ca.pem}", pinned)})
    repository.commit("loose", {"mailspec.yml": TRUSTED.replace("{ca_file: ca.pem}", tls)})
    ran = cli("validate", "--base", "HEAD~1", cwd=repository.folder)
    assert (ran.code, ran.out.count("MS806")) == (1, 1), ran.out + ran.err
    assert "would go to mail.acme.example; before" in ran.out


def test_authorities_of_the_machine_are_the_limits_business(repository: Any, cli: Cli) -> None:
    text = TRUSTED.replace("ca.pem", "/etc/ssl/certs/house.pem")
    repository.commit("start", {"mailspec.yml": text})
    repository.commit("other", {"mailspec.yml": text.replace("house", "home")})
    assert "MS806" not in cli("validate", "--base", "HEAD~1", cwd=repository.folder).out


@pytest.mark.parametrize("way", ["../repo/own.pem", "~/../{folder}/own.pem", "../../../../../../proc/self/cwd/own.pem"])
def test_a_file_of_the_change_is_one_however_it_is_reached(
    way: str, repository: Any, cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(repository.folder.parent / "home"))
    (repository.folder.parent / "home").mkdir()
    path = way.replace("repo", repository.folder.name).replace("{folder}", repository.folder.name)
    repository.commit("start", {"mailspec.yml": TRUSTED.replace("    tls: {ca_file: ca.pem}\n", "")})
    change = TRUSTED.replace("ca.pem", f"'{path}'")
    repository.commit("own", {"own.pem": "own\n", "mailspec.yml": change})
    ran = cli("validate", "--base", "HEAD~1", cwd=repository.folder)
    assert (ran.code, ran.out.count("MS806")) == (1, 1), ran.out + ran.err
    assert "by the authorities of" in ran.out


BUNDLES = {
    "nullmailer": "type: nullmailer, path: ../nm",
    "postfix": "type: postfix, path: ../pf",
    "exim": "type: exim, path: ../ex",
}


@pytest.mark.parametrize("target", BUNDLES)
@pytest.mark.parametrize("path", ["own.pem", "{folder}/own.pem"])
def test_authorities_of_a_target_are_its_servers(target: str, path: str, repository: Any, cli: Cli) -> None:
    text = TRUSTED.replace("    tls: {ca_file: ca.pem}\n", "") + "targets:\n  - {name: t, " + BUNDLES[target] + "%s}\n"
    repository.commit("start", {"mailspec.yml": text % ""})
    path = path.replace("{folder}", str(repository.folder))
    repository.commit("own", {"own.pem": "own\n", "mailspec.yml": text % f", ca_bundle: '{path}'"})
    ran = cli("validate", "--base", "HEAD~1", cwd=repository.folder)
    assert (ran.code in {1, 5}, ran.out.count("MS806")) == (True, 1), ran.out + ran.err
    assert f"by the authorities of {path} (SHA-256" in ran.out
    repository.commit("again", {"mailspec.yml": text % f", ca_bundle: '{path}'" + "x-note: 1\n"})
    assert "MS806" not in cli("validate", "--base", "HEAD~1", cwd=repository.folder).out
    repository.commit("swapped", {"own.pem": "other\n"})
    assert "MS806" in cli("validate", "--base", "HEAD~1", cwd=repository.folder).out


def test_a_folder_of_authorities_is_the_changes(repository: Any, cli: Cli) -> None:
    plain = TRUSTED.replace("    tls: {ca_file: ca.pem}\n", "")
    target = "targets:\n  - {name: g, type: git_send_email, path: ../gc%s}\n"
    repository.commit("start", {"mailspec.yml": plain + target % ""})
    repository.git("branch", "base")
    pem = {"own/9d66eef0.0": "own\n"}
    for text in (TRUSTED.replace("ca.pem", "own") + target % "", plain + target % ", ca_bundle: own"):
        repository.commit("own", {**pem, "mailspec.yml": text})
        out = cli("validate", "--base", "base", cwd=repository.folder).out
        assert ("by the authorities of own" in out) or "'ca_bundle' is not a key" in out, out
    repository.commit("note", {"mailspec.yml": TRUSTED.replace("ca.pem", "own")})
    repository.commit("again", {"mailspec.yml": TRUSTED.replace("ca.pem", "own") + "x-note: 1\n"})
    assert "MS806" not in cli("validate", "--base", "HEAD~1", cwd=repository.folder).out


def test_authorities_of_many_targets_are_compared_at_once(
    repository: Any, cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    # 200 targets and 500 people were 100,000 comparisons (37 s).
    people = "".join(
        f"  - {{email: u{n}@acme.example, mode: smtp, account: {{password: {{env: P{n}}}}}}}\n" for n in range(30)
    )
    bundle = "  - {name: t%s, type: nullmailer, path: ../%s, ca_bundle: %s.pem}\n"
    first = f"{TRUSTED}users:\n{people}targets:\n" + "".join(bundle % (n, n, n) for n in range(30))
    repository.commit("start", {"mailspec.yml": first, **{f"{n}.pem": f"{n}\n" for n in range(31)}})
    repository.commit("fewer", {"mailspec.yml": first.replace(bundle % (3, 3, 3), "").replace("7.pem", "8.pem")})
    compared = []
    moved = Known.moved
    monkeypatch.setattr(Known, "moved", lambda self, sent: [*moved(self, sent), *(compared.append(sent) or ())])
    out = cli("validate", "--base", "HEAD~1", cwd=repository.folder).out
    assert ("MS806" in out, 62 <= len(compared) < 70) == (False, True), out
    repository.commit("more", {"mailspec.yml": first + bundle % (30, 30, 30)})
    out = cli("validate", "--base", "HEAD~2", cwd=repository.folder).out
    # Once a secret, by the authorities that are new.
    assert (out.count("MS806"), out.count("by the authorities of 30.pem")) == (31, 31)


@pytest.mark.parametrize("servers", [1, 30])
def test_new_accounts_in_front_hide_nothing(servers: int, repository: Any, cli: Cli) -> None:
    # Of each server one secret was looked at, and of each target 20 servers: those in front were the change's own.
    front = "".join(
        f"  - {{name: A{n}, state: inactive, host: mail{n or ''}.acme.example, port: 587, security: starttls,"
        f" auth: {{username: a{n}@acme.example, password: {{env: NEW{n}}}}}, from: a{n}@acme.example}}\n"
        for n in range(servers)
    )
    text = TRUSTED.replace("    tls: {ca_file: ca.pem}\n", "")
    repository.commit("start", {"mailspec.yml": text})
    target = "targets:\n  - {name: x, type: exim, path: ../exim, ca_bundle: own.pem}\n"
    change = text.replace("configurations:\n", f"configurations:\n{front}") + target
    repository.commit("hidden", {"own.pem": "own\n", "mailspec.yml": change})
    out = cli("validate", "--base", "HEAD~1", cwd=repository.folder).out
    assert "The secret (env MOVED_P) would go to mail.acme.example, by the authorities of own.pem (SHA-256" in out, out


def test_authorities_by_which_a_programs_interface_is_known_hold_for_its_token(repository: Any, cli: Cli) -> None:
    target = "targets:\n  - {name: z, type: zabbix, url: 'https://zabbix.acme.example', token: {env: Z}%s}\n"
    text = TRUSTED.replace("    tls: {ca_file: ca.pem}\n", "") + target
    repository.commit("start", {"mailspec.yml": text % ""})
    repository.commit("own", {"own.pem": "own\n", "mailspec.yml": text % ", ca_bundle: own.pem"})
    out = cli("validate", "--base", "HEAD~1", cwd=repository.folder).out
    assert "would go to zabbix.acme.example:443, by the authorities of own.pem" in out
    assert "The secret (env Z)" in out


KEY = "{client_cert: own.pem, client_key: {env: TLS_KEY}}"


@pytest.mark.parametrize(
    ("base", "change", "where"),
    [
        (
            (f"tls: {KEY}", "{env: MOVED_P}"),
            (f"tls: {KEY}", "{env: TLS_KEY}"),
            "it goes to nobody, being a key of TLS alone",
        ),
        (
            (f"tls: {KEY}", "{env: MOVED_P}"),
            ("timeout: 30s", "{env: TLS_KEY}"),
            "it goes to nobody, being a key of TLS alone",
        ),
        (("timeout: 30s", "{env: MOVED_P}"), (f"tls: {KEY}", "{env: MOVED_P}"), ""),
        ((f"tls: {KEY}", "{env: MOVED_P}"), (f"tls: {KEY.replace('own', 'new')}", "{env: MOVED_P}"), ""),
    ],
)
def test_a_key_of_tls_is_sent_to_nobody(
    base: tuple[str, str], change: tuple[str, str], where: str, repository: Any, cli: Cli
) -> None:
    def text(words: tuple[str, str]) -> str:
        return TRUSTED.replace("tls: {ca_file: ca.pem}", words[0]).replace("{env: MOVED_P}", words[1])

    repository.commit("start", {"own.pem": "x\n", "new.pem": "x\n", "mailspec.yml": text(base)})
    repository.commit("change", {"mailspec.yml": text(change)})
    ran = cli("validate", "--base", "HEAD~1", cwd=repository.folder)
    assert ran.out.count("MS806") == bool(where), ran.out + ran.err
    assert where in ran.out


def test_a_secret_of_what_is_absent_is_the_bases(repository: Any, cli: Cli) -> None:
    login = "auth: {username: o@acme.example, password: {env: OLD}}"
    old = "  - {name: Old, state: %s, host: old.acme.example, port: 465, from: o@acme.example, " + login + "}\n"
    text = TRUSTED.replace("    tls: {ca_file: ca.pem}\n", "")
    repository.commit("start", {"mailspec.yml": text + old % "absent"})
    repository.commit("taken", {"mailspec.yml": text.replace("{env: MOVED_P}", "{env: OLD}") + old % "absent"})
    ran = cli("validate", "--base", "HEAD~1", cwd=repository.folder)
    assert (ran.code, "it goes to old.acme.example alone" in ran.out) == (1, True), ran.out + ran.err
    repository.commit("start again", {"mailspec.yml": text + old % "absent"})
    repository.commit("back", {"mailspec.yml": text + old % "inactive"})
    assert "MS806" not in cli("validate", "--base", "HEAD~1", cwd=repository.folder).out
