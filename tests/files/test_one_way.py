"""No module opens, makes or renames a file by itself: what the opener and the writer guard holds everywhere."""

from __future__ import annotations

import ast
from pathlib import Path

import mailspec

ROOT = Path(mailspec.__file__).parent
# Where the operating system is asked for something that is no file of a user: a lock, a folder, the null device, a file
# that ships with mailspec, the process table, a temporary file without a given name, a pipe to a worker.
ALLOWED = {
    "apply/traces.py": {"os.open"},
    "cli/applying.py": {"os.open"},
    "cli/commands/preview.py": {"open", "mkstemp"},
    "cli/main.py": {"os.open"},
    "cli/options.py": {"os.open"},
    "cli/report_errors.py": {"os.open"},
    "cli/streams.py": {"os.open"},
    "delivery/peers.py": {"os.open"},
    "diagnosis/advice.py": {"read_text"},
    "diagnosis/details.py": {"read_text"},
    "diagnosis/frames.py": {"read_text"},
    "diagnosis/graph.py": {"read_text"},
    "diagnosis/tables.py": {"read_text"},
    "diagnosis/token.py": {"read_text"},
    "programs/sensitive.py": {"read_text"},
    "providers/compile.py": {"read_text", "write_text"},
    "providers/index.py": {"open"},
    "schema/build.py": {"write_text"},
    "schema/shape.py": {"open"},
    "signin/lock.py": {"os.open"},
    "state/engine.py": {"os.open"},
    "state/holder.py": {"read_text"},
    "state/lease.py": {"os.open"},
    "targets/conformance.py": {"read_bytes", "write_bytes"},
    "workflow/reference/shipped.py": {"read_text"},
}
METHODS = {"read_text", "read_bytes", "write_text", "write_bytes", "mkstemp", "NamedTemporaryFile"}
CALLS = {"os.open", "os.rename", "os.replace", "os.link"}


def uses(source: str) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        function = node.func
        if isinstance(function, ast.Name) and function.id in {"open", "mkstemp", "NamedTemporaryFile"}:
            found.add(function.id)
        elif isinstance(function, ast.Attribute):
            whole = f"{getattr(function.value, 'id', '')}.{function.attr}"
            if function.attr in METHODS:
                found.add(function.attr)
            elif whole in CALLS:
                found.add(whole)
    return found


def test_every_module_goes_through_the_opener_and_the_writer():
    found = {}
    for path in ROOT.rglob("*.py"):
        inside = path.relative_to(ROOT).as_posix()
        left = uses(path.read_text(encoding="utf-8")) - ALLOWED.get(inside, set())
        if left and not inside.startswith("files/"):
            found[inside] = left
    assert found == {}
