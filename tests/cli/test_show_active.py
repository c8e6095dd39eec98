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
