"""Variables by their names: those of a preset, else any that look like a mail server's."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import unquote

from mailspec.importing.found import Found, account, host_and_port, truth
from mailspec.importing.presets import best_preset
from mailspec.text.url import split_url

# Parts of names behind a program's own prefix, by the setting that they mean.
_WORDS = {
    "host": ("HOST", "SERVER", "ADDR", "ADDRESS", "HOSTNAME"),
    "port": ("PORT",),
    "username": ("USERNAME", "USER", "LOGIN", "USER_NAME", "HOST_USER"),
    "password": ("PASSWORD", "PASS", "PASSWD", "HOST_PASSWORD"),
    "sender": ("FROM", "FROM_EMAIL", "FROM_ADDRESS", "SENDER", "MAIL_FROM"),
    "name": ("FROM_NAME", "SENDER_NAME"),
    "security": ("SECURITY", "ENCRYPTION", "SCHEME", "SECURE", "PROTOCOL"),
    "ssl": ("SSL", "USE_SSL", "FORCE_TLS"),
    "starttls": ("STARTTLS", "USE_TLS", "TLS", "ENABLE_STARTTLS"),
    "ehlo": ("HELO", "EHLO", "HELO_HOSTNAME", "EHLO_DOMAIN", "DOMAIN"),
}
_START = re.compile(r"(?P<prefix>(?:[A-Z0-9_]+_)?(?:SMTP|MAIL|EMAIL|MAILER)_+)(?:HOST|SERVER|ADDR|ADDRESS|HOSTNAME)$")
_MEANS = {
    **dict.fromkeys(("tls", "ssl", "smtps", "ssl/tls", "implicit"), "tls"),
    **dict.fromkeys(("starttls", "start_tls", "smtp+starttls", "explicit"), "starttls"),
    **dict.fromkeys(("none", "off", "false", "plain", ""), "none"),
}
_URLS = ("MAILER_DSN", "EMAIL_URL", "SMTP_URL", "MAIL_URL")


def read_variables(values: Mapping[str, str], *, presets: bool = True) -> tuple[list[Found], str | None, str | None]:
    """Return the accounts that variables name, and the preset and the prefix that a target would write them by."""
    if presets and (chosen := best_preset(values)) is not None:
        preset, prefix, made = chosen
        return [made], preset.name, prefix
    found = []
    for name in sorted(values):
        start = _START.match(name)
        if start is not None and values[name]:
            found.append(_by_words(start["prefix"], values))
    found += [_by_url(values[name]) for name in _URLS if values.get(name, "").startswith(("smtp", "submission"))]
    return found, None, None


def _by_words(prefix: str, values: Mapping[str, str]) -> Found:
    texts: dict[str, str] = {}
    for setting, words in _WORDS.items():
        for word in words:
            if values.get(prefix + word):
                texts.setdefault(setting, values[prefix + word])
    security = _MEANS.get(texts.get("security", "?").lower())
    if security is None and (prefix.rstrip("_").endswith("SMTP") or "ssl" in texts or "starttls" in texts):
        implicit, explicit = truth(texts.get("ssl", "")), truth(texts.get("starttls", ""))
        named = "ssl" in texts or "starttls" in texts
        security = "tls" if implicit else "starttls" if explicit else "none" if named else None
    sender = texts.get("sender") or values.get("DEFAULT_FROM_EMAIL")
    host, port = host_and_port(texts["host"])
    return account(
        host,
        texts.get("port") or port,
        security,
        username=texts.get("username"),
        password=texts.get("password"),
        sender=sender,
        name=texts.get("name"),
        ehlo_name=texts.get("ehlo") if "." in texts.get("ehlo", "") else None,
        hint=prefix.rstrip("_").lower(),
        notes=(f"{prefix}* is no preset's: what its variables mean was worked out from their names; check it",),
    )


def _by_url(text: str) -> Found:
    parts = split_url(text)
    # Django-environ and dj-email-url mean STARTTLS by smtps, Symfony implicit TLS: the port decides.
    implicit = parts.scheme in ("smtp+ssl", "smtps") and (parts.port in (None, 465) or parts.scheme == "smtp+ssl")
    note = "libraries read mail URLs differently: check the TLS mode"
    return account(
        parts.hostname or "",
        parts.port,
        "tls" if implicit else "starttls",
        username=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        hint="url",
        notes=(note,),
    )
