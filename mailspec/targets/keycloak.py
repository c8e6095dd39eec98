"""Targets of type ``keycloak``: a realm's ``smtpServer`` by the Admin REST API (Keycloak 26).

``url`` is the server's, ``token`` the secret of the service account ``client`` in the realm master; without ``client``
it is an access token itself. Every value is a text. Keycloak shows a password as asterisks, so that it cannot be
compared, and takes STARTTLS where it is offered (DefaultEmailSenderProvider, read 2026-11-28). ``prove`` sends a
message to the account's own address (testSMTPConnection).
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import quote, quote_plus, urlencode

from mailspec.model.fields import PlainSettings
from mailspec.outcome.plan import Json
from mailspec.plan.desired import TargetDesired
from mailspec.targets.api import ApiTarget, Fields
from mailspec.targets.base import Reach, TargetProblem, WrittenValue, text_of
from mailspec.targets.interface import Api, api_of, fail
from mailspec.targets.senders import login_of

_KEYS = (
    *("host", "port", "from", "fromDisplayName", "replyTo", "envelopeFrom"),
    *("ssl", "starttls", "auth", "authType", "user", "password"),
)
_MASK = "**********"  # ComponentRepresentation.SECRET_VALUE: what a password is shown as; sent back, it stays


class Keycloak(ApiTarget):
    """Writes one realm's mail server; everything else of the realm stays."""

    object_word: ClassVar = "realm"
    usual_object: ClassVar = "master"
    secret_fields: ClassVar = frozenset({"password"})
    off: ClassVar = {**dict.fromkeys(_KEYS, ""), "host": "mailspec-off.invalid", "from": "off@mailspec-off.invalid"}
    no_tokens: ClassVar = "Keycloak asks for tokens by itself, with a client of its own"
    replaced: ClassVar = "${"  # ${vault.KEY}: Keycloak, Server Administration Guide, "Using a vault to obtain secrets"

    def fields(self, settings: PlainSettings) -> dict[str, Json]:
        """Return every entry of the map; an empty one is left out there. Where mail is off no server can be reached."""
        login = login_of(settings)
        return {
            "host": str(settings.host),
            "port": str(settings.port),
            "from": str(settings.from_.email),
            "fromDisplayName": str(settings.from_.name or ""),
            "replyTo": str(settings.reply_to or ""),
            "envelopeFrom": str(settings.envelope_from or ""),
            "ssl": "true" if settings.security == "tls" else "false",
            "starttls": "true" if settings.security == "starttls" else "false",
            "auth": "true" if login else "false",
            "authType": "basic" if login else "",
            "user": login.user if login else "",
            "password": login.password if login else "",
        }

    def fetch(self, api: Api, words: Mapping[str, Any]) -> Fields | None:
        """Return the map; a realm that never had one holds nothing."""
        realm = api.ask("GET", self._path(words), Authorization=_bearer(api, words))
        if not isinstance(realm, Mapping):
            fail(f"{api.host} answered in another form than Keycloak does")
        known = realm.get("smtpServer")
        if not isinstance(known, Mapping) or not known:
            return None
        found = {key: str(known.get(key) or "") for key in _KEYS}
        if found["password"]:
            del found["password"]
        return found

    def put(self, api: Api, words: Mapping[str, Any], fields: Fields, *, exists: bool) -> None:  # noqa: ARG002
        """Send the whole map, which takes the former one's place."""
        self._put(api, words, _sent(fields))

    def remove(self, api: Api, words: Mapping[str, Any]) -> None:
        """Leave the realm without a mail server."""
        self._put(api, words, {})

    def reaches(self, target: TargetDesired) -> Reach:
        """Return what limits from outside must allow; a realm has administrators of its own."""
        return super().reaches(target)._replace(part=f"realm {self.name_of(target.options)}")

    def prove(
        self, target: TargetDesired, root: Path, values: Mapping[str, WrittenValue | None]
    ) -> str | TargetProblem:
        """Have Keycloak send a message with these settings."""
        api = api_of(target.options, root)
        if isinstance(api, TargetProblem):
            return api
        fields = {key: text_of(value) for key, value in values.items() if value is not None}
        try:
            path = f"{self._path(target.options)}/testSMTPConnection"
            api.ask("POST", path, _sent(fields), Authorization=_bearer(api, target.options))
        except OSError as error:
            return TargetProblem(
                f"its own test failed: {error.strerror}",
                "the service account needs an e-mail address; see the server's log",
            )
        return f"proven by: testSMTPConnection of {api.host}"

    def _path(self, words: Mapping[str, Any]) -> str:
        return f"/admin/realms/{quote(self.name_of(words), safe='')}"

    def _put(self, api: Api, words: Mapping[str, Any], known: Mapping[str, str]) -> None:
        api.ask("PUT", self._path(words), {"smtpServer": dict(known)}, Authorization=_bearer(api, words))


def _sent(fields: Fields) -> Fields:
    known = {key: text for key, text in fields.items() if text}
    return known if "password" in fields else {**known, "password": _MASK}


def _bearer(api: Api, words: Mapping[str, Any]) -> str:
    """Return the header of a request; a service account signs in first (RFC 6749, section 4.4)."""
    client = words.get("client")
    if client is None:
        return f"Bearer {api.token.reveal()}"
    asked = urlencode({"grant_type": "client_credentials", "client_id": str(client)}).encode()
    login = f"{quote_plus(str(client))}:{quote_plus(api.token.reveal())}"  # RFC 6749, section 2.3.1
    basic = f"Basic {b64encode(login.encode()).decode()}"
    answer = api.ask("POST", "/realms/master/protocol/openid-connect/token", form=asked, Authorization=basic)
    token = answer.get("access_token") if isinstance(answer, Mapping) else None
    if not isinstance(token, str):
        fail(f"{api.host} gave no access token for the client")
    return f"Bearer {token}"
