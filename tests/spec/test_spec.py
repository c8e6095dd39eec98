"""The language, sentence by sentence: ``sentences.yml`` lists them, and each case shows some. See README.md."""

from __future__ import annotations

import shlex
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

HERE = Path(__file__).parent
CASES = sorted((HERE / "cases").rglob("*.yml"))


def load(path: Path) -> Any:
    return YAML(typ="safe").load(path)


SENTENCES = {f"{part}.{name}" for part, entries in load(HERE / "sentences.yml").items() for name in entries}


def identity(path: Path) -> str:
    return path.relative_to(HERE / "cases").with_suffix("").as_posix()


@pytest.mark.parametrize("path", CASES, ids=identity)
def test_what_the_case_says(
    path: Path, tmp_path: Path, cli: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    case = load(path)
    # No server is asked: what a case shows is decided before.
    monkeypatch.setattr("mailspec.workflow.apply.applying.checks", lambda *_: [list])
    monkeypatch.delenv("MAILSPEC_ENVIRONMENT", raising=False)
    files = case["files"] if isinstance(case["files"], dict) else {"mailspec.yml": case["files"]}
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    for number, step in enumerate(case["steps"], 1):
        for change in step.get("edit", ()):
            edit(tmp_path / change.get("file", "mailspec.yml"), change["old"], change["new"])
        if "git" in step:
            commit(tmp_path)
            continue
        ran = cli(*shlex.split(step["run"]), cwd=tmp_path, env=step.get("env"))
        context = f"step {number}: {step['run']}: exit {ran.code}\n{ran.out}\n{ran.err}"
        assert ran.code == step.get("code", 0), context
        output = " ".join((ran.out + ran.err).split())
        for words in step.get("says", ()):
            assert words in output, f"{words!r} is not said\n{context}"
        for words in step.get("never", ()):
            assert words not in output, f"{words!r} is said\n{context}"
        if "holds" in step:
            compare(step["holds"], ran.json, context)
        if "finds" in step:
            compare_findings(step["finds"], [f for f in ran.json["findings"] if f["severity"] != "info"])
        if "notes" in step:
            codes = {note.partition(" ")[0] for note in step["notes"]}
            notes = [f for f in ran.json["findings"] if f["severity"] == "info" and f["code"] in codes]
            compare_findings(step["notes"], notes)
        for name, words in step.get("written", {}).items():
            text = (tmp_path / name).read_text() if (tmp_path / name).exists() else ""
            for part in [words] if isinstance(words, str) else words:
                assert part in text, f"step {number}: {name} has no {part!r}\n{text}"
        for name, words in step.get("unwritten", {}).items():
            assert words not in (tmp_path / name).read_text(), f"step {number}: {name} has {words!r}"


def commit(folder: Path) -> None:
    (folder / ".gitignore").write_text(".mailspec/\n*.env\n")
    identity = ("-c", "user.name=T", "-c", "user.email=t@acme.example")
    for words in (("init", "-q", "-b", "main"), ("add", "-A"), (*identity, "commit", "-qm", "change")):
        subprocess.run(["git", "-C", str(folder), *words], check=True, capture_output=True)


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text, f"{path.name} has no {old!r}"
    path.write_text(text.replace(old, new))


def compare(expected: dict[str, Any], shown: list[Any], context: str) -> None:
    """Hold each field to ``[value, origin, FILE:LINE]``; ``none`` means that nothing holds."""
    found = {entry["name"] if entry["kind"] in ("bulk", "mobile") else f"{entry['kind']}:{entry['name']}": entry
             for entry in shown}  # fmt: skip
    for name, fields in expected.items():
        assert name in found, context
        effective = found[name]["effective"]
        for field, wanted in fields.items():
            value = effective.get(field)
            if wanted is None:
                assert value is None, f"{name} {field}: {value}"
                continue
            assert value is not None, f"{name} has no {field}; it has {sorted(effective)}"
            place = value["location"]
            where = None if place is None else f"{place['file']}:{place['line']}"
            assert [value["value"], value["origin"], where] == wanted, f"{name} {field}"


def compare_findings(expected: list[str], findings: list[Any]) -> None:
    """Hold findings to ``CODE severity FILE:LINE`` each; after a colon may follow words of the message."""
    messages = {}
    for finding in findings:
        place = finding["location"]
        where = "-" if place is None else f"{place['file']}:{place['line']}"
        environment = f" ({finding['environment']})" if finding["environment"] else ""
        key = f"{finding['code']} {finding['severity']} {where}{environment}"
        messages.setdefault(key, []).append(f"{finding['message']} {finding['help']}")
    wanted = [entry.partition(": ") for entry in expected]
    assert sorted(key for key, _, _ in wanted) == sorted(key for key, texts in messages.items() for _ in texts), (
        messages
    )
    for key, _, words in wanted:
        assert any(words in text for text in messages[key]), (words, messages[key])


def test_every_sentence_has_a_case_and_every_case_a_sentence() -> None:
    shown = {path: set(load(path)["shows"]) for path in CASES}
    assert {
        path.name: sorted(names - SENTENCES) for path, names in shown.items() if names - SENTENCES or not names
    } == {}
    assert SENTENCES - set().union(*shown.values()) == set()
