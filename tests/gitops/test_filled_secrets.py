"""MS806 compares what is read: a pattern with {email} stands for each person's own reference, on both sides."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Cli = Callable[..., Any]
SPEC = """\
version: 1
instance: {id: acme}
configurations:
  - {name: Hub, state: active, host: mail.acme.example, port: 587, security: starttls, from: hub@acme.example,
     auth: {username: hub@acme.example, password: {env: ACME_P}}}
  - {name: Bulk, state: inactive, host: bulk.acme.example, port: 587, security: starttls, from: bulk@acme.example,
     auth: {username: bulk@acme.example, password: %s}}
general: {users: {mode: smtp, account: {password: %s}}}
users:
  - {email: alice@acme.example}
  - {email: bob@acme.example, account: {host: bob.acme.example, port: 587, security: starttls}}
"""
NEW = "  - {email: %s}\n"
KINDS = {
    "file": ("{file: secrets/bulk@acme.example}", '{file: "secrets/{email}"}'),
    "file by its whole path": ("{file: /run/s/bulk@acme.example}", '{file: "/run/./s/{email}"}'),
    "sops": ('{sops: "s.yml#bulk@acme.example"}', '{sops: "s.yml#{email}"}'),
    "age": ("{age: secrets/bulk@acme.example.age}", '{age: "secrets/{email}.age"}'),
    "vault": ('{vault: "kv/mail/bulk@acme.example#p"}', '{vault: "kv/mail/{email}#p"}'),
    "keyring": ("{keyring: acme/bulk@acme.example}", '{keyring: "acme/{email}"}'),
    "command": ("{command: [pass, show, mail/bulk@acme.example]}", '{command: [pass, show, "mail/{email}"]}'),
}
PATTERN = KINDS["file"][1]


def moved(repository: Any, cli: Cli, before: str, after: str, *more: str) -> str:
    repository.commit("start", {"mailspec.yml": before})
    repository.commit("change", {"mailspec.yml": after})
    ran = cli("validate", "--base", "HEAD~1", *more, cwd=repository.folder)
    assert (ran.code in (1, 5)) == ("error" in ran.out), ran.out + ran.err
    return "\n".join(line for line in ran.out.splitlines() if " would go to " in line)


@pytest.mark.parametrize("kind", KINDS)
def test_a_new_person_whom_the_pattern_gives_another_ones_secret_is_told(kind: str, repository: Any, cli: Cli) -> None:
    base = SPEC % KINDS[kind]
    told = moved(repository, cli, base, base + NEW % "bulk@acme.example")
    assert "would go to mail.acme.example; before this change it goes to bulk.acme.example alone" in told
    assert "bulk@acme.example" in told.partition(" would go to ")[0]


@pytest.mark.parametrize("kind", KINDS)
def test_a_new_person_with_a_secret_of_their_own_is_none(kind: str, repository: Any, cli: Cli) -> None:
    base = SPEC % KINDS[kind]
    assert moved(repository, cli, base, base + NEW % "carol@acme.example") == ""


def test_an_address_in_capitals_is_the_same_one(repository: Any, cli: Cli) -> None:
    base = SPEC % KINDS["file"]
    assert "alone" in moved(repository, cli, base, base + NEW % "BULK@Acme.example")


def test_one_secret_is_approved_by_its_own_name(repository: Any, cli: Cli) -> None:
    base = SPEC % KINDS["file"]
    allow = ("--allow", "secret-move=file:secrets/bulk@acme.example")
    assert moved(repository, cli, base, base + NEW % "bulk@acme.example", *allow) == ""
    allow = ("--allow", "secret-move=file:secrets/{email}")
    assert moved(repository, cli, base, base + NEW % "bulk@acme.example", *allow) != ""


def test_a_person_of_the_base_whose_secret_is_written_out_elsewhere_is_none(repository: Any, cli: Cli) -> None:
    # The base itself sends it to both places.
    base = SPEC % ("{file: secrets/alice@acme.example}", PATTERN)
    assert moved(repository, cli, base, base + NEW % "carol@acme.example") == ""
    also = base.replace("name: Bulk,", "name: Bulk two,").replace("host: bulk.", "host: mail.")
    assert moved(repository, cli, base, also) == ""


@pytest.mark.parametrize(
    ("person", "told"),
    [
        # The pattern goes to both servers, each person's own secret to one.
        ("{email: alice@acme.example, account: {host: bob.acme.example, port: 587, security: starttls}}", True),
        ("{email: alice@acme.example, name: Alice}", False),
        ("{email: alice@acme.example, account: {password: {file: secrets/bob@acme.example}}}", True),
        ("{email: alice@acme.example, account: {password: {file: secrets/alice@acme.example}}}", False),
    ],
)
def test_each_persons_own_secret_has_its_own_places(person: str, told: bool, repository: Any, cli: Cli) -> None:
    base = SPEC % ("{env: BULK_P}", PATTERN)
    found = moved(repository, cli, base, base.replace("{email: alice@acme.example}", person))
    assert bool(found) == told, found


def test_everybodys_move_is_told_once(repository: Any, cli: Cli) -> None:
    base = SPEC % ("{env: BULK_P}", PATTERN)
    after = base.replace("host: mail.acme", "host: bob.acme")
    told = moved(repository, cli, base + NEW % "carol@acme.example", after + NEW % "carol@acme.example")
    assert told.count("(file secrets/{email}) would go to bob.acme.example") == 1, told


def test_a_link_of_the_checkout_gives_nobody_another_ones_secret(repository: Any, cli: Cli) -> None:
    base = SPEC % KINDS["file"]
    repository.commit("ignore", {".gitignore": "secrets/bulk@acme.example\n"})
    repository.write({"secrets/bulk@acme.example": "s3cret-of-bulk"})
    (repository.folder / "secrets/eve@acme.example").symlink_to("bulk@acme.example")
    told = moved(repository, cli, base, base + NEW % "eve@acme.example")
    assert "would go to mail.acme.example; before this change it goes to bulk.acme.example alone" in told


def test_a_stored_sign_in_that_a_new_person_would_take_elsewhere_is_told(repository: Any, cli: Cli) -> None:
    oauth = "{client_id: abc, issuer: 'https://login.acme.example', scopes: [mail]}"
    base = SPEC.replace("password: %s}}\ngeneral", f"method: xoauth2, oauth: {oauth}}}}}\ngeneral") % PATTERN
    base = base.replace(f"account: {{password: {PATTERN}}}", f"account: {{method: xoauth2, oauth: {oauth}}}")
    told = moved(repository, cli, base, base + NEW % "bulk@acme.example")
    assert "before this change it goes to bulk.acme.example alone" in told, told
