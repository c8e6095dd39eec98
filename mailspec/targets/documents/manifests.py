"""Kubernetes manifests of one Secret: as it is, fetched by External Secrets, or sealed for Sealed Secrets.

Words as in the Secret of v1, ExternalSecret of external-secrets.io/v1 and SealedSecret of bitnami.com/v1alpha1 (their
CRDs, read 2026-11-28).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from mailspec.targets.documents.document import Writer
from mailspec.targets.documents.nested import yaml_lines
from mailspec.text.foreign import read_yaml

REMOTE = "remote/"  # in front of the keys that say where External Secrets fetches a value
_LABELS = {"app.kubernetes.io/managed-by": "mailspec"}
_SURROGATE = re.compile("[\ud800-\udfff]")
_KEY = re.compile(r"[-._a-zA-Z0-9]+")


def _load(text: str) -> Any:
    try:
        return read_yaml(text)
    except ValueError:
        return None


def _texts(data: Any, *path: str) -> dict[str, str | None]:
    for word in path:
        data = data.get(word) if isinstance(data, dict) else None
    return {str(key): str(value) for key, value in data.items()} if isinstance(data, dict) else {}


class Manifest(Writer):
    """One manifest. ``name`` and ``namespace`` are the Secret's."""

    comment = "#"

    kind = "Secret"
    version = "v1"

    def __init__(self, name: str, namespace: str | None) -> None:
        self.metadata: dict[str, Any] = {"name": name, **({"namespace": namespace} if namespace else {})}

    def read(self, text: str) -> dict[str, str | None] | None:
        """Return the keys of a manifest that mailspec wrote for this Secret."""
        data = _load(text)
        if not isinstance(data, dict) or data.get("kind") != self.kind:
            return None
        if _texts(data, "metadata", "labels") != _LABELS:
            return None
        return self.keys_of(data)

    def write(self, keys: Mapping[str, str]) -> str:
        """Return the manifest."""
        metadata = {**self.metadata, "labels": _LABELS}
        data = {"apiVersion": self.version, "kind": self.kind, "metadata": metadata, **self.body(keys)}
        return "".join(yaml_lines(data))

    def why_not(self, key: str, value: str) -> str | None:
        """Say why no Secret can hold a value."""
        if not _KEY.fullmatch(key.removeprefix(REMOTE)):
            return "its key has other characters than letters, digits, '-', '.' and '_'"
        return "it holds half a character" if _SURROGATE.search(value) else None

    def keys_of(self, data: Mapping[str, Any]) -> dict[str, str | None]:
        """Return the keys of a manifest's data."""
        return _texts(data, "stringData")

    def body(self, keys: Mapping[str, str]) -> dict[str, Any]:
        """Return what the manifest says beside its metadata."""
        return {"type": "Opaque", "stringData": dict(keys)}


def _go(text: str) -> str:
    """Return a text for a Go template, which only reads what stands in double braces."""
    return text.replace("{{", '{{ "{{" }}')


def _ungo(text: str) -> str:
    return text.replace('{{ "{{" }}', "{{")


class External(Manifest):
    """An ExternalSecret: plain values in its template, passwords by where the store has them."""

    kind = "ExternalSecret"
    version = "external-secrets.io/v1"

    def __init__(self, name: str, namespace: str | None, store: str) -> None:
        super().__init__(name, namespace)
        kind, _, store_name = store.rpartition("/")
        self.store = {"name": store_name, "kind": kind or "SecretStore"}

    def keys_of(self, data: Mapping[str, Any]) -> dict[str, str | None]:
        """Return plain values, and places as ``KEY#PROPERTY``."""
        plain = _texts(data, "spec", "target", "template", "data")
        keys: dict[str, str | None] = {key: _ungo(value or "") for key, value in plain.items()}
        spec = data.get("spec")
        fetched = spec.get("data") if isinstance(spec, dict) else None
        for entry in fetched if isinstance(fetched, list) else ():
            place = _texts(entry, "remoteRef")
            name, part = place.get("key"), place.get("property")
            secret = entry.get("secretKey") if isinstance(entry, dict) else None
            keys[f"{REMOTE}{secret}"] = f"{name}#{part}" if part else name
        return keys

    def body(self, keys: Mapping[str, str]) -> dict[str, Any]:
        """Return the spec."""
        plain = {key: _go(value) for key, value in keys.items() if not key.startswith(REMOTE)}
        places = {key.removeprefix(REMOTE): value for key, value in keys.items() if key.startswith(REMOTE)}
        template = {"engineVersion": "v2", "mergePolicy": "Merge", "data": plain}
        return {
            "spec": {
                "refreshInterval": "1h",
                "secretStoreRef": self.store,
                "target": {"name": self.metadata["name"], "creationPolicy": "Owner", "template": template},
                "data": [_fetched(key, place) for key, place in places.items()],
            }
        }


def _fetched(key: str, place: str) -> dict[str, Any]:
    name, _, part = place.partition("#")
    return {"secretKey": key, "remoteRef": {"key": name, **({"property": part} if part else {})}}


class Sealed(Manifest):
    """A SealedSecret: plain values in its template, passwords encrypted for one cluster and one Secret's name."""

    kind = "SealedSecret"
    version = "bitnami.com/v1alpha1"

    def keys_of(self, data: Mapping[str, Any]) -> dict[str, str | None]:
        """Return plain values; sealed ones are ``None``, since only the cluster can read them."""
        plain = _texts(data, "spec", "template", "data")
        keys: dict[str, str | None] = {key: _ungo(value or "") for key, value in plain.items()}
        return keys | dict.fromkeys(_texts(data, "spec", "encryptedData"))

    def sealed(self, plain: Mapping[str, str], encrypted: Mapping[str, str]) -> str:
        """Return the manifest of plain values and of encrypted ones."""
        return self.write({**plain, **{f"{REMOTE}{key}": value for key, value in encrypted.items()}})

    def body(self, keys: Mapping[str, str]) -> dict[str, Any]:
        """Return the spec."""
        plain = {key: _go(value) for key, value in keys.items() if not key.startswith(REMOTE)}
        encrypted = {key.removeprefix(REMOTE): value for key, value in keys.items() if key.startswith(REMOTE)}
        template = {"metadata": {**self.metadata, "labels": _LABELS}, "type": "Opaque", "data": plain}
        return {"spec": {"encryptedData": encrypted, "template": template}}
