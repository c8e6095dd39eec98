"""``mailspec import`` of programs: what is shown, written and recorded."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from mailspec.cli.formats import Outputs
from mailspec.cli.options import ProjectOptions
from mailspec.cli.streams import say
from mailspec.outcome.exits import Exit
from mailspec.render.view import Options, View

if TYPE_CHECKING:
    from mailspec.workflow.importing.programs import Imported

TABLES = (".csv", ".tsv", ".tab", ".xlsx", ".xlsm")


def is_table(words: Sequence[str]) -> bool:
    """Tell whether the sources are one table of people."""
    return len(words) == 1 and words[0].lower().endswith(TABLES)


def import_programs(
    words: Sequence[str], passwords: str | None, project: ProjectOptions, outputs: Outputs, *, write: bool
) -> int:
    """Show or write what programs' settings become."""
    from mailspec.render.as_text import report as report_text
    from mailspec.workflow.importing.places import USUAL
    from mailspec.workflow.importing.programs import import_programs as read
    from mailspec.workflow.importing.programs import write as write_files
    from mailspec.workflow.importing.recording import record

    made = read(words, project=project.project, passwords=passwords or USUAL)
    failed = made.report.failed()
    unrecorded: str | None = None
    if write and not failed:
        write_files(made)
        unrecorded = record(made.root)
    written = write and not failed

    def text(options: Options) -> str:
        from mailspec.text.escape import terminal

        found = report_text(made.report, colour=options.colour, verbose=options.verbose, quiet=options.quiet)
        parts = [found] if made.report.findings else []
        if not (outputs.quiet or failed or written):
            parts += [f"# {terminal(name)}\n{terminal(body.rstrip(), lines=True)}" for name, body in made.files.items()]
        parts += [f"Note: {terminal(note)}." for note in made.notes]
        return "\n".join(parts)

    outputs.write(View(text, lambda: _data(made, written, unrecorded)))
    if outputs.printed == "text" and not outputs.quiet:
        say(_summary(made, written=written, failed=failed))
        if written:
            say(f"Not recorded: {unrecorded}." if unrecorded else "Recorded as in force: nothing was changed.")
    return Exit.FINDINGS if failed else Exit.CLEAN


def _summary(made: Imported, *, written: bool, failed: bool) -> str:
    if failed:
        return "Nothing was written: what was found does not validate. Correct the program's settings first."
    many = len(made.configurations)
    count = f"{many} configuration{'s' if many != 1 else ''}, {len(made.targets)} target"
    count += "s" if len(made.targets) != 1 else ""
    stored = f"; {len(made.places)} password{'s' if len(made.places) != 1 else ''}" if made.places else ""
    where = ", ".join(dict.fromkeys(next(iter(place.reference)) for place in made.places))
    if not written:
        return f"{count}{f'{stored} would go into {where}' if stored else ''}. Write with --write."
    return f"Wrote {len(made.files)} files: {count}{f'{stored} in {where}' if stored else ''}."


def _data(made: Imported, written: bool, unrecorded: str | None) -> dict[str, Any]:
    from mailspec.render.as_json import report

    return {
        **report(made.report),
        "configurations": list(made.configurations),
        "targets": list(made.targets),
        "files": [{"path": name, "text": text} for name, text in made.files.items()],
        "passwords": [{"name": place.name, "reference": dict(place.reference)} for place in made.places],
        "notes": list(made.notes),
        "written": written,
        "recorded": written and unrecorded is None,
    }
