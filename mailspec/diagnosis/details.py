"""What each category means, and the details that tell apart what one category covers.

Programs read these words from JSON: a detail may be added, none is ever renamed. docs/diagnosis.md says
the same to people, and a test holds the two together.
"""

from __future__ import annotations

from mailspec.outcome.mail import Category

DETAILS: dict[Category, tuple[str, ...]] = {
    "dns": ("not_found", "temporary"),
    "connection_refused": ("wrong_port",),
    "timeout": ("connect", "greeting", "tls", "reply", "wrong_port"),
    "network_unreachable": ("no_route", "not_permitted"),
    "tls_mode_mismatch": (
        "tls_on_starttls_port",
        "plain_on_tls_port",
        "starttls_not_offered",
        "starttls_required",
    ),
    "tls_handshake": (
        "protocol_version",
        "cipher",
        "client_certificate",
        "weak_key",
        "starttls_refused",
        "starttls_injection",
        "closed",
    ),
    "certificate": (
        "unknown_ca",
        "self_signed",
        "name_mismatch",
        "expired",
        "not_yet_valid",
        "revoked",
        "weak",
    ),
    "auth_failed": (
        "bad_credentials",
        "username_form",
        "password_form",
        "account_disabled",
        "locked",
        "browser_login",
        "smtp_switched_off",
        "address_not_allowed",
        "token",
        "temporary",
        "protocol",
    ),
    "app_password_required": (),
    "auth_method_unsupported": ("not_offered", "needs_tls", "too_weak"),
    "basic_auth_disabled": ("tenant", "mailbox", "policy", "retired"),
    "send_as_denied": ("envelope", "header"),
    "sender_unverified": ("address", "domain", "bad_address", "unknown_domain"),
    "relay_denied": ("sign_in_required", "client_address"),
    "recipient_rejected": (
        "unknown_user",
        "unknown_domain",
        "bad_address",
        "inactive",
        "mailbox_full",
        "not_allowed",
        "sandbox",
        "suppressed",
        "temporary",
    ),
    "rate_limited": ("messages", "connections", "recipients", "sign_ins"),
    "quota_exceeded": ("daily", "plan", "suspended"),
    "greylisted": (),
    "message_rejected_policy": (
        "spam",
        "blocklist",
        "authentication",
        "content",
        "attachment",
        "header",
    ),
    "message_too_large": (),
    "server_unavailable": ("disconnected", "storage", "shutting_down", "reply_too_long"),
    "config_invalid": (
        "cleartext_sign_in",
        "password_missing",
        "token_missing",
        "credentials",
        "ca_file",
        "client_certificate",
        "host",
        "address",
        "header",
        "smtputf8",
        "ehlo_name",
        "not_smtp",
        "not_submission",
    ),
    "unknown": ("interrupted", "protocol"),
}
