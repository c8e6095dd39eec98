"""MS806 where a password is written out: for the owner of a certificate, and beside what a template says."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from mailspec_tests_attempts import hub

from mailspec.workflow.checks.moved_secrets import Known

Cli = Callable[..., Any]
SPEC = hub("policy: {require_tls: true}\n")
SEALED = "  - {name: ss, type: sealed_secret, path: s.yml, resource: mail, namespace: acme, certificate: %s}\n"


def test_passwords_that_are_sealed_for_another_are_reported(repository: Any, cli: Cli) -> None:
    repository.commit("start", {"mailspec.yml": SPEC + "targets:\n" + SEALED % "certs/kube.pem"})
    repository.commit("same", {"mailspec.yml": SPEC + "targets:\n" + SEALED % "./certs/kube.pem"})
    assert "MS806" not in cli("validate", "--base", "HEAD~1", cwd=repository.folder).out
    repository.commit("swap", {"mailspec.yml": SPEC + "targets:\n" + SEALED % "certs/evil.pem"})
    output = cli("diff", "HEAD~2...HEAD", cwd=repository.folder).out
    assert "! target 'ss': its passwords are sealed for certs/evil.pem and not for certs/kube.pem" in output
    ran = cli("validate", "--base", "HEAD~2", cwd=repository.folder)
    assert (ran.code, "MS806" in ran.out) == (1, True)
    assert (
        "would go to the owner of certs/evil.pem; before this change it goes to the owner of certs/kube.pem" in ran.out
    )


def link(repository: Any, name: str, meant: str) -> None:
    path = repository.folder / name
    if path.is_symlink() or path.exists():
        path.rename(repository.folder / f"old-{path.name}")
    path.symlink_to(meant)


@pytest.mark.parametrize("way", ["contents", "link to another file", "link of a folder", "new where the base has none"])
def test_another_certificate_under_the_old_name_is_reported(way: str, repository: Any, cli: Cli) -> None:
    spec = {"mailspec.yml": SPEC + "targets:\n" + SEALED % "certs/kube.pem", "evil/kube.pem": "THEIRS"}
    repository.commit("start", spec if way.startswith("new") else {**spec, "certs/kube.pem": "OURS"})
    if way == "contents" or way.startswith("new"):
        repository.write({"certs/kube.pem": "THEIRS"})
    elif way == "link to another file":
        link(repository, "certs/kube.pem", "../evil/kube.pem")
    else:
        link(repository, "certs", "evil")
    repository.commit("swap")
    ran = cli("validate", "--base", "HEAD~1", cwd=repository.folder)
    assert (ran.code, "MS806" in ran.out) == (1, True), ran.out
    assert "would go to the owner of certs/kube.pem (SHA-256 " in ran.out


def test_the_same_certificate_under_the_old_name_is_no_move(repository: Any, cli: Cli) -> None:
    spec = {"mailspec.yml": SPEC + "targets:\n" + SEALED % "certs/kube.pem", "certs/kube.pem": "OURS"}
    repository.commit("start", spec)
    link(repository, "certs/kube.pem", "../old-kube.pem")
    repository.commit("same contents by a link")
    assert "MS806" not in cli("validate", "--base", "HEAD~1", cwd=repository.folder).out


def test_a_certificate_that_is_new_is_told(repository: Any, cli: Cli) -> None:
    repository.commit("start", {"mailspec.yml": SPEC})
    repository.commit("seal", {"mailspec.yml": SPEC + "targets:\n" + SEALED % "certs/evil.pem"})
    out = cli("validate", "--base", "HEAD~1", cwd=repository.folder).out
    assert "would go to the owner of certs/evil.pem; before this change it goes to mail.acme.example alone" in out


TEMPLATE = "MAIL_HOST=%s\nMAIL_PASSWORD={{ configurations[0].auth.password }}\n"
WRITES = "targets:\n  - {name: app, type: export, path: ../app.env, template: t/app.j2, secrets: %s, adopt: true}\n"


@pytest.mark.parametrize("before", ["an env file", "references only", "another text"])
def test_a_template_that_writes_another_server_beside_a_password_is_told(
    before: str, repository: Any, cli: Cli
) -> None:
    first = {
        "an env file": {"mailspec.yml": SPEC + "targets: [{name: app, type: env_file, path: ../app.env}]\n"},
        "references only": {"mailspec.yml": SPEC + WRITES % "references", "t/app.j2": TEMPLATE % "evil.example"},
        "another text": {"mailspec.yml": SPEC + WRITES % "values", "t/app.j2": TEMPLATE % "mail.acme.example"},
    }
    repository.commit("start", first[before])
    repository.commit("swap", {"mailspec.yml": SPEC + WRITES % "values", "t/app.j2": TEMPLATE % "evil.example"})
    if before != "another text":
        # Another type for a file of the base, and values for references, are a refusal of their own, which comes first.
        ran = cli("validate", "--base", "HEAD~1", cwd=repository.folder)
        assert (ran.code, "Refused (target-reader)" in ran.err) == (5, True), ran.out + ran.err
        ran = cli("validate", "--base", "HEAD~1", "--allow", "policy-change", cwd=repository.folder)
        assert ran.code == 1
    else:
        # Without limits, no template of a change writes anything.
        ran = cli("validate", "--base", "HEAD~1", cwd=repository.folder)
        assert (ran.code, "Refused (unasked-target)" in ran.err) == (5, True), ran.out + ran.err
    assert "would go to what t/app.j2 names (SHA-256 " in ran.out
    assert "goes to what t/app.j2 names (SHA-256 " in cli("diff", "HEAD~1...HEAD", cwd=repository.folder).out


def test_the_same_template_with_other_settings_is_no_move(repository: Any, cli: Cli) -> None:
    files = {"mailspec.yml": SPEC + WRITES % "values", "t/app.j2": TEMPLATE % "{{ configurations[0].host }}"}
    repository.commit("start", files)
    repository.commit("more", {"mailspec.yml": SPEC.replace("id: acme", "id: acme, name: Acme") + WRITES % "values"})
    assert "MS806" not in cli("validate", "--base", "HEAD~1", cwd=repository.folder).out


@pytest.mark.parametrize("target", [SEALED % "certs/evil.pem", (WRITES % "values").partition("\n")[2]])
def test_a_secret_in_a_file_of_the_repository_is_told_too(target: str, repository: Any, cli: Cli) -> None:
    # The base knows it by what the file holds, too, and nothing there is written out.
    spec = SPEC.replace("{env: ACME_P}", "{file: secrets/hub}")
    assert spec != SPEC
    repository.commit("start", {"mailspec.yml": spec, "secrets/hub": "s3cret-of-the-hub"})
    files = {"mailspec.yml": spec + "targets:\n" + target, "t/app.j2": TEMPLATE % "evil.example"}
    repository.commit("write out", files)
    out = cli("validate", "--base", "HEAD~1", cwd=repository.folder).out
    assert ("MS806" in out, "before this change it goes to mail.acme.example alone" in out) == (True, True), out


EXPORT = "  - {name: %s, type: export, path: ../%s.txt, template: t/%s.j2, secrets: values}\n"


def exports(*names: str) -> str:
    return "targets:\n" + "".join(EXPORT % (name, name, name) for name in names)


def test_a_template_among_several_is_told_by_its_name(repository: Any, cli: Cli) -> None:
    files = {f"t/{name}.j2": f"{name} {TEMPLATE}" % "mail.acme.example" for name in "abc"}
    repository.commit("start", {"mailspec.yml": SPEC + exports("a", "b"), **files})
    repository.commit("one more", {"mailspec.yml": SPEC + exports("b", "c", "a")})
    out = cli("validate", "--base", "HEAD~1", cwd=repository.folder).out
    assert out.count("MS806") == 1
    assert "would go to what t/c.j2 names (SHA-256 " in out, out
    told = out.partition("before this change it goes to ")[2].partition("alone")[0]
    assert [f"what t/{name}.j2 names (SHA-256 " in told for name in "ab"] == [True, True]


@pytest.mark.parametrize("names", [("a",), ("c", "b", "a"), ("b", "b2", "c")])
def test_fewer_templates_another_order_and_the_same_one_twice_are_no_move(
    names: tuple[str, ...], repository: Any, cli: Cli
) -> None:
    files = {f"t/{name}.j2": f"{name} {TEMPLATE}" % "mail.acme.example" for name in "abc"}
    repository.commit("start", {"mailspec.yml": SPEC + exports("a", "b", "c"), **files})
    repository.commit("same", {"mailspec.yml": SPEC + exports(*names).replace("t/b2.j2", "./t/b.j2")})
    assert "MS806" not in cli("validate", "--base", "HEAD~1", cwd=repository.folder).out


STAGING = "environments/staging.yml"


@pytest.mark.parametrize("where", ["the base", "staging"])
def test_a_template_of_another_environment_is_compared_with_all(where: str, repository: Any, cli: Cli) -> None:
    files = {f"t/{name}.j2": f"{name} {TEMPLATE}" % "mail.acme.example" for name in "abc"}
    overlay = {STAGING: "version: 1\n" + exports("b").replace("t/", "../t/").replace("values", "values, new: true")}
    repository.commit("start", {"mailspec.yml": SPEC + exports("a"), **overlay, **files})
    more = exports("a", "b") if where == "the base" else exports("a")
    overlay = (
        overlay
        if where == "the base"
        else {STAGING: "version: 1\n" + exports("b", "c").replace("t/", "../t/").replace("values", "values, new: true")}
    )
    repository.commit("change", {"mailspec.yml": SPEC + more, **overlay})
    ran = cli("validate", "--base", "HEAD~1", cwd=repository.folder)
    # What staging writes, the base may write as well: the same secret, by the same words.
    assert "would go to what t/b.j2" not in ran.out, ran.out
    assert ("would go to what t/c.j2" in ran.out) == (where == "staging"), ran.out


def test_many_templates_are_compared_at_once(repository: Any, cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    names = [f"t{number}" for number in range(40)]
    people = "users:\n" + "".join(
        f"  - {{email: p{number}@acme.example, account: {{password: {{env: ACME_P{number}}}}}}}\n"
        for number in range(50)
    )
    account = (
        "host: mail.acme.example, port: 587, security: starttls, username: '{email}', password: {keyring: '{email}'}"
    )
    people = f"general: {{users: {{mode: smtp, account: {{{account}}}}}}}\n{people}"
    files = {f"t/{name}.j2": "{{ users|length }}\n" for name in names}
    repository.commit("start", {"mailspec.yml": SPEC + people + exports(*names), **files})
    repository.commit("change", {"mailspec.yml": SPEC + people + exports(*names[1:])})
    compared = []
    moved = Known.moved
    monkeypatch.setattr(Known, "moved", lambda self, sent: [*moved(self, sent), *(compared.append(sent) or ())])
    out = cli("validate", "--base", "HEAD~1", cwd=repository.folder).out
    assert ("MS806" in out, 100 <= len(compared) < 120) == (False, True), len(compared)
