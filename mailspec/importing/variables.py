"""Variables by their names: those of a preset, else any that look like a mail server's."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote, urlsplit

from mailspec.importing.found import Found, account, host_and_port, truth
from mailspec.model.fields import Settings
from mailspec.programs.presets import PRESETS, Preset

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
    if presets and (chosen := _preset(values)) is not None:
        word, prefix = chosen
        return [_by_preset(PRESETS[word], prefix, values)], word, prefix
    found = []
    for name in sorted(values):
        start = _START.match(name)
        if start is not None and values[name]:
            found.append(_by_words(start["prefix"], values))
    found += [_by_url(values[name]) for name in _URLS if values.get(name, "").startswith(("smtp", "submission"))]
    return found, None, None


def _preset(values: Mapping[str, str]) -> tuple[str, str] | None:
    """Return the preset that explains most of the variables, and the prefix: its host must be there."""
    best: tuple[int, str, str] | None = None
    for word, preset in PRESETS.items():
        host = next((name for name, path in preset.plain.items() if path == "host"), None)
        if host is None or "env_file" not in preset.types:
            continue
        for name in values:
            if not name.endswith(host) or not values[name]:
                continue
            prefix = name.removesuffix(host)
            if prefix != preset.prefix and (preset.fixed_prefix or not re.fullmatch(r"[A-Z][A-Z0-9_]*_", prefix)):
                continue
            parts = tuple(preset.keys)
            # All names that start with the prefix must be the preset's: a name that it would not write is another's.
            strange = [key for key in values if key.startswith(prefix) and key.removeprefix(prefix) not in parts]
            count = sum(f"{prefix}{part}" in values for part in parts)
            constant = all(values.get(f"{prefix}{name}") == text for name, text in preset.constants.items())
            if constant and not strange and count > 1 and (best is None or count > best[0]):
                best = (count, word, prefix)
    return None if best is None else best[1:]


def _by_preset(preset: Preset, prefix: str, values: Mapping[str, str]) -> Found:
    texts = {path: values[f"{prefix}{name}"] for name, path in preset.plain.items() if values.get(f"{prefix}{name}")}
    security = texts.pop("security", None)
    if security is None and preset.modes:
        security = next((mode for mode in ("tls", "starttls", "none") if _is_mode(preset, prefix, values, mode)), None)
    notes: tuple[str, ...] = ()
    if security is None and preset.tls_elsewhere:
        notes = (f"the TLS mode is taken from the port; the program has it in its {preset.tls_elsewhere}",)
    tls = {
        word: truth(text) if word == "validate_certs" else text
        for path, text in texts.items()
        if path.startswith("tls.") and (word := path.partition(".")[2])
    }
    # What holds by default says nothing.
    tls = {word: value for word, value in tls.items() if (word, value) not in _USUAL}
    more: dict[str, Any] = {word: texts[word] for word in ("envelope_from", "reply_to", "ehlo_name") if word in texts}
    if texts.get("timeout", "30") != "30":
        more["timeout"] = _seconds(texts["timeout"])
    return account(
        texts["host"],
        texts.get("port"),
        security,
        username=texts.get(Settings.auth.username),
        password=texts.get(Settings.auth.password),
        method=texts.get(Settings.auth.method),
        sender=texts.get(Settings.from_.email) or texts.get("from"),
        name=texts.get(Settings.from_.name),
        tls=tls,
        notes=notes,
        **more,
    )


_USUAL = (("validate_certs", True), ("minimum_version", "1.2"))


def _seconds(text: str) -> int | str:
    return int(text) if text.isdecimal() else f"{text}s"


def _is_mode(preset: Preset, prefix: str, values: Mapping[str, str], mode: str) -> bool:
    return all(values.get(f"{prefix}{name}") == texts.get(mode) for name, texts in preset.modes.items())


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
    parts = urlsplit(text)
    # Django-environ and dj-email-url mean STARTTLS by smtps, Symfony implicit TLS: the port decides.
    implicit = parts.scheme in ("smtp+ssl", "smtps") and (parts.port in (None, 465) or parts.scheme == "smtp+ssl")
    note = "libraries read mail URLs differently: check the TLS mode"
    return account(
        parts.hostname or "",
        parts.port or (465 if implicit else 587),
        "tls" if implicit else "starttls",
        username=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        hint="url",
        notes=(note,),
    )
