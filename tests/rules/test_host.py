"""What counts as a host, and as this very machine."""

from __future__ import annotations

import pytest

from mailspec.rules.host import is_host, is_loopback

HOSTS = [
    "smtp.acme.example",
    "SMTP.ACME.EXAMPLE.",
    "mailhub",
    "mail_relay.acme.example",
    "1and1.example",
    "3com.example",
    "a.b.c.d.e.example",
    "xn--bcher-kva.example",
    "bücher.example",
    "192.0.2.25",
    "2001:db8::25",
    "::1",
    "fe80::1%eth0",
    "::ffff:192.0.2.1",
]
NO_HOSTS = [
    *[
        "-a.example",
        "a-.example",
        "a..example",
        ".example",
        "*.example",
        "300.1.2.3",
        "1.2.3",
        "1.2.3.4.5",
        "fe80::1::2",
        "12345::",
    ],
    *[
        "[::1]",
        "mail.acme.example:587",
        "smtp://acme.example",
        "user@acme.example",
        "acme.example/",
        "a,b.example",
        "a;b",
    ],
    *["", " ", ".", "smtp acme", "smtp\tacme", "a" * 64 + ".example", "a." * 127 + "example", "bü cher.example"],
]


@pytest.mark.parametrize("host", HOSTS)
def test_hosts(host):
    assert is_host(host)


@pytest.mark.parametrize("host", NO_HOSTS)
def test_no_hosts(host):
    assert not is_host(host)


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST.", "127.0.0.1", "127.8.9.10", "::1"])
def test_this_machine(host):
    assert is_loopback(host)


@pytest.mark.parametrize(
    "host", ["localhost.acme.example", "128.0.0.1", "127.acme.example", "::2", None, "127.0.0.1.example"]
)
def test_another_machine(host):
    assert not is_loopback(host)
