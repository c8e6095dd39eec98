"""Stand-ins for programs with an interface over HTTP: they keep what they are sent and note each request."""

from __future__ import annotations

import json
import threading
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple
from urllib.parse import parse_qs, quote, urlsplit

TOKEN = "t0ken-of-the-suite"


class Request(NamedTuple):
    """One request, as it came."""

    method: str
    path: str
    kind: str
    authorization: str
    body: Any
    query: str = ""


class Stub:
    """Answers by ``answer``; ``requests`` are all that came."""

    def __init__(self) -> None:
        self.requests: list[Request] = []
        self.url = ""

    def answer(self, request: Request) -> tuple[int, Any]:
        raise NotImplementedError


class Zabbix(Stub):
    """The methods of Zabbix's JSON-RPC that a media type needs, with the answers of 6.0.14."""

    def __init__(self, version: str = "6.0.14") -> None:
        super().__init__()
        self.version, self.media_types = version, dict[str, dict[str, Any]]()

    def answer(self, request: Request) -> tuple[int, Any]:
        body = request.body
        if body["method"] == "apiinfo.version":
            return 200, {"jsonrpc": "2.0", "result": self.version, "id": 1}
        by_header = self.version >= "6.4"
        token = request.authorization.removeprefix("Bearer ") if by_header else body.get("auth")
        if token != TOKEN:
            error = {"code": -32602, "message": "Invalid params.", "data": f"Not authorised: {token}."}
            return 200, {"jsonrpc": "2.0", "error": error, "id": 1}
        return 200, {
            "jsonrpc": "2.0",
            "result": getattr(self, body["method"].replace(".", "_"))(body["params"]),
            "id": 1,
        }

    def mediatype_get(self, params: Any) -> Any:
        wanted = params["filter"]["name"]
        found = [entry for entry in self.media_types.values() if entry["name"] == wanted]
        return [{key: entry[key] for key in params["output"] if key in entry} for entry in found]

    def mediatype_create(self, params: Any) -> Any:
        number = str(len(self.media_types) + 1)
        texts = {key: str(value) for key, value in params.items()}
        self.media_types[number] = {"maxattempts": "3", **texts, "mediatypeid": number}
        return {"mediatypeids": [number]}

    def mediatype_update(self, params: Any) -> Any:
        self.media_types[params["mediatypeid"]].update({key: str(value) for key, value in params.items()})
        return {"mediatypeids": [params["mediatypeid"]]}

    def mediatype_delete(self, params: Any) -> Any:
        for number in params:
            del self.media_types[number]
        return {"mediatypeids": params}


class Keycloak(Stub):
    """Realms with a mail server, a password shown as asterisks, and a service account's sign-in."""

    def __init__(self) -> None:
        super().__init__()
        self.realms: dict[str, dict[str, Any]] = {}

    def answer(self, request: Request) -> tuple[int, Any]:
        if request.path.endswith("/protocol/openid-connect/token"):
            login = f"mailspec:{TOKEN}"
            good = request.authorization == f"Basic {b64encode(login.encode()).decode()}"
            return (200, {"access_token": "signed-in", "token_type": "Bearer"}) if good else (401, {"error": "invalid"})
        if request.authorization not in (f"Bearer {TOKEN}", "Bearer signed-in"):
            return 401, {"error": "HTTP 401 Unauthorized"}
        _, _, _, name, *rest = request.path.split("/")
        if rest == ["testSMTPConnection"]:
            return 204, None
        realm = self.realms.setdefault(name, {"realm": name, "displayName": "kept", "smtpServer": {}})
        if request.method == "GET":
            held = realm["smtpServer"]
            shown = {**held, "password": "**********"} if "password" in held else held
            return 200, {**realm, "smtpServer": shown}
        sent = dict(request.body["smtpServer"])
        if sent.get("password") == "**********":
            old = realm["smtpServer"].get("password")
            sent.pop("password")
            sent |= {"password": old} if old else {}
        realm["smtpServer"] = sent
        return 204, None


class YouTrack(Stub):
    """The notification settings of a server that had none."""

    def __init__(self) -> None:
        super().__init__()
        self.settings: dict[str, Any] = {"isEnabled": False, "host": None, "port": 25}

    def answer(self, request: Request) -> tuple[int, Any]:
        if request.authorization != f"Bearer {TOKEN}":
            return 401, {"error": "Unauthorized"}
        if request.method == "POST":
            self.settings.update(request.body["emailSettings"])
        return 200, {"emailSettings": self.settings, "$type": "NotificationSettings"}


class Hub(Stub):
    """The two requests of Hub's documented interface for SMTP settings: all of a type, and the test of one.

    Hub itself could not be had. A stand-in by its pages "Get All Settings" and "Post Test", read 2026-11-28.
    """

    def __init__(self, ids: tuple[str, ...] = ("1f0c/a",), test: tuple[int, Any] = (200, None)) -> None:
        super().__init__()
        self.ids, self.test = ids, test

    def answer(self, request: Request) -> tuple[int, Any]:
        if request.authorization != f"Bearer {TOKEN}":
            return 403, {"error": "Forbidden"}
        if (request.method, request.path, request.query) == ("GET", "/hub/api/rest/settings", "query=type%3A%20smtp"):
            found = [{"id": name, "aliases": []} for name in self.ids]
            return 200, {"skip": 0, "top": 100, "total": len(found), "settings": found}
        if request.method == "POST" and request.path == f"/hub/api/rest/settings/{quote(self.ids[0], safe='')}/test":
            code, body = self.test
            return code, body or {"id": self.ids[0], "aliases": []}
        return 404, {"error": "Not Found"}


@contextmanager
def serving(stub: Stub) -> Iterator[Stub]:
    """Let a stand-in answer on a loopback port."""

    class Handler(BaseHTTPRequestHandler):
        def handle_any(self) -> None:
            raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            kind = self.headers.get("Content-Type") or ""
            body: Any = parse_qs(raw.decode()) if "form-urlencoded" in kind else json.loads(raw) if raw else None
            place = urlsplit(self.path)
            signed = self.headers.get("Authorization") or ""
            request = Request(self.command, place.path, kind.partition(";")[0], signed, body, place.query)
            stub.requests.append(request)
            code, reply = stub.answer(request)
            out = b"" if reply is None else json.dumps(reply).encode()
            self.send_response(code)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(out)))
            self.end_headers()
            self.wfile.write(out)

        do_GET = do_POST = do_PUT = do_DELETE = handle_any

        def log_message(self, *_args: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        stub.url = f"http://127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield stub
        finally:
            server.shutdown()
            thread.join()
