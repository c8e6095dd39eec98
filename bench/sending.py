"""Test messages a second: ``mailspec test --all`` for many people, beside Go, swaks in a loop and smtp-source.

Run as root: ``python -m bench.sending``. All talk to one real Postfix on this machine, in turns. Two rounds that must
not be mixed: with STARTTLS and every person's own sign-in (Go's net/smtp and swaks can do both; smtp-source can do
neither), and in clear without a sign-in, where smtp-source can take part. mailspec's time holds everything: start,
reading and judging the files, reading the secrets, all messages, the report.
"""

from __future__ import annotations

import argparse
import os
import platform
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from bench.mail_host import INBOX, STRANGER, MailHost, people, running

PROJECT = """\
version: 1
instance: {{name: Acme}}
configurations:
  - name: Office
    host: 127.0.0.1
    port: {port}
    security: {security}
    tls: {{ca_file: {ca_file}, server_name: mail.acme.example}}
    auth: {{method: none}}
    from: {sender}
general:
  users: {{mode: smtp, account: {{{account}}}}}
policy: {{test_recipients: [{inbox}]}}
"""
SIGNED = 'method: plain, password: {file: "secrets/{email}"}'
CLEAR = "method: none"


class Way(NamedTuple):
    """One way to send some messages. ``connections`` is how many it keeps open at a time."""

    name: str
    messages: int
    connections: int
    command: list[str]


class Cost(NamedTuple):
    """What one run came to: messages a second, and CPU seconds of the client's processes for a thousand messages."""

    rate: float
    cpu: float


def write(folder: Path, host: MailHost, users: Mapping[str, str], *, signed: bool) -> Path:
    """Write a project with a file a person, and return its folder."""
    (folder / "users").mkdir(parents=True)
    (folder / "secrets").mkdir(mode=0o700)
    listener, security, account = ("starttls", "starttls", SIGNED) if signed else ("stripped", "none", CLEAR)
    text = PROJECT.format(
        port=host.ports[listener],
        security=security,
        ca_file=host.ca_file,
        sender=STRANGER,
        account=account,
        inbox=INBOX,
    )
    (folder / "mailspec.yml").write_text(text)
    for number, (address, password) in enumerate(users.items()):
        own = "" if signed else f", account: {{from: {STRANGER}}}"
        text = f"users:\n  - {{email: {address}, name: Person {number}{own}}}\n"
        (folder / f"users/{number:04}.yml").write_text(text)
        secret = folder / "secrets" / address
        secret.touch(mode=0o600)
        secret.write_text(password)
    (folder / "people.txt").write_text("".join(f"{address} {password}\n" for address, password in users.items()))
    return folder


def mailspec(project: Path, count: int, per_host: int) -> Way:
    """Everything that can send: the people, and the configuration whose server they use."""
    words = ["test", "--all", "--format", "json", "--per-host", str(per_host), "--project", str(project)]
    return Way("mailspec test --all", count + 1, per_host, [sys.executable, "-m", "mailspec", *words])


def go(project: Path, host: MailHost, scratch: Path, count: int, connections: int) -> Way:
    """A client of Go's standard library (bench/client.go), compiled here."""
    program = scratch / "client"
    environment = {**os.environ, "GO111MODULE": "off", "GOCACHE": str(scratch / "cache"), "GOFLAGS": "-mod=mod"}
    source = Path(__file__).with_name("client.go")
    subprocess.run(["go", "build", "-o", program, source], check=True, cwd=scratch, env=environment)
    words = [f"127.0.0.1:{host.ports['starttls']}", "mail.acme.example", str(host.ca_file), INBOX, str(connections)]
    command = ["bash", "-c", f"{program} {' '.join(words)} < {project}/people.txt"]
    return Way("Go net/smtp", count, connections, command)


def swaks(project: Path, host: MailHost, count: int, at_once: int, *, signed: bool) -> Way:
    """One swaks a person: a shell loop, or as many at a time as mailspec has connections."""
    port = host.ports["starttls" if signed else "stripped"]
    words = f"swaks --server 127.0.0.1:{port} --to {INBOX} --silent 3"
    words += (
        ' --from "$0" --tls --auth PLAIN --auth-user "$0" --auth-password "$1"' if signed else f" --from {STRANGER}"
    )
    command = f"xargs -P {at_once} -L 1 sh -c '{words}' < {project}/people.txt"
    name = "swaks, a loop" if at_once == 1 else f"swaks, xargs -P {at_once}"
    return Way(name, count, at_once, ["bash", "-c", command])


def smtp_source(host: MailHost, count: int, sessions: int) -> Way:
    """Postfix's own load generator, with a connection a message as the others have."""
    address = f"127.0.0.1:{host.ports['stripped']}"
    words = ["-s", str(sessions), "-m", str(count), "-l", "1000", "-f", STRANGER, "-t", INBOX, address]
    return Way("smtp-source", count, sessions, ["smtp-source", *words])


def cost(way: Way, host: MailHost) -> Cost:
    """Run it; raise SystemExit where not every message was accepted."""
    before = host.accepted()
    spent, start = _children(), time.perf_counter()
    done = subprocess.run(way.command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    taken = time.perf_counter() - start
    if done.returncode != 0:
        raise SystemExit(f"{way.name} ended with {done.returncode}:\n{(done.stdout + done.stderr)[-600:]}")
    spent = _children() - spent
    host.settle(before + way.messages)
    return Cost(way.messages / taken, spent / way.messages * 1000)


def _children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def report(title: str, ways: list[Way], host: MailHost, rounds: int) -> dict[str, Cost]:
    """Print the medians of some rounds, and return them."""
    costs: dict[str, list[Cost]] = {way.name: [] for way in ways}
    for _ in range(rounds):
        for way in ways:
            costs[way.name].append(cost(way, host))
    middle = {
        name: Cost(*(statistics.median(values) for values in zip(*runs, strict=True))) for name, runs in costs.items()
    }
    own = middle[ways[0].name]
    print(f"\n{title}")
    print(
        f"  {'':<20}  {'connections':>11}  {'messages/s':>10}  {'CPU s/1,000':>11}  {'mailspec: speed':>15}  {'CPU':>7}"
    )
    for way in ways:
        found = middle[way.name]
        ratios = "" if way is ways[0] else f"{own.rate / found.rate:>13.2f} x  {own.cpu / found.cpu:>5.2f} x"
        print(f"  {way.name:<20}  {way.connections:>11}  {found.rate:>10.1f}  {found.cpu:>11.2f}  {ratios}")
    return middle


def main() -> None:
    """Send, and print both tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=1_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--per-host", type=int, default=4)
    parser.add_argument("--quick", action="store_true", help="Only beside Go.")
    options = parser.parse_args()
    absent = [name for name in ("postfix", "dovecot", "swaks", "smtp-source") if shutil.which(name) is None]
    if absent:
        raise SystemExit(f"not installed: {', '.join(absent)} (tools/services/mail.sh; apt-get install swaks)")
    users, count, at_once = people(options.people), options.people, options.per_host
    print(f"{count} people, {options.rounds} rounds, medians; Python {platform.python_version()}")
    with running(users) as host, tempfile.TemporaryDirectory(prefix="mailspec-bench-") as place:
        project = write(Path(place) / "signed", host, users, signed=True)
        loops = [swaks(project, host, count, number, signed=True) for number in (1, at_once)]
        ways = [mailspec(project, count, at_once)]
        if shutil.which("go"):
            scratch = Path(place)
            ways.append(go(project, host, scratch, count, at_once))
        ways += [] if options.quick else loops
        report("STARTTLS and everybody's own sign-in (AUTH PLAIN)", ways, host, options.rounds)
        if options.quick:
            return
        project = write(Path(place) / "clear", host, users, signed=False)
        loop, source = swaks(project, host, count, 1, signed=False), smtp_source(host, count, at_once)
        ways = [mailspec(project, count, at_once), loop, source]
        report("In clear and without a sign-in, as smtp-source can do neither", ways, host, options.rounds)


if __name__ == "__main__":
    main()
