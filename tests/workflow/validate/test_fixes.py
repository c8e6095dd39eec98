"""``--fix``: whatever a file looks like, only what is at fault changes, and once is enough."""

from __future__ import annotations

import re
from contextlib import chdir
from datetime import date
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from mailspec.outcome.finding import Edit, Fix
from mailspec.outcome.location import Location
from mailspec.outcome.report import Report, finding
from mailspec.render.edits import edits
from mailspec.text import read
from mailspec.workflow.options import CheckOptions
from mailspec.workflow.validate.fixes import compatible, plan_fixes, write
from mailspec.workflow.validate.validation import examine, joined

LOOK = partial(examine, (".",), options=CheckOptions(as_of=date(2026, 11, 21)))


class Piece(NamedTuple):
    """A part of a file; only one at fault may change."""

    text: str
    at_fault: bool = False


# Key and value as they are written; which of the two is at fault, if one is.
FAULTS = st.sampled_from(
    [
        ("port", '"587"', "value"),
        ("port", "'465'", "value"),
        ("port", "465", "value"),
        ("timeout", '"30"', "value"),
        ("hsot", "smtp.acme.example", "key"),
        ("security", "tlss", "value"),
        ("security", "'startls'", "value"),
        ("ehlo_name", "5.10", "value"),
        ("ehlo_name", "true", "value"),
        ("ehlo_nmae", "hub.acme.example", "key"),
        ("tls", "{validate_certs: {}}", "yes"),
        ("tls", "{minimum_version: {}}", "1.2"),
        ("tls", '{"validate_certs":{}}', "no"),
    ]
)
SOUND = st.sampled_from(
    [
        ("host", "smtp.acme.example"),
        ("host", '"smtp.acme.example"'),
        ("security", "tls"),
        ("from", "'\"Acme # 1\" <noreply@acme.example>'"),
        ("headers", '{"X-A": "b: c", X-B: d}'),
        ("x-note", "[yes, '465', {port: \"465\"}]"),
        ("x-text", "'port: \"465\"'"),
    ]
)
COMMENTS = st.sampled_from(["", "", '  # port: "465"', "\t# 'yes' and {no}", " #", "   "])
BETWEEN = st.sampled_from(["", "", "# port: '465'", "    # é 漢 \U0001f4e7 yes", "  "])


@st.composite
def entries(draw: st.DrawFn, number: int) -> list[list[Piece]]:
    """Return a configuration's entries: at most one a key."""
    held: dict[str, list[Piece]] = {"name": [Piece("name: "), Piece(f"C{number}")]}
    for key, value, fault in draw(st.lists(FAULTS, max_size=5)):
        word = "host" if key == "hsot" else "ehlo_name" if key == "ehlo_nmae" else key
        if word in held:
            continue
        if fault in {"key", "value"}:
            anchor = draw(st.sampled_from(["", "", f"&{word}{number} "])) if fault == "value" else ""
            held[word] = [Piece(key, fault == "key"), Piece(f": {anchor}"), Piece(value, fault == "value")]
        else:
            before, after = value.split("{}")
            held[word] = [Piece(f"{key}: {before}"), Piece(fault, at_fault=True), Piece(after)]
    for key, value in draw(st.lists(SOUND, max_size=4)):
        held.setdefault(key, [Piece(f"{key}: "), Piece(value)])
    # The port and the security of one account are fixed together.
    if "security" in held and "port" in held:
        held["security"] = [
            piece._replace(at_fault=piece.at_fault or number_ == 2 or piece.text == "tls")
            for number_, piece in enumerate(held["security"])
        ]
    return draw(st.permutations(list(held.values())))


@st.composite
def files(draw: st.DrawFn) -> tuple[list[Piece], bytes]:
    """Return a file as its pieces, and its bytes."""
    pieces: list[Piece] = [Piece(draw(st.sampled_from(["", "---\n", "# top\n\n"]))), Piece("version: 1"), Piece("\n")]
    pieces += [Piece("policy: {require_tls: "), Piece(draw(st.sampled_from(["yes", "On", "n", "true"])), at_fault=True)]
    pieces += [Piece("}" + draw(COMMENTS)), Piece("\n"), Piece("configurations:" + draw(COMMENTS)), Piece("\n")]
    indent = draw(st.sampled_from(["", "  ", "    "]))
    for number in range(draw(st.integers(1, 3))):
        held = draw(entries(number))
        if draw(st.booleans()):
            pieces.append(Piece(f"{indent}- {{"))
            for index, entry in enumerate(held):
                pieces += [Piece(", " if index else ""), *entry]
            pieces += [Piece("}" + draw(COMMENTS)), Piece("\n")]
            continue
        for index, entry in enumerate(held):
            pieces += [Piece(f"{indent}{'  ' if index else '- '}"), *entry, Piece(draw(COMMENTS)), Piece("\n")]
            if between := draw(BETWEEN):
                pieces += [Piece(between), Piece("\n")]
    if draw(st.booleans()):
        pieces.pop()
    end = draw(st.sampled_from(["\n", "\r\n", "\r"]))
    pieces = [piece._replace(text=piece.text.replace("\n", end)) for piece in pieces]
    mark = draw(st.sampled_from(["", "\ufeff"]))
    return pieces, (mark + "".join(piece.text for piece in pieces)).encode()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("fixing")


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(file=files(), unsafe=st.booleans())
@example(
    file=(
        [Piece('{"version":1,"policy":{"require_tls":'), Piece('"yes"', True), Piece("}}")],
        b'{"version":1,"policy":{"require_tls":"yes"}}',
    ),
    unsafe=False,
)
def test_only_what_is_at_fault_changes(folder: Path, file: tuple[list[Piece], bytes], unsafe: bool) -> None:
    pieces, before = file
    path = folder / "mailspec.yml"
    path.write_bytes(before)
    with chdir(folder):
        repaired = plan_fixes(LOOK, unsafe=unsafe)
        assert path.read_bytes() == before
        assert write(repaired.files) == {}
        after = path.read_bytes()
        outside = "".join("[^\\r\\n]*?" if piece.at_fault else re.escape(piece.text) for piece in pieces)
        assert re.fullmatch(f"\ufeff?{outside}", after.decode()), after.decode()
        assert after.startswith(b"\xef\xbb\xbf") == before.startswith(b"\xef\xbb\xbf")
        report = joined(LOOK())
        assert report.findings == joined(repaired.after).findings
        assert not [f for f in report.findings if f.code in {"MS001", "MS002"}]
        assert not [f for f in report.counted if f.fix and (unsafe or f.fix.safety == "safe")]
        assert plan_fixes(LOOK, unsafe=unsafe).files == ()


def fixed(text: str, *, unsafe: bool = False) -> str:
    """Fix the mailspec.yml of the working folder in memory."""
    files = plan_fixes(LOOK, unsafe=unsafe).files
    return files[0].after.decode() if files else text


@pytest.mark.parametrize(
    ("line", "repaired"),
    [
        ("port: &port '587'", "port: &port 587"),
        ("port: !!int '587'", None),
        ("port: !!str 587", None),
        ("port: '587'", "port: 587"),
        ("port: |\n      587", None),
        ("'port': '587'", "'port': 587"),
        ("port: # why\n      '587'", "port: # why\n      587"),
        ("ehlo_name: 5.10", 'ehlo_name: "5.10"'),
        ("headers: {X-A: 5, X-B: &b 6, X-C: *b}", 'headers: {X-A: "5", X-B: &b "6", X-C: *b}'),
        (
            "limits: {messages_per_day: '500', messages_per_minute: 'many'}",
            "limits: {messages_per_day: 500, messages_per_minute: 'many'}",
        ),
    ],
)
def test_a_value_in_its_place(put, line, repaired):
    text = f"version: 1\nconfigurations:\n  - name: A\n    {line}\n    host: smtp.acme.example\n"
    put({"mailspec.yml": text})
    assert fixed(text) == (text if repaired is None else text.replace(line, repaired))


@pytest.mark.parametrize(
    ("line", "repaired"),
    [
        ('{"name":"A","hsot":"smtp.acme.example"}', '{"name":"A","host":"smtp.acme.example"}'),
        ("{name: A, 'hsot': x.acme.example}", "{name: A, 'host': x.acme.example}"),
        ("{name: A, ? hsot : x.acme.example}", "{name: A, ? host : x.acme.example}"),
        (
            "{name: A, hsot: x.acme.example, hots: y.acme.example}",
            "{name: A, host: x.acme.example, hots: y.acme.example}",
        ),
        ("{name: A, hsot: x.acme.example, host: y.acme.example}", None),
        ('{name: A, host: x.acme.example, security: "tsl"}', '{name: A, host: x.acme.example, security: "tls"}'),
    ],
)
def test_a_word_that_was_meant(put, line, repaired):
    text = f"version: 1\nconfigurations:\n  - {line}\n"
    put({"mailspec.yml": text})
    assert fixed(text) == text
    assert fixed(text, unsafe=True) == (text if repaired is None else text.replace(line, repaired))


def test_a_fix_that_another_one_makes_possible(put):
    # Once the port is a number, it is seen to disagree with the security.
    text = "version: 1\nconfigurations:\n  - {name: A, host: smtp.acme.example, port: '465', security: starttls}\n"
    put({"mailspec.yml": text})
    once = fixed(text)
    assert "'" not in once
    put({"mailspec.yml": once})
    assert not plan_fixes(LOOK, unsafe=False).files
    assert "MS101" not in [finding.code for finding in joined(LOOK()).findings]


def test_more_than_are_reported_at_a_time(put):
    # A thousand problems of form are told a file; "many" can be fixed by nobody and takes a place.
    rows = "".join(f"  - {{name: A{n}, host: h.acme.example, port: '25'}}\n" for n in range(9500))
    text = f"version: 1\nconfigurations:\n  - {{name: A, host: h.acme.example, port: 'many'}}\n{rows}"
    put({"mailspec.yml": text})
    repaired = plan_fixes(LOOK, unsafe=False)
    assert repaired.files[0].after.decode() == text.replace("'25'", "25")
    assert repaired.number == 9500


def test_two_fixes_that_undo_each_other_end():
    def examine(instead):
        loaded = read("mailspec.yml", instead.get("mailspec.yml", b"a\n"))
        project = SimpleNamespace(
            loaded=SimpleNamespace(documents={"mailspec.yml": loaded}, base=SimpleNamespace(inside=lambda name: name)),
            root=".",
        )
        where = Location("mailspec.yml", 1, 1, 1, 2)
        fix = Fix("safe", "Turn it.", (Edit(where, "b" if loaded.text == "a\n" else "a"),))
        report = Report((finding("MS003", "It is turned.", where, fix=fix),), 1, {})
        return [SimpleNamespace(project=project, report=report)]

    left = plan_fixes(examine, unsafe=False).after[0].report
    assert [held.fix is not None for held in left.counted] == [True], "what is left is told"


@given(
    text=st.text("ab\r\n", min_size=1, max_size=12),
    places=st.lists(st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12)), min_size=1, max_size=2), max_size=8),
)
def test_of_fixes_that_touch_each_other_the_first_is_taken(text, places):
    document = read("mailspec.yml", text.encode())
    text = document.text
    chosen: list[tuple[int, int]] = []
    findings, taken = [], 0
    for group in places:
        spans = sorted(tuple(sorted(min(offset, len(text)) for offset in pair)) for pair in group)
        if len(spans) == 2 and (spans[0] == spans[1] or spans[1][0] < spans[0][1]):
            continue
        edits = tuple(
            Edit(Location("mailspec.yml", *document.position(start), *document.position(end)), "x")
            for start, end in spans
        )
        findings.append(SimpleNamespace(fix=Fix("safe", "", edits)))
        if all(span in chosen for span in spans):
            continue
        if not any(one == two or (one[0] < two[1] and two[0] < one[1]) for one in spans for two in chosen):
            chosen += spans
            taken += 1
    assert compatible(document, findings) == ([(*span, "x") for span in sorted(chosen)], taken)


def test_an_overlay_and_two_projects(put):
    root = put(
        {
            "one/mailspec.yml": "version: 1\npolicy: {require_tls: yes}\n",
            "two/mailspec.yml": "version: 1\nconfigurations: [{name: A, host: x.acme.example}]\n",
            "two/environments/staging.yml": "configurations: [{name: A, port: '465'}]\n",
        }
    )
    repaired = plan_fixes(partial(examine, ("one", "two/environments/staging.yml")), unsafe=False)
    assert [(file.name, Path(file.path)) for file in repaired.files] == [
        ("one/mailspec.yml", root / "one/mailspec.yml"),
        ("two/environments/staging.yml", root / "two/environments/staging.yml"),
    ]
    assert repaired.number == 2


def test_suppressed_findings_are_left_alone(put):
    text = (
        "version: 1\nconfigurations:\n  - name: A\n    host: smtp.acme.example\n"
        "    port: 465  # mailspec: ignore[MS101] as documented by the vendor\n    security: starttls\n"
    )
    put({"mailspec.yml": text})
    assert plan_fixes(LOOK, unsafe=True).files == ()


def test_the_diff_shows_no_secret_and_no_raw_character(put):
    put(
        {
            "mailspec.yml": "version: 1\nconfigurations:\n  - name: A\n    auth: {password: hunter2-canary}\n"
            "    port: '465'\n    pasword: other-canary # \x1b[31m\n    ehlo_name: \u202e5\n"
        }
    )
    shown = edits(plan_fixes(LOOK, unsafe=True).files)
    assert shown == ""
    put(
        {
            "mailspec.yml": "version: 1\r\nconfigurations:\r\n  - name: A\u202e\r\n"
            "    auth: {password: hunter2-canary}\r\n    port: '465'\r\n    pasword: other-canary"
        }
    )
    shown = edits(plan_fixes(LOOK, unsafe=False).files)
    assert "canary" not in shown
    assert shown.isprintable() is False
    assert shown.splitlines() == [
        "--- a/mailspec.yml",
        "+++ b/mailspec.yml",
        "@@ -2,5 +2,5 @@",
        " configurations:",
        "   - name: A\\u202e",
        "     auth: {password: **************}",
        "-    port: '465'",
        "+    port: 465",
        "     pasword: ************",
    ]
