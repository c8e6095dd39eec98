"""Loads the suite's shared parts by path: tests/support/*.py and each server's tests/services/NAME/plugin.py.

Under ``--import-mode=importlib`` the tests folder is no package, so ``pytest_plugins`` cannot name them.
"""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import hypothesis
import pytest

# A loaded machine is no fault of what is tested.
hypothesis.settings.register_profile("untimed", deadline=None)
hypothesis.settings.load_profile("untimed")

TESTS = Path(__file__).parent


def plugin_files() -> Iterator[Path]:
    yield from sorted((TESTS / "support").glob("*.py"))
    yield from sorted((TESTS / "services").glob("*/plugin.py"))


def load(path: Path) -> ModuleType:
    """Import one file under a name of its own; a second request gives the same module."""
    name = "mailspec_tests." + ".".join(path.relative_to(TESTS).with_suffix("").parts)
    if name in sys.modules:
        return sys.modules[name]
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def pytest_configure(config: pytest.Config) -> None:
    for path in plugin_files():
        module = load(path)
        if not config.pluginmanager.has_plugin(module.__name__):
            config.pluginmanager.register(module, module.__name__)
