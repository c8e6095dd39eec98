"""msmtprc: accounts of others stay to the byte, ours come back as they were given."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailspec.targets.base import TargetProblem
from mailspec.targets.formats.msmtprc import Msmtprc

THEIRS = 'defaults\ntls on\n\naccount home # mine\nhost home.example\npassword "a"b"\n'


def test_an_account_is_added_changed_and_removed_beside_others() -> None:
    wanted = {"work/host": "mail.example", "default/inherits": "work"}
    once = Msmtprc().edit(THEIRS, wanted)
    assert once == THEIRS + 'account work\nhost "mail.example"\naccount default : work\n'
    assert Msmtprc().edit(once, wanted) == once
    changed = Msmtprc().edit(once, {"work/host": "new.example", "work/port": "25"})
    assert changed == THEIRS + 'account work\nhost "new.example"\nport "25"\naccount default : work\n'
    gone = Msmtprc().edit(changed, {"work/host": None, "work/port": None, "default/inherits": None})
    assert gone == THEIRS


@given(
    st.text(st.characters(exclude_characters="\r\n\0\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029", exclude_categories=["Cs"]))
)
def test_a_password_comes_back(password: str) -> None:
    after = Msmtprc().edit(THEIRS, {"work/password": password})
    assert not isinstance(after, TargetProblem)
    assert Msmtprc().parse(after)["work/password"] == password


def test_a_line_end_is_refused() -> None:
    assert isinstance(Msmtprc().edit("", {"work/password": "a\nb"}), TargetProblem)


@pytest.mark.parametrize(
    "text",
    [
        "account default\nhost old.example\nfrom a@acme.example\n",
        "account old\nhost old.example\naccount default : old\n# mine\naccount last\nhost last.example",
        "account default : hub\n\naccount hub\nhost old.example",
    ],
)
def test_an_account_stands_behind_the_one_that_it_inherits_from(text: str) -> None:
    wanted = {"hub/host": "hub.example", "default/inherits": "hub", "default/host": None, "default/from": None}
    after = Msmtprc().edit(text, wanted)
    assert isinstance(after, str), after
    assert after.index("account hub\n") < after.index("account default : hub\n")
    assert Msmtprc().parse(after)["hub/host"] == "hub.example"
    assert Msmtprc().edit(after, wanted) == after
