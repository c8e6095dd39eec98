"""Finding a provider, and hosts that nobody lists."""

from __future__ import annotations

import subprocess
import sys

import pytest

from mailspec import providers


@pytest.mark.parametrize(
    ("host", "login", "expected"),
    [
        ("smtp.gmail.com", None, "gmail"),
        ("SMTP.Gmail.Com.", None, "gmail"),
        (" smtp.gmail.com ", "someone@gmail.com", "gmail"),
        ("smtp.gmail.com", "noreply@acme.example", "google_workspace"),
        ("smtp.gmail.com", "noreply", "gmail"),
        ("smtp.office365.com", "noreply@acme.example", "microsoft365"),
        ("smtp.office365.com", "someone@outlook.com", "outlook_com"),
        ("email-smtp.eu-west-1.amazonaws.com", None, "ses"),
        ("email-smtp-fips.us-east-1.amazonaws.com", None, "ses"),
        ("acme-example.mail.protection.outlook.com", None, "microsoft365_direct_send"),
        ("email-smtp..amazonaws.com", None, None),
        ("email-smtp.a.b.amazonaws.com", None, None),
        ("email-smtp.amazonaws.com", None, None),
        ("smtp.gmail.com.acme.example", None, None),
        ("smtp.acme.example", "someone@gmail.com", None),
        ("", None, None),
    ],
)
def test_match_host(host, login, expected):
    found = providers.match_host(host, login)
    assert (found and found.id) == expected


def test_ids_and_aliases():
    assert "office365" in providers.ids_and_aliases()
    assert "microsoft365" in providers.all_ids()
    assert providers.by_id("office365") == providers.by_id("microsoft365")
    assert providers.by_id("office 365") is None


def test_login_domain():
    found = providers.by_login_domain("GMX.de")
    assert found is not None
    assert found.id == "gmx"
    assert providers.by_login_domain("acme.example") is None


def test_provider_describes_itself():
    gmail = providers.by_id("gmail")
    assert gmail is not None
    assert gmail.preset == ("smtp.gmail.com", 465, "tls")
    assert gmail.name == "Gmail"
    assert "google" in gmail.aliases
    assert gmail.docs.startswith("https://")
    assert "plain" in gmail.methods
    assert repr(gmail) == "Provider('gmail')"
    ses, tuta = providers.by_id("ses"), providers.by_id("tuta")
    assert ses is not None
    assert tuta is not None
    assert ses.preset == (None, 587, "starttls"), "the region is the author's choice"
    assert tuta.preset is None


def test_a_host_of_nobody_is_odd_at_a_named_provider():
    gmail = providers.by_id("gmail")
    assert gmail is not None
    assert providers.judge_endpoint(gmail, "relay.acme.example", 587, "starttls").severity == "warning"
    assert providers.judge_endpoint(gmail, None, 465, "tls").kind == "ok"
    assert providers.judge_endpoint(gmail, "smtp.gmail.com", None, None).kind == "ok"


def test_a_name_alone_only_hints_at_a_wrong_host():
    wrong = providers.wrong_host("imap.acme.example")
    assert wrong is not None
    assert (wrong.kind, wrong.fact, wrong.use) == ("imap", None, None)
    assert providers.wrong_host("smtp.acme.example") is None
    gmail = providers.by_id("gmail")
    assert gmail is not None
    verdict = providers.judge_endpoint(gmail, "imap.acme.example", 993, "tls")
    assert (verdict.kind, verdict.severity) == ("refused", "warning")


def test_reading_needs_no_heavy_library():
    barred = ("pydantic", "ruamel", "jsonschema", "dataclasses", "importlib.metadata", "asyncio")
    code = (
        "import sys; from mailspec import providers; providers.match_host('smtp.gmail.com');"
        f"print([name for name in {barred!r} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
