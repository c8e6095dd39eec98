"""``mailspec calendar``: by when, and whom it hits."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import icalendar
import jsonschema
import pytest
from click.testing import CliRunner, Result

from mailspec.cli.main import cli
from tests.support.commands import closed

SPEC = """\
version: 1
instance: {id: acme, name: Acme}
configurations:
  - name: Primary
    state: active
    host: smtp.office365.com
    auth: {username: noreply@acme.example, password: {env: P}}
  - name: Modern
    state: inactive
    host: smtp.office365.com
    auth:
      method: xoauth2
      username: hub@acme.example
      oauth:
        client_id: a
        tenant: acme.example
        client_secret: {env: S}
        grant: client_credentials
        expires: 2027-03-01
users:
  - {email: alice@acme.example, mode: smtp, account: {password: {env: A}}}
"""


@pytest.fixture
def run(tmp_path: Path) -> Any:
    (tmp_path / "mailspec.yml").write_text(SPEC)

    def call(*words: str) -> Result:
        return CliRunner().invoke(cli, ["calendar", "--project", str(tmp_path), *words])

    return call


def dates(result: Result) -> list[tuple[str, list[str]]]:
    assert result.exit_code == 0, result.output
    return [(entry["day"], entry["affected"]) for entry in json.loads(result.stdout)["dates"]]


@pytest.mark.parametrize("as_of", ["2026-12-30", "2027-01-02"])
def test_who_is_hit_before_and_after(run: Any, as_of: str) -> None:
    found = dates(run("--as-of", as_of, "--format", "json"))
    assert ("2026-12-31", ["configuration:Primary", "user:alice@acme.example"]) in found
    assert ("2027-03-01", ["configuration:Modern"]) in found


@pytest.mark.parametrize(
    ("as_of", "word"), [("2025-06-30", None), ("2026-12-30", "from"), ("2027-01-02", "since"), ("2028-10-01", "since")]
)
def test_a_plan_says_whom_a_date_breaks_and_when(tmp_path: Path, run: Any, as_of: str, word: str | None) -> None:
    ran = CliRunner().invoke(cli, ["plan", "--project", str(tmp_path), "--as-of", as_of])
    assert ran.exit_code == 0, ran.output
    lines = [line for line in ran.stdout.splitlines() if "2026-12-31" in line]
    assert len(lines) == (word is not None)
    if word:
        assert lines[0].startswith(f"Note: {word} 2026-12-31 Microsoft 365 ")
        assert lines[0].endswith("configuration:Primary, user:alice@acme.example.")


def test_what_is_further_away_is_left_out(run: Any) -> None:
    assert [day for day, _ in dates(run("--as-of", "2026-12-01", "--within", "40d", "--format", "json"))] == [
        "2026-12-31"
    ]
    assert dates(run("--as-of", "2026-12-01", "--within", "10d", "--format", "json")) == []
    assert "Nothing changes within 10 days" in run("--as-of", "2026-12-01", "--within", "10d").output


@pytest.mark.parametrize("within", ["400w", "-1d", "", "x", "999999d"])
def test_a_malformed_span_is_wrong_use(run: Any, within: str) -> None:
    assert run("--within", within).exit_code == 2


def test_a_reader_of_icalendar_takes_it(run: Any) -> None:
    result = run("--as-of", "2026-12-01", "--ics")
    assert result.exit_code == 0
    raw = result.stdout_bytes
    assert all(len(line) <= 75 for line in raw.split(b"\r\n"))
    events = icalendar.Calendar.from_ical(raw).walk("VEVENT")
    assert [event.decoded("dtstart").isoformat() for event in events] == ["2026-12-31", "2027-03-01"]
    assert "alice@acme.example" in events[0]["description"]
    assert len({event["uid"] for event in events}) == 2
    assert run("--as-of", "2026-12-02", "--ics").stdout.count(str(events[0]["uid"])) == 1


def test_text_says_by_when_and_whom(run: Any) -> None:
    text = run("--as-of", "2026-12-01").output
    assert "2026-12-31  Microsoft 365: sign-in with user name and password" in text
    assert "affects 2: configuration:Primary, user:alice@acme.example" in text


def test_its_json_is_what_the_schema_says(run: Any, root: Path) -> None:
    schema = json.loads((root / "schemas/output/calendar.json").read_text())
    data = json.loads(run("--as-of", "2026-12-30", "--format", "json").stdout)
    jsonschema.validate(data, closed(schema))
    assert data["dates"]


def test_a_day_that_no_calendar_has_is_left_to_validate(run: Any, tmp_path: Path) -> None:
    (tmp_path / "mailspec.yml").write_text(SPEC.replace("2027-03-01", "2027-02-30"))
    found = dates(run("--as-of", "2027-02-01", "--format", "json"))
    assert ["configuration:Modern"] not in [affected for _, affected in found]
