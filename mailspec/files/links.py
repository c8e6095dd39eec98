"""Links that a checkout may hold: what is written into it must not be led elsewhere."""

from __future__ import annotations

import errno
import os


def refuse_links(path: str) -> None:
    """Refuse a file that a link below the working folder leads to, as a change may bring one.

    Raises:
        OSError: ``ELOOP``, with the link's name in the words.
    """
    start = os.getcwd()
    whole = os.path.normpath(os.path.join(start, path))
    # At the root of the system nothing is a checkout, and /dev/stdout is a link.
    if start == os.sep or not whole.startswith(os.path.join(start, "")):
        return
    here = start
    for part in os.path.relpath(whole, start).split(os.sep):
        here = os.path.join(here, part)
        if os.path.islink(here):
            shown = os.path.relpath(here, start)
            raise OSError(errno.ELOOP, f"{shown} is a link, which could lead anywhere; name a file that is none", path)
