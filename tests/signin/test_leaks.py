"""No token, code or key in clear anywhere, over a whole life: sign in, send, renew, refuse, sign out."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.service("token_mail")
HEAD = "version: 1\ninstance: {id: acme, name: Acme}\npolicy: {test_recipients: [bob@acme.example]}\n"
# All that any library says at DEBUG goes to standard error.
LOUD = "import logging, sys; logging.basicConfig(level=1); from mailspec.cli.main import run; sys.exit(run())"


class Watcher(threading.Thread):
    """Keeps every argument and environment of each process of this user that runs meanwhile."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.seen: set[bytes] = set()
        self.done = threading.Event()

    def run(self) -> None:
        while not self.done.wait(0.05):
            for process in Path("/proc").glob("[0-9]*"):
                for name in ("cmdline", "environ"):
                    try:
                        self.seen.add((process / name).read_bytes())
                    except OSError:
                        continue


@pytest.fixture
def watcher() -> Iterator[Watcher]:
    made = Watcher()
    made.start()
    yield made
    made.done.set()
    made.join(5)


def signed_in(issuer: Any, *, microsoft: bool) -> str:
    """Sign in by device code in a process of its own, with all logs; return what it printed."""
    code = (
        "import logging, sys; logging.basicConfig(level=1)\n"
        "from mailspec.signin.client import Client; from mailspec.signin.login import login\n"
        "from mailspec.signin.store import Store\n"
        "class Screen:\n"
        "    def open(self, url): raise AssertionError\n"
        "    def ask(self, prompt): raise AssertionError\n"
        "    def code(self, page, code): print('ENTER', page, code, flush=True)\n"
        f"client = Client({issuer.url!r}, 'short', 'alice@acme.example', ('SMTP.Send',), ca_file={issuer.ca_file!r},\n"
        f"                timeout=10.0, microsoft={microsoft})\n"
        "print(login(client, Store(), 'device', Screen(), seconds=60))\n"
    )
    printed = ""
    with subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, bufsize=1
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            printed += line
            if line.startswith("ENTER"):
                _, page, user_code = line.split()
                issuer.sign_in(f"{page}?user_code={user_code}")
    assert process.wait(60) == 0, printed
    return printed


def opened() -> dict[str, Any]:
    """Return the stored sign-in, opened with its key as mailspec does."""
    from cryptography.fernet import Fernet

    (path,) = Path(os.environ["XDG_STATE_HOME"], "mailspec", "signin").glob("*.signin")
    key = Path(os.environ["MAILSPEC_SIGNIN_KEY"].removeprefix("file:")).read_text().strip()
    found: dict[str, Any] = json.loads(Fernet(key.replace("+", "-").replace("/", "_")).decrypt(path.read_bytes()))
    return dict(found["record"])


@pytest.mark.parametrize("microsoft", [False, True], ids=["oauthlib", "msal"])
def test_nothing_secret_is_in_clear_over_a_whole_life(
    issuer: Any,
    token_mail: Any,
    state_home: Callable[[], dict[str, str]],
    tmp_path: Path,
    watcher: Watcher,
    microsoft: bool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    secrets: set[str] = set()
    outputs: list[str] = []

    def keep() -> None:
        record = opened() if any(tmp_path.rglob("*.signin")) else {}
        secrets.update(record[name] for name in ("access", "refresh") if record.get(name))

    outputs.append(signed_in(issuer, microsoft=microsoft))
    keep()
    project = tmp_path / "project"
    project.mkdir()
    oauth = f"{{issuer: {issuer.url}, client_id: short, scopes: [SMTP.Send]}}"
    (project / "mailspec.yml").write_text(
        f"{HEAD}configurations:\n  - name: Main\n    host: localhost\n    port: {token_mail.ports['starttls']}\n"
        f"    security: starttls\n    tls: {{ca_file: {token_mail.ca_file}}}\n    timeout: 10s\n"
        f"    auth: {{method: xoauth2, username: alice@acme.example, oauth: {oauth}}}\n"
    )

    def run(*words: str) -> None:
        done = subprocess.run(
            [sys.executable, "-c", LOUD, *words], cwd=project, capture_output=True, text=True, timeout=60, check=False
        )
        outputs.append(done.stdout + done.stderr)
        assert "Traceback" not in outputs[-1]
        keep()

    run("test", "-v", "--format", "json")
    time.sleep(2.5)
    run("probe", "-v")
    assert len(secrets) >= 3, "it was not renewed"
    run("apply", "--auto-approve", "-v")
    run("status", "--format", "json")
    issuer.revoke(opened()["refresh"], "short")
    time.sleep(1.1)
    run("test", "-v")
    run("logout")
    watcher.done.set()
    watcher.join(5)
    places = [path for path in (*tmp_path.rglob("*"), *token_mail.folder.glob("*.log")) if path.is_file()]
    assert any(b"mailspec" in text for text in watcher.seen)
    for secret in secrets:
        assert all(secret not in output for output in outputs)
        assert not any(secret.encode() in text for text in watcher.seen)
        assert not [path for path in places if secret.encode() in path.read_bytes()]
    # A pending sign-in's code is worth a token; msal prints it at DEBUG.
    assert not any("device_code" in output for output in outputs)
