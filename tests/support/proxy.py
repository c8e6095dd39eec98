"""A relay on loopback that counts how many connections are open at a time; it may make each wait its turn."""

from __future__ import annotations

import contextlib
import selectors
import socket
import threading
from collections.abc import Callable, Iterator
from time import sleep

import pytest


class CountingProxy:
    """Forwards to a loopback port. ``most`` is the most connections that a client held open at one time."""

    def __init__(self, target: int, pause: float = 0.0) -> None:
        self.most = 0
        self.total = 0
        self._target = target
        self._pause = pause
        self._open: dict[socket.socket, socket.socket] = {}
        self._clients: set[socket.socket] = set()
        self._selector = selectors.DefaultSelector()
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.port: int = self._listener.getsockname()[1]
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._over.set()
        self._thread.join(5)

    def _serve(self) -> None:
        self._selector.register(self._listener, selectors.EVENT_READ)
        while not self._over.is_set():
            for key, _ in self._selector.select(0.05):
                sock = key.fileobj
                assert isinstance(sock, socket.socket)
                if sock is self._listener:
                    self._accept()
                elif sock in self._open:
                    self._forward(sock)
        for sock in (*self._open, self._listener):
            sock.close()
        self._selector.close()

    def _accept(self) -> None:
        sleep(self._pause)
        client, _ = self._listener.accept()
        # Whoever has gone counts no more, although its end may not have been read yet.
        held = sum(not _gone(one) for one in self._clients)
        self.total += 1
        self.most = max(self.most, held + 1)
        server = socket.create_connection(("127.0.0.1", self._target))
        self._clients.add(client)
        for one, other in ((client, server), (server, client)):
            self._open[one] = other
            self._selector.register(one, selectors.EVENT_READ)

    def _forward(self, sock: socket.socket) -> None:
        other = self._open[sock]
        data = b""
        with contextlib.suppress(OSError):
            data = sock.recv(65536)
            other.sendall(data)
        if data:
            return
        for one in (sock, other):
            self._selector.unregister(one)
            del self._open[one]
            self._clients.discard(one)
            one.close()


def _gone(sock: socket.socket) -> bool:
    try:
        return sock.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT) == b""
    except BlockingIOError:
        return False
    except OSError:
        return True


@pytest.fixture
def counting_proxy() -> Iterator[Callable[..., CountingProxy]]:
    """``counting_proxy(port, pause=0.0) -> CountingProxy``; ``pause`` in seconds before each connection is taken."""
    started: list[CountingProxy] = []

    def start(target: int, pause: float = 0.0) -> CountingProxy:
        started.append(CountingProxy(target, pause))
        return started[-1]

    yield start
    for proxy in started:
        proxy.close()
