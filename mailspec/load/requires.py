"""``requires: ">=0.1"``: which versions of mailspec may read the files."""

from __future__ import annotations

from collections.abc import Iterator

from mailspec.load.item import Item, Path
from mailspec.outcome.finding import Finding
from mailspec.outcome.report import finding


def check_requires(declared: Item, version: str) -> Iterator[Finding]:
    """Hold a version of mailspec against what the files want (PEP 440); ``declared`` is where they say so."""
    # Few files say it, and it takes a while to import.
    from packaging.specifiers import SpecifierSet

    wanted = str(declared.get("requires"))
    try:
        if SpecifierSet(wanted).contains(version, prereleases=True):
            return
    except ValueError:
        # No specifier, or a number of more digits than Python reads.
        message = f"'requires' is the text '{wanted[:60]}'; versions of mailspec are wanted."
        help_ = 'Write versions with a comparison before each, such as ">=0.1" or ">=0.1, <2".'
    else:
        message = f"These files require mailspec {wanted[:200]}; this is mailspec {version}."
        help_ = "Use a version of mailspec that they were written for, or change requires once you have checked them."
    path: Path = ("requires",)
    yield finding("MS003", message, declared.locate(path), path=declared.pointer(path), help=help_)
