"""A state's URL that cannot be used: which of the two places it came from is said, and nothing of it is repeated."""

from __future__ import annotations

import pytest

SPEC = """version: 1
configurations:
  - {name: Primary, host: mail.acme.example, from: noreply@acme.example}
"""
WRONG = ["nonsense", "mysql://me:canary@h/d", "postgresql://me:canary@h:notaport/d", "sqlite:///:memory:"]


@pytest.mark.parametrize("url", WRONG)
@pytest.mark.parametrize("origin", ["--state", "MAILSPEC_STATE_URL"])
def test_a_bad_url_names_where_it_was_given(url, origin, cli, tmp_path):
    (tmp_path / "mailspec.yml").write_text(SPEC)
    if origin == "--state":
        ran = cli("status", "--state", url, cwd=tmp_path, env={"MAILSPEC_STATE_URL": "sqlite:///other.sqlite"})
    else:
        ran = cli("status", cwd=tmp_path, env={origin: url})
    assert ran.code == 5, ran.out + ran.err
    assert f"Refused (state-url): {origin}" in ran.err
    assert "canary" not in ran.out + ran.err
