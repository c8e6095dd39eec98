"""A configuration in a program's words."""

from __future__ import annotations

import pytest

from mailspec.programs.presets import PRESETS
from mailspec.targets.base import Rendered, TargetProblem
from mailspec.targets.render import render_keys as render_scope
from mailspec.targets.scope import Scope, SendingObject


def render_keys(declared, settings):
    """Render for one configuration's dotted settings; without any, mail is off."""
    return render_scope(declared, Scope(SendingObject("configuration:Primary", settings) if settings else None))


SETTINGS = {
    "mode": "smtp",
    "host": "smtp.acme.example",
    "port": 465,
    "security": "tls",
    "auth.method": "plain",
    "auth.username": "noreply@acme.example",
    "auth.password": {"env": "ACME"},
    "from.email": "noreply@acme.example",
    "from.name": "Acme",
    "timeout": 30.0,
    "tls.validate_certs": True,
    "tls.minimum_version": "1.2",
    "envelope_from": "bounces@acme.example",
    "limits.messages_per_day": 500,
}


def test_setgets_six_keys() -> None:
    made = render_keys({"preset": "setget"}, SETTINGS)
    assert made.keys == {
        "SETGET_SMTP_HOST": "smtp.acme.example",
        "SETGET_SMTP_PORT": "465",
        "SETGET_SMTP_USERNAME": "noreply@acme.example",
        "SETGET_SMTP_PASSWORD": {"secret": {"env": "ACME"}},
        "SETGET_SMTP_FROM_EMAIL": "noreply@acme.example",
        "SETGET_SMTP_FROM_NAME": "Acme",
    }


@pytest.mark.parametrize(("security", "note"), [("tls", "'implicit'"), ("starttls", "'starttls'"), ("none", "no TLS")])
def test_setgets_tls_mode_is_set_in_its_panel(security: str, note: str) -> None:
    made = render_keys({"preset": "setget"}, {**SETTINGS, "security": security})
    assert len(made.notes) == 1
    assert note in made.notes[0]
    assert "Admin Panel > Email / SMTP" in made.notes[0]


def test_what_the_program_takes_from_elsewhere_is_reported() -> None:
    assert render_keys({"preset": "setget"}, SETTINGS).uncovered == ("envelope_from",)
    assert render_keys({}, SETTINGS).uncovered == ()


def test_the_generic_keys_say_everything() -> None:
    made = render_keys({"preset": "generic", "prefix": "APP_"}, SETTINGS)
    assert {key: value for key, value in made.keys.items() if value is not None} == {
        "APP_HOST": "smtp.acme.example",
        "APP_PORT": "465",
        "APP_SECURITY": "tls",
        "APP_AUTH_METHOD": "plain",
        "APP_USERNAME": "noreply@acme.example",
        "APP_PASSWORD": {"secret": {"env": "ACME"}},
        "APP_FROM_ADDRESS": "noreply@acme.example",
        "APP_FROM_NAME": "Acme",
        "APP_ENVELOPE_FROM": "bounces@acme.example",
        "APP_TIMEOUT": "30",
        "APP_TLS_VALIDATE_CERTS": "true",
        "APP_TLS_MINIMUM_VERSION": "1.2",
    }
    assert render_keys({}, SETTINGS).keys["MAIL_HOST"] == "smtp.acme.example"


def test_mail_off_is_a_closed_port_for_setget_and_a_host_that_cannot_be_for_others() -> None:
    made = render_keys({"preset": "setget"}, {})
    assert isinstance(made, Rendered)
    assert {name: value for name, value in made.keys.items() if value is not None} == {
        "SETGET_SMTP_HOST": "localhost",
        "SETGET_SMTP_PORT": "1",
    }
    assert len(made.keys) == 6
    generic = render_keys({}, {})
    assert [value for value in generic.keys.values() if value is not None] == ["mailspec-off.invalid"]


@pytest.mark.parametrize(
    ("declared", "settings", "help_"),
    [
        ({"preset": "nothing"}, SETTINGS, "generic, alertmanager"),
        ({"dialect": "nothing"}, SETTINGS, "systemd, docker, sh, dotenv"),
        ({"preset": "setget", "prefix": "X_"}, SETTINGS, "generic"),
        ({}, {"mode": "office365"}, "smtp"),
    ],
)
def test_what_cannot_be_rendered_is_reported(declared, settings, help_: str) -> None:
    problem = render_keys(declared, settings)
    assert isinstance(problem, TargetProblem)
    assert help_ in problem.help


@pytest.mark.parametrize(
    ("preset", "security", "wanted"),
    [
        ("n8n", "tls", {"N8N_EMAIL_MODE": "smtp", "N8N_SMTP_SSL": "true", "N8N_SMTP_STARTTLS": "false"}),
        ("n8n", "starttls", {"N8N_EMAIL_MODE": "smtp", "N8N_SMTP_SSL": "false", "N8N_SMTP_STARTTLS": "true"}),
        ("n8n", "none", {"N8N_EMAIL_MODE": "smtp", "N8N_SMTP_SSL": "false", "N8N_SMTP_STARTTLS": "false"}),
        ("directus", "tls", {"EMAIL_TRANSPORT": "smtp", "EMAIL_SMTP_SECURE": "true", "EMAIL_SMTP_IGNORE_TLS": "false"}),
        (
            "directus",
            "none",
            {"EMAIL_TRANSPORT": "smtp", "EMAIL_SMTP_SECURE": "false", "EMAIL_SMTP_IGNORE_TLS": "true"},
        ),
        ("laravel", "tls", {"MAIL_MAILER": "smtp", "MAIL_SCHEME": "smtps"}),
        ("laravel", "starttls", {"MAIL_MAILER": "smtp", "MAIL_SCHEME": "smtp"}),
    ],
)
def test_constants_and_the_words_of_a_tls_mode_are_written(preset, security, wanted) -> None:
    settings = {"mode": "smtp", "host": "mail.acme.example", "port": 587, "security": security}
    rendered = render_keys({"preset": preset}, settings)
    assert {key: rendered.keys[key] for key in wanted} == wanted
    assert any("cannot require STARTTLS" in note for note in rendered.notes) is (security == "starttls")
    assert set(render_keys({"preset": preset}, {}).keys) == set(rendered.keys)


@pytest.mark.parametrize("name", sorted(PRESETS))
def test_off_is_written_and_never_left_out(name: str) -> None:
    """A program whose settings are only left out may send by this machine, as Synapse does."""
    rendered = render_keys({"type": PRESETS[name].types[0], "preset": name}, {})
    assert isinstance(rendered, Rendered)
    assert any(value is not None for value in rendered.keys.values())
