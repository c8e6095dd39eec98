"""MS806 in every command that sends a secret: a move is refused, and approved by ``--allow secret-move=`` alone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Cli = Callable[..., Any]
SPEC = """\
version: 1
instance: {{id: acme}}
configurations:
  - name: Main
    state: active
    host: {host}
    port: 9
    security: none
    auth: {{username: hub@acme.example, password: {{env: MOVED_P}}}}
  - {{name: Other, state: inactive, host: {other}, port: 9, security: none, {auth}}}
targets:
  - {{name: app, type: env_file, path: ../app.env}}
"""
AUTH = "auth: {username: hub@acme.example, password: {env: MOVED_P}}"
ALLOW = ("--allow", "secret-move=env:MOVED_P")
ACTING: tuple[tuple[str, ...], ...] = (
    ("plan",),
    ("apply", "--auto-approve", "--no-test"),
    ("apply", "--check"),
    ("test", "--to", "a@acme.example"),
    ("test", "Other", "--to", "a@acme.example"),
    ("probe",),
    ("probe", "Other"),
    ("rollback", "--auto-approve", "--no-test"),
    ("drift",),
    ("status",),
    ("validate",),
)


def spec(host: str = "127.0.0.1", other: str = "127.0.0.1", auth: str = "auth: {method: none}") -> str:
    return SPEC.format(host=host, other=other, auth=auth)


@pytest.fixture
def moved(repository: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("MOVED_P", "Sup3rS3cretValue")
    monkeypatch.setenv("MAILSPEC_STATE_URL", f"sqlite:///{repository.folder.parent}/state.sqlite")
    repository.commit("start", {"mailspec.yml": spec()})
    # Two configurations send it to the new place; one finding tells it, whoever of them is tried.
    repository.commit("move", {"mailspec.yml": spec("127.0.0.2", "127.0.0.2", AUTH)})
    return repository


@pytest.mark.parametrize("command", ACTING, ids=" ".join)
def test_a_secret_that_moves_is_refused(command: tuple[str, ...], moved: Any, cli: Cli) -> None:
    ran = cli(*command, "--base", "HEAD~1", cwd=moved.folder)
    assert ran.code == 1, ran.out + ran.err
    assert "MS806" in ran.out + ran.err
    assert "would go to 127.0.0.2" in ran.out + ran.err


@pytest.mark.parametrize("command", ACTING, ids=" ".join)
def test_a_move_that_is_approved_goes_on(command: tuple[str, ...], moved: Any, cli: Cli) -> None:
    ran = cli(*command, "--base", "HEAD~1", *ALLOW, cwd=moved.folder)
    assert "MS806" not in ran.out + ran.err
    if command[0] in ("test", "probe", "apply") and "--check" not in command:
        assert "failed" in ran.out + ran.err, "it asked the server, which is not there"


@pytest.mark.parametrize("command", ACTING, ids=" ".join)
def test_approving_another_policy_approves_no_move(command: tuple[str, ...], moved: Any, cli: Cli) -> None:
    ran = cli(*command, "--base", "HEAD~1", "--allow-policy-change", cwd=moved.folder)
    assert (ran.code, "MS806" in ran.out + ran.err) == (1, True)


@pytest.mark.parametrize("command", ACTING, ids=" ".join)
def test_another_secret_that_is_allowed_to_move_allows_not_this_one(
    command: tuple[str, ...], moved: Any, cli: Cli
) -> None:
    ran = cli(*command, "--base", "HEAD~1", "--allow", "secret-move=env:OTHER", cwd=moved.folder)
    assert (ran.code, "MS806" in ran.out + ran.err) == (1, True)


def test_each_environment_that_moves_it_is_reported(repository: Any, cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MOVED_P", "Sup3rS3cretValue")
    repository.commit("start", {"mailspec.yml": spec()})
    overlay = "kind: production\nconfigurations: [{name: Main, host: 127.0.0.2}]\n"
    repository.commit("move", {"environments/a.yml": overlay, "environments/b.yml": overlay})
    for environment in ("a", "b"):
        ran = cli("probe", "-E", environment, "--base", "HEAD~1", cwd=repository.folder)
        assert (ran.code, "MS806" in ran.out + ran.err) == (1, True)
        assert "goes to 127.0.0.2" in cli("diff", "HEAD~1", "-E", environment, cwd=repository.folder).out
    # What is applied there would be the base of the next change, its environments included.
    assert "MS806" in cli("plan", "-E", "base", "--base", "HEAD~1", cwd=repository.folder).out


@pytest.fixture
def applied(repository: Any, cli: Cli, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The state knows two applies: the secret went to 127.0.0.1, then by an approval to 127.0.0.2."""
    monkeypatch.setattr("mailspec.workflow.apply.applying.checks", lambda *_args: [list])
    monkeypatch.setenv("MOVED_P", "Sup3rS3cretValue")
    monkeypatch.setenv("MAILSPEC_STATE_URL", f"sqlite:///{repository.folder.parent}/state.sqlite")
    for host in ("127.0.0.1", "127.0.0.2"):
        repository.commit("change", {"mailspec.yml": spec(host)})
        assert cli("apply", "--auto-approve", "--no-test", cwd=repository.folder).code == 0
    return repository


def test_a_rollback_that_sends_it_where_it_went_before_asks(applied: Any, cli: Cli) -> None:
    path = Path(applied.folder.parent / "app.env")
    ran = cli("rollback", "--auto-approve", "--no-test", "--base", "@applied", cwd=applied.folder)
    assert ran.code == 1, ran.out + ran.err
    assert (
        "(env MOVED_P) would go to 127.0.0.1:9, unencrypted; "
        "before going back it goes to 127.0.0.2:9, unencrypted alone"
    ) in ran.out + ran.err
    assert "127.0.0.2" in path.read_text()
    ran = cli("rollback", "--auto-approve", "--no-test", "--base", "@applied", *ALLOW, cwd=applied.folder)
    assert ran.code == 0, ran.out + ran.err
    assert "127.0.0.1" in path.read_text()


@pytest.mark.parametrize("command", [("plan",), ("apply", "--check"), ("drift",), ("rollback", "--auto-approve")])
def test_applied_is_the_base_also_where_the_policy_may_change(command: tuple[str, ...], applied: Any, cli: Cli) -> None:
    applied.commit("move", {"mailspec.yml": spec("127.0.0.3")})
    ran = cli(*command, "--base", "@applied", "--allow-policy-change", cwd=applied.folder)
    assert (ran.code, "MS806" in ran.out + ran.err) == (1, True)
    assert "127.0.0.3" not in Path(applied.folder.parent / "app.env").read_text()


def test_a_first_apply_that_somebody_approves_has_no_base(repository: Any, cli: Cli) -> None:
    repository.commit("start", {"mailspec.yml": spec()})
    words = ("plan", "--base", "@applied")
    assert cli(*words, cwd=repository.folder).code == 5
    assert cli(*words, "--allow-policy-change", cwd=repository.folder).code == 0


@pytest.mark.parametrize("command", [("test", "--to", "a@acme.example"), ("probe",), ("validate",)])
def test_who_reads_no_state_knows_no_applied(command: tuple[str, ...], moved: Any, cli: Cli) -> None:
    for more in ((), ("--allow-policy-change",)):
        ran = cli(*command, "--base", "@applied", *more, cwd=moved.folder)
        assert ran.code == 2
        assert "asks the state" in ran.err


TOKEN = """\
version: 1
instance: {id: acme}
configurations:
  - name: Main
    state: active
    host: %s
    port: 587
    security: starttls
    from: hub@acme.example
    auth: {method: xoauth2, username: hub@acme.example,
           oauth: {client_id: abc, issuer: 'https://login.acme.example', %s}}
"""
APPLICATION = "grant: client_credentials, scopes: [mail]"


@pytest.mark.parametrize(
    ("oauth", "named", "word"),
    [
        (
            f"{APPLICATION}, client_secret: {{env: ACME_CS}}",
            "access token that is got with the secret (env ACME_CS)",
            "env:ACME_CS",
        ),
        (
            f"{APPLICATION}, client_assertion: {{env: ACME_CA}}",
            "access token that is got with the secret (env ACME_CA)",
            "env:ACME_CA",
        ),
        ("scopes: [mail]", "access token of the stored sign-in of hub@acme.example", "sign-in:hub@acme.example"),
    ],
    ids=["client secret", "client assertion", "stored sign-in"],
)
@pytest.mark.parametrize("command", ["validate", "plan", "probe", "diff"])
def test_an_access_token_that_another_server_would_get_is_reported(
    command: str, oauth: str, named: str, word: str, repository: Any, cli: Cli
) -> None:
    repository.commit("start", {"mailspec.yml": TOKEN % ("mail.acme.example", oauth)})
    repository.commit("move", {"mailspec.yml": TOKEN % ("mail2.acme.example", oauth)})
    if command == "diff":
        ran = cli("diff", "HEAD~1...HEAD", cwd=repository.folder)
        assert f"the {named} goes to mail2.acme.example, and not to mail.acme.example alone" in ran.out, ran.out
        return
    ran = cli(command, "--base", "HEAD~1", cwd=repository.folder)
    assert (ran.code, f"The {named} would go to mail2.acme.example" in ran.out + ran.err) == (1, True), ran.out
    if command == "validate":
        assert cli("validate", "--base", "HEAD~1", "--allow", f"secret-move={word}", cwd=repository.folder).code == 0


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("scopes: [mail]", "account: HUB@acme.example, scopes: [mail]"),
        ("scopes: [mail]", "account: hub@acme.example, grant: device_code"),
        (
            f"{APPLICATION}, client_secret: {{file: /run/s/hub}}",
            f"{APPLICATION}, client_secret: {{file: /run/s/./hub}}",
        ),
    ],
)
def test_an_access_token_is_known_however_its_sign_in_is_spelled(
    before: str, after: str, repository: Any, cli: Cli
) -> None:
    repository.commit("start", {"mailspec.yml": TOKEN % ("mail.acme.example", before)})
    repository.commit("move", {"mailspec.yml": TOKEN % ("mail2.acme.example", after)})
    assert "MS806" in cli("validate", "--base", "HEAD~1", cwd=repository.folder).out


def test_a_persons_stored_sign_in_is_reported_though_another_person_comes_first(repository: Any, cli: Cli) -> None:
    spec = (TOKEN % ("mail.acme.example", "scopes: [mail]")).replace("active\n", "active\n", 1)
    person = "  - {email: %s@acme.example, mode: smtp, account: {method: xoauth2}}\n"
    account = (
        "general: {users: {mode: smtp, account: {host: %s, port: 587, security: starttls, method: xoauth2,\n"
        "  oauth: {client_id: abc, issuer: 'https://login.acme.example', scopes: [mail]}}}}\n"
    )
    people = "users:\n" + person % "alice" + person % "ben"
    repository.commit("start", {"mailspec.yml": spec + account % "mail.acme.example" + people})
    moved = spec + account % "mail2.acme.example" + "users:\n" + person % "ben"
    repository.commit("move", {"mailspec.yml": moved})
    assert "MS806" in cli("validate", "--base", "HEAD~1", cwd=repository.folder).out


def test_another_cloud_is_another_place(repository: Any, cli: Cli) -> None:
    spec = SPEC.split("configurations:")[0].replace("{{", "{").replace("}}", "}") + (
        "configurations:\n  - {name: Main, state: active, mode: office365, %s"
        "auth: {username: hub@acme.example, oauth: {token: {env: ACME_T}}}}\n"
    )
    repository.commit("start", {"mailspec.yml": spec % ""})
    repository.commit("named", {"mailspec.yml": spec % "provider: microsoft365, "})
    assert "MS806" not in cli("validate", "--base", "HEAD~1", cwd=repository.folder).out
    repository.commit("move", {"mailspec.yml": spec % "provider: microsoft365_china, "})
    ran = cli("validate", "--base", "HEAD~1", cwd=repository.folder)
    assert "MS806" in ran.out, ran.out + ran.err


@pytest.mark.parametrize(
    "after",
    [
        TOKEN % ("mail.acme.example", "scopes: [other]"),
        (TOKEN % ("mail2.acme.example", "scopes: [mail]")).replace("username: hub@", "username: new@"),
        (TOKEN % ("mail2.acme.example", "scopes: [mail]")).replace("login.acme", "login2.acme"),
        TOKEN % ("mail2.acme.example", f"{APPLICATION}, client_secret: {{env: ACME_NEW}}"),
    ],
    ids=["other scopes", "another account", "another issuer", "a secret of its own"],
)
def test_an_access_token_of_another_sign_in_has_not_moved(after: str, repository: Any, cli: Cli) -> None:
    repository.commit("start", {"mailspec.yml": TOKEN % ("mail.acme.example", "scopes: [mail]")})
    repository.commit("change", {"mailspec.yml": after})
    assert "MS806" not in cli("validate", "--base", "HEAD~1", cwd=repository.folder).out


ADDRESSED = """\
version: 1
instance: {{id: acme}}
configurations:
  - {{name: Main, state: active, host: {host}, port: {port}, security: {security}, from: hub@acme.example,
     auth: {{username: hub@acme.example, password: {{env: ACME_P}}}}}}
"""


def addressed(address: str) -> str:
    host, _, port = address.rpartition(":")
    return ADDRESSED.format(host=f"'{host}'", port=port, security="tls" if port == "465" else "starttls")


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("mail.acme.example:587", "mail.acme.example:8025", "to mail.acme.example:8025; before this change it goes to"),
        ("mail.acme.example:8025", "mail.acme.example:8026", "before this change it goes to mail.acme.example:8025"),
        ("mail.acme.example:8025", "mail.acme.example:587", "would go to mail.acme.example; before this change it"),
        ("mail.acme.example:587", "mail.acme.example:993", "would go to mail.acme.example:993"),
        ("mail.acme.example:587", "mail2.acme.example:587", "would go to mail2.acme.example; before"),
        # Every user of this machine can open 2525.
        ("localhost:587", "localhost:2525", "would go to localhost:2525"),
        ("127.0.0.1:25", "127.0.0.1:2525", "would go to 127.0.0.1:2525"),
        ("::1:25", "::1:2526", "would go to [::1]:2526"),
    ],
)
def test_another_port_of_the_host_is_another_place(
    before: str, after: str, told: str, repository: Any, cli: Cli
) -> None:
    repository.commit("start", {"mailspec.yml": addressed(before)})
    repository.commit("move", {"mailspec.yml": addressed(after)})
    ran = cli("validate", "--base", "HEAD~1", cwd=repository.folder)
    assert (ran.code, told in ran.out) == (1, True), ran.out
    assert "secret (env ACME_P) goes to" in cli("diff", "HEAD~1...HEAD", cwd=repository.folder).out


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("mail.acme.example:587", "mail.acme.example:465"),
        ("mail.acme.example:25", "MAIL.acme.example.:587"),
        ("mail.acme.example:587", "mail.acme.example:2525"),
        ("127.0.0.1:25", "127.0.0.1:587"),
        ("mail.acme.example:8025", "Mail.Acme.Example:8025"),
        ("post.bücher.example:8025", "post.xn--bcher-kva.example:8025"),
        ("post.xn--bcher-kva.example:587", "post.ｂücher.example:465"),
    ],
)
def test_the_ports_of_one_mail_service_are_one_place(before: str, after: str, repository: Any, cli: Cli) -> None:
    repository.commit("start", {"mailspec.yml": addressed(before)})
    repository.commit("same", {"mailspec.yml": addressed(after)})
    assert "MS806" not in cli("validate", "--base", "HEAD~1", cwd=repository.folder).out


WRITING = {
    "a certificate": "{name: app, type: sealed_secret, path: ../app.yml, resource: mail, certificate: %s}",
    "a template": "{name: app, type: export, path: ../app.txt, template: %s, secrets: values}",
}


@pytest.mark.parametrize("way", WRITING)
def test_a_rollback_that_writes_it_out_for_others_asks(
    way: str, repository: Any, cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mailspec.workflow.apply.applying.checks", lambda *_args: [list])
    monkeypatch.setattr("mailspec.targets.documents.sealing.seal", lambda _value, _label, certificate: certificate)
    monkeypatch.setenv("MOVED_P", "Sup3rS3cretValue")
    monkeypatch.setenv("MAILSPEC_STATE_URL", f"sqlite:///{repository.folder.parent}/state.sqlite")
    front = spec().partition("targets:")[0]
    template = "host=%s\npassword={{ configurations[0].auth.password }}\n"
    files = {name: template % f"{name}.acme.example" for name in ("old", "new")}
    for name in ("old", "new"):
        text = front.replace("hub@", f"{name}@")
        repository.commit("change", {**files, "mailspec.yml": f"{text}targets:\n  - {WRITING[way] % name}\n"})
        ran = cli("apply", "--auto-approve", "--no-test", cwd=repository.folder)
        assert ran.code == 0, ran.out + ran.err
    limits = repository.folder.parent / "limits.yml"
    limits.write_text("version: 1\ntarget_paths: ['/**']\n")
    command = ("rollback", "--auto-approve", "--no-test", "--base", "HEAD", "--limits", str(limits))
    ran = cli(*command, cwd=repository.folder)
    said = "the owner of old (SHA-256 " if way == "a certificate" else "what ../app.txt names in that entry"
    assert (ran.code, f"(env MOVED_P) would go to {said}" in ran.out + ran.err) == (1, True), ran.out + ran.err
    ran = cli(*command, *ALLOW, cwd=repository.folder)
    assert ran.code == 0, ran.out + ran.err
