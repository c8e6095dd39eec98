"""Only a process that ends keeps what it is told to, and collecting is as it was afterwards."""

from __future__ import annotations

import gc
import weakref

import pytest

from mailspec.workflow import collection
from mailspec.workflow.collection import ending, keep, paused


class Great:
    pass


def test_a_process_that_goes_on_keeps_nothing():
    seen = weakref.ref(keep(Great()))
    assert seen() is None


def test_a_process_that_ends_keeps_all(monkeypatch):
    monkeypatch.setattr(collection, "_kept", None)
    ending()
    seen = [weakref.ref(keep(Great())) for _ in range(2)]
    assert all(one() is not None for one in seen)


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
