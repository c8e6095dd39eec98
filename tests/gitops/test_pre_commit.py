"""The real pre-commit makes the hook's environment from this tree, as it does for everybody, and runs it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
# What a clone of this repository has that the hook needs.
PARTS = (".pre-commit-hooks.yaml", "pyproject.toml", "README.md", "LICENSE", "schemas", "docs/rules", "mailspec")
GOOD = "version: 1\nconfigurations:\n  - {name: A, state: active, host: mail.acme.example, from: a@acme.example}\n"
WRONG = GOOD.replace("from: a@acme.example", "port: 465, security: starttls, from: a@acme.example")
Run = Callable[..., subprocess.CompletedProcess[str]]
pytestmark = [pytest.mark.service("lint_tools"), pytest.mark.service("wheels"), pytest.mark.xdist_group("pre-commit")]


@pytest.fixture(scope="module")
def hooks(tmp_path_factory: pytest.TempPathFactory, repository_at: Callable[[Path], Any]) -> Any:
    """This tree as a repository of hooks."""
    repository = repository_at(tmp_path_factory.mktemp("hooks") / "mailspec")
    for part in PARTS:
        to = repository.folder / part
        if (ROOT / part).is_dir():
            shutil.copytree(ROOT / part, to, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / part, to)
    repository.commit("release")
    return repository


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory, pre_commit: Path, offline_pip: dict[str, str]) -> Run:
    """``run(folder, *arguments)``: pre-commit where no mailspec is on the path; what it installs is kept."""
    home = tmp_path_factory.mktemp("home")
    tools = home / "bin"
    tools.mkdir()
    # Only Python itself: the folder of this interpreter holds a mailspec of its own.
    (tools / "python3").symlink_to(Path(sys.executable).resolve())
    env = {
        **offline_pip,
        "PATH": f"{tools}:/usr/bin:/bin",
        "HOME": str(home),
        "PRE_COMMIT_HOME": str(home / "cache"),
        "GIT_CONFIG_GLOBAL": os.devnull,
        "TERM": "dumb",
    }

    def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [pre_commit, "run", *arguments],
            cwd=folder,
            env=env,
            capture_output=True,
            text=True,
            check=False,
            timeout=240,
        )

    return run


def configure(repository: Any, hooks: Any, hook: str) -> None:
    config = (
        f"repos:\n  - repo: {hooks.folder}\n    rev: {hooks.git('rev-parse', 'HEAD')}\n    hooks: [{{id: {hook}}}]\n"
    )
    repository.commit("start", {".pre-commit-config.yaml": config, "mailspec.yml": GOOD})


def test_it_is_installed_and_silent_on_success(repository: Any, hooks: Any, run: Run) -> None:
    configure(repository, hooks, "mailspec-validate")
    repository.write({"mailspec.yml": GOOD + "# nothing\n"})
    repository.git("add", "-A")
    done = run(repository.folder, "--verbose")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Passed" in done.stdout
    assert "no findings" not in done.stdout


def test_a_fault_in_any_file_fails(repository: Any, hooks: Any, run: Run) -> None:
    configure(repository, hooks, "mailspec-validate")
    # The file that was touched is well; the hook looks at the whole.
    repository.commit("fault", {"users/people.yml": "users:\n  - {email: bob@acme.example, configuraton: A}\n"})
    repository.write({"mailspec.yml": GOOD + "# touched\n"})
    repository.git("add", "-A")
    done = run(repository.folder)
    assert done.returncode == 1
    assert "MS004" in done.stdout
    assert "users/people.yml:2" in done.stdout


def test_other_files_do_not_start_it(repository: Any, hooks: Any, run: Run) -> None:
    configure(repository, hooks, "mailspec-validate")
    repository.write({"README": "x"})
    repository.git("add", "-A")
    assert "Skipped" in run(repository.folder).stdout


def test_the_fixing_hook_fixes_and_stops_the_commit(repository: Any, hooks: Any, run: Run) -> None:
    configure(repository, hooks, "mailspec-fix")
    repository.write({"mailspec.yml": WRONG})
    repository.git("add", "-A")
    done = run(repository.folder)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "files were modified by this hook" in done.stdout
    assert (repository.folder / "mailspec.yml").read_text() != WRONG
    repository.git("add", "-A")
    assert run(repository.folder).returncode == 0
