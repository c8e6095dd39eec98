"""A secret that one change drops and a later one takes goes where an apply has sent it, and to no other server."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import trustme
from mailspec_tests_attempts import OTHER, hub
from mailspec_tests_sealed import armored, sealed

APPLY = ("apply", "--auto-approve", "--no-test", "--allow", "unproven=Hub", "--allow", "unproven=Other")
SECOND = OTHER.partition("configurations:\n")[2].replace("mail.acme.example", "other.acme.example")


@pytest.mark.parametrize("base", ["merged", "@applied"])
@pytest.mark.parametrize("more", [0, 1])
def test_it_is_given_to_no_other_server(base: str, more: int, push: Callable[..., Any], repository: Any) -> None:
    start = hub() + SECOND
    assert push(start, *APPLY).code == 0
    dropped = start.replace("{env: ACME_P}", "{env: NEW}")
    assert push(dropped, *APPLY, "--base", "HEAD~1").code == 0
    for number in range(more):
        dropped = dropped.replace("name: Hub\n", f"name: Hub\n    ehlo_name: h{number}.acme.example\n", 1)
        assert push(dropped, *APPLY, "--base", "HEAD~1").code == 0
    repository.git("branch", "merged")
    taken = dropped.replace("{env: ACME_SMTP_PASSWORD}", "{env: ACME_P}")
    for command in (("plan",), APPLY):
        ran = push(taken, *command, "--base", base)
        assert (ran.code, "Refused (secret-moved)" in ran.err) == (5, True), ran.out + ran.err
    assert "would go to other.acme.example; earlier it went to mail.acme.example alone" in ran.err
    # Where it was before it may go again, and so may one that nobody has sent anywhere.
    assert push(dropped.replace("{env: NEW}", "{env: ACME_P}"), "plan", "--base", base).code == 0
    assert push(dropped.replace("{env: ACME_SMTP_PASSWORD}", "{env: NEWER}"), "plan", "--base", base).code == 0
    allowed = push(taken, *APPLY, "--base", base, "--allow", "secret-move=env:ACME_P")
    assert allowed.code == 0, allowed.out + allowed.err


SEALED = "targets:\n  - {name: s, type: sealed_secret, path: s.yml, resource: mail, certificate: new.pem}\n"
STAGING = """\
environments:
  staging:
    kind: test
    configurations:
      - {name: Hub, host: sandbox.acme.example, sandbox: true, auth: {username: h@acme.example}}
      - {name: Other, host: sandbox.acme.example, sandbox: true, auth: {username: s@acme.example}}
"""


@pytest.fixture
def limits(tmp_path: Path) -> tuple[str, str]:
    (tmp_path / "limits.yml").write_text("version: 1\ntarget_paths: ['/**']\nreloads: ['true']\n")
    return "--limits", str(tmp_path / "limits.yml")


BACK = {
    "another server's authorities": ("    port: 587\n", "    port: 587\n    tls: {ca_file: own.pem}\n"),
    "a certificate": ("x-end: 1\n", SEALED),
    "a template": (
        "x-end: 1\n",
        "targets:\n  - {name: t, type: export, path: ../t.txt, template: t.j2, secrets: values, configuration: Hub}\n",
    ),
}


@pytest.mark.parametrize("way", BACK)
def test_a_place_that_a_file_decides_about_is_none_that_it_had(
    way: str, push: Callable[..., Any], repository: Any, limits: tuple[str, str]
) -> None:
    start = hub() + "x-end: 1\n"
    repository.write({"own.pem": "own\n", "new.pem": "new\n", "t.j2": "x\n"})
    assert push(start, *APPLY).code == 0
    dropped = start.replace("{env: ACME_P}", "{env: NEW}")
    assert push(dropped, *APPLY, "--base", "HEAD~1").code == 0
    ran = push(start.replace(*BACK[way]), "plan", "--base", "HEAD~1", *limits)
    assert (ran.code, "Refused (secret-moved)" in ran.err) == (5, True), ran.out + ran.err
    ran = push(start, "plan", "--base", "HEAD~2")
    assert ran.code == 0, ran.out + ran.err


DECIDED = {
    **BACK,
    "all at once": (
        "    port: 587\n",
        "    port: 587\n    tls: {ca_file: own.pem}\n",
        *BACK["a template"],
    ),
    "another environment's server": ("x-end: 1\n", STAGING),
}


@pytest.mark.parametrize("way", DECIDED)
def test_what_an_apply_has_done_may_be_done_again(
    way: str, push: Callable[..., Any], repository: Any, limits: tuple[str, str]
) -> None:
    start = hub() + "x-end: 1\n"
    words = DECIDED[way]
    for old, new in zip(words[::2], words[1::2], strict=True):
        start = start.replace(old, new)
    files = {
        "own.pem": "own\n",
        "new.pem": str(trustme.CA(key_type=trustme.KeyType.RSA).cert_pem.bytes().decode()),
        "t.j2": "x\n",
    }
    repository.write(files)
    name = ("-E", "base") if "staging" in start else ()
    push(start, "validate")
    # What the base has judged is recorded.
    ran = push(start, *APPLY, *limits, *name, "--base", "HEAD~1")
    assert ran.code == 0, ran.out + ran.err
    repository.git("branch", "merged")
    new = start.replace("{env: ACME_P}", "{env: NEW}")
    base = ("--base", "merged", *limits, *name)
    for command in (APPLY, APPLY, ("drift",), ("status",)):
        ran = push(new, *command, *base)
        assert ran.code == 0, ran.out + ran.err
    # The next commit of the same change, which is about something else.
    ran = push(new.replace("x-end: 1\n", "x-end: 2\n"), *APPLY, *base)
    assert ran.code == 0, ran.out + ran.err
    # A secret that a change drops may go where it was, by the same files; and by no others.
    repository.git("branch", "dropped")
    back = ("plan", "--base", "dropped", *limits, *name)
    assert push(start, *back).code == 0
    for file in files:
        repository.write({file: f"{files[file]}other\n"})
    ran = push(start, *back)
    assert (ran.code, "Refused (secret-moved)" in ran.err) == ((0, False) if name else (5, True)), ran.out + ran.err


@pytest.mark.parametrize("first", ["base", "staging"])
def test_what_other_environments_have_sent_counts(first: str, push: Callable[..., Any]) -> None:
    start = hub() + SECOND + STAGING
    if first == "staging":
        # Only there the secret is used.
        start = start.replace("s@acme.example}", "s@acme.example, password: {env: NEWER}}")
    word = "{env: ACME_P}" if first == "base" else "{env: NEWER}"
    second = "staging" if first == "base" else "base"
    ran = push(start, *APPLY, "-E", first)
    assert ran.code == 0, ran.out + ran.err
    dropped = start.replace(word, "{env: NEW}")
    assert push(dropped, *APPLY, "-E", first, "--base", "HEAD~1").code == 0
    taken = dropped.replace("{env: ACME_SMTP_PASSWORD}", word)
    ran = push(taken, "plan", "-E", second, "--base", "HEAD~1")
    assert (ran.code, "Refused (secret-moved)" in ran.err) == (5, True), ran.out + ran.err


@pytest.mark.parametrize("command", [("probe", "Other"), ("test", "Other"), ("drift",), ("status",)])
def test_nobody_else_is_asked_with_it(command: tuple[str, ...], push: Callable[..., Any]) -> None:
    start = hub("policy: {test_recipients: [postmaster@acme.example]}\n") + SECOND
    assert push(start, *APPLY).code == 0
    dropped = start.replace("{env: ACME_P}", "{env: NEW}")
    assert push(dropped, *APPLY, "--base", "HEAD~1").code == 0
    ran = push(dropped.replace("{env: ACME_SMTP_PASSWORD}", "{env: ACME_P}"), *command, "--base", "HEAD~1")
    assert (ran.code, "Refused (secret-moved)" in ran.err) == (5, True), ran.out + ran.err


FILE = "targets:\n  - {name: t, type: export, path: ../copy.age, template: t.j2}\n"
NAMED = {
    "a secret": ("{env: ACME_SMTP_PASSWORD}", "{age: %s}"),
    "authorities": ("host: other.acme.example\n", "host: other.acme.example\n    tls: {ca_file: %s}\n"),
}


@pytest.mark.parametrize("named", NAMED)
@pytest.mark.parametrize("still", [True, False])
def test_a_file_that_a_target_wrote_is_not_the_runners(
    named: str, still: bool, push: Callable[..., Any], repository: Any, limits: tuple[str, str]
) -> None:
    start = hub() + SECOND
    repository.write({"t.j2": "{{ users|length }} what a change says\n"})
    ran = push(start + FILE, *APPLY, *limits)
    assert ran.code == 0, ran.err
    rest = start + (FILE if still else "")
    assert push(rest, *APPLY, *limits, "--base", "HEAD~1").code == 0
    repository.git("branch", "merged")
    old, new = NAMED[named]
    for path in (repository.folder.parent / "copy.age", f"{repository.folder}/x/../../copy.age"):
        ran = push(rest.replace(old, new % path), "plan", *limits, "--base", "merged")
        # Where a target of the base writes it, MS806 knows that it may be a copy, or anybody's authorities; else the
        # state does.
        by_files = still and named == "authorities"
        assert (ran.code, "MS806" in ran.out) == ((1, True) if by_files else (5, False)), ran.out + ran.err
        assert by_files or "copy.age, which configuration:Other names" in ran.err, ran.err


def test_a_copy_of_a_file_that_is_gone_is_the_same_secret(push: Callable[..., Any], repository: Any) -> None:
    start = hub().replace("{env: ACME_P}", "{age: a.age}") + SECOND
    repository.write({"a.age": sealed("one")})
    ran = push(start, *APPLY)
    assert ran.code == 0, ran.out + ran.err
    dropped = start.replace("{age: a.age}", "{env: NEW}")
    raw = (repository.folder / "a.age").read_bytes()
    (repository.folder / "a.age").unlink()
    assert push(dropped, *APPLY, "--base", "HEAD~1").code == 0
    repository.git("branch", "merged")
    for content in (raw, armored(raw)):
        repository.write({"b.age": content})
        ran = push(dropped.replace("{env: ACME_SMTP_PASSWORD}", "{age: b.age}"), "plan", "--base", "merged")
        assert (ran.code, "Refused (secret-moved)" in ran.err) == (5, True), ran.out + ran.err
        assert "the secret (age b.age) would go to other.acme.example; earlier it went to mail.acme.example" in ran.err
        assert push(dropped.replace("{env: NEW}", "{age: b.age}"), "plan", "--base", "merged").code == 0
    repository.write({"b.age": sealed("another")})
    ran = push(dropped.replace("{env: ACME_SMTP_PASSWORD}", "{age: b.age}"), "plan", "--base", "merged")
    assert ran.code == 0, ran.out + ran.err


GOING_BACK = ("rollback", "--auto-approve", "--no-test", "--allow", "unproven=Hub")


@pytest.mark.parametrize("type_", ["nullmailer", "exim"])
def test_going_back_to_authorities_that_a_change_wrote_asks(
    type_: str, push: Callable[..., Any], repository: Any, limits: tuple[str, str]
) -> None:
    plain = hub() + f"targets:\n  - {{name: m, type: {type_}, path: ../m, reload: ['true'], ca_bundle: own.pem}}\n"
    repository.write({"own.pem": "own\n"})
    (repository.folder.parent / "m").mkdir()
    ran = push(plain, *APPLY, *limits)
    assert ran.code == 0, ran.out + ran.err
    without = plain.replace(", ca_bundle: own.pem", "")
    assert push(without, *APPLY, *limits).code == 0
    repository.write({"own.pem": "own\nanother\n"})
    ran = push(without, *GOING_BACK, *limits, "--base", "HEAD~1")
    assert (ran.code, "MS806" in ran.out) == (1, True), ran.out + ran.err
    assert "would go to mail.acme.example, by the authorities of own.pem (SHA-256 " in ran.out
    ran = push(without, *GOING_BACK, *limits, "--base", "HEAD~1", "--allow", "secret-move=env:ACME_P")
    assert ran.code == 0, ran.out + ran.err


def test_no_apply_has_a_number_of_thirty_digits(push: Callable[..., Any]) -> None:
    assert push(hub(), *APPLY).code == 0
    ran = push(hub(), "rollback", "9" * 30, "--auto-approve", "--no-test")
    assert (ran.code, "There is no entry" in ran.err) == (2, True), ran.out + ran.err


PEOPLE = """\
users:
  - {email: alice@acme.example, name: Alice, mode: smtp, account: {host: mail.acme.example, password: %s}}
  - {email: bob@acme.example, name: Bob, mode: smtp, account: {host: other.acme.example, password: %s}}
"""
PATTERN = """\
general:
  users: {mode: smtp, account: {host: other.acme.example, port: 587, security: starttls, password: %s}}
users: [{email: alice@acme.example, name: Alice}, {email: bob@acme.example, name: Bob}]
"""
GROUP = """\
groups:
  - {name: g, members: [%s], account: {host: other.acme.example, port: 587, security: starttls, password: %s}}
users: [{email: alice@acme.example, mode: smtp, %s}, {email: bob@acme.example, mode: smtp}]
"""


@pytest.mark.parametrize("way", ["pattern", "group"])
def test_each_of_a_pattern_is_a_secret_of_its_own(way: str, push: Callable[..., Any], repository: Any) -> None:
    folder = repository.folder.parent / "people"
    folder.mkdir()
    for name in ("alice", "bob"):
        (folder / f"{name}@acme.example").write_text("c4nary-1x")
        (folder / f"{name}@acme.example").chmod(0o600)
    file = f"{{file: '{folder}/%s'}}"
    alice, bob, pattern = (file % name for name in ("alice@acme.example", "bob@acme.example", "{email}"))
    own = "account: {host: mail.acme.example, password: %s}"
    if way == "pattern":
        start, dropped = hub() + PEOPLE % (alice, bob), hub() + PEOPLE % ("{env: NEW}", bob)
        taken = hub() + PATTERN % pattern
    else:
        start, dropped = (hub() + GROUP % ("bob@acme.example", pattern, own % word) for word in (alice, "{env: NEW}"))
        taken = hub() + GROUP % ("alice@acme.example, bob@acme.example", pattern, "name: Alice")
    ran = push(start, *APPLY)
    assert ran.code == 0, ran.out + ran.err
    ran = push(dropped, *APPLY, "--base", "HEAD~1")
    assert ran.code == 0, ran.out + ran.err
    repository.git("branch", "merged")
    ran = push(taken, "plan", "--base", "merged")
    assert (ran.code, "Refused (secret-moved)" in ran.err) == (5, True), ran.out + ran.err
    assert "alice@acme.example) would go to other.acme.example; earlier it went to mail.acme.example alone" in ran.err


def test_people_of_a_pattern_may_be_applied_again(
    push: Callable[..., Any], repository: Any, limits: tuple[str, str]
) -> None:
    folder = repository.folder.parent / "people"
    folder.mkdir()
    for name in ("alice", "bob"):
        (folder / f"{name}@acme.example").write_text("c4nary-1x")
        (folder / f"{name}@acme.example").chmod(0o600)
    repository.write({"t.j2": "x\n"})
    start = hub() + BACK["a template"][1]
    push(start, "validate")
    assert push(start, *APPLY, *limits, "--base", "HEAD~1").code == 0
    repository.git("branch", "merged")
    people = start + PATTERN % f"{{file: '{folder}/{{email}}'}}"
    for command in (APPLY, APPLY, ("plan",), ("drift",)):
        ran = push(people, *command, *limits, "--base", "merged")
        assert ran.code == 0, ran.out + ran.err
