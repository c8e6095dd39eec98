"""Targets of types ``kubernetes_secret``, ``external_secret`` and ``sealed_secret``: manifests of a preset."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar

from mailspec.files.opening import declared_path
from mailspec.outcome.plan import Json
from mailspec.plan.desired import TargetDesired, is_part_of_text, secret_reference
from mailspec.targets.base import Part, Rendered, TargetContents, TargetProblem, WrittenValue
from mailspec.targets.documents.document import Document
from mailspec.targets.documents.manifests import REMOTE, External, Manifest, Sealed
from mailspec.targets.documents.sealing import SealedFormat
from mailspec.targets.files_target import FilesTarget
from mailspec.targets.render import render_keys
from mailspec.targets.scope import Scope

# RFC 1123, as Kubernetes names Secrets and namespaces.
_NAME = re.compile(r"[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?")


class KubernetesSecret(FilesTarget):
    """A Secret with everything in clear: for ``mailspec render --with-secrets | kubectl apply -f -``, not for Git."""

    mode: ClassVar = 0o600

    def render(self, declared: Mapping[str, Any], scope: Scope) -> Rendered | TargetProblem:
        """Return the preset's keys."""
        for word in ("resource", "namespace"):
            text = declared.get(word)
            if (text is None and word == "resource") or (text is not None and not _NAME.fullmatch(str(text))):
                return TargetProblem(f"its {word} is no name of Kubernetes", f"write {word}, such as {word}: acme-mail")
        made = render_keys(declared, scope)
        return made if isinstance(made, TargetProblem) else self.placed(declared, made)

    def placed(self, declared: Mapping[str, Any], made: Rendered) -> Rendered | TargetProblem:  # noqa: ARG002
        """Return the keys with each password as this type has it."""
        return made

    def manifest(self, options: Mapping[str, Json]) -> Manifest:
        """Return the manifest that is written."""
        return Manifest(*_names(options))

    def parts(self, target: TargetDesired) -> Mapping[str, Part] | TargetProblem:
        """Return the manifest."""
        return {"": Part(target.path, Document(self.manifest(target.options)), self.mode)}


class ExternalSecret(KubernetesSecret):
    """An ExternalSecret, which holds no password: the cluster fetches it from a store."""

    mode: ClassVar = 0o644

    def manifest(self, options: Mapping[str, Json]) -> Manifest:
        """Return the manifest that is written."""
        return External(*_names(options), str(options.get("store") or ""))

    def placed(self, declared: Mapping[str, Any], made: Rendered) -> Rendered | TargetProblem:
        """Return each password as where the store has it: by ``remote``, else as its vault reference says."""
        if not declared.get("store"):
            return TargetProblem("it names no store", "write store: NAME, or store: ClusterSecretStore/NAME")
        keys: dict[str, Json] = {}
        for key, value in made.keys.items():
            reference = secret_reference(value)
            if reference is None:
                keys[key] = value
                continue
            if is_part_of_text(value):
                return TargetProblem(
                    f"{key} has the password within a longer text, which no reference to the store can give",
                    "write type: kubernetes_secret or sealed_secret, or a preset with a key for the password alone",
                )
            place = declared.get("remote") or _place_in_vault(reference)
            if place is None:
                return TargetProblem(
                    f"where the store has the password of {key} is not known",
                    "write remote: KEY#PROPERTY, or a vault reference as the password",
                )
            keys[f"{REMOTE}{key}"] = str(place)
        return replace(made, keys=keys)


def _place_in_vault(reference: Mapping[str, Json]) -> str | None:
    """Return key and property of a KV store; the mount is the store's own affair."""
    found = reference.get("vault")
    return str(found).partition("/")[2] or None if found is not None else None


class SealedSecret(KubernetesSecret):
    """A SealedSecret, which may stand in Git: only the cluster reads its passwords."""

    def parts(self, target: TargetDesired) -> Mapping[str, Part] | TargetProblem:
        """Return the manifest, with the keys that are sealed."""
        secret = frozenset(key for key, value in target.keys.items() if secret_reference(value) is not None)
        certificate = str(target.options.get("certificate") or "")
        return {"": Part(target.path, SealedFormat(Sealed(*_names(target.options)), certificate, secret), self.mode)}

    def placed(self, declared: Mapping[str, Any], made: Rendered) -> Rendered | TargetProblem:
        """Return the keys; the passwords are sealed when they are written."""
        if not declared.get("certificate"):
            return TargetProblem("it names no certificate", "write certificate: the file of kubeseal --fetch-cert")
        note = "what is sealed cannot be read back: after a rotation remove the file, and the next apply seals anew"
        return replace(made, notes=(*made.notes, note))

    def read(self, target: TargetDesired, root: Path) -> TargetContents | TargetProblem:
        """Return what the manifest says; sealed values are there and unknown."""
        found = super().read(target, root)
        if isinstance(found, TargetProblem):
            return found
        return replace(found, sealed=frozenset(key for key, value in found.values.items() if value is None))

    def rooted(self, target: TargetDesired, root: Path) -> TargetDesired:
        """Return the target with its certificate's path made absolute."""
        certificate = declared_path(root, str(target.options.get("certificate") or ""))
        return replace(target, options={**target.options, "certificate": certificate})

    def trace(self, target: TargetDesired, root: Path) -> dict[str, Json]:
        """Return the paths of the file and of the certificate."""
        certificate = self.rooted(target, root).options["certificate"]
        return {**super().trace(target, root), "certificate": certificate}

    def stage(
        self, target: TargetDesired, trace: Mapping[str, Json], values: Mapping[str, WrittenValue | None]
    ) -> TargetProblem | None:
        """Seal, and write beside the file."""
        rooted = replace(target, options={**target.options, "certificate": trace["certificate"]})
        return super().stage(rooted, trace, values)

    def verify(self, target: TargetDesired, root: Path, values: Mapping[str, WrittenValue | None]) -> list[str]:
        """Compare what can be read; of a sealed key only that it is there."""
        found = self.read(target, root)
        sealed = found.sealed if isinstance(found, TargetContents) else frozenset()
        return [key for key in super().verify(target, root, values) if key not in sealed or values.get(key) is None]


def _names(options: Mapping[str, Json]) -> tuple[str, str | None]:
    namespace = options.get("namespace")
    return str(options.get("resource") or ""), None if namespace is None else str(namespace)
