"""Today's policy on settings of the past: what it forbids now does not come back through the history."""

from __future__ import annotations

from collections.abc import Iterable

from mailspec.load.spec import Spec
from mailspec.outcome.refusal import Refusal
from mailspec.plan.desired import DesiredObject
from mailspec.rules.host import is_loopback
from mailspec.rules.policy import allowed_sender
from mailspec.text.address import is_address


def beyond_policy(spec: Spec, objects: Iterable[DesiredObject]) -> Refusal | None:
    """Return the first setting that ``policy.require_tls`` or ``policy.allowed_sender_domains`` forbids."""
    tls = spec.policy.get("require_tls") is True
    domains = spec.policy.get("allowed_sender_domains")
    for item in objects:
        host, security = item.fields.get("host"), item.fields.get("security")
        if tls and security == "none" and isinstance(host, str) and not is_loopback(host):
            return _refusal("require-tls", f"{item.name} connects to {host} without encryption", "policy.require_tls")
        if not isinstance(domains, list):
            continue
        for field in ("from.email", "envelope_from"):
            address = item.fields.get(field)
            if isinstance(address, str) and is_address(address) and not allowed_sender(address, domains):
                what = f"{item.name} sends as {address}"
                return _refusal("sender-domains", what, "policy.allowed_sender_domains")
    return None


def _refusal(rule: str, what: str, key: str) -> Refusal:
    return Refusal(
        rule,
        f"in that entry {what}, which {key} forbids",
        "go back to another entry (see: mailspec history), or have the policy changed",
    )
