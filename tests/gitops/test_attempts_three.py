"""What a third stranger tried by pull requests: each way is a kind of its own, with its siblings."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from mailspec_tests_attempts import hub

Cli = Callable[..., Any]
SPEC = hub()
PERSON = "  - {email: %s, mode: smtp, account: {host: %s, password: %s}}\n"


def people(*rows: tuple[str, str, str]) -> str:
    return SPEC + "users:\n" + "".join(PERSON % row for row in rows)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("{file: /run/secrets/alice@acme.example}", "{file: '/run/secrets/{email}'}"),
        ("{file: '/run/secrets/{email}'}", "{file: /run/secrets/alice@acme.example}"),
        ("{file: '/run/secrets/{email}.pw'}", "{file: '/run/secrets/../secrets/{email}.pw'}"),
        ("{keyring: acme/alice@acme.example}", "{keyring: 'acme/{email}'}"),
        ("{command: [pass, show, mail/alice@acme.example]}", "{command: [pass, show, 'mail/{email}']}"),
    ],
)
def test_a_pattern_and_what_it_stands_for_are_one_secret(before: str, after: str, repository: Any, cli: Cli) -> None:
    repository.commit("start", {"mailspec.yml": people(("alice@acme.example", "mail.acme.example", before))})
    repository.commit("move", {"mailspec.yml": people(("alice@acme.example", "mail2.acme.example", after))})
    ran = cli("validate", "--base", "HEAD~1", cwd=repository.folder)
    assert (ran.code, ran.out.count("MS806")) == (1, 1), ran.out + ran.err
    assert "would go to mail2.acme.example" in ran.out


def test_a_new_persons_pattern_does_not_reach_another_ones_secret(repository: Any, cli: Cli) -> None:
    alice = ("alice@acme.example", "mail.acme.example", "{file: /run/secrets/alice@acme.example}")
    ice = ("ice@acme.example", "mail2.acme.example", "{file: '/run/secrets/al{email}'}")
    repository.commit("start", {"mailspec.yml": people(alice)})
    repository.commit("move", {"mailspec.yml": people(alice, ice)})
    assert "MS806" in cli("validate", "--base", "HEAD~1", cwd=repository.folder).out


def test_a_pattern_is_not_taken_for_what_it_does_not_stand_for(repository: Any, cli: Cli) -> None:
    alice = ("alice@acme.example", "mail.acme.example", "{file: /run/secrets/alice@acme.example}")
    ben = ("ben@acme.example", "mail2.acme.example", "{file: '/run/secrets/{email}'}")
    repository.commit("start", {"mailspec.yml": people(alice)})
    repository.commit("more", {"mailspec.yml": people(alice, ben)})
    assert "MS806" not in cli("validate", "--base", "HEAD~1", cwd=repository.folder).out


def test_a_pattern_of_many_addresses_takes_no_time(repository: Any, cli: Cli) -> None:
    many = "{file: '/run/secrets/%s!'}" % ("{email}" * 25)
    rows = ("alice@acme.example", "mail.acme.example", many)
    repository.commit("start", {"mailspec.yml": people(rows)})
    long = ("ben@acme.example", "mail.acme.example", "{file: /run/secrets/%s}" % ("a" * 180))
    repository.commit("long", {"mailspec.yml": people(rows, long)})
    assert cli("validate", "--base", "HEAD~1", cwd=repository.folder).code in {0, 1}


@pytest.mark.parametrize("day", ["9999-99-99", "0000-00-00", "2027-02-30"])
def test_a_day_that_the_calendar_does_not_have_is_a_finding(day: str, repository: Any, cli: Cli) -> None:
    oauth = f"{{client_id: a, tenant: acme.example, client_secret: {{env: S}}, expires: '{day}'}}"
    text = "version: 1\nconfigurations:\n  - {name: A, mode: office365, auth: {username: a@acme.example, oauth: %s}}\n"
    repository.commit("start", {"mailspec.yml": text % oauth})
    ran = cli("validate", cwd=repository.folder)
    assert ran.code == 1
    assert f"'expires' is {day}, which is no day of the calendar." in ran.out


@pytest.mark.parametrize(
    "words",
    [
        "targets: [{name: a, type: zabbix, url: https://a.example, token: {env: T}, version: '%s'}]",
        "configurations: [{name: A, host: mail.acme.example, port: '%s'}]",
        "configurations: [{name: A, host: mail.acme.example, timeout: '%s'}]",
    ],
)
def test_thousands_of_digits_in_quotes_are_a_finding(words: str, repository: Any, cli: Cli) -> None:
    repository.commit("start", {"mailspec.yml": "version: 1\n" + words % ("9" * 5000) + "\n"})
    ran = cli("validate", cwd=repository.folder)
    assert (ran.code, "MS003" in ran.out) == (1, True), ran.err


@pytest.mark.parametrize("sender", ["*@acme.example", "a?b@acme.example"])
def test_a_sender_that_is_a_pattern_to_msmtp_is_refused(sender: str, repository: Any, cli: Cli) -> None:
    text = SPEC + f"  - {{name: AA, state: inactive, host: mail5.acme.example, from: '{sender}'}}\n"
    text += "targets: [{name: m, type: msmtp, path: msmtprc}]\n"
    repository.commit("start", {"mailspec.yml": text})
    ran = cli("render", "m", cwd=repository.folder)
    assert ran.code != 0
    assert "is a pattern to msmtp" in ran.out + ran.err
