"""A small Git repository with a project in it."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

# A person's own settings for Git must not decide a test.
_GIT = {
    "GIT_AUTHOR_NAME": "Test",
    "GIT_AUTHOR_EMAIL": "test@acme.example",
    "GIT_COMMITTER_NAME": "Test",
    "GIT_COMMITTER_EMAIL": "test@acme.example",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
}


class Repository:
    """Commands for a repository: ``write`` and ``commit`` make history, ``git`` does the rest."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.git("init", "-q", "-b", "main")

    def git(self, *arguments: str, check: bool = True, stdin: str = "") -> str:
        done = subprocess.run(
            ["git", *arguments],
            cwd=self.folder,
            input=stdin,
            env={**os.environ, **_GIT},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0 or not check, f"git {arguments}: {done.stdout}{done.stderr}"
        return done.stdout.strip()

    def write(self, files: Mapping[str, bytes | str | None]) -> None:
        for name, text in files.items():
            path = self.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            if text is None:
                path.unlink()
            elif isinstance(text, bytes):
                path.write_bytes(text)
            else:
                path.write_text(text, encoding="utf-8")

    def commit(self, message: str, files: Mapping[str, bytes | str | None] | None = None) -> str:
        self.write(files or {})
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", message)
        return self.git("rev-parse", "HEAD")


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    folder = tmp_path / "repository"
    folder.mkdir()
    return Repository(folder)


@pytest.fixture(scope="session")
def repository_at() -> Callable[[Path], Repository]:
    def make(folder: Path) -> Repository:
        folder.mkdir(parents=True)
        return Repository(folder)

    return make


def _load(path: Path, name: str) -> Any:
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


# Test modules build their parameters from it while they are imported: "from mailspec_tests_attempts import ...".
_load(Path(__file__).with_name("attempts.py"), "mailspec_tests_attempts")
_load(Path(__file__).with_name("sealed.py"), "mailspec_tests_sealed")


@pytest.fixture(scope="session")
def history(
    tmp_path_factory: pytest.TempPathFactory,
    repository_at: Callable[[Path], Repository],
    run_github: Any,
    run_gitlab: Any,
    offline_pip: dict[str, str],
) -> Iterator[dict[str, Any]]:
    """What was seen of each change; ``pipelines`` is the machinery that ran them."""
    here = Path(__file__).parent
    company = _load(here / "company.py", "mailspec_tests_company")
    story = _load(here / "story.py", "mailspec_tests_story")
    machinery = _load(here / "history.py", "mailspec_tests_history")
    mailserver = _load(here.parents[1] / "tools/demo/mailserver.py", "mailspec_tests_mailserver")
    folder = tmp_path_factory.mktemp("history")
    (folder / "secret").write_text(machinery.PASSWORD + "\n")
    (folder / "secret").chmod(0o600)
    with mailserver.running(folder / "server", {"hub@acme.example": machinery.PASSWORD}) as server:
        world = company.World(
            server.tls_port, server.starttls_port, server.ca_file, folder / "hub.env", folder / "secret"
        )
        repository = repository_at(folder / "origin")
        repository.commit("start", world.start())
        pipelines = machinery.Pipelines(folder, world, repository, (run_github, run_gitlab), offline_pip)
        yield {**story.twelve(pipelines), **story.troubles(pipelines), "pipelines": pipelines}


@pytest.fixture
def push(repository: Any, cli: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """Return a function that commits ``mailspec.yml`` and runs a command; there are secrets, and no server."""
    from mailspec_tests_sealed import KEY

    monkeypatch.setattr("mailspec.workflow.apply.applying.checks", lambda *_args: [list])
    identity = repository.folder.parent / "age.txt"
    identity.write_text(f"{KEY}\n")
    identity.chmod(0o600)
    env = dict.fromkeys(("ACME_P", "ACME_SMTP_PASSWORD", "NEW"), "c4nary-1x") | {"MAILSPEC_AGE_IDENTITY": str(identity)}

    def run(text: str, *command: str) -> Any:
        repository.commit("change", {"mailspec.yml": text, ".gitignore": ".mailspec/\n"})
        return cli(*command, cwd=repository.folder, env=env)

    return run
