"""How well texts are understood: reads ``evaluation/*.txt`` and compares the labels with what ``diagnose`` says.

``python -m tests.diagnosis.scoring [work|untouched|fresh] [-v]`` prints the figures; -v also the lines that are not
right. The texts are divided in two by a hash of their words, before any rule was changed for them: ``work`` may be
looked at, ``untouched`` is only counted. ``fresh/`` was collected later, to judge the rules that came of the others.
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from mailspec.diagnosis.bounce import explain
from mailspec.diagnosis.diagnose import diagnose
from mailspec.outcome.mail import Diagnosis

FOLDER = Path(__file__).parent / "evaluation"
BOUNCES = Path(__file__).parents[2] / ".venv/share/bounces"


class Labelled(NamedTuple):
    """A text and what it means. ``accepted`` holds category and detail; a detail of ``None`` takes any."""

    file: str
    text: str
    accepted: tuple[tuple[str, str | None], ...]

    @property
    def half(self) -> str:
        """Return ``work`` or ``untouched``, by the words alone."""
        return "untouched" if hashlib.sha256(self.text.encode()).digest()[0] % 2 else "work"


class Score(NamedTuple):
    """Counts. ``wrong`` is another category than any accepted one; ``unknown`` an answer that names none."""

    right: int
    wrong: int
    unknown: int
    total: int

    def __str__(self) -> str:
        share = 100 / max(1, self.total)
        return (
            f"{self.right}/{self.total} right ({self.right * share:.1f} %), {self.wrong} wrong "
            f"({self.wrong * share:.1f} %), {self.unknown} unknown"
        )


def labelled(folder: Path = FOLDER) -> Iterator[Labelled]:
    """Yield every labelled text, in the order of files and lines."""
    for path in sorted(folder.glob("*.txt")):
        for line in path.read_text("utf-8").splitlines():
            if line.startswith("#") or not line.strip():
                continue
            labels, _, text = line.partition(" | ")
            yield Labelled(path.stem, text.replace("\\n", "\n"), _accepted(labels))


def _accepted(labels: str) -> tuple[tuple[str, str | None], ...]:
    named = (label.partition("/") for label in labels.split(" or "))
    return tuple((category, detail or None) for category, _, detail in named)


def judge(case: Labelled) -> tuple[str, str]:
    """Return the verdict (right, detail, wrong, unknown) and what was answered."""
    return _verdict(diagnose(case.text), case)


def _verdict(found: Diagnosis, case: Labelled) -> tuple[str, str]:
    answer = f"{found.category}/{found.detail}" if found.detail else found.category
    if any(found.category == category and detail in (None, found.detail) for category, detail in case.accepted):
        return "right", answer
    if found.category == "unknown":
        return "unknown", answer
    return ("detail" if found.category in {category for category, _ in case.accepted} else "wrong"), answer


def score(half: str) -> Score:
    """Count the verdicts of one half."""
    verdicts = [judge(case)[0] for case in labelled() if case.half == half]
    return Score(verdicts.count("right"), verdicts.count("wrong"), verdicts.count("unknown"), len(verdicts))


def score_fresh(name: str) -> Score:
    """Count the verdicts of one of the files that were collected later."""
    verdicts = [judge(case)[0] for case in labelled(FOLDER / "fresh") if case.file == name]
    return Score(verdicts.count("right"), verdicts.count("wrong"), verdicts.count("unknown"), len(verdicts))


def bounces() -> Iterator[Labelled]:
    """Yield the labelled bounce mails that ``tools/setup.sh test`` fetched; ``file`` is the mail's text."""
    for line in (FOLDER / "bounces.tsv").read_text("utf-8").splitlines():
        if not line.startswith("#"):
            name, _, labels = line.partition("\t")
            raw = (BOUNCES / f"{name}.txt").read_bytes()
            yield Labelled(raw.decode("utf-8", "surrogateescape"), name, _accepted(labels))


def judge_mail(case: Labelled) -> tuple[str, str]:
    """Return the verdict of a whole mail: every recipient's answer has to be right."""
    answers = [_verdict(one.diagnosis, case) for one in explain(case.file)]
    order = ("wrong", "unknown", "detail", "right")
    return min(answers, key=lambda answer: order.index(answer[0]))


def score_mails(half: str) -> Score:
    """Count the verdicts of one half of the mails."""
    verdicts = [judge_mail(case)[0] for case in bounces() if case.half == half]
    return Score(verdicts.count("right"), verdicts.count("wrong"), verdicts.count("unknown"), len(verdicts))


if __name__ == "__main__":
    if "fresh" in sys.argv:
        for path in sorted((FOLDER / "fresh").glob("*.txt")):
            print("fresh", path.stem, score_fresh(path.stem))
        for case in labelled(FOLDER / "fresh") if "-v" in sys.argv else ():
            verdict, answer = judge(case)
            if verdict != "right":
                print(f"{verdict:8} {answer:40} {case.accepted}  {case.text[:150]!r}")
        sys.exit(0)
    halves = [word for word in sys.argv[1:] if word in ("work", "untouched")] or ["work", "untouched"]
    for name in halves:
        print(name, score(name))
        print(name, "mails", score_mails(name))
        if "-v" in sys.argv:
            for case in bounces():
                verdict, answer = judge_mail(case)
                if case.half == name and verdict != "right":
                    print(f"{verdict:8} {answer:40} {case.accepted}  {case.text}")
            for case in labelled():
                verdict, answer = judge(case)
                if case.half == name and verdict != "right":
                    print(f"{verdict:8} {answer:40} {case.accepted}  {case.text[:150]!r}")
