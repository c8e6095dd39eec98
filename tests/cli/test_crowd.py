"""Many people with accounts of their own, tested at once against real Postfix, as a person at a terminal sees it.

MAILSPEC_TEST_PEOPLE sets how many (60; the server knows 1,000).
"""

from __future__ import annotations

import json
import os
import pty
import re
import select
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Any

import pytest

pytestmark = [pytest.mark.service("postfix"), pytest.mark.timeout(300)]

PEOPLE = int(os.environ.get("MAILSPEC_TEST_PEOPLE", "60"))
SPEC = """\
version: 1
instance: {{name: Acme}}
configurations:
  - name: Office
    host: 127.0.0.1
    port: {port}
    security: starttls
    tls: {{ca_file: {ca}, server_name: mail.acme.example}}
    auth: {{username: person0000@acme.example, password: {{file: secrets/person0000@acme.example}}}}
general:
  users: {{mode: smtp, account: {{password: {{file: "secrets/{{email}}"}}}}}}
policy: {{allowed_recipients: ["*@acme.example"], test_recipients: [bob@acme.example]}}
"""


@dataclass
class Seen:
    """How a run ended, and what its terminal showed."""

    code: int
    terminal: str
    out: str
    results: list[dict[str, Any]]

    @property
    def statuses(self) -> Counter[str]:
        return Counter(result["status"] for result in self.results)


Run = Callable[..., Seen]


@pytest.fixture
def project(tmp_path: Path, mail_server: Any) -> Callable[[int], Path]:
    def write(port: int) -> Path:
        (tmp_path / "users").mkdir()
        (tmp_path / "secrets").mkdir(mode=0o700)
        (tmp_path / "mailspec.yml").write_text(SPEC.format(port=port, ca=mail_server.certificates.ca_file))
        for address, password in list(mail_server.crowd.items())[:PEOPLE]:
            (tmp_path / f"users/{address}.yml").write_text(f"users: [{{email: {address}}}]\n")
            secret = tmp_path / "secrets" / address
            secret.touch(mode=0o600)
            secret.write_text(password)
        return tmp_path

    return write


@pytest.fixture
def at_a_terminal() -> Iterator[Run]:
    """Run ``mailspec test --all`` with standard error on a terminal of its own, and interrupt it where asked."""
    master, slave = pty.openpty()

    def run(folder: Path, *options: str, interrupt_at: int | None = None, number: int = signal.SIGINT) -> Seen:
        words = ["test", "--all", "--format", "text", "--format", "json=results.json", *options]
        with (folder / "out.txt").open("wb") as out:
            process = subprocess.Popen(
                [Path(sys.executable).with_name("mailspec"), *words],
                cwd=folder,
                stdin=slave,
                stdout=out,
                stderr=slave,
                env={**os.environ, "TERM": "xterm", "COLUMNS": "100"},
                start_new_session=True,
            )
        shown, until = "", monotonic() + 240
        while process.poll() is None or select.select([master], [], [], 0.05)[0]:
            assert monotonic() < until, shown[-500:]
            if select.select([master], [], [], 0.02)[0]:
                shown += os.read(master, 65536).decode()
            done = [int(count) for count in re.findall(r"(\d+)/\d+", shown)]
            if interrupt_at is not None and done and done[-1] >= interrupt_at:
                process.send_signal(number)
                interrupt_at = None
        results = json.loads((folder / "results.json").read_text())
        return Seen(process.returncode, shown, (folder / "out.txt").read_text(), results)

    yield run
    os.close(master)
    os.close(slave)


@pytest.mark.parametrize("per_host", [1, 4])
def test_everyone_in_one_run(
    project: Any, at_a_terminal: Run, mail_server: Any, counting_proxy: Any, per_host: int
) -> None:
    proxy = counting_proxy(mail_server.ports["starttls"])
    seen = at_a_terminal(project(proxy.port), "--per-host", str(per_host))
    assert seen.code == 0, seen.out
    assert seen.statuses == {"sent": PEOPLE + 1}
    assert seen.out.endswith(f"{PEOPLE + 1} sent.\n")
    # The bar was there, moved, and is wiped away at the end.
    assert f"{PEOPLE + 1}/{PEOPLE + 1}" in seen.terminal
    assert "Testing" in seen.terminal
    assert "\x1b[2K" in seen.terminal
    assert (proxy.total, proxy.most) == (PEOPLE + 1, per_host)
    # Each came in under a name of its own.
    log = mail_server.log()
    for result in seen.results[1:]:
        assert re.search(f"{result['server_id']}: client=.*sasl_username={result['name']}", log), result


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_an_interrupted_run_ends_cleanly(
    project: Any, at_a_terminal: Run, mail_server: Any, counting_proxy: Any, number: int, code: int
) -> None:
    proxy = counting_proxy(mail_server.ports["starttls"], pause=0.02)
    before = mail_server.log().count("sasl_username=person")
    started = monotonic()
    seen = at_a_terminal(project(proxy.port), interrupt_at=8, number=number)
    assert seen.code == code
    assert "Traceback" not in seen.terminal + seen.out
    statuses = seen.statuses
    assert statuses.total() == PEOPLE + 1
    assert statuses.keys() == {"sent", "skipped"}
    assert statuses["sent"] >= 8
    assert statuses["skipped"] >= PEOPLE // 3
    # What it says was done is what the server took, no message more.
    assert mail_server.log().count("sasl_username=person") - before == statuses["sent"]
    assert proxy.total == statuses["sent"]
    assert f"Interrupted: {statuses['sent']} of {PEOPLE + 1} were tried" in seen.terminal
    counts = f"{statuses['sent']} sent, {statuses['skipped']} skipped."
    assert f"more: interrupted before its turn; proven: nothing\n{counts}" in seen.out
    # It did not wait for anything that was left.
    assert monotonic() - started < 60
