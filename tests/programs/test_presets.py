"""The data of programs: words that exist, a source for every fact, versions, templates, and what each program gets."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from mailspec.model.fields import BY_NAME
from mailspec.model.kinds import TARGET_TYPES
from mailspec.plan.desired import filled
from mailspec.programs import presets
from mailspec.programs.capabilities import FEATURES, MAILER, READ, RUN
from mailspec.programs.encoders import ENCODERS
from mailspec.programs.presets import PRESETS, Preset, knows, preset_of, program_of, value_of

DATA = Path(presets.__file__).parent
ALL = sorted(PRESETS)
MODULES = sorted(path.stem for path in (DATA / "types").glob("*.toml"))
SETTINGS: dict[str, Any] = {
    "mode": "smtp",
    "host": "mail.acme.example",
    "port": 465,
    "security": "tls",
    "auth.method": "plain",
    "auth.username": "noreply@acme.example",
    "auth.password": {"env": "ACME"},
    "from.email": "noreply@acme.example",
    "from.name": "Acme",
    "timeout": 30.0,
    "tls.validate_certs": True,
}


def known(name: str) -> Preset:
    found = PRESETS[name] if name in PRESETS else program_of(name)
    assert found is not None
    return found


@pytest.mark.parametrize("name", ALL)
def test_each_key_takes_settings_that_exist(name: str) -> None:
    preset = known(name)
    assert preset.covered - {"from", *preset.derived} <= set(BY_NAME)
    assert set(preset.types) <= set(TARGET_TYPES)
    for key in (*preset.keys.values(), *preset.derived.values()):
        assert key.setting or key.text or key.by or key.always is not None
        assert {word for text in key.text for word in re.findall(r"\|([a-z]+)\}", text)} <= set(ENCODERS)
        assert key.kind in ("text", "int", "bool")
    assert "auth.password" in preset.covered


@pytest.mark.parametrize("name", [*ALL, *MODULES])
def test_each_fact_has_a_word_a_source_a_day_and_how_it_is_known(name: str) -> None:
    for fact in known(name).capabilities:
        assert fact.value in FEATURES[fact.feature], fact
        assert fact.source
        assert fact.proof in (RUN, MAILER, READ)
        assert re.fullmatch(r"\d{4}-\d\d-\d\d", fact.checked)
        assert bool(fact.ports) is (fact.value == "these ports")


@pytest.mark.parametrize("name", [entry for entry in ALL if entry != "generic"])
def test_each_program_says_where_its_words_are_from(name: str) -> None:
    preset = known(name)
    assert preset.source
    assert preset.title
    assert preset.about.endswith(".")
    assert preset.proof in (RUN, MAILER, READ)


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize("security", ["tls", "starttls", "none"])
def test_host_and_password_reach_every_program(name: str, security: str) -> None:
    preset = known(name)
    settings = {**SETTINGS, "security": security}
    made = {word: value_of(preset, key, settings) for word, key in preset.keys_for(None).items()}
    texts = [filled(value, "s3cret") if isinstance(value, dict) else str(value) for value in made.values()]
    assert any("mail.acme.example" in text for text in texts)
    assert any("s3cret" in text for text in texts)


def test_versions_choose_keys() -> None:
    django = known("django")
    assert "EMAIL_HOST" in django.keys_for(None)
    assert "EMAIL_HOST" in django.keys_for("5.2")
    assert "MAILERS/default/OPTIONS/host" in django.keys_for("6.1.3")
    assert "EMAIL_HOST" not in django.keys_for("6.1.3")
    assert knows("0.28", None, "0.9") is False


def test_a_secret_stands_encoded_in_the_text_that_it_is_a_part_of() -> None:
    symfony = known("symfony")
    made = value_of(symfony, symfony.keys_for("7.3")["DSN"], {**SETTINGS, "security": "starttls", "port": 587})
    assert isinstance(made, dict)
    assert filled(made, 's3cret pa$$#"w') == (
        "smtp://noreply%40acme.example:s3cret%20pa%24%24%23%22w@mail.acme.example:587?require_tls=true"
    )


def test_braces_of_a_setting_are_not_taken_for_the_secrets_place() -> None:
    data = {"title": "x", "about": "x.", "source": "x", "keys": {"A": {"text": "{host}:{auth.password}"}}}
    preset = preset_of("x", data)
    assert filled(value_of(preset, preset.keys["A"], {**SETTINGS, "host": "{x}"}), "p{}") == "{x}:p{}"


@pytest.mark.parametrize("name", ["rails", "redmine", "discourse", "gitlab"])
def test_what_a_program_reads_through_erb_holds_no_ruby(name: str) -> None:
    preset = PRESETS[name]
    key = next(key for key, entry in preset.keys.items() if entry.setting == "auth.username")
    assert "ERB" in (preset.why_not(key, "<%= `id` %>") or "")
    assert preset.why_not(key, "hub@acme.example 50% <b>") is None


@pytest.mark.parametrize(
    "value",
    [
        "file:///run/key",
        '"env://KEY"',
        ' {"a": "env://KEY"}',
        "file:/etc/passwd",
        "File:x",
        "ENV://KEY",
        "env:/x?y",
        " env://KEY",
        "\x1ffile:/x",
        "fi\tle:/x",
    ],
)
@pytest.mark.parametrize("word", ["USERNAME", "PASSWORD"])
def test_no_value_is_a_reference_to_authentik(word: str, value: str) -> None:
    preset = PRESETS["authentik"]
    assert "follows file: and env:" in (preset.why_not(f"AUTHENTIK_EMAIL__{word}", value) or "")
    assert preset.why_not(f"AUTHENTIK_EMAIL__{word}", f"x{value.replace(chr(9), '')}") is None


def test_what_synapse_formats_holds_no_percent_sign() -> None:
    preset = PRESETS["synapse"]
    assert "%(app)s" in (preset.why_not("email/notif_from", '"100%(app)999999999s" <hub@acme.example>') or "")
    assert preset.why_not("email/smtp_user", "hub%x@acme.example") is None


def test_what_alertmanager_runs_holds_no_template() -> None:
    preset = PRESETS["alertmanager"]
    assert "Go template" in (preset.why_not("global/smtp_from", '"{{ .Status }}" <hub@acme.example>') or "")
    # Passwords are no templates there.
    assert preset.why_not("global/smtp_auth_password", "a{{b") is None


@pytest.mark.parametrize("value", ["x${spring.datasource.password}y", "#{T(java.lang.Runtime).getRuntime()}"])
def test_no_value_is_an_expression_to_spring(value: str) -> None:
    preset = PRESETS["spring"]
    assert "another property's value" in (preset.why_not("spring.mail.password", value) or "")
    assert preset.why_not("spring.mail.password", "a$b #c {d}") is None


@pytest.mark.parametrize("value", ["json:[1]", "string:a", "number:1", "regex:.", "array:a,b", "boolean:x"])
def test_directus_takes_nothing_for_the_type_of_a_value(value: str) -> None:
    preset = PRESETS["directus"]
    assert "for its type" in (preset.why_not("EMAIL_SMTP_PASSWORD", value) or "")
    assert "for its type" in (preset.why_not("EMAIL_SMTP_USER", value) or "")
    # What it would guess of others, it does not of a password: that is a text.
    assert [preset.why_not("EMAIL_SMTP_PASSWORD", text) for text in ("1e5", "a,b", "a:b", " json:", "jsons:a")] == [
        None
    ] * 5


@pytest.mark.parametrize("value", ["null", "(null)", "TRUE", "(Empty)", "'a'", '"a"'])
def test_laravel_takes_no_value_for_another(value: str) -> None:
    preset = PRESETS["laravel"]
    assert "env() takes certain words" in (preset.why_not("MAIL_PASSWORD", value) or "")
    assert [preset.why_not("MAIL_PASSWORD", text) for text in ("nullable", "'a", "(a)", "5")] == [None] * 4
