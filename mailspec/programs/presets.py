"""Which names a program gives to the settings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from mailspec.model.fields import FIELDS
from mailspec.outcome.plan import Json


@dataclass(frozen=True, slots=True)
class Preset:
    """``keys`` maps the name after the prefix to the dotted setting; ``fixed_prefix`` tells whether it
    may be chosen.

    ``notes`` are what the program needs and these names cannot carry; ``source`` says where the names
    come from. ``tls_elsewhere`` is where the program takes the TLS mode from, where no name is for it.
    ``constants`` are written as they are while mail is on. ``modes`` gives for a name the text of each ``security``.
    ``not_kept`` says for a ``security`` what the program does not keep of it.
    """

    prefix: str
    keys: Mapping[str, str]
    fixed_prefix: bool
    source: str
    notes: tuple[str, ...] = ()
    tls_elsewhere: str = ""
    constants: Mapping[str, str] = field(default_factory=dict)
    modes: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    not_kept: Mapping[str, str] = field(default_factory=dict)


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

# What was measured of n8n, Directus and Symfony's mailer, which Laravel uses (2026-11-28).
_OPPORTUNISTIC = "cannot require STARTTLS: to a server that offers none, mail and password go in clear"

# Run with nodemailer and @n8n/config 2.40.7 on 2026-11-27: STARTTLS where it is offered, else mail goes in clear.
# Both switches have to be written, since STARTTLS is on by default.
_N8N = Preset(
    prefix="N8N_",
    keys={
        "SMTP_HOST": "host",
        "SMTP_PORT": "port",
        "SMTP_USER": "auth.username",
        "SMTP_PASS": "auth.password",
        "SMTP_SENDER": "from.email",
    },
    fixed_prefix=True,
    source="n8n 2.40.7, run 2026-11-27",
    constants={"EMAIL_MODE": "smtp"},
    modes={
        "SMTP_SSL": {"tls": "true", "starttls": "false", "none": "false"},
        "SMTP_STARTTLS": {"tls": "false", "starttls": "true", "none": "false"},
    },
    not_kept={"starttls": f"n8n {_OPPORTUNISTIC}"},
)

# Run as a whole server (11.17.4) on 2026-11-28. EMAIL_FROM must be an address alone: the name is the project's.
_DIRECTUS = Preset(
    prefix="EMAIL_",
    keys={
        "SMTP_HOST": "host",
        "SMTP_PORT": "port",
        "SMTP_USER": "auth.username",
        "SMTP_PASSWORD": "auth.password",
        "SMTP_NAME": "ehlo_name",
        "FROM": "from.email",
    },
    fixed_prefix=True,
    source="Directus 11.17.4, run 2026-11-28",
    notes=("Directus shows its project's name as the sender's, whatever is declared",),
    constants={"TRANSPORT": "smtp"},
    modes={
        "SMTP_SECURE": {"tls": "true", "starttls": "false", "none": "false"},
        "SMTP_IGNORE_TLS": {"tls": "false", "starttls": "false", "none": "true"},
    },
    not_kept={
        "starttls": "Directus cannot require STARTTLS: to a server that offers none, mail and password go in clear"
    },
)

# Words from Laravel's own config/mail.php, not run here; without MAIL_MAILER its default is a log file.
_LARAVEL = Preset(
    prefix="MAIL_",
    keys={
        "HOST": "host",
        "PORT": "port",
        "USERNAME": "auth.username",
        "PASSWORD": "auth.password",
        "FROM_ADDRESS": "from.email",
        "FROM_NAME": "from.name",
        "EHLO_DOMAIN": "ehlo_name",
    },
    fixed_prefix=True,
    source="Laravel, config/mail.php; words from source, not run",
    constants={"MAILER": "smtp"},
    modes={"SCHEME": {"tls": "smtps", "starttls": "smtp", "none": "smtp"}},
    not_kept={
        "starttls": "Laravel cannot require STARTTLS: to a server that offers none, mail and password go in clear"
    },
)

PRESETS: dict[str, Preset] = {
    "setget": _SETGET,
    "generic": _GENERIC,
    "n8n": _N8N,
    "directus": _DIRECTUS,
    "laravel": _LARAVEL,
}

# How SetGet's panel names the modes.
_TLS_MODES = {"tls": "'implicit'", "starttls": "'starttls'", "none": "no TLS"}


def notes_for(preset: Preset, settings: Mapping[str, Json]) -> tuple[str, ...]:
    """Return the preset's notes with what holds filled in."""
    mode = _TLS_MODES.get(str(settings.get("security")), "the right mode")
    kept = preset.not_kept.get(str(settings.get("security")))
    return (*(note.format(security=mode) for note in preset.notes), *([kept] if kept else []))


def text_of(value: Json) -> str | None:
    """Return a plain setting as a program reads it, such as ``true`` or ``30``; ``None`` for none."""
    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return f"{value:.15g}"
    return str(value)
