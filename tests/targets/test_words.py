"""Settings that would be more than one word, or an expression, in the files of mail servers: no option gets in so."""

from __future__ import annotations

from typing import Any

import pytest

from mailspec.targets.base import Rendered, TargetProblem
from mailspec.targets.registry import find
from mailspec.targets.scope import Scope, SendingObject

GOOD: dict[str, Any] = {
    "host": "mail.acme.example",
    "port": 587,
    "security": "starttls",
    "from.email": "a@acme.example",
}


def rendered(type_: str, declared: dict[str, Any], **changes: Any) -> Rendered | TargetProblem:
    other = {**GOOD, "host": "mail3.acme.example", "from.email": "b@acme.example"}
    fields = {**other, **{name.replace("__", "."): value for name, value in changes.items()}}
    scope = Scope(
        SendingObject("configuration:A", {**GOOD, "tls.ca_file": "/etc/acme/ca.pem"}),
        (SendingObject("configuration:B", fields),),
    )
    if type_ == "exim":
        scope = Scope(SendingObject("configuration:B", fields))
    kind: Any = find(type_)
    found: Rendered | TargetProblem = kind.render({"path": "/etc/x", **declared}, scope)
    return found


RELAY = "/etc/ssl/ca.crt -o smtp_fallback_relay=[evil.example]:25"


@pytest.mark.parametrize(
    "bad", [RELAY, "/etc/a,b.pem", "/etc/{a}.pem", "/etc/$myhostname.pem", "/etc/a\tb", '/etc/"a"']
)
def test_postfix_gets_no_option_by_a_path(bad: str) -> None:
    for found in (rendered("postfix", {"ca_bundle": bad}), rendered("postfix", {}, tls__ca_file=bad)):
        assert isinstance(found, TargetProblem)
        assert "evil.example" not in found.message
    assert isinstance(rendered("postfix", {"ca_bundle": "/etc/ssl/ca-b_1.crt"}), Rendered)


@pytest.mark.parametrize(
    "bad", ["mail3.acme.example match=evil.example", "a b", "x,y", "protocols=!TLSv1.3", "*.acme.example"]
)
def test_postfix_gets_no_policy_by_a_name(bad: str) -> None:
    found = rendered("postfix", {}, tls__server_name=bad)
    assert isinstance(found, TargetProblem)
    assert "is no host name" in found.message
    assert isinstance(rendered("postfix", {}, tls__server_name="mx.acme.example"), Rendered)


@pytest.mark.parametrize("bad", ["/etc/${run{/bin/sh}}.pem", "/etc/$pid", "/etc/a\\x41"])
def test_exim_expands_nothing(bad: str) -> None:
    assert isinstance(rendered("exim", {"ca_bundle": bad}), TargetProblem)
    assert isinstance(rendered("exim", {}, tls__ca_file=bad), TargetProblem)
    assert isinstance(rendered("exim", {}, ehlo_name="${run{/bin/sh}}"), TargetProblem)
    assert isinstance(rendered("exim", {"ca_bundle": "/etc/ssl/ca.crt"}, ehlo_name="hub.acme.example"), Rendered)


@pytest.mark.parametrize("type_", ["msmtp", "git_send_email"])
@pytest.mark.parametrize("other", ["configuration:hub", "configuration:Hub!", "configuration:HUB?"])
def test_no_account_takes_the_place_of_another_by_its_name(type_: str, other: str) -> None:
    first = "configuration:Hub" if other.endswith("hub") else "configuration:Hub-"
    accounts = (
        SendingObject(first, GOOD),
        SendingObject(other, {**GOOD, "host": "mail7.acme.example", "from.email": "b@acme.example"}),
    )
    kind: Any = find(type_)
    found = kind.render({"path": "/etc/x"}, Scope(accounts[0], accounts))
    assert isinstance(found, TargetProblem)
    assert f"{first} and {other}" in found.message
    assert isinstance(kind.render({"path": "/etc/x"}, Scope(accounts[0], accounts[:1])), Rendered)
