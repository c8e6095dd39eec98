"""One fault is told once, however many people inherit it, and costs as much as for one."""

from __future__ import annotations

import sys

import pytest

import mailspec.load  # noqa: F401 - its name is a function once the API was used
from mailspec.model.effective import Effective
from mailspec.resolve import environments
from mailspec.resolve.person import Person
from mailspec.resolve.resolver import Resolver
from mailspec.rules import Context, connection, endpoint, send_as
from mailspec.text import address_patterns
from mailspec.workflow.project import UsageError
from mailspec.workflow.validate.validation import validate

PEOPLE = "".join(f"  - email: p{number}@acme.example\n" for number in range(1000))
PROJECT = """version: 1
configurations:
  - {name: Primary, state: active, host: mail.acme.example, auth: {username: a@acme.example, password: {env: A}}}
  - name: People
    state: inactive
    host: smtp.mail.me.com
    port: 2525
    security: none
    auth: {method: cram_md5}
    tls: {validate_certs: false}
general:
  users: {mode: smtp, configuration: People}
users:
"""


def test_a_thousand_people_one_report(check):
    report = check(PROJECT + PEOPLE).report
    codes = [finding.code for finding in report.findings]
    assert {code: codes.count(code) for code in ("MS102", "MS107", "MS108", "MS201", "MS204")} == {
        "MS102": 1,
        "MS107": 1,
        "MS108": 0,
        "MS201": 1,
        "MS204": 1,
    }
    assert len(codes) < 12


@pytest.mark.parametrize(("module", "name"), [(connection, "connection"), (endpoint, "judge_endpoint")])
def test_a_thousand_people_one_look(check, monkeypatch, module, name):
    looked = []
    original = getattr(module, name)
    monkeypatch.setattr(module, name, lambda *args: looked.append(args) or original(*args))
    check(PROJECT + PEOPLE)
    assert len(looked) <= 3


def test_what_each_one_wrote_is_reported_for_each(check):
    own = "".join(
        f"  - {{email: p{number}@acme.example, account: {{port: 993, password: {{env: P{number}}}}}}}\n"
        for number in range(50)
    )
    report = check(PROJECT + own).report
    assert [finding.code for finding in report.findings].count("MS105") == 50


def test_unknown_names_by_the_thousand_take_no_time_for_guesses(check):
    members = ", ".join(f"q{number}@acme.example" for number in range(1000))
    report = check(f"version: 1\ngroups: [{{name: all, members: [{members}]}}]\nusers:\n{PEOPLE}").report
    unknown = [finding for finding in report.findings if finding.code == "MS006"]
    assert len(unknown) == 1000
    assert len([finding for finding in unknown if "Did you mean" in finding.help]) == 20


ENVIRONMENTS = "environments:\n" + "".join(f"  e{number}: {{kind: test}}\n" for number in range(100))


def test_environments_of_kinds_alone_one_look_at_every_account(check, monkeypatch):
    looked, production = [], []
    original, in_use = connection.connection, environments.accounts_in_use
    monkeypatch.setattr(connection, "connection", lambda *args: looked.append(args) or original(*args))
    monkeypatch.setattr(environments, "accounts_in_use", lambda *args: production.append(args) or in_use(*args))
    report = check(PROJECT + "  - {email: p@acme.example}\n" + ENVIRONMENTS).report
    # What each environment itself does wrong is still told, of the first ones and how many more: it signs in as the
    # base does.
    found = [f for f in report.findings if f.code == "MS804" and f.object.startswith("user:")]
    assert [f.environment for f in found] == [*(f"e{number}" for number in range(10)), "e99"]
    assert found[-1].message.startswith("The same of 90 more environments: 'e10', 'e11', 'e12'"), found[-1]
    assert len(looked) <= 4
    assert len(production) == 1


def test_an_environment_with_another_map_is_checked_in_whole(check):
    overlay = "environments:\n  staging: {kind: production, general: {users: {mode: smtp, configuration: Nobody}}}\n"
    base = "version: 1\ninstance: {name: A}\nusers: [{email: p@acme.example}]\n"
    found = [(f.code, f.message) for f in check(base + overlay).report.findings if f.environment == "staging"]
    assert any(code == "MS006" and "Nobody" in message for code, message in found), found


KNOWN = """version: 1
policy: {allowed_sender_domains: [acme.example], require_tls: true}
configurations:
  - name: Primary
    state: active
    host: smtp.office365.com
    port: 587
    security: starttls
    auth: {username: hub@acme.example, password: {env: A}}
general: {users: {mode: smtp}}
"""
ONE_PERSON_EACH = "environments:\n" + "".join(
    f"  e{number}: {{users: [{{email: p1@acme.example, name: N{number}}}]}}\n" for number in range(20)
)
ONE_SERVER_EACH = "environments:\n" + "".join(
    f"  e{number}: {{configurations: [{{name: Primary, host: m{number}.acme.example}}]}}\n" for number in range(20)
)


@pytest.mark.parametrize("overlays", [ONE_PERSON_EACH, ONE_SERVER_EACH], ids=["a person", "the server"])
def test_people_that_no_environment_changes_are_worked_out_once(check, monkeypatch, overlays):
    worked_out = []
    original = Person._worked_out
    monkeypatch.setattr(Person, "_worked_out", lambda person: worked_out.append(person) or original(person))
    check(KNOWN + "users:\n" + PEOPLE + overlays)
    # A thousand in the base, and a few in each environment.
    assert len(worked_out) < 2000


MIXED = """version: 1
instance: {name: Acme}
configurations:
  - {name: Primary, state: active, host: smtp.gmail.com, port: 587, auth: {username: hub, password: {env: A}}}
  - {name: Other, state: inactive, host: mail.other.example, port: 25, security: none}
general: {users: {mode: smtp}}
groups:
  - {name: Sales, members: [b@acme.example, c@acme.example], account: {username: sales@other.example}}
users:
  - {email: a@acme.example}
  - {email: b@acme.example, account: {password: {env: B}}}
  - {email: c@acme.example, account: {from: "C\\u2028 <c@acme.example>", may_send_as: [x@acme.example]}}
  - {email: d@other.example, mode: office365, outlook: {version: new}}
  - {email: e@acme.example, name: "E\\u2028", account: {username: e, from: e@third.example}}
environments:
  person: {users: [{email: a@acme.example, account: {username: a}}]}
  new: {users: [{email: f@third.example, new: true}, {email: b@acme.example, state: absent}]}
  group: {groups: [{name: Sales, account: {username: team@acme.example}}]}
  members: {groups: [{name: Sales, members: [a@acme.example]}]}
  copied: {general: {users: {configuration: Other}}}
  server: {configurations: [{name: Primary, host: smtp.office365.com}]}
  cloud: {instance: {deployment: cloud}}
  off: {configurations: [{name: Primary, state: inactive}]}
  strict: {policy: {allowed_sender_domains: [acme.example], require_tls: true, severity: {MS202: info}}}
  kind: {kind: production}
"""


@pytest.mark.parametrize("policy", ["", "policy: {allowed_sender_domains: [other.example], require_tls: true}\n"])
def test_what_is_the_same_in_an_environment_is_told_as_if_all_were_asked(check, monkeypatch, policy):
    checked = check(MIXED + policy)
    monkeypatch.setattr(Context, "same", frozenset())
    monkeypatch.setattr(Context, "items", lambda self, section: self.spec.lists[section].items())
    assert checked.report.findings == checked.again().findings
    assert {finding.environment for finding in checked.report.findings} >= {None, "person", "new", "cloud", "strict"}


def test_people_asked_alone_give_what_one_of_all_alike_gives(check, monkeypatch):
    checked = check(MIXED + "policy: {allowed_sender_domains: [other.example]}\n")

    def singly(resolver: Resolver) -> list[tuple[Effective, list[str]]]:
        return [(resolver.person(identity), [identity]) for identity in resolver.spec.users]

    monkeypatch.setattr("mailspec.resolve.people.People.alike", property(lambda self: singly(self._configurations)))
    assert checked.report.findings == checked.again().findings


def test_more_environments_times_objects_than_the_limit_is_one_error_and_none_is_read(check, monkeypatch):
    monkeypatch.setattr(sys.modules["mailspec.load"], "MOST_IN_ENVIRONMENTS", 999)
    project = "version: 1\nusers:\n" + "".join(f"  - {{email: q{number}@acme.example}}\n" for number in range(10))
    checked = check(project + ENVIRONMENTS)
    (found,) = checked.report.findings
    assert (found.code, found.severity, found.location.line) == ("MS001", "error", 3 + 10 + 99 + 1)
    assert "100 environments with 10 objects each are more than 999" in found.message
    with pytest.raises(UsageError, match="'e3' is not read: the project has too many"):
        validate((".",), environment="e3")


def test_environments_times_objects_at_the_limit_are_read(check, monkeypatch):
    monkeypatch.setattr(sys.modules["mailspec.load"], "MOST_IN_ENVIRONMENTS", 1000)
    project = "version: 1\nusers:\n" + "".join(f"  - {{email: q{number}@acme.example}}\n" for number in range(10))
    assert check(project + ENVIRONMENTS).report.findings == ()


def test_mailings_of_one_group_look_at_its_people_once(check, monkeypatch):
    looked = []
    original = send_as._addresses_in_outlook
    monkeypatch.setattr(send_as, "_addresses_in_outlook", lambda person: looked.append(person) or original(person))
    project = """version: 1
users:
  - {email: a@acme.example}
  - {email: b@acme.example, outlook: {accounts: [News@acme.example]}}
  - {email: news@acme.example}
groups: [{name: G, members: [a@acme.example, b@acme.example, news@acme.example]}]
mailings:
"""
    sent = "".join(
        f"  - {{name: m{number}, mode: outlook, send_as: news@acme.example, senders: [G]}}\n" for number in range(30)
    )
    found = [finding for finding in check(project + sent).report.findings if finding.code == "MS503"]
    assert len(found) == 30
    assert all(finding.message.endswith("Not declared for a@acme.example.") for finding in found)
    assert len(looked) == 3


def test_a_list_of_patterns_is_read_once_for_all_addresses(check):
    address_patterns._index.cache_clear()
    names = ", ".join(f"t{number}@acme.example" for number in range(100))
    report = check(
        f"version: 1\npolicy: {{allowed_recipients: [x@acme.example, {names}], test_recipients: [{names}]}}\n"
    ).report
    assert report.findings == ()
    assert address_patterns._index.cache_info().misses == 1


def test_fallbacks_in_a_long_chain_are_followed_once(check):
    # By name from the last: each of 3,000 was followed to the end of the chain, 15 s for 6,000.
    chain = "".join(
        f"  - {{name: c{number}, state: inactive, host: m.acme.example, fallback: [c{number + 1}]}}\n"
        for number in range(3000)
    )
    checked = check(f"version: 1\nconfigurations:\n{chain}  - {{name: c3000, state: inactive, fallback: [c2998]}}\n")
    found = [entry for entry in checked.report.findings if "it would come back" in entry.message]
    assert [entry.object for entry in found] == [f"configuration:c{number}" for number in (2998, 2999, 3000)]
