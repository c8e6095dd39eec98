"""msmtp with the file that mailspec writes: an account a sender, each TLS mode, refusals, off, one person's file."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tools.targets.record import proving

PASSWORD = 's3cret pa$$#"w'
pytestmark = [pytest.mark.filterwarnings("ignore:Requiring AUTH")]


@pytest.fixture
def send(lack: Callable[[str], Any], program: Callable[..., Any]) -> Callable[..., Any]:
    if shutil.which("msmtp") is None:
        lack("msmtp is not installed: run tools/services/mailers.sh as root")

    def send(file: Path, sender: str) -> Any:
        text = f"From: <{sender}>\nTo: <bob@outside.example>\nSubject: test\n\nText.\n"
        return program("msmtp", "-C", file, "--read-envelope-from", "bob@outside.example", text=text)

    return send


def spec_of(ports: dict[str, tuple[int, str]], sinks: Any, path: Path, more: str = "", state: str = "active") -> str:
    configurations = ""
    for index, (name, (port, security)) in enumerate(ports.items()):
        tls = "" if security == "none" else f", tls: {{ca_file: {sinks.ca_file}}}"
        auth = "" if name == "bare" else f", auth: {{username: {name}, password: {{env: ACME_PASSWORD}}}}"
        configurations += (
            f"  - {{name: {name}, state: {state if not index else 'inactive'}, host: localhost, port: {port}, "
            f"security: {security}, from: {name}@acme.example{auth}{tls}}}\n"
        )
    first = next(iter(ports))
    general = f"{{mode: smtp, configuration: {first}, account: {{password: {{env: ACME_PASSWORD}}}}}}"
    users = f"general: {{users: {general}}}\nusers: [{{email: alice@acme.example}}]\n"
    target = f"targets:\n  - {{name: mailer, type: msmtp, path: {path}{more}}}\n"
    return f"version: 1\ninstance: {{id: acme, name: Acme}}\nconfigurations:\n{configurations}{users}{target}"


def test_each_sender_has_an_account_of_its_own(send: Any, sinks: Any, project: Any, tmp_path: Path) -> None:
    running = {kind: sinks.start(kind) for kind in ("starttls", "tls", "auth", "plain")}
    ports = {
        "first": (running["starttls"].port, "starttls"),
        "wrapped": (running["tls"].port, "tls"),
        "clear": (running["auth"].port, "none"),
        "bare": (running["plain"].port, "none"),
    }
    file = tmp_path / "msmtprc"
    spec = spec_of(ports, sinks, file)
    project(spec, "apply", "--auto-approve", "--no-test")
    assert file.stat().st_mode & 0o777 == 0o600
    for sender, kind, user, password, feature in (
        ("first", "starttls", "first", PASSWORD, "starttls"),
        ("wrapped", "tls", "wrapped", PASSWORD, "implicit"),
        ("clear", "auth", "clear", PASSWORD, "clear_sign_in"),
        ("bare", "plain", None, None, "no_tls"),
        ("alice", "starttls", "alice@acme.example", PASSWORD, "a person's own login"),
        ("nobody", "starttls", "first", PASSWORD, "an undeclared sender by the default"),
    ):
        with proving("msmtp", feature, "the program itself") as says:
            running[kind].messages.clear()
            sent = send(file, f"{sender}@acme.example")
            assert sent.returncode == 0, sent.stderr
            (message,) = running[kind].wait()
            assert (message.user, message.password, message.encrypted) == (user, password, kind in ("starttls", "tls"))
            says("sent")
    project(spec, "plan", "--detailed-exitcode")
    with proving("msmtp", "off", "the program itself") as says:
        off = spec.replace("state: active", "state: inactive")
        project(off, "apply", "--auto-approve", "--no-test", "--allow", "off")
        assert send(file, "first@acme.example").returncode != 0
        assert "password" not in file.read_text()
        says("no mail leaves")


@pytest.mark.parametrize(
    ("kind", "security", "options", "feature"),
    [
        ("starttls", "starttls", {"known": False}, "unknown_ca"),
        ("starttls", "starttls", {"name": "other.example"}, "wrong_name"),
        ("auth", "starttls", {}, "no_starttls"),
        ("tls", "tls", {"known": False}, "unknown CA, implicit TLS"),
        ("tls", "tls", {"name": "other.example"}, "wrong name, implicit TLS"),
    ],
)
def test_a_server_that_cannot_be_trusted_gets_no_password(
    send: Any, sinks: Any, untried: Any, tmp_path: Path, kind: str, security: str, options: dict[str, Any], feature: str
) -> None:
    with proving("msmtp", feature, "the program itself") as says:
        good, bad = sinks.start("plain"), sinks.start(kind, **options)
        file = tmp_path / "msmtprc"
        spec = spec_of({"bare": (good.port, "none"), "bad": (bad.port, security)}, sinks, file)
        untried(spec)
        assert send(file, "bad@acme.example").returncode != 0
        assert bad.messages == []
        says("refused")


def test_one_persons_file_has_that_person_alone(send: Any, sinks: Any, project: Any, tmp_path: Path) -> None:
    with proving("msmtp", "a file of one person", "the program itself") as says:
        sink = sinks.start("starttls")
        file = tmp_path / "alice.msmtprc"
        file.write_text("# alice's own\naccount home\nhost home.example\n")
        more = ", person: alice@acme.example, adopt: true, mode: '0600'"
        spec = spec_of({"first": (sink.port, "starttls")}, sinks, file, more)
        project(spec, "apply", "--auto-approve", "--no-test")
        assert send(file, "somebody@acme.example").returncode == 0
        assert sink.wait()[0].user == "alice@acme.example"
        text = file.read_text()
        assert text.startswith(
            "# mailspec instance=acme environment=base\n# alice's own\naccount home\nhost home.example\n"
        )
        assert "first" not in text
        says("sent")


LOCAL = (
    "version: 1\ninstance: {id: acme, name: Acme}\ngeneral: {users: {mode: smtp}}\n"
    "users: [{email: alice@acme.example, mode: other}]\n"
)


def test_msmtp_as_sendmail_sends_for_a_person_of_mode_other(
    sinks: Any, project: Any, tmp_path: Path, lack: Callable[[str], Any]
) -> None:
    found = shutil.which("msmtp")
    if found is None:
        lack("msmtp is not installed: run tools/services/mailers.sh as root")
    places, home = tmp_path / "bin", tmp_path / "home"
    places.mkdir()
    home.mkdir()
    (places / "sendmail").symlink_to(str(found))
    env = {"PATH": f"{places}:/usr/bin:/bin", "HOME": str(home), "DISPLAY": "", "WAYLAND_DISPLAY": "", "MAILER": ""}
    words = ("test", "alice@acme.example", "--local", "--to", "bob@outside.example", "--format", "json")

    (unset,) = project(LOCAL, *words, code=1, env=env).json
    assert (unset["status"], unset["category"], unset["proven"]) == ("failed", "config_invalid", "nothing")

    sink, guarded = sinks.start("plain"), sinks.start("starttls")
    settings = home / ".msmtprc"
    settings.write_text(f"account default\nhost 127.0.0.1\nport {sink.port}\n")
    settings.chmod(0o600)
    (sent,) = project(LOCAL, *words, env=env).json
    assert (sent["status"], sent["proven"]) == ("passed", "handed_over")
    (message,) = sink.wait()
    assert (message.sender, message.recipients) == ("alice@acme.example", ["bob@outside.example"])

    settings.write_text(
        f"account default\nhost localhost\nport {guarded.port}\ntls on\ntls_trust_file {sinks.ca_file}\n"
        "auth plain\nuser x\npasswordeval false\n"
    )
    (refused,) = project(LOCAL, *words, code=1, env=env).json
    assert refused["status"] == "failed"
    assert guarded.messages == []

    (alone,) = project(LOCAL, *[word for word in words if word != "--local"], code=1, env=env).json
    assert (alone["status"], "--local" in alone["advice"]) == ("skipped", True)
