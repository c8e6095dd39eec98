"""One SMTP session, stage by stage. Each stage has its own deadline; whatever ends one early is a Failure."""

from __future__ import annotations

import ipaddress
import smtplib
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from mailspec.mail.account import Account
from mailspec.mail.deadline import Deadline
from mailspec.mail.dial import ascii_host, dial, resolve
from mailspec.mail.failure import Failure, Reply, of_exception, of_problem
from mailspec.mail.sasl import MECHANISMS, Mechanism, bearer, mechanism_for, sign_in
from mailspec.mail.secondlook import expects_tls
from mailspec.mail.tls import context_for, handshake, keep_session
from mailspec.mail.wire import Wire
from mailspec.model.smtp import WITH_TOKEN
from mailspec.outcome.mail import Stage
from mailspec.outcome.secret import Secret
from mailspec.outcome.sign_in import Problem
from mailspec.signin.source import TokenSource
from mailspec.text.ehlo import ehlo_problem

# How long a server may be silent before it is looked at a second time, and how long saying goodbye may last.
_SILENCE = 3.0
_GOODBYE = 2.0


class Session:
    """A connection for an account. ``stage`` is the last one reached, ``greeting`` the first line that was heard."""

    def __init__(self, account: Account) -> None:
        self.account = account
        self.stage: Stage = "secret"
        self.greeting: str | None = None
        # Every access token that was used, so that each can be hidden in what a server repeats.
        self.tokens: list[Secret] = []
        self._wire: Wire | None = None

    @property
    def wire(self) -> Wire:
        """The connection; only after :meth:`open`."""
        if self._wire is None:
            raise RuntimeError("the session is not open")
        return self._wire

    def open(self) -> None:
        """Connect, encrypt as declared, and sign in. A refused access token is renewed once. Raises Failure."""
        if self.account.method not in WITH_TOKEN:
            self._open(None)
            return
        source = self._source()
        token = self.ask_token(source.get())
        try:
            self._open(token)
        except Failure as failure:
            newer = source.renew(token) if self.stage == "auth" and _refuses_token(failure) else None
            if newer is None:
                raise
            self.close()
            self._wire = None
            self._open(self.ask_token(newer))
        source.accepted()

    def ask_token(self, found: Secret | Problem) -> Secret:
        """Return a token that a source gave, or raise Failure with what stands against it."""
        self.stage = "sign_in"
        if isinstance(found, Problem):
            raise of_problem(found)
        self.tokens.append(found)
        return found

    def _source(self) -> TokenSource:
        self.stage = "sign_in"
        if self.account.token is None:
            reason = f"{MECHANISMS[self.account.method]} needs an access token"
            raise Failure(reason, "config_invalid", "token_missing")
        return self.account.token

    def _open(self, token: Secret | None) -> None:
        account = self.account
        with self.at("secret"):
            host = ascii_host(account.host)
            server_name = host if account.server_name is None else ascii_host(account.server_name)
            context = context_for(account)
            mechanism = None
            if token is not None:
                mechanism = bearer(account, token)
            elif account.method != "none":
                mechanism = mechanism_for(account)
            _check_ehlo_name(account.ehlo_name)
        sock = self._connect(host)
        if account.security == "tls":
            with self.at("tls"):
                self.wire.encrypt(handshake(context, sock, server_name, self.wire.deadline))
        with self.at("greeting"):
            self._greet()
        if account.security == "starttls":
            with self.at("starttls"):
                self._ask_for_tls()
            with self.at("tls"):
                self.wire.encrypt(handshake(context, sock, server_name, self.wire.deadline))
                self._hello()
        if mechanism is not None:
            with self.at("auth"):
                self._sign_in(mechanism)

    @contextmanager
    def at(self, stage: Stage) -> Iterator[None]:
        """Enter a stage: a new deadline, and exceptions become Failures."""
        self.stage = stage
        if self._wire is not None:
            self._wire.deadline = Deadline(self.account.timeout)
        try:
            yield
        except (OSError, smtplib.SMTPException) as error:
            raise of_exception(error, stage) from None

    def forget(self) -> None:
        """Take back sender and recipient, so that nothing is left half begun."""
        self._say_last("RSET")

    def close(self) -> None:
        """Say goodbye where the connection still stands, and close it."""
        if self._wire is None:
            return
        if isinstance(self._wire.sock, ssl.SSLSocket):
            keep_session(self._wire.sock)
        self._say_last("QUIT")
        with suppress(OSError):
            self._wire.close()

    def _say_last(self, command: str) -> None:
        """Say what the outcome does not depend on; whatever is answered is of no interest."""
        wire = self.wire
        wire.deadline = Deadline(min(_GOODBYE, self.account.timeout))
        try:
            wire.call(command)
        except (OSError, smtplib.SMTPException, Failure):
            with suppress(OSError):
                wire.close()

    def _connect(self, host: str) -> socket.socket:
        deadline = Deadline(self.account.timeout)
        with self.at("dns"):
            addresses = resolve(host, self.account.port, deadline)
        with self.at("connect"):
            sock = dial(addresses, Deadline(self.account.timeout))
            name = self.account.ehlo_name or own_name(sock)
            self._wire = Wire(sock, name, Deadline(self.account.timeout))
        return sock

    def _greet(self) -> None:
        account = self.account
        silent = account.security != "tls" and self.wire.silent_until(min(_SILENCE, account.timeout / 2))
        if silent and expects_tls(self.wire.peer, self.wire.deadline):
            reason = "the server said nothing in clear, but it answers to TLS"
            raise Failure(reason, "tls_mode_mismatch", "plain_on_tls_port")
        answer = self.wire.answer()
        self.greeting = str(answer).partition("\n")[0]
        expect(answer, 220, "the server turned the connection away")
        self._hello()

    def _hello(self) -> None:
        wire = self.wire
        code, text = wire.ehlo()
        reply = Reply(code, text.decode("utf-8", "backslashreplace"))
        expect(reply, 250, "the server refused EHLO")

    def _ask_for_tls(self) -> None:
        if "starttls" not in self.wire.features:
            raise Failure("the server does not offer STARTTLS", "tls_mode_mismatch", "starttls_not_offered")
        expect(self.wire.call("STARTTLS"), 220, "the server refused STARTTLS")
        if self.wire.spoke_early():
            self.wire.close()
            raise Failure("text arrived before encryption", "tls_handshake", "starttls_injection")

    def _sign_in(self, mechanism: Mechanism) -> None:
        if mechanism.name != "CRAM-MD5" and not self.wire.encrypted and not self._on_this_machine:
            raise Failure("the connection is not encrypted", "config_invalid", "cleartext_sign_in")
        self._check_offered(mechanism.name)
        expect(sign_in(self.wire, mechanism), 235, "the server refused the sign-in")

    def _check_offered(self, name: str) -> None:
        offered = self.wire.features.get("auth", "").upper().split()
        if name in offered:
            return
        if not offered:
            needs_tls = not self.wire.encrypted and "starttls" in self.wire.features
            detail = "needs_tls" if needs_tls else "not_offered"
            raise Failure("the server offers no sign-in here", "auth_method_unsupported", detail)
        ours = [word for word, known in MECHANISMS.items() if known in offered]
        advice = f"Set `auth.method` to {' or '.join(ours)}." if ours else None
        raise Failure(
            f"the server offers {', '.join(offered)}, not {name}",
            "auth_method_unsupported",
            "not_offered",
            advice=advice,
        )

    @property
    def _on_this_machine(self) -> bool:
        return ipaddress.ip_address(self.wire.peer[0].partition("%")[0]).is_loopback


def expect(reply: Reply, code: int, reason: str) -> None:
    """Raise Failure unless the reply has the code."""
    if reply.code != code:
        raise Failure(reason, reply=reply)


def _refuses_token(failure: Failure) -> bool:
    """RFC 4954 section 6: 535 says that the credentials are not valid; other refusals a new token would not heal."""
    return failure.reply is not None and failure.reply.code == 535


def _check_ehlo_name(name: str | None) -> None:
    """RFC 5321 section 4.1.1.1: a domain or an address in brackets; a name without a dot is left to the server."""
    problem = None if name is None else ehlo_problem(name)
    if problem is not None and not problem.only_odd:
        advice = "No server was asked: write this machine's full name, such as hub.acme.example, as `ehlo_name`."
        raise Failure(f"{name!a} cannot stand in EHLO: {problem.reason}", "config_invalid", "ehlo_name", advice=advice)


def own_name(sock: socket.socket) -> str:
    """Return the name for EHLO: this machine's where it is a full one, else the address (RFC 5321
    section 4.1.3).

    No name server is asked: that could take longer than the whole session.
    """
    name = socket.gethostname()
    if "." in name and name.isascii() and not any(char.isspace() for char in name):
        return name
    address = sock.getsockname()[0].partition("%")[0]
    return f"[IPv6:{address}]" if ":" in address else f"[{address}]"
