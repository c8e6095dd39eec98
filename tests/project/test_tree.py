"""The checkout's own habits: short files, packages by name alone, a README with two commands."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]


def check(name: str) -> ModuleType:
    """Import one of tools/checks, which are scripts and in no package."""
    spec = importlib.util.spec_from_file_location(name, ROOT / "tools/checks" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_files_are_short():
    sizes = check("sizes")
    assert sizes.problems(sizes.lengths(ROOT)) == []


def test_a_long_file_would_be_seen():
    sizes = check("sizes")
    found = sizes.problems({Path("mailspec/a.py"): 351, Path("mailspec/b.py"): 10})
    assert len(found) == 2


def test_packages_are_named_without_addresses():
    assert check("addresses").problems(ROOT) == []


@pytest.mark.parametrize(
    "pin", ["--hash=sha256:0", "-i somewhere", "a @ file:///b", "a==1 --hash=sha256:0", "a>=1", "a"]
)
def test_a_pin_that_is_more_than_a_version_would_be_seen(pin):
    assert check("addresses").PINNED.fullmatch(pin) is None


def test_readme_has_exactly_the_two_commands():
    readme = (ROOT / "README.md").read_text()
    blocks = re.findall(r"```(?:sh|bash|console)\n(.*?)```", readme, re.DOTALL)
    typed = [line.partition("#")[0].removeprefix("$ ").strip() for block in blocks for line in block.splitlines()]
    assert [line for line in typed if line] == ["make demo", "make test"]
    assert set(re.findall(r"make [a-z-]+", readme)) == {"make demo", "make test"}


# A template's sample data is the program's, so the Spec's schema does not hold for it.
SPECS = sorted(path for path in ROOT.glob("examples/**/*.y*ml") if ".sample." not in path.name)


@pytest.mark.parametrize("path", SPECS, ids=lambda path: str(path.relative_to(ROOT)))
def test_examples_name_their_schema_for_editors(path):
    declared = re.match(r"# yaml-language-server: \$schema=(\S+)\n", path.read_text())
    assert declared is not None
    name = "environment" if "environments" in path.parts else "mailspec"
    assert (path.parent / declared[1]).resolve() == ROOT / f"schemas/{name}.schema.json"


def test_readme_shows_the_example_as_it_is():
    (shown,) = re.findall(r"```yaml\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
    example = (ROOT / "examples/quickstart/configurations/primary.yml").read_text()
    assert example[example.index("configurations:") :] == shown


def test_pictures_ask_nobody_for_anything():
    for path in ROOT.glob("docs/pictures/*.svg"):
        assert set(re.findall(r"https?://[^\"' )]+", path.read_text())) <= {"http://www.w3.org/2000/svg"}
