"""What a declared target cannot hold or keep of the settings that it would get."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from mailspec.model.fields import Settings
from mailspec.programs.capabilities import Capability
from mailspec.programs.presets import PRESETS, Preset, knows, program_of

_MODES = {"tls": "Implicit TLS", "starttls": "STARTTLS", "none": "no TLS"}
# Settings that change who is trusted or who signs in; a program that has no key for one goes on without it.
_TRUST = ("tls.client_cert", "tls.server_name")


class TargetFact(NamedTuple):
    """One thing about a declared target, with the finding's code. ``path`` is the word of the target that is meant."""

    code: str
    path: tuple[str | int, ...]
    message: str
    help: str


class _Target:
    """The program of a declared target with the settings that it would get."""

    def __init__(self, name: str, path: tuple[str | int, ...], settings: Settings) -> None:
        # A sentence does not begin with a small letter, as "n8n" does.
        self.name = name if name[:1].isupper() else f"'{name}'"
        self.path, self.settings = path, settings

    @property
    def lost(self) -> str:
        """Return what would go in clear: the mail, and the password where there is one."""
        user = self.settings.auth.username
        return "the mail" if user is None else f"the mail and the password of {user}"

    def fact(self, code: str, capability: Capability, message: str, help_: str) -> TargetFact:
        return TargetFact(code, self.path, f"{self.name} {message}", f"{help_} {_source(capability)}".strip())


def preset_for(declared: Mapping[str, Any]) -> Preset | None:
    """Return what is known of a target's program: by its preset, else by its type."""
    name = declared.get("preset")
    return PRESETS.get(str(name)) if name is not None else program_of(str(declared.get("type")))


def facts(declared: Mapping[str, Any], settings: Settings, foreign: Iterable[Capability] = ()) -> Iterator[TargetFact]:
    """Yield what a target cannot hold or keep of a configuration's effective settings.

    ``foreign`` are the capabilities that an installed package gives of its own type.
    """
    preset = preset_for(declared)
    where = ("preset",) if declared.get("preset") is not None else ("type",)
    if preset is not None and preset.tls_elsewhere:
        mode = _MODES.get(str(settings.security), "what the server needs")
        yield TargetFact(
            "MS109",
            where,
            f"The preset {declared['preset']} has no key for the TLS mode; the program takes it from its "
            f"{preset.tls_elsewhere}.",
            f"Set the TLS mode there to {mode}.",
        )
    target = _Target(str(declared.get("type")) if preset is None else preset.title, where, settings)
    version = declared.get("version")
    for capability in (*(() if preset is None else preset.capabilities), *foreign):
        if knows(capability.since, capability.until, None if version is None else str(version)):
            yield from _judged(target, capability)
    if preset is not None and preset.keys and preset.name != "generic":
        yield from _uncovered(target, preset)


def _judged(target: _Target, capability: Capability) -> Iterator[TargetFact]:
    judge = _JUDGES.get(capability.feature)
    found = None if judge is None else judge(target, capability)
    if found is not None:
        yield found


def _starttls(target: _Target, capability: Capability) -> TargetFact | None:
    if target.settings.security != "starttls" or capability.value != "opportunistic":
        return None
    message = (
        "cannot require STARTTLS: to a server that offers none, or an attacker who hides it, "
        f"{target.lost} go in clear."
    )
    return target.fact("MS110", capability, _plural(message), "Use security: tls (port 465) where the server has it.")


def _certificates(target: _Target, capability: Capability) -> TargetFact | None:
    if target.settings.security == "none" or capability.value == "verified":
        return None
    if target.settings.tls.validate_certs is False:
        return None
    what = "the name in the server's certificate" if capability.value == "name not verified" else "certificates"
    message = f"does not check {what}: whoever poses as {target.settings.host} gets {target.lost}."
    return target.fact("MS111", capability, message, capability.says or "Relay through a mail server that checks.")


def _implicit(target: _Target, capability: Capability) -> TargetFact | None:
    if target.settings.security != "tls" or capability.value == "any port" or target.settings.port in capability.ports:
        return None
    return target.fact(
        "MS112", capability, f"has {_ports('implicit TLS', capability)}, not on {target.settings.port}.", ""
    )


def _starttls_ports(target: _Target, capability: Capability) -> TargetFact | None:
    if target.settings.security != "starttls" or capability.value == "any port":
        return None
    if target.settings.port in capability.ports:
        return None
    return target.fact("MS112", capability, f"has {_ports('STARTTLS', capability)}, not on {target.settings.port}.", "")


def _ports(what: str, capability: Capability) -> str:
    if not capability.ports:
        return f"no {what}"
    return f"{what} only on port {' and '.join(str(port) for port in capability.ports)}"


def _own_ca(target: _Target, capability: Capability) -> TargetFact | None:
    file = target.settings.tls.ca_file
    if file is None or target.settings.security == "none" or capability.value == "setting":
        return None
    if capability.value == "environment":
        return target.fact(
            "MS113",
            capability,
            "has no setting for an authority of your own.",
            capability.says or f"Start it with {capability.by} set to {file}.",
        )
    return target.fact("MS113", capability, "cannot trust an authority of your own.", capability.says)


def _from_name(target: _Target, capability: Capability) -> TargetFact | None:
    if target.settings.from_.name is None or capability.value == "kept":
        return None
    return target.fact("MS114", capability, "does not take the sender's display name.", capability.says)


def _methods(target: _Target, capability: Capability) -> TargetFact | None:
    method = target.settings.auth.method
    if method in (None, "none", "xoauth2", "oauthbearer"):
        return None
    if capability.value == "any" or method in capability.methods:
        return None
    known = ", ".join(capability.methods)
    return target.fact("MS115", capability, f"cannot sign in by {method}.", f"It knows {known}.")


def _clear_sign_in(target: _Target, capability: Capability) -> TargetFact | None:
    if target.settings.security != "none" or target.settings.auth.username is None or capability.value == "possible":
        return None
    if capability.value == "loopback" and str(target.settings.host) in ("localhost", "127.0.0.1", "::1"):
        return None
    return target.fact("MS116", capability, "does not sign in without TLS.", "Use security: tls or starttls.")


_JUDGES = {
    "starttls": _starttls,
    "certificates": _certificates,
    "implicit_tls": _implicit,
    "starttls_ports": _starttls_ports,
    "own_ca": _own_ca,
    "from_name": _from_name,
    "methods": _methods,
    "clear_sign_in": _clear_sign_in,
}


def _uncovered(target: _Target, preset: Preset) -> Iterator[TargetFact]:
    """Yield what is declared of trust and sign-in and has no key."""
    method = target.settings.auth.method
    if method in ("xoauth2", "oauthbearer"):
        help_ = "Give this target a configuration with a password, or relay through a mail server."
        yield TargetFact("MS115", target.path, f"{target.name} cannot sign in by {method}.", help_)
    values = {"tls.client_cert": target.settings.tls.client_cert, "tls.server_name": target.settings.tls.server_name}
    for name in _TRUST:
        if values[name] is not None and name not in preset.covered:
            yield TargetFact(
                "MS117", target.path, f"{target.name} has no setting for {name}; it goes on without it.", ""
            )


def _plural(message: str) -> str:
    return message if " and the password" in message else message.replace(" go in clear", " goes in clear")


def _source(capability: Capability) -> str:
    return f"Source: {capability.source} ({capability.checked}, {capability.proof})." if capability.source else ""
