"""Targets of type ``zabbix``: the e-mail media type of a Zabbix server, by its JSON-RPC (run with 6.0.14).

``url`` is the frontend's, ``token`` an API token of a super admin, ``media_type`` the media type's name. STARTTLS is
enforced; certificates and names are checked against the server's own ``SSLCALocation``.
Source: Zabbix 6.0 manual, API, Media type object, read 2026-11-28.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from mailspec.model.fields import PlainSettings
from mailspec.outcome.plan import Json
from mailspec.targets.api import ApiTarget, Fields
from mailspec.targets.interface import Api, fail
from mailspec.targets.senders import login_of
from mailspec.text.address import format_address

_OFF = {
    "smtp_server": "mailspec-off.invalid",  # RFC 2606: no such host can be
    "smtp_port": "25",
    "smtp_helo": "mailspec-off.invalid",
    "smtp_email": "off@mailspec-off.invalid",
    "smtp_security": "0",
    "smtp_verify_peer": "0",
    "smtp_verify_host": "0",
    "smtp_authentication": "0",
    "username": "",
    "passwd": "",
    "status": "1",
}
_SECURITY = {"none": "0", "starttls": "1", "tls": "2"}
_HEADER_SINCE = (6, 4)  # Zabbix 6.4, API changes: the token in a header; 7.2 knows no other way


class Zabbix(ApiTarget):
    """Writes one media type; its templates, messages and users stay."""

    object_word: ClassVar = "media_type"
    usual_object: ClassVar = "Email"
    secret_fields: ClassVar = frozenset({"passwd"})
    off: ClassVar = _OFF
    no_tokens: ClassVar = "Zabbix would keep it as a password"
    replaced: ClassVar = "{$"  # a user macro, whose text may be a secret of its own

    def fields(self, settings: PlainSettings) -> dict[str, Json]:
        """Return the media type's fields; where mail is off it is disabled and knows no password."""
        email, name = settings.from_.email, settings.from_.name
        login = login_of(settings)
        checked = "0" if settings.security == "none" or settings.tls.validate_certs is False else "1"
        return {
            "smtp_server": str(settings.host),
            "smtp_port": str(settings.port),
            "smtp_helo": str(settings.ehlo_name or str(email).rpartition("@")[2]),
            "smtp_email": format_address(None if name is None else str(name), str(email)),
            "smtp_security": _SECURITY[str(settings.security)],
            "smtp_verify_peer": checked,
            "smtp_verify_host": checked,
            "smtp_authentication": "1" if login else "0",
            "username": login.user if login else "",
            "passwd": login.password if login else "",
            "status": "0",
        }

    def fetch(self, api: Api, words: Mapping[str, Any]) -> Fields | None:
        """Return the fields; a media type that is no e-mail is somebody else's."""
        found = self._found(api, words)
        if found is None:
            return None
        if str(found.get("type")) != "0":
            fail(f"the media type {self.name_of(words)} of {api.host} is no e-mail")
        return {key: str(found[key]) for key in _OFF if key in found}

    def put(self, api: Api, words: Mapping[str, Any], fields: Fields, *, exists: bool) -> None:
        """Update the media type, or create it."""
        known = self._found(api, words) if exists else None
        if known is not None:
            _call(api, "mediatype.update", {"mediatypeid": known["mediatypeid"], **fields}, fields.get("passwd"))
        else:
            new = {"name": self.name_of(words), "type": 0, **fields}
            _call(api, "mediatype.create", new, fields.get("passwd"))

    def remove(self, api: Api, words: Mapping[str, Any]) -> None:
        """Delete the media type."""
        known = self._found(api, words)
        if known is not None:
            _call(api, "mediatype.delete", [known["mediatypeid"]])

    def _found(self, api: Api, words: Mapping[str, Any]) -> Mapping[str, Any] | None:
        asked = {"output": ["mediatypeid", "type", *_OFF], "filter": {"name": self.name_of(words)}}
        found = _call(api, "mediatype.get", asked)
        if not isinstance(found, list) or not all(isinstance(entry, Mapping) for entry in found):
            fail(f"{api.host} answered in another form than Zabbix does")
        return found[0] if found else None


def _call(api: Api, method: str, params: Any, secret: str | None = None) -> Any:
    """Call one method of the JSON-RPC. Raises ``OSError`` with Zabbix's words, without what is secret."""
    request = {"jsonrpc": "2.0", "method": method, "params": params, "id": 1}
    if _version(api) >= _HEADER_SINCE:
        answer = api.ask("POST", "/api_jsonrpc.php", request, Authorization=f"Bearer {api.token.reveal()}")
    else:
        answer = api.ask("POST", "/api_jsonrpc.php", {**request, "auth": api.token.reveal()})
    return _result(api, method, answer, secret)


def _version(api: Api) -> tuple[int, ...]:
    request = {"jsonrpc": "2.0", "method": "apiinfo.version", "params": [], "id": 1}
    version = str(_result(api, "apiinfo.version", api.ask("POST", "/api_jsonrpc.php", request)))
    return tuple(int(part) for part in version.split(".")[:2] if part.isdecimal() and len(part) < 10)


def _result(api: Api, method: str, answer: Any, secret: str | None = None) -> Any:
    if not isinstance(answer, Mapping) or ("result" not in answer and "error" not in answer):
        fail(f"{api.host} answered in another form than Zabbix does")
    if "error" in answer:
        error = answer["error"]
        why = f"{error.get('message', '')} {error.get('data', '')}" if isinstance(error, Mapping) else ""
        fail(f"Zabbix at {api.host} refuses {method}: {api.masked(why.strip(' .'), [secret or ''])}")
    return answer["result"]
