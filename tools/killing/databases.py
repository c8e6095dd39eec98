"""States to torture: SQLite in the folder, or a database of a real PostgreSQL that is copied for each kill."""

from __future__ import annotations

import importlib.util
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from types import ModuleType
from typing import Any

from tools.killing.process import ROOT
from tools.killing.world import Template, make_template


def server_plugin() -> ModuleType:
    """Return the suite's part that starts PostgreSQL."""
    path = ROOT / "tests/services/postgres/plugin.py"
    spec = importlib.util.spec_from_file_location("mailspec_postgres_plugin", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def sqlite(folder: Path) -> Template:
    """Return the template whose state is the project's own file."""
    return make_template(folder, None, None)


def postgres(folder: Path, server: Any) -> Template:
    """Return the template whose state is a database of a running server."""
    url = server.new_database()
    base = url.rpartition("/")[2]
    numbers = count()

    def copy_state() -> str:
        name = f"{base}_{os.getpid()}_{next(numbers)}"
        server.psql(f"CREATE DATABASE {name} TEMPLATE {base}")
        return f"{url.rpartition('/')[0]}/{name}"

    return make_template(folder, url, copy_state)


@contextmanager
def running_server() -> Iterator[Any]:
    """Give a PostgreSQL server for the time of a run."""
    plugin = server_plugin()
    with tempfile.TemporaryDirectory(prefix="mailspec-pg-", ignore_cleanup_errors=True) as name:
        Path(name).chmod(0o755)
        server, stop = plugin.start(Path(name))
        try:
            yield server
        finally:
            stop()
