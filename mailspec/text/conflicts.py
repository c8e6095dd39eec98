"""Git's conflict markers, which a merge leaves in a file until somebody decides (git-merge(1), "How conflicts are
presented")."""

from __future__ import annotations

import re

from mailspec.text.faults import Fault

# Markers stand at the very start of a line, where a YAML file has its outermost keys and never one of these.
_MARKER = re.compile(r"^(?:<{7}|>{7})(?: [^\r\n]*)", re.MULTILINE)


def conflicts(text: str) -> list[Fault]:
    """Return a fault for each begin and end of a conflict.

    A lone marker counts as well: whoever removed the other one has not finished. In a block of text at the outermost
    level a marker would be content; a Spec has none there.
    """
    return [
        Fault(
            "conflict",
            f"A merge is not finished: {'a conflict begins' if found[0][0] == '<' else 'a conflict ends'} here.",
            "Keep one of the two sides, and remove the lines that start with <<<<<<<, ======= and >>>>>>>.",
            offset=found.start(),
            length=len(found[0]),
        )
        for found in _MARKER.finditer(text)
    ]
