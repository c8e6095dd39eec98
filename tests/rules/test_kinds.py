"""People whom no rule can tell apart are looked at once: what is found is what looking at each of them would find."""

from __future__ import annotations

import json
from datetime import date
from functools import cached_property

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mailspec.resolve.people import People, UserGroup
from mailspec.workflow.options import CheckOptions
from mailspec.workflow.validate.validation import examine, joined

TODAY = CheckOptions(as_of=date(2026, 11, 21))
NAMES = ["ann@acme.example", "Bob@acme.example", "cy@gmail.com", "dee@outlook.com", "eve@acme.example"]
MODES = st.sampled_from([None, "smtp", "smtp", "office365", "outlook", "same_as_general", "smpt"])


def words(**each):
    """Return some of the words, each with one of its values."""
    return st.fixed_dictionaries({}, optional={word: st.sampled_from(values) for word, values in each.items()})


def account(email: str):
    return words(
        username=[email, email.lower(), "else@acme.example", "apikey"],
        **{"from": [email, f"Name <{email}>", {"email": email}, "Name <else@acme.example>", "nobody"]},
        password=[{"env": "SECRET"}, {"keyring": "acme/{email}"}, {"file": "secrets/one"}, "Hunter2-hunter2", 7],
        host=["mail.acme.example", "smtp.gmail.com"],
        port=[465, 26, "many"],
        security=["tls", "none"],
        method=["plain", "none", "xoauth2"],
        may_send_as=[["else@acme.example"], []],
    )


@st.composite
def specs(draw):
    people = []
    for email in draw(st.lists(st.sampled_from(NAMES), unique=True)):
        person = {"email": email, "mode": draw(MODES), "account": draw(st.none() | account(email))}
        people.append({word: value for word, value in person.items() if value is not None})
    configuration = {"name": "Main", "state": "active", "from": "hub@acme.example", **draw(account("hub@acme.example"))}
    for word in ("username", "password", "method"):
        configuration.setdefault("auth", {})[word] = configuration.pop(word, None)
    configuration["auth"] = {word: value for word, value in configuration["auth"].items() if value is not None}
    users = draw(
        words(mode=["smtp", "outlook", "office365"], configuration=["Main", "Other"], account=[{}, {"port": 25}])
    )
    groups = [
        {"name": name, "members": draw(st.lists(st.sampled_from(NAMES), unique=True)), **draw(words(mode=["smtp"]))}
        for name in ("East", "West")
    ]
    return {
        "version": 1,
        "instance": {"name": "Acme Hub", **draw(words(deployment=["cloud", "on_premises"]))},
        "configurations": [configuration],
        "general": {"users": users},
        "groups": groups,
        "users": people,
        "policy": draw(words(require_tls=[True], allowed_sender_domains=[["acme.example"]])),
    }


def alone(people: People) -> list[UserGroup]:
    return [UserGroup(people.person(identity), [identity]) for identity in people._configurations.spec.users]


@given(spec=specs())
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_nothing_is_lost_or_added_by_looking_at_kinds(tmp_path, spec):
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path)
        (tmp_path / "mailspec.yml").touch()
        instead = {"mailspec.yml": json.dumps(spec, indent=1).encode()}

        def findings():
            return joined(examine(instead=instead, options=TODAY)).findings

        by_kind = findings()
        patch.setattr(People, "kinds", property(alone))
        assert by_kind == findings()


def test_thousands_are_a_few_kinds(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    seen = []
    kinds = People.kinds.func
    counted = cached_property(lambda people: seen.append(kinds(people)) or seen[-1])
    counted.__set_name__(People, "kinds")
    monkeypatch.setattr(People, "kinds", counted)
    people = "".join(f"  - {{email: p{n}@acme.example, mode: smtp}}\n" for n in range(2000))
    (tmp_path / "mailspec.yml").write_text(
        "version: 1\ninstance: {name: A}\n"
        "configurations: [{name: C, state: active, host: mail.acme.example, from: a@acme.example}]\n"
        f"users:\n{people}  - {{email: own@acme.example, mode: smtp, account: {{username: other}}}}\n"
    )
    examine(options=TODAY)
    ((many, one),) = seen
    assert (len(many.identities), len(one.identities)) == (2000, 1)
    assert one.first.name == "own@acme.example"


def test_of_what_an_alias_repeats_the_first_person_is_named(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mailspec.yml").write_text(
        "version: 1\ninstance: {name: A}\nusers:\n"
        "  - {email: a@x.example, mode: office365, account: &acc {password: {env: X}}}\n"
        "  - {email: b@y.example, mode: office365, account: *acc}\n"
        "  - {email: c@x.example, mode: office365, account: *acc}\n"
    )
    (workspace,) = examine(options=TODAY)
    assert [entry.object for entry in workspace.report.findings if "not used" in entry.message] == ["user:a@x.example"]
