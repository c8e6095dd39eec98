"""A stand-in for issuers that misbehave: what a real one cannot be made to do. HTTPS on a loopback port."""

from __future__ import annotations

import json
import ssl
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import trustme

from mailspec.signin.client import Client

Answer = Callable[["Handler"], None]


class Handler(BaseHTTPRequestHandler):
    """Answers discovery as an issuer does, and everything else as the test says."""

    server: _Server

    def do_GET(self) -> None:
        if "/.well-known/" in self.path:
            self.server.stand.discovered += 1
            self.server.stand.on_discovery(self)
        else:
            self.do_POST()

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        self.server.stand.seen.append((self.path, self.rfile.read(length).decode("latin-1")))
        self.server.stand.headers.append(dict(self.headers))
        self.server.stand.answer(self)

    def say(self, status: int, body: Any, kind: str = "application/json", **headers: str) -> None:
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_response(status)
        fields = {"Content-Type": kind, "Content-Length": str(len(data)), **headers}
        for name, value in fields.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: object) -> None:
        return


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    stand: StandInIssuer

    def handle_error(self, request: object, client_address: object) -> None:
        return


def discovery(handler: Handler) -> None:
    handler.say(200, handler.server.stand.metadata)


@dataclass
class StandInIssuer:
    """``seen`` holds every request but discovery: path and body. ``answer`` answers them."""

    port: int
    ca_file: str
    seen: list[tuple[str, str]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    discovered: int = 0
    answer: Answer = lambda handler: handler.say(200, {"access_token": "ya29.stand-in", "expires_in": 3600})
    on_discovery: Answer = discovery

    @property
    def url(self) -> str:
        return f"https://localhost:{self.port}/tenant/v2.0"

    @property
    def metadata(self) -> dict[str, Any]:
        return {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/auth",
            "token_endpoint": f"{self.url}/token",
            "device_authorization_endpoint": f"{self.url}/device",
            "scopes_supported": ["openid", "email", "offline_access"],
        }

    def client(self, **changes: Any) -> Client:
        settings: dict[str, Any] = {
            "issuer": self.url,
            "client_id": "cli",
            "account": "alice@acme.example",
            "scopes": ("SMTP.Send",),
            "ca_file": self.ca_file,
            "timeout": 5.0,
        }
        return Client(**{**settings, **changes})


@pytest.fixture(scope="session")
def authority() -> trustme.CA:
    return trustme.CA(key_type=trustme.KeyType.ECDSA)


@pytest.fixture
def stand_in_issuer(tmp_path: Path, authority: trustme.CA) -> Iterator[StandInIssuer]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost", "127.0.0.1", key_type=trustme.KeyType.ECDSA).configure_cert(context)
    ca_file = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(str(ca_file))
    server = _Server(("127.0.0.1", 0), Handler)
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    server.stand = StandInIssuer(server.server_address[1], str(ca_file))
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    yield server.stand
    server.shutdown()
    server.server_close()
    thread.join(5)


@pytest.fixture(autouse=True)
def quick_contexts(few_authorities: None) -> None:
    """Every test here makes TLS clients; the authorities that it trusts are its own."""
