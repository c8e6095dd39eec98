"""Which parser is used, and that the one in Python is there without the native module."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

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


OWNED = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from hostile import texts
from conftest import account
from mailspec.text import read
from mailspec.text.events import engine, own_native
if sys.argv[2] == "own":
    own_native()
read_texts = list(texts(300).values())
for case in sorted(Path(sys.argv[1], "cases").iterdir()):
    read_texts += [block.partition("\\n")[2].partition(">>> ")[0] for block in case.read_text().split("=== ")]
for text in read_texts:
    print(engine().name, account(read("x.yml", text.encode())))
"""


@pytest.mark.usefixtures("native_engine")
def test_tuples_of_the_parser_itself_are_read_the_same() -> None:
    """Which a process that is mailspec's alone has; others turn ruamel's events into tuples."""
    here = str(Path(__file__).parent)
    own, others = (
        subprocess.run(
            [sys.executable, "-c", OWNED, here, whose], capture_output=True, text=True, timeout=120, check=True
        ).stdout
        for whose in ("own", "others")
    )
    assert own.count("native") > 200
    assert own == others


def test_owning_the_parser_comes_too_late_for_one_that_is_in_use() -> None:
    assert (
        run(
            "from mailspec.text.events import engine, native, own_native\n"
            "held = engine(); own_native(); print(engine() is held, type(native().start('a')()).__name__)"
        )
        == "True tuple"
    )


def test_a_parser_that_makes_its_events_otherwise_is_left_as_it_is() -> None:
    assert (
        run(
            "from mailspec.text import events, read\n"
            "module = events._module()\n"
            "held, parser = module.ScalarEvent, module.CParser\n"
            "class Other:\n"
            "    def __init__(self, text):\n"
            "        module.ScalarEvent, kept = held, module.ScalarEvent\n"
            "        self.get_event = parser(text).get_event\n"
            "module.CParser = Other\n"
            "events.own_native()\n"
            "print(module.ScalarEvent is held, module.AliasEvent.__name__, read('x', b'a: [1]').data)"
        )
        == "True AliasEvent {'a': [1]}"
    )
