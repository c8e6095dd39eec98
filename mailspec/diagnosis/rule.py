"""What a line of a table says: words that a server or a program uses, and what they mean."""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from mailspec.outcome.mail import Category


class Rule(NamedTuple):
    """``words`` is a regular expression, searched without regard to case in a reply put on one line.

    ``advice`` replaces the text of ``advice.toml``. ``retry`` says whether the same message can pass later without
    anybody changing anything; ``None`` leaves it to category and code.
    """

    words: str
    category: Category
    detail: str | None = None
    advice: str | None = None
    retry: bool | None = None

    def matches(self, line: str) -> bool:
        """Tell whether the words stand in a line."""
        return _compiled(self.words).search(line) is not None


class Family(NamedTuple):
    """What one provider's servers say.

    ``providers`` are ids of provider files, the first being the one that the marks stand for; ``hosts`` is a regular
    expression for its host names; ``marks`` one for words that nobody else uses, by which a text is recognised.
    """

    providers: tuple[str, ...]
    hosts: str
    marks: str
    rules: tuple[Rule, ...]

    def speaks(self, line: str) -> bool:
        """Tell whether a line carries this family's marks."""
        return bool(self.marks) and _compiled(self.marks).search(line) is not None

    def serves(self, provider: str | None, host: str | None) -> bool:
        """Tell whether a provider's id or a host name belongs to this family."""
        if provider in self.providers:
            return True
        return bool(host and self.hosts and _compiled(self.hosts).fullmatch(host.rstrip(".")))


@cache
def _compiled(words: str) -> re.Pattern[str]:
    return re.compile(words, re.IGNORECASE)
