"""MS806 where a password is written out: for the owner of a certificate, and beside what a template says."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from mailspec_tests_attempts import hub

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
