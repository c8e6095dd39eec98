"""Senders as Postfix looks them up: without capitals by Unicode's folding, and once more without their extension.

Shown with Postfix 3.7.11 and recipient_delimiter = +: mail of sales+x@ without an entry of its own in the password map
was sent with the login of sales@. Two keys that fold to one stop the map, and with it all mail.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mailspec.targets.postfix_keys import key_of, without_extension

SPEC = """\
version: 1
instance: {id: acme}
configurations:
  - {name: Hub, state: active, host: mail.acme.example, port: 587, security: starttls, from: hub@acme.example,
     auth: {username: hub@acme.example, password: {env: HUB}}}
  - {name: Sales, state: inactive, host: mail.acme.example, port: 465, security: tls, from: sales@acme.example,
     auth: {username: sales@acme.example, password: {env: SALES}}}
  - {name: More, state: inactive, host: bulk.acme.example, port: %s, from: "%s"%s}
targets:
  - {name: relay, type: postfix, path: conf}
"""
LOGIN = ",\n     auth: {username: more@acme.example, password: {env: MORE}}"
PLAIN = "587, security: starttls"


@pytest.mark.parametrize(
    ("address", "key"),
    [
        ("Sales@Acme.example", "sales@acme.example"),
        ("ZOË@acme.example", "zoë@acme.example"),
        ("\u017fales@acme.example", None),
        ("hub\u212a@acme.example", None),
        ("stra\u00dfe@acme.example", None),
        ("\u0130x@acme.example", None),
    ],
)
def test_an_address_has_the_key_that_postfix_makes_of_it(address: str, key: str | None) -> None:
    assert key_of(address) == key


def test_an_extension_may_begin_with_any_sign() -> None:
    assert list(without_extension("a+b-c@acme.example")) == ["a@acme.example", "a+b@acme.example"]


@pytest.mark.parametrize(
    ("sender", "words"),
    [
        ("sales+x@acme.example", "Postfix takes the login of sales@acme.example for it"),
        ("SALES-x@acme.example", "Postfix takes the login of sales@acme.example for it"),
        ("sales+x+y@acme.example", "Postfix takes the login of sales@acme.example for it"),
        ("\u017fales@acme.example", "which Postfix takes for sales@acme.example"),
    ],
)
def test_nobody_else_signs_in_with_an_accounts_password(
    sender: str, words: str, tmp_path: Path, cli: Callable[..., Any]
) -> None:
    (tmp_path / "mailspec.yml").write_text(SPEC % (PLAIN, sender, ""))
    ran = cli("plan", cwd=tmp_path)
    assert (ran.code, words in ran.out) == (1, True), ran.out
    assert "MS405" in ran.out


@pytest.mark.parametrize(
    ("sender", "more"),
    [
        ("sales+x@acme.example", LOGIN),
        ("salesx@acme.example", ""),
        ("+sales@acme.example", ""),
        ("zoë@acme.example", LOGIN),
    ],
)
def test_what_has_entries_of_its_own_is_written(
    sender: str, more: str, tmp_path: Path, cli: Callable[..., Any]
) -> None:
    (tmp_path / "mailspec.yml").write_text(SPEC % (PLAIN, sender, more))
    ran = cli("render", "relay", "--format", "json", cwd=tmp_path)
    assert ran.code == 0, ran.out + ran.err
    files = {Path(file["path"]).name: file["text"] for file in ran.json["files"]}
    assert f"{sender} [bulk.acme.example]:587" in files["mailspec-relays"]
    assert (f"{sender} more@acme.example:" in files["mailspec-passwords"]) == bool(more)
    # sales@ has a transport for implicit TLS; its extension would be given that one.
    assert ("sales+x@acme.example smtp:" in files["mailspec-transports"]) == (sender == "sales+x@acme.example")


@pytest.mark.parametrize("person", ["\u017fales@acme.example", "hub\u212a@acme.example"])
def test_people_whose_addresses_are_others_to_postfix_are_told(
    person: str, tmp_path: Path, cli: Callable[..., Any]
) -> None:
    account = "host: mail.acme.example, port: 587, security: starttls, password: {env: P}"
    people = f"general: {{users: {{mode: smtp, account: {{{account}}}}}}}\nusers: [{{email: {person}}}]\n"
    (tmp_path / "mailspec.yml").write_text(SPEC % (PLAIN, "more@acme.example", LOGIN) + people)
    ran = cli("plan", cwd=tmp_path)
    assert (ran.code, "which Postfix takes for" in ran.out) == (1, True), ran.out
