from __future__ import annotations

import os
import signal
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from time import monotonic, sleep

import pytest

from mailspec.mail.account import Account
from mailspec.mail.many import run_many
from mailspec.outcome import mail as outcome

ACCOUNT = Account("Primary", "smtp.acme.example", 587, "starttls", method="plain")


def accounts(count: int, host: str = "smtp.acme.example") -> list[Account]:
    return [replace(ACCOUNT, name=f"{host}-{number}", host=host) for number in range(count)]


def passed(account: Account) -> outcome.TestResult:
    return outcome.TestResult(account.name, account.kind, "passed")


def refused(account: Account) -> outcome.TestResult:
    return outcome.TestResult(account.name, account.kind, "failed", stage="auth", category="auth_failed")


class Watched:
    """An action that counts how many run at once, in all and for each host."""

    def __init__(self, then: Callable[[Account], outcome.TestResult], seconds: float = 0.01) -> None:
        self.calls = 0
        self.most = 0
        self.most_a_host = 0
        self._then = then
        self._seconds = seconds
        self._running: Counter[str] = Counter()
        self._lock = threading.Lock()

    def __call__(self, account: Account) -> outcome.TestResult:
        with self._lock:
            self.calls += 1
            self._running[account.host] += 1
            self.most = max(self.most, self._running.total())
            self.most_a_host = max(self.most_a_host, self._running[account.host])
        sleep(self._seconds)
        with self._lock:
            self._running[account.host] -= 1
        return self._then(account)


def test_results_come_in_the_accounts_order() -> None:
    asked = accounts(20)
    batch = run_many(asked, Watched(passed))
    assert [result.name for result in batch.results] == [account.name for account in asked]
    assert batch.interrupted is None


def test_nothing_to_do() -> None:
    assert run_many([], passed).results == ()


def test_a_limit_for_each_host_and_for_all() -> None:
    watched = Watched(passed)
    run_many(
        [account for number in range(8) for account in accounts(5, f"smtp{number}.acme.example")],
        watched,
        per_host=2,
        at_once=6,
    )
    assert watched.calls == 40
    assert watched.most_a_host == 2
    assert 2 < watched.most <= 6


def test_one_slow_host_does_not_hold_up_the_others() -> None:
    watched = Watched(passed, 0.05)
    started = monotonic()
    run_many([one for n in range(10) for one in accounts(2, f"smtp{n}.acme.example")], watched, per_host=1)
    assert monotonic() - started < 0.5


@pytest.mark.parametrize("per_host", [1, 2, 3, 8])
def test_a_host_is_left_alone_after_three_refusals(per_host: int) -> None:
    watched = Watched(refused)
    batch = run_many(accounts(20) + accounts(2, "other.acme.example"), watched, per_host=per_host)
    tried = [result for result in batch.results if result.status == "failed"]
    assert Counter(result.name.rpartition("-")[0] for result in tried) == {
        "smtp.acme.example": 3,
        "other.acme.example": 2,
    }
    skipped = [result for result in batch.results if result.status == "skipped"]
    assert len(skipped) == 17
    assert "has refused 3 sign-ins" in str(skipped[0].reason)


@pytest.mark.parametrize("per_host", [1, 4, 8])
def test_a_host_that_takes_sign_ins_gets_all_its_connections(per_host: int) -> None:
    watched = Watched(passed)
    run_many(accounts(30), watched, per_host=per_host)
    assert watched.most_a_host == per_host


def test_three_refusals_stop_a_host_that_took_others() -> None:
    def action(account: Account) -> outcome.TestResult:
        return passed(account) if int(account.name.rpartition("-")[2]) < 6 else refused(account)

    statuses = Counter(result.status for result in run_many(accounts(40), action, per_host=4).results)
    assert statuses["passed"] == 6
    # Those that were under way when the third was refused may be refused too.
    assert 3 <= statuses["failed"] <= 3 + 3


def test_hosts_are_the_same_in_any_spelling() -> None:
    asked = [replace(ACCOUNT, name=host, host=host) for host in ("a.example", "A.example", "a.example.", "a.EXAMPLE")]
    batch = run_many(asked, refused)
    assert [result.status for result in batch.results].count("skipped") == 1


@pytest.mark.parametrize(
    "change",
    [{"stage": "connect", "category": "timeout"}, {"stage": "mail_from"}, {"category": "auth_method_unsupported"}],
)
def test_other_failures_stop_nothing(change: dict[str, str]) -> None:
    batch = run_many(accounts(8), lambda account: replace(refused(account), **change))  # type: ignore[arg-type]
    assert {result.status for result in batch.results} == {"failed"}


def test_each_result_is_reported_in_the_callers_thread() -> None:
    seen: list[tuple[str, int]] = []
    batch = run_many(
        accounts(10), Watched(refused), on_result=lambda one: seen.append((one.name, threading.get_ident()))
    )
    assert {name for name, _ in seen} == {result.name for result in batch.results}
    assert {thread for _, thread in seen} == {threading.get_ident()}


def interrupt_after(count: int, number: int) -> Callable[[outcome.TestResult], None]:
    left = [count]

    def report(_: outcome.TestResult) -> None:
        left[0] -= 1
        if left[0] == 0:
            os.kill(os.getpid(), number)

    return report


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interruption_keeps_what_is_finished(number: int, monkeypatch: pytest.MonkeyPatch) -> None:
    def terminated(*_: object) -> None:
        raise SystemExit(143)

    before = signal.signal(signal.SIGTERM, terminated)
    try:
        batch = run_many(accounts(50), Watched(passed, 0.02), per_host=4, on_result=interrupt_after(6, number))
    finally:
        signal.signal(signal.SIGTERM, before)
    assert isinstance(batch.interrupted, KeyboardInterrupt if number == signal.SIGINT else SystemExit)
    statuses = Counter(result.status for result in batch.results)
    assert len(batch.results) == 50
    assert statuses["passed"] >= 6
    assert statuses["skipped"] >= 30


def test_one_that_hangs_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mailspec.mail.many._GRACE", 0.2)
    over = threading.Event()

    def action(account: Account) -> outcome.TestResult:
        if account.name.endswith("-1"):
            over.wait(10)
        return passed(account)

    batch = run_many(accounts(3), action, on_result=interrupt_after(2, signal.SIGINT))
    over.set()
    assert [result.status for result in batch.results] == ["passed", "failed", "passed"]
    assert batch.results[1].detail == "interrupted"


def test_a_second_signal_ends_the_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mailspec.mail.many._GRACE", 30)
    over = threading.Event()

    def action(account: Account) -> outcome.TestResult:
        if account.name.endswith("-0"):
            over.wait(10)
        return passed(account)

    timers = [threading.Timer(wait, os.kill, (os.getpid(), signal.SIGINT)) for wait in (0.2, 0.4)]
    for timer in timers:
        timer.start()
    started = monotonic()
    batch = run_many(accounts(2), action)
    assert monotonic() - started < 5
    over.set()
    assert isinstance(batch.interrupted, KeyboardInterrupt)
    assert [result.status for result in batch.results] == ["failed", "passed"]


def test_a_bug_is_no_result() -> None:
    def action(account: Account) -> outcome.TestResult:
        raise ZeroDivisionError(account.name)

    with pytest.raises(ZeroDivisionError):
        run_many(accounts(3), action)


def test_a_thousand_accounts_of_one_host_are_no_burden() -> None:
    started = monotonic()
    assert len(run_many(accounts(1000), passed).results) == 1000
    assert monotonic() - started < 2
