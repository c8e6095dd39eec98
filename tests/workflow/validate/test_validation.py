"""What a report holds: the base and every environment, severities, follow-ups, one file of many."""

from __future__ import annotations

from datetime import date

import pytest

from mailspec.workflow.options import CheckOptions
from mailspec.workflow.validate.validation import validate

TODAY = date(2026, 11, 21)
BASE = """\
version: 1
configurations:
  - name: A
    host: smtp.acme.example
    port: {port}
    security: starttls
    from: noreply@acme.example
"""


def report(*paths, environment=None, **options):
    return validate(paths or (".",), environment=environment, options=CheckOptions(as_of=TODAY, **options))


def summary(held):
    return [(str(f.location) if f.location else None, f.code, f.severity, f.environment) for f in held.findings]


def test_each_environment_is_checked_and_the_base_is_not_repeated(put):
    put(
        {
            "mailspec.yml": BASE.format(port=25),
            "environments/a.yml": "policy: {require_tls: true}\nkind: production\n",
            "environments/b.yml": "configurations: [{name: A, port: 2526}]\nkind: production\n",
            "environments/c.yml": "configurations: [{name: A, security: none}]\nkind: production\n",
        }
    )
    assert summary(report()) == [
        ("environments/b.yml:1:34", "MS104", "warning", "b"),
        ("environments/c.yml:1:38", "MS102", "warning", "c"),
        ("mailspec.yml:5:11", "MS103", "warning", None),
    ]
    assert summary(report(environment="b")) == [("environments/b.yml:1:34", "MS104", "warning", "b")]
    # What the base says holds in an environment that does not change it.
    assert summary(report(environment="a")) == [("mailspec.yml:5:11", "MS103", "warning", "a")]


def test_two_environments_with_the_same_fault_are_both_reported(put):
    put(
        {
            "mailspec.yml": BASE.format(port=465).replace("starttls", "tls"),
            "environments/a.yml": "configurations: [{name: A, security: starttls}]\nkind: production\n",
            "environments/b.yml": "configurations: [{name: A, security: starttls}]\nkind: production\n",
        }
    )
    assert {environment for _, code, _, environment in summary(report()) if code == "MS101"} == {"a", "b"}


@pytest.mark.parametrize(
    ("wanted", "held"), [("error", "error"), ("info", "info"), ("warning", "warning"), ("off", None)]
)
def test_the_policy_changes_severities(put, wanted, held):
    put({"mailspec.yml": BASE.format(port=25) + f"policy: {{severity: {{MS103: {wanted}}}}}\n"})
    assert summary(report()) == ([("mailspec.yml:5:11", "MS103", held, None)] if held else [])


def test_the_policy_reaches_what_loading_finds(put):
    put({"mailspec.yml": BASE.format(port=587) + "instance: {name: A\u200b}\npolicy: {severity: {MS008: info}}\n"})
    assert summary(report()) == [("mailspec.yml:8:19", "MS008", "info", None)]


def test_an_environment_has_its_own_severities(put):
    put(
        {
            "mailspec.yml": BASE.format(port=25) + "policy: {severity: {MS103: info}}\n",
            "environments/prod.yml": "policy: {severity: {MS103: error}}\nkind: production\n",
        }
    )
    assert summary(report()) == [
        ("mailspec.yml:5:11", "MS103", "info", None),
        ("mailspec.yml:5:11", "MS103", "error", "prod"),
    ]


def test_what_may_not_be_silenced_may_not_be_made_less(put):
    text = BASE.format(port=587) + "colour: blue\npolicy: {severity: {MS004: off, MS007: error, MS999: off}}\n"
    put({"mailspec.yml": text.replace("587", "587  # mailspec: ignore[MS104] no")})
    assert summary(report()) == [
        ("mailspec.yml:8:1", "MS004", "error", None),
        ("mailspec.yml:9:21", "MS007", "error", None),
        ("mailspec.yml:9:47", "MS006", "error", None),
    ]


def test_one_file_of_a_project(put):
    put(
        {
            "mailspec.yml": BASE.format(port=25),
            "users/a.yml": "users: [{email: a@acme.example, colour: blue}]\n",
            "users/b.yml": "users: [{email: A@acme.example}]\n",
        }
    )
    whole = report()
    assert [place for place, *_ in summary(whole)] == ["mailspec.yml:5:11", "users/a.yml:1:33", "users/b.yml:1:17"]
    for name in ("mailspec.yml", "users/a.yml", "users/b.yml"):
        one = report(name)
        assert one.findings == tuple(f for f in whole.findings if f.location.file == name)
        assert one.files == 1
    assert report("users/a.yml", "users/b.yml").findings == whole.findings[1:]
    assert report("users/a.yml", "users/b.yml").files == 2
    assert report("users/a.yml", "users").files == 3


def test_two_projects(put):
    root = put(
        {
            "one/mailspec.yml": BASE.format(port=25),
            "two/mailspec.yml": BASE.format(port=2526),
            "two/users/a.yml": "users: [{email: a@acme.example, x: 1}]\n",
        }
    )
    both = report("one", "two")
    assert [(place, code) for place, code, *_ in summary(both)] == [
        ("one/mailspec.yml:5:11", "MS103"),
        ("two/mailspec.yml:5:11", "MS104"),
        ("two/users/a.yml:1:33", "MS004"),
    ]
    assert both.files == 3
    assert set(both.texts) == {"one/mailspec.yml", "two/mailspec.yml", "two/users/a.yml"}
    assert report("two", "one", "one", str(root / "two")).findings == both.findings
    mixed = report("one", "two/users/a.yml")
    assert [place for place, *_ in summary(mixed)] == ["one/mailspec.yml:5:11", "two/users/a.yml:1:33"]
    assert mixed.files == 2


BROKEN = """\
version: 1
general: {users: {mode: smtp, configuration: A}, bulk: {mode: smtp, configuration: A}}
targets: [{name: t, type: env_file, path: x.env, configuration: A}]
groups: [{name: g, members: [a@acme.example]}]
mailings: [{name: m, send_as: b@acme.example, mode: general, senders: [h, a@acme.example]}]
users: [{email: z@acme.example, account: {password: {env: X}}}]
features: [{name: f}]
"""


@pytest.mark.parametrize(
    ("name", "text", "codes"),
    [
        ("configurations/a.yml", "configurations: [\n", ["MS001"]),
        ("configurations/a.yml", "- name: A\n", ["MS003"]),
        ("configurations/a.yml", "configurations: {name: A}\n", ["MS003", "MS006", "MS006", "MS006"]),
    ],
)
def test_what_only_follows_is_not_reported(put, name, text, codes):
    put({"mailspec.yml": BROKEN, name: text})
    found = [code for _, code, severity, _ in summary(report()) if severity == "error"]
    assert found == codes
    put({name: BASE.format(port=587)})
    assert [code for _, code, severity, _ in summary(report()) if severity == "error"] == ["MS006", "MS006", "MS006"]


def test_a_damaged_name_is_not_unknown(put):
    text = BASE.format(port=587).replace("- name", "- nmae") + "general: {users: {configuration: A}}\n"
    put({"mailspec.yml": text})
    assert [code for _, code, *_ in summary(report())] == ["MS004"]


def test_variables_count_only_when_asked_for(put, monkeypatch):
    monkeypatch.setenv("HUB_PORT", "26")
    put({"mailspec.yml": BASE.format(port=587) + "instance: {env_prefix: HUB_}\n"})
    assert summary(report()) == []
    assert [
        (code, "environment variable" in f.message) for f in report(with_env=True).findings for code in [f.code]
    ] == [("MS104", True)]
    monkeypatch.setenv("HUB_PORT", "many")
    assert [(f.code, f.location) for f in report(with_env=True).findings] == [("MS003", None)]


def test_twice_the_same(put):
    put(
        {
            "mailspec.yml": BASE.format(port=25),
            **{f"users/{n}.yml": f"users: [{{email: u{n}@acme.example, b: 1, a: 2}}]\n" for n in range(20)},
            **{
                f"environments/e{n}.yml": "configurations: [{name: A, port: 2526}]\nkind: production\n"
                for n in range(5)
            },
        }
    )
    first = report()
    assert first.findings == report().findings
    assert list(first.findings) == sorted(first.findings, key=lambda f: f.sort_key)
    assert len(first.findings) == 1 + 40 + 5


def test_texts_are_made_only_for_files_that_are_pointed_to(put):
    put({"mailspec.yml": BASE.format(port=25), "users/a.yml": "users: [{email: a@acme.example}]\n"})
    held = report()
    assert set(held.texts) == {"mailspec.yml"}
    (finding,) = held.findings
    shown, whole = (text.splitlines() for text in (held.texts["mailspec.yml"], BASE.format(port=25)))
    # Only what is near to a finding is shown.
    assert [n for n, line in enumerate(shown, 1) if line] == [finding.location.line + near for near in range(-2, 3)]
    assert all(line in ("", whole[number]) for number, line in enumerate(shown))
