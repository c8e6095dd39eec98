"""What ``@pytest.mark.service("postfix")`` means.

A plugin in tests/services/NAME/plugin.py says which servers it can start::

    SERVICES = {"postfix": missing}     # missing() -> None, or why the server cannot be started here

Without it a test is skipped with that reason, unless ``CI=true``: there a missing server is a failure, because
a run that silently leaves out the real servers proves nothing.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from typing import NoReturn

import pytest

Missing = Callable[[], str | None]


def reason_missing(name: str, plugins: Iterable[object]) -> str | None:
    """Return why a service cannot be used here, ``None`` where it can."""
    for plugin in plugins:
        known: dict[str, Missing] = getattr(plugin, "SERVICES", {})
        if name in known:
            return known[name]()
    return f"no tests/services/*/plugin.py offers {name!r}"


def in_ci() -> bool:
    return os.environ.get("CI", "").lower() in ("1", "true")


def _lack(reason: str) -> NoReturn:
    if in_ci():
        pytest.fail(f"{reason}; with CI=true this is a failure", pytrace=False)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def lack() -> Callable[[str], NoReturn]:
    """``lack(reason)``: skip for what is not installed; with CI=true fail. For what is no server with a mark."""
    return _lack


def pytest_runtest_setup(item: pytest.Item) -> None:
    for mark in item.iter_markers("service"):
        for name in mark.args:
            reason = reason_missing(name, item.config.pluginmanager.get_plugins())
            if reason is None:
                continue
            _lack(f"service {name}: {reason}")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Keep one server's tests on one worker, so that a run starts each server once."""
    if not config.pluginmanager.has_plugin("xdist"):
        return
    for item in items:
        mark = item.get_closest_marker("service")
        if mark is not None and item.get_closest_marker("xdist_group") is None:
            item.add_marker(pytest.mark.xdist_group(mark.args[0]))
