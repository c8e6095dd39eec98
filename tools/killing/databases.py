"""States to torture: SQLite in the folder, or a real PostgreSQL, whose rows are copied for each kill."""

from __future__ import annotations

import importlib.util
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

from mailspec.state.tables import METADATA
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
    """Return the template whose state is in a running server."""
    url = server.new_state()
    schema = url.rpartition("%3D")[2]

    def copy_state(instance: str) -> None:
        server.psql(
            "; ".join(_copy(schema, table.name, [c.name for c in table.columns], instance) for table in _TABLES)
        )

    return make_template(folder, url, copy_state)


_TABLES = [table for table in METADATA.sorted_tables if "instance" in table.columns]


def _copy(schema: str, table: str, columns: list[str], instance: str) -> str:
    """Return the statement that copies one instance's rows; ids are given anew."""
    own = {"instance": f"'{instance}'", "apply": "gen_random_uuid()::text"}
    names = [name for name in columns if name != "id"]
    values = ", ".join(own.get(name, f'"{name}"') for name in names)
    quoted = ", ".join(f'"{name}"' for name in names)
    return (
        f"INSERT INTO {schema}.{table} ({quoted}) SELECT {values} FROM {schema}.{table} "
        f"WHERE instance = 'torture'" + (" ORDER BY id" if "id" in columns else "")
    )


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
