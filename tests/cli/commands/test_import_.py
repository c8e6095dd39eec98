"""``mailspec import`` in its two forms; what it makes of tables: tests/workflow/test_importing.py."""

from __future__ import annotations


def test_json_is_as_published(cli, tmp_path, as_published):
    (tmp_path / "people.csv").write_text("email,mode\nalice@acme.example,smpt\n")
    held = as_published("import", cli("import", "people.csv", "--format", "json", cwd=tmp_path).json)
    assert (held["people"], held["written"], held["summary"]["errors"]) == (1, False, 1)
    assert held["files"] == [{"path": "users/people.yml", "people": 1}]


def test_a_column_without_a_name_is_wrong_use(cli, tmp_path):
    (tmp_path / "people.csv").write_text("email\n")
    assert cli("import", "people.csv", "--column", "E-Mail", cwd=tmp_path).code == 2


def test_quiet_says_only_what_is_wrong(cli, tmp_path):
    (tmp_path / "people.csv").write_text("email\nalice@acme.example\n")
    ran = cli("import", "people.csv", "--write", "-q", cwd=tmp_path)
    assert (ran.code, ran.out, ran.err) == (0, "", "")
