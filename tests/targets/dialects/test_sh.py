"""Shell files, held to dash and bash."""

from __future__ import annotations

import shutil
import subprocess

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from mailspec.plan.desired import TargetDesired
from mailspec.targets.base import TargetProblem
from mailspec.targets.dialects.sh import Sh
from mailspec.targets.edit import edit
from mailspec.targets.env_file import EnvFile

VALUE = st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30)
SPECIAL = st.lists(
    st.sampled_from(
        ["A=", "B=", "export ", "x", "'", '"', "\\", " ", "\n", ";", "#", "$A", "$", "~", "é", "\r", "=", "*"]
    ),
    max_size=14,
).map("".join)
QUICK = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@QUICK
@given(value=VALUE)
@example(value='it\'s $HOME `id` \\ "x"')
@example(value="two\nlines\r")
def test_what_is_written_is_read_back(shell, value: str) -> None:
    dialect = Sh()
    quoted = dialect.quote(value)
    assert quoted is not None
    text = f"A=1\n{dialect.line('K', quoted)}\nB=2\n"
    held = shell(text)
    assert held is not None
    assert {key: held[key] for key in "AKB"} == {"A": "1", "K": value, "B": "2"}
    assert [(item.key, item.value) for item in dialect.parse(text)] == [("A", "1"), ("K", value), ("B", "2")]


@QUICK
@given(text=SPECIAL)
@example(text="export A='x'\\''y'; B=\"\\$z\\\"\"\n")
@example(text="A=1 B=2 command\n")
@example(text="A=~\n")
@example(text="A=x\\\ny\nB=1")
@example(text="A=1 # comment 'open\nB=2")
def test_where_we_know_a_value_the_shell_has_it(shell, text: str) -> None:
    held = shell(text)
    if held is None:
        return  # the shell stops at a syntax error
    last = {item.key: item for item in Sh().parse(text)}
    for key in ("A", "B"):
        item = last.get(key)
        if item is None:
            assert key not in held
        elif item.editable and item.value is not None:
            assert held.get(key) == item.value


CODE = "A=1\nif true; then\n  B=2\nfi\nC=3\n"


@pytest.mark.parametrize(
    "text", [CODE, "B=$(id)\n", "cat <<END\nB=2\nEND\n", "unset B\n", "B=1 command\n", "(B=1)\n", "f() { B=1; }\n"]
)
def test_what_real_code_sets_is_not_ours_to_edit(text: str) -> None:
    assert all(not item.editable for item in Sh().parse(text) if item.key == "B")
    assert any(item.key == "B" for item in Sh().parse(text))


def test_a_carriage_return_is_part_of_the_value(shell) -> None:
    held = shell("A=1\r\nB=2\n")
    assert held is not None
    assert (held["A"], Sh().parse("A=1\r\n")[0].value, Sh().newline("A=1\r\n")) == ("1\r", "1\r", "\n")


@pytest.mark.parametrize(
    ("text", "refused"),
    [
        ("readonly MAIL_HOST\n", True),
        ("MAIL_HOST=a\nreadonly MAIL_HOST\n", True),
        ("readonly MAIL_HOST=a\n", False),
        ("readonly MAIL_HOST=a\nMAIL_HOST=b\n", True),
        ("MAIL_HOST=a\nexport MAIL_\\HOST=b\n", True),
        ('MAIL_HOST=a\nexport "MAIL_HOST"=b\n', True),
        ("M=MAIL_HOST\nMAIL_HOST=a\nexport $M=b\n", True),
        ("M=MAIL_HOST\nexport $M=b\n", False),
        ("M=MAIL_HOST\nreadonly $M=b\n", True),
        ("M=MAIL_HOST\nMAIL_HOST=a\nunset $M\n", True),
        ("MAIL_HOST=a\neval 'MAIL_''HOST=b'\n", True),
        ("MAIL_HOST=a\n. ./other.sh\n", True),
        ("MAIL_HOST=a\nif true; then . ./other.sh; fi\n", True),
        ("MAIL_HOST=a\nexport -n MAIL_HOST\n", True),
        ("export MAIL_HOST\nMAIL_HOST=a\n", False),
        ("MAIL_HOST=a\nexport MAIL_HOST OTHER\n", False),
    ],
)
def test_what_a_shell_would_not_take_is_refused(text: str, refused: bool, shell) -> None:
    after = edit(text, Sh(), {"MAIL_HOST": "mail.acme.example"})
    assert isinstance(after, TargetProblem) == refused
    if isinstance(after, str):
        assert (shell(after) or {}).get("MAIL_HOST") == "mail.acme.example"


def test_what_may_have_been_set_by_code_is_not_known() -> None:
    parsed = EnvFile().parts(TargetDesired("app", "env_file", "app.env", {}, options={"dialect": "sh"}))[""].format
    assert parsed.parse("M=B\nA=1\nexport $M=2\n") == {"M": None, "A": None}
    assert parsed.parse("readonly $M=2\n") == {"M": None}


@pytest.mark.parametrize("value", ["=ls", "=nosuch", "a:=ls", "a=b", "YWI=", "==", "~root", "a:~root"])
def test_zsh_reads_what_is_written_too(value: str) -> None:
    quoted = Sh().quote(value)
    assert quoted is not None
    # zsh puts a program's path there, where it is not quoted.
    assert quoted.startswith("'") or ("=" not in (value[:1], value.partition(":")[2][:1]) and "~" not in value)
    zsh = shutil.which("zsh")
    if zsh is not None:
        text = Sh().line("X", quoted) + '\nprintf %s "$X"'
        ran = subprocess.run([zsh, "-fc", text], capture_output=True, text=True, check=False)
        assert (ran.returncode, ran.stdout) == (0, value), ran.stderr
