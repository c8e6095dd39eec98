"""Puts category, detail and place together: what the port says about a failure, then advice."""

from __future__ import annotations

from mailspec.diagnosis.advice import advice_for
from mailspec.diagnosis.codes import Codes
from mailspec.diagnosis.place import Place
from mailspec.outcome.mail import Category, Diagnosis

NO_CODES = Codes(None, None)
# Failures that can heal by themselves although no server said a 4xx code.
_PASSING = frozenset(
    {
        ("dns", "temporary"),
        ("timeout", None),
        ("timeout", "connect"),
        ("timeout", "greeting"),
        ("timeout", "reply"),
        ("timeout", "tls"),
        ("connection_refused", None),
        ("network_unreachable", None),
        ("network_unreachable", "no_route"),
        ("server_unavailable", None),
        ("server_unavailable", "disconnected"),
        ("server_unavailable", "shutting_down"),
        ("server_unavailable", "storage"),
        ("auth_failed", "temporary"),
        ("greylisted", None),
    }
)
# A reply 4xx says "later", but these need a person whatever the code is.
_NEVER_HEAL = frozenset(
    {
        *("tls_mode_mismatch", "certificate", "relay_denied", "config_invalid", "auth_method_unsupported"),
        *("basic_auth_disabled", "app_password_required", "send_as_denied", "sender_unverified"),
    }
)
_ABOUT_PASSWORD = (None, "bad_credentials", "username_form", "password_form")
_ALWAYS_HEAL = frozenset({"greylisted", "rate_limited"})


def conclude(
    category: Category,
    detail: str | None,
    where: Place,
    codes: Codes = NO_CODES,
    *,
    advice: str | None = None,
    retry: bool | None = None,
) -> Diagnosis:
    """Return the diagnosis, after the place has had its say."""
    seen_category, seen_detail = by_place(category, detail, where)
    if (seen_category, seen_detail) != (category, detail):
        category, detail, advice, retry = seen_category, seen_detail, None, None
    return Diagnosis(
        category=category,
        detail=detail,
        advice=advice or _advice(category, detail, where),
        provider=where.provider,
        smtp_code=codes.basic,
        enhanced_code=codes.enhanced,
        retry=_can_pass(category, detail, codes) if retry is None else retry,
    )


def by_place(category: Category, detail: str | None, where: Place) -> tuple[Category, str | None]:
    """Correct a failure to connect by what the port is for.

    A silent port that the provider does not offer is a wrong port, no firewall. A server for implicit
    TLS that is spoken to in clear waits for a handshake: that looks like a time-out or a lost connection.
    """
    if detail == "tls_on_starttls_port" and where.security == "starttls" and where.stage == "tls":
        # The server had agreed to TLS, so whatever comes in clear then is not the handshake's.
        return "tls_handshake", "starttls_injection"
    if where.passed_on:
        return category, detail
    silent = category == "timeout" or (category == "server_unavailable" and detail == "disconnected")
    if not silent and category != "connection_refused":
        return category, detail
    if where.port_is_offered is False and detail != "disconnected":
        return ("timeout" if silent else category), "wrong_port"
    if not silent or where.security is None or detail == "connect":
        return category, detail
    if where.security != "tls" and where.speaks("tls") and where.stage in (None, "connect", "greeting"):
        return "tls_mode_mismatch", "plain_on_tls_port"
    if where.security == "tls" and where.speaks("starttls") and where.stage in (None, "tls"):
        return "tls_mode_mismatch", "tls_on_starttls_port"
    return category, detail


def _advice(category: Category, detail: str | None, where: Place) -> str:
    words = advice_for(category, detail, where)
    # A refused password is most often of the wrong kind, and the provider's own words say which it wants.
    asks = category == "app_password_required" or (category == "auth_failed" and detail in _ABOUT_PASSWORD)
    return f"{words} {where.sign_in}" if asks and where.sign_in else words


def _can_pass(category: Category, detail: str | None, codes: Codes) -> bool:
    if category in _ALWAYS_HEAL or (category, detail) in _PASSING:
        return True
    if category in _NEVER_HEAL:
        return False
    if category == "quota_exceeded":
        return detail == "daily"
    if codes.basic is not None:
        return 400 <= codes.basic < 500
    return codes.enhanced is not None and codes.enhanced.startswith("4")
