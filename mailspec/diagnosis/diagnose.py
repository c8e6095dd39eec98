"""A server's or a program's words -> category, cause and cure.

In this order: who speaks, at which stage and about whom (``statement``); what stage and codes leave open
(``stages``); the provider's own words, codes that decide, everybody's words, other codes. ``5.7.1`` alone is
relay, DMARC, send-as, block list or sign-in; ``535 5.7.8`` asks for an app password only at Google.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from mailspec.diagnosis.advice import advice_for, fill
from mailspec.diagnosis.codes import DECISIVE, NOT_SUBMISSION, Meaning, by_code, by_stage
from mailspec.diagnosis.conclude import conclude
from mailspec.diagnosis.details import DETAILS
from mailspec.diagnosis.graph import graph_error_in
from mailspec.diagnosis.impostor import other_machine
from mailspec.diagnosis.place import Place, place
from mailspec.diagnosis.rule import Family, Rule
from mailspec.diagnosis.stages import excluded
from mailspec.diagnosis.statement import Party, Statement, read
from mailspec.diagnosis.tables import families, local_words, loose_words, server_words
from mailspec.diagnosis.token import token_error_in
from mailspec.outcome.mail import Category, Diagnosis, Stage

# A rule's word for a text of a mail server that does not say at which command it was refused.
_DELIVERY = "delivery"
_LONGEST_ANSWER = 8192
_NOTHING: frozenset[Category] = frozenset()
# Which party a server refuses, where neither its reason nor its codes say more (Postfix access(5)).
_BY_PARTY: dict[Party, Meaning] = {
    "sender": Meaning("sender_unverified"),
    "recipient": Meaning("recipient_rejected"),
    "client": Meaning("relay_denied", "client_address"),
    "helo": Meaning("config_invalid", "ehlo_name"),
}


def diagnose(
    text: str,
    *,
    provider: str | None = None,
    host: str | None = None,
    port: int | None = None,
    security: str | None = None,
    stage: Stage | None = None,
    greeting: str | None = None,
    delivery: bool = False,
) -> Diagnosis:
    """Explain a text: a reply, a log line or a program's error message. Whole bounce mails: ``bounce.explain``.

    ``provider`` is a provider's id, ``security`` one of tls, starttls, none, ``greeting`` the server's first line;
    ``delivery`` tells that the text comes from a bounce or a mail log.
    Never raises; what nobody recognises is ``unknown``, with the codes that were found.
    """
    # An answer of a token endpoint or of Graph is short; a huge text is none.
    quoted = _quoted(text, provider, host) if len(text) <= _LONGEST_ANSWER else None
    if quoted is not None:
        return quoted
    statement = read(text, stage, delivery=delivery)
    if greeting is not None:
        # Only whose machine it is: the greeting's own code says nothing of the refusal.
        statement = replace(statement, greeting=read(greeting).greeting or statement.greeting)
    known = provider is not None or host is not None
    speaking = _speaking(statement, known)
    where = place(provider, host, port, security, statement.stage, passed_on=statement.passed_on)
    if where.provider is None:
        where = place(_named(speaking, host), host, port, security, statement.stage, passed_on=statement.passed_on)
    found = other_machine(statement, where, _meaning(statement, where, speaking))
    return conclude(
        found.category,
        found.detail,
        where,
        statement.codes,
        advice=found.advice and fill(found.advice, where),
        retry=found.retry,
    )


def _quoted(text: str, provider: str | None, host: str | None) -> Diagnosis | None:
    """Return what a quoted answer of a token endpoint or of Microsoft Graph means."""
    problem = token_error_in(text)
    if problem is not None:
        return Diagnosis(problem.category, problem.detail, problem.advice, provider, retry=problem.retry)
    refusal = graph_error_in(text)
    if refusal is None:
        return None
    advice = refusal.advice or advice_for(refusal.category, refusal.detail, place(provider, host, None, None, None))
    return Diagnosis(refusal.category, refusal.detail, advice, provider, retry=refusal.retry)


def _meaning(statement: Statement, where: Place, speaking: Family | None) -> Rule:
    closed = excluded(statement)
    if statement.about == "helo":
        return _as_rule(_BY_PARTY["helo"])
    # A provider's own phrases are certain enough not to be weighed against a code; the stage still counts.
    known = closed if statement.stage is not None or statement.passed_on or statement.about is not None else _NOTHING
    for rule in _provider_rules(where, speaking):
        if rule.category not in known and rule.matches(statement.line, statement.stage):
            return rule
    decided = DECISIVE.get((statement.codes.enhanced or "")[2:])
    if decided is not None and decided.detail is not None:
        return _as_rule(decided)
    if decided is not None:
        # The code decides the category, and leaves the detail to the words.
        closed = frozenset(DETAILS) - {decided.category}
    return _by_words(statement, closed) or _as_rule(decided or _by_codes(statement, closed))


def _by_words(statement: Statement, closed: frozenset[Category]) -> Rule | None:
    # What a mail server passes on is about a delivery, at whatever command it was said.
    stages = (statement.stage, _DELIVERY) if statement.passed_on else (statement.stage,)
    for line in dict.fromkeys((statement.reason, statement.line)):
        for rule in _common_rules(statement):
            if rule.category in closed or (rule.own and statement.passed_on):
                continue
            if any(rule.matches(line, stage) for stage in stages):
                return rule
    return None


def _by_codes(statement: Statement, closed: frozenset[Category]) -> Meaning:
    if statement.passed_on and statement.stage == "greeting" and (statement.codes.basic or 0) >= 500:
        if (statement.codes.enhanced or "")[2:].startswith("5."):
            # X.5 is the protocol (RFC 3463): the two servers do not speak the same one.
            return Meaning("unknown", "protocol")
        # A server that turns another one away before it has said anything does so for where it comes from.
        return Meaning("message_rejected_policy")
    meaning = by_code(statement.codes, statement.stage)
    if statement.passed_on and meaning == NOT_SUBMISSION:
        # No setting names that server: the sending one has asked it for something that it does not take.
        meaning = None
    if statement.about is not None and (meaning is None or meaning.category in closed):
        meaning = _BY_PARTY[statement.about]
        if statement.about == "client" and statement.passed_on:
            meaning = Meaning("message_rejected_policy", "blocklist")
    if meaning is not None and meaning.category in closed and statement.stage is not None:
        meaning = by_stage(statement.stage)
    if meaning is not None and meaning.category in closed:
        # X.7 is policy (RFC 3463), whatever the number behind it stands for at a sign-in.
        policy = (statement.codes.enhanced or "")[2:].startswith("7.")
        meaning = Meaning("message_rejected_policy") if policy else None
    return meaning or Meaning("unknown")


def _as_rule(meaning: Meaning) -> Rule:
    return Rule("", meaning.category, meaning.detail)


def _speaking(statement: Statement, known: bool) -> Family | None:
    """Return the family that speaks: by the host that is quoted, else by the marks of its replies."""
    if statement.speaker is not None:
        by_host = next((family for family in families() if family.serves(None, statement.speaker)), None)
        return by_host or next((family for family in families() if family.signs(statement.line)), None)
    return next((family for family in families() if family.speaks(statement.line, known=known)), None)


def _named(speaking: Family | None, host: str | None) -> str | None:
    """Name the provider by the host, else by the text's marks; those alone never overrule a host."""
    for family in families():
        if family.serves(None, host) or (host is None and family is speaking):
            return family.providers[0]
    return None


def _provider_rules(where: Place, speaking: Family | None) -> Iterator[Rule]:
    for family in families():
        if family is speaking or family.serves(where.provider, where.host):
            yield from family.rules


def _common_rules(statement: Statement) -> Iterator[Rule]:
    # With a code a server spoke, so its words come first: "451 4.4.2 timeout" is no time-out of ours.
    if statement.codes.basic or statement.codes.enhanced or statement.passed_on:
        yield from server_words()
        yield from local_words()
    else:
        yield from local_words()
        yield from server_words()
    yield from loose_words()
