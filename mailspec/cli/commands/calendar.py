"""``mailspec calendar``."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import click

from mailspec.cli.formats import Outputs, formats
from mailspec.cli.options import OPTIONS, ProjectOptions, in_project
from mailspec.cli.refusals import guarded
from mailspec.cli.streams import out
from mailspec.outcome.exits import Exit
from mailspec.render.registry import names_for
from mailspec.render.view import View
from mailspec.workflow.options import CheckOptions

_SHOWN = 5


def _days(_ctx: click.Context, _param: click.Parameter, value: str) -> timedelta:
    number = value.removesuffix("d")
    if not number.isdigit() or len(number) > 5:
        raise click.BadParameter(f"'{value}' is not a number of days; write it as 400d.")
    return timedelta(days=int(number))


@click.command("calendar")
@click.option("--within", default="400d", show_default=True, metavar="DAYS", callback=_days, help="How far to look.")
@click.option("--ics", is_flag=True, help="Print iCalendar (RFC 5545), for a calendar program.")
@OPTIONS["as_of"]
@in_project()
@formats(*names_for())
@guarded
def command(within: timedelta, ics: bool, as_of: date | None, project: ProjectOptions, outputs: Outputs) -> int:
    """List what providers retire and when secrets end: by when, and whom it hits.

    What has changed already is listed as long as it still hits somebody.
    """
    from mailspec.render.icalendar import icalendar
    from mailspec.text.escape import terminal
    from mailspec.workflow.reference.dates import calendar

    workspace = project.open(CheckOptions(as_of=as_of))
    day = as_of or date.today()
    facts = calendar(workspace, day, within)
    if ics:
        out(icalendar(facts, day, workspace.spec.instance_id).removesuffix("\n"))
        return Exit.CLEAN

    def text() -> str:
        lines = [f"Nothing changes within {within.days} days."] if not facts else []
        for fact in facts:
            past = date.fromisoformat(fact.day) <= day
            who = ", ".join(fact.affected[:_SHOWN]) + (" ..." if len(fact.affected) > _SHOWN else "")
            name = f"{fact.provider}: " if fact.provider else ""
            lines.append(f"{fact.day}{' (past)' if past else ''}  {name}{fact.what}")
            lines.append(f"  affects {len(fact.affected)}: {who}")
            lines += [f"  {fact.text}"] if fact.text else []
        return "\n".join(map(terminal, lines))

    data: dict[str, Any] = {
        "version": 1,
        "as_of": day.isoformat(),
        "within_days": within.days,
        "dates": [{**fact._asdict(), "affected": list(fact.affected)} for fact in facts],
    }
    outputs.write(View(lambda _options: text(), lambda: data))
    return Exit.CLEAN
