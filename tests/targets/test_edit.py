"""Only our own keys change: every other character stays."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mailspec.targets.base import TargetProblem
from mailspec.targets.dialects.registry import DIALECTS
from mailspec.targets.edit import edit

LINES = st.lists(
    st.sampled_from(
        [
            "# a comment",
            "FOREIGN=x y",
            "export OTHER='a b'",
            "",
            "K_HOST=old",
            "K_PORT = 25",
            "K_HOST='twice'",
            "; odd",
            "Z=é",
        ]
    ),
    max_size=8,
)
ENDS = st.sampled_from(["\n", "\r\n"])
VALUE = st.text(alphabet=st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), max_size=12)
WANTED = st.dictionaries(st.sampled_from(["K_HOST", "K_PORT", "K_PASSWORD"]), st.none() | VALUE, min_size=1, max_size=3)


@pytest.mark.parametrize("name", DIALECTS)
@given(lines=LINES, end=ENDS, last=st.booleans(), wanted=WANTED)
@example(lines=[], end="\n", last=True, wanted={"K_HOST": "x"})
@example(lines=["A=1"], end="\r\n", last=False, wanted={"K_HOST": "x"})
def test_other_lines_stay_to_the_character(
    name: str, lines: list[str], end: str, last: bool, wanted: dict[str, str | None]
) -> None:
    text = end.join(lines) + (end if last and lines else "")
    after = edit(text, DIALECTS[name], wanted)
    if isinstance(after, TargetProblem):
        return
    ours = tuple(wanted)

    def foreign(whole: str) -> list[str]:
        return [line for line in whole.splitlines(keepends=True) if not line.removeprefix("export ").startswith(ours)]

    kept = foreign(text)
    if kept and not kept[-1].endswith("\n") and after != text:
        kept[-1] += DIALECTS[name].newline(text)
        # Lines that were removed may leave it the last one, without an end, as it was.
        assert foreign(after) in (kept, foreign(text))
    else:
        assert foreign(after) == kept
    held = {item.key: item.value for item in DIALECTS[name].parse(after)}
    assert {key: held.get(key) for key in wanted} == wanted


@given(lines=LINES, end=ENDS)
def test_writing_what_is_there_changes_nothing(lines: list[str], end: str) -> None:
    text = end.join(lines)
    wanted = {"K_HOST": "v", "K_PORT": "25"}
    once = edit(text, DIALECTS["dotenv"], wanted)
    assert isinstance(once, str)
    assert edit(once, DIALECTS["dotenv"], wanted) == once


def test_an_earlier_duplicate_goes_with_the_old_password() -> None:
    after = edit("P=old\nA=1\nP=older\n", DIALECTS["docker"], {"P": "new"})
    assert after == "A=1\nP=new\n"


def test_a_comment_after_the_value_stays() -> None:
    assert edit("P=old # mine\n", DIALECTS["dotenv"], {"P": "new"}) == "P=new # mine\n"
    assert edit("export P=old # mine\n", DIALECTS["sh"], {"P": "a b"}) == "export P='a b' # mine\n"


def test_a_file_without_a_last_newline_keeps_having_none() -> None:
    assert edit("A=1", DIALECTS["systemd"], {"P": "2"}) == "A=1\nP=2"
    assert edit("A=1\r\n", DIALECTS["systemd"], {"P": "2"}) == "A=1\r\nP=2\r\n"


@pytest.mark.parametrize(
    ("dialect", "text", "value", "message"),
    [
        ("docker", "", "a\nb", "line break"),
        ("dotenv", "", "${X}", "it holds $"),
        ("dotenv_literal", "", "${X}", "${...}"),
        ("sh", "if true; then P=1; fi\n", "x", "by commands"),
        ("systemd", 'A="open\n', "x", "read back"),
        ("dotenv", "", "half \ud83d", "dialect"),
    ],
)
def test_what_would_not_be_read_back_is_refused(dialect: str, text: str, value: str, message: str) -> None:
    problem = edit(text, DIALECTS[dialect], {"P": value})
    assert isinstance(problem, TargetProblem)
    assert message in problem.message
    assert "open" in problem.message or value not in problem.message
    assert problem.help


def test_a_key_that_shares_its_line_is_not_removed() -> None:
    problem = edit("export A=1 P=2\n", DIALECTS["sh"], {"P": None})
    assert isinstance(problem, TargetProblem)
    assert edit("export A=1 P=2\n", DIALECTS["sh"], {"P": "3"}) == "export A=1 P=3\n"
