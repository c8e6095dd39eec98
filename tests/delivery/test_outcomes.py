"""Each message's outcome at a server that is down, puts off, refuses, hangs or drops, through real workers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mailspec.outcome.refusal import Refusal
from tools.queue.process import new_letter
from tools.queue.sink import RunningSink, free_port
from tools.queue.world import World, arrivals, until

RETRY = {"retries": 3, "delay": 0.3}
# What a turn may take beyond the stated times on a busy machine, in seconds.
SLACK = 8.0


def settings(*ports: int, **more: Any) -> dict[str, Any]:
    names = ["first", "second", "third"]
    ways = [{"name": name, "port": port} for name, port in zip(names, ports, strict=False)]
    return {"ways": ways, "retry": RETRY, "timeout": 2.0, **more}


def accept(world: World, count: int, first: int = 0) -> None:
    accepted = world.store.accept([new_letter(number) for number in range(first, first + count)])
    assert not isinstance(accepted, Refusal)


def test_what_is_accepted_arrives_once(world: World, run_sink: Callable[..., RunningSink]) -> None:
    sink = run_sink()
    accept(world, 40)
    world.worker_here(settings(sink.port))
    assert world.settled(60)
    assert arrivals(sink) == dict.fromkeys(world.states(), 1)
    assert set(world.states().values()) == {"sent"}


def test_a_server_that_is_down_and_stays_so(sqlite_world: World) -> None:
    accept(sqlite_world, 3)
    sqlite_world.worker_here(settings(free_port()))
    assert sqlite_world.settled(40)
    held = sqlite_world.store.listed((), None)
    assert [(entry.state, entry.attempts) for entry in held] == [("dead", 4)] * 3
    assert {entry.trouble.category for entry in held if entry.trouble} == {"connection_refused"}
    # 0.3 + 0.6 + 1.2 seconds of waiting lie between the four attempts.
    assert all(2.1 <= entry.changed - entry.created <= 2.1 + SLACK for entry in held)


def test_a_server_that_greylists(sqlite_world: World, run_sink: Callable[..., RunningSink]) -> None:
    sink = run_sink(mode="busy_once", every=1)
    accept(sqlite_world, 5)
    sqlite_world.worker_here(settings(sink.port))
    assert sqlite_world.settled(40)
    assert set(sqlite_world.states().values()) == {"sent"}
    held = sqlite_world.store.listed(("sent",), None)
    assert {entry.attempts for entry in held} == {2}
    assert all(0.3 <= entry.changed - entry.created <= 0.3 + SLACK for entry in held)


def test_a_server_that_throttles_names_the_time(sqlite_world: World, run_sink: Callable[..., RunningSink]) -> None:
    sink = run_sink(mode="throttle")
    accept(sqlite_world, 4)
    sqlite_world.worker_here(settings(sink.port))
    assert sqlite_world.settled(60)
    held = sqlite_world.store.listed((), None)
    assert {entry.state for entry in held} == {"sent"}
    # It asks for three seconds, which is longer than our own wait.
    assert all(3.0 <= entry.changed - entry.created <= 3.0 + SLACK for entry in held)


def test_a_server_that_refuses_some(sqlite_world: World, run_sink: Callable[..., RunningSink]) -> None:
    sink = run_sink(mode="refuse", every=3)
    accept(sqlite_world, 9)
    sqlite_world.worker_here(settings(sink.port))
    assert sqlite_world.settled(40)
    held = {entry.subject: entry for entry in sqlite_world.store.listed((), None)}
    dead = {name for name, entry in held.items() if entry.state == "dead"}
    assert dead == {"number 0", "number 3", "number 6"}
    trouble = held["number 3"].trouble
    assert trouble is not None
    assert (trouble.category, trouble.smtp_code, held["number 3"].attempts) == ("recipient_rejected", 550, 1)
    assert all(entry.changed - entry.created <= SLACK for entry in held.values())
    assert len(arrivals(sink)) == 6


def test_one_recipient_of_several_that_is_refused(sqlite_world: World, run_sink: Callable[..., RunningSink]) -> None:
    sink = run_sink(mode="refuse", every=2)
    letter = new_letter(1, to=("r1@out.example", "r2@out.example", "r3@out.example"))
    sqlite_world.store.accept([letter])
    sqlite_world.worker_here(settings(sink.port))
    assert sqlite_world.settled(30)
    (held,) = sqlite_world.store.listed((), None)
    assert [(entry.address, entry.state) for entry in held.recipients] == [
        ("r1@out.example", "sent"),
        ("r2@out.example", "failed"),
        ("r3@out.example", "sent"),
    ]
    assert held.state == "dead"
    # Sent again, it goes only to the one who does not have it.
    sqlite_world.store.again()
    assert sqlite_world.settled(30)
    assert [entry["to"] for entry in sink.taken()] == [["r1@out.example", "r3@out.example"]]


def test_a_server_that_hangs_after_the_dot(sqlite_world: World, run_sink: Callable[..., RunningSink]) -> None:
    sink = run_sink(mode="hang", every=2)
    accept(sqlite_world, 2, first=1)
    sqlite_world.worker_here(settings(sink.port, retry={"retries": 1, "delay": 0.2}, timeout=0.8))
    assert sqlite_world.settled(60)
    held = {entry.subject: entry for entry in sqlite_world.store.listed((), None)}
    assert held["number 1"].state == "sent"
    assert (held["number 2"].state, held["number 2"].doubtful) == ("dead", True)
    trouble = held["number 2"].trouble
    assert trouble is not None
    assert (trouble.category, trouble.after_dot) == ("timeout", True)
    # Two turns of 0.8 seconds, with 0.2 between them.
    assert 1.8 <= held["number 2"].changed - held["number 2"].created <= 1.8 + SLACK


@pytest.mark.parametrize(("mode", "times"), [("drop", 2), ("drop_untaken", 1)])
def test_a_server_that_drops_after_the_dot(
    sqlite_world: World, run_sink: Callable[..., RunningSink], mode: str, times: int
) -> None:
    """No answer came, so it is sent again: with the same Message-ID, by which a repeat is recognised."""
    sink = run_sink(mode=mode)
    accept(sqlite_world, 3)
    sqlite_world.worker_here(settings(sink.port))
    assert sqlite_world.settled(40)
    assert arrivals(sink) == dict.fromkeys(sqlite_world.states(), times)
    assert all(entry.doubtful and entry.state == "sent" for entry in sqlite_world.store.listed((), None))


def test_nothing_is_sent_by_a_stand_in_after_the_dot(sqlite_world: World, run_sink: Callable[..., RunningSink]) -> None:
    first, second = run_sink("first", mode="drop"), run_sink("second")
    accept(sqlite_world, 2)
    sqlite_world.worker_here(settings(first.port, second.port))
    assert sqlite_world.settled(40)
    assert len(arrivals(first)) == 2
    assert arrivals(second) == {}


def test_a_dead_letter_is_sent_again_when_the_server_is_back(sqlite_world: World, tmp_path: Path) -> None:
    down = RunningSink(free_port(), tmp_path / "back.jsonl")
    accept(sqlite_world, 2)
    sqlite_world.worker_here(settings(down.port, retry={"retries": 0}))
    assert sqlite_world.settled(30)
    assert set(sqlite_world.states().values()) == {"dead"}
    down.start()
    try:
        assert len(sqlite_world.store.again()) == 2
        assert sqlite_world.settled(30)
        assert set(sqlite_world.states().values()) == {"sent"}
        assert sum(arrivals(down).values()) == 2
    finally:
        down.kill()


def test_mail_of_a_test_environment_reaches_nobody_else(
    sqlite_world: World, run_sink: Callable[..., RunningSink]
) -> None:
    sink = run_sink()
    accept(sqlite_world, 60)
    sqlite_world.worker_here(settings(sink.port, reach={"environment": "staging", "redirect_to": "qa@acme.example"}))
    assert sqlite_world.settled(60)
    taken = sink.taken()
    assert len(taken) == 60
    assert {address for entry in taken for address in entry["to"]} == {"qa@acme.example"}


def test_a_recipient_that_is_not_allowed_is_a_dead_letter_and_no_server_is_asked(
    sqlite_world: World, run_sink: Callable[..., RunningSink]
) -> None:
    sink = run_sink()
    accept(sqlite_world, 5)
    sqlite_world.worker_here(settings(sink.port, reach={"allowed": ["*@acme.example"]}))
    assert sqlite_world.settled(30)
    held = sqlite_world.store.listed((), None)
    assert {(entry.state, entry.attempts) for entry in held} == {("dead", 0)}
    assert sink.taken() == []


def test_a_stand_in_takes_over_and_gives_back(
    sqlite_world: World, run_sink: Callable[..., RunningSink], tmp_path: Path
) -> None:
    first = RunningSink(free_port(), tmp_path / "first.jsonl")
    first.start()
    second = run_sink("second")
    try:
        accept(sqlite_world, 40)
        stop = sqlite_world.worker_here(settings(first.port, second.port, pause=0.5, connections=2))
        assert until(lambda: len(first.taken()) >= 10, 40)
        first.kill()
        assert sqlite_world.settled(60)
        assert set(sqlite_world.states().values()) == {"sent"}
        assert len(second.taken()) > 0
        first.start()
        accept(sqlite_world, 20, first=100)
        assert sqlite_world.settled(60)
        assert until(lambda: "back" in {event["kind"] for event in sqlite_world.events()}, 0.5) or _more(sqlite_world)
        stop()
    finally:
        first.kill()
    kinds = [event["kind"] for event in sqlite_world.events() if event["kind"] in ("standing_in", "back")]
    assert kinds == ["standing_in", "back"]
    assert set(arrivals(first, second)) == set(sqlite_world.states())


def _more(world: World) -> bool:
    """Give the worker one more message after the pause: by it the first server is found to work again."""
    until(lambda: False, 0.6)
    accept(world, 3, first=200)
    world.settled(30)
    return until(lambda: "back" in {event["kind"] for event in world.events()}, 5)
