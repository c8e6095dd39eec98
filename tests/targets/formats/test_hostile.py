"""Files that are made to be slow to read: each reader is done in little time, or refuses in words."""

from __future__ import annotations

import time

import pytest

from mailspec.files.json_text import read_json
from mailspec.targets.base import Format, TargetProblem
from mailspec.targets.dialects.registry import DIALECTS
from mailspec.targets.documents.compose_file import ComposeFile
from mailspec.targets.documents.document import Document
from mailspec.targets.documents.manifests import External, Manifest
from mailspec.targets.documents.nested import WRITERS
from mailspec.targets.documents.sheet import Html, Text
from mailspec.targets.env_file import Assignments
from mailspec.targets.formats.assignments import PythonFile, RubyFile
from mailspec.targets.formats.base import edited, keys_in, spliced
from mailspec.targets.formats.ini import INI_DIALECTS, IniFile
from mailspec.targets.formats.lines import MainCf
from mailspec.targets.formats.msmtprc import Msmtprc
from mailspec.targets.formats.properties import PropertiesFile
from mailspec.targets.formats.toml_file import TomlFile
from mailspec.targets.formats.yaml_file import YamlFile

SECONDS = 4.0  # of CPU; a busy machine takes twice its own time, and the readers before took over 5 or hung
LAUGHS = "a0: &a0 {k: v}\n" + "".join(f"a{n}: &a{n} {{p: *a{n - 1}, q: *a{n - 1}}}\n" for n in range(1, 30))
LABELS = "metadata: {labels: {app.kubernetes.io/managed-by: mailspec}}\n"
INI, GIT = IniFile(INI_DIALECTS["go_ini"]), IniFile(INI_DIALECTS["git"])
CASES: dict[str, tuple[Format, str]] = {
    "ini, blanks": (INI, " a" + " " * 200_000 + "b\n"),
    "ini, a long section of many keys": (INI, f"[{'s' * 400_000}]\n" + "".join(f"k{n}=\n" for n in range(20_000))),
    "git, a backslash before a carriage return at the end": (GIT, '[a "b"] c\nb = x\\\r'),
    "git, backslashes": (GIT, "[a]\nb = " + "\\\\" * 100_000 + "\n"),
    "ruby, blanks": (RubyFile({}), "a['b'] = 1" + " " * 200_000 + "x\n"),
    "dotenv, blanks": (Assignments(DIALECTS["dotenv"]), "A=x" + " " * 200_000 + "y\n"),
    "dotenv, open braces": (Assignments(DIALECTS["dotenv"]), "A=" + "${" * 100_000 + "\n"),
    "sh, files that are read": (Assignments(DIALECTS["sh"]), "A=1\n" + ". x\n" * 8_000),
    "sh, declarations behind code": (Assignments(DIALECTS["sh"]), "if x\n" + "export " * 30_000),
    "properties, lines that go on": (PropertiesFile(), "a=\\\n" * 50_000),
    "msmtp, blanks": (Msmtprc(), "account a\nhost " + " " * 200_000 + "x\x0b\n"),
    "a key that stands there often": (MainCf(), "a/b = 1\n" * 60_000),
    "yaml, aliases": (YamlFile({}), LAUGHS),
    "yaml, many keys": (YamlFile({}), "".join(f"k{n}: v\n" for n in range(60_000))),
    "yaml, no UTF-8": (YamlFile({}), "a: " + "\udc80" * 60_000 + "\n"),
    "yaml, no UTF-8 in few letters": (YamlFile({}), "a: \udc80\n"),
    "yaml export, no UTF-8": (Document(WRITERS["yaml"]()), "mailspec_export: 1\nbulk: {a: \udc80}\n"),
    "ini, keys of one letter": (INI, "a=\n" * 80_000),
    "ini, empty lines": (INI, "\n" * 1_000_000),
    "yaml, brackets": (YamlFile({}), "[" * 200_000),
    "toml, tables": (TomlFile({}), "".join(f"[a{n}]\nb=1\n" for n in range(20_000))),
    "toml, dots": (TomlFile({}), "a" + ".a" * 100_000 + "=1\n"),
    "python, signs": (PythonFile({}), "A = " + "-" * 100_000 + "1\n"),
    "python, a number of many digits": (PythonFile({}), "A = 0x" + "f" * 20_000 + "\n"),
    "json, brackets": (Document(WRITERS["json"]()), "[" * 200_000),
    "json, a deep value": (
        Document(WRITERS["json"]()),
        '{"mailspec_export": 1, "bulk": {"a": ' + "[" * 900 + "]" * 900 + "}}",
    ),
    "yaml export, aliases": (Document(WRITERS["yaml"]()), "mailspec_export: 1\n" + LAUGHS + "bulk: {a: *a29}\n"),
    "yaml export, a date": (Document(WRITERS["yaml"]()), "mailspec_export: 1\nbulk: {a: 2001-01-01}\n"),
    "yaml export, brackets": (Document(WRITERS["yaml"]()), "[" * 200_000),
    "a secret, aliases": (Document(Manifest("n", None)), f"kind: Secret\n{LABELS}{LAUGHS}stringData: {{a: *a29}}\n"),
    "external secret, no map": (
        Document(External("n", None, "s")),
        f"kind: ExternalSecret\n{LABELS}spec: {{data: [a, 1]}}\n",
    ),
    "compose, no maps": (Document(ComposeFile("s")), "x-mailspec: a\nservices: [a]\n"),
    "sheet, dots": (Document(Text("maestro")), "MaestroMail\n  a" + "." * 100_000 + "\n"),
    "sheet, open cells": (Document(Html("maestro")), "<tr><th></th><td><code>" * 10_000),
}


@pytest.mark.parametrize("name", CASES)
def test_a_hostile_file_is_read_or_refused_in_little_time(name: str) -> None:
    format_, text = CASES[name]
    started = time.process_time()
    found = keys_in(format_, text)
    assert isinstance(found, dict | TargetProblem)
    assert time.process_time() - started < SECONDS


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("ini, a long section of many keys", "the names of its keys are longer"),
        ("yaml, aliases", "each alias counted as what it stands for"),
        ("yaml, no UTF-8", "bytes that are no UTF-8"),
        ("yaml, brackets", "more than 200 levels deep"),
        ("toml, dots", "more than 1000 dots"),
        ("python, signs", "nested too deeply"),
    ],
)
def test_what_is_too_much_is_not_changed_and_the_words_say_why(name: str, words: str) -> None:
    format_, text = CASES[name]
    changed = edited(format_, text, {"A": "x"})
    assert isinstance(changed, TargetProblem)
    assert words in changed.message


@pytest.mark.parametrize("format_", [INI, GIT, PropertiesFile()])
def test_a_file_is_read_twice_where_a_key_is_set(format_: Format, monkeypatch: pytest.MonkeyPatch) -> None:
    times = []
    method = "_lines" if isinstance(format_, IniFile) else "parse"
    read = getattr(type(format_), method)
    monkeypatch.setattr(type(format_), method, lambda self, text: times.append(1) or read(self, text))
    assert edited(format_, "a = 1\n", {"x/y": "z"}) != "a = 1\n"
    assert len(times) == (2 if isinstance(format_, IniFile) else 1)


def test_a_key_that_stands_there_often_goes_in_little_time() -> None:
    format_, text = CASES["a key that stands there often"]
    started = time.process_time()
    assert edited(format_, text, {"a/b": None}) == ""
    assert time.process_time() - started < SECONDS


def test_a_comment_sign_behind_a_lone_backslash_starts_a_key() -> None:
    assert PropertiesFile().parse("\\\n  #a=1\nb=\\\n  2\n") == {"#a": "1", "b": "2"}


def test_spliced_edits_stand_where_they_were_meant() -> None:
    assert spliced("a b c", [(4, 5, "z"), (2, 2, "x"), (0, 1, "")]) == " xb z"


def test_json_that_is_nested_too_deeply_is_a_value_error() -> None:
    with pytest.raises(ValueError, match="nested too deeply"):
        read_json("[" * 200_000)
