"""A preset read backwards: a program's keys -> the settings that would be written so."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import unquote

from mailspec.importing.files import text_of
from mailspec.importing.found import Found, Problem, Source, account, truth
from mailspec.model.fields import Settings
from mailspec.plan.desired import TargetDesired
from mailspec.programs.presets import PRESETS, Key, Preset
from mailspec.targets.base import TargetProblem
from mailspec.targets.formats.base import keys_in
from mailspec.targets.registry import find

_PLACE = re.compile(r"\{([a-z_.]+)(?:\|([a-z]+))?\}")
_MODES = ("tls", "starttls", "none")


class _Read:
    """What was read of one program so far."""

    def __init__(self, preset: Preset) -> None:
        self.preset = preset
        self.texts: dict[str, str] = {}
        self.parts: dict[str, str] = {}
        self.choices: dict[str, set[str]] = {}
        self.off = False
        self.odd = False

    def take(self, key: Key, text: str) -> None:
        """Read one key; ``odd`` says that the preset never writes this text there."""
        switch = key.always is not None or "host" in key.settings
        if switch and key.off is not None and text == key.off and text not in (key.always, key.absent):
            self.off = True
        elif key.always is not None:
            self.odd |= text != key.always
        elif key.by is not None:
            meant = {value for value, written in key.is_.items() if written == text}
            self.odd |= not meant
            self.choices[key.by] = self.choices.get(key.by, meant) & meant
        elif key.setting is not None:
            if text != (key.absent or ""):
                self.texts[key.setting] = text
        else:
            self.odd |= not any(self._template(template, text) for template in key.text) and text != key.absent

    def _template(self, template: str, text: str) -> bool:
        names: list[tuple[str, str]] = []
        pattern, at = "", 0
        for place in _PLACE.finditer(template):
            # Ports stand behind the last colon, and a password never has one that is not encoded.
            pattern += re.escape(template[at : place.start()]) + ("([0-9]+)" if place[1] == "port" else "(.*?)")
            names.append((place[1], place[2] or ""))
            at = place.end()
        found = re.fullmatch(pattern + re.escape(template[at:]), text, re.DOTALL)
        if found is None:
            return False
        for (name, encoding), value in zip(names, found.groups(), strict=True):
            if name in self.preset.derived:
                self.take(self.preset.derived[name], value)
            elif encoding in ("local", "domain"):
                self.parts[encoding] = value
            elif encoding != "present":
                self.texts[name] = unquote(value) if encoding == "percent" else value
        return True


def account_of(preset: Preset, values: Mapping[str, str], prefix: str, version: str | None = None) -> Found | None:
    """Return the account that a program's keys mean; ``None`` where the preset would never write them so."""
    read = _Read(preset)
    for name, key in preset.keys_for(version).items():
        if f"{prefix}{name}" in values:
            read.take(key, values[f"{prefix}{name}"])
        elif key.by == Settings.security and key.absent is None and not set(_MODES) <= key.is_.keys():
            # A key that some modes have and others have not says something by its absence.
            meant = set(_MODES) - key.is_.keys()
            read.choices[key.by] = read.choices.get(key.by, meant) & meant
    texts = read.texts
    if read.odd or not texts.get("host"):
        return None
    if len(read.parts) > 1:
        texts[Settings.from_.email] = f"{read.parts['local']}@{read.parts['domain']}"
    notes: tuple[str, ...] = ()
    security = texts.get("security") or _mode(read.choices.get("security"), texts.get("port"))
    if security is None and preset.tls_elsewhere:
        notes = (f"the TLS mode is taken from the port; the program has it in its {preset.tls_elsewhere}",)
    elif security == "starttls" and any(fact.value == "opportunistic" for fact in preset.capabilities):
        notes = (f"{preset.title} takes STARTTLS where it is offered and sends in clear where it is not",)
    more: dict[str, Any] = {word: texts[word] for word in ("envelope_from", "reply_to", "ehlo_name") if texts.get(word)}
    if texts.get("timeout", "30") != "30":
        more["timeout"] = int(texts["timeout"]) if texts["timeout"].isdecimal() else f"{texts['timeout']}s"
    return account(
        texts["host"],
        texts.get("port"),
        security,
        username=texts.get(Settings.auth.username),
        password=texts.get(Settings.auth.password),
        method=texts.get(Settings.auth.method) or next(iter(read.choices.get(Settings.auth.method, ())), None),
        sender=texts.get(Settings.from_.email) or texts.get("from"),
        name=texts.get(Settings.from_.name),
        tls=_tls(read),
        off=read.off,
        notes=notes,
        **more,
    )


def _mode(choices: set[str] | None, port: str | None) -> str | None:
    """Return the TLS mode that is meant; where a program writes two alike, the port decides."""
    if not choices:
        return None
    if len(choices) > 1:
        choices = {"tls"} & choices if port == "465" else choices - {"tls"}
    return next((mode for mode in ("starttls", "none", "tls") if mode in choices), None)


def _tls(read: _Read) -> dict[str, Any]:
    words = {path.partition(".")[2]: text for path, text in read.texts.items() if path.startswith("tls.") and text}
    checked = read.choices.get(Settings.tls.validate_certs, {words.pop("validate_certs", "true")})
    tls: dict[str, Any] = {word: text for word, text in words.items() if (word, text) != ("minimum_version", "1.2")}
    return tls if any(map(truth, checked)) else {**tls, "validate_certs": False}


def best_preset(values: Mapping[str, str]) -> tuple[Preset, str, Found] | None:
    """Return the preset of an environment that explains most of the variables, its prefix and the account."""
    best: tuple[int, Preset, str, Found] | None = None
    for preset in PRESETS.values():
        for prefix in _prefixes(preset, values) if "env_file" in preset.types else ():
            own = {name: key for name, key in preset.keys.items() if f"{prefix}{name}" in values}
            found = account_of(preset, values, prefix)
            # Without a prefix of its own a program is known by more than a host, a port and a user.
            enough = len(own) > (1 if prefix else 4)
            constants = [name for name, key in preset.keys.items() if key.always is not None and not key.since]
            if found is None or not enough or any(f"{prefix}{name}" not in values for name in constants):
                continue
            if best is None or len(own) > best[0]:
                best = (len(own), preset, prefix, found)
    return None if best is None else best[1:]


def _prefixes(preset: Preset, values: Mapping[str, str]) -> Iterable[str]:
    """Yield the prefixes under which all names are the preset's: one that it would not write is another's."""
    if not preset.prefix:
        yield ""
        return
    known = {name.partition("@")[0] for name in preset.keys}
    chosen = {preset.prefix}
    if not preset.fixed_prefix:
        chosen |= {name.removesuffix("HOST") for name in values if re.fullmatch(r"[A-Z][A-Z0-9_]*_HOST", name)}
    for prefix in chosen:
        mine = {name.removeprefix(prefix) for name in values if name.startswith(prefix)}
        if mine and mine <= known:
            yield prefix


def read_preset(word: str, path: str, version: str | None = None) -> Source | Problem:
    """Read a file as a preset's program does, in the first type of target that the preset has."""
    preset = PRESETS[word]
    text = text_of(path)
    if isinstance(text, Problem):
        return text
    for type_ in preset.types:
        kind = find(type_)
        target = TargetDesired("", type_, path, {}, {"preset": word})
        parts = kind if isinstance(kind, TargetProblem) else kind.parts(target)
        if isinstance(parts, TargetProblem) or not parts:
            continue
        there = keys_in(parts[""].format, text)
        if isinstance(there, TargetProblem):
            return Problem(f"{path}: {there.message}", there.help)
        found = {key: value for key, value in there.items() if value is not None}
        made = account_of(preset, found, preset.prefix, version)
        if made is not None:
            words = {"type": type_, "path": path, "preset": word, **({"version": version} if version else {})}
            return Source(word, path, (made,), words)
    return Problem(f"{path} has no server in the words of {preset.title}", f"see: mailspec targets {preset.types[0]}")
