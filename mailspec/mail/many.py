"""Checks many accounts at once: a few connections a host, and none more where sign-ins are being refused."""

from __future__ import annotations

import queue
import threading
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from time import monotonic

from mailspec.mail.account import Account
from mailspec.outcome.mail import TestResult

Action = Callable[[Account], TestResult]
OnResult = Callable[[TestResult], None]

# Providers lock accounts after a few wrong passwords.
MOST_REFUSALS = 3
# How long running checks may take to end when the whole is interrupted, in seconds.
_GRACE = 2.0
INTERRUPTED = "interrupted before its turn"
_REFUSED = ("auth_failed", "app_password_required", "basic_auth_disabled")


@dataclass(frozen=True, slots=True)
class Batch:
    """The results in the accounts' order. ``interrupted`` is what ended it early, for the caller to raise again."""

    results: tuple[TestResult, ...]
    interrupted: BaseException | None = None


def run_many(
    accounts: Sequence[Account],
    action: Action,
    *,
    per_host: int = 2,
    at_once: int = 16,
    on_result: OnResult = lambda _: None,
) -> Batch:
    """Run an action such as :func:`mailspec.mail.check.probe` for each account, in threads.

    ``on_result`` is called in this thread, for each result as it comes. KeyboardInterrupt and SystemExit end it
    cleanly: what is finished stays, the rest says that it was not. What an action itself raises is raised.
    """
    return _Run(accounts, action, max(1, per_host), max(1, at_once), on_result).run()


class _Run:
    def __init__(
        self, accounts: Sequence[Account], action: Action, per_host: int, at_once: int, on_result: OnResult
    ) -> None:
        self._accounts = accounts
        self._action = action
        self._per_host = per_host
        self._at_once = at_once
        self._on_result = on_result
        # Written by the threads, so that no interruption of this one can lose what was done.
        self._results: dict[int, TestResult] = {}
        self._waiting: dict[str, deque[int]] = defaultdict(deque)
        for number, account in enumerate(accounts):
            self._waiting[_host(account)].append(number)
        self._running: dict[int, str] = {}
        self._refused: Counter[str] = Counter()
        self._taken: set[str] = set()
        self._done: queue.SimpleQueue[tuple[int, BaseException | None]] = queue.SimpleQueue()

    def run(self) -> Batch:
        interrupted: BaseException | None = None
        try:
            while True:
                self._start_what_may()
                if not self._running:
                    break
                self._take(*self._done.get())
        except (KeyboardInterrupt, SystemExit) as signal:
            interrupted = signal
            self._give_up()
        return Batch(tuple(self._results[number] for number in sorted(self._results)), interrupted)

    def _start_what_may(self) -> None:
        busy = Counter(self._running.values())
        for host, numbers in self._waiting.items():
            if self._refused[host] >= MOST_REFUSALS:
                while numbers:
                    self._skip(numbers.popleft())
            # One that runs may be refused too: until a host has taken one, no more are started than may still fail.
            most = self._per_host if host in self._taken else MOST_REFUSALS - self._refused[host]
            free = min(self._per_host, most) - busy[host]
            while numbers and free > 0 and len(self._running) < self._at_once:
                free -= 1
                number = numbers.popleft()
                self._running[number] = host
                threading.Thread(target=self._work, args=(number,), daemon=True).start()

    def _work(self, number: int) -> None:
        try:
            self._results[number] = self._action(self._accounts[number])
            self._done.put((number, None))
        except BaseException as error:
            self._done.put((number, error))

    def _take(self, number: int, error: BaseException | None) -> None:
        host = self._running.pop(number)
        if error is not None:
            raise error
        result = self._results[number]
        if result.status == "failed" and result.stage == "auth" and result.category in _REFUSED:
            self._refused[host] += 1
        elif result.status in ("sent", "passed"):
            self._taken.add(host)
        self._on_result(result)

    def _give_up(self) -> None:
        """Wait a moment for what runs, then say of the rest how far it came. A second signal ends the waiting."""
        until = monotonic() + _GRACE
        with suppress(KeyboardInterrupt, SystemExit, queue.Empty):
            while self._running.keys() - self._results.keys():
                number, error = self._done.get(timeout=max(0.0, until - monotonic()))
                if error is None:
                    self._on_result(self._results[number])
        done = dict(self._results)
        for number, account in enumerate(self._accounts):
            if number in done:
                continue
            if number in self._running:
                reason = "interrupted while it ran"
                done[number] = TestResult(
                    account.name, account.kind, "failed", reason, category="unknown", detail="interrupted"
                )
            else:
                done[number] = TestResult(account.name, account.kind, "skipped", INTERRUPTED)
        self._results = done

    def _skip(self, number: int) -> None:
        account = self._accounts[number]
        reason = f"not tried: {account.host} has refused {MOST_REFUSALS} sign-ins, and more could lock accounts"
        result = TestResult(account.name, account.kind, "skipped", reason)
        self._results[number] = result
        self._on_result(result)


def _host(account: Account) -> str:
    return account.host.strip().rstrip(".").lower()
