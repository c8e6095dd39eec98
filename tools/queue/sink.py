"""A real SMTP server in a process of its own that takes mail and writes down what it took, and when.

``python tools/queue/sink.py PORT LOG [NAME=VALUE ...]``; each accepted message is one line of JSON in LOG.

``delay``        seconds before each answer
``mode``         good | greylist | busy | busy_once | throttle | refuse | hang (after the dot) | drop (closes after the
                 dot, having taken the message) | drop_untaken
``whole``        1 writes down the whole messages, one character for each byte
``every``        the mode holds for every n-th recipient only: r7@out.example is number 7
"""

from __future__ import annotations

import asyncio
import json
import os
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email import message_from_bytes
from pathlib import Path
from typing import Any


class Sink:
    def __init__(self, log: str, options: dict[str, str]) -> None:
        self.log = open(log, "a", buffering=1)  # noqa: SIM115 - it lives as long as the process
        self.delay = float(options.get("delay", 0))
        self.mode = options.get("mode", "good")
        self.every = int(options.get("every", 1))
        self.whole = bool(options.get("whole"))
        self.seen: Counter[str] = Counter()
        self.taken = 0

    def concerned(self, recipient: str) -> bool:
        """Tell whether the mode holds for a recipient: r7@... is number 7."""
        digits = "".join(filter(str.isdigit, recipient.partition("@")[0]))
        return int(digits or 0) % self.every == 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        sender, recipients = "", []

        async def say(line: str) -> None:
            if self.delay:
                await asyncio.sleep(self.delay)
            writer.write(line.encode() + b"\r\n")
            await writer.drain()

        with suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            await say("220 sink.example ESMTP")
            while line := await reader.readline():
                words = line.decode("utf-8", "replace").strip()
                verb = words[:4].upper()
                if verb == "EHLO":
                    await say("250-sink.example\r\n250-SIZE 50000000\r\n250-SMTPUTF8\r\n250 8BITMIME")
                elif verb == "MAIL":
                    sender, recipients = words[10:].partition(">")[0].lstrip("<"), []
                    await say("250 2.1.0 Ok")
                elif verb == "RCPT":
                    recipient = words[8:].partition(">")[0].lstrip("<")
                    answer = self.on_recipient(recipient)
                    if answer is None:
                        recipients.append(recipient)
                    await say(answer or "250 2.1.5 Ok")
                elif verb == "DATA":
                    await say("354 go on")
                    data = (await reader.readuntil(b"\r\n.\r\n"))[:-5]
                    if not await self.on_message(sender, recipients, data, say):
                        break
                elif verb == "QUIT":
                    await say("221 bye")
                    break
                else:
                    await say("250 Ok")
        with suppress(ConnectionError):
            writer.close()

    def on_recipient(self, recipient: str) -> str | None:
        if not self.concerned(recipient):
            return None
        self.seen[recipient] += 1
        if self.mode == "greylist" and self.seen[recipient] == 1:
            return "450 4.2.0 Greylisted, please try again in 2 seconds"
        if self.mode == "busy_once" and self.seen[recipient] == 1:
            return "451 4.3.0 try again later"
        if self.mode == "busy":
            return "450 4.2.1 mailbox busy"
        if self.mode == "throttle" and self.seen[recipient] == 1:
            return "421 4.7.0 too many messages, try again in 3 seconds"
        if self.mode == "refuse":
            return "550 5.1.1 no such user"
        return None

    async def on_message(self, sender: str, recipients: list[str], data: bytes, say: Any) -> bool:
        concerned = any(self.concerned(recipient) for recipient in recipients)
        if self.mode == "hang" and concerned:
            await asyncio.sleep(3600)
        first = recipients and self.seen["dropped " + recipients[0]] == 0
        if self.mode in ("drop", "drop_untaken") and concerned and first:
            self.seen["dropped " + recipients[0]] += 1
            if self.mode == "drop":
                self.take(sender, recipients, data)
            return False
        self.take(sender, recipients, data)
        await say(f"250 2.0.0 Ok: queued as S{self.taken}")
        return True

    def take(self, sender: str, recipients: list[str], data: bytes) -> None:
        self.taken += 1
        message = message_from_bytes(data)
        taken = {"at": time.time(), "id": message["Message-ID"], "from": sender, "to": recipients}
        if self.whole:
            taken["content"] = data.decode("latin-1")
        taken["headers"] = {name: str(value) for name, value in message.items()}
        self.log.write(json.dumps(taken) + "\n")


async def main(port: int, log: str, options: dict[str, str]) -> None:
    sink = Sink(log, options)
    server = await asyncio.start_server(sink.serve, "127.0.0.1", port, limit=64 << 20, backlog=512)
    async with server:
        await server.serve_forever()


@dataclass
class RunningSink:
    """A sink from outside."""

    port: int
    log: Path
    process: subprocess.Popen[bytes] | None = None
    options: dict[str, str] = field(default_factory=dict)

    def start(self) -> None:
        words = [f"{name}={value}" for name, value in self.options.items()]
        command = [sys.executable, __file__, str(self.port), str(self.log), *words]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        for _ in range(400):
            with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 0.2):
                return
            time.sleep(0.02)
        raise RuntimeError("the sink did not start")

    def kill(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None

    def taken(self) -> list[dict[str, Any]]:
        """Return what was accepted so far, in order."""
        if not self.log.exists():
            return []
        return [json.loads(line) for line in self.log.read_text().splitlines() if line.endswith("}")]

    def count(self) -> int:
        """Return how many were accepted so far, without reading what they are."""
        return self.log.read_bytes().count(b"}\n") if self.log.exists() else 0


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@contextmanager
def sink(folder: Path, name: str = "sink", **options: object) -> Iterator[RunningSink]:
    """Run a sink; ``options`` as above."""
    held = RunningSink(free_port(), folder / f"{name}.jsonl", options={key: str(v) for key, v in options.items()})
    held.start()
    try:
        yield held
    finally:
        held.kill()


if __name__ == "__main__":
    given = dict(word.split("=", 1) for word in sys.argv[3:])
    with suppress(KeyboardInterrupt):
        asyncio.run(main(int(sys.argv[1]), sys.argv[2], given))
    os._exit(0)
