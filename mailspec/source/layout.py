"""Which files belong to a project."""

from __future__ import annotations

MAIN = "mailspec.yml"
FOLDERS = ("configurations", "groups", "users", "mailings", "targets")
ENVIRONMENTS = "environments"
ENDINGS = (".yml", ".yaml")
MAX_FILES = 100_000
MAX_BYTES = 10 * 1024 * 1024


def role_of(inside: str) -> tuple[bool, str | None]:
    """Tell whether a path in the project is read, and for which environment.

    >>> role_of("users/alice.yml"), role_of("environments/staging.yml"), role_of("notes.yml")
    ((True, None), (True, 'staging'), (False, None))
    """
    parts = inside.split("/")
    if any(part.startswith(".") for part in parts) or not inside.endswith(ENDINGS):
        return False, None
    if inside == MAIN:
        return True, None
    if len(parts) > 1 and parts[0] in FOLDERS:
        return True, None
    if len(parts) > 1 and parts[0] == ENVIRONMENTS:
        name = parts[1] if len(parts) > 2 else parts[1].rsplit(".", 1)[0]
        return True, name
    return False, None
