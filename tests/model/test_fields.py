"""The table of fields: one line a setting, from which everything else is derived."""

from __future__ import annotations

import ast
import dataclasses
import subprocess
import sys
from pathlib import Path

import pytest

from mailspec.load.received import WANTED
from mailspec.mail.account import Account
from mailspec.model.field import Field, PartOf
from mailspec.model.fields import BY_NAME, FIELDS, FILES, SENSITIVE, PlainSettings, Settings
from mailspec.programs.presets import PRESETS
from mailspec.resolve.layers import ACCOUNT_PATHS, CONFIGURATION_PATHS, EVERYONES_PATHS
from mailspec.resolve.variables import FIELD_OF
from mailspec.schema.shape import keys_at

ROOT = Path(__file__).parents[2]


def attributes(part, above=""):
    for name, entry in vars(part).items():
        dotted = f"{above}{name.rstrip('_')}"
        if isinstance(entry, PartOf):
            yield from attributes(entry.part, f"{dotted}.")
        elif isinstance(entry, Field):
            yield dotted, entry


def test_each_field_is_named_after_its_attribute():
    assert [name for name, _field in attributes(Settings)] == [str(field) for _name, field in attributes(Settings)]
    assert {name for name, _field in attributes(Settings)} == set(BY_NAME)


@pytest.mark.parametrize("field", FIELDS, ids=str)
def test_each_field_has_its_word_in_the_language_at_each_of_its_places(field):
    for section, path in (("configurations", field.configuration), ("mailings", field.mailing)):
        if path is not None:
            assert path[-1] in keys_at((section, 0, *path[:-1]))
    if field.account is not None:
        assert field.account[-1] in keys_at(("users", 0, "account", *field.account[:-1]))
        assert field.account[-1] in keys_at(("general", "users", "account", *field.account[:-1]))


def test_layers_variables_and_presets_know_every_field_that_the_table_gives_a_place():
    plain = [field for field in FIELDS if not field.startswith("from.")]
    assert set(CONFIGURATION_PATHS) == {field for field in plain if field.configuration}
    assert set(ACCOUNT_PATHS) == set(EVERYONES_PATHS) == {field for field in plain if field.account}
    assert FIELD_OF["FROM_EMAIL"] == "from.email"
    assert PRESETS["generic"].keys["FROM_ADDRESS"].setting == "from.email"
    assert {key.setting for key in PRESETS["setget"].keys.values()} <= set(BY_NAME)


def test_sensitive_fields_are_the_secrets():
    assert {"auth.password", "auth.oauth.client_secret", "auth.oauth.token", "tls.client_key"} <= SENSITIVE
    assert {"tls.ca_file", "tls.client_cert"} == FILES


def test_wrong_values_are_reported_in_the_words_of_the_table():
    assert WANTED["envelope_from"] == Settings.envelope_from.type.wanted
    assert WANTED["timeout"] == Settings.timeout.type.wanted


def test_what_is_on_the_wire_has_an_attribute_of_its_name_in_an_account():
    assert {field.wire for field in FIELDS if field.wire} <= {field.name for field in dataclasses.fields(Account)}


def test_dotted_names_stand_in_the_table_alone():
    """Elsewhere the attribute is named, which mypy guards; presets and facts of providers are data, checked as such."""
    dotted = {str(field) for field in FIELDS if "." in field}
    tables = {"mailspec/model/parts.py", "mailspec/programs", "mailspec/providers"}
    found = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in sorted((ROOT / "mailspec").rglob("*.py"))
        if not any(str(path.relative_to(ROOT)).startswith(table) for table in tables)
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value in dotted
    ]
    assert len(dotted) > 20
    assert found == []


def test_plain_settings_give_values_by_attribute():
    settings = PlainSettings({"host": "mail.acme.example", "auth.method": "plain", "tls.validate_certs": False})
    assert settings.host == "mail.acme.example"
    assert settings.auth.method == "plain"
    assert settings.tls.validate_certs is False
    assert settings.auth.oauth.issuer is None


GUARDED = {
    "settings.auth.metod": '"Auth" has no attribute "metod"',
    "settings.hots": '"PlainSettings" has no attribute "hots"',
    "Settings.from_.emial": '"type[From]" has no attribute "emial"',
    "settings.port.lower()": 'of "int | None" has no attribute "lower"',
}
GOOD = ("settings.auth.method", "settings.tls.validate_certs", "Settings.auth.method", "settings.from_.email")


def test_mypy_refuses_misspelt_fields_and_wrong_types(tmp_path):
    lines = ["from mailspec.model.fields import PlainSettings, Settings", "settings = PlainSettings({})"]
    script = tmp_path / "guarded.py"
    script.write_text("\n".join([*lines, *GUARDED, *GOOD]) + "\n", encoding="utf-8")
    ran = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--no-error-summary", "--cache-dir", str(tmp_path / "c"), script],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    errors = {line.split(":")[1]: line for line in ran.stdout.splitlines() if "guarded.py" in line and "error" in line}
    assert set(errors) == {str(number) for number in range(3, 3 + len(GUARDED))}, ran.stdout
    for number, words in enumerate(GUARDED.values(), start=3):
        assert words in errors[str(number)]
