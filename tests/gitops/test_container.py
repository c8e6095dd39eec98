"""The container file as far as a machine without an engine allows: what it copies builds, the rest is small."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
STAGES = re.split(r"(?m)^(?=FROM )", (ROOT / "Containerfile").read_text(encoding="utf-8"))[1:]


def run_of(stage: str) -> str:
    """Return the stage's only RUN as the shell gets it."""
    (found,) = re.findall(r"(?m)^RUN ((?:.*\\\n)*.*)$", stage)
    return str(found)


@pytest.fixture(scope="module")
def copied(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the first stage copies, and nothing else."""
    folder = tmp_path_factory.mktemp("container") / "src"
    for line in re.findall(r"(?m)^COPY (?!--from)(.+)$", STAGES[0]):
        *sources, target = line.split()
        for source in sources:
            if (ROOT / source).is_dir():
                shutil.copytree(ROOT / source, folder / target, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                folder.mkdir(exist_ok=True)
                shutil.copy(ROOT / source, folder / target)
    return folder


@pytest.mark.service("wheels")
def test_the_first_stage_builds_from_what_it_copies_and_leaves_a_program_without_pip(
    copied: Path, offline_pip: dict[str, str]
) -> None:
    """Its own RUN, with another folder in the place of /opt/mailspec and wheels in the place of the network."""
    opt = copied.parent / "opt/mailspec"
    script = run_of(STAGES[0])
    assert "/opt/mailspec/bin/pip install" in script
    kept = {"PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin", "HOME": str(copied.parent)}
    done = subprocess.run(
        ["sh", "-c", script.replace("/opt/mailspec", str(opt))],
        cwd=copied,
        env={**kept, **offline_pip},
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    # As the last stage sets it up: its programs first on the path, and nothing is written beside the modules.
    env = {"PATH": f"{opt}/bin:/usr/bin:/bin", "PYTHONDONTWRITEBYTECODE": "1"}
    ran = subprocess.run(
        ["mailspec", "validate"], cwd=ROOT / "examples/quickstart", env=env, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "3 files" in ran.stdout
    libraries = "import _ruamel_yaml, psycopg, mailspec.schema, importlib.util as u; print(u.find_spec('pip'))"
    ran = subprocess.run(["python", "-c", libraries], env=env, capture_output=True, text=True, check=False)
    assert ran.stdout == "None\n", ran.stderr


def test_the_constraints_cover_what_is_installed() -> None:
    extras = re.search(r'"\.\[([a-z,]+)\]"', STAGES[0])
    assert extras is not None
    declared = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert all(re.search(rf"(?m)^{extra} = \[", declared) for extra in extras.group(1).split(","))


def test_the_last_stage_is_not_root_and_builds_nothing() -> None:
    last = STAGES[-1]
    assert re.search(r"(?m)^USER [1-9][0-9]*$", last)
    assert last.rindex("USER ") > last.rindex("RUN ")
    installed = re.findall(r"apt-get install -y --no-install-recommends ([a-z -]+?) \\", last)
    assert installed == ["git"]
    assert not re.search(r"\b(pip|gcc|make|build-essential|curl|wget)\b", last)
    assert "uninstall --yes --quiet pip" in STAGES[0]
