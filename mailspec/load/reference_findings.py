"""Secrets that stand in a file themselves, and references to secrets of another form, in words."""

from __future__ import annotations

import re
from typing import Any

from mailspec.load.received import quote
from mailspec.model.kinds import SECRET_KINDS
from mailspec.outcome.finding import Edit, Finding, Fix
from mailspec.outcome.location import Location
from mailspec.outcome.report import finding
from mailspec.schema.shape import ShapeError
from mailspec.text import suggest

# How a CSV of people writes a reference, and what may stand behind the kind without being a password.
_AS_TEXT = re.compile(
    r"(env):\s*([A-Za-z_][A-Za-z0-9_]*)|(file|age|keyring|vault|sops):\s*([\w./{}@#-]*[/#][\w./{}@#-]*)"
)


def secret_in_file(where: Location, name: str, error: ShapeError, more: dict[str, Any]) -> Finding:
    """Say that a secret itself stands where a reference belongs, or a reference that is written as text."""
    meant = _misspelt_reference(error.received)
    if meant is not None:
        kind, rest = meant
        form = f"{{{kind}: {rest}}}"
        return finding(
            "MS003",
            f"{quote(name)} is a reference written as text; a map is wanted.",
            where,
            help=f"Write {name}: {form}.",
            fix=Fix("unsafe", f"Write {form}.", (Edit(where, form),)),
            **more,
        )
    return finding(
        "MS301",
        f"{quote(name)} holds a secret itself. Anyone who can read the repository can read it.",
        where,
        help=f"Write where the secret is instead, such as {name}: {{env: ACME_SMTP_PASSWORD}}, and change "
        "the secret, since it may have been committed.",
        **more,
    )


def _misspelt_reference(value: object) -> tuple[str, str] | None:
    """Return kind and name of a reference that is written as one text, such as ``env:NAME``."""
    found = _AS_TEXT.fullmatch(value.strip()) if isinstance(value, str) else None
    if found is None:
        return None
    kind, rest = found[1] or found[3], found[2] or found[4]
    return kind, f'"{rest}"' if kind not in {"env", "file", "age"} else rest


def secret_kind(where: Location, name: str, error: ShapeError, more: dict[str, Any]) -> Finding:
    """Say that a reference names no kind of place, or several."""
    keys = [str(key) for key in error.received]
    near = next((near for key in keys if (near := suggest(key, list(SECRET_KINDS)))), None)
    message = f"{quote(name)} must name exactly one place where the secret is."
    help_ = f"Did you mean {near}?" if near else f"Write one of {', '.join(SECRET_KINDS)}, such as {{env: NAME}}."
    return finding("MS003", message, where, help=help_, **more)
