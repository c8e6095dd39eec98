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


@pytest.mark.parametrize("name", ["CONFDIR", "PASSWDLINE", "DC_minimaldns", "UPEX4CmacrosUPEX4C", "xDCconfig_local"])
def test_exim_takes_nothing_for_a_macro(name: str) -> None:
    found = rendered("exim", {}, host=f"{name}.acme.example", ehlo_name=f"x{name}.acme.example")
    assert isinstance(found, Rendered)
    assert found.keys["settings/dc_smarthost"] == f"{name}.acme.example::587".lower()
    assert found.keys["macros/REMOTE_SMTP_HELO_DATA"] == f"x{name}.acme.example".lower()
    assert isinstance(rendered("exim", {"ca_bundle": f"/etc/ssl/{name}.crt"}), TargetProblem)
    assert isinstance(rendered("exim", {"ca_bundle": "/etc/ssl/certs/ISRG_Root_X1.pem"}), Rendered)


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


@pytest.mark.parametrize(
    ("address", "written"),
    [
        ("box+$mydomain@acme.example", "static:box+$$mydomain@acme.example"),
        ("${mail_owner}@acme.example", None),
        ("$(mail_owner)@acme.example", None),
        ("a,b@acme.example", None),
        ("{a}@acme.example", None),
        ("box@acme.example", "static:box@acme.example"),
    ],
)
def test_postfix_expands_nothing_of_the_address_that_all_mail_goes_to(address: str, written: str | None) -> None:
    kind: Any = find("postfix")
    found = kind.render({"path": "/etc/x"}, Scope(SendingObject("configuration:A", GOOD), redirect_to=address))
    if written is None:
        assert isinstance(found, TargetProblem)
        assert "redirect_to" in found.message
    else:
        assert found.keys["main.cf/recipient_canonical_maps"] == written


@pytest.mark.parametrize("path", ["/etc/$myhostname", "/etc/post fix", "/etc/a,hash:/b"])
def test_postfix_gets_no_second_map_by_the_folder(path: str) -> None:
    assert isinstance(rendered("postfix", {"path": path}), TargetProblem)


@pytest.mark.parametrize("type_", ["postfix", "exim", "msmtp", "nullmailer", "git_send_email"])
@pytest.mark.parametrize("host", ["${run{/bin/sh}}", "/usr/bin/evil", "$mydomain", "a b", "{{ host }}", "a;b"])
def test_what_is_no_host_is_refused(type_: str, host: str) -> None:
    kind: Any = find(type_)
    account = SendingObject("configuration:A", {**GOOD, "host": host})
    found = kind.render({"path": "/etc/x"}, Scope(account, (account,)))
    assert isinstance(found, TargetProblem)
    assert "no host name" in found.message


@pytest.mark.parametrize("name", ["default", "Default", "mailspec-off"])
def test_msmtp_has_one_account_of_its_own_names(name: str) -> None:
    kind: Any = find("msmtp")
    own = SendingObject(f"configuration:{name}", {**GOOD, "host": "mail7.acme.example"})
    other = SendingObject("configuration:Hub", {**GOOD, "from.email": "b@acme.example"})
    for default in (own, other):
        keys = kind.render({"path": "/etc/x"}, Scope(default, (own, other))).keys
        word = f"configuration-{name.lower()}"
        assert keys[f"{word}/host"] == "mail7.acme.example"
        assert [key for key in keys if key.startswith(("default/", "mailspec-off/"))] == ["default/inherits"]
        assert keys["default/inherits"] == (word if default is own else "hub")
    clash = SendingObject(f"configuration:configuration-{name}", GOOD)
    assert isinstance(kind.render({"path": "/etc/x"}, Scope(own, (own, clash))), TargetProblem)


def test_msmtp_names_no_account_that_is_not_in_the_file() -> None:
    kind: Any = find("msmtp")
    account = SendingObject("configuration:A", {**GOOD, "from.email": None})
    found = kind.render({"path": "/etc/x"}, Scope(account, (account,)))
    assert isinstance(found, TargetProblem)
    assert "no sender" in found.message


@pytest.mark.parametrize("changes", [{"from.email": "%U@acme.example"}, {"ehlo_name": "%H"}])
def test_msmtp_replaces_nothing(changes: dict[str, str]) -> None:
    kind: Any = find("msmtp")
    account = SendingObject("configuration:A", {**GOOD, **changes})
    assert isinstance(kind.render({"path": "/etc/x"}, Scope(account, (account,))), TargetProblem)
