"""``queue list``, ``show``, ``retry`` and ``purge``, and the JSON that programs read."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mailspec.delivery.letters import NewLetter
from mailspec.outcome.delivery import Trouble
from tools.queue.process import new_letter
from tools.queue.world import World

REFUSED = Trouble("the server refused the recipient", "recipient_rejected", "rcpt_to", smtp_code=550)


@pytest.fixture
def three(queued: World, ended: Callable[..., NewLetter]) -> World:
    """One that waits (1), one that was sent (2) and a dead letter (3)."""
    queued.store.accept([new_letter(1)])
    ended(new_letter(2))
    ended(new_letter(3), trouble=REFUSED)
    return queued


def states(world: World) -> list[str]:
    return [entry.state for entry in sorted(world.store.listed((), None), key=lambda entry: entry.subject)]


def test_list_shows_what_waits_and_what_died(three: World, cli: Callable[..., Any], as_published: Any) -> None:
    def listed(*words: str) -> list[str]:
        reply = as_published("queue-list", cli("queue", "list", *words, "--format", "json", cwd=three.folder).json)
        assert reply["total"] == len(reply["messages"])
        return sorted(entry["subject"] for entry in reply["messages"])

    assert listed() == ["number 1", "number 3"]
    assert listed("--dead") == ["number 3"]
    assert listed("--state-is", "sent", "--state-is", "queued") == ["number 1", "number 2"]
    text = cli("queue", "list", cwd=three.folder).out
    assert "number 3 - the server refused the recipient" in text


def test_show_prints_one_message_and_its_content_while_it_is_kept(
    three: World, cli: Callable[..., Any], as_published: Any
) -> None:
    dead, sent = new_letter(3), new_letter(2)
    reply = as_published("queue-show", cli("queue", "show", dead.id[:8], "--format", "json", cwd=three.folder).json)
    assert (reply["id"], reply["trouble"]["category"], reply["bounces"]) == (dead.id, "recipient_rejected", [])
    assert "Recipient:     r3@out.example: failed" in cli("queue", "show", dead.message_id, cwd=three.folder).out
    assert "\nhello\n" in cli("queue", "show", dead.id, "--content", cwd=three.folder).out
    ran = cli("queue", "show", sent.id, "--content", cwd=three.folder)
    assert (ran.code, "no longer kept" in ran.err) == (1, True)


@pytest.mark.parametrize("word", ["show", "retry"])
def test_an_unknown_or_ambiguous_id_is_wrong_use(three: World, cli: Callable[..., Any], word: str) -> None:
    ran = cli("queue", word, "zzzz", cwd=three.folder)
    assert (ran.code, "No message's id begins with 'zzzz'" in ran.err) == (2, True)
    ran = cli("queue", word, "", cwd=three.folder)
    assert ran.code == 2


def test_retry_gives_dead_letters_back_and_nothing_else(three: World, cli: Callable[..., Any]) -> None:
    ran = cli("queue", "retry", new_letter(2).id, cwd=three.folder)
    assert (ran.code, "is no dead letter: it is sent" in ran.err) == (2, True)
    assert cli("queue", "retry", cwd=three.folder).code == 2
    assert cli("queue", "retry", new_letter(3).id, cwd=three.folder).out == "1 given back to the queue.\n"
    assert states(three) == ["queued", "sent", "queued"]
    assert cli("queue", "retry", "--all", cwd=three.folder).out == "0 given back to the queue.\n"


def test_purge_deletes_what_was_named_and_asks_for_what_was_not_sent(three: World, cli: Callable[..., Any]) -> None:
    assert cli("queue", "purge", cwd=three.folder).code == 2
    refused = cli("queue", "purge", "--dead", cwd=three.folder)
    assert (refused.code, "Nothing was deleted" in refused.err) == (5, True)
    assert cli("queue", "purge", "--sent", "--older-than", "1", cwd=three.folder).out == "0 deleted.\n"
    assert cli("queue", "purge", "--sent", cwd=three.folder).out == "1 deleted.\n"
    assert states(three) == ["queued", "dead"]
    assert cli("queue", "purge", "--dead", "--yes", cwd=three.folder).out == "1 deleted.\n"
    assert cli("queue", "purge", new_letter(1).id, "--yes", cwd=three.folder).out == "1 deleted.\n"
    assert states(three) == []


def test_purge_takes_what_is_old_enough(
    queued: World, ended: Callable[..., NewLetter], cli: Callable[..., Any]
) -> None:
    ended(new_letter(1), ago=10 * 86400)
    ended(new_letter(2), ago=2 * 86400)
    assert cli("queue", "purge", "--sent", "--older-than", "7", cwd=queued.folder).out == "1 deleted.\n"
    assert [entry.subject for entry in queued.store.listed((), None)] == ["number 2"]


def test_where_there_is_no_queue_nothing_is_made(tmp_path: Path, cli: Callable[..., Any], as_published: Any) -> None:
    (tmp_path / "mailspec.yml").write_text("version: 1\ninstance: {name: Acme}\n")
    reply = as_published("queue-list", cli("queue", "list", "--format", "json", cwd=tmp_path).json)
    assert reply == {"version": 1, "messages": [], "total": 0}
    for words in (("purge", "--sent"), ("retry", "--all"), ("bounces", ".")):
        assert cli("queue", *words, cwd=tmp_path).code == 0
    assert [path.name for path in tmp_path.iterdir()] == ["mailspec.yml"]
