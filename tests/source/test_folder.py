"""Which files a project is made of, and what is said of those that cannot be read."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from mailspec.source import layout
from mailspec.source.folder import Folder, find_project


def test_the_layout_decides_what_is_read(project, read):
    root = project(
        "mailspec.yml",
        *(f"{name}/deep/er/x.yaml" for name in ("configurations", "groups", "users", "mailings", "targets")),
        *("environments/staging.yml", "environments/prod/deep/x.yml"),
        # not read:
        *("notes.yml", "other/x.yml", "users/x.json", "users/.hidden.yml", "users/.git/x.yml", ".mailspec/x.yml"),
        *("environments/.prod/x.yml", "mailspec.yaml", "users/x.yml.bak", "sub/mailspec.yml"),
    )
    assert list(read(root)) == [
        "configurations/deep/er/x.yaml",
        "environments/prod/deep/x.yml",
        "environments/staging.yml",
        "groups/deep/er/x.yaml",
        "mailings/deep/er/x.yaml",
        "mailspec.yml",
        "targets/deep/er/x.yaml",
        "users/deep/er/x.yaml",
    ]
    assert set(read(root).values()) == {""}


@pytest.mark.parametrize(
    ("inside", "environment"),
    [
        ("environments/staging.yml", "staging"),
        ("environments/staging.eu.yaml", "staging.eu"),
        ("environments/prod/a/b.yml", "prod"),
        ("users/a.yml", None),
    ],
)
def test_an_overlay_belongs_to_its_environment(project, inside, environment):
    root = project(inside)
    (file,) = Folder(str(root), str(root)).files()
    assert file.environment == environment


def test_names_are_relative_to_the_working_folder(project):
    root = project("mailspec.yml", "users/a.yml")
    shown = {folder: [file.name for file in Folder(str(root), str(folder)).files()] for folder in (root.parent, root)}
    assert shown == {
        root.parent: ["project/mailspec.yml", "project/users/a.yml"],
        root: ["mailspec.yml", "users/a.yml"],
    }
    assert Folder(str(root), str(root / "users")).name("users/a.yml") == "../users/a.yml"


def test_the_nearest_project_upwards_is_found(project):
    root = project("mailspec.yml", "a/mailspec.yml", "a/b/c.yml")
    assert find_project(str(root / "a/b")) == str(root / "a")
    assert find_project(str(root / "a")) == str(root / "a")
    assert find_project(str(root)) == str(root)
    assert find_project("/") is None


@pytest.mark.parametrize("inside", ["mailspec.yml", "users/a.yml"])
@pytest.mark.parametrize("kind", ["pipe", "socket", "device", "folder"])
def test_what_is_no_file_is_refused_at_once(project, read, special, monkeypatch, kind, inside):
    root = project("groups/g.yml")
    monkeypatch.chdir(root)
    path = root / inside
    path.parent.mkdir(exist_ok=True)
    before = time.monotonic()
    if kind == "folder":
        path.mkdir()
        # Only mailspec.yml must be a file; a folder of people may have any name.
        expected = {"mailspec.yml": {"mailspec.yml": "it is not a regular file"}}.get(inside, {})
    else:
        special[kind](path)
        led_out = path.is_symlink()
        expected = {inside: "it is a link that leads out of the project" if led_out else "it is not a regular file"}
    assert read(root) == {"groups/g.yml": "", **expected}
    assert time.monotonic() - before < 2


def test_links_inside_the_project_are_followed(project, read):
    root = project("mailspec.yml", "shared/a.yml", "shared/team/b.yml")
    (root / "users").mkdir()
    (root / "users/a.yml").symlink_to("../shared/a.yml")
    (root / "users/team").symlink_to(root / "shared/team")
    assert read(root) == {"mailspec.yml": "", "users/a.yml": "", "users/team/b.yml": ""}


@pytest.mark.parametrize("inside", ["mailspec.yml", "users", "users/a.yml", "users/team", "users/deep/team"])
def test_a_link_out_of_the_project_is_refused(project, read, tmp_path, inside):
    root = project("groups/g.yml")
    (tmp_path / "outside/deep").mkdir(parents=True)
    (tmp_path / "outside/a.yml").write_text("version: 1\n")
    (root / inside).parent.mkdir(parents=True, exist_ok=True)
    (root / inside).symlink_to(tmp_path / ("outside/a.yml" if inside.endswith(".yml") else "outside"))
    assert read(root) == {"groups/g.yml": "", inside: "it is a link that leads out of the project"}


def test_a_folder_with_a_longer_name_is_not_the_project(project, read, tmp_path):
    root = project("users/a.yml")
    (tmp_path / "project-too").mkdir()
    (tmp_path / "project-too/b.yml").write_text("version: 1\n")
    (root / "users/b.yml").symlink_to(tmp_path / "project-too/b.yml")
    assert read(root)["users/b.yml"] == "it is a link that leads out of the project"


def test_links_that_go_round_end(project, read):
    root = project("users/a.yml", "users/deep/b.yml")
    (root / "users/deep/self").symlink_to(".")
    (root / "users/deep/up").symlink_to("..")
    (root / "users/top").symlink_to("..")
    (root / "users/x.yml").symlink_to("y.yml")
    (root / "users/y.yml").symlink_to("x.yml")
    (root / "users/nowhere.yml").symlink_to("gone.yml")
    round_ = "it is a link to a folder that it stands in"
    assert read(root) == {
        "users/a.yml": "",
        "users/deep/b.yml": "",
        "users/deep/self": round_,
        "users/deep/up": round_,
        "users/top": round_,
        "users/x.yml": "it cannot be read: too many levels of symbolic links",
        "users/y.yml": "it cannot be read: too many levels of symbolic links",
        "users/nowhere.yml": "it cannot be read: no such file or directory",
    }


def test_many_links_to_one_folder_end(project, monkeypatch):
    # Each folder has two links to the next one: 2 to the power of 20 ways lead to the last.
    monkeypatch.setattr("mailspec.source.walk.MAX_FILES", 50)
    root = project()
    for number in range(20):
        (root / f"all/{number}").mkdir(parents=True)
        for name in "xy":
            (root / f"all/{number}/{name}").symlink_to(f"../{number + 1}")
    (root / "users").symlink_to("all")
    before = time.monotonic()
    Folder(str(root), str(root)).files()
    assert time.monotonic() - before < 2


def test_what_may_not_be_read_is_reported(seen_by_nobody):
    def make(root: Path) -> None:
        for name in ("users/a.yml", "users/b.yml", "groups/deep/c.yml", "targets/t.yml"):
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text("version: 1\n")
        (root / "users/b.yml").chmod(0)
        (root / "groups/deep").chmod(0)
        (root / "targets").chmod(0)

    assert seen_by_nobody(make) == {
        "groups/deep": "the folder cannot be listed: permission denied",
        "targets": "the folder cannot be listed: permission denied",
        "users/a.yml": "",
        "users/b.yml": "it cannot be read: permission denied",
    }


def test_a_large_file_is_refused_before_it_is_read(project, read):
    root = project("users/a.yml", "users/b.yml")
    for name, size in (("a.yml", layout.MAX_BYTES), ("b.yml", layout.MAX_BYTES + 1)):
        os.truncate(root / "users" / name, size)
    assert read(root) == {
        "users/a.yml": "",
        "users/b.yml": "it has 10,485,761 bytes; at most 10,485,760 (10 MiB) are read",
    }


def test_too_many_files_are_refused(project, monkeypatch, read):
    monkeypatch.setattr(layout, "MAX_FILES", 3)
    root = project("mailspec.yml", "users/a.yml", "users/b.yml")
    assert len(read(root)) == 3
    project("users/c.yml")
    assert read(root) == {"mailspec.yml": "the project has more than 3 files, the most that is read"}


def test_names_that_are_no_text_are_kept(project, read):
    root = project("mailspec.yml")
    (root / "users").mkdir()
    with open(os.fsencode(root / "users") + b"/caf\xe9.yml", "wb") as stream:
        stream.write(b"version: 1\n")
    (name,) = [name for name in read(root) if name.startswith("users")]
    assert os.fsencode(name) == b"users/caf\xe9.yml"


def test_include_finds_what_its_patterns_name(project, tmp_path):
    root = project(
        "mailspec.yml", "extra.yml", "teams/x/mail.yml", "teams/y/mail.yml", "teams/y/other.yml", "teams/.z/mail.yml"
    )
    folder = Folder(str(root), str(root))

    def named(*patterns: str) -> list[str]:
        return [file.inside for file in folder.matching(list(patterns))]

    assert named("extra.yml", "./teams/*/mail.yml") == ["extra.yml", "teams/x/mail.yml", "teams/y/mail.yml"]
    assert named("teams/**") == ["teams/x/mail.yml", "teams/y/mail.yml", "teams/y/other.yml"]
    assert named("**/mail.yml") == ["teams/x/mail.yml", "teams/y/mail.yml"]
    assert named("teams/[!x]/*.yml") == ["teams/y/mail.yml", "teams/y/other.yml"]
    assert named("nothing/*.yml", "gone.yml") == []


def test_include_leaves_other_programs_links_alone(project, tmp_path):
    root = project("teams/mail.yml")
    (tmp_path / "outside").mkdir()
    (root / "linked").symlink_to(tmp_path / "outside")
    (root / "teams/again").symlink_to("..")
    assert [(file.inside, file.refusal) for file in Folder(str(root), str(root)).matching(["**/*.yml"])] == [
        ("teams/mail.yml", "")
    ]
    (root / "teams/out.yml").symlink_to("/etc/hostname")
    found = {file.inside: file.refusal for file in Folder(str(root), str(root)).matching(["teams/*.yml"])}
    assert found["teams/out.yml"] == "it is a link that leads out of the project"


def test_a_file_that_is_cut_while_it_is_read_is_refused(project, read, monkeypatch):
    root = project("users/a.yml")
    pieces = iter([b"ver"])
    monkeypatch.setattr(os, "read", lambda _descriptor, _size: next(pieces, b""))
    assert read(root) == {"users/a.yml": "it changed while it was read"}
