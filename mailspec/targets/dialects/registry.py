"""Every dialect by its word in the Spec."""

from __future__ import annotations

from mailspec.targets.dialects.base import Dialect
from mailspec.targets.dialects.docker import Docker
from mailspec.targets.dialects.dotenv import Dotenv
from mailspec.targets.dialects.sh import Sh
from mailspec.targets.dialects.systemd import Systemd

DIALECTS: dict[str, Dialect] = {
    "systemd": Systemd(),
    "docker": Docker(),
    "sh": Sh(),
    "dotenv": Dotenv("dotenv", expands=True),
    "dotenv_literal": Dotenv("dotenv_literal", expands=False),
}
