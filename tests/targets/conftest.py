"""Short ways to declare a target."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from mailspec.plan.desired import TargetDesired


@pytest.fixture
def target() -> Callable[..., TargetDesired]:
    """``target({"HOST": "x"}, dialect="docker")``: a target at ``app.env``."""

    def make(keys: dict[str, Any] | None = None, path: str = "app.env", **options: Any) -> TargetDesired:
        return TargetDesired("app", "env_file", path, keys or {}, options)

    return make


class Greeter(socketserver.StreamRequestHandler):
    """As much of a mail server as a sign-in without a password needs."""

    def handle(self) -> None:
        self.wfile.write(b"220 localhost ESMTP\r\n")
        while line := self.rfile.readline():
            self.wfile.write(b"221 bye\r\n" if line.upper().startswith(b"QUIT") else b"250 localhost\r\n")


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Greeter) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_address[1]
        server.shutdown()
