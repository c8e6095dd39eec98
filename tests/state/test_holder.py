"""Whether the process that holds a lock still lives."""

from __future__ import annotations

import subprocess
from dataclasses import replace

import pytest

from mailspec.state import holder
from mailspec.state.holder import Holder, is_dead, myself


def test_this_process_lives() -> None:
    assert not is_dead(myself())


def test_a_process_that_ended_is_dead() -> None:
    done = subprocess.Popen(["true"])
    done.wait()
    assert is_dead(replace(myself(), pid=done.pid))


def test_another_process_of_the_same_number_is_not_the_holder() -> None:
    me = myself()
    where = me.machine.rpartition(" ")[0]
    assert is_dead(replace(me, machine=f"{where} 1"))


def test_nothing_is_known_of_other_machines() -> None:
    assert not is_dead(Holder("ci@runner-7", "runner-7", 1, "another-boot/pid:[1] 77"))
    assert not is_dead(Holder("ci@runner-7", "runner-7", 1, ""))


def test_a_process_that_proc_does_not_show_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    me, ended = myself(), subprocess.Popen(["true"])
    ended.wait()
    monkeypatch.setattr(holder, "_started", lambda _pid: None)
    assert not is_dead(me)
    assert is_dead(replace(me, pid=ended.pid))
