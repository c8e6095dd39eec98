"""``queue stats``: the same numbers for people, programs, Prometheus and as a page."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from mailspec.delivery.bounces import take
from mailspec.delivery.letters import NewLetter
from mailspec.outcome.delivery import Trouble
from mailspec.outcome.queue import Hour
from mailspec.render.plot import lay_out
from tools.queue.process import new_letter
from tools.queue.world import World

REFUSED = Trouble(
    "the server refused the recipient <b>",
    "recipient_rejected",
    "rcpt_to",
    smtp_code=550,
    server_reply="550 5.1.1 <x@out.example> unknown",
    advice="Correct the address.",
)
BOUNCE = """\
From: MAILER-DAEMON@mx.out.example
X-Failed-Recipients: r1@out.example
In-Reply-To: {}

r1@out.example: 550 5.1.1 User unknown
"""


@pytest.fixture
def day(queued: World, ended: Callable[..., NewLetter]) -> World:
    """Three sent an hour ago, of which one came back, one dead, one that waits, and one sent two days ago."""
    for number in (1, 2):
        ended(replace(new_letter(number), mailing="news", configuration='Pri"mary\\'), ago=3600.0)
    ended(replace(new_letter(3), configuration="Standby"), ago=3600.0)
    ended(new_letter(4), trouble=REFUSED)
    ended(new_letter(5), ago=2 * 86400.0)
    queued.store.accept([new_letter(6)])
    take(queued.store.database, BOUNCE.format(new_letter(1).message_id).encode())
    return queued


def test_text_and_json_tell_the_same(day: World, cli: Callable[..., Any], as_published: Any) -> None:
    reply = as_published("queue-stats", cli("queue", "stats", "--format", "json", cwd=day.folder).json)
    assert reply["total"] == {
        "sent": 3,
        "failed": 1,
        "queued": 1,
        "dead": 1,
        "average_seconds": 2.0,
        "bounced": 1,
        "bounce_rate": 0.3333,
    }
    by_name = {entry["name"]: entry for entry in reply["configurations"]}
    assert (by_name['Pri"mary\\']["sent"], by_name['Pri"mary\\']["bounce_rate"]) == (2, 0.5)
    assert (by_name["Standby"]["sent"], by_name["Standby"]["bounced"]) == (1, 0)
    assert [(entry["name"], entry["sent"], entry["bounced"]) for entry in reply["mailings"]] == [("news", 2, 1)]
    assert [sum(hour[name] for hour in reply["hours"]) for name in ("sent", "dead", "bounced")] == [3, 1, 1]
    lines = cli("queue", "stats", cwd=day.folder).out.splitlines()
    assert lines[1] == "  sent 3   failed 1   bounced 1 (33.3%)   average 2.0 s"
    assert lines[2] == "  queued 1   dead 1   workers 0"
    assert any(re.fullmatch(r"news +2 +0 +0 +0 +1 +50.0% +2.0 s", line) for line in lines)


def test_no_queue_yet_gives_zeros(tmp_path: Path, cli: Callable[..., Any], as_published: Any) -> None:
    (tmp_path / "mailspec.yml").write_text("version: 1\ninstance: {name: Acme}\n")
    reply = as_published("queue-stats", cli("queue", "stats", "--format", "json", cwd=tmp_path).json)
    assert (reply["total"]["sent"], reply["total"]["bounce_rate"], reply["hours"]) == (0, None, [])
    assert not (tmp_path / ".mailspec").exists()
    assert "No dead letters" in cli("queue", "stats", "--format", "html", cwd=tmp_path).out


@pytest.mark.service("promtool")
def test_promtool_reads_the_metrics_without_a_complaint(day: World, cli: Callable[..., Any]) -> None:
    text = cli("queue", "stats", "--format", "prometheus", cwd=day.folder).out
    done = subprocess.run(["promtool", "check", "metrics"], input=text, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout + done.stderr) == (0, "")
    place = 'instance_id="acme",environment=""'
    assert f"mailspec_queue_sent_24h{{{place}}} 3\n" in text
    assert f'mailspec_queue_configuration_sent_24h{{{place},configuration="Pri\\"mary\\\\"}} 2\n' in text
    assert f'mailspec_queue_mailing_bounce_ratio{{{place},mailing="news"}} 0.5\n' in text


def test_the_page_shows_the_day_and_each_dead_letter_with_its_cure(day: World, cli: Callable[..., Any]) -> None:
    page = cli("queue", "stats", "--format", "html", cwd=day.folder).out
    assert "3 messages sent in 24 hours, 2.0 s on average, 1 came back (33.3%), 1 wait, 1 dead letter" in page
    assert [page.count(f'<rect class="bar {style}"') for style in ("sent", "dead", "bounced")] == [1, 1, 1]
    assert "r4@out.example" in page
    assert "the server refused the recipient &lt;b&gt;" in page
    assert "550 5.1.1 &lt;x@out.example&gt; unknown" in page
    assert "<strong>What to do:</strong> Correct the address." in page
    assert f"mailspec queue retry {new_letter(4).id[:8]}" in page


@pytest.mark.parametrize(
    ("most", "rules"),
    [(0, [2, 1]), (1, [2, 1]), (2, [2, 1]), (3, [4, 2]), (7, [10, 5]), (11, [20, 10]), (390, [400, 200])],
)
def test_the_plots_rule_is_a_round_number_above_all_bars(most: int, rules: list[int]) -> None:
    plot = lay_out([Hour(0.0, most, 0, most), Hour(3600.0, 0, most, 0)])
    assert [rule.number for rule in plot.rules] == rules
    bars = [bar for slot in plot.slots for bar in slot.bars]
    assert all(plot.rules[0].y <= bar.y and abs(bar.y + bar.height - plot.bottom) < 0.2 for bar in bars)
    assert all(bar.x >= 0 and bar.x + bar.width <= 100 for bar in bars)
    assert len(bars) == (3 if most else 0)


@pytest.mark.service("chromium")
@pytest.mark.xdist_group("chromium")
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_on_a_phone_is_no_wider_than_the_window_and_keeps_its_plot(
    day: World, cli: Callable[..., Any], chromium: Any, scheme: str
) -> None:
    cli("queue", "stats", "--format", f"html={day.folder}/stats.html", cwd=day.folder)
    context = chromium.new_context(viewport={"width": 390, "height": 844}, color_scheme=scheme)
    page = context.new_page()
    page.goto((day.folder / "stats.html").as_uri())
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    plot, bar = page.locator(".plot svg").bounding_box(), page.locator(".bar.sent").bounding_box()
    assert 300 <= plot["width"] <= 390
    assert plot["x"] <= bar["x"] <= plot["x"] + plot["width"]
    assert bar["height"] > 50
    colours = {
        page.evaluate(f"getComputedStyle(document.querySelector('.bar.{name}')).fill") for name in ("sent", "dead")
    }
    assert len(colours | {"rgb(0, 0, 0)"}) == 3
    folder = os.environ.get("MAILSPEC_SCREENSHOTS")
    if folder:
        page.screenshot(path=Path(folder) / f"queue-{scheme}.png", full_page=True)
    context.close()
