"""Where the files are that a Spec names."""

from __future__ import annotations

import os


def declared_path(root: str | os.PathLike[str], path: str) -> str:
    """Return the absolute path that a declared one means, seen from the project's folder ``root``.

    ``~`` is the home of who runs mailspec, as in a shell. Detours are taken out before links are followed, so that
    ``x/../y`` is ``y`` wherever ``x`` leads. What looks at a path and what opens it ask here: else one would see
    another file than the other.
    """
    whole = os.path.normpath(os.path.join(root, os.path.expanduser(path)))
    # Two slashes at the start are kept by normpath (POSIX lets them mean something else; here they do not).
    return f"/{whole.lstrip('/')}"
