"""Signs a person in: by a browser on this machine, by a pasted address, or by a code; and signs out."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Literal, Protocol
from urllib.parse import parse_qs

from mailspec.outcome.secret import Secret
from mailspec.outcome.sign_in import Problem
from mailspec.signin.client import Client
from mailspec.signin.id_token import other_account
from mailspec.signin.issuer import DeviceCode, Issuer
from mailspec.signin.libraries import issuer_for
from mailspec.signin.loopback import Receiver
from mailspec.signin.store import Record, Store
from mailspec.signin.tokens import TokenRefusedError, Tokens
from mailspec.text.url import split_url

How = Literal["browser", "paste", "device"]
BROWSER_SECONDS = 300.0
DEVICE_SECONDS = 900.0
IssuerOf = Callable[[Client], Issuer]


class Screen(Protocol):
    """Talks to the person. Nothing secret is ever shown; the page to open and the code to enter are."""

    def open(self, url: str) -> None:
        """Show the page to sign in at, and open it where there is a browser."""

    def code(self, page: str, code: str) -> None:
        """Show a code, and the page to enter it at."""

    def ask(self, prompt: str) -> str:
        """Return what the person types, without showing it. Raises EOFError where nobody can."""


def login(
    client: Client,
    store: Store,
    how: How,
    screen: Screen,
    *,
    seconds: float | None = None,
    issuer_of: IssuerOf = issuer_for,
) -> Record | Problem:
    """Sign in and store the tokens. Returns what stands against it, and then nothing is stored.

    ``seconds`` is how long a person may take; 5 minutes in a browser and 15 with a code where it is not given.
    Nobody else is kept from the store while the person signs in.
    """
    try:
        # Before the person has done all the work, say that it could not be kept.
        store.check()
        issuer = issuer_of(client)
        if how == "device":
            tokens = _by_device(issuer, screen, seconds or DEVICE_SECONDS)
        elif how == "paste":
            tokens = _by_paste(issuer, screen)
        else:
            tokens = _by_browser(issuer, client, screen, seconds or BROWSER_SECONDS)
        return _keep(client, store, tokens)
    except TokenRefusedError as error:
        return error.problem


def logout(client: Client, store: Store, *, issuer_of: IssuerOf = issuer_for) -> tuple[bool, bool] | Problem:
    """Delete a stored sign-in and revoke it. Returns whether one was there, and whether the issuer has revoked it.

    It is deleted first and whatever the issuer says: signing out must not depend on a server.
    """
    binding = client.binding
    try:
        with store.lock(binding):
            try:
                record = store.read(binding)
            except TokenRefusedError:
                record = None
            found = store.delete(binding)
    except TokenRefusedError as error:
        return error.problem
    if record is None or not record.refresh:
        return found, False
    try:
        return found, issuer_of(client).revoke(Secret(record.refresh))
    except TokenRefusedError:
        return found, False


def _by_browser(issuer: Issuer, client: Client, screen: Screen, seconds: float) -> Tokens:
    found: list[Tokens] = []
    with Receiver() as receiver:
        address = f"http://{issuer.loopback}:{receiver.port}/"
        pending = issuer.begin(address, by_form=issuer.posts_forms)

        def redeem(answer: dict[str, str]) -> Problem | None:
            try:
                tokens = issuer.redeem(pending, answer)
                _check_account(client, tokens)
            except TokenRefusedError as error:
                return error.problem
            found.append(tokens)
            return None

        screen.open(pending.url)
        try:
            problem = receiver.wait(pending.state, redeem, seconds)
        except TimeoutError:
            raise TokenRefusedError(_nobody(f"nobody has signed in within {seconds / 60:g} minutes")) from None
    if problem is not None:
        raise TokenRefusedError(problem)
    return found[0]


def _by_paste(issuer: Issuer, screen: Screen) -> Tokens:
    # Nothing listens there: the page fails to load, and its address holds the answer.
    pending = issuer.begin(f"http://{issuer.loopback}:53682/", by_form=False)
    screen.open(pending.url)
    try:
        pasted = screen.ask("Address of the page that fails to load: ").strip()
    except EOFError:
        raise TokenRefusedError(_nobody("nothing was pasted")) from None
    fields = parse_qs(split_url(pasted).query, keep_blank_values=True, max_num_fields=50)
    answer = {name: values[0] for name, values in fields.items()}
    if "code" not in answer and "error" not in answer:
        reason = "what was pasted is not the address of the page after the sign-in: it has no code"
        raise TokenRefusedError(_nobody(reason))
    return issuer.redeem(pending, answer)


def _by_device(issuer: Issuer, screen: Screen, seconds: float) -> Tokens:
    code: DeviceCode = issuer.device()
    screen.code(code.page, code.user_code)
    until = time.monotonic() + min(seconds, code.lifetime)
    pause = code.interval
    problem: Problem | None = None
    while time.monotonic() < until:
        time.sleep(min(pause, max(0.0, until - time.monotonic())))
        found = issuer.poll(code)
        if isinstance(found, Tokens):
            return found
        problem = found
        if found.reply is not None and found.reply.startswith("slow_down"):
            pause += 5  # RFC 8628 section 3.5
    reason = "the code was not entered in time"
    raise TokenRefusedError(_nobody(reason, problem.advice if problem is not None else None))


def _keep(client: Client, store: Store, tokens: Tokens) -> Record:
    _check_account(client, tokens)
    if tokens.refresh is None:
        reason = "the issuer gave no refresh token, so the sign-in would end within the hour"
        advice = "Have the application permit offline access (the scope offline_access), then sign in again."
        raise TokenRefusedError(
            Problem("app_misconfigured", reason, "config_invalid", "scope", advice, "administrator")
        )
    now = time.time()
    record = Record(
        access=tokens.access.reveal(),
        refresh=tokens.refresh.reveal(),
        until=tokens.until,
        lifetime=tokens.lifetime,
        since=now,
        proven=now,
    )
    with store.lock(client.binding):
        store.write(client.binding, record)
    return record


def _check_account(client: Client, tokens: Tokens) -> None:
    other = other_account(tokens.claims, client.account)
    if other is not None:
        reason = f"{other} has signed in, but the files want {client.account}; nothing is stored"
        advice = f"Sign in as {client.account}, in a private window where the browser knows another account."
        raise TokenRefusedError(Problem("other_account", reason, "auth_failed", "token", advice))


def _nobody(reason: str, advice: str | None = None) -> Problem:
    return Problem("never", reason, "auth_failed", "pending", advice or "Start mailspec login again.")
