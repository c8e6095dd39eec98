"""A project folder with two files and a state, and what must hold of them."""

from __future__ import annotations

import io
import shutil
import subprocess
from collections.abc import Callable
from contextlib import redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from mailspec.outcome.refusal import Refusal
from mailspec.state.store import open_state
from mailspec.state.url import parse_url
from tools.killing import driver
from tools.killing.driver import FILES, secret
from tools.killing.process import run

OLD, NEW = "1025", "2525"
FOREIGN = {"one": "# mine\r\nOTHER=1\r\n", "two": "OTHER=1\nMAIL_FROM=x"}


@dataclass(frozen=True)
class World:
    """``state`` is a URL, ``None`` for SQLite in the folder."""

    folder: Path
    state: str | None
    instance: str = "torture"

    def here(self, mode: str, port: str = NEW) -> tuple[int, str]:
        """Do the same in this process, which is quicker; return the exit code and what was printed."""
        url = parse_url(self.state, self.folder)
        assert not isinstance(url, Refusal)
        with redirect_stdout(io.StringIO()) as output:
            code = driver.run(mode, open_state(url, self.instance, None), self.folder, driver.desired(port))
        return code, output.getvalue().strip()

    def driver(self, mode: str, port: str = NEW, before: tuple[str, ...] = ()) -> subprocess.CompletedProcess[str]:
        """Run the driver, if wanted under another program."""
        return run(self.arguments(mode, port), before)

    def arguments(self, mode: str, port: str) -> list[str]:
        """Return the driver's arguments."""
        return [mode, str(self.folder), port, self.instance, *([self.state] if self.state else [])]


@dataclass(frozen=True)
class Template:
    """A world with the old settings applied; each kill starts from a copy.

    ``copy_state`` copies a shared state's rows to an instance of the given name.
    """

    world: World
    copy_state: Callable[[str], None] | None

    def copy(self, folder: Path) -> World:
        """Return a copy of the world in a folder that is not there yet."""
        shutil.copytree(self.world.folder, folder)
        if self.copy_state is None:
            return World(folder, None)
        instance = f"{folder.name}-{uuid4().hex}"
        self.copy_state(instance)
        return World(folder, self.world.state, instance)


def make_template(folder: Path, state: str | None, copy_state: Callable[[str], None] | None) -> Template:
    """Make the files, apply the old settings, and return the world to copy."""
    for word in FILES:
        (folder / word).mkdir(parents=True)
        (folder / word / "mail.env").write_bytes(FOREIGN[word].encode())
        (folder / word / "mail.env").chmod(0o640)
    world = World(folder, state)
    # The first entry of the history has the new settings, so that a rollback to it has something to do.
    for port in (NEW, OLD):
        code, output = world.here("apply", port)
        assert code == 0, output
    return Template(world, copy_state)


def content(port: str, word: str) -> bytes:
    """Return the whole file that belongs to a port."""
    ours = ["MAIL_HOST=smtp.acme.example", f"MAIL_PORT={port}", f"MAIL_PASSWORD={secret(port)}"]
    if word == "one":
        return (FOREIGN[word] + "\r\n".join(ours) + "\r\n").encode()
    return (FOREIGN[word] + "\n" + "\n".join(ours)).encode()


def holds(world: World, ports: tuple[str, ...] = (OLD, NEW)) -> str:
    """Return whose settings hold whole. Raises ``AssertionError`` for a torn world."""
    files = {word: (world.folder / word / "mail.env") for word in FILES}
    for port in ports:
        if all(path.read_bytes() == content(port, word) for word, path in files.items()):
            assert all(path.stat().st_mode & 0o7777 == 0o640 for path in files.values()), "a mode was lost"
            return port
    raise AssertionError({word: path.read_bytes() for word, path in files.items()})


def leftovers(world: World) -> list[str]:
    """Return the names of files that must not be there between two applies."""
    known = {world.folder / word / "mail.env" for word in FILES} | {world.folder / ".mailspec/state.sqlite"}
    return sorted(
        str(path.relative_to(world.folder)) for path in world.folder.rglob("*") if path.is_file() and path not in known
    )
