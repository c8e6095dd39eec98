"""What a line of a table says: words that a server or a program uses, and what they mean."""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from mailspec.outcome.mail import Category

_ADDRESS = re.compile(r"[^\s<>()\[\]:;,\"'@]{1,256}@[^\s<>()\[\]:;,\"'@]{1,256}")


# A machine that is spoken of, not one that speaks: the client of a connection, a name in EHLO, a host on a list.
_PASSING = re.compile(
    r"(?:\b(?:client|from|helo|ehlo|client host|for|connect from|RCPT from|user|domain|destination)[ =]?[:<(\[ ]{0,2})"
    r"(?:[\w-]{1,63}\.){1,8}[a-z]{2,}\S{0,60}",
    re.IGNORECASE,
)


class Rule(NamedTuple):
    """``words`` is a regular expression, searched without regard to case in a reply put on one line.

    ``advice`` replaces the text of ``advice.toml``. ``retry`` says whether the same message can pass later without
    anybody changing anything; ``None`` leaves it to category and code. ``stages`` are those at which the words mean
    this, where they mean another thing at others. ``own`` words are about the server that these settings name: where
    a mail server speaks of another one, they say nothing of it.
    """

    words: str
    category: Category
    detail: str | None = None
    advice: str | None = None
    retry: bool | None = None
    stages: tuple[str, ...] = ()
    own: bool = False

    def matches(self, line: str, stage: str | None = None) -> bool:
        """Tell whether the words stand in a line that was said at a stage."""
        if self.stages and stage not in self.stages:
            return False
        return _compiled(self.words).search(line) is not None


class Family(NamedTuple):
    """What one provider's servers say.

    ``providers`` are ids of provider files, the first being the one that the marks stand for; ``hosts`` is a regular
    expression for its host names; ``marks`` one for its names as its servers write them, as good as a greeting.
    ``phrases`` are words known from its servers only. Another server may come to use them, so they count for nothing
    where it is known who spoke. ``signature`` is what only its servers put into a reply, wherever it is quoted.
    ``domains`` are those of the names by which its servers greet and are certified; empty where that is not known.
    """

    providers: tuple[str, ...]
    hosts: str
    marks: str
    rules: tuple[Rule, ...]
    phrases: str = ""
    signature: str = ""
    domains: tuple[str, ...] = ()

    def signs(self, line: str) -> bool:
        """Tell whether a line bears this family's own signature, whoever passed it on."""
        return bool(self.signature) and _compiled(self.signature).search(line) is not None

    def speaks(self, line: str, *, known: bool = False) -> bool:
        """Tell whether a line names this family, or, the server not being ``known``, sounds like it."""
        # The recipient's mailbox may be at a provider that has no part in it, and so may the client's own machine.
        named = _PASSING.sub(" ", _ADDRESS.sub(" ", line))
        if self.signs(line):
            return True
        if self.marks and _compiled(self.marks).search(named):
            return True
        return bool(self.phrases) and not known and _compiled(self.phrases).search(line) is not None

    def serves(self, provider: str | None, host: str | None) -> bool:
        """Tell whether a provider's id or a host name belongs to this family."""
        if provider in self.providers:
            return True
        return bool(host and self.hosts and _compiled(self.hosts).fullmatch(host.rstrip(".")))


@cache
def _compiled(words: str) -> re.Pattern[str]:
    return re.compile(words, re.IGNORECASE)
