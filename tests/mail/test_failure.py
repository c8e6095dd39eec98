from __future__ import annotations

import errno
import smtplib
import socket
import ssl

import pytest

from mailspec.mail.failure import of_exception
from mailspec.outcome.mail import Stage


def verification(code: int, message: str) -> ssl.SSLCertVerificationError:
    error = ssl.SSLCertVerificationError(1, f"[SSL: CERTIFICATE_VERIFY_FAILED] {message}")
    error.verify_code, error.verify_message = code, message
    return error


@pytest.mark.parametrize(
    ("error", "stage", "category", "detail"),
    [
        (socket.gaierror(socket.EAI_NONAME, "unknown"), "dns", "dns", "not_found"),
        (socket.gaierror(socket.EAI_AGAIN, "later"), "dns", "dns", "temporary"),
        (TimeoutError("timed out"), "dns", "dns", "temporary"),
        (TimeoutError("timed out"), "connect", "timeout", "connect"),
        (TimeoutError("timed out"), "greeting", "timeout", "greeting"),
        (TimeoutError("timed out"), "tls", "timeout", "tls"),
        (TimeoutError("timed out"), "auth", "timeout", "reply"),
        (OSError(errno.ETIMEDOUT, "timed out"), "connect", "timeout", "connect"),
        (OSError(errno.ECONNREFUSED, "refused"), "connect", "connection_refused", None),
        (OSError(errno.ENETUNREACH, "x"), "connect", "network_unreachable", None),
        (OSError(errno.EADDRNOTAVAIL, "x"), "connect", "network_unreachable", None),
        (OSError(errno.EHOSTUNREACH, "x"), "connect", "network_unreachable", "no_route"),
        (OSError(errno.EACCES, "x"), "connect", "network_unreachable", "not_permitted"),
        (OSError(errno.EPERM, "x"), "connect", "network_unreachable", "not_permitted"),
        (ConnectionResetError(), "tls", "tls_handshake", "closed"),
        (ConnectionResetError(), "data", "server_unavailable", "disconnected"),
        (smtplib.SMTPServerDisconnected("x"), "greeting", "server_unavailable", "disconnected"),
        (ssl.SSLEOFError(8, "EOF occurred in violation of protocol"), "tls", "tls_handshake", "closed"),
        (
            ssl.SSLError(1, "[SSL: WRONG_VERSION_NUMBER] wrong version number"),
            "tls",
            "tls_mode_mismatch",
            "tls_on_starttls_port",
        ),
        (ssl.SSLError(1, "[SSL: NO_SHARED_CIPHER] no shared cipher"), "tls", "tls_handshake", "cipher"),
        (ssl.SSLError(1, "[SSL] something new"), "tls", "tls_handshake", None),
        (verification(10, "certificate has expired"), "tls", "certificate", "expired"),
        (verification(9, "certificate is not yet valid"), "tls", "certificate", "not_yet_valid"),
        (verification(18, "self-signed certificate"), "tls", "certificate", "self_signed"),
        (verification(19, "self-signed certificate in chain"), "tls", "certificate", "unknown_ca"),
        (verification(20, "unable to get local issuer"), "tls", "certificate", "unknown_ca"),
        (verification(23, "certificate revoked"), "tls", "certificate", "revoked"),
        (verification(62, "Hostname mismatch"), "tls", "certificate", "name_mismatch"),
        (verification(64, "IP address mismatch"), "tls", "certificate", "name_mismatch"),
        (verification(66, "EE certificate key too weak"), "tls", "certificate", "weak"),
        (verification(999, "something new"), "tls", "certificate", None),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else str(value),
)
def test_what_exceptions_mean(error: OSError, stage: Stage, category: str, detail: str | None) -> None:
    found = of_exception(error, stage)
    assert (found.category, found.detail) == (category, detail)
    assert found.reason
