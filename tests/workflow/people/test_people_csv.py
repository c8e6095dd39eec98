from __future__ import annotations

import pytest

from mailspec.workflow.people.people_csv import COLUMNS, read_table


def people(text: str, **renamed: str):
    table = read_table("people.csv", text, renamed)
    assert table.findings == []
    return [row.data for row in table.rows]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_each_spreadsheets_dialect_is_read(delimiter, newline):
    text = newline.join([delimiter.join(["email", "name"]), delimiter.join(["a@acme.example", "Alice"]), ""])
    assert people(text) == [{"email": "a@acme.example", "name": "Alice"}]


def test_every_column_has_its_place():
    cells = {
        "email": "a@acme.example",
        "name": '"Martin, ""Al"""',
        "mode": "smtp",
        "username": "alice",
        "from": "Al <al@acme.example>",
        "host": "smtp.acme.example",
        "port": "587",
        "security": "starttls",
        "method": "login",
        "timeout": "30s",
        "password": "keyring:acme/{email}",
        "may_send_as": "b@acme.example *@news.acme.example",
        "may_send_on_behalf_of": "c@acme.example",
        "outlook_version": "classic",
        "outlook_accounts": "b@acme.example;c@acme.example",
    }
    assert cells.keys() == COLUMNS.keys()
    (person,) = people(",".join(cells) + "\n" + ",".join(cells.values()))
    assert person == {
        "email": "a@acme.example",
        "name": 'Martin, "Al"',
        "mode": "smtp",
        "account": {
            "username": "alice",
            "from": "Al <al@acme.example>",
            "host": "smtp.acme.example",
            "port": 587,
            "security": "starttls",
            "method": "login",
            "timeout": "30s",
            "password": {"keyring": "acme/{email}"},
            "may_send_as": ["b@acme.example", "*@news.acme.example"],
            "may_send_on_behalf_of": ["c@acme.example"],
        },
        "outlook": {"version": "classic", "accounts": ["b@acme.example", "c@acme.example"]},
    }


@pytest.mark.parametrize(
    ("cell", "reference"),
    [
        ("env:ALICE_PW", {"env": "ALICE_PW"}),
        ("command: pass show mail/alice", {"command": ["pass", "show", "mail/alice"]}),
        ("file:/run/secrets/a:b", {"file": "/run/secrets/a:b"}),
        ("vault:secret/mail/a#password", {"vault": "secret/mail/a#password"}),
        ("hunter2", "hunter2"),
        ("ansible_vault:x", "ansible_vault:x"),
    ],
)
def test_a_password_is_a_reference(cell, reference):
    (person,) = people(f"email,password\na@acme.example,{cell}\n")
    assert person["account"]["password"] == reference


def test_empty_cells_and_lines_give_nothing():
    assert people("email,name,port\n\na@acme.example, ,\n\n") == [{"email": "a@acme.example"}]


def test_titles_are_taken_as_people_write_them():
    assert people(" Email ,May-Send As\na@acme.example,b@acme.example\n")[0]["account"] == {
        "may_send_as": ["b@acme.example"]
    }
    assert people("E-Mail,Phone\na@acme.example,1\n", **{"E-Mail": "email", "Phone": ""}) == [
        {"email": "a@acme.example"}
    ]


@pytest.mark.parametrize(
    ("text", "code", "place"),
    [
        ("", "MS003", (1, 1)),
        ("name\nx\n", "MS003", (1, 1)),
        ("email,nmae\n", "MS004", (1, 7)),
        ("email,name, name\n", "MS002", (1, 13)),
        ("email,name\na@acme.example\n", "MS003", (2, 1)),
        ('email,name\na@acme.example,"x" y\n', "MS001", (2, 1)),
        ('email,name\na@acme.example,"x\ny\n', "MS001", (3, 1)),
    ],
)
def test_a_table_that_cannot_be_used_is_a_finding(text, code, place):
    found = read_table("people.csv", text, {}).findings
    assert [finding.code for finding in found] == [code]
    assert found[0].location is not None
    assert (found[0].location.line, found[0].location.column) == place


@pytest.mark.parametrize(
    ("path", "place"),
    [
        (("email",), (4, 2, 4, 16)),
        (("name",), (4, 18, 5, 5)),
        (("account", "port"), (5, 6, 5, 9)),
        (("account", "password", "keyring"), (5, 11, 5, 18)),
        (("unknown",), (4, 2, 4, 16)),
    ],
)
def test_a_cell_is_found_behind_quoted_lines(path, place):
    text = 'email,name,port,password\nx@acme.example,"a\nb",1,\n a@acme.example ,"Al\nice",abc, env:PWD \n'
    table = read_table("people.csv", text, {})
    where = table.where(table.rows[1], path)
    assert (where.line, where.column, where.end_line, where.end_column) == place
