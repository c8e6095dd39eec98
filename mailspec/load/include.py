"""``include``: more files of the project, named by patterns in mailspec.yml."""

from __future__ import annotations

from mailspec.load.item import place_of, pointer
from mailspec.load.reading import FileData
from mailspec.outcome.finding import Finding, Severity
from mailspec.outcome.report import finding
from mailspec.source.files import Source, SourceFile
from mailspec.source.layout import MAIN
from mailspec.source.patterns import is_wild, leads_out, matches

MOST_PATTERNS = 200


def included(
    source: Source, files: list[SourceFile], datas: list[FileData], findings: list[Finding]
) -> list[SourceFile]:
    """Return the files that are named and not read already; what is wrong with the patterns goes to ``findings``."""
    main = next((data for data in datas if data.inside == MAIN), None)
    others = [data for data in datas if data.inside != MAIN and data.environment is None]
    findings.extend(_misplaced(data) for data in others if "include" in data.data)
    wanted = main.data.get("include") if main is not None else None
    if main is None or not isinstance(wanted, list):
        return []
    if len(wanted) > MOST_PATTERNS:
        # Each is held against each file of the project.
        message = f"'include' has {len(wanted):,} patterns, more than {MOST_PATTERNS}, the most that are looked for."
        where = place_of(main.document, ("include", MOST_PATTERNS))
        findings.append(finding("MS003", message, where, path="/include", help="Name folders, such as teams/**/*.yml."))
        return []
    usable = [pattern for pattern in wanted if isinstance(pattern, str) and not leads_out(pattern)]
    named = source.matching(usable) if usable else []
    for index, pattern in enumerate(wanted):
        if not isinstance(pattern, str) or any(matches(file.inside, pattern) for file in named):
            continue
        severity: Severity | None = None
        if leads_out(pattern):
            code = "MS003"
            message = f"'{pattern}' leads out of the project; include names files in it."
            help_ = "Put the file into the project and name it from there, without .. and without / in front."
        else:
            # A folder that is still empty is no fault; a file that is not there is one.
            code, severity = "MS006", "warning" if is_wild(pattern) else "error"
            message = f"'{pattern}' names no file that could be read."
            help_ = "Patterns start at the project's folder; files end in .yml or .yaml, and hidden ones are not read."
        path = ("include", index)
        where = place_of(main.document, path)
        findings.append(finding(code, message, where, severity=severity, path=pointer(path), help=help_))
    read = {file.inside for file in files}
    return [file for file in named if file.inside not in read]


def _misplaced(data: FileData) -> Finding:
    return finding(
        "MS003",
        "'include' is read in mailspec.yml only.",
        place_of(data.document, ("include",), key=True),
        path="/include",
        help="Move it there.",
    )
