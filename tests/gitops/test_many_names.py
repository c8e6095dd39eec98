"""A change of very many names, or of links that make many out of few, is not read in part in silence."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Cli = Callable[..., Any]
POLICY = "policy: {allowed_recipients: ['*@acme.example'], require_tls: true}\n"
LOOSE = "policy: {allowed_recipients: ['*']}\n"
MAIN = "version: 1\ninstance: {id: acme}\n"
EVIL = "configurations: [{name: Evil, state: inactive, host: mail9.acme.example, port: 587, from: e@acme.example}]\n"
DEPTH = 18


def links(folder: str, root: Path) -> None:
    """Make folders with two links each to the next one: 2 to the power of 18 ways lead to the last."""
    for number in range(DEPTH):
        (root / folder / f"d{number}").mkdir(parents=True)
        for name in "ab":
            (root / folder / f"d{number}/{name}").symlink_to(f"../d{number + 1}")
    (root / folder / f"d{DEPTH}").mkdir()
    (root / folder / f"d{DEPTH}/readme.txt").write_text("x\n")


def names(folder: str, repository: Any, thousands: int) -> None:
    """Add a folder of so many thousand empty files to the index; none of them is in the work tree."""
    sha = repository.git("hash-object", "-w", "/dev/null")
    files = repository.git("mktree", stdin="".join(f"100644 blob {sha}\tf{n:03}.txt\n" for n in range(1000)))
    folders = "".join(f"040000 tree {files}\td{n:03}\n" for n in range(thousands))
    repository.git("read-tree", f"--prefix={folder}/", repository.git("mktree", stdin=folders))


@pytest.mark.parametrize("kind", ["links", "names"])
def test_what_a_folder_of_other_things_holds_hides_nothing(kind: str, repository: Any, cli: Cli) -> None:
    repository.commit(
        "start", {"mailspec.yml": MAIN + POLICY + "include: [conf/*.yml]\n", "conf/a.yml": "features: []\n"}
    )
    if kind == "links":
        links("zzz", repository.folder)
    else:
        names("zzz", repository, 101)
    repository.write({"targets/evil.yml": EVIL, "conf/b.yml": EVIL.replace("Evil", "Other")})
    repository.git("add", "targets", "conf", *(["zzz"] if kind == "links" else []))
    repository.git("commit", "-qm", "change")
    before = time.monotonic()
    ran = cli("diff", "HEAD~1...HEAD", cwd=repository.folder)
    assert "configuration 'Evil' and configuration 'Other': new" in ran.out, ran.out + ran.err
    assert "not known" not in ran.out
    assert time.monotonic() - before < 10


@pytest.mark.parametrize("folder", ["targets", "conf"])
def test_a_folder_that_is_read_only_in_part_is_an_error_and_no_policy(
    folder: str, repository: Any, cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mailspec.source.walk.MAX_FILES", 500)
    monkeypatch.setattr("mailspec.source.revision.MAX_FILES", 500)
    main = MAIN + "include: ['conf/**/*.yml']\n"
    links(folder, repository.folder)
    repository.commit("start", {"mailspec.yml": main, "conf/z/policy.yml": POLICY})
    repository.commit("loosen", {"mailspec.yml": main, "conf/z/policy.yml": LOOSE})
    ran = cli("diff", "HEAD~1...HEAD", cwd=repository.folder)
    assert "is not known, because not all of it can be read" in ran.out.splitlines()[0], ran.out + ran.err
    ran = cli("validate", "--base", "HEAD~1", cwd=repository.folder)
    assert (ran.code, "Refused (policy-base)" in ran.err) == (5, True), ran.out + ran.err
    assert "the folder is not listed: there are more than" in ran.out
    repository.commit("no more links", {})
    repository.git("rm", "-rqf", *(f"{folder}/d{number}" for number in range(DEPTH + 1)))
    repository.git("commit", "-qm", "no more links")
    # What the base holds is not known then either.
    ran = cli("validate", "--base", "HEAD~1", cwd=repository.folder)
    assert (ran.code, "Refused (policy-base)" in ran.err) == (5, True), ran.out + ran.err


@pytest.mark.parametrize("pattern", [".conf/policy.yml", ".conf/*.yml", "conf/.hidden/*.yml"])
def test_a_hidden_file_is_read_on_no_side(pattern: str, repository: Any, cli: Cli) -> None:
    name = pattern.replace("*", "policy")
    main = MAIN + f"include: ['{pattern}']\n"
    repository.commit("start", {"mailspec.yml": main, name: POLICY})
    repository.commit("more", {name: POLICY + EVIL})
    assert "No changes" in cli("diff", "HEAD~1...HEAD", cwd=repository.folder).out
    ran = cli("validate", cwd=repository.folder)
    assert "names no file that could be read" in ran.out
    assert "Evil" not in cli("show", cwd=repository.folder).out
