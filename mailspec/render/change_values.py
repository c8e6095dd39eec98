"""A changed field's two sides in one line each."""

from __future__ import annotations

from mailspec.outcome.plan import FieldChange, Json
from mailspec.render.settings_text import text

NOTHING = "(nothing)"


def before(field: FieldChange) -> str:
    """Return what the field held."""
    return _shown(field.before)


def after(field: FieldChange) -> str:
    """Return what the field will hold. Where a secret's reference stays, its value is what changes."""
    if field.sensitive and field.before == field.after:
        return f"{_shown(field.after)}, with another secret behind it"
    return _shown(field.after)


def _shown(value: Json) -> str:
    return NOTHING if value is None else text(value)
