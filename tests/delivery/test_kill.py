"""Workers killed by SIGKILL at random, PostgreSQL stopped and killed: nothing that was accepted is lost."""

from __future__ import annotations

import signal
from pathlib import Path
from typing import Any

import pytest

from tools.queue.process import new_letter
from tools.queue.sink import sink
from tools.queue.torture import Verdict, failover, run
from tools.queue.world import World, arrivals, until

# The suite's sample; ``python -m tools.queue.torture`` runs the whole.
SMALL: dict[str, Any] = {
    "messages": 150,
    "kill_every": (0.3, 1.0),
    "kills_at_most": 4,
    "look": 1.0,
    "back": 4.0,
    "seconds": 150,
}


def test_workers_killed_on_sqlite(sqlite_world: World) -> None:
    _judge(run(sqlite_world, **SMALL))


@pytest.mark.service("postgres")
def test_workers_killed_and_postgres_restarted(postgres_world: World, postgres: Any) -> None:
    # Enough messages that some are left when the database stops, however fast the machine is.
    verdict = run(postgres_world, **{**SMALL, "messages": 900, "look": 0.2}, disturb=[postgres.restart])
    _judge(verdict, 900)
    assert verdict.stops == 1


def _judge(verdict: Verdict, messages: int = SMALL["messages"]) -> None:
    assert verdict.accepted == messages, verdict
    assert (verdict.lost, verdict.dead, verdict.unknown) == (0, 0, 0), verdict
    assert verdict.kills >= 3, verdict
    # Twice arrives what was under way at a kill: at most as many as there are connections.
    assert verdict.twice <= 8 * (verdict.kills + verdict.stops), verdict


def test_one_worker_dies_and_is_never_started_again(sqlite_world: World, tmp_path: Path) -> None:
    world = sqlite_world
    settings: dict[str, Any] = {"retry": {"delay": 0.5}, "connections": 4, "timeout": 20.0, "look": 0.5}
    with sink(tmp_path, delay=0.02) as server:
        settings["ways"] = [{"name": "first", "port": server.port}]
        world.store.accept([new_letter(number) for number in range(30)])
        first = world.worker(settings, "first")
        assert until(lambda: len(server.taken()) >= 10, 40)
        second = world.worker(settings, "second")
        assert until(lambda: bool(world.events("second")), 30)
        world.kill(first)
        assert world.settled(90)
        assert set(world.states()) == set(arrivals(server))
        assert until(lambda: "worker_gone" in {event["kind"] for event in world.events("second")}, 20)
        world.kill(second, signal.SIGTERM)


def test_a_worker_that_is_stopped_finishes_what_it_has_begun(sqlite_world: World, tmp_path: Path) -> None:
    with sink(tmp_path, delay=0.02) as server:
        settings = {"ways": [{"name": "first", "port": server.port}], "connections": 4, "timeout": 20.0, "look": 0.5}
        sqlite_world.store.accept([new_letter(number) for number in range(40)])
        worker = sqlite_world.worker(settings)
        assert until(lambda: len(server.taken()) >= 10, 40)
        sqlite_world.kill(worker, signal.SIGTERM)
        assert worker.returncode == 0
        states = sqlite_world.states()
        sent = {name for name, state in states.items() if state == "sent"}
        assert dict.fromkeys(sent, 1) == arrivals(server)
        assert 10 <= len(sent) < 40
        sqlite_world.worker_here(settings, "next")
        assert sqlite_world.settled(60)
        assert arrivals(server) == dict.fromkeys(states, 1)


def test_limits_hold_over_two_workers_as_the_server_sees_them(world: World, tmp_path: Path) -> None:
    # A minute of three seconds: the rule does not know how long its window is.
    most, minute = 20, 3.0
    with sink(tmp_path) as server:
        way = {"name": "first", "port": server.port, "limits": {"messages_per_minute": most, "minute": minute}}
        settings: dict[str, Any] = {"ways": [way], "connections": 8, "timeout": 20.0}
        world.store.accept([new_letter(number) for number in range(most + 10)])
        world.worker(settings, "first")
        world.worker(settings, "second")
        assert until(lambda: len(server.taken()) >= most, 40)
        assert until(lambda: len(server.taken()) > most, 90)
        assert world.settled(60)
        times = [entry["at"] for entry in server.taken()]
    assert len(times) == most + 10
    busiest = max(sum(start <= moment < start + minute for moment in times) for start in times)
    assert busiest <= most


def test_the_primary_is_killed_in_the_middle(sqlite_world: World) -> None:
    outcome = failover(sqlite_world, messages=100, kill_at=50)
    assert (outcome.lost, outcome.dead) == (0, 0), outcome
    assert outcome.by_fallback > 0, outcome
    assert outcome.by_primary_again > 0, outcome
    assert outcome.alerts == ("standing_in", "back"), outcome
