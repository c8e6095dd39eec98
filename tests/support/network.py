"""Keeps tests on this machine: a connection or a name look-up that would leave it fails the test."""

from __future__ import annotations

import _socket
import ipaddress
import socket
from collections.abc import Iterator
from typing import Any

import pytest


class LeftTheMachine(BaseException):
    """A test tried to reach another machine. Not an Exception, so that code under test cannot swallow it."""


def is_local(host: object) -> bool:
    """Tell whether a host is this machine: a loopback address, or a name that means one."""
    name = host.decode() if isinstance(host, bytes) else host
    if name in (None, "", "localhost") or str(name).endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(str(name).partition("%")[0]).is_loopback
    except ValueError:
        return False


def _check(sock: socket.socket, address: Any) -> None:
    if sock.family in (socket.AF_INET, socket.AF_INET6) and not is_local(address[0]):
        raise LeftTheMachine(f"a test tried to connect to {address!r}; only loopback is allowed")


def _connect(sock: socket.socket, address: Any) -> None:
    _check(sock, address)
    _socket.socket.connect(sock, address)


def _connect_ex(sock: socket.socket, address: Any) -> int:
    _check(sock, address)
    return _socket.socket.connect_ex(sock, address)


def _sendto(sock: socket.socket, *args: Any) -> int:
    _check(sock, args[-1])
    return _socket.socket.sendto(sock, *args)


def _getaddrinfo(host: Any, *args: Any, **options: Any) -> Any:
    if is_local(host):
        return _real_getaddrinfo(host, *args, **options)
    name = host.decode() if isinstance(host, bytes) else str(host)
    try:
        ipaddress.ip_address(name)
    except ValueError:
        # RFC 6761: a name under "invalid" never resolves, so the answer is known without asking anybody.
        if name.rstrip(".").endswith("invalid"):
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known") from None
        raise LeftTheMachine(
            f"a test tried to look up {name!r}; use a name under .invalid or a fake resolver"
        ) from None
    return _real_getaddrinfo(host, *args, **options)


_real_getaddrinfo = socket.getaddrinfo


@pytest.fixture(scope="session", autouse=True)
def loopback_only() -> Iterator[None]:
    """Hold the whole run to loopback. Processes that a test starts are not covered."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", _connect)
        patch.setattr(socket.socket, "connect_ex", _connect_ex)
        patch.setattr(socket.socket, "sendto", _sendto)
        patch.setattr(socket, "getaddrinfo", _getaddrinfo)
        yield
