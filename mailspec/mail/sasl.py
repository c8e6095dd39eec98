"""Signs in with exactly the declared mechanism (RFC 4954), never another: no trying around."""

from __future__ import annotations

import base64
import binascii
import hmac
from collections.abc import Callable
from typing import NamedTuple

from mailspec.mail.account import Account
from mailspec.mail.failure import Failure, Reply
from mailspec.mail.wire import Wire
from mailspec.outcome.secret import Secret

MECHANISMS = {
    "plain": "PLAIN",
    "login": "LOGIN",
    "cram_md5": "CRAM-MD5",
    "xoauth2": "XOAUTH2",
    "oauthbearer": "OAUTHBEARER",
}
# No mechanism here has more than two challenges; some servers ask once more after an initial response.
_MOST_CHALLENGES = 3


class Mechanism(NamedTuple):
    """``initial`` goes with the AUTH command; ``respond`` answers each challenge in turn."""

    name: str
    initial: bytes | None
    respond: Callable[[int, bytes], bytes]


def mechanism_for(account: Account) -> Mechanism:
    """Return the exchange for an account with a password. Raises Failure where it is missing or cannot be carried."""
    user = account.username.encode()
    if account.password is None or not account.password:
        raise Failure(f"{MECHANISMS[account.method]} needs a password", "config_invalid", "password_missing")
    secret = account.password.reveal().encode()
    if account.method == "plain":
        # RFC 4616: NUL divides the parts, so none of them can hold one.
        if b"\0" in user or b"\0" in secret:
            raise Failure("user name or password holds a NUL", "config_invalid", "credentials")
        message = b"\0" + user + b"\0" + secret
        return Mechanism("PLAIN", message, lambda _number, _challenge: message)
    if account.method == "login":
        return Mechanism("LOGIN", None, lambda number, _challenge: user if number == 0 else secret)
    return Mechanism("CRAM-MD5", None, lambda _number, challenge: _digest(user, secret, challenge))


def sign_in(wire: Wire, mechanism: Mechanism) -> Reply:
    """Run the exchange and return the last reply; 235 is success. Raises Failure for a broken challenge.

    Why a token is refused stands in a challenge before the reply (RFC 7628 section 3.2.3); it is put behind the
    reply's own words.
    """
    explanation = ""
    argument = mechanism.name
    if mechanism.initial is not None:
        argument += " " + _encoded(mechanism.initial)
    reply = wire.call("AUTH", argument)
    for number in range(_MOST_CHALLENGES):
        if reply.code != 334:
            return Reply(reply.code, f"{reply.text}\n{explanation}") if explanation and reply.code != 235 else reply
        try:
            challenge = base64.b64decode(reply.text, validate=True)
        except (binascii.Error, ValueError):
            wire.call("*")
            raise Failure("the server's challenge is not base64", "auth_failed", "protocol", reply) from None
        if mechanism.name in ("XOAUTH2", "OAUTHBEARER") and challenge:
            explanation = challenge.decode("utf-8", "backslashreplace")
        reply = wire.call(_encoded(mechanism.respond(number, challenge)))
    if reply.code == 334:
        raise Failure("the server asks on and on", "auth_failed", "protocol", reply)
    return reply


def bearer(account: Account, token: Secret) -> Mechanism:
    """Return the exchange for an account with an access token. Raises Failure where it cannot be carried."""
    user, secret = account.username.encode(), token.reveal().encode()
    # RFC 6750 section 2.1: a token has none of these; with one it would end the field early.
    if not secret or any(byte <= 0x20 or byte >= 0x7F for byte in secret) or b"\x01" in user:
        raise Failure("the access token holds what no token can", "config_invalid", "credentials")
    if account.method == "xoauth2":
        message = b"user=" + user + b"\x01auth=Bearer " + secret + b"\x01\x01"
        # A challenge is the refusal as JSON; an empty answer fetches the reply with the code.
        return Mechanism("XOAUTH2", message, lambda _number, _challenge: b"")
    # RFC 7628 section 3.1; "=" and "," are escaped as RFC 5801 section 4 says.
    name = user.replace(b"=", b"=3D").replace(b",", b"=2C")
    server = f"\x01host={account.host}\x01port={account.port}".encode()
    message = b"n,a=" + name + b"," + server + b"\x01auth=Bearer " + secret + b"\x01\x01"
    return Mechanism("OAUTHBEARER", message, lambda _number, _challenge: b"\x01")


def _digest(user: bytes, secret: bytes, challenge: bytes) -> bytes:
    """RFC 2195 section 2."""
    return user + b" " + hmac.new(secret, challenge, "md5").hexdigest().encode()


def _encoded(data: bytes) -> str:
    return base64.b64encode(data).decode()
