"""Manifests, Compose files and credentials: judged by the platforms' own schemas and tools, and read back."""

from __future__ import annotations

import base64
import importlib.resources
import json
import os
import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import jsonschema
import kubernetes_validate
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.x509.oid import NameOID
from ruamel.yaml import YAML

from mailspec.targets.base import TargetProblem
from mailspec.targets.documents.compose_file import ComposeFile
from mailspec.targets.documents.document import Document
from mailspec.targets.documents.manifests import External, Manifest, Sealed
from mailspec.targets.documents.sealing import SealedFormat
from mailspec.targets.systemd_credential import Encrypted, Raw
from tests.support.passwords import ODD

CRDS = Path(__file__).parent / "crds"
PASSWORD = 's3cret pa$$#"w'


def load(text: str) -> Any:
    return YAML(typ="safe").load(text)


def crd(name: str, version: str) -> dict[str, Any]:
    """Return the JSON Schema of one version of a custom resource."""
    data = load((CRDS / name).read_text())
    (found,) = [entry for entry in data["spec"]["versions"] if entry["name"] == version]
    schema: dict[str, Any] = found["schema"]["openAPIV3Schema"]
    return closed(schema)


def closed(schema: Any) -> Any:
    """Return a schema under which unknown fields are errors, as Kubernetes' strict field validation has them."""
    if isinstance(schema, list):
        return [closed(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    made = {key: closed(value) for key, value in schema.items()}
    open_ = made.get("x-kubernetes-preserve-unknown-fields") or "additionalProperties" in made
    if made.get("type") == "object" and isinstance(made.get("properties"), dict) and not open_:
        made["additionalProperties"] = False
    return made


SPEC = """\
version: 1
instance: {{id: acme, name: Acme}}
configurations:
  - name: Primary
    host: mail.acme.example
    port: 465
    from: {{email: me@acme.example, name: "Acme $HOME"}}
    auth: {{username: me@acme.example, password: {password}}}
targets:
  - {{name: it, path: out, {words}}}
"""


@pytest.fixture
def render(tmp_path: Path, cli_process: Any) -> Any:
    def render(words: str, password: str = "{env: ACME_PASSWORD}", code: int = 0) -> Any:
        (tmp_path / "mailspec.yml").write_text(SPEC.format(words=words, password=password))
        ran = cli_process("render", "it", "--with-secrets", cwd=tmp_path, env={"ACME_PASSWORD": PASSWORD})
        assert ran.code == code, ran.err
        return ran

    return render


@pytest.fixture(scope="session")
def controller(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, rsa.RSAPrivateKey]:
    """A key as the Sealed Secrets controller has one, and its certificate's file."""
    key = rsa.generate_private_key(65537, 2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "sealed-secrets")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("controller") / "cert.pem"
    path.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    return path, key


def unseal(text: str, label: str, key: rsa.RSAPrivateKey) -> str:
    """Read a sealed value as the controller's docs/developer/crypto.md says."""
    raw = base64.b64decode(text)
    size = int.from_bytes(raw[:2], "big")
    mask = padding.OAEP(padding.MGF1(hashes.SHA256()), hashes.SHA256(), label.encode())
    session = key.decrypt(raw[2 : 2 + size], mask)
    return AESGCM(session).decrypt(b"\0" * 12, raw[2 + size :], None).decode()


def test_a_secret_is_valid_and_has_the_values(render: Any) -> None:
    data = load(render("type: kubernetes_secret, preset: n8n, resource: acme-mail, namespace: apps").out)
    kubernetes_validate.validate(data, kubernetes_validate.latest_version(), strict=True)
    assert data["metadata"]["namespace"] == "apps"
    assert data["stringData"]["N8N_SMTP_PASS"] == PASSWORD
    assert data["stringData"]["N8N_SMTP_PORT"] == "465"


def test_an_external_secret_is_valid_and_has_no_password(render: Any) -> None:
    words = "type: external_secret, resource: acme-mail, store: ClusterSecretStore/vault"
    ran = render(words, password='{vault: "secret/mail/acme#password"}')
    data = load(ran.out)
    jsonschema.validate(data, crd("external-secrets.io_externalsecrets.yaml", "v1"))
    assert data["spec"]["data"] == [
        {"secretKey": "MAIL_PASSWORD", "remoteRef": {"key": "mail/acme", "property": "password"}}
    ]
    assert data["spec"]["secretStoreRef"] == {"name": "vault", "kind": "ClusterSecretStore"}
    assert data["spec"]["target"]["template"]["data"]["MAIL_FROM_NAME"] == "Acme $HOME"
    assert PASSWORD not in ran.out
    ran = render(f"{words}, remote: mail#smtp")
    assert load(ran.out)["spec"]["data"][0]["remoteRef"] == {"key": "mail", "property": "smtp"}
    render(words, code=1)


def test_a_sealed_secret_is_valid_and_only_the_cluster_reads_it(
    render: Any, controller: tuple[Path, rsa.RSAPrivateKey]
) -> None:
    path, key = controller
    ran = render(f"type: sealed_secret, resource: acme-mail, namespace: apps, certificate: {path}")
    data = load(ran.out)
    jsonschema.validate(data, crd("bitnami.com_sealedsecrets.yaml", "v1alpha1"))
    assert list(data["spec"]["encryptedData"]) == ["MAIL_PASSWORD"]
    assert unseal(data["spec"]["encryptedData"]["MAIL_PASSWORD"], "apps/acme-mail", key) == PASSWORD
    assert data["spec"]["template"]["data"]["MAIL_HOST"] == "mail.acme.example"
    assert PASSWORD not in ran.out


def test_sealed_values_are_not_compared(
    tmp_path: Path, cli_process: Any, controller: tuple[Path, rsa.RSAPrivateKey]
) -> None:
    words = f"type: sealed_secret, resource: acme-mail, certificate: {controller[0]}, configuration: Primary"
    spec = SPEC.format(words=words, password="{env: ACME_PASSWORD}")
    (tmp_path / "mailspec.yml").write_text(spec)
    env = {"ACME_PASSWORD": PASSWORD}
    ran = cli_process("plan", cwd=tmp_path, env=env)
    assert "cannot be read back" in ran.out
    (tmp_path / "out").write_text(cli_process("render", "it", "--with-secrets", cwd=tmp_path, env=env).out)
    (tmp_path / "mailspec.yml").write_text(spec.replace("path: out", "path: out, adopt: true"))
    ran = cli_process("plan", cwd=tmp_path, env={"ACME_PASSWORD": "another"})
    assert "not compared, the secret is not readable here: MAIL_PASSWORD" in ran.out


def test_a_compose_file_is_valid_and_keeps_the_password_outside(render: Any) -> None:
    schema = json.loads(
        importlib.resources.files("check_jsonschema").joinpath("builtin_schemas/vendor/compose-spec.json").read_text()
    )
    ran = render("type: compose, service: app")
    data = load(ran.out)
    jsonschema.validate(data, schema)
    environment = data["services"]["app"]["environment"]
    assert environment["MAIL_PASSWORD"] == "${ACME_PASSWORD:?ACME_PASSWORD is not set}"
    assert environment["MAIL_FROM_NAME"].endswith("$$HOME")
    data = load(render("type: compose, service: app, secrets: values").out)
    jsonschema.validate(data, schema)
    assert data["services"]["app"]["environment"]["MAIL_PASSWORD"] == PASSWORD.replace("$", "$$")
    render("type: compose, service: app", password="{file: x}", code=1)


@pytest.mark.parametrize(
    "words",
    [
        "type: kubernetes_secret",
        "type: kubernetes_secret, resource: Acme",
        "type: kubernetes_secret, resource: acme, namespace: a_b",
        "type: external_secret, resource: acme",
        "type: sealed_secret, resource: acme",
        "type: sealed_secret, resource: acme, certificate: /nonexistent.pem",
        "type: compose",
        "type: compose, service: a b",
        # The password is in the middle of Symfony's address: a reference alone would give a wrong value.
        "type: compose, service: app, preset: symfony",
        "type: external_secret, resource: acme, store: vault, remote: 'acme#password', preset: symfony",
    ],
)
def test_what_a_platform_needs_is_reported(render: Any, words: str) -> None:
    ran = render(words, code=1)
    assert "Write " in ran.out + ran.err or "kubeseal --fetch-cert" in ran.out + ran.err


@pytest.mark.parametrize("password", ODD)
def test_odd_passwords_come_back(password: str, controller: tuple[Path, rsa.RSAPrivateKey]) -> None:
    keys = {"A_PASSWORD": password}
    for writer in (Manifest("x", "y"), External("x", None, "s"), ComposeFile("app")):
        text = Document(writer).edit("", dict(keys))
        assert isinstance(text, str), text
        assert Document(writer).parse(text) == keys
    sealed = SealedFormat(Sealed("x", "y"), str(controller[0]), frozenset(keys)).edit("", dict(keys))
    assert unseal(load(str(sealed))["spec"]["encryptedData"]["A_PASSWORD"], "y/x", controller[1]) == password
    raw = Raw().edit("", {"credential": password})
    assert Raw().parse(str(raw)) == {"credential": password}


@pytest.mark.parametrize("format_", [Document(Manifest("x", None)), Document(ComposeFile("app"))])
def test_other_peoples_files_are_refused(format_: Document) -> None:
    for text in ("services: {}\n", "kind: Secret\nstringData: {A: b}\n", "x"):
        assert isinstance(format_.edit(text, {"A": "b"}), TargetProblem)


@pytest.mark.skipif(os.geteuid() != 0, reason="the machine's key of credentials is root's")
def test_a_credential_is_read_by_this_machine_under_its_name_alone() -> None:
    if shutil.which("systemd-creds") is None:
        pytest.skip("systemd-creds is not installed")
    text = Encrypted("acme.mail").edit("", {"credential": PASSWORD})
    assert isinstance(text, str)
    assert PASSWORD not in text
    command = ["systemd-creds", "decrypt", "--name=acme.mail", "-", "-"]
    assert subprocess.run(command, input=text, capture_output=True, text=True, check=True).stdout == PASSWORD
    assert Encrypted("acme.mail").parse(text) == {"credential": PASSWORD}
    assert Encrypted("other").parse(text) == {"credential": None}
    assert Encrypted("acme.mail").edit(text, {"credential": PASSWORD}) == text
