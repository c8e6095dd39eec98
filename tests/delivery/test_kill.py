"""Workers killed by SIGKILL at random, PostgreSQL stopped and killed: nothing that was accepted is lost."""

from __future__ import annotations

import signal
from pathlib import Path
from typing import Any

import pytest

from tools.queue.process import new_letter
from tools.queue.sink import RunningSink, free_port, sink
from tools.queue.torture import Verdict, run
from tools.queue.world import World, arrivals, until


def test_workers_killed_on_sqlite(sqlite_world: World) -> None:
    verdict = run(sqlite_world, messages=600, workers=2, kill_every=(0.5, 2.0), kill_for=25, seconds=150)
    _judge(verdict)


@pytest.mark.service("postgres")
def test_workers_killed_and_postgres_restarted(postgres_world: World, postgres: Any) -> None:
    verdict = run(
        postgres_world,
        messages=600,
        workers=2,
        kill_every=(0.5, 2.0),
        kill_for=25,
        disturb=postgres.restart,
        seconds=200,
    )
    _judge(verdict)
    assert verdict.stops == 1


def _judge(verdict: Verdict) -> None:
    assert verdict.accepted == 600, verdict
    assert (verdict.lost, verdict.dead, verdict.unknown) == (0, 0, 0), verdict
    assert verdict.kills >= 3, verdict
    assert verdict.twice < 60, verdict


def test_one_worker_dies_and_is_never_started_again(world: World, tmp_path: Path) -> None:
    settings: dict[str, Any] = {"retry": {"delay": 0.5}, "connections": 2, "timeout": 20.0}
    with sink(tmp_path, delay=0.05) as server:
        settings["ways"] = [{"name": "first", "port": server.port}]
        world.store.accept([new_letter(number) for number in range(150)])
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
    with sink(tmp_path, delay=0.05) as server:
        settings = {"ways": [{"name": "first", "port": server.port}], "connections": 4, "timeout": 20.0}
        sqlite_world.store.accept([new_letter(number) for number in range(100)])
        worker = sqlite_world.worker(settings)
        assert until(lambda: len(server.taken()) >= 10, 40)
        sqlite_world.kill(worker, signal.SIGTERM)
        assert worker.returncode == 0
        states = sqlite_world.states()
        sent = {name for name, state in states.items() if state == "sent"}
        assert dict.fromkeys(sent, 1) == arrivals(server)
        assert 10 <= len(sent) < 100
        sqlite_world.worker(settings, "next")
        assert sqlite_world.settled(60)
        assert arrivals(server) == dict.fromkeys(states, 1)


def test_limits_hold_over_two_workers_as_the_server_sees_them(world: World, tmp_path: Path) -> None:
    most = 30
    with sink(tmp_path) as server:
        way = {"name": "first", "port": server.port, "limits": {"messages_per_minute": most}}
        settings: dict[str, Any] = {"ways": [way], "connections": 8, "timeout": 20.0}
        world.store.accept([new_letter(number) for number in range(most + 20)])
        world.worker(settings, "first")
        world.worker(settings, "second")
        assert until(lambda: len(server.taken()) >= most, 40)
        assert until(lambda: len(server.taken()) > most, 90)
        assert world.settled(60)
        times = [entry["at"] for entry in server.taken()]
    assert len(times) == most + 20
    busiest = max(sum(start <= moment < start + 60 for moment in times) for start in times)
    assert busiest <= most


def test_the_primary_is_killed_at_message_500_of_1000(sqlite_world: World, tmp_path: Path) -> None:
    first = RunningSink(free_port(), tmp_path / "first.jsonl")
    first.start()
    try:
        with sink(tmp_path, "second") as second:
            ways = [{"name": "first", "port": first.port}, {"name": "second", "port": second.port}]
            settings = {"ways": ways, "connections": 8, "timeout": 10.0, "pause": 2.0}
            sqlite_world.store.accept([new_letter(number) for number in range(1000)])
            sqlite_world.worker(settings)
            assert until(lambda: len(first.taken()) >= 500, 60, 0.02)
            first.kill()
            before = len(first.taken())
            assert until(lambda: len(second.taken()) >= 50, 60, 0.02)
            first.start()
            assert sqlite_world.settled(90)
            assert set(arrivals(first, second)) == set(sqlite_world.states())
            assert set(sqlite_world.states().values()) == {"sent"}
            sqlite_world.store.accept([new_letter(number) for number in range(2000, 2100)])
            assert sqlite_world.settled(60)
            assert len(first.taken()) > before
            told = [event["kind"] for event in sqlite_world.events() if event["kind"] in ("standing_in", "back")]
            assert told == ["standing_in", "back"]
    finally:
        first.kill()
