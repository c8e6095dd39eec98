"""Colours."""

from __future__ import annotations

import pytest

from mailspec.render.painter import Painter


@pytest.mark.parametrize("paint", ["bold", "dim"])
def test_without_colour_nothing_is_added(paint):
    assert getattr(Painter(False), paint)("words") == "words"
    coloured = getattr(Painter(True), paint)("words")
    assert coloured.startswith("\x1b[")
    assert coloured.endswith("words\x1b[0m")


def test_severities_differ():
    painter = Painter(True)
    assert len({painter.severity(severity, "x") for severity in ("error", "warning", "info")}) == 3
    assert Painter(False).severity("error", "x") == "x"
