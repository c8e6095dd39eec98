"""``mailspec show`` says which configuration is the active one."""

from __future__ import annotations

import pytest

ONE = "{name: A, state: %s, host: a.acme.example, from: a@acme.example}"
TWO = "{name: B, state: %s, host: b.acme.example, from: b@acme.example}"


@pytest.mark.parametrize(("one", "two", "active"), [("active", "inactive", "A"), ("inactive", "inactive", None)])
def test_the_active_configuration_is_marked(cli, tmp_path, one, two, active):
    (tmp_path / "mailspec.yml").write_text(f"version: 1\nconfigurations: [{ONE % one}, {TWO % two}]\n")
    heads = [line for line in cli("show", cwd=tmp_path).out.splitlines() if line.startswith("configuration:")]
    assert heads == [f"configuration:{name}{' (active)' if name == active else ''}" for name in "AB"]


@pytest.mark.parametrize(
    ("name", "value", "wanted"),
    [("PORT", "abc", "a port number from 1 to 65535"), ("SECURITY", "ssl", "tls, starttls or")],
)
def test_a_variable_that_cannot_be_used_is_an_error(cli, tmp_path, name, value, wanted):
    spec = f"version: 1\ninstance: {{env_prefix: ACME_}}\nconfigurations: [{ONE % 'active'}]\n"
    (tmp_path / "mailspec.yml").write_text(spec)
    shown = cli("show", cwd=tmp_path, env={f"ACME_{name}": value})
    assert shown.code == 1
    assert f"Error: the environment variable ACME_{name} is '{value}'; {wanted}" in shown.err
    assert "host" in shown.out
    assert cli("show", cwd=tmp_path, env={f"ACME_{name}": "587" if name == "PORT" else "tls"}).code == 0
