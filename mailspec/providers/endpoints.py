"""Does the provider offer this host, port and security?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from mailspec.model.smtp import PORT_OF_SECURITY
from mailspec.providers.facts import OK, UNKNOWN, Fact, Verdict, failing
from mailspec.providers.hostnames import covers, normal
from mailspec.providers.index import match_host
from mailspec.providers.provider import Provider
from mailspec.providers.wronghosts import wrong_host

Part = Mapping[str, Any]
# Submission as RFC 8314 has it.
_COMMON = tuple((PORT_OF_SECURITY[word], word) for word in ("tls", "starttls"))


def judge_endpoint(provider: Provider, host: str | None, port: int | None, security: str | None) -> Verdict:
    """Judge a host, port and security together; ``None`` means that this one is not given.

    The verdict's ``field`` says which of the three is wrong.
    """
    if "unavailable" in provider.data:
        part = provider.data["unavailable"]
        return Verdict("refused", part["text"], "", "host", provider.fact(part))
    if host is not None:
        verdict = judge_host(provider, host)
        if verdict.kind != "ok":
            return verdict
    if port is None:
        return OK
    return _judge_pair(provider, list(_groups(provider, host)), port, security)


def judge_host(provider: Provider, host: str) -> Verdict:
    """Judge a host alone: one of the provider's, one known to be wrong, or one that nobody lists for it."""
    name = normal(host)
    if not provider.hosts or provider.serves(name):
        return OK
    wrong = wrong_host(name)
    if wrong is not None:
        return Verdict("refused", wrong.reason, wrong.help, "host", wrong.fact)
    part = provider.data["hosts"][0]
    known = ", ".join(provider.hosts[:4])
    other = match_host(name)
    if other is not None:
        reason = f"{host} belongs to {other.name}, not to {provider.name}."
        help_ = f"{provider.name} is reached at {known}."
        return Verdict("refused", reason, help_, "host", provider.fact(part))
    reason = f"{provider.name} does not list the host {host}."
    return Verdict("odd", reason, f"It documents {known}.", "host", provider.fact(part))


def documented(provider: Provider, host: str | None = None) -> list[tuple[int, str]]:
    """List the port and security pairs that are documented (for one host)."""
    groups = _groups(provider, host)
    return [pair for group in groups if group["standing"] == "documented" for pair in _pairs(group)]


def endpoint_fact(provider: Provider, host: str | None, port: int | None, security: str) -> Fact | None:
    """Return where it stands that the provider documents a pair; ``None`` where it does not."""
    groups = [group for group in _groups(provider, host) if group["standing"] == "documented"]
    return next(
        (provider.fact(group) for group in groups if any(pair == (port, security) for pair in _pairs(group))), None
    )


def _groups(provider: Provider, host: str | None) -> Iterator[Part]:
    name = None if host is None else normal(host)
    for group in provider.data.get("endpoints", ()):
        hosts = group.get("hosts")
        if hosts is None or name is None or any(covers(pattern, name) for pattern in hosts):
            yield group


def _pairs(group: Part) -> Iterator[tuple[int, str]]:
    return ((port, security) for port in group["ports"] for security in group.get("security", ()))


def _judge_pair(provider: Provider, groups: list[Part], port: int, security: str | None) -> Verdict:
    if not groups:
        return UNKNOWN
    on_port = [group for group in groups if port in group["ports"]]
    for group in on_port:
        # A refused group without a security refuses its ports whatever the security is.
        if security is None or security in group.get("security", (security,)):
            return _standing(provider, group, groups)
    offered = [group for group in on_port if group["standing"] != "refused"]
    if offered:
        return _wrong_security(provider, offered, port, str(security))
    return _other_port(provider, groups, port, security)


def _standing(provider: Provider, group: Part, groups: list[Part]) -> Verdict:
    if group["standing"] == "documented":
        return OK
    kind = failing(group["standing"] == "refused")
    return Verdict(kind, group["text"], _offer(provider, groups), "port", provider.fact(group))


def _wrong_security(provider: Provider, on_port: list[Part], port: int, security: str) -> Verdict:
    entry = " or ".join(sorted({word for group in on_port for word in group["security"]}))
    help_ = f"Write security: {entry}."
    if security != "none":
        reason = f"{provider.name} speaks {entry} on port {port}, not {security}."
        return Verdict("refused", reason, help_, "security", provider.fact(on_port[0]))
    tls = provider.data.get("tls", {})
    if tls.get("required"):
        reason = f"{provider.name} accepts no connection without TLS."
        return Verdict("refused", reason, help_, "security", provider.fact(tls))
    reason = f"{provider.name} documents {entry} on port {port}, not an unencrypted connection."
    return Verdict("odd", reason, help_, "security", provider.fact(on_port[0]))


def _other_port(provider: Provider, groups: list[Part], port: int, security: str | None) -> Verdict:
    known = [group for group in groups if group["standing"] == "documented"]
    by_vendor = any(provider.fact(group).confidence == "vendor" for group in known)
    # Lists of others name the pair that they prefer; one of the two common pairs may be offered as well.
    if not by_vendor and (port, security) in _COMMON:
        return UNKNOWN
    reason = f"{provider.name} does not document port {port}."
    return Verdict("odd", reason, _offer(provider, groups), "port", provider.fact(groups[0]))


def _offer(provider: Provider, groups: list[Part]) -> str:
    pairs = [pair for group in groups if group["standing"] == "documented" for pair in _pairs(group)]
    offer = ", ".join(f"{port} with {security}" for port, security in pairs)
    return f"{provider.name} documents {offer}." if offer else ""
