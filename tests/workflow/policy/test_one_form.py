"""A domain is one however it is written, also in a pattern; and no pattern names more than it says."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mailspec.delivery.reach import Reach
from mailspec.providers import by_id
from mailspec.providers.senders import judge_from
from mailspec.rules.policy import allowed_sender
from mailspec.text.address_patterns import covered
from mailspec.workflow.policy.outside_limits import Limits

FORMS = (
    "bücher.example",
    "xn--bcher-kva.example",
    "XN--BCHER-KVA.Example",
    "BÜCHER.example",
    "bu\u0308cher.example",
    "bücher.example.",
    "xn--bcher-kva.example.",
    "\uff42ücher.example",
    "bücher\u3002example",
    "bücher\uff0eexample",
)
# What is another domain than acme.example, or none at all.
OTHERS = (
    "acme.example.evil.example",
    "evilacme.example",
    "evil.example/.acme.example",
    "evil.example\uff0f.acme.example",
    "evil.example\\.acme.example",
    "evil.example\0.acme.example",
    "evil.example@x.acme.example",
    "\u0430cme.example",
    "a\u200bcme.example.evil.example",
)


@pytest.mark.parametrize("pattern", FORMS)
@pytest.mark.parametrize("written", FORMS)
def test_each_form_of_a_domain_is_named_by_each_other(pattern: str, written: str) -> None:
    assert covered(f"ada@{written}", [f"*@{pattern}"])
    assert covered(f"Ada@{written}", [f"ada@{pattern}"])
    assert covered(f"ada@post.{written}", [f"*@*.{pattern}"])
    assert not covered(f"ada@{written}", [f"*@*.{pattern}"])
    assert allowed_sender(f"ada@{written}", [pattern])
    assert allowed_sender(f"ada@post.{written}", [f"*.{pattern}"])
    limits = Limits("limits.yml", hosts=(f"*.{pattern}", f"{pattern}:587"), recipients=(f"*@{pattern}",))
    assert limits.host(f"post.{written}") is None
    assert limits.host(written, 587) is None
    assert limits.host(written, 6379) is not None
    assert limits.recipient(f"ada@{written}") is None


@pytest.mark.parametrize("other", OTHERS)
def test_what_only_looks_like_a_domain_is_not_named(other: str) -> None:
    address = f"ada@{other}"
    assert not covered(address, ["*@acme.example", "*@*.acme.example", "ada@acme.example"])
    assert not allowed_sender(address, ["acme.example", "*.acme.example"]) or "@" in other
    assert Limits("limits.yml", hosts=("acme.example", "*.acme.example")).host(other) is not None


@pytest.mark.parametrize(
    ("address", "pattern"),
    [
        ("\u212aurt@acme.example", "kurt@acme.example"),
        ("ada@acme.example", "*@*"),
        ("ada@acme.example", "*@"),
        ("ada", "*@acme.example"),
        ("", "*@*.acme.example"),
        ("ada@evil.example", "*@acme.example, *@evil.example"),
    ],
)
def test_another_mailbox_is_not_named(address: str, pattern: str) -> None:
    assert not covered(address, [pattern])


ROUTES = ("eve%evil.example@acme.example", "evil.example!eve@acme.example", '"eve@evil.example"@acme.example')


@pytest.mark.parametrize("route", ROUTES)
def test_an_address_that_a_relay_may_take_for_a_route_is_named_by_itself_alone(route: str) -> None:
    patterns = ("*@acme.example", "*@*.example")
    assert not covered(route, patterns)
    assert Limits("limits.yml", recipients=patterns).recipient(route) is not None
    assert Reach(allowed=patterns).of([route]).refused
    assert covered(route, [route])
    assert covered(route, ["*"])


@pytest.mark.parametrize("route", ROUTES[:2])
def test_a_test_recipient_that_is_a_route_is_told(route: str, cli: Callable[..., Any], tmp_path: Path) -> None:
    policy = f"{{allowed_recipients: ['*@acme.example'], test_recipients: ['{route}']}}"
    text = f"version: 1\ninstance: {{id: acme}}\npolicy: {policy}\n"
    (tmp_path / "mailspec.yml").write_text(text + "configurations: [{name: A, host: mail.acme.example}]\n")
    assert "MS803" in cli("validate", cwd=tmp_path).out


def test_a_pattern_for_all_names_what_nobody_can_send_to() -> None:
    assert covered("ada@a..b", ["*"])


@pytest.mark.parametrize("pattern", ["b[ü].example", "*ü.example", "/.example", "ü..example", "\uff0f.example"])
def test_a_pattern_of_hosts_that_no_domain_fits_names_none(pattern: str) -> None:
    limits = Limits("limits.yml", hosts=(pattern,))
    assert all(limits.host(host) is not None for host in ("bü.example", "evil.example", "ü.example"))


def test_what_an_account_may_send_as_is_compared_so_too() -> None:
    provider = by_id("gmail")
    assert provider is not None
    for pattern in ("*@bücher.example", "ada@XN--bcher-kva.example", "*@*.example"):
        assert judge_from(provider, "hub@acme.example", "ada@xn--bcher-kva.example", [pattern]).kind == "ok"
    assert judge_from(provider, "hub@acme.example", "ada@xn--bcher-kva.example", ["*@bucher.example"]).kind != "ok"


def test_mail_reaches_whom_the_lists_name_in_another_form() -> None:
    reach = Reach(allowed=("*@bücher.example",), limited=("*@xn--bcher-kva.example",))
    assert not reach.of(["ada@bücher.example", "ben@xn--bcher-kva.example"]).refused
    assert reach.of(["ada@bucher.example"]).refused


POLICY = "version: 1\ninstance: {id: acme}\npolicy: {allowed_sender_domains: [%s], allowed_recipients: ['*@%s']}\n"


def test_findings_of_a_policy_know_other_forms(cli: Callable[..., Any], tmp_path: Path) -> None:
    text = POLICY % ("bücher.example", "bücher.example") + (
        "configurations: [{name: A, host: mail.acme.example, from: hub@xn--bcher-kva.example, auth: {method: none}}]\n"
    )
    tested = text.replace("policy: {", "policy: {test_recipients: [ada@XN--BCHER-KVA.example], ")
    (tmp_path / "mailspec.yml").write_text(tested)
    assert not {"MS802", "MS803"} & {
        entry["code"] for entry in cli("validate", "--format", "json", cwd=tmp_path).json["findings"]
    }
    (tmp_path / "mailspec.yml").write_text(
        tested.replace("hub@xn--bcher-kva", "hub@xn--bcher").replace("ada@XN--", "ada@")
    )
    codes = {entry["code"] for entry in cli("validate", "--format", "json", cwd=tmp_path).json["findings"]}
    assert codes >= {"MS802", "MS803"}
