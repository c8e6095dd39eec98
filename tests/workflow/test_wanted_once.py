"""What a plan wants costs once what several objects share."""

from __future__ import annotations

from mailspec.workflow import wanted
from mailspec.workflow.workspace import open_workspace

PROJECT = """version: 1
general: {bulk: {mode: smtp}}
users: [{email: a@acme.example}, {email: b@acme.example}]
groups: [{name: Sales, members: [A@acme.example, b@acme.example]}]
targets: [{name: hub, type: env_file, path: hub.env}]
mailings:
"""


def test_the_members_of_a_group_are_listed_once_for_all_mailings(tmp_path, monkeypatch):
    listed, scopes = [], []
    original, scope = wanted._senders, wanted.Scope
    monkeypatch.setattr(wanted, "_senders", lambda *args: listed.append(args) or original(*args))
    monkeypatch.setattr(wanted, "Scope", lambda *args: scopes.append(scope(*args)) or scopes[-1])
    mailings = "".join(f"  - {{name: m{number}, send_as: x@acme.example, senders: [Sales]}}\n" for number in range(50))
    other = "  - {name: other, send_as: x@acme.example, senders: [b@acme.example]}\n  - {name: open}\n"
    (tmp_path / "mailspec.yml").write_text(PROJECT + mailings + other)
    wanted.wanted(open_workspace(str(tmp_path)).resolver)
    (given,) = scopes
    senders = {account.name: account.senders for account in given.of_kind("mailing")}
    assert senders["m0"] == ("a@acme.example", "b@acme.example")
    assert all(senders[f"m{number}"] is senders["m0"] for number in range(50))
    assert (senders["other"], senders["open"]) == (("b@acme.example",), ())
    assert len(listed) == 3


def built(tmp_path, text: str):
    (tmp_path / "mailspec.yml").write_text(text)
    return wanted.wanted(open_workspace(str(tmp_path)).resolver)


EXPORTS = (
    PROJECT.partition("targets:")[0]
    + "targets:\n"
    + "".join(f"  - {{name: e{number}, type: export, path: e{number}.json}}\n" for number in range(9))
)


def test_targets_that_would_hold_too_much_together_are_rendered_no_further(tmp_path, monkeypatch):
    size = sum(len(key) + len(str(text)) for key, text in built(tmp_path, EXPORTS).desired.targets[0].keys.items())
    scopes = []
    scope = wanted.Scope
    monkeypatch.setattr(wanted, "Scope", lambda *args: scopes.append(scope(*args)) or scopes[-1])
    monkeypatch.setattr(wanted, "_ALL_TARGETS", 3 * size)
    found = built(tmp_path, EXPORTS)
    assert [target.name for target in found.desired.targets] == ["e0", "e1", "e2"]
    assert [
        (finding.code, finding.object, "it and those before it" in finding.message) for finding in found.problems
    ] == [("MS405", "target:e3", True)]
    assert len(scopes) == 4


def test_one_that_would_hold_more_than_a_file_may_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(wanted, "LARGEST", 100)
    text = EXPORTS.replace("e1, type: export, path: e1.json", "e1, type: form, product: maestrohub, path: e1")
    found = built(tmp_path, text)
    assert [target.name for target in found.desired.targets] == ["e1"]
    assert found.problems[0].message == "The target 'e0' cannot be written: it would hold more than 4 MiB."


EVERYBODY = """version: 1
general: {{users: {{mode: smtp, account: {{host: mail.acme.example, method: none, may_send_as: [{}]}}}}}}
configurations: [{{name: A, state: active, host: mail.acme.example, from: hub@acme.example, auth: {{method: none}}}}]
users: [{}]
targets: [{{name: p, type: postfix, path: /srv/postfix}}]
""".format(
    ", ".join(f"s{number}@acme.example" for number in range(100)),
    ", ".join(f"{{email: u{number}@acme.example}}" for number in range(100)),
)


def test_lists_that_everybody_has_are_counted_before_they_are_written(tmp_path, monkeypatch):
    monkeypatch.setattr(wanted, "_MOST_ENTRIES", 9_999)
    (finding,) = built(tmp_path, EVERYBODY).problems
    assert "have 10,000 entries together; a plan has at most 9,999." in finding.message
    monkeypatch.setattr(wanted, "_MOST_ENTRIES", 10_000)
    assert built(tmp_path, EVERYBODY).problems == []


def test_a_map_of_logins_ends_where_no_file_could_hold_it(tmp_path, monkeypatch):
    # 100 addresses, each of 100 people.
    (target,) = built(tmp_path, EVERYBODY).desired.targets
    assert sum(str(text).count(",") for key, text in target.keys.items() if key.startswith("logins/s")) == 100 * 99
    monkeypatch.setattr("mailspec.targets.postfix.LARGEST", 5_000)
    monkeypatch.setattr(wanted, "LARGEST", 5_000)
    scopes = []
    original = wanted.find("postfix").render
    monkeypatch.setattr(
        type(wanted.find("postfix")), "render", lambda _self, *args: scopes.append(original(*args)) or scopes[-1]
    )
    assert [finding.object for finding in built(tmp_path, EVERYBODY).problems] == ["target:p"]
    assert 5_000 < sum(len(str(text)) for key, text in scopes[0].keys.items() if key.startswith("logins/")) < 10_000


def test_everybody_is_one_list_of_an_address_that_many_mailings_share(tmp_path):
    mailings = ", ".join(f"{{name: m{number}, mode: general, send_as: x@acme.example}}" for number in range(50))
    text = EVERYBODY.replace("{users:", "{bulk: {configuration: A, permission: send_as}, users:")
    (target,) = built(tmp_path, f"{text}mailings: [{mailings}]\n").desired.targets
    assert str(target.keys["logins/x@acme.example"]).count("u7@acme.example") == 1
