"""Files of logical lines: ours change, all other bytes stay, and what cannot be held is refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailspec.targets.base import TargetProblem
from mailspec.targets.formats.lines import LoginMap, MainCf, MasterCf, TextHash

MAIN = "# top\nrelayhost = old\nmydestination = a,\n   # inside\n   b\nrelayhost = [x]:25\n"


def test_a_continued_value_with_a_comment_inside_is_read_whole() -> None:
    assert MainCf().parse(MAIN) == {"relayhost": "[x]:25", "mydestination": "a, b"}


def test_the_last_place_of_a_key_changes_and_earlier_ones_go() -> None:
    after = MainCf().edit(MAIN, {"relayhost": "[y]:587", "new": "1"})
    assert after == "# top\nmydestination = a,\n   # inside\n   b\nrelayhost = [y]:587\nnew = 1\n"


@pytest.mark.parametrize(("text", "end"), [("a = 1\r\n", "\r\n"), ("a = 1", "\n"), ("", "\n")])
def test_a_new_key_takes_the_files_line_end(text: str, end: str) -> None:
    assert MainCf().edit(text, {"b": "2"}) == f"{text}{'' if not text or text.endswith(end) else end}b = 2{end}"


def test_a_service_is_known_by_name_and_type() -> None:
    text = "smtp inet n - y - - smtpd\nsmtp unix - - y - - smtp\n  -o a=b\n"
    assert MasterCf().parse(text) == {"smtp/inet": "n - y - - smtpd", "smtp/unix": "- - y - - smtp -o a=b"}
    assert MasterCf().edit(text, {"smtp/unix": None}) == "smtp inet n - y - - smtpd\n"


@pytest.mark.parametrize("value", ["a\nb", " a", "a ", "a\0b", "", "\udc80"])
def test_what_a_map_cannot_hold_is_refused(value: str) -> None:
    assert isinstance(TextHash().edit("", {"k": value}), TargetProblem)


@pytest.mark.parametrize("user", ["a:b", ""])
def test_a_user_name_that_would_end_early_is_refused(user: str) -> None:
    assert isinstance(LoginMap().edit("", {"k/user": user, "k/password": "p"}), TargetProblem)


@given(st.text(st.characters(exclude_characters="\r\n\0", exclude_categories=["Cs"]), min_size=1))
def test_a_password_comes_back_or_is_refused(password: str) -> None:
    after = LoginMap().edit("# theirs\nother@x u:p\n", {"me@x/user": "me", "me@x/password": password})
    if isinstance(after, TargetProblem):
        assert password != password.strip() or any(c in password for c in "\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029")
    else:
        assert after.startswith("# theirs\nother@x u:p\n")
        assert LoginMap().parse(after)["me@x/password"] == password
