"""pydantic-core's shape check gives the verdict that jsonschema gives with the published schema."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from mailspec.schema.build import spec_schema
from mailspec.schema.shape import fits, shape_errors
from mailspec.text import read

ROOT = Path(__file__).parents[2]
FILES = [
    path
    for folder in ("examples", "tests/rules/cases", "tests/load")
    for path in sorted((ROOT / folder).rglob("*.yml"))
    if "environments" not in path.parts
]


def _is_integer(_checker: object, value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _reference() -> jsonschema.Draft202012Validator:
    schema = spec_schema()
    # What an environment holds is checked after it is merged, and in editors by a schema of its own.
    held = schema["properties"]["environments"]
    held["patternProperties"] = {key: {"type": "object"} for key in held["patternProperties"]}
    # Which words a type of target has is a rule's to say (MS004, and a third party's own schema).
    del schema["definitions"]["Target"]["allOf"]
    # JSON Schema calls 465.0 an integer; YAML's core schema does not.
    checker = jsonschema.Draft202012Validator.TYPE_CHECKER.redefine("integer", _is_integer)
    return jsonschema.validators.extend(jsonschema.Draft202012Validator, type_checker=checker)(schema)


REFERENCE = _reference()


def _data(path: Path) -> Any:
    return read(path.name, path.read_bytes(), tags={"!vault": "ansible_vault"}).data


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_same_verdict_on_every_case(path: Path) -> None:
    data = _data(path)
    if data is not None:
        assert (not shape_errors(data)) == REFERENCE.is_valid(data)


WHOLE: dict[str, Any] = {
    "version": 1,
    "requires": ">=0.1",
    "include": ["more/*.yml"],
    "x-own": {"anything": [1]},
    "instance": {"id": "acme-hub", "name": "Acme", "deployment": "cloud", "env_prefix": "ACME_"},
    "configurations": [
        {
            "name": "Primary",
            "renamed_from": "Old",
            "state": "active",
            "mode": "smtp",
            "provider": "gmail",
            "host": "smtp.gmail.com",
            "port": 465,
            "security": "tls",
            "tls": {"validate_certs": True, "ca_file": "ca.pem", "client_key": {"file": "k"}, "minimum_version": "1.2"},
            "auth": {
                "method": "plain",
                "username": "a@acme.example",
                "password": {"command": ["pass", "show", "x"]},
                "oauth": {"client_secret": {"vault": "secret/x#y"}, "grant": "device_code", "scopes": ["s"]},
            },
            "from": {"email": "a@acme.example", "name": "A"},
            "headers": {"X-System": "hub", "x-other": "y"},
            "timeout": "30s",
            "may_send_as": ["*@acme.example", "*"],
            "limits": {"messages_per_day": 5},
        }
    ],
    "general": {
        "users": {"mode": "smtp", "account": {"password": {"keyring": "acme/{email}"}, "from": "A <a@b.example>"}},
        "bulk": {"mode": "smtp", "mobile_from": "field@acme.example"},
    },
    "groups": [{"name": "g", "members": ["a@acme.example"], "mode": "smtp", "outlook": {"version": "new"}}],
    "users": [{"email": "a@acme.example", "mode": "same_as_general", "outlook": {"accounts": ["b@acme.example"]}}],
    "mailings": [{"name": "m", "send_as": None, "mode": "general", "senders": ["g"]}, {"name": "n", "send_as": ""}],
    "features": [{"name": "f", "needs": "bulk", "without": "nothing"}],
    "email_types": [{"name": "e", "trigger": "t", "customizable": True, "template": "t.j2", "sample": {"a": 1}}],
    "delivery": {"queue": {"limit": 5}, "retry": {"retries": 0, "delay": 30, "backoff": "constant"}},
    "targets": [{"name": "t", "type": "env_file", "path": "p", "mode": "0600", "dialect": "sh", "adopt": False}],
    "environments": {"staging": {"users": []}},
    "policy": {"require_tls": True, "allowed_recipients": ["*@acme.example"], "severity": {"MS103": "off"}},
}


def test_the_whole_language_fits() -> None:
    assert fits({key: value for key, value in WHOLE.items() if key != "x-own"})
    assert shape_errors(WHOLE) == []
    assert REFERENCE.is_valid(WHOLE), list(REFERENCE.iter_errors(WHOLE))


def _paths(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found = [path]
    if isinstance(value, dict):
        found += [inner for key, held in value.items() for inner in _paths(held, (*path, key))]
    elif isinstance(value, list):
        found += [inner for index, held in enumerate(value) for inner in _paths(held, (*path, index))]
    return found


_ODD = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-1, 70000),
    st.just(465.0),
    st.sampled_from(["", "x", "yes", "a@b", "a@b.example", "5m", "12x", "MS101", "0600", "1.2", "$ANSIBLE_VAULT;1.1"]),
    st.sampled_from([[], {}, [[]], [{}], {"env": "A"}, {"env": "A", "file": "b"}, {"envv": "A"}, {"x-own": 1}]),
    st.text(max_size=5),
)


@settings(max_examples=600, deadline=None)
@given(st.data())
def test_same_verdict_on_mutations(data: st.DataObject) -> None:
    mutated = copy.deepcopy(WHOLE)
    for _ in range(data.draw(st.integers(1, 2))):
        path = data.draw(st.sampled_from([path for path in _paths(mutated) if path]))
        holder: Any = mutated
        for step in path[:-1]:
            holder = holder[step]
        action = data.draw(st.sampled_from(["set", "delete", "add"]))
        if action == "set" or not isinstance(holder, dict):
            holder[path[-1]] = copy.deepcopy(data.draw(_ODD))
        elif action == "delete":
            del holder[path[-1]]
        else:
            holder[data.draw(st.sampled_from(["x-more", "prot", "name", "mode", "port", "1"]))] = copy.deepcopy(
                data.draw(_ODD)
            )
    json.dumps(mutated)
    # To pydantic's literal True is 1; load/ looks at the version by itself (the case version-true).
    assume(mutated.get("version") is not True)
    verdict = not shape_errors(mutated)
    assert verdict == REFERENCE.is_valid(mutated), (shape_errors(mutated), list(REFERENCE.iter_errors(mutated))[:2])
