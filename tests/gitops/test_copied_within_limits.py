"""Limits name a file of the repository: a copy of another encrypted file in its place is not what they name."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Callable
from pathlib import Path
from textwrap import indent
from typing import Any

import pyrage
import pytest
from mailspec_tests_sealed import GPG, INNER, KEY, PGP, VAULT, armored, cut, enc, sealed, sops

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
MARKER = b"\xca\x03PGP"
SALTED = b"Salted__" + bytes(range(100, 140))
UNSEAL = "{command: [unseal, hub.bin]}"
COMMANDS = '"command:unseal hub.*", "command:unseal --in=hub.bin"'
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
    "sops, cut elsewhere": (
        SOPS,
        "hub.sops.yml",
        sops(password=enc("ours")),
        ("db.sops.yml", sops(password=enc("theirs"))),
        sops(password=cut(enc("theirs"))),
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
    "a program's OpenPGP": (UNSEAL, "hub.bin", b"\x85\x02ours", ("db.gpg", GPG), PGP),
    "OpenPGP after other words": (
        UNSEAL,
        "hub.bin",
        b"\x85\x02ours",
        ("db.gpg", GPG),
        "words\n" + PGP.replace("GE-----\n", "GE-----\nComment: x\n"),
    ),
    "OpenPGP after a marker": (
        UNSEAL,
        "hub.bin",
        b"\x85\x02ours",
        ("db.gpg", GPG),
        MARKER + GPG,
    ),
    "OpenSSL's base64": (UNSEAL, "hub.bin", b"x" * 40, ("db.enc", b64encode(SALTED)), b64encode(SALTED)),
    "OpenSSL's base64, taken apart": (UNSEAL, "hub.bin", b"x" * 40, ("db.enc", b64encode(SALTED)), SALTED),
    "PEM of DER": (
        UNSEAL,
        "hub.bin",
        b"x" * 40,
        ("db.der", GPG),
        PGP.replace("PGP MESSAGE", "CMS").replace("=abcd\n", ""),
    ),
    "what nobody knows": (UNSEAL, "hub.bin", b"ours", ("db.txt", "theirs\n"), "theirs\r\n"),
    "age within YAML": (
        "{age: hub.age}",
        "hub.age",
        OURS,
        ("all.yml", f"db: |\n{indent(armored(THEIRS), '  ')}"),
        THEIRS,
    ),
    "age within JSON of Windows": (
        "{age: hub.age}",
        "hub.age",
        OURS,
        ("all.json", json.dumps({"db": armored(THEIRS).replace("\n", "\r\n")})),
        THEIRS,
    ),
    "age after words about it": (
        "{age: hub.age}",
        "hub.age",
        OURS,
        ("x.md", f"It begins with -----BEGIN AGE ENCRYPTED FILE-----, as here:\n{armored(THEIRS)}"),
        THEIRS,
    ),
    "age within JSON": ("{age: hub.age}", "hub.age", OURS, ("all.json", json.dumps({"db": armored(THEIRS)})), THEIRS),
    "age within Markdown": (
        "{age: hub.age}",
        "hub.age",
        OURS,
        ("x.md", indent(armored(THEIRS), "> ")),
        armored(THEIRS),
    ),
    "Ansible Vault within YAML": (
        UNSEAL,
        "hub.bin",
        VAULT.replace("6333", "6334"),
        ("group_vars/all.yml", f"ab: x\npassword: !vault |\n{indent(VAULT, '    ')}db: x\n"),
        INNER,
    ),
    "a program's Ansible Vault": (
        UNSEAL,
        "hub.bin",
        VAULT.replace("6333", "6334"),
        ("group_vars/all.yml", VAULT),
        VAULT.replace("3361", "3361\n"),
    ),
    "a program's age": (UNSEAL, "hub.bin", OURS, ("db.age", THEIRS), armored(THEIRS)),
    "a program's sops, in other words": (
        "{command: [unseal, hub.yml]}",
        "hub.yml",
        sops(password=enc("ours")),
        ("db.sops.yml", DB),
        json.dumps({"smtp": {"password": enc("theirs")}, "sops": {}}).replace("ENC", "\\u0045NC"),
    ),
    "a program's option": ("{command: [unseal, --in=hub.bin]}", "hub.bin", OURS, ("db.age", THEIRS), armored(THEIRS)),
    "a program's sops": (
        UNSEAL,
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
    assert f", which may be a copy of {reference[1:].partition(':')[0]}:" in ran.err
    assert other in ran.err


ROTATED: dict[str, bytes | str] = {
    "age": NEW,
    "age, armored": armored(NEW),
    "sops": sops(password=enc("rotated")),
    "a program's OpenPGP": b"\x85\x02rotated",
    "a program's Ansible Vault": VAULT.replace("6333", "6335"),
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


OFF = SPEC.replace(": active", ": inactive") % "{age: team/x.age}"
SPARE = OFF.partition("configurations:\n")[2].replace("Hub", "Spare").replace("team/x.age", "hub.age")
FIRST: dict[str, dict[str, Any]] = {
    "it is gone": {"db.age": None},
    "it is a link to the copy": {"db.age": Path("hub.age")},
    "nobody names the copy yet": {"mailspec.yml": SPEC % "{age: team/x.age}", "hub.age": THEIRS},
    "nobody uses the copy yet": {"mailspec.yml": SPEC % "{age: team/x.age}" + SPARE, "hub.age": THEIRS},
    "an allowed file that nobody uses is the copy": {"team/x.age": THEIRS},
    "the copy is a link whose text it is": {"hub.age": Path(armored(THEIRS, 76))},
}


@pytest.mark.parametrize("first", FIRST)
def test_two_changes_do_what_one_may_not(first: str, repository: Any, check: Callable[..., Any]) -> None:
    start = {"mailspec.yml": SPEC % "{age: hub.age}", "hub.age": OURS, "db.age": THEIRS, "team/x.age": NEW}
    repository.commit("start", start)
    for name, content in FIRST[first].items():
        (repository.folder / name).unlink()
        if isinstance(content, Path):
            (repository.folder / name).symlink_to(content)
        elif content is not None:
            repository.write({name: content})
    repository.commit("first")
    repository.git("branch", "merged")
    (repository.folder / "hub.age").unlink(missing_ok=True)
    if "allowed" in first:
        # The file that is in use becomes a link to it.
        (repository.folder / "hub.age").symlink_to("team/x.age")
        ran = check({}, base="merged")
        assert (ran.code, "a copy of age:db.age" in ran.err) == (5, True), ran.out + ran.err
        return
    for spec in (SPEC % "{age: hub.age}", OFF + SPARE.replace("inactive", "active")):
        ran = check({"mailspec.yml": spec, "hub.age": THEIRS}, base="merged")
        assert (ran.code, "a copy of age:db.age" in ran.err) == (5, True), ran.out + ran.err


def test_an_ini_that_sops_reads_may_be_a_copy_of_any_other(repository: Any, check: Callable[..., Any]) -> None:
    start = {"mailspec.yml": SPEC % "{sops: hub.sops.ini#smtp.password}", "hub.sops.ini": "[smtp]\npassword = x\n"}
    repository.commit("start", start)
    rotated = {"hub.sops.ini": "[smtp]\npassword = y\n"}
    assert check(rotated).code == 0
    repository.git("checkout", "-q", "main")
    repository.commit("another", {"db.sops.yml": DB})
    assert check({}).code == 0
    ran = check(rotated)
    assert (ran.code, "may be a copy of sops:db.sops.yml" in ran.err) == (5, True), ran.out + ran.err


def test_what_no_base64_says_is_compared_as_it_stands(repository: Any, check: Callable[..., Any]) -> None:
    start = {"mailspec.yml": SPEC % SOPS, "hub.sops.yml": sops(password=enc("ours")), "db.sops.yml": DB}
    repository.commit("start", start)
    for text in (
        enc("theirs").replace(",iv:", "\u00e9,iv:"),
        enc("theirs").replace("data:", "data:\U0001f511"),
        "ENC[AES256_GCM,",
    ):
        ran = check({"hub.sops.yml": sops(password=json.dumps(text))})
        assert ran.code == 0, ran.out + ran.err


def test_the_whole_repository_is_looked_at(repository: Any, check: Callable[..., Any]) -> None:
    repository.commit("start", {"p/mailspec.yml": SPEC % "{age: hub.age}", "p/hub.age": OURS, "db.age": THEIRS})
    ran = check({"p/hub.age": THEIRS}, folder="p")
    assert (ran.code, "which may be a copy of age:" in ran.err, "db.age" in ran.err) == (5, True, True), (
        ran.out + ran.err
    )


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
