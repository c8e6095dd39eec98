"""login, logout, status, test, probe and apply with tokens: the commands as people run them."""

from __future__ import annotations

import json
import os
import pty
import re
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from mailspec.outcome.secret import Secret
from mailspec.signin.source import _TOO_YOUNG, ApplicationToken
from tests.support.commands import closed

pytestmark = pytest.mark.service("token_mail")
SCHEMAS = Path(__file__).parents[2] / "schemas" / "output"
HEAD = "version: 1\ninstance: {id: acme, name: Acme}\npolicy: {test_recipients: [bob@acme.example]}\n"


class Project:
    def __init__(self, folder: Path, issuer: Any, mail: Any, environ: dict[str, str], cli: Callable[..., Any]) -> None:
        self.folder, self.issuer, self.mail, self.cli = folder, issuer, mail, cli
        self.environ = {**os.environ, **environ, "HOME": str(folder.parent / "home"), "NO_COLOR": "1"}
        for name in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER"):
            self.environ.pop(name, None)

    def write(self, oauth: str, method: str = "xoauth2", more: str = "") -> None:
        self.folder.joinpath("mailspec.yml").write_text(
            f"{HEAD}configurations:\n  - name: Main\n    host: localhost\n    port: {self.mail.ports['starttls']}\n"
            f"    security: starttls\n    tls: {{ca_file: {self.mail.ca_file}}}\n    timeout: 10s\n"
            f"    auth:\n      method: {method}\n      username: alice@acme.example\n      oauth: {oauth}\n{more}"
        )

    def run(self, *words: str, code: int | None = 0, process: bool = False) -> subprocess.CompletedProcess[str]:
        """Run in this process, which takes a tenth of the time, or as one of its own; without a terminal."""
        if process:
            done = subprocess.run(
                [sys.executable, "-m", "mailspec", *words],
                cwd=self.folder,
                env=self.environ,
                capture_output=True,
                text=True,
                stdin=subprocess.DEVNULL,
                timeout=120,
            )
        else:
            ran = self.cli(*words, cwd=self.folder, env=self.environ)
            done = subprocess.CompletedProcess(words, ran.code, ran.out, ran.err)
        assert code is None or done.returncode == code, (done.returncode, done.stdout, done.stderr)
        if words[-2:] == ("--format", "json") and done.stdout:
            schema = "test" if words[0] == "probe" else words[0]
            published = json.loads((SCHEMAS / f"{schema}.json").read_text())
            # What these commands say is all in their schemas.
            exact = closed(published) if schema in ("login", "logout", "status") else published
            jsonschema.validate(json.loads(done.stdout), exact)
        return done

    def at_terminal(self, *words: str, answer: Callable[[str], str | None]) -> tuple[int, str]:
        """Run at a pseudo-terminal; ``answer`` gets all that was printed and returns what is typed next."""
        pid, terminal = pty.fork()
        if pid == 0:
            # A suite that runs in the background of a shell has SIGINT ignored, and so would its children.
            signal.signal(signal.SIGINT, signal.SIG_DFL)
            os.chdir(self.folder)
            os.execve(sys.executable, [sys.executable, "-m", "mailspec", *words], self.environ)
        shown, until = "", time.monotonic() + 60
        while time.monotonic() < until:
            if select.select([terminal], [], [], 0.1)[0]:
                try:
                    data = os.read(terminal, 65536)
                except OSError:
                    break
                if not data:
                    break
                shown += data.decode("utf-8", "replace")
            typed = answer(shown)
            if typed is not None:
                os.write(terminal, typed.encode())
        os.close(terminal)
        return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), shown

    def stored(self) -> dict[str, str]:
        """Every secret of the stored sign-in, read with the key as mailspec does."""
        from cryptography.fernet import Fernet

        (path,) = Path(self.environ["XDG_STATE_HOME"], "mailspec", "signin").glob("*.signin")
        key = Path(self.environ["MAILSPEC_SIGNIN_KEY"].removeprefix("file:")).read_text().strip()
        found = json.loads(Fernet(key.replace("+", "-").replace("/", "_")).decrypt(path.read_bytes()))["record"]
        return {"access": found["access"], "refresh": found["refresh"]}

    def sign_in(self, *words: str, user: str = "alice") -> tuple[int, str]:
        done: list[str] = []

        def enter(shown: str) -> None:
            found = re.search(r"Open (https://\S+) on any device and enter the code (\S+)", shown)
            if found and not done:
                done.append(self.issuer.sign_in(f"{found[1]}?user_code={found[2]}", user))

        return self.at_terminal("login", "--device", *words, answer=enter)


@pytest.fixture
def project(
    tmp_path: Path, issuer: Any, token_mail: Any, state_home: Callable[[], dict[str, str]], cli: Callable[..., Any]
) -> Project:
    folder = tmp_path / "project"
    folder.mkdir()
    return Project(folder, issuer, token_mail, state_home(), cli)


def person_oauth(issuer: Any, **changes: str) -> str:
    words = {"issuer": issuer.url, "client_id": "cli", "scopes": "[SMTP.Send]", **changes}
    return "{" + ", ".join(f"{name}: {value}" for name, value in words.items()) + "}"


@pytest.mark.parametrize("method", ["xoauth2", "oauthbearer"])
def test_a_token_from_elsewhere_probes_tests_and_applies(project: Project, issuer: Any, method: str) -> None:
    client = issuer.client(client_id="svc", grant="client_credentials", secret=lambda: Secret("svc-s3cret"))
    token = ApplicationToken(client).get()
    assert isinstance(token, Secret)
    held = project.folder.parent / "token"
    held.write_text(token.reveal())
    held.chmod(0o600)
    project.write("{token: {command: [cat, " + str(held) + "]}}", method)
    project.run("probe")
    assert "sent" in project.run("test").stdout
    project.run("apply", "--auto-approve")
    assert "Main" in project.run("status").stdout
    for done in (project.run("test", "-v", "--format", "json"), project.run("apply", "--auto-approve")):
        assert token.reveal() not in done.stdout + done.stderr


def test_an_application_with_a_secret_tests(project: Project, issuer: Any) -> None:
    project.environ["CLIENT_SECRET"] = "svc-s3cret"
    secret = {"client_id": "svc", "client_secret": "{env: CLIENT_SECRET}", "grant": "client_credentials"}
    project.write(person_oauth(issuer, **secret))
    found = json.loads(project.run("test", "--format", "json").stdout)
    assert found[0]["status"] == "sent"
    project.environ["CLIENT_SECRET"] = "wrong-s3cret"
    done = project.run("test", "--format", "json", code=1)
    assert (json.loads(done.stdout)[0]["stage"], json.loads(done.stdout)[0]["detail"]) == ("sign_in", "client")
    assert "wrong-s3cret" not in done.stdout + done.stderr


def test_login_test_status_and_logout(project: Project, issuer: Any) -> None:
    project.write(person_oauth(issuer))
    before = project.run("test", "--format", "json", code=1)
    assert "Non-Authenticated" in before.stdout
    assert "Non-Authenticated" in project.run("status", code=None).stdout
    code, shown = project.sign_in("--format", "json")
    assert code == 0, shown
    printed = json.loads(shown[shown.index("{") :])
    jsonschema.validate(printed, json.loads((SCHEMAS / "login.json").read_text()))
    assert printed["state"] == "authenticated"
    code, shown = project.sign_in()
    assert code == 0, shown
    assert "Main: Authenticated as alice@acme.example" in shown
    assert issuer.url in shown
    assert json.loads(project.run("test", "--format", "json").stdout)[0]["status"] == "sent"
    (entry,) = json.loads(project.run("status", "--format", "json").stdout)["sign_ins"]
    assert (entry["state"], entry["status"], entry["account"]) == (
        "authenticated",
        "Authenticated",
        "alice@acme.example",
    )
    assert entry["since"]
    assert entry["proven"]
    secrets = project.stored()
    texts = [shown, *(project.run(*words, code=None).stdout for words in (("status",), ("test", "-v"), ("plan",)))]
    files = [path for path in project.folder.parent.rglob("*") if path.is_file()]
    for secret in secrets.values():
        assert all(secret not in text for text in texts)
        assert all(secret.encode() not in path.read_bytes() for path in files)
    assert json.loads(project.run("logout", "--format", "json").stdout) == {
        "version": 1,
        "signed_out": True,
        "revoked": True,
    }
    assert not issuer.introspect(secrets["refresh"])["active"]
    assert "Nobody was signed in" in project.run("logout").stdout


def test_a_withdrawn_sign_in_is_in_status_and_ends_with_one(project: Project, issuer: Any) -> None:
    project.write(person_oauth(issuer))
    assert project.sign_in()[0] == 0
    issuer.revoke(project.stored()["refresh"])
    # A token that was issued a moment ago is not renewed when it is refused.
    time.sleep(_TOO_YOUNG + 0.2)
    done = json.loads(project.run("test", "--format", "json", code=1).stdout)
    assert (done[0]["category"], done[0]["detail"]) == ("auth_failed", "token")
    asked = issuer.control()["asked"]
    project.run("test", code=1)
    assert issuer.control()["asked"] == asked
    status = project.run("status", "--format", "json", code=1)
    (entry,) = json.loads(status.stdout)["sign_ins"]
    assert (entry["state"], entry["status"], entry["who"]) == ("signed_out", "Non-Authenticated", "person")


def test_another_issuer_in_the_files_gets_nothing(project: Project, issuer: Any) -> None:
    project.write(person_oauth(issuer))
    assert project.sign_in()[0] == 0
    project.write(person_oauth(issuer, client_id="other"))
    asked = issuer.control()["asked"]
    project.run("test", code=1)
    assert issuer.control()["asked"] == asked
    assert "issuer_changed" in project.run("status", code=1).stdout


def test_somebody_else_is_refused(project: Project, issuer: Any) -> None:
    project.write(person_oauth(issuer))
    code, shown = project.sign_in(user="bob")
    assert code == 1, shown
    assert "bob@acme.example has signed in" in shown
    assert not list(Path(project.environ["XDG_STATE_HOME"]).rglob("*.signin"))


def test_pasting_the_address(project: Project, issuer: Any) -> None:
    project.write(person_oauth(issuer))
    typed: list[str] = []

    def paste(shown: str) -> str | None:
        page = re.search(r"Open this page and sign in: (https://\S+)", shown)
        if page and "fails to load" in shown and not typed:
            typed.append(issuer.sign_in(page[1]))
            return f"{typed[0]}\n"
        return None

    code, shown = project.at_terminal("login", "--paste", answer=paste)
    assert code == 0, shown
    assert "code=" not in shown.replace("code_challenge", "")


def test_without_a_terminal_or_display_nothing_waits(project: Project, issuer: Any) -> None:
    project.write(person_oauth(issuer))
    for words in ((), ("--device",), ("--paste",)):
        done = project.run("login", *words, code=5, process=True)
        assert "no terminal" in done.stderr
    code, shown = project.at_terminal("login", answer=lambda _shown: None)
    assert code == 5
    assert "--paste" in shown
    assert "--device" in shown


def test_an_interrupted_login_stores_nothing(project: Project, issuer: Any) -> None:
    project.write(person_oauth(issuer))
    typed: list[str] = []

    def interrupt(shown: str) -> str | None:
        if "enter the code" in shown and not typed:
            typed.append("x")
            return "\x03"
        return None

    code, shown = project.at_terminal("login", "--device", answer=interrupt)
    assert code == 130, shown
    assert "Traceback" not in shown
    assert not list(Path(project.environ["XDG_STATE_HOME"]).rglob("*.signin"))


def test_what_nobody_has_proven_is_applied_only_by_name_and_is_called_so(project: Project, issuer: Any) -> None:
    project.write(person_oauth(issuer))
    refused = project.run("apply", "--auto-approve", code=5)
    assert "nobody has proven that Main can send" in refused.stderr
    assert "--allow unproven=Main" in refused.stderr
    assert "mailspec login" in refused.stderr
    assert project.run("apply", "--auto-approve", "--allow", "unproven=Other", code=5).stderr == refused.stderr
    assert project.run("apply", "--auto-approve", "--no-test", code=5).stderr == refused.stderr
    assert "Main" not in project.run("history", code=None).stdout
    allowed = project.run("apply", "--auto-approve", "--allow", "unproven=Main", "--format", "json")
    recap = json.loads(allowed.stdout)
    assert any(note.startswith("not proven: Main") for note in recap["notes"])
    assert {entry["proven"] for entry in recap["tests"]} == {"nothing"}


def test_with_a_sign_in_it_is_activated(project: Project, issuer: Any) -> None:
    project.write(person_oauth(issuer))
    assert project.sign_in()[0] == 0
    done = project.run("apply", "--auto-approve", "--format", "json")
    recap = json.loads(done.stdout)
    assert [entry["proven"] for entry in recap["tests"]] == ["sender", "accepted"]
    assert not any("not proven" in note for note in recap["notes"])


def test_a_saved_plan_carries_what_was_allowed(project: Project, issuer: Any) -> None:
    project.write(person_oauth(issuer))
    project.run("plan", "--out", "plan.json", "--allow", "unproven=Main", code=None)
    project.run("apply", "plan.json", "--auto-approve")


def test_an_issuer_outside_the_limits_is_not_connected_to(project: Project) -> None:
    project.write("{issuer: https://issuer.invalid, client_id: cli, scopes: [x]}")
    limits = project.folder.parent / "limits.yml"
    limits.write_text('version: 1\nhosts: ["localhost"]\n')
    for words in (("test",), ("login", "--device"), ("apply", "--auto-approve")):
        done = project.run(*words, "--limits", str(limits), code=5)
        assert "issuer.invalid" in done.stderr


@pytest.mark.parametrize("provider", ["microsoft", "google", "oidc"])
def test_setup_prints_the_steps_with_the_addresses(project: Project, issuer: Any, provider: str) -> None:
    project.write(person_oauth(issuer))
    steps = json.loads(project.run("login", "--setup", provider, "--format", "json").stdout)["steps"]
    assert "alice@acme.example" in steps
