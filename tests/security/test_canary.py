"""A secret in a file: under right, wrong, misspelt and unknown keys, in broken YAML, in URLs; no command shows it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

HEAD = "version: 1\nconfigurations:\n  - name: A\n    host: smtp.acme.invalid\n    from: a@acme.example\n"
COMMANDS = [
    *(
        ("validate",),
        ("validate", "-v", "--format", "json"),
        ("validate", "--format", "html"),
        ("validate", "--strict"),
    ),
    *(("validate", "--format", "sarif"), ("validate", "--fix", "--unsafe", "--diff"), ("validate", "--with-secrets")),
    *(("show",), ("show", "--format", "json"), ("plan",), ("status",), ("test", "--to", "a@acme.example"), ("drift",)),
]
# Under these a secret is looked for; the first are the language's own, the last are not known at all.
KEYS = [
    *("password", "client_secret", "client_key", "pasword", "passwrd", "passwort", "pwd", "pw", "secret", "sercet"),
    *("token", "api_key", "apikey", "key", "smtp_pass", "credentials", "authorization", "user_password", "kennwort"),
    *("foo", "x-foo", "x-password"),
]
# How a value is written, with <q> for the canary in single quotes, <w> for it as a word, <a> and <b> for its halves.
BROKEN = {
    "unclosed double quote": '"<w>',
    "unclosed single quote": "'<w>",
    "reserved sign": "@<w>",
    "percent sign": "%<w>",
    "backtick": "`<w>",
    "colon inside": "<a>: <b>",
    "unclosed bracket": "[<w>",
    "unclosed brace": "{<w>",
    "quote inside": '"<a>"<b>"',
    "tab": "\t<w>",
    "anchor": "&<w>",
    "alias": "*<w>",
    "tag": "!<w> x",
    "bad block": "|<w>",
    "bad folded block": "><w>\n <b>",
    "hash inside": "<a> #<b>",
    "unknown escape": '"<a>\\q<b>"',
    "dash": "- <w>",
    "question": "? <w>",
    "comma": ", <w>",
    "three lines": "<a>\n<b>\n  <b>",
    "number": "!!int <w>",
    "control character": "<a>\x07<b>",
    "block": "|\n        <q>\n        <w>",
    "block cut short": "|\n        <q>\n       <w>",
    "list": "[<q>, {b: <w>}]",
    "map": "{env: <q>, file: <w>}",
    "map of the secret": "{<w>: , <q>: x}",
    "template": "'{{ <w> }}'",
    "bare template": "{{ <w> }}",
    "comment": "x # password: <w>",
}
PLACES = {
    "block": "    auth:\n      username: a\n      <key>: <value>\n      port: 25\n",
    "flow": "    auth: {username: a, <key>: <value>}\n    prot: 25\n",
    "after": "    auth:\n      <key>: <value>\n     username: a\n",
    "twice": "    auth:\n      <key>: <value>\n      <key>: <value>\n",
    "dropped": "    auth: {username: a}\n    auth:\n      <key>: <value>\n",
    "deep": "    <key>: {a: [<value>]}\n",
    "top": "<key>: <value>\n",
    "people": "general: {users: {mode: smtp, account: {<key>: <value>}}}\n"
    "users: [{email: a@acme.example, account: {<key>: <value>}}]\n",
    "inline overlay": "environments:\n  s:\n    configurations:\n      - name: A\n        auth:\n"
    "          <key>: <value>\n",
}
OTHERS = {
    "glued in a flow": HEAD + "    auth: {username: a, password:<w>}\n",
    "glued in a block": HEAD + "    auth:\n      password:<w>\n      username: a\n",
    "no colon": HEAD + "    auth: {username: a, password <w>}\n",
    "equals sign": HEAD + "    auth: {username: a, password=<w>: }\n    password=<w>: x\n",
    "instead of a map": HEAD
    + "    auth: <w>\n    tls: <w>\n    headers: <w>\nusers: <w>\ngeneral: <w>\npolicy: [<w>]\n",
    "instead of an item": "version: 1\nconfigurations: [<w>, 'password:<w>']\n"
    "users: [{email: a@acme.example, account: <w>}]\n",
    "as a wrong value": HEAD
    + "    port: <q>\n    security: <q>\n    timeout: <q>\n    state: <q>\n    auth: {method: <q>}\n",
    "behind an anchor": HEAD
    + "    auth: {username: a, password: &p <q>}\n    x-again: *p\n    prot: 5\nx-more: [*p]\n",
    "before an alias": "x-foo: &p <q>\n" + HEAD + "    auth: {username: a, password: *p}\n    port: x\n",
    "again in a comment": HEAD + "    auth: {username: a, password: <w>}\n    prot: 25 # it was <w>\n    # <w>\n",
    "in comments": HEAD + "    prot: 25 # old password = <w>\n    port: 25 # mailspec: ignore[MS104] token=<w>\n",
    "as a key": HEAD + "    auth:\n      ? {password: <w>}\n      : x\n      ? [a, <w>]\n      : y\n",
    "in a second document": HEAD + "---\npassword: <w>\n",
    "as the whole file": "<w>\n",
    "as a list": "- <w>\n- password: <w>\n",
    "in a host": HEAD.replace("smtp.", "smtp://hub:<w>@smtp."),
    "in a host with an at sign": HEAD.replace("smtp.", "smtp://hub:<a>@<b>@smtp."),
    "in other URLs": HEAD
    + "    ehlo_name: smtp://hub:<w>@x\n    auth: {oauth: {issuer: 'https://u:<w>@idp.acme.example/'}}\n",
    "in a header": HEAD + "    headers: {Authorization: 'Basic <w>', X-Api-Key: <q>}\n    prot: 5\n",
    "in sample data": HEAD + "email_types: [{name: e, sample: {password: <q>}, colour: <w>}]\n",
}


def documents() -> Iterator[tuple[str, str]]:
    for key in KEYS:
        for place, text in PLACES.items():
            more = "    colour: <w>\n" if place == "block" else ""
            yield f"{key} {place}", HEAD + text.replace("<key>", key).replace("<value>", "<q>") + more
    for key in ("password", "foo", "auth"):
        for name, value in BROKEN.items():
            for place in ("block", "flow", "inline overlay"):
                text = PLACES[place].replace("<key>", key).replace("<value>", value)
                yield f"{name} {key} {place}", HEAD + text
    yield from OTHERS.items()


DOCUMENTS = dict(documents())


def filled(text: str, canary: str) -> str:
    head, tail = canary[:11], canary[-11:]
    quoted = "'" + canary.replace("'", "''") + "'"
    for mark, word in (("<q>", quoted), ("<w>", head + tail), ("<a>", head), ("<b>", tail)):
        text = text.replace(mark, word)
    return text


@pytest.fixture
def shows_nothing(cli, leaks, tmp_path):
    def look(files: dict[str, str | bytes], name: str) -> None:
        for path, content in files.items():
            (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / path).write_bytes(content if isinstance(content, bytes) else content.encode())
        for args in COMMANDS:
            ran = cli(*args, cwd=tmp_path)
            assert leaks(ran.out + ran.err) == [], (name, args, ran.out, ran.err)
            assert ran.code != 3, (name, args, ran.err)

    return look


@pytest.mark.parametrize("part", range(16))
def test_a_secret_in_a_file(shows_nothing, canary, part):
    for name in list(DOCUMENTS)[part::16]:
        shows_nothing({"mailspec.yml": filled(DOCUMENTS[name], canary)}, name)


@pytest.mark.parametrize("name", ["password block", "foo flow", "colon inside password block", "tag foo block"])
def test_a_secret_in_an_overlay(shows_nothing, canary, name):
    overlay = filled(DOCUMENTS[name], canary).replace("version: 1\n", "")
    shows_nothing({"mailspec.yml": HEAD, "environments/staging.yml": overlay}, name)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "latin-1", "utf-8-sig"])
def test_a_secret_in_another_encoding(shows_nothing, canary, encoding):
    text = HEAD + f"    auth:\n      password: {canary[:11]}\u00e9{canary[-11:]}\n      colour: {canary[:11]}\n"
    shows_nothing({"mailspec.yml": text.encode(encoding)}, encoding)


def test_the_search_finds_what_it_should(leaks, canary):
    import base64
    from urllib.parse import quote

    for text in (
        canary,
        f"<{canary[:11]}>",
        quote(canary),
        base64.b64encode(b"\0u\0" + canary.encode()).decode(),
        canary.encode().hex(),
    ):
        assert leaks(text)
    assert leaks("nothing of that kind") == []


def test_there_are_documents() -> None:
    assert len(DOCUMENTS) >= 400
    assert Path(__file__).stat().st_size
