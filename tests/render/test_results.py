from __future__ import annotations

from mailspec.outcome.mail import TestResult as Result
from mailspec.render.results import results_text


def skipped(count: int, reason: str = "interrupted before its turn") -> list[Result]:
    return [Result(f"person{number}@acme.example", "user", "skipped", reason) for number in range(count)]


def test_a_handful_of_skipped_is_named_one_by_one() -> None:
    assert results_text(skipped(5)).count("interrupted before its turn") == 5


def test_many_skipped_for_one_reason_are_one_line() -> None:
    sent = Result("Office", "configuration", "sent", proven="accepted")
    text = results_text([sent, *skipped(936), *skipped(1, "mode outlook")])
    assert text.splitlines() == [
        "sent configuration Office, proven: a message that the server accepted",
        "skipped user person0@acme.example: mode outlook; proven: nothing",
        "skipped user person0@acme.example, user person1@acme.example, user person2@acme.example and 933 more: "
        "interrupted before its turn; proven: nothing",
        "1 sent, 937 skipped.",
    ]


def test_verbose_names_each() -> None:
    text = results_text(skipped(20), verbose=True)
    assert all(f"person{number}@acme.example" in text for number in range(20))


def test_quiet_leaves_only_what_failed() -> None:
    failed = Result("Office", "configuration", "failed", "refused\x1b[2J", stage="auth", category="auth_failed")
    text = results_text([failed, *skipped(20)], quiet=True)
    assert "Office" in text
    assert "skipped" not in text
    assert "\x1b" not in text


def test_failures_come_last_with_those_of_one_cause_together() -> None:
    def failed(name: str, stage: str, category: str) -> Result:
        return Result(name, "user", "failed", "why", stage=stage, category=category)

    text = results_text(
        [
            failed("a", "auth", "auth_failed"),
            Result("b", "user", "sent"),
            failed("c", "connect", "unreachable"),
            *skipped(6),
            failed("d", "auth", "auth_failed"),
        ]
    )
    lines = [line for line in text.splitlines() if not line.startswith("  ")]
    assert [line.split()[0] for line in lines] == ["sent", "skipped", "failed", "failed", "failed", "1"]
    assert [line.split()[2] for line in lines[2:5]] == ["a", "d", "c"]
