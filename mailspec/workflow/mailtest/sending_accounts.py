"""From what really holds to an account that can send: secrets read, paths made absolute."""

from __future__ import annotations

import os
from typing import Any, NamedTuple

from mailspec.load.spec import Spec
from mailspec.mail.account import Account
from mailspec.model.effective import Effective
from mailspec.model.smtp import WITH_PASSWORD
from mailspec.outcome.mail import TestResult
from mailspec.outcome.secret import Secret
from mailspec.outcome.sentence import sentence
from mailspec.secrets.base import Resolved
from mailspec.secrets.resolve import describe
from mailspec.workflow.apply.wanted import fields_of
from mailspec.workflow.secrets.secret_facts import shape_fact
from mailspec.workflow.secrets.secret_lookup import Secrets

_NOT_BY_SMTP = {
    "outlook": "mode outlook: the person's own Outlook sends, there is nothing to sign in to",
    "other": "mode other: the workstation's mail program sends, there is nothing to sign in to",
    "not_configured": "no mail is configured (mode not_configured)",
    "office365": "Non-Authenticated: nobody has signed in with Microsoft yet (mailspec login comes in a later version)",
}


class Senders(NamedTuple):
    """Accounts that can be tried, and results for those that cannot."""

    accounts: list[Account]
    results: list[TestResult]


def senders(spec: Spec, all_settings: list[Effective], secrets: Secrets) -> Senders:
    """Turn effective settings into accounts. What cannot be tried is a result that says why."""
    accounts: list[Account] = []
    results: list[TestResult] = []
    for entry in all_settings:
        made = account(spec, entry, secrets)
        if isinstance(made, Account):
            accounts.append(made)
        else:
            results.append(made)
    return Senders(accounts, results)


def account(spec: Spec, settings: Effective, secrets: Secrets) -> Account | TestResult:
    """Return one account, or the result that says why there is none."""
    fields = fields_of(settings, spec)
    mode = str(fields.get("mode"))
    if mode in _NOT_BY_SMTP:
        return TestResult(settings.name, settings.kind, "skipped", _NOT_BY_SMTP[mode])
    lacking = [name for name in ("host", "port", "security", "from.email") if fields.get(name) is None]
    if lacking:
        return _failed(settings, "config_invalid", f"{', '.join(lacking)} missing (MS405)", "Complete the settings.")
    method = str(fields.get("auth.method") or "none")
    password: Secret | None = None
    if method in WITH_PASSWORD:
        found = _password(settings, fields, secrets, method)
        if isinstance(found, TestResult):
            return found
        password = found
    key = _client_key(settings, fields, secrets, spec.root)
    if isinstance(key, TestResult):
        return key
    get: Any = fields.get
    return Account(
        name=settings.name,
        kind=settings.kind,
        host=get("host"),
        port=get("port"),
        security=get("security"),
        provider=get("provider"),
        validate_certs=get("tls.validate_certs") is not False,
        ca_file=_absolute(spec.root, get("tls.ca_file")),
        client_cert=_absolute(spec.root, get("tls.client_cert")),
        client_key=key,
        minimum_version=get("tls.minimum_version") or "1.2",
        server_name=get("tls.server_name"),
        method=method,  # type: ignore[arg-type]
        username=str(get("auth.username") or ""),
        password=password,
        from_email=get("from.email"),
        from_name=get("from.name") or "",
        envelope_from=get("envelope_from") or "",
        sender=get("sender"),
        reply_to=get("reply_to"),
        headers=get("headers") or {},
        ehlo_name=get("ehlo_name"),
        timeout=float(get("timeout") or 30.0),
    )


def _password(settings: Effective, fields: dict[str, Any], secrets: Secrets, method: str) -> Secret | TestResult:
    reference = fields.get("auth.password")
    if not isinstance(reference, dict):
        why = "Non-Authenticated: no password is declared" if settings.kind == "user" else "no password is declared"
        return _failed(settings, "config_invalid", why, "Write where the password is (auth.password).", stage="secret")
    resolved = secrets.read(reference)
    if not isinstance(resolved, Resolved):
        what = "Non-Authenticated: the" if settings.kind == "user" else "the"
        message = f"{what} secret ({describe(reference)}) cannot be read (MS302): {resolved.message}"
        return _failed(settings, "config_invalid", message, resolved.help, stage="secret")
    fact = shape_fact(str(fields.get("provider") or ""), resolved.secret, method)
    if fact is not None and fact.severity == "error":
        return _failed(settings, "config_invalid", f"{fact.message} (MS203)", fact.help, stage="secret")
    return resolved.secret


def _client_key(
    settings: Effective, fields: dict[str, Any], secrets: Secrets, root: str
) -> Secret | str | TestResult | None:
    reference = fields.get("tls.client_key")
    if not isinstance(reference, dict):
        return None
    if "file" in reference:
        return _absolute(root, str(reference["file"]))
    resolved = secrets.read(reference)
    if isinstance(resolved, Resolved):
        return resolved.secret
    message = f"the client key ({describe(reference)}) cannot be read (MS302): {resolved.message}"
    return _failed(settings, "config_invalid", message, resolved.help, stage="secret")


def _failed(settings: Effective, category: Any, reason: str, advice: str, stage: Any = None) -> TestResult:
    return TestResult(
        settings.name, settings.kind, "failed", reason, stage=stage, category=category, advice=sentence(advice)
    )


def _absolute(root: str, path: str | None) -> str | None:
    return None if path is None else os.path.join(root, os.path.expanduser(path))
