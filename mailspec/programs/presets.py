"""What is known of each program: the names that it gives to the settings, and what it cannot hold or keep.

One TOML file a program in ``data/``, read when it is named. A key there is the name of a setting, or a table:

``setting``
    the dotted setting that it takes; ``absent`` is what is written where none holds, and nothing otherwise.
``text``
    a template such as ``{host}:{port}``, or several, of which the first counts whose settings all hold. ``|percent``
    encodes a value. Names of ``[derived]`` may stand there, too.
``by`` and ``is``
    a text for each value of a setting.
``always``
    a text that is written while mail is on.
``off``
    what is written where mail is off; without it the key goes.
``kind``
    ``text`` (default), ``int`` or ``bool``, for files that know more than texts.
``since`` and ``until``
    the versions of the program that know the key: from the first, up to but not with the second.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Literal

from mailspec.model.fields import FIELDS
from mailspec.outcome.plan import Json
from mailspec.programs.capabilities import Capability, capabilities_of
from mailspec.programs.encoders import ENCODERS
from mailspec.text.address import format_address

Kind = Literal["text", "int", "bool"]
_DATA = Path(__file__).parent / "data"
_TYPES = Path(__file__).parent / "types"  # programs with a module of their own: only what they keep
_NOWHERE = "mailspec-off.invalid"
_PLACE = re.compile(r"\{([a-z_.]+)(?:\|([a-z]+))?\}")


@dataclass(frozen=True, slots=True)
class Key:
    """How one key of a program is made. See the module for what the words mean."""

    setting: str | None = None
    text: tuple[str, ...] = ()
    by: str | None = None
    is_: Mapping[str, str] = field(default_factory=dict)
    always: str | None = None
    absent: str | None = None
    off: str | None = None
    kind: Kind = "text"
    since: str | None = None
    until: str | None = None

    @property
    def settings(self) -> set[str]:
        """Return the dotted settings that the key takes something from."""
        named = {match[1] for text in self.text for match in _PLACE.finditer(text)}
        if "from" in named:
            named |= {"from.email", "from.name"}
        return named | {name for name in (self.setting, self.by) if name}


@dataclass(frozen=True, slots=True)
class Preset:
    """One program. ``types`` are the types of targets that its settings can be written by.

    ``fixed_prefix`` tells that the names begin as they are. ``notes`` are what the program needs and these names cannot
    carry; ``source`` says where the names come from, ``proof`` whether they were run. ``tls_elsewhere`` is where the
    program takes the TLS mode from, where no name is for it. ``prove`` is the program's own test of a file, ``{path}``
    in it. ``refuses`` is a pattern of texts that the program would read as others, ``why`` it does, and the
    ``settings`` that it holds for, all where none is named.
    """

    name: str
    title: str
    about: str
    source: str
    keys: Mapping[str, Key]
    types: tuple[str, ...] = ("env_file",)
    prefix: str = ""
    fixed_prefix: bool = True
    proof: str = ""
    checked: str = ""
    dialect: str = ""
    notes: tuple[str, ...] = ()
    tls_elsewhere: str = ""
    prove: tuple[str, ...] = ()
    refuses: Mapping[str, Any] = field(default_factory=dict)
    derived: Mapping[str, Key] = field(default_factory=dict)
    capabilities: tuple[Capability, ...] = ()

    def keys_for(self, version: str | None) -> dict[str, Key]:
        """Return the keys that a version of the program knows; without one those that all of them know."""
        return {name.partition("@")[0]: key for name, key in self.keys.items() if knows(key.since, key.until, version)}

    def why_not(self, key: str, text: str) -> str | None:
        """Say why the program would take another text than the one that is written under a key, if it would."""
        if not self.refuses or not re.search(self.refuses["pattern"], text, re.DOTALL):
            return None
        settings = set(self.refuses.get("settings", ()))
        meant = [name.partition("@")[0] for name, entry in self.keys.items() if settings & entry.settings]
        return str(self.refuses["why"]) if not settings or key.endswith(tuple(meant)) else None

    @property
    def plain(self) -> dict[str, str]:
        """Return the setting of each key that takes one as it is; ``from`` is address and name in one text."""
        whole = {name: key.setting or ("from" if key.text == ("{from}",) else None) for name, key in self.keys.items()}
        return {name: setting for name, setting in whole.items() if setting is not None}

    @property
    def constants(self) -> dict[str, str]:
        """Return the keys that are written as they are."""
        return {name: key.always for name, key in self.keys.items() if key.always is not None}

    @property
    def modes(self) -> dict[str, Mapping[str, str]]:
        """Return the keys that tell the TLS mode, with their text for each."""
        return {name: key.is_ for name, key in self.keys.items() if key.by == "security"}

    @property
    def covered(self) -> set[str]:
        """Return the dotted settings that some key carries."""
        return {name for key in (*self.keys.values(), *self.derived.values()) for name in key.settings}


def knows(since: str | None, until: str | None, version: str | None) -> bool:
    """Tell whether a version has what came with ``since`` and went with ``until``; no version is the oldest one."""
    if since is None and until is None:
        return True
    if version is None:
        return since is None
    from packaging.version import InvalidVersion, Version

    try:
        found = Version(version)
    except InvalidVersion:
        return since is None
    return (since is None or found >= Version(since)) and (until is None or found < Version(until))


class _Presets(Mapping[str, Preset]):
    """All presets by name; one is read when it is asked for."""

    def __getitem__(self, name: str) -> Preset:
        if name not in names():
            raise KeyError(name)
        return _read(name)

    def __iter__(self) -> Iterator[str]:
        return iter(names())

    def __len__(self) -> int:
        return len(names())


PRESETS: Mapping[str, Preset] = _Presets()


@cache
def names() -> tuple[str, ...]:
    """Return the names of the presets: the Spec's own words first."""
    return ("generic", *sorted(path.stem for path in _DATA.glob("*.toml") if path.stem != "generic"))


@cache
def _read(name: str) -> Preset:
    if name == "generic":
        return _generic()
    import tomllib

    with (_DATA / f"{name}.toml").open("rb") as file:
        data = tomllib.load(file)
    return preset_of(name, data)


@cache
def program_of(type_: str) -> Preset | None:
    """Return what is known of the one program that a type of target is for, ``None`` where it is for many."""
    # Looked up among the names: what somebody writes as a type may be no file's name at all.
    if type_ not in {path.stem for path in _TYPES.iterdir()}:
        return None
    import tomllib

    with (_TYPES / f"{type_}.toml").open("rb") as file:
        return preset_of(type_, tomllib.load(file))


def preset_of(name: str, data: Mapping[str, Any]) -> Preset:
    """Return a preset from its data."""
    return Preset(
        name=name,
        title=str(data["title"]),
        about=str(data["about"]),
        source=str(data["source"]),
        keys={word: _key(entry) for word, entry in data.get("keys", {}).items()},
        types=tuple(data.get("types", ("env_file",))),
        prefix=str(data.get("prefix", "")),
        fixed_prefix=bool(data.get("fixed_prefix", True)),
        proof=str(data.get("proof", "")),
        checked=str(data.get("checked", "")),
        dialect=str(data.get("dialect", "")),
        notes=tuple(data.get("notes", ())),
        tls_elsewhere=str(data.get("tls_elsewhere", "")),
        prove=tuple(data.get("prove", ())),
        refuses=data.get("refuses", {}),
        derived={word: _key(entry) for word, entry in data.get("derived", {}).items()},
        capabilities=capabilities_of(data),
    )


def _key(entry: Any) -> Key:
    if isinstance(entry, str):
        return Key(setting=entry)
    text = entry.get("text", ())
    return Key(
        setting=entry.get("setting"),
        text=(text,) if isinstance(text, str) else tuple(text),
        by=entry.get("by"),
        is_=entry.get("is", {}),
        always=entry.get("always"),
        absent=entry.get("absent"),
        off=entry.get("off"),
        kind=entry.get("kind", "text"),
        since=entry.get("since"),
        until=entry.get("until"),
    )


def _generic() -> Preset:
    # Laravel, Nextcloud and others agree on MAIL_HOST and MAIL_PORT; the rest follows the words of the Spec.
    return Preset(
        name="generic",
        title="mailspec",
        about="The Spec's own words.",
        source="mailspec, docs/applying.md",
        # Off is a server that cannot be (RFC 2606): without one a program may have a default of its own.
        keys={
            found.key: Key(setting=found, off=_NOWHERE if found == "host" else None) for found in FIELDS if found.key
        },
        types=("env_file", "ini_file", "toml_file", "yaml_file", "properties_file"),
        prefix="MAIL_",
        fixed_prefix=False,
        proof="run here",
    )


def value_of(preset: Preset, key: Key, settings: Mapping[str, Json]) -> Json:
    """Return a key's text while mail is on, ``{"secret": REFERENCE}``, or ``None`` where it is to go."""
    if key.always is not None:
        return key.always
    if key.by is not None:
        return key.is_.get(text_of(settings.get(key.by)) or "", key.absent)
    if key.setting is not None:
        value = settings.get(key.setting)
        if key.setting == "auth.password" and isinstance(value, dict):
            return {"secret": value}
        found = text_of(value)
        return key.absent if found is None else found
    for template in key.text:
        made = _filled(preset, template, settings)
        if made is not None:
            return made
    return key.absent


def _filled(preset: Preset, template: str, settings: Mapping[str, Json]) -> Json:
    """Return a template with its settings; one that takes a secret keeps the place for it."""
    secret: Json = None
    encoding = ""
    parts: list[str] = []
    at = 0
    for match in _PLACE.finditer(template):
        parts.append(_braced(template[at : match.start()]))
        at = match.end()
        name = match[1]
        value = _named(preset, name, settings)
        if isinstance(value, dict):
            secret, encoding = value, match[2] or ""
            parts.append("{}")
            continue
        text = text_of(value)
        if text is None:
            return None
        parts.append(_braced(ENCODERS[match[2]](text) if match[2] else text))
    parts.append(_braced(template[at:]))
    whole = "".join(parts)
    if secret is None:
        return whole.replace("{{", "{").replace("}}", "}")
    return {"secret": secret, "in": whole, "encode": encoding} if encoding else {"secret": secret, "in": whole}


def _named(preset: Preset, name: str, settings: Mapping[str, Json]) -> Json:
    if name in preset.derived:
        return value_of(preset, preset.derived[name], settings)
    if name == "from":
        email = text_of(settings.get("from.email"))
        return None if email is None else format_address(text_of(settings.get("from.name")), email)
    return settings.get(name)


def _braced(text: str) -> str:
    return text.replace("{", "{{").replace("}", "}}")


# How SetGet's panel names the modes.
_TLS_MODES = {"tls": "'implicit'", "starttls": "'starttls'", "none": "no TLS"}


def notes_for(preset: Preset, settings: Mapping[str, Json], version: str | None = None) -> tuple[str, ...]:
    """Return the preset's notes with what holds filled in."""
    security = settings.get("security")
    mode = _TLS_MODES.get(str(security), "the right mode")
    notes = [note.format(security=mode) for note in preset.notes]
    if security == "starttls" and any(
        fact.value == "opportunistic" and knows(fact.since, fact.until, version) for fact in preset.capabilities
    ):
        notes.append(f"{preset.title} cannot require STARTTLS: where the server offers none, mail goes in clear")
    return tuple(notes)


def text_of(value: Json) -> str | None:
    """Return a plain setting as a program reads it, such as ``true`` or ``30``; ``None`` for none."""
    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return f"{value:.15g}"
    return str(value)
