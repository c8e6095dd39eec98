"""A signal stops a wait at once; a write ends between two steps and is undone; a commit is never cut."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator

import pytest

from mailspec.apply.signals import Interrupted, Interrupts
from mailspec.outcome.exits import Exit
from mailspec.state.store import snapshot
from mailspec.targets.env_file import EnvFile
from mailspec.targets.registry import LOADED

CODES = [(signal.SIGTERM, Exit.TERMINATED), (signal.SIGINT, Exit.INTERRUPTED), (signal.SIGHUP, Exit.TERMINATED)]


def send(number: int) -> None:
    os.kill(os.getpid(), number)


@pytest.mark.parametrize(("number", "code"), CODES)
def test_a_signal_during_the_preflight_changes_nothing(world, number: int, code: Exit) -> None:
    def preflight() -> list[object]:
        send(number)
        time.sleep(30)
        return []

    start = time.monotonic()
    recap = world.apply(preflight=preflight)
    assert time.monotonic() - start < 5
    assert recap.exit == code
    assert not world.path().exists()
    assert snapshot(world.session).serial == 0
    assert world.apply().exit == Exit.CLEAN


class Signalling(EnvFile):
    """Sends a signal in the middle of a step."""

    def __init__(self, step: str, number: int) -> None:
        self.step, self.number = step, number

    def stage(self, target, trace, values):
        if self.step == "stage":
            send(self.number)
        return super().stage(target, trace, values)

    def switch(self, trace):
        if self.step == "switch":
            send(self.number)
        return super().switch(trace)

    def verify(self, target, root, values):
        if self.step == "verify":
            send(self.number)
        return super().verify(target, root, values)

    def finish(self, trace) -> None:
        if self.step == "finish":
            send(self.number)
        super().finish(trace)


@pytest.mark.parametrize("step", ["stage", "switch", "verify"])
@pytest.mark.parametrize(("number", "code"), CODES)
def test_a_signal_during_the_write_undoes_it(world, monkeypatch, step: str, number: int, code: Exit) -> None:
    world.apply()
    before = world.path().read_bytes()
    world.spec = {"Relay": ("active", 465)}
    monkeypatch.setitem(LOADED, "env_file", Signalling(step, number))
    recap = world.apply()
    assert (recap.exit, recap.failure) == (code, "interrupted")
    assert world.path().read_bytes() == before
    assert world.beside() == []
    assert "failed" not in {change.status for change in recap.changes}


def test_a_signal_after_the_commit_comes_too_late(world, monkeypatch) -> None:
    monkeypatch.setitem(LOADED, "env_file", Signalling("finish", signal.SIGTERM))
    recap = world.apply()
    assert (recap.exit, recap.history) == (Exit.CLEAN, 1)
    assert world.beside() == []


def test_the_former_handlers_come_back() -> None:
    before = [signal.getsignal(number) for number, _ in CODES]
    with Interrupts().caught():
        assert signal.getsignal(signal.SIGTERM) != before[0]
    assert [signal.getsignal(number) for number, _ in CODES] == before


@pytest.fixture
def ignored() -> Iterator[None]:
    """SIGHUP as ``nohup`` leaves it."""
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    yield
    signal.signal(signal.SIGHUP, before)


@pytest.mark.usefixtures("ignored")
def test_what_nohup_ignores_stays_ignored() -> None:
    interrupts = Interrupts()
    with interrupts.caught():
        send(signal.SIGHUP)
        interrupts.check()
    assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN


def test_a_handler_that_was_not_set_from_python(monkeypatch: pytest.MonkeyPatch) -> None:
    before = {number: signal.getsignal(number) for number, _ in CODES}
    set_it = signal.signal

    def foreign(number: int, handler: object) -> object:
        former = set_it(number, handler)
        return None if handler == interrupts._note else former

    interrupts = Interrupts()
    with monkeypatch.context() as patch:
        patch.setattr(signal, "signal", foreign)
        with interrupts.caught():
            pass
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL
    for number, handler in before.items():
        set_it(number, handler)


def test_where_there_is_no_sighup(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(signal, "SIGHUP")
    with Interrupts().caught():
        send(signal.SIGTERM)


def test_the_first_signal_decides_the_exit_code() -> None:
    interrupts = Interrupts()
    with interrupts.caught():
        send(signal.SIGTERM)
        send(signal.SIGINT)
        with pytest.raises(Interrupted):
            interrupts.check()
    assert interrupts.exit == Exit.TERMINATED
