"""A second look at a server that says nothing: does it wait for TLS?

A server for implicit TLS that is spoken to in clear waits for a handshake, and the client for a
greeting: a silence that looks like a firewall. Trying a handshake on a connection of its own tells the
two apart.
"""

from __future__ import annotations

import ssl

from mailspec.mail.deadline import Deadline
from mailspec.mail.dial import dial, resolve

_LONGEST = 5.0


def expects_tls(peer: tuple[str, int], deadline: Deadline) -> bool:
    """Tell whether a TLS handshake is answered there. Nothing is sent, so nothing is checked."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    try:
        limit = Deadline(deadline.left(_LONGEST))
        with dial(resolve(*peer, limit), limit) as sock:
            sock.settimeout(limit.left())
            with context.wrap_socket(sock):
                return True
    except ssl.SSLError as error:
        # An alert is an answer in TLS too, such as a demand for a client certificate.
        return "ALERT" in (error.reason or "")
    except OSError:
        return False
