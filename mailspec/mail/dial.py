"""Finds a host's addresses and connects to the first that answers, IPv6 and IPv4 in turn (RFC 8305)."""

from __future__ import annotations

import errno
import ipaddress
import os
import selectors
import socket
import threading
from collections import deque
from collections.abc import Iterable
from contextlib import suppress
from itertools import chain, zip_longest
from time import monotonic
from typing import Any, NamedTuple

from mailspec.mail.deadline import Deadline
from mailspec.mail.failure import Failure
from mailspec.text.domain import NoDomain, ascii_domain

# RFC 8305 section 8: the next address is tried after 250 ms, without giving up the earlier ones.
_STAGGER = 0.25
_MOST_ADDRESSES = 6
_UNDER_WAY = (0, errno.EINPROGRESS, errno.EWOULDBLOCK)


class Address(NamedTuple):
    """One address to connect to, as the socket module wants it."""

    family: int
    sockaddr: tuple[Any, ...]

    def __str__(self) -> str:
        return str(self.sockaddr[0])


def ascii_host(host: str) -> str:
    """Return a host name as DNS and certificates have it. Raises Failure where it cannot be one."""
    name = ascii_domain(host)
    if isinstance(name, NoDomain):
        raise Failure(f"{host!a} is no host name: {name.reason}", "config_invalid", "host")
    if "[" in name:
        raise Failure(f"{host!a} is no host name: an address stands without brackets", "config_invalid", "host")
    return name


def resolve(name: str, port: int, deadline: Deadline) -> list[Address]:
    """Return a name's addresses, IPv6 and IPv4 in turn. Raises socket.gaierror, TimeoutError, Failure.

    getaddrinfo(3) knows no time limit, so it runs in a thread that is left behind when the time is over. An address
    needs no asking.
    """
    with suppress(OSError, ValueError):
        ipaddress.ip_address(name.partition("%")[0])
        found = socket.getaddrinfo(name, port, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST)
        return [Address(family, sockaddr) for family, _, _, _, sockaddr in found]
    answer: list[list[Address] | Exception] = []

    def ask() -> None:
        try:
            found = socket.getaddrinfo(name, port, type=socket.SOCK_STREAM)
            answer.append([Address(family, sockaddr) for family, _, _, _, sockaddr in found])
        except (OSError, ValueError) as error:
            answer.append(error)

    thread = threading.Thread(target=ask, name="resolve", daemon=True)
    thread.start()
    thread.join(deadline.left())
    if not answer:
        raise TimeoutError("timed out")
    if isinstance(answer[0], OSError):
        raise answer[0]
    if isinstance(answer[0], Exception):
        # A label that is empty or longer than 63 bytes.
        raise Failure(str(answer[0]), "config_invalid", "host")
    return list(_in_turn(answer[0]))[:_MOST_ADDRESSES]


def _in_turn(addresses: list[Address]) -> Iterable[Address]:
    """Alternate the families, the first one leading; the order within a family stays (RFC 6724)."""
    first = [address for address in addresses if address.family == addresses[0].family]
    other = [address for address in addresses if address.family != addresses[0].family]
    return dict.fromkeys(address for address in chain(*zip_longest(first, other)) if address is not None)


def dial(addresses: list[Address], deadline: Deadline) -> socket.socket:
    """Return a connected, blocking socket.

    Raises TimeoutError where no address answered in time, else the OSError that tells most.
    """
    waiting = deque(addresses)
    started: dict[int, socket.socket] = {}
    errors: list[OSError] = []
    start_next = monotonic()
    with selectors.DefaultSelector() as selector:
        try:
            while waiting or started:
                if waiting and (not started or monotonic() >= start_next):
                    _start(waiting.popleft(), selector, started, errors)
                    start_next = monotonic() + _STAGGER
                    continue
                pause = max(0.0, start_next - monotonic()) if waiting else None
                for key, _ in selector.select(deadline.left(pause)):
                    sock = started.pop(key.fd)
                    selector.unregister(sock)
                    code = sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
                    if code == 0:
                        sock.setblocking(True)
                        # A command behind a handshake's last flight would wait for its acknowledgement, 40 ms.
                        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                        return sock
                    sock.close()
                    errors.append(_error(code, key.data))
                    start_next = monotonic()
        finally:
            for sock in started.values():
                sock.close()
    raise _most_telling(errors)


def _start(
    address: Address,
    selector: selectors.BaseSelector,
    started: dict[int, socket.socket],
    errors: list[OSError],
) -> None:
    try:
        sock = socket.socket(address.family, socket.SOCK_STREAM)
    except OSError as error:
        errors.append(error)
        return
    sock.setblocking(False)
    code = sock.connect_ex(address.sockaddr)
    if code in _UNDER_WAY:
        selector.register(sock, selectors.EVENT_WRITE, address)
        started[sock.fileno()] = sock
        return
    sock.close()
    errors.append(_error(code, address))


def _error(code: int, address: Address) -> OSError:
    # OSError picks the subclass by the number: ConnectionRefusedError and so on.
    return OSError(code, f"{os.strerror(code)} ({address})")


def _most_telling(errors: list[OSError]) -> OSError:
    """A machine that refuses says more than a network that is not there, such as a missing IPv6."""
    for kind in (ConnectionRefusedError, TimeoutError, ConnectionError):
        for error in errors:
            if isinstance(error, kind):
                return error
    return errors[0] if errors else OSError("no address")
