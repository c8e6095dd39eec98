"""Changes to a text that touch nothing else."""

from __future__ import annotations

from collections.abc import Iterable


def splice(text: str, edits: Iterable[tuple[int, int, str]]) -> str:
    """Return ``text`` with each ``(start, end, replacement)`` applied; offsets are those of ``text``.

    Raises:
        ValueError: two edits overlap or insert at the same place, or one is outside of the text.
    """
    parts: list[str] = []
    done = len(text)
    previous: tuple[int, int] | None = None
    for start, end, replacement in sorted(edits, key=lambda edit: edit[:2], reverse=True):
        if not 0 <= start <= end <= done or (start, end) == previous:
            raise ValueError(f"edit {start}..{end} overlaps another one or leaves the text")
        parts += (text[end:done], replacement)
        done, previous = start, (start, end)
    parts.append(text[:done])
    return "".join(reversed(parts))
