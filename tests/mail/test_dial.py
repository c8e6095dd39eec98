from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from time import monotonic

import pytest

from mailspec.mail.deadline import Deadline
from mailspec.mail.dial import Address, ascii_host, dial, resolve
from mailspec.mail.failure import Failure

V4, V6 = socket.AF_INET, socket.AF_INET6


def address(port: int) -> Address:
    return Address(V4, ("127.0.0.1", port))


@pytest.fixture
def listening() -> Iterator[Address]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield address(server.getsockname()[1])


@pytest.fixture
def closed() -> Iterator[Address]:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        yield address(sock.getsockname()[1])


@pytest.fixture
def black_hole() -> Iterator[Address]:
    with socket.socket() as listener, socket.socket() as held:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        held.connect(listener.getsockname())
        yield address(listener.getsockname()[1])


def test_the_next_address_is_tried_while_one_is_silent(black_hole: Address, listening: Address) -> None:
    started = monotonic()
    with dial([black_hole, listening], Deadline(5)) as sock:
        assert sock.getpeername() == listening.sockaddr
        assert sock.getblocking()
    assert 0.2 < monotonic() - started < 1


def test_a_refusal_is_not_waited_for(closed: Address, listening: Address) -> None:
    started = monotonic()
    with dial([closed, listening], Deadline(5)) as sock:
        assert sock.getpeername() == listening.sockaddr
    assert monotonic() - started < 0.2


def test_all_refused(closed: Address) -> None:
    with pytest.raises(ConnectionRefusedError, match=r"127\.0\.0\.1"):
        dial([closed, closed], Deadline(5))


def test_the_deadline_holds_for_all_together(black_hole: Address) -> None:
    started = monotonic()
    with pytest.raises(TimeoutError):
        dial([black_hole] * 5, Deadline(0.6))
    assert monotonic() - started < 1


def test_a_refusal_tells_more_than_a_network_that_is_missing(closed: Address) -> None:
    missing = Address(12345, ("::1", 1, 0, 0))
    with pytest.raises(ConnectionRefusedError):
        dial([missing, closed], Deadline(2))


def test_no_address() -> None:
    with pytest.raises(OSError, match="no address"):
        dial([], Deadline(1))


def found(*addresses: tuple[int, str]) -> object:
    return lambda *_, **__: [(family, 1, 6, "", (name, 25)) for family, name in addresses]


def test_the_families_take_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    answer = found((V6, "::1"), (V6, "::2"), (V6, "::3"), (V4, "127.0.0.1"), (V4, "127.0.0.2"), (V6, "::1"))
    monkeypatch.setattr(socket, "getaddrinfo", answer)
    names = [str(address) for address in resolve("localhost", 25, Deadline(1))]
    assert names == ["::1", "127.0.0.1", "::2", "127.0.0.2", "::3"]


def test_so_many_addresses_are_not_all_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", found(*((V4, f"127.0.0.{n}") for n in range(1, 100))))
    assert len(resolve("localhost", 25, Deadline(1))) == 6


def test_a_name_server_that_never_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    over = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: over.wait(5) and [])
    started = monotonic()
    with pytest.raises(TimeoutError):
        resolve("localhost", 25, Deadline(0.2))
    assert monotonic() - started < 1
    over.set()


def test_a_name_that_is_not_there() -> None:
    with pytest.raises(socket.gaierror):
        resolve("smtp.acme.invalid", 25, Deadline(5))


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("smtp.acme.example", "smtp.acme.example"),
        ("smtp.acme.example.", "smtp.acme.example"),
        (" smtp.acme.example ", "smtp.acme.example"),
        ("smtp.bücher.example", "smtp.xn--bcher-kva.example"),
        ("SMTP.BÜCHER.example", "smtp.xn--bcher-kva.example"),
        ("127.0.0.1", "127.0.0.1"),
        ("::1", "::1"),
        ("my_relay", "my_relay"),
        ("ｓｍｔｐ。straße.example。", "smtp.xn--strae-oqa.example"),
    ],
)
def test_host_names(host: str, expected: str) -> None:
    assert ascii_host(host) == expected


@pytest.mark.parametrize(
    "host",
    [
        "",
        ".",
        "smtp://acme.example",
        "a b",
        "a\x00b",
        "smtp.acme.example/x",
        "☃..example",
        "a\u202eb",
        "[::1]",
        "a_ü.example",
    ],
)
def test_what_is_no_host_name(host: str) -> None:
    with pytest.raises(Failure) as caught:
        ascii_host(host)
    assert (caught.value.category, caught.value.detail) == ("config_invalid", "host")


def test_a_label_that_is_too_long(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Failure) as caught:
        resolve("x" * 64 + ".localhost", 25, Deadline(5))
    assert caught.value.detail == "host"
