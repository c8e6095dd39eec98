"""systemd's EnvironmentFile=, held to the reader of the installed systemd."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from mailspec.targets.dialects.systemd import Systemd

pytestmark = pytest.mark.service("systemd")
SPECIAL = st.text(alphabet="AB= \t\n\r'\"\\#;$`.é", max_size=40)
VALUE = st.text(max_size=30) | SPECIAL
QUICK = settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@QUICK
@given(value=VALUE)
@example(value="")
@example(value="pass word'\"$`\\")
@example(value="two\nlines")
@example(value="ends in a backslash\\")
def test_what_is_written_is_read_back(environment_file, value: str) -> None:
    dialect = Systemd()
    quoted = dialect.quote(value)
    if quoted is None:
        assert dialect.why_not(value)
        return
    text = f"A=1\n{dialect.line('K', quoted)}\nB=2\n"
    assert environment_file(text.encode()) == {"A": "1", "K": value, "B": "2"}
    assert [(item.key, item.value) for item in dialect.parse(text)] == [("A", "1"), ("K", value), ("B", "2")]


@QUICK
@given(text=SPECIAL)
@example(text="A=1\\\nB=2\n")
@example(text="A='x'y\"z\"\n")
@example(text="# comment \\\nA=1\nB=2")
@example(text="A = spaced   \nB=  'q'  \n")
@example(text="A='open")
def test_any_text_is_read_as_systemd_reads_it(environment_file, text: str) -> None:
    held = environment_file(text.encode())
    held.pop("", None)  # "=x" is no variable for anybody
    assert {item.key: item.value for item in Systemd().parse(text)} == held


@pytest.mark.parametrize("value", ["nul\0", "\ufeff", "\uffff", "bell\a", "\ud800"])
def test_what_systemd_would_drop_is_refused(value: str) -> None:
    assert Systemd().quote(value) is None
