"""What is kept lives until the next one comes, and collecting is as it was afterwards."""

from __future__ import annotations

import gc
import weakref

import pytest

from mailspec.workflow.collection import keep, paused


class Great:
    pass


def test_what_is_kept_lives_until_the_next_one():
    seen = weakref.ref(keep(Great()))
    assert seen() is not None
    keep(None)
    assert seen() is None


@pytest.mark.parametrize("collecting", [True, False])
def test_collecting_is_as_it_was(collecting):
    before = gc.isenabled()
    try:
        gc.enable() if collecting else gc.disable()
        with paused():
            assert not gc.isenabled()
        assert gc.isenabled() is collecting
        with pytest.raises(ZeroDivisionError), paused():
            raise ZeroDivisionError
        assert gc.isenabled() is collecting
    finally:
        gc.enable() if before else gc.disable()
