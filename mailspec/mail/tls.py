"""TLS as the account declares it: checks on unless switched off, an own authority, a client certificate."""

from __future__ import annotations

import os
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from time import monotonic
from typing import Any
from weakref import WeakKeyDictionary

from mailspec.files.opening import Unread, read_file
from mailspec.mail.account import Account
from mailspec.mail.deadline import Deadline
from mailspec.mail.failure import Failure
from mailspec.mail.trust import PEM_LIMIT, Trust, nobody, shared, trusting, why
from mailspec.outcome.secret import Secret

# From the whole handshake on, in seconds: a certificate that is replaced or withdrawn is noticed soon.
RESUMED_FOR = 300.0
# By context, so that what one account trusts says nothing for another; a context that holds a key is of one account.
_sessions: WeakKeyDictionary[ssl.SSLContext, dict[tuple[str, Any], tuple[ssl.SSLSession, float]]] = WeakKeyDictionary()


def context_for(account: Account) -> ssl.SSLContext:
    """Return the context. Raises Failure where a file cannot be used; nothing is connected yet."""
    if account.security == "none":
        return nobody()
    trust = Trust.of(account)
    if account.client_cert is None:
        return shared(trust)
    # Not shared: it holds a key.
    context = trusting(trust)
    _present(context, account.client_cert, account.client_key)
    return context


def handshake(context: ssl.SSLContext, sock: socket.socket, server_name: str, deadline: Deadline) -> ssl.SSLSocket:
    """Return the encrypted socket. Raises ssl.SSLError, TimeoutError, OSError.

    Where the same server was seen by the same context a moment ago, its session goes on (RFC 8446 section 2.2): the
    certificate was checked then.
    """
    # CPython holds a handshake to the socket's time-out as a whole, so that dripping does not help.
    sock.settimeout(deadline.left())
    place = (server_name, sock.getpeername())
    known = _sessions.get(context, {}).get(place)
    session = known[0] if known is not None and monotonic() - known[1] < RESUMED_FOR else None
    return context.wrap_socket(sock, server_hostname=server_name, session=session)


def keep_session(sock: ssl.SSLSocket) -> None:
    """Keep a connection's session for the next one to the same server; called where something was read after the
    handshake, because servers send what it takes only then (TLS 1.3)."""
    session = None if sock.session_reused else sock.session
    if session is None or not session.has_ticket:
        return
    with suppress(OSError):
        place = (str(sock.server_hostname), sock.getpeername())
        _sessions.setdefault(sock.context, {})[place] = (session, monotonic())


def _present(context: ssl.SSLContext, cert: str, key: str | Secret | None) -> None:
    for file in (cert, key):
        # OpenSSL would wait for a pipe without limit.
        content = None if file is None or isinstance(file, Secret) else read_file(file, PEM_LIMIT)
        if isinstance(content, Unread):
            raise Failure(f"{file}: {content.reason}", "config_invalid", "client_certificate")
    try:
        with _key_path(key) as path:
            # Without a password callback OpenSSL would ask on the terminal for an encrypted key.
            context.load_cert_chain(cert, path, password=lambda: b"")
    except (OSError, ValueError) as error:
        raise Failure(f"{cert}: {why(error)}", "config_invalid", "client_certificate") from None


@contextmanager
def _key_path(key: str | Secret | None) -> Iterator[str | None]:
    """OpenSSL reads keys from files only; a secret gets one in memory, without a name."""
    if not isinstance(key, Secret):
        yield key
        return
    if not hasattr(os, "memfd_create"):
        raise OSError("a key that is not a file's needs Linux")
    descriptor = os.memfd_create("key")
    try:
        os.write(descriptor, key.reveal().encode())
        yield f"/proc/self/fd/{descriptor}"
    finally:
        os.close(descriptor)
