"""How wide the text of a terminal may be."""

from __future__ import annotations

import shutil

_NARROWEST, _USUAL, _WIDEST = 40, 80, 100


def width() -> int:
    """Return the columns to write in: the terminal's, within what reads well; 80 where there is none."""
    return max(_NARROWEST, min(shutil.get_terminal_size((_USUAL, 24)).columns, _WIDEST))
