"""The conformance tests: every type of ours keeps all promises, and each promise is seen to be broken."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

from mailspec.model.kinds import TARGET_TYPES
from mailspec.programs.presets import PRESETS
from mailspec.targets import registry
from mailspec.targets.base import Rendered, TargetContents, TargetProblem
from mailspec.targets.conformance import broken_promises
from mailspec.targets.env_file import EnvFile
from tests.targets.stubs import TOKEN, Keycloak, Stub, YouTrack, Zabbix, serving

ALL = bool(os.environ.get("CI_TARGETS"))
WORDS: dict[str, dict[str, Any]] = {
    "export": {"secrets": "values"},
    "form": {"product": "maestrohub"},
    "kubernetes_secret": {"preset": "n8n", "resource": "acme-mail"},
    "external_secret": {"preset": "n8n", "resource": "acme-mail", "store": "vault", "remote": "mail#password"},
    "compose": {"preset": "n8n", "service": "app", "secrets": "values"},
    "systemd_credential": {"credential": "acme.mail"},
    "postfix": {"path": "."},
    "nullmailer": {"path": "."},
    "exim": {"path": "."},
}
# One preset a format; the others are data of the same types, and `make test-targets` takes them all.
PRESET = {"ini_file": "gitea", "yaml_file": "alertmanager", "python_file": "django", "ruby_file": "gitlab"}
# Hub is a file whose test alone is asked for: its address is test_api's.
APIS = ("zabbix", "keycloak", "youtrack")
FILES = ("ini_file", "toml_file", "yaml_file", "properties_file", "python_file", "ruby_file", "env_file")
CASES = [
    *(
        pytest.param(type_, {"preset": name}, id=f"{type_}-{name}")
        for name, preset in PRESETS.items()
        for type_ in preset.types
        if type_ in FILES and (ALL or name == PRESET.get(type_, "spring" if type_ == "properties_file" else "generic"))
    ),
    *(pytest.param(type_, WORDS.get(type_, {}), id=type_) for type_ in TARGET_TYPES if type_ not in (*FILES, *APIS)),
]


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Sealed Secrets controller's certificate."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "sealed-secrets")])
    now = datetime.now(UTC)
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    made = made.serial_number(1).not_valid_before(now).not_valid_after(now + timedelta(days=1))
    path = tmp_path_factory.mktemp("sealed") / "cert.pem"
    path.write_bytes(made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
    return path


@pytest.mark.parametrize(("word", "words"), CASES)
def test_our_own_types_keep_every_promise(word: str, words: dict[str, Any], tmp_path: Path, certificate: Path) -> None:
    if word == "sealed_secret":
        words = {"preset": "n8n", "resource": "acme-mail", "certificate": str(certificate)}
    assert broken_promises(word, tmp_path, words) == []


@pytest.mark.parametrize(("word", "stub", "name"), [("zabbix", Zabbix, "media_type"), ("keycloak", Keycloak, "realm")])
def test_types_that_are_no_files_keep_every_promise(
    word: str, stub: type[Stub], name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("API_TOKEN", TOKEN)
    with serving(stub()) as running:
        words = {"url": running.url, "token": {"env": "API_TOKEN"}}
        assert broken_promises(word, tmp_path, lambda folder: {**words, name: folder.name}) == []


def test_the_only_settings_of_a_server_keep_every_promise(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("API_TOKEN", TOKEN)
    with serving(YouTrack()) as running:

        def words(_folder: Path) -> dict[str, Any]:
            running.__init__()  # type: ignore[misc]  # an empty server for each promise
            return {"url": url, "token": {"env": "API_TOKEN"}}

        url = running.url
        assert broken_promises("youtrack", tmp_path, words) == []


class Numeric(EnvFile):
    """Gives a number where a text is wanted."""

    def render(self, declared: Any, scope: Any) -> Any:
        made = super().render(declared, scope)
        return replace(made, keys={**made.keys, "PORT": 25})


class Blind(EnvFile):
    """Sees nothing wrong."""

    def verify(self, target: Any, root: Any, values: Any) -> list[str]:
        return []


class Forgetful(EnvFile):
    """Leaves its journal."""

    def finish(self, trace: Any) -> None:
        pass


class Hasty(EnvFile):
    """Writes when it stages."""

    def stage(self, target: Any, trace: Any, values: Any) -> TargetProblem | None:
        Path(target.path).write_text("HOST=x\n")
        return super().stage(target, trace, values)


class Stubborn(EnvFile):
    """Undoes nothing."""

    def undo(self, trace: Any) -> Any:
        return "untouched"


class Deaf(EnvFile):
    """Keeps the password where mail is off."""

    kept: ClassVar[dict[str, Any]] = {}

    def render(self, declared: Any, scope: Any) -> Any:
        made = super().render(declared, scope)
        if scope.default is not None:
            self.kept.update(made.keys)
            return made
        return Rendered({**self.kept, "MAIL_OFF": "yes"})


class Crashing(EnvFile):
    """Raises where it should return."""

    def read(self, target: Any, root: Any) -> Any:
        raise KeyError("x")


class Inventive(EnvFile):
    """Reads another text than stands there."""

    def read(self, target: Any, root: Any) -> Any:
        found = super().read(target, root)
        assert isinstance(found, TargetContents)
        return replace(found, exists=True)


@pytest.mark.parametrize(
    ("type_", "promise"),
    [
        (Numeric, "neither text, None nor a secret's reference"),
        (Blind, "verify: it does not see"),
        (Forgetful, "left: after finish it still names an apply"),
        (Hasty, "stage: what a program reads has changed before switch"),
        (Stubborn, "undo: what an undone apply has made is still there"),
        (Deaf, "with mail off the password stays"),
        (Crashing, "it raises KeyError"),
        (Inventive, "read: nothing was written, and it says that something exists"),
    ],
)
def test_a_broken_promise_is_named(
    type_: Callable[[], Any], promise: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(registry.LOADED, "broken_mailer", type_())
    monkeypatch.setattr("mailspec.targets.conformance.schema_of", lambda _word: {})
    broken = broken_promises("broken_mailer", tmp_path)
    assert any(promise in text for text in broken), broken


def test_a_type_that_nobody_has_is_reported(tmp_path: Path) -> None:
    assert broken_promises("acme_mailr", tmp_path) == ["there is no target type 'acme_mailr'"]
