"""The data files' own rules: each fact sourced, names unique, the compiled file fresh."""

from __future__ import annotations

import re
from typing import Any

import pytest
from pydantic import ValidationError
from ruamel.yaml import YAML

from mailspec.providers.compile import DATA, TARGET, compiled, read, read_all, text
from mailspec.providers.hostnames import covers, parts
from mailspec.providers.schema import ProviderFile

FILES = read_all()
PATHS = sorted(DATA.glob("*.yml"))


def test_the_compiled_file_is_fresh():
    assert TARGET.read_text(encoding="utf-8") == text(), "run python -m mailspec.providers.compile"


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_a_file_is_named_after_its_id(path):
    assert read(path).id == path.stem


# What names a provider and puts it into a family is no fact of it.
_NAMES = {"sources", "id", "name", "aliases", "docs", "family"}


def facts(part: Any, where: str = "") -> Any:
    """Yield every innermost group of statements with the nearest source above it."""
    if isinstance(part, dict):
        for key, value in part.items():
            if key not in _NAMES:
                yield from facts(value, f"{where}/{key}")
        if "source" in part:
            yield where, part["source"]
    elif isinstance(part, list):
        for number, value in enumerate(part):
            yield from facts(value, f"{where}/{number}")


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_every_fact_names_a_source_with_day_and_confidence(path):
    data = YAML(typ="safe", pure=True).load(path)
    named = list(facts(data))
    top = {where.split("/")[1] for where, _ in named}
    assert top == set(data) - _NAMES
    assert {source for _, source in named} == set(data["sources"]), "a source is missing or unused"
    for source in read(path).sources.values():
        assert source.page
        assert re.fullmatch(r"20\d\d-\d\d(-\d\d)?", source.checked)
        assert source.confidence in ("vendor", "secondary", "unchecked")
        assert source.confidence == "unchecked" or "no page" not in source.page


def test_hosts_and_patterns_do_not_collide():
    owned = [(name, item.id) for item in FILES for group in item.hosts for name in group.names]
    plain = [name for name, _ in owned if not parts(name)]
    assert len(plain) == len(set(plain))
    patterns = [(name, owner) for name, owner in owned if parts(name)]
    for pattern, owner in patterns:
        assert [name for name, other in owned if other != owner and covers(pattern, name)] == []
    wrong = {host for item in FILES for entry in item.wrong_hosts for host in entry.hosts}
    assert wrong & set(plain) == set()


def test_shared_hosts_belong_to_another_provider():
    index = compiled(FILES)
    for item in FILES:
        for host in (name for group in item.shared_hosts for name in group.names):
            assert index["hosts"][host] != item.id


def minimal(**changes: Any) -> dict[str, Any]:
    data = {
        "id": "acme",
        "name": "Acme",
        "docs": "https://acme.example",
        "sources": {"page": {"page": "https://acme.example", "checked": "2026-11", "confidence": "vendor"}},
        "hosts": [{"names": ["smtp.acme.example"], "source": "page"}],
        "endpoints": [{"ports": [465], "security": ["tls"], "source": "page"}],
        "preset": {"host": "smtp.acme.example", "port": 465, "security": "tls", "source": "page"},
    }
    return {**data, **changes}


def test_the_minimal_file_is_accepted():
    assert ProviderFile.model_validate(minimal()).id == "acme"


@pytest.mark.parametrize(
    "changes",
    [
        {"id": "Acme Mail"},
        {"colour": "red"},
        {"docs": "http://acme.example"},
        {"endpoints": [{"ports": [465], "source": "page"}]},
        {"endpoints": [{"ports": [465], "standing": "refused", "source": "page"}]},
        {"endpoints": [{"ports": [465], "security": ["ssl"], "source": "page"}]},
        {"endpoints": [{"ports": [465], "security": ["tls"]}]},
        {"preset": None},
        {"username": {"accepts": [{"kind": "literal"}], "words": "words", "source": "page"}},
        {"username": {"accepts": [{"kind": "pattern", "value": "("}], "words": "words", "source": "page"}},
        {"sources": {"page": {"page": "https://acme.example", "checked": "soon", "confidence": "vendor"}}},
        {"sources": {"page": {"page": "https://acme.example", "checked": "2026-11", "confidence": "sure"}}},
    ],
)
def test_a_malformed_file_is_refused(changes):
    with pytest.raises(ValidationError):
        ProviderFile.model_validate(minimal(**changes))


def test_two_claims_on_one_name_are_refused():
    twice = [ProviderFile.model_validate(minimal()), ProviderFile.model_validate(minimal(id="other"))]
    with pytest.raises(ValueError, match=r"smtp\.acme\.example is already taken"):
        compiled(twice)
    unknown = minimal(endpoints=[{"ports": [465], "security": ["tls"], "source": "elsewhere"}])
    with pytest.raises(ValueError, match="no source"):
        compiled([ProviderFile.model_validate(unknown)])
