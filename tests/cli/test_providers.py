"""``mailspec providers``: the list, and one provider with the source of each fact."""

from __future__ import annotations

import json
import re
from pathlib import Path

import jsonschema
import pytest

from mailspec.providers import all_ids, by_id

SCHEMAS = Path(__file__).parents[2] / "schemas/output"


def test_the_list_has_a_line_each(cli):
    ran = cli("providers", env={"COLUMNS": "80"})
    lines = ran.out.rstrip("\n").split("\n")
    assert [line.split()[0] for line in lines] == list(all_ids())
    assert [line for line in lines if len(line) > 80] == []
    assert f"{len(all_ids())} providers." in ran.err


def test_a_wide_terminal_gets_the_servers_too(cli):
    out = cli("providers", env={"COLUMNS": "200"}).out
    assert re.search(r"^gmail +Gmail +smtp\.gmail\.com:465 tls$", out, re.MULTILINE)


@pytest.mark.parametrize("name", all_ids())
def test_each_provider_is_shown_with_its_sources(cli, name):
    ran = cli("providers", name, env={"COLUMNS": "80"})
    provider = by_id(name)
    assert ran.code == 0
    assert provider is not None
    assert ran.out.startswith(f"{provider.name}\nprovider: {name}")
    assert [line for line in ran.out.split("\n") if len(line) > 80 and "://" not in line] == []
    facts, _, sources = ran.out.partition("\nSources\n")
    used = {int(number) for number in re.findall(r"\[(\d+)(?:, \w+)?\]", facts)}
    assert used == {int(number) for number in re.findall(r"^  \[(\d+)\]", sources, re.MULTILINE)}
    for line in re.findall(r"^  \[\d+\] (.+)$", sources, re.MULTILINE):
        assert re.fullmatch(r"(vendor|secondary|unchecked), 20\d\d-\d\d(-\d\d)?", line)


def test_what_is_not_the_vendors_word_says_so_at_the_fact(cli):
    out = cli("providers", "gmail").out
    assert "465 tls [1]" in out
    assert re.search(r"smtp\.googlemail\.com \[\d+, unchecked\]", out)


def test_dates_limits_and_refusals_are_there(cli):
    assert "2026-12-31: sign-in with user name and password" in " ".join(cli("providers", "microsoft365").out.split())
    assert "refused: 465" in cli("providers", "postmark").out
    assert "messages per day: 500" in cli("providers", "gmail").out
    assert "Not available" in cli("providers", "hey").out
    assert "eu-west-1" in cli("providers", "ses").out


@pytest.mark.parametrize("word", ["google", "Gmail", "smtp.gmail.com", "SMTP.GMAIL.COM"])
def test_alias_name_and_host_will_do(cli, word):
    assert cli("providers", word).out.startswith("Gmail\n")


def test_unknown_provider(cli):
    ran = cli("providers", "gmial")
    assert (ran.code, ran.out) == (2, "")
    assert "Did you mean gmail?" in ran.err
    assert cli("providers", "mail.acme.example").code == 2


def test_json_of_the_list(cli):
    held = cli("providers", "--format", "json").json
    assert held["version"] == 1
    gmail = next(entry for entry in held["providers"] if entry["id"] == "gmail")
    assert gmail["preset"] == {"host": "smtp.gmail.com", "port": 465, "security": "tls"}
    assert len(held["providers"]) == len(all_ids())


def test_json_of_one_carries_sources_in_place(cli):
    held = cli("providers", "gmail", "--format", "json").json["provider"]
    assert "sources" not in held
    assert set(held["endpoints"][0]["source"]) == {"page", "checked", "confidence"}


def test_json_fits_its_published_schema(cli):
    schema = json.loads((SCHEMAS / "providers.json").read_text(encoding="utf-8"))
    jsonschema.validate(cli("providers", "--format", "json").json, schema)
    for name in all_ids():
        jsonschema.validate(cli("providers", name, "--format", "json").json, schema)
