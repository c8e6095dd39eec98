"""Receives the browser's answer on this machine (RFC 8252 section 7.3). The page comes after the exchange."""

from __future__ import annotations

import html
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

from mailspec.outcome.sign_in import AUTHENTICATED, NON_AUTHENTICATED, Problem
from mailspec.text.url import split_url

Redeem = Callable[[dict[str, str]], Problem | None]
_LARGEST = 64 * 1024
# For one connection to send its request, in seconds: browsers open some that they never use.
_SILENCE = 10.0


class Receiver:
    """Listens on a free port of 127.0.0.1. ``redeem`` exchanges the answer and returns what stands against it."""

    def __init__(self) -> None:
        self._server = _Server(("127.0.0.1", 0), _Handler)

    @property
    def port(self) -> int:
        """The port."""
        return int(self._server.server_address[1])

    def wait(self, state: str, redeem: Redeem, seconds: float) -> Problem | None:
        """Serve until the answer with this state has come; return what stands against the sign-in.

        Raises:
            TimeoutError: none came in time.
        """
        server = self._server
        server.state, server.redeem = state, redeem
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        until = time.monotonic() + seconds
        try:
            # Waiting in small steps lets Ctrl-C through on every system.
            while not server.answered.wait(0.2):
                if time.monotonic() > until:
                    raise TimeoutError("nobody has signed in within the time limit")
            return server.problem
        finally:
            server.shutdown()
            thread.join(2)

    def close(self) -> None:
        """Stop listening."""
        self._server.server_close()

    def __enter__(self) -> Receiver:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    state = ""
    problem: Problem | None = None

    def __init__(self, address: tuple[str, int], handler: type[BaseHTTPRequestHandler]) -> None:
        super().__init__(address, handler)
        self.answered = threading.Event()
        self.redeem: Redeem = lambda _answer: None
        self._taking = threading.Lock()
        self._taken = False

    def take(self, answer: dict[str, str]) -> tuple[int, str]:
        """Return status and words for an answer. Only the first with the right state counts."""
        import hmac

        if not hmac.compare_digest(answer.get("state", "").encode(), self.state.encode()) or not self.state:
            return 400, "This answer does not belong to the sign-in that mailspec started."
        with self._taking:
            if self._taken:
                return 409, "This sign-in was answered already."
            self._taken = True
        self.problem = self.redeem(answer)
        self.answered.set()
        if self.problem is None:
            return 200, f"{AUTHENTICATED}. You can close this page."
        return 400, f"{NON_AUTHENTICATED}: {self.problem.reason}. {self.problem.advice}"

    def handle_error(self, request: object, client_address: object) -> None:
        """A connection that breaks off is no event."""


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    timeout = _SILENCE
    server_version = "mailspec"
    sys_version = ""

    def do_GET(self) -> None:
        """Take an answer that stands in the address."""
        parts = split_url(self.path)
        if parts.path != "/" or not parts.query:
            self._page(404, "Nothing here.")
            return
        self._answer(parts.query)

    def do_POST(self) -> None:
        """Take an answer that comes as a form."""
        length = self.headers.get("Content-Length", "")
        kind = self.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        if split_url(self.path).path != "/" or kind != "application/x-www-form-urlencoded":
            self._page(404, "Nothing here.")
        elif not length.isdigit() or int(length) > _LARGEST:
            self._page(413, "Too large.")
        else:
            self._answer(self.rfile.read(int(length)).decode("utf-8", "replace"))

    def _answer(self, query: str) -> None:
        # A page elsewhere whose name leads to 127.0.0.1 sends its own name.
        host = self.headers.get("Host", "").rpartition(":")[0]
        if host not in ("127.0.0.1", "localhost"):
            self._page(400, "Nothing here.")
            return
        fields = parse_qs(query, keep_blank_values=True, max_num_fields=50)
        self._page(*self.server.take({name: values[0] for name, values in fields.items()}))

    def _page(self, status: int, text: str) -> None:
        body = (
            "<!doctype html><html lang=en><meta charset=utf-8><title>mailspec</title>"
            f"<body><h1>{html.escape(text)}</h1></body></html>"
        ).encode()
        self.send_response(status)
        headers = {
            "Content-Type": "text/html; charset=utf-8",
            "Content-Length": str(len(body)),
            "Cache-Control": "no-store",
            "Content-Security-Policy": "default-src 'none'",
            "Referrer-Policy": "no-referrer",
            "X-Content-Type-Options": "nosniff",
            "Connection": "close",
        }
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """The address holds the code, so nothing is logged."""
