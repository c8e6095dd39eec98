"""Text from outside comes out escaped in every format: the same structure as with harmless text, whatever it holds.

Each format is read by a parser; the tree that it sees with a hostile text must be the tree that it sees with a word.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from lxml import html as lxml_html
from markdown_it import MarkdownIt

from mailspec.model.effective import Effective
from mailspec.outcome.effective import Value
from mailspec.outcome.finding import Edit, Finding, Fix, Related
from mailspec.outcome.location import Location
from mailspec.outcome.mail import TestResult as Result
from mailspec.outcome.plan import Change, FieldChange
from mailspec.render import registry
from mailspec.render.document import Document, Effect, Event
from mailspec.render.registry import Part
from mailspec.render.view import Options, View

HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "</style><script>x</script>",
    "</code></pre></details><h1>owned",
    '" onmouseover="x" a="',
    "]]><evil/>",
    "<!-- x --><!--",
    "&lt;b&gt;&amp;&#0;",
    "::set-output name=a::b",
    "a\n::error file=x::owned",
    "a\r\n##[add-mask]b",
    "::add-mask::secret",
    "@everyone @acme/ops",
    "fixes #1, GH-2, acme/hub#3",
    "\x1b[31mred\x1b]8;;https://evil.example\x07x\x1b]8;;\x07",
    "\u202egpj.exe\u202c \u2066x\u2069",
    "\u200b\u200d\ufeff\u2028\u2029",
    "| a | b |\n|---|---|\n| c | d |",
    "``` x\n```\n# title",
    "`code` ``more`` \\`",
    "[click](javascript:alert(1)) ![x](https://evil.example/x.png)",
    "https://evil.example/?q=1 www.evil.example x@evil.example",
    "# title\n- list\n> quote\n\n    code\n***\n1. one",
    "<details open><summary>x",
    "$\\href{javascript:x}{y}$ $$x$$",
    "{{ 7*7 }} {% raw %} ${{ secrets.X }}",
    "{0} {1} \\u0041",
    "~~gone~~ **bold** _em_ ==mark== :tada:",
    "\x00\x08\x7f\x85\x9b31m",
    "\ud800 lone",
    "line\rover",
    "=cmd|' /C calc'!A0",
    "a" * 3000,
    'click "x"] --> s9 style',
]
PARSER = MarkdownIt("gfm-like")
# GitHub makes links of https:// and www. only; this parser would also take bare domains and what starts with //.
PARSER.linkify.set({"fuzzy_link": False})
PARSER.linkify.add("//", None)
_PARTS: frozenset[Part] = frozenset({"findings", "effects", "changes", "tests", "settings", "history"})


def filled(text: str, source: str) -> Document:
    """Put one text wherever text from outside can stand."""
    name = "users/" + re.sub(r"[\x00/]", "_", text)[:200]
    place = Location(name, 1, 3, 1, 9)
    fix = Fix("unsafe", text, (Edit(place, text),))
    related = (Related(place, text),)
    kinds = [("MS101", "error"), ("MS107", "warning"), ("MS208", "info")]
    findings = [
        Finding(code, "a-name", severity, text, place, "/x", text, text, related=related, help=text, fix=fix)  # type: ignore[arg-type]
        for code, severity in kinds
    ]
    findings.append(findings[0].replace(suppressed=True))
    fields = {
        "mode": Value("smtp", "own"),
        "host": Value(text, f"group:{text}"),
        "from.email": Value(text or "x", "own"),
        "from.name": Value(text, "own"),
        "sender": Value(text, "own"),
        "headers": Value({text: [text]}, "own"),
    }
    return Document(
        title=text,
        verdict=text,
        ok=False,
        parts=_PARTS,
        findings=tuple(findings),
        texts={name: f"x: {source}"},
        effects=(Effect(text, (f"user:{text}",), (text,), destructive=True),),
        changes=(Change(text, text, "delete", (FieldChange(text, text, {text: text}, True),), note=text),),
        tests=(
            Result(text, "user", "failed", text, "auth", "unknown", server_reply=text, advice=text, server_id=text),
        ),
        settings=(Effective(text, "mailing", fields), Effective(text, "user", dict(fields))),
        history=(Event("1", text, text, text, text, text),),
        notes=(text,),
        active=text,
    )


def shown(name: str, text: str) -> str:
    # A frame has as many lines as its source: line breaks are left out of it here, and tested in test_frames.
    source = re.sub(r"[\r\n]", " ", text).strip() or "word"
    return registry.render_document(name, filled(text, source), Options(max_bytes=10**9, text=text))


def html_tree(page: str) -> Any:
    return [(element.tag, sorted(element.attrib)) for element in lxml_html.document_fromstring(page).iter()]


def xml_tree(page: str) -> Any:
    return [(element.tag, sorted(element.attrib)) for element in etree.fromstring(page.encode()).iter()]


def json_tree(page: str) -> Any:
    def shape(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: shape(inner) for key, inner in value.items()}
        return [shape(inner) for inner in value] if isinstance(value, list) else type(value).__name__

    return shape(json.loads(page))


def markdown_tree(page: str) -> Any:
    found = []
    for token in PARSER.parse(page):
        children = [child.type for child in token.children or () if child.type not in {"text", "text_special"}]
        found.append((token.type, token.tag, token.content if token.type.startswith("html") else "", children))
    return found


TREES: dict[str, Callable[[str], Any]] = {
    "html": html_tree,
    "junit": xml_tree,
    "sarif": json_tree,
    "gitlab": json_tree,
    "rdjson": json_tree,
    # A line a finding, however many lines its words would make.
    "concise": lambda page: len(page.splitlines()),
    "markdown": markdown_tree,
    "github-summary": markdown_tree,
}


@cache
def harmless(name: str) -> Any:
    return TREES[name](shown(name, "word"))


def test_every_format_is_tried():
    assert set(TREES) | {"github", "text", "json"} == set(registry.FORMATS)


@pytest.mark.parametrize("name", TREES)
@pytest.mark.parametrize("text", HOSTILE, ids=ascii)
def test_structure_stays(name, text):
    assert TREES[name](shown(name, text)) == harmless(name)


@pytest.mark.parametrize("name", TREES)
@given(text=st.text(max_size=60))
@settings(max_examples=25, deadline=None)
def test_structure_stays_for_any_text(name, text):
    # An empty text leaves parts out, and so does a name that is nothing once its control characters are gone.
    assert TREES[name](shown(name, f"w{text}")) == harmless(name)


@pytest.mark.parametrize("name", [*TREES, "github"])
@pytest.mark.parametrize("text", HOSTILE, ids=ascii)
def test_no_control_or_invisible_character_comes_out(name, text):
    allowed = {"\n"} | ({"\u200b", "\u2060"} if TREES.get(name) is markdown_tree else set())
    page = shown(name, text) if name != "github" else registry.render_document(name, filled(text, "x"), Options())
    page.encode()
    odd = {c for c in page if unicodedata.category(c) in {"Cc", "Cf", "Zl", "Zp"} and c not in allowed}
    assert odd == set()


@pytest.mark.parametrize("text", HOSTILE, ids=ascii)
def test_no_command_is_added(text, workflow_commands):
    words = [entry.word for entry in workflow_commands(shown("github", "word"))]
    assert [entry.word for entry in workflow_commands(shown("github", text))] == words
    properties = [set(entry.properties) for entry in workflow_commands(shown("github", "word"))]
    assert [set(entry.properties) for entry in workflow_commands(shown("github", text))] == properties


@pytest.mark.parametrize("text", ["@everyone", "@acme/ops hi", "see #12", "GH-7", "acme/hub#3", "a@b.example"])
def test_nobody_is_mentioned_and_nothing_referred_to(text):
    spoken = [
        child.content
        for token in PARSER.parse(shown("markdown", text))
        for child in token.children or ()
        if child.type in {"text", "text_special"}
    ]
    joined = "".join(spoken)
    assert not re.search(r"(?<![A-Za-z0-9])@[A-Za-z0-9]", joined)
    assert not re.search(r"#\d", joined)
    assert not re.search(r"\bGH-\d", joined)


@pytest.mark.parametrize(
    "text", ["@all see #12 and GH-7 at https://a.example/#3", "50% & <b> *x* `y` | z", "1. [x](y)"]
)
def test_people_still_read_what_was_written(text):
    titles = [token for token in PARSER.parse(shown("markdown", text)) if token.type == "inline"]
    read = "".join(child.content for child in titles[0].children or ())
    assert read.replace("\u200b", "") == f"{text}: failed"


@pytest.mark.parametrize("name", [name for name, entry in registry.FORMATS.items() if not entry.outcome])
def test_no_format_holds_a_command_that_a_runner_takes_anywhere(name):
    shown = registry.render_document(name, filled("a ##[error]x ##vso[task.setvariable variable=y]z", "a"), Options())
    assert "vso" in shown
    assert not re.search(r"##[a-z]*\[", shown)


def test_json_holds_none_either():
    text = "a ##[error]x ##VSO[y]z"
    shown = registry.render("json", View(text=lambda _options: "", json=lambda: {"a": text}), Options())
    assert "##" not in shown
    assert json.loads(shown) == {"a": text}
