"""Prometheus' own reader of its text format, installed by tools/services/promtool.sh."""

from __future__ import annotations

import shutil


def missing() -> str | None:
    if shutil.which("promtool") is None:
        return "promtool is not installed; tools/services/promtool.sh does it"
    return None


SERVICES = {"promtool": missing}
