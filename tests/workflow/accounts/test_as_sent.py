"""Settings as they leave: absolute paths, names of hosts as the wire has them. Files and the wire get the same."""

from __future__ import annotations

import pytest

from mailspec.workflow.accounts.as_sent import as_sent


@pytest.mark.parametrize(
    ("field", "declared", "written"),
    [
        ("tls.ca_file", "certs/ca.pem", "/srv/mail/certs/ca.pem"),
        ("tls.ca_file", "../ca.pem", "/srv/ca.pem"),
        ("tls.ca_file", "/etc/ssl/ca.pem", "/etc/ssl/ca.pem"),
        ("tls.client_cert", "client.pem", "/srv/mail/client.pem"),
        ("host", "müller.example", "xn--mller-kva.example"),
        ("host", "mail.acme.example", "mail.acme.example"),
        ("host", "::1", "::1"),
        ("ehlo_name", "straße.example", "xn--strae-oqa.example"),
        ("tls.server_name", "例え.example", "xn--r8jz45g.example"),
        ("from.email", "büro@müller.example", "büro@xn--mller-kva.example"),
        ("envelope_from", "bounces@müller.example", "bounces@xn--mller-kva.example"),
        ("reply_to", "a@acme.example", "a@acme.example"),
        ("tls.ca_file", "~/ca.pem", "/home/alice/ca.pem"),
        ("tls.ca_file", "certs/../ca.pem", "/srv/mail/ca.pem"),
        ("host", "mail.acme.example.", "mail.acme.example"),
        ("host", "[::1]", "[::1]"),
        ("host", "a_ü.acme.example", "a_ü.acme.example"),
        ("host", "${HOST}", "${HOST}"),
        ("ehlo_name", "[IPv6:::1]", "[IPv6:::1]"),
        ("from.email", "hub@acme.example.", "hub@acme.example"),
        ("from.email", "hub@a_ü.example", "hub@a_ü.example"),
        ("auth.username", "müller", "müller"),
        ("from.name", "Müller", "Müller"),
    ],
)
def test_paths_and_names(monkeypatch: pytest.MonkeyPatch, field: str, declared: str, written: str) -> None:
    monkeypatch.setenv("HOME", "/home/alice")
    assert as_sent({field: declared, "port": 25}, "/srv/mail") == {field: written, "port": 25}
