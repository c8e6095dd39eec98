"""``login`` and ``logout``, and who is signed in."""

from __future__ import annotations

import time
from collections.abc import Iterable
from datetime import UTC, datetime
from urllib.parse import urlencode

from mailspec.mail.sign_in_hosts import signs_in_by_token
from mailspec.model.fields import PlainSettings
from mailspec.outcome.sign_in import Problem, SignInStatus
from mailspec.signin.client import Client
from mailspec.signin.login import How, Screen, login, logout
from mailspec.signin.source import not_signed_in
from mailspec.signin.store import Record, Store
from mailspec.signin.tokens import TokenRefusedError
from mailspec.workflow.accounts.clients import client_of
from mailspec.workflow.accounts.plain_settings import Sending
from mailspec.workflow.accounts.secret_lookup import Secrets
from mailspec.workflow.mailtest.mail_tests import MailTest
from mailspec.workflow.project import UsageError
from mailspec.workflow.workspace import Workspace


class SignIn:
    """One account that a person signs in to.

    Raises:
        UsageError: the name is unknown, or the account needs no person.
        ApplyRefusedError: its settings have errors, or go beyond the limits.
    """

    def __init__(self, workspace: Workspace, name: str | None) -> None:
        tests = MailTest(workspace)
        chosen = tests.objects((name,) if name else (), everything=False)
        tests.stop_on_errors(chosen)
        self.settings: Sending = tests.sending(chosen)[0]
        settings = self.settings
        if not signs_in_by_token(settings):
            raise UsageError(f"'{settings.name}' does not sign in with a token (auth.method, or mode office365).")
        if settings.auth.oauth.token is not None:
            raise UsageError(f"The token of '{settings.name}' comes from elsewhere (auth.oauth.token).")
        client = client_of(workspace.root, settings, workspace.secrets)
        if isinstance(client, Problem):
            raise UsageError(f"{settings.name}: {client.reason}. {client.advice}")
        if not client.by_person:
            raise UsageError(f"'{settings.name}' signs in as an application ({client.grant}); nobody has to sign in.")
        self.client: Client = client
        self.store = Store()

    @property
    def is_microsoft(self) -> bool:
        """Whether the issuer is Microsoft's."""
        return self.client.microsoft

    @property
    def approval_page(self) -> str:
        """Where an administrator approves the application for the organisation (Microsoft's adminconsent)."""
        client = self.client
        query = {"client_id": client.client_id, "redirect_uri": "http://localhost", "scope": " ".join(client.scopes)}
        return f"{client.issuer.rstrip('/').removesuffix('/v2.0')}/v2.0/adminconsent?{urlencode(query)}"

    def login(self, how: How, screen: Screen) -> SignInStatus:
        """Sign in; what stands against it is the status."""
        found = login(self.client, self.store, how, screen)
        return status_of(self.settings, self.client, found)

    def logout(self) -> tuple[bool, bool] | Problem:
        """Sign out; tells whether somebody was signed in, and whether the issuer has revoked it."""
        return logout(self.client, self.store)


def sign_ins(root: str, objects: Iterable[Sending], secrets: Secrets) -> list[SignInStatus]:
    """Return the sign-in of each account that uses tokens. Nobody is asked: what is stored is read."""
    store = Store()
    found = []
    for settings in objects:
        if not signs_in_by_token(settings):
            continue
        if settings.auth.oauth.token is not None:
            found.append(SignInStatus(settings.name, settings.kind, "not_needed", grant="token"))
            continue
        client = client_of(root, settings, secrets)
        if isinstance(client, Problem):
            found.append(_refused(settings, None, client))
        elif not client.by_person:
            found.append(
                SignInStatus(settings.name, settings.kind, "not_needed", client.account, client.issuer, client.grant)
            )
        else:
            found.append(status_of(settings, client, _stored(client, store)))
    return found


def status_of(settings: PlainSettings, client: Client, found: Record | Problem) -> SignInStatus:
    """Return the status that a stored sign-in, or what stands against one, means."""
    problem = found if isinstance(found, Problem) else found.problem
    name, kind = str(getattr(settings, "name", "")), str(getattr(settings, "kind", ""))
    if problem is not None:
        return _refused(settings, client, problem, since=found.since if isinstance(found, Record) else None)
    assert isinstance(found, Record)  # noqa: S101 - the other form is a problem
    return SignInStatus(
        name,
        kind,
        "authenticated",
        client.account,
        client.issuer,
        client.grant,
        since=_moment(found.since),
        until=_moment(found.until) if found.until > time.time() else None,
        proven=_moment(found.proven),
    )


def _stored(client: Client, store: Store) -> Record | Problem:
    try:
        return store.read(client.binding) or not_signed_in(client, store)
    except TokenRefusedError as error:
        return error.problem


def _refused(
    settings: PlainSettings, client: Client | None, problem: Problem, since: float | None = None
) -> SignInStatus:
    return SignInStatus(
        str(getattr(settings, "name", "")),
        str(getattr(settings, "kind", "")),
        problem.state,
        "" if client is None else client.account,
        "" if client is None else client.issuer,
        "" if client is None else client.grant,
        since=None if since is None else _moment(since),
        who=problem.who,
        reason=problem.reason,
        advice=problem.advice,
    )


def _moment(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
