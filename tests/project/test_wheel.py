"""What is shipped: the schemas, the providers' data, types and the licence, and nothing of the suite."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory) -> Path:
    """Build the wheel with the installed builder, without the network, and unpack it."""
    folder = tmp_path_factory.mktemp("wheel")
    done = subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    (wheel,) = folder.glob("*.whl")
    target = tmp_path_factory.mktemp("unpacked")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(target)
    return target


@pytest.fixture(scope="module")
def names(unpacked) -> set[str]:
    return {path.relative_to(unpacked).as_posix() for path in unpacked.rglob("*") if path.is_file()}


def test_types_and_licence_are_shipped(names):
    assert "mailspec/py.typed" in names
    assert any(name.endswith(".dist-info/licenses/LICENSE") for name in names)


def test_every_schema_is_shipped(names):
    published = {path.relative_to(ROOT / "schemas").as_posix() for path in (ROOT / "schemas").rglob("*.json")}
    assert published
    assert {f"mailspec/schema/published/{name}" for name in published} <= names


def test_every_file_of_the_package_is_shipped_as_it_is(unpacked, names):
    held = [path for path in (ROOT / "mailspec").rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    assert {".toml", ".css", ".j2", ".json", ".yml", ".py", ".typed"} <= {path.suffix or path.name for path in held}
    for path in held:
        name = path.relative_to(ROOT).as_posix()
        assert name in names
        if path.suffix != ".py":
            assert (unpacked / name).read_bytes() == path.read_bytes()


def test_every_rule_s_page_is_shipped(names):
    pages = {path.name for path in (ROOT / "docs/rules").glob("MS*.md")}
    assert {f"mailspec/rules/pages/{name}" for name in pages} <= names


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["diagnose", "535 5.7.8 no"], "auth_failed"),
        (["validate", "--format", "html"], "<style>"),
        (["validate", "--format", "sarif"], "MS103"),
        (["validate", "--format", "markdown"], "MS103"),
        (["rules"], "submission-on-port-25"),
        (["schema"], "json-schema.org"),
        (["providers", "outlook_com"], "smtp-mail.outlook.com"),
        (["explain", "MS103"], "submission-on-port-25"),
    ],
)
def test_what_is_shipped_is_enough(arguments, words, unpacked, tmp_path):
    """Every file that the code opens is found beside it, away from the checkout."""
    spec = "version: 1\nconfigurations:\n  - {name: Primary, host: mail.acme.example, port: 25, from: a@acme.example}\n"
    (tmp_path / "mailspec.yml").write_text(spec)
    program = (
        "import sys, mailspec\n"
        f"assert mailspec.__file__.startswith({str(unpacked)!r}), mailspec.__file__\n"
        "from mailspec.cli.main import main\n"
        "sys.exit(main())\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program, *arguments],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(unpacked), "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    assert words in ran.stdout


def test_nothing_else_is_shipped(names):
    assert {name.split("/")[0].partition("-")[0] for name in names} == {"mailspec"}
    assert not [name for name in names if "/tests/" in name or "__pycache__" in name]
