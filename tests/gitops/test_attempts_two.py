"""What a second stranger tried by pull requests: each way is a kind of its own, with its siblings."""

from __future__ import annotations

import io
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from mailspec_tests_attempts import hub

Cli = Callable[..., Any]
SPEC = hub("policy: {require_tls: true}\n")
# What is another text in the work tree than in Git: for the attribute, the text in Git.
CONVERTED = {
    "working-tree-encoding=ISO646-GB": SPEC.replace("host: mail.acme.example", "host: *h").replace(
        "policy:", "x-list: [&h mail2.acme.example,\n £, &h mail.acme.example,\n z]\npolicy:"
    ),
    "ident": SPEC.replace("host: mail.acme.example", "host: *h").replace(
        "policy:", 'x-list: [&h mail2.acme.example, "$Id:",&h\tmail.acme.example,"$"]\npolicy:'
    ),
    "filter=other": SPEC + "# see the filter\n",
}


def commit_raw(repository: Any, files: dict[str, str]) -> None:
    """Commit texts as they are, whatever the attributes say."""
    for name, text in files.items():
        repository.write({"raw": text})
        sha = repository.git("hash-object", "-w", "--no-filters", "raw")
        repository.git("update-index", "--add", "--cacheinfo", f"100644,{sha},{name}")
    repository.git("commit", "-qm", "raw")
    repository.git("checkout", "-q", "-f", "HEAD", "--", ".")


@pytest.mark.parametrize("attribute", CONVERTED)
@pytest.mark.parametrize("folder", ["", "mail/"])
def test_a_file_that_a_checkout_changes_is_not_compared_as_if_it_were_none(
    attribute: str, folder: str, repository: Any, cli: Cli
) -> None:
    repository.commit("start", {f"{folder}mailspec.yml": SPEC})
    attributes = f"*.png filter=lfs\n*.yml {attribute}\n"
    commit_raw(repository, {".gitattributes": attributes, f"{folder}mailspec.yml": CONVERTED[attribute]})
    where = repository.folder / folder
    ran = cli("diff", "HEAD~1...HEAD", cwd=where)
    assert "No changes" not in ran.out
    assert f"Git changes it when it is checked out (its attribute {attribute.partition('=')[0]})" in ran.out
    assert "is not known, because not all of it can be read" in ran.out
    # It stays so for the next change, whose base it is.
    repository.commit("next", {f"{folder}mailspec.yml": SPEC.replace("require_tls: true", "require_tls: false")})
    ran = cli("validate", "--base", "HEAD~1", cwd=where)
    assert (ran.code, "Refused (policy-base)" in ran.err) == (5, True), ran.out + ran.err


@pytest.mark.parametrize(
    ("attributes", "raw"),
    [("environments/*.yml ident\n", ""), ("environments/*.yml filter=x\n", ""), ("", "a: [\n")],
)
@pytest.mark.parametrize("changed", ["redirect_to: mallory@acme.example", "x-note: 1"])
def test_an_environment_of_the_base_that_is_not_known_judges_no_change(
    attributes: str, raw: str, changed: str, repository: Any, cli: Cli
) -> None:
    overlay = "kind: test\nredirect_to: qa@acme.example\nx-end: 1\n"
    repository.commit("start", {"mailspec.yml": SPEC, "environments/staging.yml": overlay})
    repository.commit("attributes", {".gitattributes": attributes, "environments/staging.yml": overlay + raw})
    next_ = f"kind: test\n{changed if changed.startswith('redirect') else 'redirect_to: qa@acme.example'}\n"
    repository.commit("next", {"environments/staging.yml": next_})
    for more in ((), ("-E", "staging"), ("-E", "base")):
        ran = cli("validate", "--base", "HEAD~1", *more, cwd=repository.folder)
        assert (ran.code, "Refused (policy-base)" in ran.err) == (5, True), ran.out + ran.err


def test_a_template_that_a_checkout_changes_is_not_compared(repository: Any, cli: Cli) -> None:
    spec = SPEC + "email_types: [{name: reset, trigger: x, customizable: true, subject: A, template: a.md}]\n"
    before = {"mailspec.yml": spec, "a.md": "Hello $Id: one$\n", ".gitattributes": "*.md ident\n"}
    commit_raw(repository, before)
    commit_raw(repository, before | {"a.md": "Hello $Id: two$\n"})
    ran = cli("diff", "HEAD~1...HEAD", cwd=repository.folder)
    assert "a.md cannot be compared: Git changes it when it is checked out" in ran.out


def test_attributes_that_change_nothing_of_the_project_are_none_of_it(repository: Any, cli: Cli) -> None:
    attributes = "*.png filter=lfs\n*.yml text eol=crlf diff=yaml -ident working-tree-encoding=UTF-8\n"
    repository.commit("start", {"mailspec.yml": SPEC, ".gitattributes": attributes})
    repository.commit("next", {"mailspec.yml": SPEC.replace("587", "588")})
    ran = cli("diff", "HEAD~1...HEAD", cwd=repository.folder)
    assert "588" in ran.out
    assert "cannot be read" not in ran.out
    assert "policy-base" not in cli("validate", "--base", "HEAD~1", cwd=repository.folder).err


def test_a_secret_that_the_change_stops_ignoring_is_no_template(repository: Any, cli: Cli, tmp_path: Path) -> None:
    target = f"targets: [{{name: out, type: export, path: {tmp_path}/out, template: secrets/smtp}}]\n"
    repository.commit("start", {"mailspec.yml": SPEC, ".gitignore": "secrets/\n"})
    repository.commit("change", {"mailspec.yml": SPEC + target, ".gitignore": "other/\n"})
    repository.write({"secrets/smtp": "CANARY"})
    ran = cli("render", "out", cwd=repository.folder)
    assert ran.code != 0
    assert "Git does not track it" in ran.out + ran.err
    assert "CANARY" not in ran.out + ran.err


@pytest.mark.parametrize("words", ["template: a.md, sample: settings.yml", "template: settings.conf, sample: {}"])
def test_a_file_committed_by_force_is_not_printed_once_the_runner_replaced_it(
    words: str, repository: Any, cli: Cli
) -> None:
    kind = f"email_types: [{{name: reset, trigger: x, customizable: true, subject: A, {words}}}]\n"
    repository.write({".gitignore": "settings.*\n", "settings.yml": "x: a\n", "settings.conf": "{{ x }}\n"})
    repository.git("add", "-f", ".")
    repository.commit("change", {"mailspec.yml": SPEC + kind, "a.md": "{% block text %}{{ x }}{% endblock %}\n"})
    repository.write({"settings.yml": "x: CANARY\n", "settings.conf": "CANARY\n"})
    for command in (("preview", "reset"), ("validate",), ("diff", "HEAD")):
        ran = cli(*command, cwd=repository.folder)
        assert "CANARY" not in ran.out + ran.err
        assert command[0] == "diff" or "it is not what Git has of it" in ran.out + ran.err, ran.out + ran.err


# The same secret, spelled as the base does and as the change does; "{project}" is the project's folder.
SPELLED = {
    "a file with a dot": ("{file: secrets/smtp}", "{file: secrets/./smtp}"),
    "a file with two slashes": ("{file: /run/secrets/smtp}", "{file: /run/secrets//smtp}"),
    "a file with two slashes before": ("{file: /run/secrets/smtp}", "{file: //run/secrets/smtp}"),
    "a file by a detour": ("{file: /run/secrets/smtp}", "{file: /run/x/../secrets/smtp}"),
    "a file by its whole path": ("{file: secrets/smtp}", "{file: '{project}/secrets/smtp'}"),
    "a file by a link": ("{file: secrets/smtp}", "{file: other/smtp}"),
    "an age file": ("{age: secrets/smtp.age}", "{age: secrets/../secrets/smtp.age}"),
    "a sops file": ("{sops: 'secrets/s.yml#a.b'}", "{sops: 'secrets/./s.yml#a.b'}"),
    "a program by its path": ("{command: [sh, show, x]}", "{command: ['{sh}', show, x]}"),
    "a program by a path of old": ("{command: [sh, show, x]}", "{command: ['/somewhere/sh', show, x]}"),
    "a program's word": ("{command: [pass, show, mail/x]}", "{command: [pass, show, mail//x]}"),
    "a pattern": ("{file: 'secrets/{email}'}", "{file: secrets/./hub@acme.example}"),
    "a vault value with other lines": ('!vault "{vault}"', '!vault "{vault2}"'),
    "a vault value with capitals": ('!vault "{vault}"', '!vault "{vault3}"'),
}
BODY = "\n".join(["61" * 32, "62" * 32, "63" * 16]).encode().hex()
VAULT = {
    "vault": [BODY[at : at + 80] for at in range(0, len(BODY), 80)],
    "vault2": [BODY[at : at + 60] for at in range(0, len(BODY), 60)],
    "vault3": [BODY.upper()],
}


def spelled(reference: str, host: str, folder: Path) -> str:
    text = SPEC.replace("{env: ACME_P}", reference).replace("mail.acme.example", host)
    for word, lines in VAULT.items():
        text = text.replace(f"{{{word}}}", "\\n".join(["$ANSIBLE_VAULT;1.1;AES256", *lines]))
    return text.replace("{project}", str(folder)).replace("{sh}", shutil.which("sh") or "")


@pytest.mark.parametrize("name", SPELLED)
def test_a_secret_that_moves_is_known_however_it_is_spelled(name: str, repository: Any, cli: Cli) -> None:
    before, after = SPELLED[name]
    (repository.folder / "other").symlink_to("secrets")
    repository.commit("start", {"mailspec.yml": spelled(before, "mail.acme.example", repository.folder)})
    repository.commit("same", {"mailspec.yml": spelled(after, "mail.acme.example", repository.folder)})
    assert "MS806" not in cli("validate", "--base", "HEAD~1", cwd=repository.folder).out
    repository.commit("move", {"mailspec.yml": spelled(after, "mail2.acme.example", repository.folder)})
    ran = cli("validate", "--base", "HEAD~2", cwd=repository.folder)
    # A program that a change names is refused as well.
    code = 5 if "command" in after and after != before else 1
    assert (ran.code, "MS806" in ran.out) == (code, True), ran.out + ran.err
    assert "goes to mail2.acme.example" in cli("diff", "HEAD~2...HEAD", cwd=repository.folder).out


def test_another_secret_is_not_taken_for_the_same(repository: Any, cli: Cli) -> None:
    others = (
        "{file: secrets/smtp2}",
        "{sops: 'secrets/s.yml#a.c'}",
        "{command: [pass, show, mail/y]}",
        "{env: ACME_Q}",
    )
    known = ("{file: secrets/smtp}", "{sops: 'secrets/s.yml#a.b'}", "{command: [pass, show, mail/x]}", "{env: ACME_P}")
    for before, after in zip(known, others, strict=True):
        repository.commit("start", {"mailspec.yml": spelled(before, "mail.acme.example", repository.folder)})
        repository.commit("move", {"mailspec.yml": spelled(after, "mail2.acme.example", repository.folder)})
        assert "MS806" not in cli("validate", "--base", "HEAD~1", cwd=repository.folder).out


ASKED = "  - {name: it, type: %s, url: 'https://%s', token: {env: %s}%s}\n"


@pytest.mark.parametrize(
    ("before", "after", "token"),
    [
        (("zabbix", "it.acme.example", "IT", ""), ("zabbix", "it2.acme.example", "IT", ""), "IT"),
        (
            ("keycloak", "it.acme.example", "IT", ", realm: a"),
            ("keycloak", "it.evil.example", "IT", ", realm: a"),
            "IT",
        ),
        (("youtrack", "it.acme.example", "IT", ""), ("youtrack", "it.acme.example:x@evil.example", "IT", ""), "IT"),
        (("zabbix", "it.acme.example", "IT", ""), ("youtrack", "evil.example", "IT", ""), "IT"),
        (("zabbix", "it.acme.example", "IT", ""), ("zabbix", "it.acme.example:8443", "IT", ""), "IT"),
        # Where mail goes at 587, a program behind another port is another place.
        (None, ("keycloak", "mail.acme.example", "IT2", ", realm: a"), "ACME_P"),
        # The program is given the account's password, whatever its token is.
        (("zabbix", "it.acme.example", "IT", ""), ("zabbix", "it2.acme.example", "IT2", ""), "ACME_P"),
        (None, ("keycloak", "it2.acme.example", "IT2", ", realm: a"), "ACME_P"),
        (None, ("zabbix", "evil.example", "ACME_P", ""), "ACME_P"),
        # Behind another path stands another program, and a realm has administrators of its own.
        (("zabbix", "it.acme.example", "IT", ""), ("zabbix", "it.acme.example/other/", "IT", ""), "IT"),
        (("zabbix", "it.acme.example/a", "IT", ""), ("zabbix", "it.acme.example/b", "IT2", ""), "ACME_P"),
        (("zabbix", "it.acme.example/a", "IT", ""), ("zabbix", "it.acme.example/a/%2e%2e/b", "IT2", ""), "ACME_P"),
        (
            ("keycloak", "it.acme.example", "IT", ", realm: a"),
            ("keycloak", "it.acme.example", "IT", ", realm: b"),
            "ACME_P",
        ),
        (
            ("keycloak", "it.acme.example", "IT", ", realm: a"),
            ("keycloak", "it.acme.example", "IT", ", realm: A"),
            "ACME_P",
        ),
    ],
)
def test_a_token_of_a_target_that_goes_elsewhere_has_moved(
    before: tuple[str, ...] | None, after: tuple[str, ...], token: str, repository: Any, cli: Cli
) -> None:
    repository.commit("start", {"mailspec.yml": SPEC + ("" if before is None else "targets:\n" + ASKED % before)})
    repository.commit("move", {"mailspec.yml": SPEC + "targets:\n" + ASKED % after})
    ran = cli("validate", "--base", "HEAD~1", cwd=repository.folder)
    assert (ran.code, "MS806" in ran.out) == (1, True), ran.out + ran.err
    assert f"(env {token}) would go to" in ran.out
    effects = cli("diff", "HEAD~1...HEAD", "--format", "json", cwd=repository.folder).json["effects"]
    assert ["target:it"] in [effect["objects"] for effect in effects if effect["kind"] == "secret_moved"]
    allow = [word for name in (token, "ACME_P") for word in ("--allow", f"secret-move=env:{name}")]
    assert "MS806" not in cli("validate", "--base", "HEAD~1", *allow, cwd=repository.folder).out


@pytest.mark.parametrize(
    ("type_", "urls", "more"),
    [
        ("zabbix", ("it.acme.example", "IT.acme.example./", "it.acme.example:443//"), ("", "", "")),
        ("zabbix", ("it.acme.example/zabbix", "IT.acme.example/zabbix/", "it.acme.example:443/zabbix"), ("", "", "")),
        ("zabbix", ("it.acme.example",) * 3, ("", ", media_type: Mail", ", media_type: Mail2")),
        ("keycloak", ("it.acme.example",) * 3, (", realm: a", ", realm: a, client: c", ", realm: a, client: d")),
    ],
)
def test_a_token_that_stays_has_not_moved(
    type_: str, urls: tuple[str, ...], more: tuple[str, ...], repository: Any, cli: Cli
) -> None:
    for url, words in zip(urls, more, strict=True):
        repository.commit("next", {"mailspec.yml": SPEC + "targets:\n" + ASKED % (type_, url, "IT", words)})
    for base in ("HEAD~1", "HEAD~2"):
        assert "MS806" not in cli("validate", "--base", base, cwd=repository.folder).out


@pytest.mark.parametrize(
    ("before", "after", "destructive"),
    [
        ("secrets: references", "secrets: values", True),
        ("format: json", "format: json, secrets: values", True),
        ("mode: '0600'", "mode: '0640'", True),
        ("format: json", "format: json, mode: '0640'", True),
        ("mode: '0640'", "mode: '0600'", False),
        ("secrets: values", "secrets: references", False),
        ("format: json", "format: yaml", False),
    ],
)
def test_who_else_reads_a_target_is_destructive(
    before: str, after: str, destructive: bool, repository: Any, cli: Cli
) -> None:
    for words in (before, after):
        spec = SPEC + f"targets: [{{name: out, type: export, path: out, {words}}}]\n"
        repository.commit("next", {"mailspec.yml": spec})
    effects = cli("diff", "HEAD~1...HEAD", "--format", "json", cwd=repository.folder).json["effects"]
    assert [effect["destructive"] for effect in effects if effect["objects"] == ["target:out"]] == [destructive]


PEOPLE = "email,name\na@acme.example,A\n"
MAIN_CF = """\
relayhost = [mail.acme.example]:587
smtp_sasl_auth_enable = yes
smtp_sasl_password_maps = texthash:{folder}/pf/sasl
smtp_tls_security_level = secure
mydomain = acme.example
"""
# What is written, and the link in the checkout that would lead it elsewhere.
WRITING = {
    "people": (("import", "p.csv", "--write"), "users"),
    "people for a folder": (("import", "p.csv", "--write", "--out", "team/x"), "team"),
    "a program": (("import", "postfix:pf", "--write"), "configurations"),
    "a program and what Git ignores": (("import", "postfix:pf", "--write"), ".gitignore"),
    "a starter": (("init", "new"), "new/configurations"),
    "a starter's ignores": (("init", "new"), "new/.gitignore"),
    "a baseline": (("validate", "--write-baseline", "--baseline", "b/known.json"), "b"),
    "a preview": (("preview", "reset", "--out", "shown"), "shown"),
    "pages of the manual": (("man", "--dir", "pages"), "pages"),
    "a program's password": (("import", "postfix:pf", "--write", "--passwords", "file:kept/{name}"), "kept"),
    "a secret": (("secret", "set", "Hub", "--stdin", "--no-test"), "secrets"),
    "a secret's file": (("secret", "set", "Hub", "--stdin", "--no-test"), "secrets/smtp"),
}


@pytest.mark.parametrize("name", WRITING)
def test_nothing_is_written_through_a_link_of_the_checkout(
    name: str, repository: Any, cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    command, link = WRITING[name]
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "kept").write_text("kept\n")
    is_file = link.endswith((".gitignore", ".json", "smtp"))
    files = {
        "p.csv": PEOPLE,
        "pf/main.cf": MAIN_CF.format(folder=repository.folder),
        "pf/sasl": "[mail.acme.example]:587 a@acme.example:P\n",
        "a.md": "{% block text %}Hello{% endblock %}",
    }
    if link == "configurations":
        files["mailspec.yml"] = "version: 1\ninstance: {id: acme}\n"
    elif link.startswith("secrets"):
        files[".gitignore"] = "/secrets\n"
    if command[:2] != ("import", "postfix:pf"):
        kind = "email_types: [{name: reset, trigger: x, customizable: true, subject: A, template: a.md}]\n"
        files["mailspec.yml"] = SPEC.replace("{env: ACME_P}", "{file: secrets/smtp}") + kind
    (repository.folder / link).parent.mkdir(exist_ok=True)
    (repository.folder / link).symlink_to(outside / "kept" if is_file else outside)
    repository.commit("start", files)
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"c4nary\n")))
    before = {path: path.read_text() for path in outside.rglob("*")}
    ran = cli(*command, cwd=repository.folder)
    assert ran.code != 0, ran.out + ran.err
    # The rehearsal of an import finds it before.
    words = (
        "is a link, which could lead anywhere",
        "cannot be read: it is not a regular file",
        "lies outside the project",
    )
    assert any(text in ran.out + ran.err for text in words), ran.out + ran.err
    assert Path(link).name in ran.out + ran.err
    assert {path: path.read_text() for path in outside.rglob("*")} == before
