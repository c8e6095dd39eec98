"""What a declared target cannot hold or keep of the settings that it would get."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from mailspec.model.fields import Settings
from mailspec.programs.presets import PRESETS

_MODES = {"tls": "Implicit TLS", "starttls": "STARTTLS", "none": "no TLS"}


class TargetFact(NamedTuple):
    """One thing about a declared target, with the finding's code. ``path`` is the word of the target that is meant."""

    code: str
    path: tuple[str | int, ...]
    message: str
    help: str


def facts(declared: Mapping[str, Any], settings: Settings) -> Iterator[TargetFact]:
    """Yield what a target cannot hold or keep of a configuration's effective settings."""
    preset = PRESETS.get(str(declared.get("preset")))
    if preset is not None and preset.tls_elsewhere:
        mode = _MODES.get(str(settings.security), "what the server needs")
        yield TargetFact(
            "MS109",
            ("preset",),
            f"The preset {declared['preset']} has no key for the TLS mode; the program takes it from its "
            f"{preset.tls_elsewhere}.",
            f"Set the TLS mode there to {mode}.",
        )
