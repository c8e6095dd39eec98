"""Refreshing: one writer, whatever happens. The issuer rotates, and destroys a sign-in whose old token comes again."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

from mailspec.mail.check import probe
from mailspec.outcome.secret import Secret
from mailspec.outcome.sign_in import Problem
from mailspec.signin.client import Client
from mailspec.signin.login import login
from mailspec.signin.source import StoredToken
from mailspec.signin.store import Record, Store

pytestmark = pytest.mark.service("token_mail")


class Screen:
    def __init__(self, issuer: Any) -> None:
        self.issuer = issuer

    def open(self, url: str) -> None:
        raise AssertionError

    def code(self, page: str, code: str) -> None:
        threading.Thread(target=self.issuer.sign_in, args=(f"{page}?user_code={code}",), daemon=True).start()

    def ask(self, prompt: str) -> str:
        raise AssertionError


def signed_in(issuer: Any, **changes: Any) -> tuple[Client, Store, Record]:
    client, store = issuer.client(**changes), Store()
    record = login(client, store, "device", Screen(issuer), seconds=60)
    assert isinstance(record, Record), record
    return client, store, record


@pytest.mark.parametrize("microsoft", [False, True], ids=["oauthlib", "msal"])
def test_an_ended_token_is_refreshed_once(
    issuer: Any, token_mail: Any, state_home: Callable[[], Any], microsoft: bool
) -> None:
    client, store, _ = signed_in(issuer, client_id="short", microsoft=microsoft)
    account = token_mail.account(token=StoredToken(client, store))
    assert probe(account).status == "passed"
    before = issuer.control()["asked"]
    time.sleep(3.1)
    assert probe(account).status == "passed"
    assert issuer.control()["asked"] - before == 1


@pytest.mark.parametrize("microsoft", [False, True], ids=["oauthlib", "msal"])
def test_a_token_that_the_server_refuses_is_refreshed_and_tried_once_more(
    issuer: Any, token_mail: Any, state_home: Callable[[], Any], microsoft: bool
) -> None:
    client, store, record = signed_in(issuer, microsoft=microsoft)
    # The server no longer takes it although its time is not over.
    with store.lock(client.binding):
        store.write(client.binding, Record(**{**vars_of(record), "access": "withdrawn", "until": time.time() + 3000}))
    before = issuer.control()["asked"]
    assert probe(token_mail.account(token=StoredToken(client, store))).status == "passed"
    assert issuer.control()["asked"] - before == 1


def vars_of(record: Record) -> dict[str, Any]:
    return {name: getattr(record, name) for name in Record.__dataclass_fields__}


@pytest.mark.parametrize("microsoft", [False, True], ids=["oauthlib", "msal"])
def test_a_withdrawn_sign_in_is_noticed_kept_and_not_asked_about_again(
    issuer: Any, token_mail: Any, state_home: Callable[[], Any], microsoft: bool
) -> None:
    client, store, record = signed_in(issuer, client_id="short", microsoft=microsoft)
    issuer.revoke(record.refresh, "short")
    time.sleep(1.1)
    result = probe(token_mail.account(token=StoredToken(client, store)))
    assert (result.stage, result.category, result.detail) == ("sign_in", "auth_failed", "token")
    assert str(result.reason).startswith("Non-Authenticated")
    before = issuer.control()["asked"]
    for _ in range(3):
        assert probe(token_mail.account(token=StoredToken(client, Store()))).status == "failed"
    assert issuer.control()["asked"] == before
    kept = Store().read(client.binding)
    assert kept is not None
    assert (kept.state, kept.refresh, kept.access) == ("signed_out", "", "")


def test_sixteen_threads_share_one_refresh(issuer: Any, token_mail: Any, state_home: Callable[[], Any]) -> None:
    client, store, _ = signed_in(issuer, client_id="short")
    time.sleep(2.5)
    before = issuer.control()
    source = StoredToken(client, store)
    found: list[Any] = []
    gate = threading.Barrier(16)

    def get() -> None:
        gate.wait()
        found.append(source.get())

    threads = [threading.Thread(target=get) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({token.reveal() for token in found}) == 1
    after = issuer.control()
    assert after["asked"] - before["asked"] == 1
    assert after["revoked"] == before["revoked"]


WORKER = """
import sys, time
from mailspec.mail.account import Account
from mailspec.mail.check import probe
from mailspec.signin.client import Client
from mailspec.signin.source import StoredToken
from mailspec.signin.store import Store
issuer, ca_file, port, bundle, rounds = sys.argv[1:]
client = Client(issuer, "short", "alice@acme.example", ("SMTP.Send",), ca_file=ca_file, timeout=10.0)
account = Account("x", "localhost", int(port), "starttls", ca_file=bundle, method="xoauth2",
                  username="alice@acme.example", from_email="alice@acme.example", token=StoredToken(client, Store()))
results = []
for _ in range(int(rounds)):
    results.append(probe(account).status)
    time.sleep(0.25)
print(" ".join(results))
"""


def worker(issuer: Any, mail: Any, rounds: int) -> subprocess.Popen[str]:
    arguments = [issuer.url, issuer.ca_file, str(mail.ports["starttls"]), mail.ca_file, str(rounds)]
    return subprocess.Popen([sys.executable, "-c", WORKER, *arguments], stdout=subprocess.PIPE, text=True)


def test_two_processes_never_burn_a_rotating_refresh_token(
    issuer: Any, token_mail: Any, state_home: Callable[[], Any]
) -> None:
    signed_in(issuer, client_id="short")
    before, started = issuer.control(), time.monotonic()
    workers = [worker(issuer, token_mail, 20) for _ in range(2)]
    outputs = [one.communicate(timeout=120)[0].split() for one in workers]
    assert outputs == [["passed"] * 20] * 2
    after = issuer.control()
    assert after["revoked"] == before["revoked"]
    # Tokens live 3 seconds and are used for 2.25.
    lifetimes = (time.monotonic() - started) / 2.25 + 1
    assert 1 <= after["asked"] - before["asked"] <= 2 * lifetimes


@pytest.mark.parametrize("moment", [0.0, 0.1, 0.3, 0.6])
def test_killed_while_refreshing_the_next_run_works_or_says_sign_in_again(
    issuer: Any, token_mail: Any, state_home: Callable[[], Any], moment: float
) -> None:
    client, store, _ = signed_in(issuer, client_id="short")
    time.sleep(2.5)
    code = WORKER.split("account =")[0] + "print('go', flush=True)\nStoredToken(client, Store()).get()\n"
    arguments = [issuer.url, issuer.ca_file, "1", token_mail.ca_file, "1"]
    process = subprocess.Popen([sys.executable, "-c", code, *arguments], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    process.stdout.readline()
    time.sleep(moment)
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()
    started = time.monotonic()
    found = StoredToken(client, Store()).get()
    assert time.monotonic() - started < 10, "a lock was left"
    if isinstance(found, Problem):
        assert (found.state, found.detail) == ("signed_out", "token")
        assert "password" not in found.advice
        assert isinstance(login(client, store, "device", Screen(issuer), seconds=60), Record)
    assert isinstance(StoredToken(client, Store()).get(), Secret)


def test_when_it_was_last_proven_is_kept(issuer: Any, token_mail: Any, state_home: Callable[[], Any]) -> None:
    client, store, record = signed_in(issuer)
    with store.lock(client.binding):
        store.write(client.binding, Record(**{**vars_of(record), "proven": 1000.0}))
    assert probe(token_mail.account(token=StoredToken(client, store))).status == "passed"
    kept = store.read(client.binding)
    assert kept is not None
    assert time.time() - kept.proven < 30
