"""From what really holds to an account that can send: secrets read, paths made absolute."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from mailspec.mail.account import Account
from mailspec.mail.local.program import LocalAccount
from mailspec.mail.send_as_list import google_list
from mailspec.mail.sign_in_hosts import provider_of_settings, signs_in_by_token
from mailspec.message.sender import Sender
from mailspec.model.fields import DEFAULT_TIMEOUT, FIELDS, Settings
from mailspec.model.smtp import WITH_PASSWORD
from mailspec.outcome.mail import TestResult
from mailspec.outcome.secret import Secret
from mailspec.outcome.sentence import sentence
from mailspec.outcome.sign_in import NON_AUTHENTICATED, Problem
from mailspec.secrets.base import Resolved
from mailspec.secrets.resolve import describe
from mailspec.signin.source import TokenSource
from mailspec.workflow.accounts.as_sent import absolute, as_sent
from mailspec.workflow.accounts.clients import token_source
from mailspec.workflow.accounts.plain_settings import Sending
from mailspec.workflow.accounts.secret_lookup import Secrets, shape_fact

# Whose mail a program of the person's machine sends.
LOCAL_MODES = frozenset({"outlook", "other"})
NOT_BY_SMTP = {
    "outlook": "mode outlook: the person's own Outlook sends, there is nothing to sign in to",
    "other": "mode other: the workstation's mail program sends, there is nothing to sign in to",
    "not_configured": "no mail is configured (mode not_configured)",
}


STANDARD_MAIL = "a standard mail from the current user (MS504): whoever sends it sends by an account of their own"
_OFF = "there is no server to send by: mail is off (MS403)"


class Senders(NamedTuple):
    """Accounts that can be tried, those that a program of this machine sends for, and results for the others."""

    accounts: list[Account]
    local: list[LocalAccount]
    results: list[TestResult]


def senders(root: str, all_settings: Iterable[Sending], secrets: Secrets) -> Senders:
    """Turn settings into accounts. What cannot be tried is a result that says why."""
    made = Senders([], [], [])
    for entry in all_settings:
        local = local_account(root, entry)
        found = local or account(root, entry, secrets)
        if isinstance(found, Account):
            made.accounts.append(found)
        elif isinstance(found, LocalAccount):
            made.local.append(found)
        else:
            made.results.append(found)
    return made


def local_account(root: str, settings: Sending) -> LocalAccount | None:
    """Return who sends by the mail program of this machine, ``None`` for all others."""
    settings = Sending(settings.name, settings.kind, as_sent(settings.fields, root), settings.host_from)
    email = settings.from_.email or (settings.name if settings.kind == "user" else None)
    if str(settings.mode) not in LOCAL_MODES or email is None:
        return None
    sender = Sender(
        email=email,
        name=settings.from_.name or "",
        envelope_from=settings.envelope_from or "",
        sender=settings.sender,
        reply_to=settings.reply_to,
        headers=settings.headers or {},
    )
    return LocalAccount(settings.name, settings.kind, sender, float(settings.timeout or DEFAULT_TIMEOUT))


_NEEDED = (Settings.host, Settings.port, Settings.security, Settings.from_.email)


def account(root: str, settings: Sending, secrets: Secrets) -> Account | TestResult:
    """Return one account, or the result that says why there is none. ``root`` is the project's folder."""
    mode = str(settings.mode)
    if settings.kind == "mailing" and settings.from_.email is None and mode != "not_configured":
        return TestResult(settings.name, settings.kind, "skipped", STANDARD_MAIL)
    if mode in NOT_BY_SMTP:
        return TestResult(settings.name, settings.kind, "skipped", NOT_BY_SMTP[mode])
    if mode == "office365":
        settings = _at_microsoft(settings)
    if settings.kind != "configuration" and settings.host is None:
        # Without one that is no error there is none because no configuration is active.
        return TestResult(settings.name, settings.kind, "skipped", _OFF)
    lacking = [field for field in _NEEDED if settings.look_up(field) is None]
    if lacking:
        return _failed(settings, "config_invalid", f"{', '.join(lacking)} missing (MS405)", "Complete the settings.")
    method = settings.auth.method or "none"
    token: TokenSource | None = None
    if signs_in_by_token(settings):
        source = token_source(root, settings, secrets)
        if isinstance(source, Problem) and settings.kind == "user" and mode == "office365":
            # A person's own sign-in is theirs to set up; it stops nobody else.
            reason = f"{NON_AUTHENTICATED}: {source.reason}"
            return TestResult(settings.name, settings.kind, "skipped", reason, advice=source.advice)
        if isinstance(source, Problem):
            words = f"{NON_AUTHENTICATED}: {source.reason}", source.advice
            return _failed(settings, source.category, *words, stage="sign_in", detail=source.detail)
        token = source
    password: Secret | None = None
    if method in WITH_PASSWORD:
        found = _password(settings, secrets, method)
        if isinstance(found, TestResult):
            return found
        password = found
    key = _client_key(settings, secrets, root)
    if isinstance(key, TestResult):
        return key
    # A test holds each field on the wire to the account's attribute of its name.
    sent = as_sent(settings.fields, root)
    given: dict[str, Any] = {
        field.wire: value for field in FIELDS if field.wire and (value := sent.get(field)) is not None
    }
    given |= {"method": method, "password": password, "client_key": key, "token": token}
    if settings.transport == "graph" and mode == "office365":
        by_application = settings.auth.oauth.grant == "client_credentials" or settings.auth.oauth.token is not None
        given |= {"transport": "graph", "mailbox": given.get("username", "") if by_application else ""}
    provider = provider_of_settings(settings)
    if token is not None and provider is not None and provider.family == "google":
        # A token for sending can read the list of addresses.
        ca_file, timeout = given.get("ca_file"), float(settings.timeout or DEFAULT_TIMEOUT)
        given["aliases"] = google_list(ca_file=ca_file, timeout=timeout, forbids=secrets.forbids_host)
    return Account(name=settings.name, kind=settings.kind, **given)


def _at_microsoft(settings: Sending) -> Sending:
    """Return office365 settings with the server that its transport speaks to."""
    provider = provider_of_settings(settings)
    server: dict[str, Any] = {"provider": None if provider is None else provider.id}
    if settings.transport == "graph":
        server |= {"host": None if provider is None else provider.graph, "port": 443, "security": "tls"}
    elif provider is not None and provider.preset is not None:
        preset = provider.preset
        server |= {"host": preset.host, "port": preset.port, "security": preset.security}
    return Sending(settings.name, settings.kind, {**server, **settings.fields}, settings.host_from)


def _password(settings: Sending, secrets: Secrets, method: str) -> Secret | TestResult:
    reference = settings.auth.password
    if not isinstance(reference, dict):
        why = "Non-Authenticated: no password is declared" if settings.kind == "user" else "no password is declared"
        return _failed(settings, "config_invalid", why, "Write where the password is (auth.password).", stage="secret")
    resolved = secrets.read(reference)
    if not isinstance(resolved, Resolved):
        what = "Non-Authenticated: the" if settings.kind == "user" else "the"
        message = f"{what} secret ({describe(reference)}) cannot be read (MS302): {resolved.message}"
        return _failed(settings, "config_invalid", message, resolved.help, stage="secret")
    fact = shape_fact(settings.provider or "", resolved.secret, method)
    if fact is not None and fact.severity == "error":
        return _failed(settings, "config_invalid", f"{fact.message} (MS203)", fact.help, stage="secret")
    return resolved.secret


def _client_key(settings: Sending, secrets: Secrets, root: str) -> Secret | str | TestResult | None:
    reference = settings.tls.client_key
    if not isinstance(reference, dict):
        return None
    if "file" in reference:
        return absolute(root, str(reference["file"]))
    resolved = secrets.read(reference)
    if isinstance(resolved, Resolved):
        return resolved.secret
    message = f"the client key ({describe(reference)}) cannot be read (MS302): {resolved.message}"
    return _failed(settings, "config_invalid", message, resolved.help, stage="secret")


def _failed(
    settings: Sending, category: Any, reason: str, advice: str, stage: Any = None, detail: str | None = None
) -> TestResult:
    return TestResult(
        settings.name,
        settings.kind,
        "failed",
        reason,
        stage=stage,
        category=category,
        detail=detail,
        advice=sentence(advice),
    )
