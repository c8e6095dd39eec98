"""Targets of type ``youtrack``: the e-mail settings of a YouTrack server by its REST API (read 2026-11-28).

``url`` is the server's, ``token`` a permanent token of an administrator. The interface has no field for the password,
in its documentation as in JetBrains' own Python client: it is typed in by hand, and a note says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, ClassVar

from mailspec.model.fields import PlainSettings
from mailspec.outcome.plan import Json
from mailspec.targets.api import ApiTarget, Fields
from mailspec.targets.base import Rendered, TargetProblem
from mailspec.targets.interface import Api, fail
from mailspec.targets.scope import Scope
from mailspec.text.address import format_address

_PATH = "/api/admin/globalSettings/notificationSettings"
_KINDS = {"isEnabled": bool, "anonymous": bool, "port": int}
_OFF = {
    "isEnabled": "false",
    "host": "mailspec-off.invalid",  # RFC 2606: no such host can be
    "port": "25",
    "mailProtocol": "SMTP",
    "anonymous": "true",
    "login": "",
    "from": "off@mailspec-off.invalid",
    "replyTo": "",
}
_PROTOCOLS = {"none": "SMTP", "tls": "SMTPS", "starttls": "SMTP_TLS"}
_BY_HAND = "YouTrack's interface takes no password: type it in at Server Settings, Email, and after each rotation again"


class YouTrack(ApiTarget):
    """Writes the server's only e-mail settings; what else its notifications hold stays."""

    object_word: ClassVar = "instance"
    usual_object: ClassVar = "email"
    off: ClassVar = _OFF

    def render(self, declared: Mapping[str, Any], scope: Scope) -> Rendered | TargetProblem:
        """Return the fields, and that the password is not one of them."""
        made = super().render(declared, scope)
        signs_in = scope.default is not None and scope.default.settings.auth.password is not None
        return replace(made, notes=(_BY_HAND,)) if isinstance(made, Rendered) and signs_in else made

    def fields(self, settings: PlainSettings) -> dict[str, Json]:
        """Return every field; where mail is off they are not enabled."""
        name = settings.from_.name
        return {
            "isEnabled": "true",
            "host": str(settings.host),
            "port": str(settings.port),
            "mailProtocol": _PROTOCOLS[str(settings.security)],
            "anonymous": "true" if settings.auth.username is None else "false",
            "login": str(settings.auth.username or ""),
            "from": format_address(None if name is None else str(name), str(settings.from_.email)),
            "replyTo": str(settings.reply_to or ""),
        }

    def fetch(self, api: Api, words: Mapping[str, Any]) -> Fields | None:  # noqa: ARG002
        """Return the settings; a server that never had any holds nothing."""
        answer = api.ask("GET", f"{_PATH}?fields=emailSettings({','.join(_OFF)})", Authorization=_bearer(api))
        known = answer.get("emailSettings") if isinstance(answer, Mapping) else None
        if not isinstance(known, Mapping):
            fail(f"{api.host} answered in another form than YouTrack does")
        found = {key: _text(known.get(key)) for key in _OFF}
        return found if found["host"] else None

    def put(self, api: Api, words: Mapping[str, Any], fields: Fields, *, exists: bool) -> None:  # noqa: ARG002
        """Send the settings."""
        typed = {key: _typed(key, text) for key, text in fields.items()}
        api.ask("POST", _PATH, {"emailSettings": typed}, Authorization=_bearer(api))

    def remove(self, api: Api, words: Mapping[str, Any]) -> None:
        """Leave the server without any."""
        self.put(api, words, {**_OFF, "host": "", "from": ""}, exists=True)


def _bearer(api: Api) -> str:
    return f"Bearer {api.token.reveal()}"


def _text(value: Any) -> str:
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def _typed(key: str, text: str) -> Any:
    kind = _KINDS.get(key, str)
    return text == "true" if kind is bool else kind(text)
