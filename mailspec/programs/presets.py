"""Which names a program gives to the settings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from mailspec.model.fields import FIELDS
from mailspec.outcome.plan import Json


@dataclass(frozen=True, slots=True)
class Preset:
    """``keys`` maps the name after the prefix to the dotted setting; ``fixed_prefix`` tells whether it
    may be chosen.

    ``notes`` are what the program needs and these names cannot carry; ``source`` says where the names
    come from. ``tls_elsewhere`` is where the program takes the TLS mode from, where no name is for it.
    """

    prefix: str
    keys: Mapping[str, str]
    fixed_prefix: bool
    source: str
    notes: tuple[str, ...] = ()
    tls_elsewhere: str = ""


# The six variables of SetGet's page "Email and SMTP Configuration" (its table leaves the variable of
# "Use TLS" and
# "TLS Mode" empty), as in the product documents of this project.
_SETGET = Preset(
    prefix="SETGET_SMTP_",
    keys={
        "HOST": "host",
        "PORT": "port",
        "USERNAME": "auth.username",
        "PASSWORD": "auth.password",
        "FROM_EMAIL": "from.email",
        "FROM_NAME": "from.name",
    },
    fixed_prefix=True,
    source="SetGet, Email and SMTP Configuration, SMTP settings reference",
    tls_elsewhere="Admin Panel > Email / SMTP",
    notes=("SetGet has no variable for the TLS mode: choose {security} in its Admin Panel > Email / SMTP",),
)

# Laravel, Nextcloud and others agree on MAIL_HOST and MAIL_PORT; the rest follows the words of the Spec.
_GENERIC = Preset(
    prefix="MAIL_",
    keys={field.key: field for field in FIELDS if field.key},
    fixed_prefix=False,
    source="mailspec, docs/applying.md",
)

PRESETS: dict[str, Preset] = {"setget": _SETGET, "generic": _GENERIC}

# How SetGet's panel names the modes.
_TLS_MODES = {"tls": "'implicit'", "starttls": "'starttls'", "none": "no TLS"}


def notes_for(preset: Preset, settings: Mapping[str, Json]) -> tuple[str, ...]:
    """Return the preset's notes with what holds filled in."""
    mode = _TLS_MODES.get(str(settings.get("security")), "the right mode")
    return tuple(note.format(security=mode) for note in preset.notes)


def text_of(value: Json) -> str | None:
    """Return a plain setting as a program reads it, such as ``true`` or ``30``; ``None`` for none."""
    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return f"{value:.15g}"
    return str(value)
