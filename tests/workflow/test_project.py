"""PATH and --project: which project is meant, and what is no project."""

from __future__ import annotations

import os

import pytest

from mailspec.workflow.project import ProjectNotFoundError, UsageError, open_project, open_projects

SPEC = "version: 1\n"


def test_the_nearest_project_upwards(put, monkeypatch):
    root = put({"mailspec.yml": SPEC, "users/deep/a.yml": SPEC, "inner/mailspec.yml": SPEC, "inner/x/notes.txt": ""})
    monkeypatch.chdir(root / "users/deep")
    opened = open_project(".")
    assert (opened.root, opened.only) == (str(root), ())
    assert opened.loaded.read == {"../../mailspec.yml", "../../users/deep/a.yml"}
    assert open_project("a.yml").only == ("../../users/deep/a.yml",)
    monkeypatch.chdir(root)
    assert open_project("inner/x").root == str(root / "inner")
    assert open_project("users/deep/a.yml").only == ("users/deep/a.yml",)


def test_a_folder_without_mailspec_yml_is_its_own_project(put):
    root = put({"some/users/a.yml": SPEC})
    assert open_project("some").root == str(root / "some")
    assert open_project("some").loaded.read == {"some/users/a.yml"}
    assert open_project("some/users/a.yml", project="some").only == ("some/users/a.yml",)


def test_an_empty_folder_is_no_project(put):
    root = put({"empty/notes.yml": SPEC})
    with pytest.raises(ProjectNotFoundError, match="Try: mailspec init"):
        open_project("empty")
    with pytest.raises(ProjectNotFoundError, match=r"neither mailspec\.yml nor the folders"):
        open_project("empty/notes.yml")
    (root / "empty/mailspec.yaml").write_text(SPEC)
    with pytest.raises(ProjectNotFoundError, match=r"mailspec\.yaml is not read; name it mailspec\.yml"):
        open_project("empty")


def test_what_does_not_exist(put):
    put({"mailspec.yml": SPEC})
    with pytest.raises(UsageError, match=r"gone\.yml does not exist"):
        open_project("gone.yml")
    with pytest.raises(UsageError, match="gone is not a folder"):
        open_project(".", project="gone")
    with pytest.raises(UsageError, match=r"mailspec\.yml is not a folder"):
        open_project(".", project="mailspec.yml")


def test_a_file_that_the_project_does_not_read(put):
    put({"mailspec.yml": SPEC, "notes.yml": SPEC, "users/x.txt": ""})
    for name in ("notes.yml", "users/x.txt"):
        with pytest.raises(UsageError, match=f"{name} is not read by the project"):
            open_project(name)


def test_a_path_outside_of_the_named_project(put):
    put({"one/mailspec.yml": SPEC, "two/mailspec.yml": SPEC})
    for path in ("two", "two/mailspec.yml", "."):
        with pytest.raises(UsageError, match="is not in the project one"):
            open_project(path, project="one")
    assert open_project("one/mailspec.yml", project="one").only == ("one/mailspec.yml",)


def test_a_project_behind_a_link(put):
    root = put({"real/mailspec.yml": SPEC, "real/users/a.yml": SPEC})
    (root / "link").symlink_to("real")
    assert open_project("link/users/a.yml").only == ("link/users/a.yml",)
    assert open_project("link/users/a.yml", project="real").only == ("real/users/a.yml",)


def test_a_project_is_loaded_once(put, monkeypatch):
    put({"one/mailspec.yml": SPEC, "one/users/a.yml": SPEC, "two/mailspec.yml": SPEC})
    from mailspec.workflow import project

    loaded = []
    real = project.load

    def load(source, root, *args, **more):
        loaded.append(root)
        return real(source, root, *args, **more)

    monkeypatch.setattr(project, "load", load)
    opened = open_projects(["one/mailspec.yml", "one/users/a.yml", "two", "one/mailspec.yml"])
    assert [held.only for held in opened] == [("one/mailspec.yml", "one/users/a.yml"), ()]
    assert len(loaded) == 2


def test_a_working_folder_that_is_gone(put, tmp_path):
    root = put({"mailspec.yml": SPEC})
    (tmp_path / "gone").mkdir()
    os.chdir(tmp_path / "gone")
    (tmp_path / "gone").rmdir()
    try:
        with pytest.raises(UsageError, match="The working folder is gone"):
            open_project(str(root))
    finally:
        os.chdir(root)
