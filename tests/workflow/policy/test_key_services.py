"""sops signs in at the key services that the encrypted file names: with limits, at those that ``hosts`` allows."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mailspec.outcome.secret import Secret
from mailspec.secrets.base import Resolved, SecretProblem
from mailspec.workflow.accounts.secret_lookup import Secrets
from mailspec.workflow.policy.outside_limits import Limits

VAULT = "{hc_vault: [{vault_address: '%s', engine_path: sops, key_name: k, enc: 'vault:v1:x'}]}"
AZURE = "{azure_kv: [{vault_url: '%s', name: k, version: '1', enc: x}]}"
KMS = "{kms: [{arn: '%s', enc: x}]}"
AGE = "{age: [{recipient: age1x, enc: x}], lastmodified: '2026-11-28T15:03:13Z', version: 3.11.0}"
YAML = "smtp:\n  password: x\nhome_url: https://www.evil.example\nsops: "
HOSTS = ("*.acme.example", "keys.vault.example:8200")


def made(folder: Path, name: str, text: str, monkeypatch: pytest.MonkeyPatch) -> Resolved | SecretProblem:
    """Return what the limits make of a file, where sops would say the secret."""
    program = folder / "bin" / "sops"
    program.parent.mkdir()
    program.write_text('#!/bin/sh\necho \'{"password": "s3cret"}\'\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}:/usr/bin:/bin")
    (folder / name).write_text(text)
    return Secrets(str(folder), Limits("limits.yml", hosts=HOSTS)).read({"sops": f"{name}#password"})


REFUSED = {
    "vault": ("x.yml", YAML + VAULT % "https://vault.evil.example:8200", "vault.evil.example"),
    "vault-at-another-port": ("x.yml", YAML + VAULT % "http://keys.vault.example", "port 80 of the host keys.vault"),
    "vault-without-a-scheme": ("x.yml", YAML + VAULT % "vault.evil.example:8200", "vault.evil.example:8200"),
    "azure": ("x.yml", YAML + AZURE % "https://keys.vault.azure.net", "keys.vault.azure.net"),
    "in-a-group-of-keys": (
        "x.yaml",
        YAML + f"{{key_groups: [{AGE}, {VAULT % 'https://evil.example'}]}}",
        "evil.exam",
    ),
    "a-region-that-is-a-host": ("x.yml", YAML + KMS % "arn:aws:kms:evil.example/:1:key/a", "arn:aws:kms:evil"),
    "a-service-yet-unknown": ("x.yml", YAML + "{other: [{endpoint: evil.example}]}", "evil.example"),
    "an-address-yet-unknown": ("x.yml", YAML + "{other: [{at: 'https://evil.example/x'}]}", "evil.example"),
    "json": ("x.json", '{"sops": {"hc_vault": [{"vault_address": "https://evil.example"}]}}', "evil.example"),
    "json-in-large-letters": (
        "x.json",
        '{"SOPS": {"HC_Vault": [{"Vault_Address": "https://evil.example"}]}}',
        "evil.ex",
    ),
    "another-ending-is-json": (
        "x.bin",
        '{"\u017fops": {"hc_vault": [{"vault_address": "http://evil.example"}]}}',
        "evil",
    ),
    "dotenv": ("x.env", "a=b\nsops_hc_vault__list_0__map_vault_address=https://evil.example\n", "evil.example"),
    "ini": ("x.ini", "[sops]\nage__list_0__map_recipient = age1x\n", "does not show"),
    "a-key-twice": ("x.json", '{"sops": {"age": []}, "sops": {"hc_vault": []}}', "does not show"),
    "two-documents": ("x.yml", f"{YAML}{AGE}\n---\nsops: {VAULT % 'https://evil.example'}\n", "does not show"),
    "damaged": ("x.yml", "sops: [", "does not show"),
}


@pytest.mark.parametrize(("name", "text", "shown"), REFUSED.values(), ids=REFUSED)
def test_a_file_that_names_another_host_is_not_opened(
    name: str, text: str, shown: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = made(tmp_path, name, text, monkeypatch)
    assert isinstance(found, SecretProblem)
    assert shown in found.message
    assert "is outside what limits.yml allows (hosts: " in found.message


OPENED = {
    "age": ("x.yml", YAML + AGE),
    "vault": ("x.yml", YAML + VAULT % "https://vault.acme.example:8200"),
    "its-port": ("x.yml", YAML + VAULT % "https://keys.vault.example:8200"),
    "aws": ("x.yml", YAML + KMS % "arn:aws:kms:eu-central-1:123456789012:key/a-b"),
    "google": ("x.yml", YAML + "{gcp_kms: [{resource_id: projects/a/locations/b/keyRings/c/cryptoKeys/d}]}"),
    "json": ("x.json", json.dumps({"sops": {"age": []}}, indent="\t")),
    "dotenv": ("x.env", "password=ENC[]\n#c\n\nsops_version=3.11.0\n"),
}


@pytest.mark.parametrize(("name", "text"), OPENED.values(), ids=OPENED)
def test_a_file_that_names_none_or_an_allowed_one_is_opened(
    name: str, text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert made(tmp_path, name, text, monkeypatch) == Resolved(Secret("s3cret"))


def test_validate_says_so_before_anything_is_read(cli: Callable[..., Any], tmp_path: Path) -> None:
    (tmp_path / "mailspec.yml").write_text(
        "version: 1\ninstance: {id: acme}\nconfigurations:\n  - name: A\n    state: active\n"
        "    host: mail.acme.example\n    auth: {username: a@acme.example, password: {sops: 'x.yml#password'}}\n"
        "targets:\n  - {name: t, type: env_file, path: hub.env}\n"
    )
    (tmp_path / "x.yml").write_text(YAML + VAULT % "https://vault.evil.example")
    (tmp_path / "limits.yml").write_text("version: 1\nhosts: ['*.acme.example']\n")
    ran = cli("validate", "--limits", "limits.yml", cwd=tmp_path)
    assert ran.code == 5
    assert "sops:x.yml#password is opened by a key service: the host vault.evil.example is outside" in ran.err
    (tmp_path / "limits.yml").write_text("version: 1\nrecipients: []\n")
    assert cli("validate", "--limits", "limits.yml", cwd=tmp_path).code == 0
