"""Limits name a file of the repository: a copy of another encrypted file in its place is not what they name."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

import pyrage
import pytest
from mailspec_tests_sealed import KEY, armored, enc, sealed, sops

Cli = Callable[..., Any]
SPEC = """\
version: 1
instance: {id: acme}
configurations:
  - name: Hub
    state: active
    host: mail.acme.example
    port: 587
    security: starttls
    auth: {username: hub@acme.example, password: %s}
    from: hub@acme.example
"""
OURS, THEIRS, NEW = sealed("ours"), sealed("theirs"), sealed("rotated")
GPG = b"\x85\x01" + bytes(range(200))
PGP = f"-----BEGIN PGP MESSAGE-----\n\n{base64.b64encode(GPG).decode()}\n=abcd\n-----END PGP MESSAGE-----\n"
VAULT = "$ANSIBLE_VAULT;1.1;AES256\n" + "6162636465" * 8 + "\n"
COMMANDS = '"command:unseal hub.bin", "command:unseal --in=hub.bin"'
LIMITS = f'["age:hub.age", "age:team/*.age", "sops:hub.sops.*#smtp.*", {COMMANDS}]'
SOPS = "{sops: hub.sops.yml#smtp.password}"
DB = sops(password=enc("theirs")).replace(enc("mac"), enc("other mac"))
INI = f'[smtp]\npassword = "{enc("theirs")[:30]}\\\n{enc("theirs")[30:]}"\n'

# The reference, the file that it names, what the base has there, another file of the base, and the copy of it.
COPIES: dict[str, tuple[str, str, bytes | str, tuple[str, bytes | str], bytes | str]] = {
    "age": ("{age: hub.age}", "hub.age", OURS, ("db.age", THEIRS), THEIRS),
    "age, armored": ("{age: hub.age}", "hub.age", OURS, ("db.age", THEIRS), armored(THEIRS)),
    "age, from armor": ("{age: hub.age}", "hub.age", OURS, ("db/key", armored(THEIRS)), THEIRS),
    "age, in a folder of limits": ("{age: team/a.age}", "team/a.age", OURS, ("team.age", THEIRS), THEIRS),
    "age, that cannot be taken apart": (
        "{age: hub.age}",
        "hub.age",
        OURS,
        ("db.age", THEIRS),
        armored(THEIRS).replace("\n", "\n=", 2),
    ),
    "sops": (
        SOPS,
        "hub.sops.yml",
        sops(password=enc("ours")),
        ("db.sops.yml", sops(password=enc("theirs"))),
        sops(password=enc("theirs")),
    ),
    "sops, another field": (
        SOPS,
        "hub.sops.yml",
        sops(password=enc("ours"), more=enc("more")),
        ("db.sops.yml", sops("db", root=enc("theirs"))),
        sops(password=enc("theirs"), more=enc("more")),
    ),
    "sops, from JSON": (
        SOPS,
        "hub.sops.yml",
        sops(password=enc("ours")),
        ("db.json", f'{{"smtp": {{"password": "{enc("theirs")}"}}}}'),
        sops(password=enc("theirs").replace(",iv:", "\\r,iv:").join('""')),
    ),
    "sops, in an INI that it continues": (
        "{sops: hub.sops.ini#smtp.password}",
        "hub.sops.ini",
        f"[smtp]\npassword = {enc('ours')}\n",
        ("db.ini", f"[smtp]\npassword = {enc('theirs')}\n"),
        INI,
    ),
    "a program's OpenPGP": ("{command: [unseal, hub.bin]}", "hub.bin", b"\x85\x02ours", ("db.gpg", GPG), PGP),
    "a program's Ansible Vault": (
        "{command: [unseal, hub.bin]}",
        "hub.bin",
        VAULT.replace("61", "71"),
        ("group_vars/all.yml", VAULT),
        VAULT.replace("6564", "6564\n"),
    ),
    "a program's age": ("{command: [unseal, hub.bin]}", "hub.bin", OURS, ("db.age", THEIRS), armored(THEIRS)),
    "a program's option": ("{command: [unseal, --in=hub.bin]}", "hub.bin", OURS, ("db.age", THEIRS), armored(THEIRS)),
    "a program's sops": (
        "{command: [unseal, hub.bin]}",
        "hub.bin",
        sops(password=enc("ours")),
        ("db.sops.yml", DB),
        "# other\n" + DB,
    ),
}


@pytest.fixture
def check(repository: Any, cli: Cli, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    limits = repository.folder.parent / "limits.yml"
    limits.write_text(f"version: 1\nsecrets: {LIMITS}\n")

    def run(files: dict[str, Any], *, base: str = "main", folder: str = "") -> Any:
        repository.git("checkout", "-q", "-B", "change")
        repository.commit("change", files)
        return cli("validate", "--base", base, "--limits", str(limits), cwd=repository.folder / folder)

    return run


@pytest.mark.parametrize("how", COPIES)
def test_a_copy_of_what_limits_do_not_name_is_refused(how: str, repository: Any, check: Callable[..., Any]) -> None:
    reference, file, ours, (other, theirs), copy = COPIES[how]
    start = {"mailspec.yml": SPEC % reference, file: ours, other: theirs}
    repository.commit("start", start)
    ran = check(start)
    assert ran.code == 0, ran.out + ran.err
    ran = check({file: copy})
    assert (ran.code, "Refused (limits-secrets)" in ran.err) == (5, True), ran.out + ran.err
    assert f", a copy of {reference[1:].partition(':')[0]}:" in ran.err
    assert other in ran.err


ROTATED: dict[str, bytes | str] = {
    "age": NEW,
    "age, armored": armored(NEW),
    "sops": sops(password=enc("rotated")),
    "a program's OpenPGP": b"\x85\x02rotated",
    "a program's Ansible Vault": VAULT.replace("61", "81"),
    "a program's age": armored(NEW),
}


@pytest.mark.parametrize("how", ROTATED)
def test_a_rotated_secret_is_none(how: str, repository: Any, check: Callable[..., Any]) -> None:
    reference, file, ours, (other, theirs), _ = COPIES[how]
    repository.commit("start", {"mailspec.yml": SPEC % reference, file: ours, other: theirs})
    # Nor is the one before it.
    for content in (ROTATED[how], ours):
        ran = check({file: content})
        assert ran.code == 0, ran.out + ran.err


def test_a_copy_of_what_limits_name_is_none(repository: Any, check: Callable[..., Any]) -> None:
    repository.commit("start", {"mailspec.yml": SPEC % "{age: hub.age}", "hub.age": OURS, "team/x.age": THEIRS})
    ran = check({"hub.age": THEIRS})
    assert ran.code == 0, ran.out + ran.err


@pytest.mark.parametrize("first", ["it is gone", "it is a link to the copy", "nobody names the copy yet"])
def test_two_changes_do_what_one_may_not(first: str, repository: Any, check: Callable[..., Any]) -> None:
    repository.commit("start", {"mailspec.yml": SPEC % "{age: hub.age}", "hub.age": OURS, "db.age": THEIRS})
    other = SPEC % "{age: team/x.age}"
    if first == "it is gone":
        repository.git("rm", "-q", "db.age")
        repository.git("commit", "-q", "-m", "first")
    elif first == "it is a link to the copy":
        (repository.folder / "db.age").unlink()
        (repository.folder / "db.age").symlink_to("hub.age")
        repository.git("add", "-A")
        repository.git("commit", "-q", "-m", "first")
    else:
        repository.commit("first", {"mailspec.yml": other, "team/x.age": NEW, "hub.age": THEIRS})
    repository.git("branch", "merged")
    ran = check({"mailspec.yml": SPEC % "{age: hub.age}", "hub.age": THEIRS}, base="merged")
    assert (ran.code, "a copy of age:db.age" in ran.err) == (5, True), ran.out + ran.err


def test_the_whole_repository_is_looked_at(repository: Any, check: Callable[..., Any]) -> None:
    repository.commit("start", {"p/mailspec.yml": SPEC % "{age: hub.age}", "p/hub.age": OURS, "db.age": THEIRS})
    ran = check({"p/hub.age": THEIRS}, folder="p")
    assert (ran.code, "a copy of age:" in ran.err, "db.age" in ran.err) == (5, True, True), ran.out + ran.err


def test_what_a_merge_brings_counts(repository: Any, check: Callable[..., Any]) -> None:
    repository.commit("start", {"mailspec.yml": SPEC % "{age: hub.age}", "hub.age": OURS})
    repository.git("checkout", "-q", "-b", "side")
    repository.commit("side", {"x.txt": "x\n"})
    repository.git("checkout", "-q", "main")
    repository.git("merge", "-q", "--no-ff", "--no-commit", "side")
    repository.commit("merge", {"db.age": THEIRS})
    assert len(repository.git("rev-parse", "HEAD^@").split()) == 2
    repository.git("rm", "-q", "db.age")
    repository.git("commit", "-q", "-m", "gone")
    ran = check({"hub.age": THEIRS})
    assert (ran.code, "a copy of age:db.age" in ran.err) == (5, True), ran.out + ran.err


def test_what_is_read_is_looked_at_again(repository: Any, cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is shown here: whoever opens the secret asks, too, and not only who validates."""
    identity = repository.folder.parent / "age.txt"
    identity.write_text(f"{KEY}\n")
    identity.chmod(0o600)
    monkeypatch.setenv("MAILSPEC_AGE_IDENTITY", str(identity))
    assert pyrage.decrypt(THEIRS, [KEY]) == b"theirs"
    repository.commit("start", {"mailspec.yml": SPEC % "{age: hub.age}", "hub.age": OURS, "db.age": THEIRS})
    limits = repository.folder.parent / "limits.yml"
    limits.write_text(f"version: 1\nsecrets: {LIMITS}\n")
    repository.commit("change", {"hub.age": THEIRS})
    for command in (("plan",), ("apply", "--auto-approve"), ("probe", "Hub")):
        ran = cli(*command, "--base", "HEAD~1", "--limits", str(limits), cwd=repository.folder)
        assert ran.code in (1, 5), ran.out + ran.err
        assert "a copy of age:db.age" in ran.out + ran.err, (command, ran.out + ran.err)


@pytest.mark.parametrize("how", ["age", "sops", "a program's age"])
def test_a_file_that_was_moved_once_is_no_copy(how: str, repository: Any, check: Callable[..., Any]) -> None:
    reference, file, ours, _, _ = COPIES[how]
    old = f"old.{file}"
    repository.commit("before", {"mailspec.yml": SPEC % reference.replace(file, old), old: ours})
    repository.git("mv", old, file)
    repository.commit("moved", {"mailspec.yml": SPEC % reference})
    ran = check({"mailspec.yml": SPEC % reference + "    reply_to: help@acme.example\n"})
    assert ran.code == 0, ran.out + ran.err
    # While it is moved, limits name both.
    ran = check({}, base="main~1")
    assert (ran.code, old in ran.err) == (5, True), ran.out + ran.err


def test_what_only_another_environment_uses_may_be_a_copy(repository: Any, check: Callable[..., Any]) -> None:
    staging = "environments:\n  staging:\n    kind: test\n    configurations:\n      - {name: Hub, sandbox: true, %s}\n"
    other = staging % "auth: {username: h@acme.example, password: {age: hub.age}}"
    start = SPEC % "{age: team/x.age}" + other
    repository.commit("start", {"mailspec.yml": start, "hub.age": OURS, "db.age": THEIRS, "team/x.age": NEW})
    repository.commit("merged, though it was refused", {"hub.age": THEIRS})
    ran = check({"mailspec.yml": SPEC % "{age: hub.age}" + other})
    assert (ran.code, "a copy of age:db.age" in ran.err) == (5, True), ran.out + ran.err
