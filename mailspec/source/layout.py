"""Which files belong to a project."""

from __future__ import annotations

MAIN = "mailspec.yml"
FOLDERS = ("configurations", "groups", "users", "mailings", "targets")
ENVIRONMENTS = "environments"
ENDINGS = (".yml", ".yaml")
MAX_FILES = 100_000
# What is looked at on the way to them: links can make any number of folders and names out of few.
MAX_NAMES = 1_000_000
MAX_BYTES = 10 * 1024 * 1024


def role_of(inside: str) -> tuple[bool, str | None]:
    """Tell whether a path in the project is read, and for which environment.

    >>> role_of("users/alice.yml"), role_of("environments/staging.yml"), role_of("notes.yml")
    ((True, None), (True, 'staging'), (False, None))
    """
    if not inside.endswith(ENDINGS) or inside.startswith(".") or "/." in inside:
        return False, None
    folder, _, below = inside.partition("/")
    if not below:
        return inside == MAIN, None
    if folder in FOLDERS:
        return True, None
    if folder == ENVIRONMENTS:
        name, slash, _ = below.partition("/")
        return True, name if slash else name.rsplit(".", 1)[0]
    return False, None


def may_hold(folder: str) -> bool:
    """Tell whether files that are read may lie in a folder of the project, or below it."""
    top = folder.partition("/")[0]
    return top in FOLDERS or top == ENVIRONMENTS
