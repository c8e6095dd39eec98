"""The script for a tenant's rights: what goes is taken away, again and again; its syntax is PowerShell's."""

from __future__ import annotations

import pytest
import tree_sitter_powershell
from hypothesis import given, settings
from hypothesis import strategies as st
from tree_sitter import Language, Parser

from mailspec.targets.base import TargetProblem
from mailspec.targets.documents.powershell import Script

BILLING = "send-as/billing@acme.example/alice@acme.example"
BOSS = "send-on-behalf/o'hara@acme.example/alice@acme.example"
AUTH = "SmtpClientAuthenticationDisabled/robot@acme.example"
ADDRESSES = st.from_regex(r"[a-z0-9!#$%&'*+=?^_`{|}~-]{1,12}@acme\.example", fullmatch=True)


def edit(text: str, **wanted: str | None) -> str:
    after = Script().edit(text, wanted)
    assert isinstance(after, str), after
    return after


def statements(text: str) -> list[str]:
    return [line for line in text.split("\n") if line.startswith(("Grant-", "Revoke-", "Enable-", "Reset-"))]


def test_what_is_no_longer_declared_is_taken_away_until_it_is_given_again() -> None:
    first = edit("", **{BILLING: "granted", BOSS: "granted", AUTH: "false"})
    assert statements(first) == [
        "Enable-SmtpAuth 'robot@acme.example'",
        "Grant-SendAs 'billing@acme.example' 'alice@acme.example'",
        "Grant-SendOnBehalf 'o''hara@acme.example' 'alice@acme.example'",
    ]
    second = edit(first, **{BILLING: None, BOSS: "granted", AUTH: None})
    assert statements(second) == [
        "Reset-SmtpAuth 'robot@acme.example'",
        "Revoke-SendAs 'billing@acme.example' 'alice@acme.example'",
        "Grant-SendOnBehalf 'o''hara@acme.example' 'alice@acme.example'",
    ]
    assert Script().parse(second) == {BOSS: "granted"}
    assert statements(edit(second, **{BOSS: "granted"})) == statements(second)
    assert statements(edit(second, **{BOSS: "granted", BILLING: "granted", AUTH: "false"})) == statements(first)


@settings(max_examples=40, deadline=None)
@given(st.sets(st.tuples(ADDRESSES, ADDRESSES), max_size=4))
def test_every_address_stays_inside_of_its_quotes(pairs: set[tuple[str, str]]) -> None:
    wanted = {f"send-as/{mailbox}/{trustee}": "granted" for mailbox, trustee in pairs}
    script = edit("", **wanted)
    assert Script().parse(script) == wanted
    tree = Parser(Language(tree_sitter_powershell.language())).parse(script.encode())
    assert not tree.root_node.has_error


@pytest.mark.parametrize("address", ["a\u2019b@acme.example", "a\nb@acme.example", "a/b@acme.example"])
def test_an_address_that_would_end_the_quotes_is_refused(address: str) -> None:
    assert isinstance(Script().edit("", {f"send-as/{address}/alice@acme.example": "granted"}), TargetProblem)


def test_a_script_of_other_people_is_refused() -> None:
    assert isinstance(Script().edit("Get-Mailbox\n", {BILLING: "granted"}), TargetProblem)
