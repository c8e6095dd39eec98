"""References to secrets."""

from __future__ import annotations

from pathlib import Path

import pytest

from mailspec.secrets.resolve import describe, resolve

BASE = Path("/")


def test_the_backend_is_chosen_by_its_word() -> None:
    assert resolve({"env": "P"}, BASE, {"P": "x"}).secret.reveal() == "x"


@pytest.mark.parametrize("reference", [{}, {"nothing": "x"}, {"env": "P", "file": "x"}])
def test_a_reference_names_exactly_one_backend(reference: dict[str, str]) -> None:
    assert resolve(reference, BASE, {"P": "x"}).kind == "malformed"


def test_a_reference_is_described_without_a_value() -> None:
    assert describe({"env": "P"}) == "env P"
    assert describe({"command": ["pass", "show", "x"]}) == "command pass show x"
    assert "66633" not in describe({"ansible_vault": "$ANSIBLE_VAULT;1.1;AES256\n66633"})
