from __future__ import annotations

from threading import Event
from time import monotonic

import pytest

from mailspec.secrets.limited import Patience


def test_what_returns_in_time_is_returned():
    assert Patience(5).call(lambda: 7) == 7


def test_what_is_raised_comes_through():
    with pytest.raises(KeyError, match="x"):
        Patience(5).call(lambda: {}["x"])


def test_what_hangs_is_given_up_and_costs_its_time_once():
    patience, release = Patience(0.2), Event()
    start = monotonic()
    for _ in range(5):
        with pytest.raises(TimeoutError):
            patience.call(release.wait)
    assert monotonic() - start < 0.5
    release.set()
    assert patience._hanging is not None
    patience._hanging.join()
    assert patience.call(lambda: "again") == "again"
