"""``mailspec import``: good tables become files that validate; each bad row is a finding at its cell."""

from __future__ import annotations

import os
from time import perf_counter

import pytest

from mailspec.text import read

SPEC = "version: 1\ninstance: {name: Acme}\nusers:\n  - {email: Dan@acme.example}\n"
GOOD = "email,name,mode,password\nalice@acme.example,Alice Martin,outlook,\nbob@acme.example,Bob,smtp,env:BOB_PW\n"


@pytest.fixture
def project(tmp_path):
    (tmp_path / "mailspec.yml").write_text(SPEC)
    (tmp_path / "people.csv").write_text(GOOD)
    return tmp_path


def table(project, text: str, encoding: str = "utf-8"):
    (project / "people.csv").write_bytes(text.encode(encoding))


def places(ran) -> list[tuple[str, int, int]]:
    return [(f["code"], f["location"]["line"], f["location"]["column"]) for f in ran.json["findings"]]


def test_without_write_nothing_is_written(cli, project):
    ran = cli("import", "people.csv", cwd=project)
    assert (ran.code, sorted(os.listdir(project))) == (0, ["mailspec.yml", "people.csv"])
    assert ran.out.startswith(
        "# users/people.yml\n# Imported from people.csv.\nusers:\n  - email: alice@acme.example\n"
    )
    assert "--write" in ran.err


def test_what_is_written_validates(cli, project):
    assert cli("import", "people.csv", "--write", cwd=project).code == 0
    written = read("x", (project / "users/people.yml").read_bytes()).data
    assert [person["email"] for person in written["users"]] == ["alice@acme.example", "bob@acme.example"]
    shown = cli("show", "user:bob@acme.example", "--format", "json", cwd=project)
    assert shown.json[0]["effective"]["auth.password"]["value"] == {"env": "BOB_PW"}


def test_a_file_a_person(cli, project):
    table(project, GOOD + '"a/b@acme.example",,,\n.x@acme.example,,,\n')
    assert cli("import", "people.csv", "--each", "--write", cwd=project).code == 0
    names = ["%2Ex@acme.example.yml", "a%2Fb@acme.example.yml", "alice@acme.example.yml", "bob@acme.example.yml"]
    assert sorted(os.listdir(project / "users")) == names
    assert len(cli("show", "--format", "json", cwd=project).json) >= 5


def test_a_file_of_the_same_name_that_the_project_does_not_read_stays(cli, project):
    (project / "elsewhere").mkdir()
    (project / "elsewhere/people.yml").write_text("mine")
    refused = cli("import", "people.csv", "--out", "elsewhere", "--write", cwd=project)
    assert (refused.code, "elsewhere/people.yml" in refused.err) == (5, True)
    assert (project / "elsewhere/people.yml").read_text() == "mine"


def test_each_bad_cell_is_a_finding_and_nothing_is_written(cli, project):
    table(
        project,
        "email,name,mode,port,password\n"
        "alice@acme.example,x,smpt,70000,\n"
        "bob,x,,,\n"
        "carol@acme.example,x,,,canary-password\n"
        "ALICE@acme.example,x,,,\n"
        ",nobody,,,\n"
        "dan@acme.example,x,,,\n"
        "eve@acme.example,a\u200bb,,,\n",
    )
    ran = cli("import", "people.csv", "--write", "--format", "json", cwd=project)
    assert ran.code == 1
    assert places(ran) == [
        ("MS003", 2, 22),
        ("MS003", 2, 27),
        ("MS003", 3, 1),
        ("MS301", 4, 24),
        ("MS005", 5, 1),
        ("MS003", 6, 1),
        ("MS008", 8, 18),
    ]
    assert ran.json["written"] is False
    assert not (project / "users").exists()
    assert "canary" not in ran.out + ran.err
    text = cli("import", "people.csv", cwd=project)
    assert "Did you mean smtp?" in text.out
    assert "canary" not in text.out + text.err


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_each_encoding_of_spreadsheets_is_read(cli, project, encoding):
    table(project, "email,name\nzoe@acme.example,Zoë\n", encoding)
    assert "name: Zoë" in cli("import", "people.csv", cwd=project).out


@pytest.mark.parametrize(
    ("raw", "words"), [(b"email,name\nz@acme.example,Zo\xeb\n", "line 2 is not UTF-8"), (None, "cannot be read")]
)
def test_a_table_that_cannot_be_read_is_wrong_use(cli, project, raw, words):
    (project / "people.csv").unlink() if raw is None else (project / "people.csv").write_bytes(raw)
    ran = cli("import", "people.csv", cwd=project)
    assert (ran.code, words in ran.err) == (2, True)


def test_hostile_cells_are_escaped(cli, project):
    table(project, 'email,name\nx@acme.example,"\x1b[2J"\n')
    ran = cli("import", "people.csv", cwd=project)
    assert "\x1b" not in ran.out + ran.err


def test_without_a_project_it_makes_the_first_files(cli, tmp_path):
    (tmp_path / "people.csv").write_text(GOOD)
    assert cli("import", "people.csv", "--write", cwd=tmp_path).code == 0
    assert (tmp_path / "users/people.yml").exists()


def test_fifty_thousand_rows_take_seconds(cli, project):
    rows = "".join(f'p{n}@acme.example,"Person, {n}",smtp,keyring:acme/p{n}\n' for n in range(50_000))
    table(project, "email,name,mode,password\n" + rows)
    start = perf_counter()
    ran = cli("import", "people.csv", "--write", "--format", "json", cwd=project)
    assert perf_counter() - start < 30
    assert (ran.json["people"], ran.json["written"]) == (50_000, True)
    assert [file["people"] for file in ran.json["files"]] == [10_000] * 5
