"""Access tokens for whoever sends: from the store, from the issuer, or from elsewhere; refreshed by one writer."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Protocol

from mailspec.outcome.secret import Secret
from mailspec.outcome.sign_in import Problem
from mailspec.signin.client import Client, Read
from mailspec.signin.issuer import Issuer
from mailspec.signin.libraries import issuer_for, missing_library
from mailspec.signin.store import Record, Store
from mailspec.signin.tokens import TokenRefusedError, Tokens, margin

# "Last proven" is exact to so many seconds; writing it more often would only wear the disk.
_PROVEN_STEP = 60.0
# A token as young as this, in seconds, that is refused would be refused again: another one is not asked for, or an
# unwilling server would have the issuer throttle the account (AADSTS50196).
_TOO_YOUNG = 1.0
IssuerOf = Callable[[Client], Issuer]


class TokenSource(Protocol):
    """Gives access tokens for one account; safe for threads. Nothing here raises."""

    def get(self) -> Secret | Problem:
        """Return a token that is valid as far as is known here."""

    def renew(self, refused: Secret) -> Secret | Problem | None:
        """Return another token than the one that a server refused; ``None`` where there is no other."""

    def accepted(self) -> None:
        """Take note that a server has accepted the token."""


class GivenToken:
    """A token from elsewhere: another program, a file, a secret store."""

    def __init__(self, read: Read, read_again: Read | None = None) -> None:
        self._read = read
        self._read_again = read_again

    def get(self) -> Secret | Problem:
        """Read the reference."""
        return self._read()

    def renew(self, refused: Secret) -> Secret | Problem | None:
        """Read the reference anew: what gives tokens may have a newer one."""
        found = self._read_again() if self._read_again is not None else None
        return None if isinstance(found, Secret) and found == refused else found

    def accepted(self) -> None:
        """Nothing is stored."""


class ApplicationToken:
    """Tokens of an application without a person; kept for the run only."""

    def __init__(self, client: Client, issuer_of: IssuerOf = issuer_for) -> None:
        self._client = client
        self._issuer_of = issuer_of
        self._lock = threading.Lock()
        self._tokens: Tokens | None = None
        self._problem: Problem | None = None

    def get(self) -> Secret | Problem:
        """Return the token of this run, or ask for one."""
        return self._ask(None)

    def renew(self, refused: Secret) -> Secret | Problem | None:
        """Ask for another token, unless another thread already has."""
        return self._ask(refused)

    def accepted(self) -> None:
        """Nothing is stored."""

    def _ask(self, refused: Secret | None) -> Secret | Problem:
        with self._lock:
            if self._problem is not None:
                return self._problem
            tokens = self._tokens
            if tokens is not None and tokens.access != refused and tokens.until - margin(tokens.lifetime) > time.time():
                return tokens.access
            try:
                self._tokens = self._fetch()
            except TokenRefusedError as error:
                if not error.problem.retry:
                    # A thousand accounts of one application need not be refused a thousand times.
                    self._problem = error.problem
                return error.problem
            return self._tokens.access

    def _fetch(self) -> Tokens:
        if self._client.grant != "service_account":
            return self._issuer_of(self._client).app_only()
        try:
            from mailspec.signin.oidc import OpenId
        except ImportError as error:
            raise TokenRefusedError(missing_library(error)) from None
        return OpenId(self._client).service_account()


class StoredToken:
    """Tokens of a person who has signed in with ``mailspec login``."""

    def __init__(self, client: Client, store: Store, issuer_of: IssuerOf = issuer_for) -> None:
        self._client = client
        self._store = store
        self._issuer_of = issuer_of

    def get(self) -> Secret | Problem:
        """Return the stored token; refresh it where it has ended."""
        return self._within(None)

    def renew(self, refused: Secret) -> Secret | Problem | None:
        """Refresh, unless another thread or process has done so since."""
        found = self._within(refused)
        return None if isinstance(found, Secret) and found == refused else found

    def accepted(self) -> None:
        """Store when the sign-in was last proven. That it cannot be stored is no failure of the send."""
        binding = self._client.binding
        try:
            record = self._store.read(binding)
            if record is None or record.problem is not None or time.time() - record.proven < _PROVEN_STEP:
                return
            with self._store.lock(binding):
                record = self._store.read(binding)
                if record is not None and record.problem is None:
                    self._store.write(binding, replace(record, proven=time.time()))
        except TokenRefusedError:
            return

    def _within(self, refused: Secret | None) -> Secret | Problem:
        try:
            record = self._usable(refused)
            if record is not None:
                return Secret(record.access)
            with self._store.lock(self._client.binding):
                # Whoever held the lock before may have refreshed.
                record = self._usable(refused)
                return Secret((record or self._refreshed()).access)
        except TokenRefusedError as error:
            return error.problem

    def _usable(self, refused: Secret | None) -> Record | None:
        """Return what is stored, ``None`` where it has to be refreshed. Raises TokenRefusedError."""
        record = self._stored()
        if refused is not None and Secret(record.access) == refused and _age(record) > _TOO_YOUNG:
            return None
        return record if record.until - margin(record.lifetime) > time.time() else None

    def _stored(self) -> Record:
        binding = self._client.binding
        record = self._store.read(binding)
        if record is None:
            raise TokenRefusedError(not_signed_in(self._client, self._store))
        if record.problem is not None:
            raise TokenRefusedError(record.problem)
        return record

    def _refreshed(self) -> Record:
        """Refresh under the lock, and store what came before anybody uses it."""
        binding, record = self._client.binding, self._stored()
        try:
            tokens = self._issuer_of(self._client).refresh(Secret(record.refresh))
        except TokenRefusedError as error:
            if error.problem.ends:
                self._store.write(binding, ended(record, error.problem))
            raise
        now = time.time()
        fresh = replace(
            record,
            access=tokens.access.reveal(),
            # An issuer that does not rotate sends none (RFC 6749 section 6).
            refresh=record.refresh if tokens.refresh is None else tokens.refresh.reveal(),
            until=tokens.until,
            lifetime=tokens.lifetime,
            proven=now,
        )
        self._store.write(binding, fresh)
        return fresh


def ended(record: Record, problem: Problem) -> Record:
    """Return the record of a sign-in that is over: the tokens go, the reason stays."""
    return replace(
        record,
        access="",
        refresh="",
        state=problem.state,
        reason=problem.reason,
        advice=problem.advice,
        who=problem.who,
        category=problem.category,
        detail=problem.detail,
        reply=problem.reply,
    )


def not_signed_in(client: Client, store: Store) -> Problem:
    """Return why nothing is stored for a client: nobody has signed in, or the files name another issuer since."""
    others = store.others(client.binding)
    if others:
        other = others[0]
        what = f"{other.issuer} ({other.client_id})"
        now = f"{client.issuer} ({client.client_id})"
        reason = f"the sign-in of {client.account} is one at {what}; the files name {now}"
        advice = "Sign in again: mailspec login. The stored sign-in is not sent to the new place."
        return Problem("issuer_changed", reason, "auth_failed", "token", advice)
    reason = f"nobody has signed in as {client.account}"
    return Problem("never", reason, "config_invalid", "token_missing", "Sign in: mailspec login.")


def _age(record: Record) -> float:
    """Return how many seconds ago the access token was made."""
    return time.time() - (record.until - record.lifetime)
