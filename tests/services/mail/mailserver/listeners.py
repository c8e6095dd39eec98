"""The listeners of the Postfix under test: one for each thing that can be right or wrong with a server."""

from __future__ import annotations

import socket
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class Listener:
    """An smtpd service. ``chain`` is the kind of its certificate; ``options`` go to master.cf as -o."""

    chain: str = "good"
    options: Mapping[str, str] = field(default_factory=dict)

    def entry(self, name: str, port: int, chains: Mapping[str, Path], values: Mapping[str, str]) -> str:
        """Return the lines of master.cf."""
        # The log names the listener by its syslog_name.
        own = {"syslog_name": f"postfix/{name}", "smtpd_tls_chain_files": str(chains[self.chain])}
        settings = {**own, **self.options}
        lines = [f"127.0.0.1:{port} inet n - n - - smtpd"]
        lines += [f"  -o {{ {key} = {value.format_map(values)} }}" for key, value in settings.items()]
        return "\n".join(lines)


IMPLICIT = {"smtpd_tls_wrappermode": "yes"}
LISTENERS: dict[str, Listener] = {
    "tls": Listener(options=IMPLICIT),
    "starttls": Listener(),
    # The same server behind something that takes STARTTLS out, or that never had it.
    "stripped": Listener(options={"smtpd_tls_security_level": "none", "smtpd_tls_auth_only": "no"}),
    "wrong_name": Listener("wrong_name", IMPLICIT),
    "expired": Listener("expired", IMPLICIT),
    "unknown_ca": Listener("unknown_ca", IMPLICIT),
    "self_signed": Listener("self_signed", IMPLICIT),
    "old_tls": Listener(options={**IMPLICIT, "smtpd_tls_mandatory_protocols": "TLSv1.2"}),
    "client_cert": Listener(options={**IMPLICIT, "smtpd_tls_req_ccert": "yes", "smtpd_tls_CAfile": "{ca_file}"}),
    "small": Listener(options={"message_size_limit": "400"}),
    "sender_at_once": Listener(options={"smtpd_delay_reject": "no"}),
    "only_cram": Listener(options={"smtpd_sasl_mechanism_filter": "cram-md5"}),
    "greylisting": Listener(options={"smtpd_recipient_restrictions": "check_policy_service inet:127.0.0.1:{postgrey}"}),
    "defer_relay": Listener(options={"smtpd_relay_restrictions": "defer_unauth_destination"}),
    "no_smtputf8": Listener(options={"smtputf8_enable": "no"}),
    "helo": Listener(
        options={
            "smtpd_helo_restrictions": "reject_non_fqdn_helo_hostname",
            "smtpd_delay_reject": "no",
        }
    ),
}


def free_ports(count: int) -> list[int]:
    """Return ports that nobody listens on. All are held until the last is found, so that none comes twice."""
    sockets = [socket.socket() for _ in range(count)]
    try:
        for sock in sockets:
            sock.bind(("127.0.0.1", 0))
        return [sock.getsockname()[1] for sock in sockets]
    finally:
        for sock in sockets:
            sock.close()
