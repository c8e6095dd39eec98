"""A state whose path is no regular file."""

from __future__ import annotations

import os

import pytest

from mailspec.state.engine import make_folder
from mailspec.state.errors import StateError
from mailspec.state.store import open_state, snapshot
from mailspec.state.url import parse_url


@pytest.mark.parametrize("use", ["read", "write"])
def test_a_pipe_is_refused_at_once(tmp_path, use):
    os.mkfifo(tmp_path / "state.sqlite")
    url = parse_url("sqlite:///state.sqlite", tmp_path)
    with pytest.raises(StateError, match="not a regular file"):
        snapshot(open_state(url, "hub", None)) if use == "read" else make_folder(url)
