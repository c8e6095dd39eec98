"""What a plan wants costs once what several objects share."""

from __future__ import annotations

from mailspec.workflow.apply import wanted
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
