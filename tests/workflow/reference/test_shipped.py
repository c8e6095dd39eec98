"""Pages and schemas: found in a checkout, and where only the wheel is installed."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from mailspec.workflow.reference.shipped import names, shipped

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def installed(tmp_path_factory) -> Path:
    """Build the wheel and lay it out as an installation does."""
    folder = tmp_path_factory.mktemp("wheel")
    built = subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert built.returncode == 0, built.stdout + built.stderr
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "site")
    return folder / "site"


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (["explain", "MS101"], "MS101 port-security-mismatch"),
        (["schema"], '"$schema"'),
        (["schema", "--output", "validate"], "validate --format json"),
        (["providers", "gmail"], "smtp.gmail.com"),
        (["rules"], "MS803"),
    ],
)
def test_commands_work_from_the_wheel(installed, tmp_path, command, words):
    code = f"import sys; sys.path.insert(0, {str(installed)!r}); from mailspec.cli.main import main; "
    code += f"sys.exit(main({command}))"
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, words in done.stdout) == (0, True), done.stdout + done.stderr


def test_a_checkout_has_one_copy():
    assert shipped("pages", "MS101.md") == (ROOT / "docs/rules/MS101.md").read_text(encoding="utf-8")
    assert not (ROOT / "mailspec/rules/pages").exists()
    assert not (ROOT / "mailspec/schema/published").exists()


def test_what_is_not_there_is_none():
    assert shipped("pages", "MS999.md") is None


def test_names_lack_their_endings():
    assert "validate" in names("schemas", "output")
    assert {"mailspec.schema", "environment.schema"} <= set(names("schemas"))
