"""Files that a command is given by name: in a checkout, a change can have made one of them a link.

What such a file holds is shown, written or sent. A path that a user typed is theirs, wherever it lies; what a link of
a checkout makes of it is the checkout's word, and that may be a stranger's.
"""

from __future__ import annotations

import os
from collections.abc import Callable

from mailspec.files.links import checkouts
from mailspec.files.opening import Contents, Unread, follow_links, read_file
from mailspec.source.folder import kept_back, untracked
from mailspec.source.layout import MAIN
from mailspec.source.walk import stays_inside

_MOST_LINKS = 40  # one after another, as many as Linux follows (path_resolution(7))


def read_named(path: str, limit: int) -> Contents | Unread:
    """Return the bytes of a file that a command was given, at most ``limit``, or why not; see :func:`led_away`."""
    away = led_away(path)
    if away:
        return Unread("unreadable", f"{away}; name that file itself where it is meant")
    return read_file(path, limit)


def project_led_away(root: str) -> str:
    """Return why a project's folder is not used, ``""`` where it is; see :func:`led_away`.

    A change can turn the folder that a pipeline names into a link to another project of the same runner.
    """
    return led_away(root, _no_project)


def _no_project(real_top: str, inside: str) -> str:
    """Return why a folder is no project of a checkout: it is hidden, or the repository does not hold its Spec."""
    meant = os.path.relpath(follow_links(os.path.join(real_top, inside)), real_top)
    if any(part.startswith(".") and part != "." for part in meant.split(os.sep)):
        return "that is hidden, or lies in a hidden folder"
    main = os.path.join(meant, MAIN)
    why = untracked(real_top, [main]).get(main, "")
    return f"of {main} there: {why}" if why else ""


def led_away(path: str, kept_back: Callable[[str, str], str] = kept_back) -> str:
    """Return why a file is not read, ``""`` where it is: links in a checkout lead out of it, or to what it lacks.

    A link may lead to what the checkout's repository holds, as it holds it, and to nothing else: not to Git's own
    folder, to an ignored or changed file, or to another checkout. Links outside of any checkout are followed.
    ``kept_back`` tells of what a link within a checkout leads to why it is not used.
    """
    current = os.path.abspath(path)
    try:
        for _ in range(_MOST_LINKS):
            for top in checkouts(current):
                why = _away(current, top, kept_back)
                if why:
                    return why
            if not os.path.islink(current):
                break
            current = os.path.join(os.path.dirname(current), os.readlink(current))
    except (OSError, ValueError):
        pass  # whoever opens it says what is wrong with it
    return ""


def _away(path: str, top: str, kept_back: Callable[[str, str], str]) -> str:
    real, real_top, inside = follow_links(path), follow_links(top), os.path.relpath(path, top)
    if real == os.path.join(real_top, inside):
        return ""
    if not stays_inside(real, real_top):
        return f"a link leads it to {real}, out of the checkout {real_top}"
    why = kept_back(real_top, inside)
    return f"a link leads it to {real}, and {why}" if why else ""
