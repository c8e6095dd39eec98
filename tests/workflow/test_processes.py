"""Parts of a work that several processes take."""

from __future__ import annotations

import marshal
import os
import threading

import pytest

from mailspec.workflow import processes
from mailspec.workflow.processes import spread

# From Python 3.12 on forking beside a thread is warned of.
pytestmark = pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")


@pytest.fixture(autouse=True)
def three_processors(monkeypatch):
    monkeypatch.setattr(threading, "active_count", lambda: 1)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1, 2}, raising=False)
    monkeypatch.setattr(os, "cpu_count", lambda: 3)


def whose(part):
    return [(number, os.getpid()) for number in part]


def as_received(_part, answer):
    return [tuple(each) for each in answer]


@pytest.mark.parametrize("number", [0, 1, 2, 15, 16, 17, 33, 1000, 20_001])
def test_all_is_done_once_and_in_order(number):
    done = list(spread(range(number), whose, whose, as_received))
    assert [item for item, _ in done] == list(range(number))


def test_several_processes_work(monkeypatch):
    monkeypatch.setattr(processes, "TOGETHER", 1)

    def slowly(part):
        # The others need some milliseconds to start.
        threading.Event().wait(0.02)
        return whose(part)

    assert len({process for _, process in spread(range(40), slowly, slowly, as_received)}) == 3


def test_what_is_done_with_the_first_results_leaves_more_to_others(monkeypatch):
    monkeypatch.setattr(processes, "TOGETHER", 1)
    mine = 0
    for _, process in spread(range(60), whose, whose, as_received):
        threading.Event().wait(0.01)
        mine += process == os.getpid()
    assert mine < 30


def test_beside_a_thread_all_is_done_here(monkeypatch):
    monkeypatch.setattr(threading, "active_count", lambda: 2)
    assert {process for _, process in spread(range(40), whose, whose, as_received)} == {os.getpid()}


def framed(value):
    packed = marshal.dumps(value)
    return len(packed).to_bytes(4, "little") + packed


def test_an_answer_may_come_in_pieces():
    reading, writing = os.pipe()
    # Nobody's child, so that nobody is waited for.
    other = processes._Other(os.getpid(), reading)
    assert list(other.arrived()) == []
    first, second = framed((0, ["a"])), framed((1, ["b" * 300]))
    os.write(writing, first[:3])
    assert list(other.arrived()) == []
    os.write(writing, first[3:] + second[:100])
    assert list(other.arrived()) == [(0, ["a"])]
    os.write(writing, second[100:] + framed((2, []))[:-1])
    os.close(writing)
    assert list(other.rest()) == [(1, ["b" * 300])]
    other.close()
    other.wait()
    with pytest.raises(OSError, match="Bad file descriptor"):
        os.fstat(reading)


def test_whoever_stops_listening_leaves_nobody_behind(monkeypatch):
    started, fork = [], os.fork

    def noted():
        process = fork()
        started.extend([process] if process else [])
        return process

    monkeypatch.setattr(os, "fork", noted)
    monkeypatch.setattr(processes, "TOGETHER", 1)
    results = spread(range(5000), whose, lambda part: ["x" * 100_000], as_received)
    next(results)
    results.close()
    assert len(started) == 2
    for process in started:
        with pytest.raises(ChildProcessError):
            os.waitpid(process, os.WNOHANG)
