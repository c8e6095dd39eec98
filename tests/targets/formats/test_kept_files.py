"""INI, TOML, YAML, properties, Python and Ruby: our keys change, all else stays to the byte; values come back."""

from __future__ import annotations

import ast
import configparser
import io
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import configupdater
import javaproperties
import pytest
import tomlkit
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from mailspec.targets.base import TargetProblem
from mailspec.targets.formats.assignments import PythonFile, RubyFile
from mailspec.targets.formats.base import Format
from mailspec.targets.formats.ini import INI_DIALECTS, IniFile
from mailspec.targets.formats.properties import PropertiesFile
from mailspec.targets.formats.toml_file import TomlFile
from mailspec.targets.formats.yaml_file import YamlFile

HERE = Path(__file__).parent / "files"
KINDS: dict[str, Any] = {"mail/port": "int", "mail/tls": "bool", "PORT": "int", "MAILERS/default/port": "int"}
FORMATS: dict[str, tuple[Format, str, str]] = {
    "go_ini": (IniFile(INI_DIALECTS["go_ini"]), "app.ini", "mail/password"),
    "grafana": (IniFile(INI_DIALECTS["grafana"]), "grafana.ini", "smtp/password"),
    "git": (IniFile(INI_DIALECTS["git"]), "gitconfig", "sendemail/smtppass"),
    "toml": (TomlFile(KINDS), "settings.toml", "mail/password"),
    "yaml": (YamlFile(KINDS), "settings.yml", "mail/password"),
    "properties": (PropertiesFile(), "application.properties", "mail.password"),
    "python": (PythonFile(KINDS), "settings.py", "PASSWORD"),
    "ruby": (RubyFile({}), "gitlab.rb", "gitlab_rails/smtp_password"),
}
ODD = [
    *(
        's3cret pa$$#"w',
        "plain",
        " a",
        "a ",
        "a'b",
        'a"b',
        "a\\",
        "\\",
        "a:b",
        "a#b",
        "a;b",
        "#a",
        "a%b",
        "a%%b",
        "$HOME",
    ),
    *(
        "a`b",
        "ä€😀",
        "a\tb",
        "a=b",
        "true",
        "123456789012345678901",
        "1e5",
        "null",
        "~",
        "a,b",
        "{a}",
        "- a",
        "1_000",
        "1:30",
    ),
]


def text_of(name: str) -> str:
    return (HERE / name).read_bytes().decode()


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_what_is_set_and_removed_again_leaves_the_file_as_it_was(name: str, newline: str) -> None:
    form, file, key = FORMATS[name]
    before = text_of(file).replace("\n", newline)
    assert key not in form.parse(before)
    with_key = form.edit(before, {key: "x y"})
    assert isinstance(with_key, str), with_key
    assert form.parse(with_key) == {**form.parse(before), key: "x y"}
    assert form.edit(with_key, {key: "x y"}) == with_key
    assert form.edit(with_key, {key: None}) == before


@pytest.mark.parametrize("name", FORMATS)
def test_other_lines_stay_where_a_value_changes(name: str) -> None:
    form, file, _ = FORMATS[name]
    before = text_of(file)
    for key, value in form.parse(before).items():
        if value is None or "(" in value or "$" in value or "\n" in value:
            continue
        new = {"true": "false", "false": "true"}.get(value, f"{value}1")
        after = form.edit(before, {key: new})
        if isinstance(after, TargetProblem):
            assert "line" in after.message or "braces" in after.help, (key, after)
            continue
        old_lines, new_lines = before.splitlines(), after.splitlines()
        assert len([line for line in old_lines if line not in new_lines]) <= 2, key


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("value", ODD)
def test_odd_values_come_back_or_are_refused(name: str, value: str) -> None:
    form, file, key = FORMATS[name]
    after = form.edit(text_of(file), {key: value})
    assert isinstance(after, TargetProblem) or form.parse(after)[key] == value
    assert not isinstance(after, TargetProblem), after


SECOND: dict[str, Callable[[str], Any]] = {
    "toml": lambda text: __import__("tomllib").loads(text)["mail"]["password"],
    "yaml": lambda text: YAML(typ="safe", pure=True).load(text)["mail"]["password"],
    "properties": lambda text: javaproperties.loads(text)["mail.password"],
    "python": lambda text: {
        node.targets[0].id: ast.literal_eval(node.value)  # type: ignore[attr-defined]
        for node in ast.parse(text).body
        if isinstance(node, ast.Assign) and node.targets[0].id == "PASSWORD"  # type: ignore[attr-defined]
    }["PASSWORD"],
}


@pytest.mark.parametrize("name", SECOND)
@given(value=st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30))
def test_a_second_reader_reads_the_same(name: str, value: str) -> None:
    form, file, key = FORMATS[name]
    after = form.edit(text_of(file), {key: value})
    if isinstance(after, TargetProblem):
        return
    assert SECOND[name](after) == value


@given(value=st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=20))
def test_git_itself_reads_the_same(tmp_path_factory: Any, value: str) -> None:
    form, file, key = FORMATS["git"]
    after = form.edit(text_of(file), {key: value})
    assert isinstance(after, str)
    assert form.parse(after)[key] == value


def test_git_reads_all_odd_values(tmp_path: Path) -> None:
    form, file, _ = FORMATS["git"]
    wanted = {f'sendemail "n{number}"/smtppass': value for number, value in enumerate(ODD)}
    after = form.edit(text_of(file), wanted)
    assert isinstance(after, str)
    (tmp_path / "config").write_text(after)
    done = subprocess.run(
        ["git", "config", "-f", str(tmp_path / "config"), "-z", "--get-regexp", "smtppass"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert [entry.split("\n", 1)[1] for entry in done.stdout.split("\0")[:-1]] == ODD


def test_configupdater_sees_the_same_lines() -> None:
    form, file, _ = FORMATS["grafana"]
    after = form.edit(text_of(file), {"smtp/host": "mail.acme.example:465", "smtp/password": "a#b", "auth/x": "1"})
    assert isinstance(after, str)
    updater = configupdater.ConfigUpdater(strict=False)
    after = after[after.index("[smtp]") :]  # it takes no keys above the first section
    updater.read_string(after)
    assert updater["smtp"]["host"].value == "mail.acme.example:465"
    assert updater["smtp"]["password"].value == "`a#b`"
    assert updater["auth"]["x"].value == "1"
    plain = configparser.RawConfigParser(strict=False)
    plain.read_file(io.StringIO(after))
    assert plain["smtp"]["host"] == "mail.acme.example:465"


@pytest.mark.parametrize(
    ("name", "value", "word"),
    [
        ("go_ini", "a%(host)sb", "%(...)s"),
        ("go_ini", "a\nb", "line end"),
        ("go_ini", '`"""', "backtick"),
        ("grafana", "a${HOME}b", "variable"),
        ("grafana", "$__file{/etc/passwd}", "variable"),
        ("git", "a\nb", "line end"),
        ("yaml", "a\0b", "NUL"),
        ("toml", "\ud800", "half a character"),
    ],
)
def test_what_a_reader_would_change_is_refused(name: str, value: str, word: str) -> None:
    form, file, key = FORMATS[name]
    found = form.edit(text_of(file), {key: value})
    assert isinstance(found, TargetProblem)
    assert word in found.message
    assert value not in found.message + found.help


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("yaml", "a: [b"),
        ("yaml", "- a\n"),
        ("yaml", "a: 1\n---\nb: 2\n"),
        ("yaml", "x: &x {a: 1}\nmail: *x\n"),
        ("yaml", "mail: text\n"),
        ("toml", "a = "),
        ("toml", "mail = 1\n"),
        ("python", "def ("),
        ("properties", "a = \\u12"),
    ],
)
def test_a_file_that_cannot_be_changed_is_reported(name: str, text: str) -> None:
    form, _, key = FORMATS[name]
    found = form.edit(text, {key: "x"})
    assert isinstance(found, TargetProblem)


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("", 'mail:\n  port: 25\n  tls: true\n  password: "x"\n'),
        ("a: 1", 'a: 1\nmail:\n  port: 25\n  tls: true\n  password: "x"\n'),
        ("mail:\na: 1\n", 'mail:\n  port: 25\n  tls: true\n  password: "x"\na: 1\n'),
        ("mail:  # ours\na: 1\n", 'mail:  # ours\n  port: 25\n  tls: true\n  password: "x"\na: 1\n'),
        ("mail: {}\na: 1\n", 'mail: \n  port: 25\n  tls: true\n  password: "x"\na: 1\n'),
        ("mail: {b: 1}\na: 1\n", 'mail: {b: 1, port: 25, tls: true, password: "x"}\na: 1\n'),
        (
            "mail:\n    b: |\n      text\n\n# end\na: 1\n",
            'mail:\n    b: |\n      text\n\n    port: 25\n    tls: true\n    password: "x"\n# end\na: 1\n',
        ),
        ("mail:\n  port: '25'\n", 'mail:\n  port: 25\n  tls: true\n  password: "x"\n'),
    ],
)
def test_maps_are_made_and_met_in_yaml(text: str, after: str) -> None:
    form = YamlFile(KINDS)
    wanted: dict[str, str | None] = {"mail/port": "25", "mail/tls": "true", "mail/password": "x"}
    found = form.edit(text, wanted)
    assert found == after
    assert YAML(typ="safe", pure=True).load(found)["mail"] | {"b": 0} == {
        "port": 25,
        "tls": True,
        "password": "x",
        "b": 0,
    }


def test_a_number_where_a_text_is_meant_is_seen_as_something_else() -> None:
    assert YamlFile({}).parse("mail: {password: 123}")["mail/password"] == "123 (a number)"
    assert TomlFile({}).parse("mail = {password = true}")["mail/password"] == "true (no text)"
    assert PythonFile(KINDS).parse("PORT = '25'")["PORT"] == "'25' (a text)"


def test_a_map_in_python_is_made_of_its_keys() -> None:
    form = PythonFile(KINDS)
    after = form.edit("A = 1\n", {"MAILERS/default/host": "h", "MAILERS/default/port": "25", "MAILERS/x": None})
    assert after == "A = 1\nMAILERS = {'default': {'host': 'h', 'port': 25}}\n"
    assert form.edit(after, {"MAILERS/default/host": None, "MAILERS/default/port": None}) == "A = 1\n"


def test_tomlkit_alone_keeps_a_document() -> None:
    assert tomlkit.dumps(tomlkit.parse(text_of("settings.toml"))) == text_of("settings.toml")


@pytest.mark.parametrize(
    ("text", "there"),
    [
        ("just text\n", {}),
        ("- a\n", {}),
        ("a: &x\n  b: *x\n  c: d\n", {"a/c": "d"}),
        ("a: &x {b: c}\nd: *x\n", {"a/b": "c", "d/b": "c"}),
    ],
)
def test_yaml_whose_top_is_no_map_or_that_repeats_itself_is_read_in_words(text, there):
    assert YamlFile({}).parse(text) == there
