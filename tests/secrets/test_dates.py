from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta

import pytest

from mailspec.secrets.dates import changed

DAY = datetime(2026, 3, 1, 12, tzinfo=UTC)


def test_a_file_says_when(tmp_path):
    (tmp_path / "x").write_text("s3cret")
    os.utime(tmp_path / "x", (DAY.timestamp(), DAY.timestamp()))
    assert changed({"file": "x"}, tmp_path, {}) == DAY


@pytest.mark.parametrize(
    "text",
    [
        'sops:\n    lastmodified: "2026-03-01T12:00:00Z"\n',
        '"lastmodified": "2026-03-01T12:00:00Z"',
        "sops_lastmodified=2026-03-01T12:00:00Z",
    ],
    ids=["yaml", "json", "dotenv"],
)
def test_sops_says_when(tmp_path, text):
    (tmp_path / "x.yml").write_text(text)
    assert changed({"sops": "x.yml#a"}, tmp_path, {}) == DAY


def test_a_day_that_no_calendar_has_is_none(tmp_path):
    (tmp_path / "x.yml").write_text('# lastmodified: "2026-13-45T99:99:99Z"\n')
    assert changed({"sops": "x.yml#a"}, tmp_path, {}) is None
    (tmp_path / "x").write_text("s")
    assert changed({"file": "x\0"}, tmp_path, {}) is None


@pytest.mark.parametrize(
    "reference",
    [
        *({"env": "X"}, {"command": ["x"]}, {"age": "x"}, {"ansible_vault": "x"}, {"plugin": "x:y"}),
        *(
            {"file": "gone"},
            {"file": "../x"},
            {"file": 1},
            {"sops": "gone#x"},
            {"sops": "../x#y"},
            {"vault": "x"},
            {"keyring": "x"},
        ),
    ],
    ids=str,
)
def test_others_do_not_know(tmp_path, reference):
    assert changed(reference, tmp_path, {}) is None


@pytest.mark.service("openbao")
def test_vault_says_when(tmp_path, openbao):
    openbao.put("mail/dated", password="s3cret")
    when = changed({"vault": "secret/mail/dated#password"}, tmp_path, openbao.environ)
    assert when is not None
    assert abs(datetime.now(UTC) - when) < timedelta(minutes=1)


@pytest.mark.service("secret_service")
def test_the_desktops_keyring_says_when(tmp_path, desktop):
    desktop.set_password("acme", "dated", "s3cret")
    when = changed({"keyring": "acme/dated"}, tmp_path, {})
    assert when is not None
    assert abs(datetime.now(UTC) - when) < timedelta(minutes=1)


@pytest.mark.service("sops")
def test_the_real_sops_says_when(tmp_path, tool, age_key):
    (tmp_path / "x.yml").write_text("a: b\n")
    tool("sops", "--encrypt", "--in-place", "--age", age_key.recipient, tmp_path / "x.yml")
    when = changed({"sops": "x.yml#a"}, tmp_path, {})
    assert when is not None
    assert abs(datetime.now(UTC) - when) < timedelta(minutes=1)
