"""Pages and schemas that people read in the repository and that travel in the wheel as well: one copy, two places."""

from __future__ import annotations

from pathlib import Path

import mailspec

_PACKAGE = Path(mailspec.__file__).parent
# Inside of the installed package (pyproject.toml puts them there), and where they stand in a checkout.
_FOLDERS = {"pages": ("rules/pages", "docs/rules"), "schemas": ("schema/published", "schemas")}


def shipped(kind: str, name: str) -> str | None:
    """Return the text of a page or schema, ``None`` where there is none of that name."""
    path = path_of(kind, name)
    return None if path is None else path.read_text(encoding="utf-8")


def path_of(kind: str, name: str) -> Path | None:
    """Return where a page or schema lies, ``None`` where there is none of that name."""
    installed, checkout = _FOLDERS[kind]
    for folder in (_PACKAGE / installed, _PACKAGE.parent / checkout):
        if folder.is_dir():
            path = folder / name
            return path if path.is_file() else None
    return None


def names(kind: str, folder: str = "") -> list[str]:
    """Return the names of what is shipped in a folder, without their endings."""
    for start in (_PACKAGE / _FOLDERS[kind][0], _PACKAGE.parent / _FOLDERS[kind][1]):
        if start.is_dir():
            return sorted(path.stem for path in (start / folder).iterdir() if path.is_file())
    return []
