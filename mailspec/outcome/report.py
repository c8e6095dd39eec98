"""What a validation found, as one value for every format."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple, get_args

from mailspec.outcome.catalogue import CATALOGUE
from mailspec.outcome.finding import Finding, Fix, Related, Severity
from mailspec.outcome.location import Location

_WORST_FIRST = get_args(Severity)


class Report(NamedTuple):
    """All findings in order, and the texts that they point into (by file name) for code frames."""

    findings: tuple[Finding, ...]
    files: int
    texts: Mapping[str, str]

    @property
    def counted(self) -> list[Finding]:
        """The findings that are not suppressed."""
        return [finding for finding in self.findings if not finding.suppressed]

    @property
    def summary(self) -> dict[str, int]:
        """Count by severity."""
        severities = [finding.severity for finding in self.counted]
        return {
            "files": self.files,
            "errors": severities.count("error"),
            "warnings": severities.count("warning"),
            "infos": severities.count("info"),
            "suppressed": len(self.findings) - len(severities),
        }

    def worst_first(self) -> Report:
        """Return the same with each file's errors before its warnings and these before its notes."""

        def key(finding: Finding) -> tuple[str, int]:
            file = "" if finding.location is None else finding.location.file
            return file, _WORST_FIRST.index(finding.severity)

        return self._replace(findings=tuple(sorted(self.findings, key=key)))

    def failed(self, *, strict: bool = False) -> bool:
        """Tell whether the findings make a command fail: any error, with ``strict`` any warning too."""
        return any(f.severity == "error" or (strict and f.severity == "warning") for f in self.counted)


def finding(
    code: str,
    message: str,
    location: Location | None,
    *,
    severity: Severity | None = None,
    path: str = "",
    object: str | None = None,
    related: Iterable[Related] = (),
    help: str = "",
    fix: Fix | None = None,
) -> Finding:
    """Make a finding with its catalogue entry's name and, unless given, default severity."""
    entry = CATALOGUE[code]
    # By position, because by name it takes twice as long.
    return Finding(
        code, entry.name, severity or entry.severity, message, location, path, object, None, False, tuple(related),
        help, fix,
    )  # fmt: skip


def join_reports(reports: Sequence[Report]) -> Report:
    """Make one report of several, in order."""
    if len(reports) == 1:
        return reports[0]
    findings = sorted((f for report in reports for f in report.findings), key=lambda f: f.sort_key)
    texts = {name: text for report in reports for name, text in report.texts.items()}
    return Report(tuple(findings), sum(report.files for report in reports), texts)
