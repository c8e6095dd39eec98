"""What a second stranger tried by pull requests: each way is a kind of its own, with its siblings."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Cli = Callable[..., Any]
SPEC = """\
version: 1
instance: {id: acme}
policy: {require_tls: true}
configurations:
  - name: Hub
    state: active
    host: mail.acme.example
    port: 587
    security: starttls
    auth: {username: hub@acme.example, password: {env: ACME_P}}
    from: hub@acme.example
"""
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
