"""Compile ``data/*.yml`` into ``compiled.json``: ``python -m mailspec.providers.compile``."""

from __future__ import annotations

import json
import sys
from functools import cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from mailspec.providers.hostnames import parts
from mailspec.providers.schema import ProviderFile

DATA = Path(__file__).parent / "data"
TARGET = Path(__file__).parent / "compiled.json"


@cache
def read(path: Path) -> ProviderFile:
    """Read one file, once. Raises ``pydantic.ValidationError`` where it is not of the right shape."""
    yaml = YAML(typ="safe", pure=True)
    return ProviderFile.model_validate(yaml.load(path.read_text(encoding="utf-8")))


def read_all(folder: Path = DATA) -> list[ProviderFile]:
    """Read all files, in order of their ids."""
    return sorted((read(path) for path in folder.glob("*.yml")), key=lambda item: item.id)


def compiled(files: list[ProviderFile]) -> dict[str, Any]:
    """Return the index and the providers. Raises ``ValueError`` where two claim the same name or host."""
    names = ("aliases", "hosts", "shared", "login_domains", "wrong_hosts", "providers")
    out: dict[str, Any] = {name: {} for name in names} | {"patterns": []}
    for item in files:
        _claim(out["providers"], item.id, _plain(item), item.id)
        for alias in item.aliases:
            _claim(out["aliases"], alias, item.id, item.id)
        for name in (name for group in item.hosts for name in group.names):
            if parts(name):
                out["patterns"].append([name, item.id])
            else:
                _claim(out["hosts"], name, item.id, item.id)
        _index_logins(out, item)
        for host in (host for wrong in item.wrong_hosts for host in wrong.hosts):
            _claim(out["wrong_hosts"], host, item.id, item.id)
    taken = set(out["aliases"]) & set(out["providers"])
    if taken:
        raise ValueError(f"both an id and an alias: {', '.join(sorted(taken))}")
    return out


def _index_logins(out: dict[str, Any], item: ProviderFile) -> None:
    domains = [] if item.login_domains is None else item.login_domains.domains
    shared = [name for group in item.shared_hosts for name in group.names]
    for domain in domains:
        if domain != "*":
            _claim(out["login_domains"], domain, item.id, item.id)
        for host in shared:
            _claim(out["shared"].setdefault(host, {}), domain, item.id, item.id)


def _claim(table: dict[str, Any], key: str, value: Any, who: str) -> None:
    if key in table:
        raise ValueError(f"{who}: {key} is already taken")
    table[key] = value


def _plain(item: ProviderFile) -> dict[str, Any]:
    data = item.model_dump(mode="json", exclude_defaults=True, by_alias=True)
    keys = list(item.sources)
    data["sources"] = [
        list(source.model_dump(mode="json", exclude={"why"}).values()) for source in item.sources.values()
    ]
    data["hosts"] = data.get("hosts", []) + data.pop("shared_hosts", [])
    for group, model in zip(data.get("endpoints", ()), item.endpoints, strict=True):
        group["standing"] = model.standing
    _number_sources(data, keys, item.id)
    return data


def _number_sources(part: Any, keys: list[str], who: str) -> None:
    """Replace the name of each part's source by its place in the list."""
    if isinstance(part, dict):
        if "source" in part:
            if part["source"] not in keys:
                raise ValueError(f"{who}: no source {part['source']!r}")
            part["source"] = keys.index(part["source"])
        for value in part.values():
            _number_sources(value, keys, who)
    elif isinstance(part, list):
        for value in part:
            _number_sources(value, keys, who)


def text() -> str:
    """Return what the compiled file has to hold: an array, one item a line, the index first, then the providers.

    So a run parses the index and the few providers that it meets, and changes read well.
    """
    out = compiled(read_all())
    providers = out.pop("providers")
    index = out | {"lines": {name: number for number, name in enumerate(providers, 2)}}
    return "[\n" + ",\n".join(_json(value) for value in (index, *providers.values())) + "\n]\n"


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def main() -> int:
    TARGET.write_text(text(), encoding="utf-8")
    sys.stdout.write(f"{TARGET.name}: {len(read_all())} providers\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
