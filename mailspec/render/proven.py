"""What was proven of each account, in words that are the same in every format."""

from __future__ import annotations

from collections.abc import Iterable

from mailspec.outcome.mail import PROVEN_WORDS, TestResult
from mailspec.outcome.recap import ProvenAccount
from mailspec.outcome.sentence import shorten_list

# So many with the same words are named; of more, some are.
_NAMED = 5


def proven_word(result: TestResult) -> str:
    """Return what one test has proven, such as ``proven: the sender``."""
    return f"proven: {PROVEN_WORDS[result.proven]}"


def proven_lines(accounts: Iterable[ProvenAccount]) -> list[str]:
    """Return a line for each account; those of whom the same is to be said share one."""
    together: dict[tuple[str, str], list[str]] = {}
    for account in accounts:
        note = f" ({account.note})" if account.note else ""
        together.setdefault((account.name.partition(":")[0], PROVEN_WORDS[account.proven] + note), []).append(
            account.name
        )
    lines = []
    for (_kind, words), names in together.items():
        lines += (
            [f"{shorten_list(names, _NAMED)}: {words}"] if len(names) > _NAMED else [f"{n}: {words}" for n in names]
        )
    return lines
