"""Findings in every output format: what validate prints, and what any command prints that they stop."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mailspec.render.view import Options, View

if TYPE_CHECKING:
    from mailspec.outcome.report import Report
    from mailspec.render.document import Document


def findings_view(report: Report, *, strict: bool = False, counted: bool = False) -> View:
    """Return a report for every output format; what it takes to write one is loaded when it is asked for.

    With ``strict`` warnings fail too; ``counted`` is a text of numbers a code instead of the findings.
    """

    def text(options: Options) -> str:
        if counted:
            from mailspec.render.statistics import statistics

            return statistics(report, colour=options.colour, quiet=options.quiet)
        from mailspec.render.as_text import report as as_text

        shown = {"colour": options.colour, "verbose": options.verbose, "quiet": options.quiet}
        return as_text(report, **shown, link=options.link)

    def json() -> str:
        from mailspec.render.as_json import report_json

        return report_json(report)

    def document() -> Document:
        from mailspec.render.documents import of_report

        return of_report(report, strict=strict)

    return View(text, json, document)
