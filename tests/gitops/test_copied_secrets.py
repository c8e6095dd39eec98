"""MS806 knows a secret in a file of the repository by what it holds: a copy under another name is the same secret."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from mailspec_tests_sealed import GPG, PGP, armored, cut, enc, sealed, sops

from mailspec.workflow.policy.copied_files import CopiedFiles

Cli = Callable[..., Any]
MAIN = """\
version: 1
instance: {id: acme}
configurations:
"""
ACCOUNT = """\
  - {name: %s, state: inactive, host: %s, port: 587, security: starttls, from: hub@acme.example,
     auth: {username: hub@acme.example, password: %s}}
"""
Files = dict[str, bytes | str]
ONE, TWO = sealed("one"), sealed("two")


class Copy(NamedTuple):
    """What the base has, and what the change brings, which its own account names."""

    base: Files
    reference: str
    change: Files
    copy: str


AGE: Files = {"secrets/hub.age": ONE}
SOPS: Files = {"hub.sops.yml": sops(password=enc("one"))}
FILE: Files = {"secrets/hub": "s3cret-one\n"}
SHOW: Files = {"hub.gpg": "sealed by another program\n"}
COPIES = {
    "age": Copy(AGE, "{age: secrets/hub.age}", {"x.age": ONE}, "{age: x.age}"),
    "age-armored": Copy(AGE, "{age: secrets/hub.age}", {"x.age": armored(ONE)}, "{age: x.age}"),
    "age-rewrapped": Copy({"hub.age": armored(ONE)}, "{age: hub.age}", {"x": armored(ONE, 60, "\n  \n")}, "{age: x}"),
    "age-for-a-person": Copy(
        {"secrets/alice@acme.example.age": ONE}, "{age: secrets/alice@acme.example.age}", {"x.age": ONE}, "{age: x.age}"
    ),
    "sops": Copy(
        SOPS, "{sops: hub.sops.yml#smtp.password}", {"x.yml": SOPS["hub.sops.yml"]}, "{sops: x.yml#smtp.password}"
    ),
    "sops-cut-elsewhere": Copy(
        SOPS,
        "{sops: hub.sops.yml#smtp.password}",
        {"x.yml": sops(password=cut(enc("one")))},
        "{sops: x.yml#smtp.password}",
    ),
    "sops-other-field": Copy(
        SOPS,
        "{sops: hub.sops.yml#smtp.password}",
        {"hub.sops.yml": sops(password=enc("two"), more=enc("one"))},
        "{sops: hub.sops.yml#smtp.more}",
    ),
    "sops-other-format": Copy(
        SOPS,
        "{sops: hub.sops.yml#smtp.password}",
        {"x.json": json.dumps({"smtp": {"password": enc("one")}, "sops": {}}, indent="\t")},
        "{sops: x.json#smtp.password}",
    ),
    "sops-dotenv": Copy(
        {"hub.env": f"#c\nPASSWORD={enc('one')}\nsops_version=3\n"},
        "{sops: hub.env#PASSWORD}",
        {"x.env": f"A={enc('two')}\n\nPASSWORD={enc('one')}\nsops_version=3\n"},
        "{sops: x.env#PASSWORD}",
    ),
    "sops-other-bits-of-base64": Copy(
        {"hub.sops.yml": sops(password=enc("one1"))},
        "{sops: hub.sops.yml#smtp.password}",
        {"x.yml": sops(password=enc("one1").replace("b25lMQ==", "b25lMR=="))},
        "{sops: x.yml#smtp.password}",
    ),
    "sops-other-type": Copy(
        SOPS,
        "{sops: hub.sops.yml#smtp.password}",
        {"x.yml": sops(password=enc("one", "bytes"))},
        "{sops: x.yml#smtp.password}",
    ),
    "sops-that-nobody-can-take-apart": Copy(
        SOPS,
        "{sops: hub.sops.yml#smtp.password}",
        {"x.ini": f"[smtp]\npassword = {enc('one')}\n"},
        "{sops: x.ini#smtp.password}",
    ),
    "sops-a-key-twice": Copy(
        SOPS,
        "{sops: hub.sops.yml#smtp.password}",
        {"x.json": '{"smtp": %s, "smtp": %s}'.replace("%s", json.dumps({"password": enc("one")}))},
        "{sops: x.json#smtp.password}",
    ),
    "sops-behind-what-its-reader-takes-for-a-line-end": Copy(
        SOPS,
        "{sops: hub.sops.yml#smtp.password}",
        {"x.yml": f"# x\u2028smtp: {{password: '{enc('one')}'}}\nother: {enc('two')}\nsops: {{mac: x}}\n"},
        "{sops: x.yml#smtp.password}",
    ),
    "sops-a-step-that-is-several": Copy(
        SOPS,
        "{sops: hub.sops.yml#smtp.password}",
        {"x.yml": f"smtp:\n  - {{a: {{password: '{enc('one')}'}}}}\nsops: {{mac: x}}\n"},
        """{sops: "x.yml#smtpX][0]['a.password"}""",
    ),
    "sops-a-step-of-a-list": Copy(
        SOPS,
        "{sops: hub.sops.yml#smtp.password}",
        {"x.yml": f"smtp:\n    - {enc('one')}\nsops:\n    version: 3.11.0\n"},
        "{sops: x.yml#smtp.0}",
    ),
    "sops-a-key-with-dots": Copy(
        {"hub.sops.yml": f'"smtp.password": {enc("one")}\nsops:\n    version: 3.11.0\n'},
        "{sops: hub.sops.yml#smtp.password}",
        {"x.yml": sops(password=enc("one"))},
        "{sops: x.yml#smtp.password}",
    ),
    "sops-no-text": Copy(
        SOPS, "{sops: hub.sops.yml#smtp.password}", {"x.yml": sops(password="12345678")}, "{sops: x.yml#smtp.password}"
    ),
    "age-that-nobody-can-take-apart": Copy(
        AGE, "{age: secrets/hub.age}", {"x.age": armored(ONE)[:50] + "A" + armored(ONE)[50:]}, "{age: x.age}"
    ),
    "age-without-a-body": Copy(AGE, "{age: secrets/hub.age}", {"x.age": "age-encryption.org/v1\n"}, "{age: x.age}"),
    "what-is-too-large-to-be-read": Copy(FILE, "{file: secrets/hub}", {"x": "s" * (10 * 2**20 + 1)}, "{file: x}"),
    "file": Copy(FILE, "{file: secrets/hub}", {"x": "s3cret-one\r\n"}, "{file: x}"),
    "file-over-a-known-one": Copy(
        {**FILE, "secrets/other": "s3cret-two\n"},
        "{file: secrets/hub}",
        {"secrets/other": "s3cret-one\n"},
        "{file: secrets/other}",
    ),
    "absolute": Copy(FILE, "{file: secrets/hub}", {"x": "s3cret-one\n"}, "{file: %s/x}"),
    "absolute-by-the-kernel": Copy(FILE, "{file: secrets/hub}", {"x": "s3cret-one\n"}, "{file: /proc/self/cwd/x}"),
    "a-link-to-the-copy": Copy(FILE, "{file: secrets/hub}", {"y": "s3cret-one\n", "x": "-> y"}, "{file: x}"),
    "what-a-link-of-the-base-led-to": Copy(
        {"real": "s3cret-one\n", "hub": "-> real"}, "{file: hub}", {"hub": "other\n"}, "{file: real}"
    ),
    "another backend, age": Copy({"hub.age": ONE}, "{command: [age, -d, hub.age]}", {"x.txt": "x\n"}, "{age: hub.age}"),
    "another backend, sops": Copy(
        SOPS, "{command: [sops, -d, hub.sops.yml]}", {"x.txt": "x\n"}, "{sops: hub.sops.yml#smtp.password}"
    ),
    "another program": Copy(
        {"hub.age": armored(ONE)}, "{age: hub.age}", {"x.age": ONE}, "{command: [rage, -d, x.age]}"
    ),
    "command, behind a made-up value": Copy(
        {"hub.gpg": GPG},
        "{command: [gpg, -d, hub.gpg]}",
        {"x.gpg": f"{enc('x')}\n{PGP}"},
        "{command: [gpg, -d, x.gpg]}",
    ),
    "command, by an option": Copy(
        SHOW, "{command: [show, --file=hub.gpg]}", {"x.gpg": SHOW["hub.gpg"]}, "{command: [show, --file=x.gpg]}"
    ),
    "command": Copy(SHOW, "{command: [show, hub.gpg]}", {"x.gpg": SHOW["hub.gpg"]}, "{command: [show, x.gpg]}"),
    "what-a-filter-hides": Copy(
        {**FILE, ".gitattributes": "secrets/* ident\n"}, "{file: secrets/hub}", {"x": "what?\n"}, "{file: x}"
    ),
}


def commit(repository: Any, files: Files, accounts: str) -> None:
    for name, content in files.items():
        path = Path(repository.folder, name)
        path.parent.mkdir(exist_ok=True)
        path.unlink(missing_ok=True)
        if isinstance(content, str) and content.startswith("-> "):
            path.symlink_to(content[3:])
        else:
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
    repository.commit("change", {"mailspec.yml": MAIN + accounts})


@pytest.mark.parametrize("copy", COPIES.values(), ids=COPIES)
def test_a_copy_is_the_secret_that_it_was_copied_from(copy: Copy, repository: Any, cli: Cli) -> None:
    hub = ACCOUNT % ("Hub", "mail.acme.example", copy.reference)
    other = ACCOUNT % ("Other", "other.acme.example", "{file: secrets/other}") if "secrets/other" in copy.base else ""
    commit(repository, copy.base, hub + other)
    reference = copy.copy.replace("%s", str(repository.folder))
    own = hub if copy.copy != "{file: real}" else ""
    commit(repository, copy.change, own + ACCOUNT % ("Other", "other.acme.example", reference))
    ran = cli("validate", "--base", "HEAD~1", cwd=repository.folder)
    assert (ran.code, ran.out.count("MS806")) == (1, 1), ran.out + ran.err
    assert "would go to other.acme.example; before this change it goes to mail.acme.example alone" in ran.out
    assert "goes to other.acme.example" in cli("diff", "HEAD~1", cwd=repository.folder).out


FINE = {
    "another-age-file": Copy(AGE, "{age: secrets/hub.age}", {"x.age": TWO}, "{age: x.age}"),
    "another-field-of-the-file": Copy(
        {"hub.sops.yml": sops(password=enc("one"), more=enc("two"))},
        "{sops: hub.sops.yml#smtp.password}",
        {},
        "{sops: hub.sops.yml#smtp.more}",
    ),
    "a-new-field-of-the-file": Copy(
        SOPS,
        "{sops: hub.sops.yml#smtp.password}",
        {"hub.sops.yml": sops(password=enc("one"), more=enc("two"))},
        "{sops: hub.sops.yml#smtp.more}",
    ),
    "another-file": Copy(FILE, "{file: secrets/hub}", {"x": "s3cret-two\n"}, "{file: x}"),
    "one-that-is-not-there": Copy(FILE, "{file: secrets/hub}", {}, "{file: x}"),
    "another-word-of-the-same-script": Copy(
        {"get.sh": "echo $1\n"}, "{command: [sh, get.sh, hub]}", {}, "{command: [sh, get.sh, other]}"
    ),
}


@pytest.mark.parametrize("copy", FINE.values(), ids=FINE)
def test_another_secret_may_go_anywhere(copy: Copy, repository: Any, cli: Cli) -> None:
    hub = ACCOUNT % ("Hub", "mail.acme.example", copy.reference)
    commit(repository, copy.base, hub)
    commit(repository, copy.change, hub + ACCOUNT % ("Other", "other.acme.example", copy.copy))
    ran = cli("validate", "--base", "HEAD~1", cwd=repository.folder)
    assert "MS806" not in ran.out + ran.err


def test_a_file_that_only_gets_another_name_may_do_so(repository: Any, cli: Cli) -> None:
    commit(repository, AGE, ACCOUNT % ("Hub", "mail.acme.example", "{age: secrets/hub.age}"))
    repository.git("mv", "secrets/hub.age", "new.age")
    commit(repository, {}, ACCOUNT % ("Hub", "mail.acme.example", "{age: new.age}"))
    assert "MS806" not in cli("validate", "--base", "HEAD~1", cwd=repository.folder).out


def test_a_persons_file_is_known_by_the_pattern_that_names_it(repository: Any, cli: Cli) -> None:
    person = "  - {email: %s, mode: smtp, account: {host: %s, password: {age: '{email}.age'}}}\n"
    alice = "  []\nusers:\n" + person % ("alice@acme.example", "mail.acme.example")
    commit(repository, {"alice@acme.example.age": ONE}, alice)
    commit(repository, {"ben@acme.example.age": ONE}, alice + person % ("ben@acme.example", "other.acme.example"))
    ran = cli("validate", "--base", "HEAD~1", cwd=repository.folder)
    assert "would go to other.acme.example; before this change it goes to mail.acme.example alone" in ran.out, ran.out


@pytest.mark.parametrize(("known", "new"), [("x.sops.yml", "n.sops.ini"), ("x.sops.ini", "n.sops.yml")])
def test_what_cannot_be_read_may_be_the_secret_of_any_server(known: str, new: str, repository: Any, cli: Cli) -> None:
    files = {known: f"[smtp]\npassword = {enc('one')}\n" if known.endswith("ini") else sops(password=enc("one"))}
    start = ACCOUNT % ("Hub", "mail.acme.example", f"{{sops: {known}#smtp.password}}")
    start += ACCOUNT % ("Other", "other.acme.example", "{age: y.age}")
    start += ACCOUNT % ("Third", "other.acme.example", "{sops: z.sops.ini#smtp.password}")
    commit(repository, {**files, "y.age": ONE, "z.sops.ini": "[smtp]\npassword = x\n"}, start)
    more = ACCOUNT % ("New", "other.acme.example", f"{{sops: {new}#smtp.password}}")
    commit(repository, {new: "smtp: {password: x}\n"}, start + more)
    ran = cli("validate", "--base", "HEAD~1", cwd=repository.folder)
    assert (ran.code, "would go to other.acme.example; before" in ran.out) == (1, True), ran.out + ran.err


NEARLY = ["ENC[AES256_GCM,data:" + ",iv:,tag:,type:" * 4000, "ENC[AES256_GCM,data:" + "x" * 90_000]


@pytest.mark.parametrize("value", NEARLY)
def test_what_nearly_is_a_value_of_sops_takes_no_time(value: str, repository: Any, cli: Cli) -> None:
    start = ACCOUNT % ("Hub", "mail.acme.example", "{sops: hub.sops.yml#smtp.password}")
    commit(repository, SOPS, start)
    commit(repository, {"hub.sops.yml": sops(password=json.dumps(value))}, start)
    assert cli("validate", "--base", "HEAD~1", cwd=repository.folder).code == 0


def test_another_key_of_the_same_value_is_the_same_secret(repository: Any) -> None:
    """sops authenticates ``smtp: {password: ...}`` and ``"smtp:password": ...`` alike, so that both open."""
    commit(repository, SOPS, ACCOUNT % ("Hub", "mail.acme.example", "{env: X}"))
    base = repository.git("rev-parse", "HEAD")
    value = enc("one")
    repository.write({"hub.sops.yml": f"smtp:\n  password: {value}\n'smtp:password': {value}\n"})
    files = CopiedFiles(str(repository.folder), base, lambda _reference: False)
    path = f"{os.path.realpath(repository.folder)}/hub.sops.yml"
    assert list(files.originals({"sops": "hub.sops.yml#smtp:password"})) == [{"sops": f"{path}#smtp.password"}]
    assert list(files.originals({"sops": "hub.sops.yml#smtp.password"})) == []
