"""A secret that nobody may see, every form in which it could be seen, and servers that repeat what they are told."""

from __future__ import annotations

import base64
import html
import json
import os
import re
import shlex
import socketserver
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote, quote_plus

import pytest

# Two parts that cannot occur by chance, around characters that somebody or other has to quote.
HEAD, TAIL = "Kq7Zr2Xw9uT", "Vt4Nm8Ys3bL"
CANARY = HEAD + "\"'$é% <#>&\\:@!" + TAIL


def _base64(raw: bytes) -> Iterator[str]:
    """What base64 makes of bytes at each of the three offsets, less what depends on their neighbours."""
    for offset in range(3):
        text = base64.b64encode(b"\0" * offset + raw).decode()
        form = text[(0, 2, 3)[offset] : (offset + len(raw)) * 8 // 6]
        yield from {form, form.replace("+", "-").replace("/", "_")}


def forms(secret: str) -> set[str]:
    """Return what would give a secret away: itself, its parts, and both as other programs write them."""
    raw = secret.encode()
    found = {raw.hex(), raw.hex().upper(), raw.hex(" "), raw.hex(":"), *_base64(raw)}
    found |= {
        secret,
        quote(secret),
        quote(secret, safe=""),
        quote_plus(secret),
        html.escape(secret),
        shlex.quote(secret),
    }
    found |= {json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1], repr(secret)[1:-1]}
    return found


ALL_FORMS = sorted(form for secret in (CANARY, HEAD, TAIL) for form in forms(secret))


@pytest.fixture(scope="session")
def canary() -> str:
    return CANARY


@pytest.fixture(scope="session")
def leaks() -> Callable[[str | bytes], list[str]]:
    """``leaks(text)`` returns the forms of the canary that a text holds."""
    needles = re.compile(b"|".join(re.escape(form.encode()) for form in ALL_FORMS))

    def search(text: str | bytes) -> list[str]:
        held = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
        return sorted({found.decode("utf-8", "replace") for found in needles.findall(held)})

    return search


@pytest.fixture
def leaking_files(leaks) -> Callable[[Path], dict[str, list[str]]]:
    """``leaking_files(folder)`` returns the files below a folder whose name or content holds the canary."""

    def search(folder: Path) -> dict[str, list[str]]:
        found = {}
        for path in folder.rglob("*"):
            held = leaks(str(path)) + (leaks(path.read_bytes()) if path.is_file() else [])
            if held:
                found[str(path.relative_to(folder))] = held
        return found

    return search


@pytest.fixture
def command_lines(leaks) -> Iterator[list[str]]:
    """The command lines that held the canary, looked at all the time that a test runs."""
    found: list[str] = []
    stop = threading.Event()

    def look() -> None:
        while not stop.wait(0.01):
            for process in filter(str.isdecimal, os.listdir("/proc")):
                try:
                    with open(f"/proc/{process}/cmdline", "rb") as stream:
                        line = stream.read()
                except OSError:
                    continue
                if leaks(line):
                    found.append(line.decode("utf-8", "replace"))

    thread = threading.Thread(target=look, daemon=True)
    thread.start()
    yield found
    stop.set()
    thread.join()


class Parrot(socketserver.StreamRequestHandler):
    """Speaks SMTP and repeats every secret in every form, at the stage where the server is told to refuse."""

    server: ParrotServer

    def handle(self) -> None:
        self.secret = ""
        self.say(220, "parrot ESMTP")
        while line := self.rfile.readline(65536):
            verb, _, rest = line.decode("latin-1").strip().partition(" ")
            if verb.upper() == "QUIT":
                self.say(221, "bye")
                return
            self.answer(verb.upper(), rest)

    def answer(self, verb: str, rest: str) -> None:
        if verb == "EHLO":
            self.wfile.write(b"250-parrot\r\n250-AUTH PLAIN LOGIN\r\n250 8BITMIME\r\n")
        elif verb == "AUTH":
            self.secret = self.read_secret(rest)
            self.refuse_or("AUTH", 535, 235)
        elif verb == "DATA":
            self.say(354, "go on")
            while self.rfile.readline(65536) not in {b".\r\n", b""}:
                pass
            self.refuse_or("DATA", 554, 250)
        else:
            self.refuse_or(verb, 550, 250)

    def read_secret(self, rest: str) -> str:
        method, _, first = rest.partition(" ")
        if method == "PLAIN":
            if not first:
                self.say(334, "")
                first = self.rfile.readline().decode().strip()
            return base64.b64decode(first).split(b"\0")[-1].decode()
        for prompt in ("VXNlcm5hbWU6", "UGFzc3dvcmQ6"):
            self.say(334, prompt)
            last = self.rfile.readline().decode().strip()
        return base64.b64decode(last).decode()

    def refuse_or(self, verb: str, refusal: int, consent: int) -> None:
        code = refusal if self.server.refuses == verb else consent
        lines = sorted(forms(self.secret)) if self.secret else ["fine"]
        lines = [line.replace("\r", " ").replace("\n", " ")[:400] for line in lines]
        for line in lines[:-1]:
            self.wfile.write(f"{code}-5.7.8 you said {line} didn't you\r\n".encode())
        if self.server.words:
            self.wfile.write(f"{code}-".encode() + self.server.words + b"\r\n")
        self.say(code, f"5.7.8 you said {lines[-1]}")

    def say(self, code: int, text: str) -> None:
        self.wfile.write(f"{code} {text}\r\n".encode())


class ParrotServer(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    refuses = ""
    # What every answer holds besides.
    words = b""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Parrot)

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that goes away is no matter."""


@pytest.fixture
def parrot() -> Iterator[ParrotServer]:
    """A server that consents to everything; set ``refuses`` to a verb where it shall not."""
    with ParrotServer() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()
