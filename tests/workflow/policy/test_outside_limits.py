"""A run's limits hold wherever a secret is read, also for ``validate --with-secrets`` on a stranger's Spec."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mailspec.workflow.policy.outside_limits import Limits

SPEC = """\
version: 1
configurations:
  - name: Office
    host: mail.acme.example
    auth: {{username: hub@acme.example, password: {{command: [touch, {mark}]}}}}
"""


def test_a_command_that_is_not_allowed_is_not_run(cli: Callable[..., Any], tmp_path: Path) -> None:
    mark = tmp_path / "was-run"
    (tmp_path / "mailspec.yml").write_text(SPEC.format(mark=mark))
    limits = tmp_path / "limits.yml"
    limits.write_text("version: 1\nsecrets: ['env:HUB_*']\n")
    ran = cli("validate", "--with-secrets", cwd=tmp_path, env={"MAILSPEC_LIMITS": str(limits)})
    assert ran.code == 1
    assert "outside what" in ran.out
    assert not mark.exists()
    limits.write_text("version: 1\nsecrets: ['command:touch *']\n")
    cli("validate", "--with-secrets", cwd=tmp_path, env={"MAILSPEC_LIMITS": str(limits)})
    assert mark.exists()


def test_limits_that_cannot_be_used_allow_nothing(cli: Callable[..., Any], tmp_path: Path) -> None:
    mark = tmp_path / "was-run"
    (tmp_path / "mailspec.yml").write_text(SPEC.format(mark=mark))
    cli("validate", "--with-secrets", cwd=tmp_path, env={"MAILSPEC_LIMITS": str(tmp_path / "gone.yml")})
    assert not mark.exists()


@pytest.mark.parametrize("path", ["a\0b.env", "\ud800.env"])
def test_what_is_no_path_is_refused(path: str) -> None:
    for limits in (Limits("limits.yml", target_paths=("*",)), Limits()):
        refusal = limits.target_path(path)
        assert refusal is not None
        assert refusal.rule == "limits-target-paths"


@pytest.mark.parametrize(
    ("target", "patterns", "refused"),
    [
        ("type: export, path: {home}/out/mail.json", ["out/mail.json"], ".mail.json.mailspec-owner"),
        ("type: export, path: {home}/out/mail.json", ["out/*mail.json*"], None),
        ("type: export, path: {home}/out/mail.json", ["out/*"], None),
        ("type: env_file, path: {home}/out/hub.env", ["out/hub.env"], None),
        ("type: env_file, path: {home}/out/hub.env, backup: true", ["out/hub.env"], "hub.env.mailspec-kept"),
        ("type: env_file, path: {home}/out/hub.env, backup: true", ["out/hub.env*"], None),
        ("type: systemd_credential, path: {home}/out/acme", ["out/acme"], ".acme.mailspec-owner"),
    ],
)
def test_what_stays_beside_a_target_is_within_the_limits_as_well(
    target: str, patterns: list[str], refused: str | None, cli: Callable[..., Any], tmp_path: Path
) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "mailspec.yml").write_text(
        "version: 1\ninstance: {id: acme}\nconfigurations:\n  - name: A\n    host: mail.acme.example\n"
        "    auth: {username: hub@acme.example, password: {env: ACME_A}}\n"
        f"targets:\n  - {{name: t, {target.format(home=tmp_path)}}}\n"
    )
    (tmp_path / "limits.yml").write_text(f"version: 1\ntarget_paths: {[f'{tmp_path}/{entry}' for entry in patterns]}\n")
    ran = cli("plan", "--limits", "limits.yml", cwd=tmp_path, env={"ACME_A": "s3cret-of-acme"})
    assert ran.code == (5 if refused else 0), ran.err
    assert not refused or ("limits-target-paths" in ran.err and refused in ran.err)


FORBIDDEN = {
    "port": ("hosts: ['*.acme.example:465', 'mail.acme.example:25']", "limits-hosts"),
    "its port": ("hosts: ['*.acme.example:587']", ""),
    "host": ("hosts: ['*.other.example']", "limits-hosts"),
    "path": ("target_paths: ['/etc/other/*']", "limits-target-paths"),
    "secret": ("secrets: ['env:OTHER_*']", "limits-secrets"),
    "recipient": ("recipients: ['*@other.example']", "limits-recipients"),
    "nothing": ("hosts: ['*.acme.example']", ""),
}
WHOLE = """\
version: 1
instance: {id: acme}
policy: {test_recipients: [postmaster@acme.example]}
configurations:
  - name: A
    host: mail.acme.example
    auth: {username: hub@acme.example, password: {env: ACME_A}}
targets:
  - {name: t, type: env_file, path: /srv/acme/hub.env}
"""


@pytest.mark.parametrize("name", FORBIDDEN)
def test_validate_says_what_an_apply_would_refuse(name: str, cli: Callable[..., Any], tmp_path: Path) -> None:
    words, rule = FORBIDDEN[name]
    (tmp_path / "mailspec.yml").write_text(WHOLE)
    (tmp_path / "limits.yml").write_text(f"version: 1\n{words}\n")
    ran = cli("validate", "--limits", "limits.yml", cwd=tmp_path)
    assert ran.code == (5 if rule else 0), ran.err
    assert not rule or f"Refused ({rule})" in ran.err
    # Offline it gives the same answer everywhere, so that only the option counts.
    assert cli("validate", cwd=tmp_path, env={"MAILSPEC_LIMITS": str(tmp_path / "limits.yml")}).code == 0


def test_validate_looks_at_every_environment(cli: Callable[..., Any], tmp_path: Path) -> None:
    overlay = "environments:\n  staging:\n    configurations: [{name: A, host: mail.evil.example, sandbox: true}]\n"
    overlay += "    targets: [{name: t, path: /srv/acme/staging.env}]\n    kind: test\n"
    (tmp_path / "mailspec.yml").write_text(WHOLE + overlay)
    (tmp_path / "limits.yml").write_text("version: 1\nhosts: ['*.acme.example']\n")
    for option in ((), ("-E", "staging")):
        ran = cli("validate", "--limits", "limits.yml", *option, cwd=tmp_path)
        assert "the host mail.evil.example is outside" in ran.err, ran.out + ran.err


def test_environments_that_are_too_large_together_are_no_clean_run(
    cli: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    places = "".join(
        f"  e{number}:\n    kind: production\n    targets: [{{name: t, path: /srv/acme/e{number}.env}}]\n"
        for number in range(4)
    )
    (tmp_path / "mailspec.yml").write_text(f"{WHOLE}environments:\n{places}")
    (tmp_path / "limits.yml").write_text("version: 1\nhosts: ['*.acme.example']\n")
    assert cli("validate", "--limits", "limits.yml", cwd=tmp_path).code == 0
    monkeypatch.setattr("mailspec.workflow.validate.forbidden._ALL_ENVIRONMENTS", 10)
    ran = cli("validate", "--limits", "limits.yml", cwd=tmp_path)
    assert (ran.code, "the environment 'e0' and 3 more were not compared with the limits" in ran.out) == (1, True)
    assert cli("validate", "--limits", "limits.yml", "-E", "e3", cwd=tmp_path).code == 0


REACHED = {
    "alert": ("delivery: {alert: {to: ops@evil.example}}\n", ()),
    "redirection": (
        "environments:\n  staging:\n    kind: test\n    redirect_to: ops@evil.example\n"
        "    configurations: [{name: A, host: sandbox.acme.example, sandbox: true}]\n"
        "    targets: [{name: t, path: staging.env}]\n",
        ("-E", "staging"),
    ),
}


@pytest.mark.parametrize("name", REACHED)
@pytest.mark.parametrize("command", ["validate", "plan"])
def test_whoever_the_spec_has_mail_sent_to_is_within_the_limits(
    name: str, command: str, cli: Callable[..., Any], tmp_path: Path
) -> None:
    words, option = REACHED[name]
    (tmp_path / "mailspec.yml").write_text(WHOLE.replace("/srv/acme", str(tmp_path)) + words)
    (tmp_path / "limits.yml").write_text("version: 1\nrecipients: ['*@acme.example']\n")
    ran = cli(command, "--limits", "limits.yml", *option, cwd=tmp_path, env={"ACME_A": "s3cret-of-acme"})
    assert ran.code == 5, ran.out + ran.err
    assert "the recipient ops@evil.example is outside" in ran.err


def test_validate_with_limits_that_cannot_be_used_is_a_refusal(cli: Callable[..., Any], tmp_path: Path) -> None:
    (tmp_path / "mailspec.yml").write_text(WHOLE)
    assert cli("validate", "--limits", "gone.yml", cwd=tmp_path).code == 5


@pytest.mark.parametrize(
    ("host", "port", "allowed"),
    [
        ("mail.acme.example", 587, True),
        ("MAIL.acme.example.", 587, True),
        ("mail.acme.example", 6379, False),
        ("mail.acme.example", None, True),
        ("login.acme.example", 8443, True),
        ("::1", 25, True),
        ("::1", 26, False),
        ("mail.evil.example", 587, False),
    ],
)
def test_a_pattern_of_a_host_may_name_its_port(host: str, port: int | None, allowed: bool) -> None:
    limits = Limits("limits.yml", hosts=("mail.acme.example:587", "login.acme.example", "[::1]:25"))
    refusal = limits.host(host, port)
    assert (refusal is None) == allowed
    assert refusal is None or port is None or f"port {port} of the host" in refusal.message or "evil" in host


@pytest.mark.parametrize(("option", "env"), [("", {}), (" ", {}), (None, {"MAILSPEC_LIMITS": ""})])
def test_limits_named_by_an_empty_text_are_wrong_use(
    option: str | None, env: dict[str, str], cli: Callable[..., Any], tmp_path: Path
) -> None:
    (tmp_path / "mailspec.yml").write_text("version: 1\n")
    ran = cli("plan", *([] if option is None else ["--limits", option]), cwd=tmp_path, env=env)
    assert ran.code == 2
    assert ("names no file" if option is None else "An argument is empty") in ran.err


@pytest.mark.parametrize(
    ("command", "pattern", "allowed"),
    [
        (["pass", "show", "mail/x"], "pass show mail/*", True),
        (["pass", "show", "mail/x", "y"], "pass show mail/*", False),
        (["pass", "show"], "pass show *", False),
        (["pass show mail/x"], "pass show mail/*", False),
        (["pass", "show mail/x"], "pass show mail/*", False),
        (["/usr/bin/pass", "show", "mail/x"], "pass show mail/*", False),
        (["./pass", "show", "mail/x"], "*", False),
        (["bin/pass"], "bin/pass", False),
        (["/opt/tools/../evil"], "/opt/tools/*", False),
        (["/opt/tools/get", "a b"], "/opt/tools/get 'a b'", True),
        (["sh"], "'sh", False),
        (["anything", "goes"], "*", True),
        ([], "*", False),
    ],
)
def test_a_command_is_compared_word_by_word(command: list[str], pattern: str, allowed: bool) -> None:
    limits = Limits("limits.yml", secrets=(f"command:{pattern}",), reloads=(pattern,))
    assert (limits.secret({"command": command}, "/project") is None) is allowed
    assert (limits.reload(command) is None) is allowed


def test_a_path_is_compared_where_it_really_is(tmp_path: Path) -> None:
    project, run = tmp_path / "project", tmp_path / "run"
    (project / "secrets").mkdir(parents=True)
    (run / "secrets").mkdir(parents=True)
    (tmp_path / "var-run").symlink_to(run)
    (project / "link").symlink_to(run)
    limits = Limits("limits.yml", secrets=(f"file:{tmp_path}/var-run/secrets/*", "file:secrets/*", f"file:{run}/one"))

    def allowed(path: str) -> bool:
        return limits.secret({"file": path}, str(project)) is None

    assert allowed(f"{tmp_path}/var-run/secrets/x")
    assert allowed(f"{run}/secrets/x")
    assert allowed("secrets/x")
    assert allowed("secrets/../secrets/x")
    assert allowed(f"{run}/one")
    assert not allowed(f"{run}/one/../two")
    assert not allowed("secrets/../x")
    assert not allowed("link/x")
    assert not allowed(f"{run}/secrets/../x")
    assert not allowed("secrets/x\0")


def test_the_projects_own_certificates_may_be_read(tmp_path: Path) -> None:
    limits = Limits("limits.yml", files=("/etc/ssl/certs/*",))
    (tmp_path / "link.pem").symlink_to("/etc/passwd")
    assert limits.other_file("ca.pem", str(tmp_path)) is None
    assert limits.other_file("/etc/ssl/certs/x.pem", str(tmp_path)) is None
    for path in ("../ca.pem", "link.pem", "/etc/passwd", "~/ca.pem"):
        refusal = limits.other_file(path, str(tmp_path))
        assert refusal is not None
        assert refusal.rule == "limits-files"


def test_a_proposed_command_is_refused_where_no_limits_speak_of_secrets() -> None:
    refusal = Limits(proposed=True).secret({"command": ["pass"]}, "/project")
    assert refusal is not None
    assert refusal.rule == "unasked-command"
    assert Limits(proposed=True).secret({"env": "X"}, "/project") is None
    assert Limits("limits.yml", secrets=("command:pass",), proposed=True).secret({"command": ["pass"]}, "/p") is None


CLOUD = "mode: office365, transport: %s, auth: {username: hub@acme.example, oauth: %s}"
APPLICATION = "{client_id: hub, tenant: acme.example, grant: client_credentials, client_secret: {env: ACME_A}}"
GIVEN = "{token: {env: ACME_A}}"


@pytest.mark.parametrize(
    ("account", "hosts", "refused"),
    [
        (CLOUD % ("graph", APPLICATION), ["login.microsoftonline.com:443", "graph.microsoft.com:443"], ""),
        (CLOUD % ("graph", APPLICATION), ["login.microsoftonline.com:443", "graph.microsoft.com:587"], "graph"),
        (CLOUD % ("graph", APPLICATION), ["login.microsoftonline.com:8443", "graph.microsoft.com"], "login"),
        (CLOUD % ("smtp", APPLICATION), ["login.microsoftonline.com:443", "smtp.office365.com:587"], ""),
        (CLOUD % ("smtp", GIVEN), ["smtp.office365.com:587"], ""),
        (CLOUD % ("smtp", GIVEN), ["smtp.office365.com:443"], "smtp"),
        (CLOUD % ("smtp", GIVEN), ["*.acme.example"], "smtp"),
    ],
)
def test_a_cloud_is_held_to_hosts_with_its_ports(
    account: str, hosts: list[str], refused: str, cli: Callable[..., Any], tmp_path: Path
) -> None:
    target = "targets:\n  - {name: t, type: export, path: hub.json}\n"
    main = "version: 1\ninstance: {id: acme}\nconfigurations:\n  - {name: A, from: hub@acme.example, %s}\n%s"
    (tmp_path / "mailspec.yml").write_text(main % (account, target))
    (tmp_path / "limits.yml").write_text(f"version: 1\nhosts: {hosts}\n")
    ran = cli("validate", "--limits", "limits.yml", cwd=tmp_path)
    assert ran.code == (5 if refused else 0), ran.out + ran.err
    assert not refused or f"the host {refused}" in ran.err


SIGN_IN = """\
version: 1
instance: {id: acme}
configurations:
  - name: Office
    state: active
    host: mail.acme.example
    port: 587
    from: %s
    auth:
      method: xoauth2
      username: %s
      oauth: {issuer: "https://login.acme.example", client_id: hub%s}
targets: [{name: app, type: env_file, path: %s}]
"""


@pytest.mark.parametrize(
    ("secrets", "refused"),
    [
        ("secrets: ['env:*']\n", True),
        ("secrets: ['sign-in:bob@acme.example']\n", True),
        ("secrets: []\n", True),
        ("secrets: ['sign-in:*@acme.example']\n", False),
        ("secrets: ['*']\n", False),
        ("hosts: ['*.acme.example']\n", False),
    ],
)
@pytest.mark.parametrize("account", ["", ", account: Alice@acme.example"])
def test_a_stored_sign_in_is_a_secret_that_limits_name(
    cli: Callable[..., Any], tmp_path: Path, secrets: str, refused: bool, account: str
) -> None:
    name = "alice@acme.example" if not account else "shared@acme.example"
    (tmp_path / "mailspec.yml").write_text(SIGN_IN % (name, name, account, tmp_path / "app.env"))
    limits = tmp_path / "limits.yml"
    limits.write_text(f"version: 1\n{secrets}")
    ran = cli("validate", "--limits", str(limits), cwd=tmp_path)
    said = "the stored sign-in sign-in:alice@acme.example is outside" in ran.out + ran.err
    assert (said, ran.code == 5) == (refused, refused), ran.out + ran.err


def test_an_application_uses_no_stored_sign_in(cli: Callable[..., Any], tmp_path: Path) -> None:
    more = ", grant: client_credentials, client_secret: {env: S}, scopes: [s]"
    (tmp_path / "mailspec.yml").write_text(SIGN_IN % ("a@acme.example", "a@acme.example", more, tmp_path / "app.env"))
    limits = tmp_path / "limits.yml"
    limits.write_text("version: 1\nsecrets: ['env:S']\n")
    ran = cli("validate", "--limits", str(limits), cwd=tmp_path)
    assert "sign-in" not in ran.out + ran.err
