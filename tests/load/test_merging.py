"""What the files amount to: values and their places, for the base and for an environment."""

from __future__ import annotations

import time
from typing import Any

import pytest

from mailspec.load import load
from mailspec.load.item import Item
from mailspec.source.folder import Folder
from mailspec.workflow.project import UsageError, open_project

BASE = """\
version: 1
instance: {name: Hub}
configurations:
  - name: A
    host: smtp.acme.example
    port: 465
    auth: {username: a, password: {env: A}}
    headers: {X-One: "1"}
users: [{email: Alice@acme.example, name: Al}]
groups: [{name: g, members: [alice@acme.example, bob@acme.example]}]
policy: {require_tls: true, test_recipients: [a@acme.example]}
"""


def place(item: Item, *path: Any) -> str:
    where = item.locate(path)
    return f"{where.file}:{where.line}:{where.column}"


def test_files_are_joined(loaded) -> None:
    spec = loaded(
        {
            "mailspec.yml": BASE,
            "configurations/b.yaml": "configurations: [{name: B}]\n",
            "users/p.yml": "instance: {id: hub}\npolicy: {test_recipients: [b@acme.example]}\n"
            "users: [{email: c@acme.example}]\n",
        }
    ).base
    # In the order of the files' names.
    assert list(spec.configurations) == ["B", "A"]
    assert list(spec.users) == ["alice@acme.example", "c@acme.example"]
    assert spec.instance.data == {"id": "hub", "name": "Hub"}
    assert spec.policy.get("test_recipients") == ["a@acme.example", "b@acme.example"]
    assert place(spec.configurations["B"], "name") == "configurations/b.yaml:1:25"
    assert place(spec.instance, "id") == "users/p.yml:1:16"
    assert place(spec.instance, "name") == "mailspec.yml:2:18"
    assert place(spec.policy, "test_recipients", 1) == "users/p.yml:2:28"
    assert place(spec.policy, "test_recipients", 0) == "mailspec.yml:11:47"
    assert spec.policy.pointer(("test_recipients", 1)) == "/policy/test_recipients/0"


def test_an_overlay_is_merged(loaded) -> None:
    overlay = """\
configurations:
  - name: A
    host: other.acme.example
    port: null
    auth: {password: {file: pw}}
    headers: {X-Two: "2"}
  - {name: B, new: true, state: inactive}
users: [{email: ALICE@acme.example, name: Alice}]
groups: [{name: g, members: [carol@acme.example]}]
policy: {require_tls: null, allowed_recipients: ["*"]}
"""
    held = loaded({"mailspec.yml": BASE, "environments/staging.yml": overlay})
    spec, base = held.environments["staging"], held.base
    assert spec.configurations["A"].data == {
        "name": "A",
        "host": "other.acme.example",
        # A reference is replaced whole.
        "auth": {"username": "a", "password": {"file": "pw"}},
        "headers": {"X-One": "1", "X-Two": "2"},
    }
    assert spec.configurations["B"].data == {"name": "B", "state": "inactive"}
    assert spec.users["alice@acme.example"].data == {"email": "ALICE@acme.example", "name": "Alice"}
    assert spec.groups["g"].get("members") == ["carol@acme.example"]
    assert spec.policy.data == {"test_recipients": ["a@acme.example"], "allowed_recipients": ["*"]}
    assert base.configurations["A"].get("port") == 465
    assert base.policy.get("require_tls") is True
    configuration = spec.configurations["A"]
    assert place(configuration, "host") == "environments/staging.yml:3:11"
    assert place(configuration, "auth", "username") == "mailspec.yml:7:22"
    assert place(configuration, "auth", "password", "file") == "environments/staging.yml:5:29"
    assert place(configuration, "headers", "X-One") == "mailspec.yml:8:22"
    assert place(spec.configurations["B"]) == "environments/staging.yml:7:5"
    assert configuration.pointer(("headers", "X-Two")) == "/configurations/0/headers/X-Two"


def test_one_environment_from_three_places(loaded) -> None:
    spec = loaded(
        {
            "mailspec.yml": BASE + "environments:\n  staging:\n    policy: {test_recipients: [x@acme.example]}\n",
            "environments/staging.yml": "configurations: [{name: A, port: 587}]\n",
            "environments/staging/more/a.yml": "policy: {test_recipients: [y@acme.example]}\n",
        }
    ).environments["staging"]
    assert spec.configurations["A"].get("port") == 587
    # The overlay's own places are joined; together they replace the base's list.
    assert spec.policy.get("test_recipients") == ["y@acme.example", "x@acme.example"]
    assert place(spec.policy, "test_recipients", 0) == "environments/staging/more/a.yml:1:28"


def test_absent_removes_only_there(loaded) -> None:
    held = loaded({"mailspec.yml": BASE, "environments/staging.yml": "groups: [{name: g, state: absent}]\n"})
    assert list(held.base.groups) == ["g"]
    assert list(held.environments["staging"].groups) == []


def test_a_configuration_that_is_absent_stays_declared(loaded) -> None:
    held = loaded({"mailspec.yml": BASE, "environments/staging.yml": "configurations: [{name: A, state: absent}]\n"})
    assert held.environments["staging"].configurations["A"].get("state") == "absent"


def test_what_is_damaged_is_left_out_and_known_to_be(loaded) -> None:
    text = "version: 1\nconfigurations:\n  - {name: A, hsot: x, port: x, tls: {validate_certs: maybe}}\n"
    item = loaded({"mailspec.yml": text}).base.configurations["A"]
    assert item.data == {"name": "A", "tls": {}}
    assert [item.is_damaged(path) for path in (("host",), ("port",), ("tls", "validate_certs"), ("security",))] == [
        True,
        True,
        True,
        False,
    ]


@pytest.mark.parametrize(
    ("files", "gaps"),
    [
        ({"users/a.yml": "users: []\n"}, set()),
        ({"users/a.yml": "configurations: {}\n"}, {"configurations"}),
        ({"users/a.yml": "groups: [{nmae: g}]\n"}, {"groups"}),
        ({"users/a.yml": "users: []\nusers: [{email: a@acme.example}]\n"}, {"users"}),
        ({"users/a.yml": "users: [\n"}, "all"),
        ({"users/a.yml": "---\n---\nusers: []\n"}, "all"),
        ({"environments/staging.yml": "users: [\n"}, set()),
    ],
)
def test_where_names_may_be_missing(loaded, files, gaps) -> None:
    held = loaded({"mailspec.yml": "version: 1\n", **files}).base.gaps
    assert {"users", "configurations", "general"} <= held if gaps == "all" else held == gaps


def test_requires_is_held_against_the_version(loaded, tmp_path) -> None:
    loaded({"mailspec.yml": 'version: 1\nrequires: ">=0.2, <2"\n'})
    source = Folder(str(tmp_path), str(tmp_path))
    found = {
        version: [finding.message for finding in load(source, str(tmp_path), "mailspec.yml", version=version).findings]
        for version in ("0.1.9", "0.2.0", "1.0.0rc1", "2.0")
    }
    assert found == {
        "0.1.9": ["These files require mailspec >=0.2, <2; this is mailspec 0.1.9."],
        "0.2.0": [],
        "1.0.0rc1": [],
        "2.0": ["These files require mailspec >=0.2, <2; this is mailspec 2.0."],
    }


def test_an_unknown_environment_is_wrong_use(loaded) -> None:
    loaded({"mailspec.yml": BASE, "environments/staging.yml": "version: 1\n"})
    with pytest.raises(UsageError, match=r"There is no environment 'prod'. Declared: staging"):
        open_project(".").spec("prod")


def test_of_thousands_of_damaged_items_the_first_are_reported_and_none_is_used(loaded) -> None:
    users = "".join(f"  - {{email: u{number}@acme.example, nmae: x, mode: 5}}\n" for number in range(5000))
    groups = "groups:\n  - {name: Fine}\n"
    before = time.process_time()
    held = loaded({"mailspec.yml": "version: 1\n" + groups + "users:\n" + users})
    assert len(held.findings) == 1001
    (more,) = (finding for finding in held.findings if "more than 1,000" in finding.message)
    assert (more.location.line, more.path) == (1, "")
    assert not held.base.users
    assert "users" in held.base.gaps
    assert list(held.base.groups) == ["Fine"]
    assert time.process_time() - before < 5


def test_behind_an_item_that_stays_wrong_others_are_reported(loaded) -> None:
    fine = "".join(f"  - {{email: u{number}@acme.example}}\n" for number in range(12_000))
    wrong = "  - {nmae: x, mode: 5}\n"
    held = loaded({"mailspec.yml": "version: 1\nusers:\n" + wrong + fine + wrong * 11_000})
    assert len(held.findings) == 1001
    assert {finding.path.split("/")[2] for finding in held.findings if finding.path} > {"0", "12001", "12300"}


def test_many_secrets_are_all_reported_and_nothing_behind_them_is_used(loaded) -> None:
    """Each literal password breaks every choice of a union, so that pydantic says ten things of it."""
    users = "".join(f"  - {{email: u{n}@acme.example, account: {{password: hunter{n}}}}}\n" for n in range(1200))
    held = loaded({"mailspec.yml": "version: 1\nusers:\n" + users + "  - {email: [q], mode: 5}\n"})
    assert sum(finding.code == "MS301" for finding in held.findings) >= 1000
    assert sum("more than 1,000" in finding.message for finding in held.findings) == 1
    assert not held.base.users


def test_a_wrong_value_behind_many_secrets_is_reported(loaded) -> None:
    users = "".join(f"  - {{email: u{n}@acme.example, account: {{password: hunter{n}}}}}\n" for n in range(450))
    held = loaded({"mailspec.yml": "version: 1\nusers:\n" + users + "  - {email: [q], mode: 5}\n"})
    assert len(held.findings) == 452
    assert len(held.base.users) == 450


@pytest.mark.parametrize("version", ["2", "true", "'1'"])
def test_an_overlay_that_says_only_another_version_is_wrong(loaded, version) -> None:
    held = loaded({"mailspec.yml": BASE, "environments/staging.yml": f"version: {version}\n"})
    assert [finding.code for finding in held.overlay_findings["staging"]] == ["MS003"]


def test_a_list_that_is_wrong_only_far_behind_is_looked_at_to_its_end(loaded) -> None:
    fine = "".join(f"  - {{email: u{number}@acme.example}}\n" for number in range(6000))
    held = loaded({"mailspec.yml": "version: 1\nusers:\n" + fine + "  - {nmae: x}\n" * 5000})
    assert len(held.findings) == 1001
    assert all(finding.location.line > 6002 or not finding.path for finding in held.findings)
