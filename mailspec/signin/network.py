"""What goes wrong on the way to an issuer or to Graph: exceptions of requests, urllib3, TLS and sockets in words."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator

from mailspec.outcome.mail import Category
from mailspec.outcome.sign_in import Problem

# X509_V_ERR_* of OpenSSL's x509_vfy.h.
VERIFY: dict[int, str] = {
    **dict.fromkeys((2, 19, 20, 21, 27), "unknown_ca"),
    **dict.fromkeys((10, 14), "expired"),
    **dict.fromkeys((9, 13), "not_yet_valid"),
    **dict.fromkeys((62, 64), "name_mismatch"),
    **dict.fromkeys((66, 67, 68), "weak"),
    18: "self_signed",
    23: "revoked",
}
_ADVICE: dict[str, str] = {
    "dns": "The name of {host} could not be resolved. Check `issuer` for a slip, and this machine's DNS.",
    "connection_refused": "Nothing listens at {host}, or a firewall or proxy refuses. Check `issuer` and the proxy.",
    "timeout": "{host} did not answer in time. Check that this machine may reach it by https, or set HTTPS_PROXY.",
    "certificate": "The certificate of {host} is not trusted. Name an authority of your own in `tls.ca_file`.",
    "tls_handshake": "TLS with {host} could not be agreed on. A proxy that inspects traffic may be in the way.",
    "network_unreachable": "This machine has no way to {host}. Check its network, and HTTPS_PROXY and NO_PROXY.",
    "server_unavailable": "{host} closed the connection without an answer. Try again later.",
}


def unreachable(error: BaseException, host: str) -> Problem:
    """Return why a host could not be asked. The sign-in itself may be as good as before, so its state is unknown."""
    category, detail, reason = classify(error)
    advice = _ADVICE.get(category, _ADVICE["server_unavailable"]).replace("{host}", host)
    retry = category not in ("certificate",)
    return Problem("unknown", f"{host}: {reason}", category, detail, advice, "nobody", retry=retry)


def classify(error: BaseException) -> tuple[Category, str | None, str]:
    """Return category, detail and words for an exception, looking through what libraries wrapped around it."""
    chain = list(_chain(error))
    for one in chain:
        if isinstance(one, ssl.SSLCertVerificationError):
            return "certificate", VERIFY.get(one.verify_code), one.verify_message or "the certificate is not valid"
    for one in chain:
        if isinstance(one, socket.gaierror):
            temporary = one.errno == socket.EAI_AGAIN
            return "dns", "temporary" if temporary else "not_found", "the name cannot be resolved"
        if isinstance(one, ConnectionRefusedError):
            return "connection_refused", None, "the connection is refused"
        if isinstance(one, TimeoutError) or type(one).__name__ in ("ConnectTimeout", "ReadTimeout", "Timeout"):
            return "timeout", "reply", "no answer within the time limit"
    for one in chain:
        name = type(one).__name__
        if name == "NameResolutionError":
            return "dns", "not_found", "the name cannot be resolved"
        if name == "ProxyError":
            return "network_unreachable", None, "the proxy does not let the connection through"
        if isinstance(one, ssl.SSLError):
            return "tls_handshake", None, "TLS could not be agreed on"
    return "server_unavailable", "disconnected", "the connection was closed without an answer"


def _chain(error: BaseException) -> Iterator[BaseException]:
    """Go through an exception and what it stands for: causes, contexts, arguments and urllib3's ``reason``."""
    waiting: list[BaseException] = [error]
    seen: set[int] = set()
    while waiting and len(seen) < 32:
        one = waiting.pop(0)
        if id(one) in seen:
            continue
        seen.add(id(one))
        yield one
        inner = [one.__cause__, one.__context__, getattr(one, "reason", None), *one.args]
        waiting += [found for found in inner if isinstance(found, BaseException)]
