"""Sends by Microsoft Graph: POST /v1.0/me/sendMail, for an application /users/{mailbox}/sendMail, as MIME.

MIME, not JSON, because JSON takes no header field but those that start with ``x-`` (no Auto-Submitted, no
List-Unsubscribe). Microsoft, "user: sendMail", read 2026-11-27: 202 means accepted; whether the message reaches
anybody, and whether the mailbox may send as From, can still be refused later, by a bounce to the sender's inbox.
"""

from __future__ import annotations

import base64
import uuid
from typing import Any, NamedTuple
from urllib.parse import quote

from mailspec.diagnosis.graph import GraphError, explain_graph_error
from mailspec.files.json_text import read_json
from mailspec.mail.account import Account
from mailspec.mail.failure import Failure, Reply, of_problem
from mailspec.outcome.mail import Stage
from mailspec.outcome.secret import Secret
from mailspec.outcome.sign_in import Problem
from mailspec.signin.source import TokenSource
from mailspec.signin.tokens import TokenRefusedError

_PERMISSIONS = frozenset({"Mail.Send", "Mail.Send.Shared"})


class Answer(NamedTuple):
    """Graph's answer. ``request`` is the id that Microsoft's support asks for; ``wait`` is in seconds."""

    status: int
    body: str
    request: str
    wait: float | None


class GraphSession:
    """One account at Graph. ``stage`` is the last one reached; ``tokens`` are those that were used."""

    def __init__(self, account: Account) -> None:
        self.account = account
        self.stage: Stage = "sign_in"
        # Graph is asked over HTTPS: nobody greets.
        self.greeting: str | None = None
        self.tokens: list[Secret] = []

    def check(self) -> None:
        """Get a token, and look whether it holds a permission to send, where it can be read. Raises Failure.

        Graph cannot be asked for a sender without a message.
        """
        token = self._taken(self._source().get())
        granted = _permissions(token)
        if granted is not None and not granted & _PERMISSIONS:
            permitted = ", ".join(sorted(granted)) or "nothing"
            raise Failure(f"the token permits {permitted}, not Mail.Send", "auth_failed", "permission")

    def send(self, message: bytes) -> Reply:
        """Hand a message over and return the answer; its text ends with Graph's request id. Raises Failure."""
        source = self._source()
        token = self._taken(source.get())
        answer = self._post(message, token)
        if answer.status == 401:
            newer = source.renew(token)
            if newer is not None:
                answer = self._post(message, self._taken(newer))
        self.stage = "data"
        if answer.status == 202:
            source.accepted()
            return Reply(0, f"202 Accepted, request-id {answer.request}")
        raise _refused(answer)

    def _post(self, message: bytes, token: Secret) -> Answer:
        from mailspec.signin.http import HttpSession, retry_after

        account = self.account
        self.stage = "connect"
        port = "" if account.port == 443 else f":{account.port}"
        whose = f"users/{quote(account.mailbox, safe='@')}" if account.mailbox else "me"
        url = f"https://{account.host}{port}/v1.0/{whose}/sendMail"
        headers = {
            "Authorization": f"Bearer {token.reveal()}",
            "Content-Type": "text/plain",
            "client-request-id": str(uuid.uuid4()),
        }
        session = HttpSession(ca_file=account.ca_file, timeout=account.timeout)
        try:
            answer = session.request("POST", url, data=base64.b64encode(message), headers=headers, expects="any")
        except TokenRefusedError as error:
            raise of_problem(error.problem) from None
        request = answer.headers.get("request-id", headers["client-request-id"])
        return Answer(answer.status_code, answer.text, request, retry_after(answer))

    def _source(self) -> TokenSource:
        if self.account.token is None:
            raise Failure("Microsoft Graph needs an access token", "config_invalid", "token_missing")
        return self.account.token

    def _taken(self, found: Secret | Problem) -> Secret:
        self.stage = "sign_in"
        if isinstance(found, Problem):
            raise of_problem(found)
        self.tokens.append(found)
        return found

    def close(self) -> None:
        """Nothing stays open."""


def _refused(answer: Answer) -> Failure:
    found: GraphError = explain_graph_error(answer.status, answer.body)
    reason = "Microsoft Graph refused the message"
    if found.retry:
        reason = "Microsoft Graph cannot take the message now"
    if answer.wait is not None:
        reason += f"; it asks to wait {answer.wait:g} seconds"
    code = " ".join(found.codes)
    words = f"{code}: {found.message}".strip(": ") or "no explanation"
    reply = Reply(0, f"{answer.status} {words} (request-id {answer.request})")
    return Failure(reason, found.category, found.detail, reply, found.advice or None)


def _permissions(token: Secret) -> frozenset[str] | None:
    """Return what a token permits, ``None`` where it cannot be read: only Microsoft's own are readable, as a hint."""
    part = token.reveal().split(".")
    if len(part) != 3:
        return None
    try:
        claims: Any = read_json(base64.urlsafe_b64decode(part[1] + "=" * (-len(part[1]) % 4)))
    except (RecursionError, ValueError):
        return None
    if not isinstance(claims, dict) or not {"scp", "roles"} & claims.keys():
        return None
    roles = claims.get("roles")
    return frozenset([*str(claims.get("scp", "")).split(), *(map(str, roles) if isinstance(roles, list) else ())])
