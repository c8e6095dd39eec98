"""Which parser is used, and that the one in Python is there without the native module."""

from __future__ import annotations

import subprocess
import sys

from mailspec.text.events import engine, native, pure

WITHOUT_NATIVE = """
import sys
sys.modules["_ruamel_yaml_clibz"] = sys.modules["_ruamel_yaml"] = None
from mailspec.text import read
from mailspec.text.events import engine
document = read("x.yml", b"a: [1, 'b']\\nc:\\n  - d # e\\n")
print(engine().name, document.data, document.problems, document.span(("c", 0))[:4], document.comments())
"""


def run(program: str) -> str:
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True)
    return done.stdout.strip()


def test_the_native_module_is_used_where_it_is_installed() -> None:
    found = native()
    assert engine().name == ("native" if found else "pure")


def test_without_the_native_module_python_reads_the_same() -> None:
    name, _, rest = run(WITHOUT_NATIVE).partition(" ")
    assert name == "pure"
    assert rest == (
        "{'a': [1, 'b'], 'c': ['d']} [] (3, 5, 3, 6) [Comment(line=3, column=7, text='# e', own_line=False)]"
    )


def test_importing_the_package_loads_no_parser() -> None:
    loaded = run(
        "import sys, mailspec.text; print([m for m in sys.modules if 'ruamel' in m or m in ('idna', 'difflib')])"
    )
    assert loaded == "[]"


def test_both_have_names() -> None:
    assert pure().name == "pure"
