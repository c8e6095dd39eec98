"""``mailspec import`` a second time: the table changes what it says, and every other word and comment stays."""

from __future__ import annotations

import io

import openpyxl
import pytest

SPEC = """version: 1
instance: {name: Acme}
general: {users: {mode: other}}
users:
  # the boss
  - email: Dan@acme.example  # since 2019
    name: Dan
    account: {may_send_as: [office@acme.example]}
  - {email: eve@acme.example, name: Eve}
"""
HR = "email,first name,last name,department\n"


@pytest.fixture
def project(tmp_path):
    (tmp_path / "mailspec.yml").write_text(SPEC)
    return tmp_path


@pytest.fixture
def load(cli, project):
    def run(text: str | bytes, *words: str, name: str = "hr.csv"):
        (project / name).write_bytes(text if isinstance(text, bytes) else text.encode())
        return cli("import", name, "--write", *words, cwd=project)

    return run


def changes(ran) -> list[tuple[str, str, list[str]]]:
    return [(change["change"], change["email"], change["fields"]) for change in ran.json["changes"]]


def test_who_is_declared_by_hand_changes_in_place_to_the_byte(load, project):
    ran = load("email,name,mode,username\ndan@acme.example,Dan Weber,,dw\nEVE@acme.example,Eve,other,\n")
    assert ran.code == 0
    expected = SPEC.replace("name: Dan\n", "name: Dan Weber\n")
    expected = expected.replace("[office@acme.example]}", "[office@acme.example], username: dw}")
    expected = expected.replace("name: Eve}", "name: Eve, mode: other}")
    assert (project / "mailspec.yml").read_text() == expected
    assert not (project / "users").exists()


def test_a_second_time_changes_adds_and_keeps_what_was_written_by_hand(load, project):
    load(HR + "alice@acme.example,Alice,Martin,Sales\nbob@acme.example,Bob,Weber,IT\n")
    file = project / "users/hr.yml"
    by_hand = "    mode: other\n    account:\n      may_send_as: [info@acme.example]  # until May\n"
    file.write_text(file.read_text().replace("name: Alice Martin\n", "name: Alice Martin\n" + by_hand))
    table = HR + "alice@acme.example,Alice,Marten,IT\ncarol@acme.example,Carol,X,HR\n"
    ran = load(table, "--format", "json")
    assert changes(ran) == [
        ("changed", "alice@acme.example", ["name", "group"]),
        ("added", "carol@acme.example", []),
        ("missing", "bob@acme.example", []),
    ]
    assert file.read_text() == (
        "# Imported from hr.csv.\nusers:\n"
        "  - email: alice@acme.example\n    name: Alice Marten\n"
        + by_hand
        + "  - email: bob@acme.example\n    name: Bob Weber\n"
        "  - email: carol@acme.example\n    name: Carol X\n"
        "groups:\n  - name: Sales\n    members: []\n"
        "  - name: IT\n    members:\n      - bob@acme.example\n      - alice@acme.example\n"
        "  - name: HR\n    members: [carol@acme.example]\n"
    )
    again = load(table, "--format", "json")
    assert (changes(again), again.json["files"]) == ([("missing", "bob@acme.example", [])], [])


def test_who_left_goes_only_when_asked_and_what_goes_with_them_is_reported(load, project):
    load("email,name\nalice@acme.example,Alice\nbob@acme.example,Bob\n")
    file = project / "users/hr.yml"
    file.write_text(file.read_text() + "    x-desk: 12\n")
    left = "email,name\nalice@acme.example,Alice\n"
    ran = load(left)
    assert "bob@acme.example: no longer in the table; --remove" in ran.out
    assert "bob" in file.read_text()
    gone = load(left, "--remove")
    assert "- bob@acme.example: removed, with x-desk written by hand" in gone.out
    assert "bob" not in file.read_text()
    # Who was never in this table is nobody's business of it.
    assert (project / "mailspec.yml").read_text() == SPEC


def test_everybody_may_leave_and_others_come(load, project, cli):
    load("email,name\nalice@acme.example,Alice\n")
    load("email,name\nbob@acme.example,Bob\n", "--remove")
    assert (project / "users/hr.yml").read_text() == (
        "# Imported from hr.csv.\nusers:\n  - email: bob@acme.example\n    name: Bob\n"
    )
    assert cli("validate", cwd=project).code == 0


def test_a_file_with_aliases_is_left_to_the_hand(load, project):
    text = SPEC.replace("name: Dan\n", "name: &n Dan\n").replace("name: Eve", "name: *n")
    (project / "mailspec.yml").write_text(text)
    ran = load("email,name\ndan@acme.example,Dan Weber\nnew@acme.example,New\n")
    assert (ran.code, "mailspec.yml cannot be changed by an import" in ran.out) == (1, True)
    assert (project / "mailspec.yml").read_text() == text
    assert not (project / "users").exists()


GOOGLE = (
    "First Name [Required],Last Name [Required],Email Address [Required],Password [Required],Org Unit Path [Required],"
    "Department,Status\nAlice,Martin,alice@acme.example,****,/,Sales,Active\n"
)
CONTACTS = "Given Name,Family Name,E-mail 1 - Value,Phone 1 - Value\nAlice,Martin,alice@acme.example,1\n"
MICROSOFT = (
    "User principal name,Display name,First name,Last name,Department,Licenses\n"
    "alice@acme.example,Alice Martin,Alice,Martin,Sales,E3\n"
)
ENTRA = (
    "userPrincipalName,displayName,surname,mail,department\na@t.example,Alice Martin,Martin,alice@acme.example,Sales\n"
)
EXCEL = "sep=;\r\nE-Mail;Vorname;Nachname;Abteilung\r\nalice@acme.example;Alice;Martin;Sales\r\n"


@pytest.mark.parametrize("text", [GOOGLE, CONTACTS, MICROSOFT, ENTRA, EXCEL])
def test_exports_of_other_programs_are_read_by_their_titles(load, project, text):
    assert load(text).code == 0
    written = (project / "users/hr.yml").read_text()
    assert "  - email: alice@acme.example\n    name: Alice Martin\n" in written
    assert ("Sales" in written) == (text is not CONTACTS)
    assert "***" not in written


def test_a_title_that_nobody_exports_is_still_a_finding(load):
    ran = load("email,naem\nalice@acme.example,A\n")
    assert (ran.code, "Did you mean name?" in ran.out) == (1, True)


def test_a_column_of_a_table_made_by_hand_is_never_dropped_in_silence(load, project):
    ran = load("E-Mail;Vorname;Nachname;Passwort\nalice@acme.example;Alice;Martin;canary-word\n")
    assert (ran.code, "'Passwort' is not a column that can be imported" in ran.out) == (1, True)
    assert "canary" not in ran.out + ran.err
    assert not (project / "users").exists()


def workbook(rows: list[list[object]]) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    raw = io.BytesIO()
    book.save(raw)
    return raw.getvalue()


def test_a_workbook_is_read_like_a_table(load, project):
    rows = [["Email", "Name", "Port", None], ["alice@acme.example", "Alice", 587.0, None], [None] * 4]
    assert load(workbook(rows), name="hr.xlsx").code == 0
    assert "    account: {port: 587}\n" in (project / "users/hr.yml").read_text()


def test_a_wrong_cell_of_a_workbook_is_placed_by_row_and_column(load):
    ran = load(workbook([["email", "mode"], ["alice@acme.example", "smpt"]]), "--format", "json", name="hr.xlsx")
    (found,) = ran.json["findings"]
    assert (found["code"], found["location"]["line"], found["location"]["column"]) == ("MS003", 2, 2)


@pytest.mark.parametrize("raw", [b"PK\x03\x04 no workbook", workbook([["email"]])[:-40]], ids=["no archive", "cut off"])
def test_what_only_looks_like_a_workbook_is_wrong_use(load, raw):
    ran = load(raw, name="hr.xlsx")
    assert (ran.code, "save it as CSV" in ran.err, "Traceback" in ran.err) == (2, True, False)
