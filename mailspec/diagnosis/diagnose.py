"""A server's or a program's words -> category, cause and cure.

Words before codes, and the provider before the words: ``5.7.1`` is relay, DMARC, send-as, block list or
sign-in; ``535 5.7.8`` asks for an app password only at Google.
"""

from __future__ import annotations

from collections.abc import Iterator

from mailspec.diagnosis.advice import fill
from mailspec.diagnosis.codes import Codes, by_code, one_line, read_codes
from mailspec.diagnosis.conclude import conclude
from mailspec.diagnosis.place import Place, place
from mailspec.diagnosis.rule import Family, Rule
from mailspec.diagnosis.tables import families, local_words, server_words
from mailspec.outcome.mail import Diagnosis, Stage


def diagnose(
    text: str,
    *,
    provider: str | None = None,
    host: str | None = None,
    port: int | None = None,
    security: str | None = None,
    stage: Stage | None = None,
) -> Diagnosis:
    """Explain a text: a reply, a bounce, a log line or a program's error message.

    ``provider`` is a provider's id, ``security`` one of tls, starttls, none. Never raises; what nobody
    recognises is ``unknown``, with the codes that were found.
    """
    line = one_line(text)
    codes = read_codes(line)
    known = provider is not None or host is not None
    speaking = next((family for family in families() if family.speaks(line, known=known)), None)
    where = place(provider, host, port, security, stage)
    if where.provider is None:
        where = place(_named(speaking, host), host, port, security, stage)
    for rule in _rules(where, speaking, codes):
        if rule.matches(line):
            return conclude(
                rule.category,
                rule.detail,
                where,
                codes,
                advice=rule.advice and fill(rule.advice, where),
                retry=rule.retry,
            )
    meaning = by_code(codes, stage)
    if meaning is not None:
        return conclude(meaning.category, meaning.detail, where, codes)
    return conclude("unknown", None, where, codes)


def _named(speaking: Family | None, host: str | None) -> str | None:
    """Name the provider by the host, else by the text's marks; those alone never overrule a host."""
    for family in families():
        if family.serves(None, host) or (host is None and family is speaking):
            return family.providers[0]
    return None


def _rules(where: Place, speaking: Family | None, codes: Codes) -> Iterator[Rule]:
    for family in families():
        if family is speaking or family.serves(where.provider, where.host):
            yield from family.rules
    # With a code a server spoke, so its words come first: "451 4.4.2 timeout" is no time-out of ours.
    if codes.basic or codes.enhanced:
        yield from server_words()
        yield from local_words()
    else:
        yield from local_words()
        yield from server_words()
