"""The real readers of each dialect, and texts made of what is special to them."""

from __future__ import annotations

import http.server
import json
import logging
import os
import shutil
import socketserver
import subprocess
import threading
from collections.abc import Callable, Iterator
from io import StringIO
from pathlib import Path
from typing import Any, NoReturn

import pytest

Reader = Callable[[str], dict[str, str] | None]


@pytest.fixture(params=["dash", "bash"])
def shell(request: pytest.FixtureRequest, tmp_path: Path, lack: Callable[[str], NoReturn]) -> Reader:
    """``shell(text)``: what a POSIX shell has in its environment after ``. file``; ``None`` where it refuses."""
    program = shutil.which(request.param)
    env = shutil.which("env")
    if program is None or env is None:
        lack(f"no {request.param}")
    file = tmp_path / "settings.sh"

    def read(text: str) -> dict[str, str] | None:
        file.write_bytes(text.encode())
        if subprocess.run([program, "-n", file], capture_output=True, check=False).returncode != 0:
            return None
        # No PATH: a text made of random words starts no program.
        script = f"PATH=/nonexistent; set -a; . {file} >/dev/null 2>&1; exec {env} -0"
        done = subprocess.run(
            [program, "-c", script],
            env={"LC_ALL": "C.UTF-8"},
            capture_output=True,
            check=False,
            cwd=tmp_path,
            timeout=10,
        )
        if done.returncode != 0:
            return None
        pairs = (entry.partition("=") for entry in done.stdout.decode(errors="replace").split("\0") if entry)
        return {key: value for key, _, value in pairs}

    return read


@pytest.fixture
def python_dotenv() -> Callable[[str], dict[str, str | None]]:
    """``python_dotenv(text)``: python-dotenv with interpolation, nothing set outside."""
    import dotenv

    logging.getLogger("dotenv.main").disabled = True

    def read(text: str) -> dict[str, str | None]:
        return dict(dotenv.dotenv_values(stream=StringIO(text, newline=None)))

    return read


class _Daemon(http.server.BaseHTTPRequestHandler):
    """As much of the engine's interface as ``docker create`` asks for; keeps what it was sent."""

    def do_HEAD(self) -> None:
        self._answer({})

    do_GET = do_HEAD

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if "/containers/create" in self.path:
            self.server.environment = json.loads(body)["Env"]  # type: ignore[attr-defined]
        self._answer({"Id": "f" * 64, "Warnings": []}, 201)

    def _answer(self, held: dict[str, Any], code: int = 200) -> None:
        content = json.dumps(held).encode()
        self.send_response(code)
        self.send_header("Api-Version", "1.43")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def address_string(self) -> str:
        return "unix"

    def log_message(self, format: str, *args: Any) -> None:
        pass


@pytest.fixture
def docker(tmp_path: Path) -> Iterator[Reader]:
    """``docker(text)``: what Docker's command line sends to the engine for ``--env-file``; ``None``: refused."""
    program = shutil.which("docker")
    if program is None:
        pytest.skip("no docker command line here; the cases from its documentation are tested all the same")
    path = tmp_path / "engine.sock"
    file = tmp_path / "settings.env"

    class Engine(socketserver.ThreadingUnixStreamServer):
        daemon_threads = True
        environment: list[str] = []  # noqa: RUF012

    with Engine(str(path), _Daemon) as engine:
        thread = threading.Thread(target=engine.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()

        def read(text: str) -> dict[str, str] | None:
            file.write_bytes(text.encode())
            command = [program, "-H", f"unix://{path}", "create", "--env-file", str(file), "image"]
            done = subprocess.run(
                command, env={"HOME": str(tmp_path), "PATH": os.environ["PATH"]}, capture_output=True, check=False
            )
            if done.returncode != 0:
                return None
            return dict(entry.split("=", 1) for entry in engine.environment or [] if "=" in entry)

        yield read
        engine.shutdown()
        thread.join()
