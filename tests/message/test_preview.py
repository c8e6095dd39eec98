from __future__ import annotations

from mailspec.message.preview import preview


def test_the_page_s_own_example() -> None:
    # MaestroHub, "Email Setup": "A preview ... shows exactly how the sender will appear to recipients".
    assert preview("MaestroHub", "noreply@yourdomain.com") == "MaestroHub <noreply@yourdomain.com>"


def test_without_a_name_only_the_address() -> None:
    assert preview("", "noreply@acme.example") == preview(None, "noreply@acme.example") == "noreply@acme.example"


def test_quotes_where_the_name_needs_them() -> None:
    assert preview("Acme, Inc.", "noreply@acme.example") == '"Acme, Inc." <noreply@acme.example>'
