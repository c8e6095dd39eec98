"""MS8xx: what the Spec's own policy demands."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mailspec.model.effective import Effective
from mailspec.model.fields import Settings
from mailspec.outcome.finding import Finding
from mailspec.outcome.sentence import shorten_list
from mailspec.resolve import mailing, mobile
from mailspec.rules.base import Check, Context
from mailspec.rules.fault import primary_value
from mailspec.rules.host import is_loopback
from mailspec.rules.say import at_item, at_value
from mailspec.text.address import is_address
from mailspec.text.address_patterns import covered, domain_covered

_SHOWN = 5
# RFC 5322 sections 3.6.3 and 3.6.6; sendmail's Apparently-To.
_RECIPIENTS = re.compile(r"(resent-)?(to|cc|bcc)|apparently-to", re.IGNORECASE)
_ADDRESS = re.compile(r"[^\s@<>(),;:\"]+@[^\s@<>(),;:\"]+")


def tls(context: Context) -> Iterator[Finding]:
    """With ``require_tls`` nothing may go unencrypted."""
    if context.spec.policy.get("require_tls") is not True:
        return
    for account in (*context.configurations, *context.servers):
        if account.security == "none" and not is_loopback(account.host):
            yield at_value(
                "MS801",
                primary_value(account, Settings.security, Settings.port),
                "The policy requires TLS (policy.require_tls), and this connection has none.",
                object=account.object,
                help="Write security: tls or starttls.",
            )


def senders(context: Context) -> Iterator[Finding]:
    """From addresses must be in ``allowed_sender_domains``."""
    domains = _strings(context.spec.policy.get("allowed_sender_domains"))
    if domains is None:
        return
    resolver, spec = context.resolver, context.spec
    all_settings: list[Effective] = list(context.configurations)
    for first, identities in resolver.people.alike:
        # The domain is the same for all who are alike.
        if _is_allowed(first, domains):
            continue
        all_settings += [resolver.person(identity) for identity in identities if identity not in context.same]
    all_settings += [mailing(resolver, name) for name in spec.mailings]
    if spec.sends_mobile:
        all_settings.append(mobile(resolver))
    for account in all_settings:
        for field in (Settings.from_.email, Settings.envelope_from):
            value = account.value(field)
            if value is not None and is_address(str(value.value)) and not allowed_sender(str(value.value), domains):
                yield at_value(
                    "MS802",
                    value,
                    f"'{value.value}' is outside the domains that policy.allowed_sender_domains allows "
                    f"({_some(domains)}).",
                    object=account.object,
                    help="Use an address of an allowed domain, or have the policy changed.",
                )


def _is_allowed(account: Effective, domains: list[str]) -> bool:
    values = [value for field in (Settings.from_.email, Settings.envelope_from) if (value := account.value(field))]
    return all(is_address(str(value.value)) and allowed_sender(str(value.value), domains) for value in values)


def recipients(context: Context) -> Iterator[Finding]:
    """Recipients of tests must be among ``allowed_recipients``."""
    policy = context.spec.policy
    patterns = _strings(policy.get("allowed_recipients"))
    if patterns is None:
        return
    for index, address in enumerate(policy.get("test_recipients") or ()):
        if isinstance(address, str) and not covered(address, patterns):
            yield at_item(
                "MS803",
                policy,
                ("test_recipients", index),
                f"'{address}' is not among policy.allowed_recipients ({_some(patterns)}).",
                help="Take another test recipient, or have the policy changed.",
            )


def redirected(context: Context) -> Iterator[Finding]:
    """Whoever gets all mail of a test environment is a recipient as well."""
    spec = context.spec
    patterns = _strings(spec.policy.get("allowed_recipients"))
    address = spec.redirect_to
    if patterns is None or spec.overlay is None or address is None or covered(address, patterns):
        return
    yield at_item(
        "MS803",
        spec.overlay,
        ("redirect_to",),
        f"'{address}' in redirect_to is not among policy.allowed_recipients ({_some(patterns)}).",
        help="Take another address, or have the policy changed.",
    )


def alerted(context: Context) -> Iterator[Finding]:
    """Whoever is told of trouble gets mail from mailspec itself; a redirection takes their place."""
    spec = context.spec
    patterns = _strings(spec.policy.get("allowed_recipients"))
    delivery = spec.maps["delivery"]
    address = delivery.get("alert", "to")
    if patterns is None or spec.redirect_to is not None or not isinstance(address, str) or covered(address, patterns):
        return
    yield at_item(
        "MS803",
        delivery,
        ("alert", "to"),
        f"'{address}' in delivery.alert.to is not among policy.allowed_recipients ({_some(patterns)}).",
        help="Have somebody else told, or have the policy changed.",
    )


def hidden_recipients(context: Context) -> Iterator[Finding]:
    """A header field may name recipients too. mailspec sends no such field; another program might take it as one."""
    patterns = _strings(context.spec.policy.get("allowed_recipients"))
    if patterns is None:
        return
    for name, item in context.spec.configurations.items():
        headers = item.get("headers")
        for field, value in headers.items() if isinstance(headers, dict) else ():
            if not _RECIPIENTS.fullmatch(str(field)) or not isinstance(value, str):
                continue
            outside = [address for address in _ADDRESS.findall(value) if not covered(address, patterns)]
            if outside:
                yield at_item(
                    "MS803",
                    item,
                    ("headers", field),
                    f"The header field {field} names '{outside[0]}', who is not among policy.allowed_recipients "
                    f"({_some(patterns)}).",
                    object=f"configuration:{name}",
                    help="Remove the field: recipients are not a configuration's business.",
                )


def _some(words: list[str]) -> str:
    return shorten_list(words, _SHOWN) or "it allows none"


def _strings(value: object) -> list[str] | None:
    return [entry for entry in value if isinstance(entry, str)] if isinstance(value, list) else None


def allowed_sender(address: str, domains: list[str]) -> bool:
    """Tell whether an address is of one of the domains, or below one that starts with ``*.``."""
    return domain_covered(address.rpartition("@")[2], domains)


CHECKS = (
    Check(("MS801",), tls),
    Check(("MS802",), senders),
    Check(("MS803",), recipients),
    Check(("MS803",), hidden_recipients),
    Check(("MS803",), redirected),
    Check(("MS803",), alerted),
)
