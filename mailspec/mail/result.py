"""Turns a session's end into a TestResult: the failure is explained, and no secret leaves."""

from __future__ import annotations

from dataclasses import replace

from mailspec.diagnosis.advice import advice_for
from mailspec.diagnosis.conclude import conclude
from mailspec.diagnosis.diagnose import diagnose
from mailspec.diagnosis.place import place
from mailspec.mail.account import Account
from mailspec.mail.failure import Failure, Reply
from mailspec.mail.mask import Mask
from mailspec.mail.serverid import server_id
from mailspec.model.smtp import WITH_TOKEN
from mailspec.outcome.mail import Diagnosis, Stage, TestResult

# Enough for every reply that a person reads; the rest of an endless one is cut.
_LONGEST = 4000
# What a refused password looks like.
_MEANS_TOKEN: frozenset[tuple[str, str | None]] = frozenset(
    {
        ("app_password_required", None),
        *(("auth_failed", detail) for detail in (None, "bad_credentials", "username_form", "password_form", "token")),
        ("unknown", None),
    }
)


def failed(account: Account, stage: Stage, failure: Failure, greeting: str | None = None) -> TestResult:
    """Return the result of a stage that ended early. ``greeting`` is the server's first line, if one came."""
    found = explain(account, stage, failure, greeting)
    reply = failure.reply
    return TestResult(
        name=account.name,
        kind=account.kind,
        status="failed",
        reason=failure.reason,
        stage=stage,
        category=found.category,
        detail=found.detail,
        smtp_code=found.smtp_code if reply is None else reply.code or None,
        enhanced_code=found.enhanced_code,
        server_reply=None if reply is None else str(reply) if reply.code else reply.text,
        advice=failure.advice or found.advice,
        server_id=server_id(reply.text) if reply is not None and account.transport == "graph" else None,
    )


def explain(account: Account, stage: Stage, failure: Failure, greeting: str | None = None) -> Diagnosis:
    """Return what a failure means: known for certain, or read from the server's words.

    A greeting that names a stranger to the provider tells that another machine answered.
    """
    if failure.category is not None:
        if failure.category == "certificate":
            seen = diagnose(failure.reason, provider=account.provider, host=account.host, greeting=greeting)
            if seen.detail == "other_machine":
                return replace(seen, smtp_code=None, enhanced_code=None)
        where = place(account.provider, account.host, account.port, account.security, stage)
        return conclude(failure.category, failure.detail, where)
    reply = failure.reply or Reply(0, failure.reason)
    found = diagnose(
        str(reply) if reply.code else reply.text,
        provider=account.provider,
        host=account.host,
        port=account.port,
        security=account.security,
        stage=stage,
        greeting=greeting if stage == "auth" else None,
    )
    if stage == "auth" and account.method in WITH_TOKEN and (found.category, found.detail) in _MEANS_TOKEN:
        # There is no password that could be wrong.
        where = place(account.provider, account.host, account.port, account.security, stage)
        return replace(found, category="auth_failed", detail="token", advice=advice_for("auth_failed", "token", where))
    if found.category == "unknown" and not reply.code:
        return conclude("unknown", "protocol", place(None, account.host, account.port, None, stage))
    return found


def masked(result: TestResult, mask: Mask) -> TestResult:
    """Hide secrets in every field that holds a server's or a library's words, then cut what is too long.

    In this order: a secret that is cut in two would no longer be recognised.
    """

    def shown(text: str | None) -> str | None:
        if text is None:
            return None
        hidden = mask(text)
        return hidden if len(hidden) <= _LONGEST else hidden[:_LONGEST] + " ..."

    return replace(
        result,
        reason=shown(result.reason),
        server_reply=shown(result.server_reply),
        server_id=shown(result.server_id),
        advice=shown(result.advice),
    )
