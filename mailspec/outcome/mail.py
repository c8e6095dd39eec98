"""Results of probes and test messages, and what a server's words mean."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

Stage = Literal[
    "secret",
    "sign_in",
    "dns",
    "connect",
    "greeting",
    "tls",
    "starttls",
    "auth",
    "mail_from",
    "rcpt_to",
    "data",
]
Status = Literal["sent", "passed", "failed", "skipped"]
Category = Literal[
    "dns",
    "connection_refused",
    "timeout",
    "network_unreachable",
    "tls_mode_mismatch",
    "tls_handshake",
    "certificate",
    "auth_failed",
    "app_password_required",
    "auth_method_unsupported",
    "basic_auth_disabled",
    "send_as_denied",
    "sender_unverified",
    "relay_denied",
    "recipient_rejected",
    "rate_limited",
    "quota_exceeded",
    "greylisted",
    "message_rejected_policy",
    "message_too_large",
    "server_unavailable",
    "config_invalid",
    "unknown",
]


# What a test has proven, from nothing to a message that another program has taken over.
Proven = Literal["nothing", "connection", "sign_in", "sender", "accepted", "handed_over"]

# The same for people, from the least to the most.
PROVEN_WORDS: dict[Proven, str] = {
    "nothing": "nothing",
    "connection": "the connection alone",
    "sign_in": "the sign-in",
    "sender": "the sender",
    "handed_over": "handed over to this machine's mail program",
    "accepted": "a message that the server accepted",
}


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What went wrong and what to do. ``detail`` tells apart what one category covers (``expired``, ``unknown_ca``)."""

    category: Category
    detail: str | None
    advice: str
    provider: str | None = None
    smtp_code: int | None = None
    enhanced_code: str | None = None
    retry: bool = False


@dataclass(frozen=True, slots=True)
class TestResult:
    """What one test or probe found. ``stage`` is the last one reached; ``seconds`` is wall time.

    ``proven`` is the most that it shows: ``accepted`` is a server's word for a message, ``handed_over`` only that a
    program of this machine has taken it.
    """

    # pytest would take the name for a test's.
    __test__: ClassVar[bool] = False

    name: str
    kind: str
    status: Status
    reason: str | None = None
    stage: Stage | None = None
    category: Category | None = None
    detail: str | None = None
    smtp_code: int | None = None
    enhanced_code: str | None = None
    server_reply: str | None = None
    advice: str | None = None
    server_id: str | None = None
    seconds: float = 0.0
    proven: Proven = "nothing"
