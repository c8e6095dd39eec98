"""Asks DNS for everything that a Spec sends from, and says what does not fit and what to publish."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from typing import TypeVar

from checkdmarc.utils import DNS_CACHE
from dns.exception import DNSException

from mailspec.deliverability import dkim, dmarc, lists, mail_hosts, spf
from mailspec.deliverability.names import Names
from mailspec.deliverability.remark import Remark, publish
from mailspec.deliverability.uses import Use, uses
from mailspec.outcome.finding import Finding
from mailspec.outcome.report import finding
from mailspec.rules.base import Context
from mailspec.rules.judged import provider_of_effective
from mailspec.rules.say import at_value

T = TypeVar("T")


class Deliverability:
    """The questions of one run; ``names`` answers them."""

    def __init__(self, names: Names) -> None:
        self._names = names
        # The library has a memory of its own, for the whole process.
        DNS_CACHE.clear()
        self._spf = cache(lambda domain: self._asked(lambda: spf.look_up(domain, names)))
        self._dmarc = cache(lambda domain: self._asked(lambda: dmarc.look_up(domain, names)))
        self._hosts = cache(lambda domain: self._asked(lambda: mail_hosts.look_up(domain, names)))
        self._addresses = cache(lambda host: self._asked(lambda: mail_hosts.addresses(host, names)))
        self._dkim = cache(lambda domain, chosen: self._asked(lambda: dkim.look_up(domain, chosen, names)))

    def domain(self, domain: str, selectors: Sequence[str] = ()) -> list[Finding]:
        """Return what is to be said of one domain, which need not be in any file."""
        remarks = self._remarks(domain, domain, selectors)
        found = [_bare(remark, f"domain:{domain}") for remark in remarks]
        return [*found, *[_bare(remark, f"domain:{domain}") for remark in self._unanswered()]]

    def __call__(self, context: Context) -> Iterator[Finding]:
        """Give what is to be said of a Spec's domains, each at the address by which it came in."""
        selectors = _selectors(context)
        reported: set[Remark] = set()
        all_uses = list(uses(context))
        everyday = {use.domain for use in all_uses if use.mailing is None}
        for use in all_uses:
            remarks = [*self._remarks(use.domain, use.envelope, selectors.get(use.domain, ()))]
            remarks += [*self._covered(use), *self._aligned(use, selectors)]
            remarks += lists.judge(use, everyday)
            for remark in remarks:
                if remark not in reported:
                    reported.add(remark)
                    yield _placed(remark, use)
        yield from (_bare(remark, None) for remark in self._unanswered())

    def _asked(self, question: Callable[[], T]) -> T | None:
        """Return the answer, ``None`` where a part of it is missing: nothing is concluded from silence."""
        before = len(self._names.unanswered)
        try:
            found = question()
        except DNSException:
            return None
        return found if len(self._names.unanswered) == before else None

    def _remarks(self, domain: str, envelope: str, selectors: Sequence[str]) -> Iterator[Remark]:
        hosts = self._hosts(domain)
        yield from hosts or ()
        if any(remark.code == "MS707" and remark.severity == "error" for remark in hosts or ()):
            # Of a domain that does not exist there is no more to say.
            return
        if envelope != domain:
            yield from self._hosts(envelope) or ()
        for found in (self._spf(envelope), self._dkim(domain, tuple(selectors)), self._dmarc(domain)):
            yield from found.remarks if found is not None else ()

    def _covered(self, use: Use) -> Iterator[Remark]:
        """Say where the server that an account uses may not send for the envelope's domain."""
        found, host = self._spf(use.envelope), use.host
        if found is None or not found.usable or host is None or self._passes(use) is not False:
            return
        sure = provider_of_effective(use.settings) is None
        yield Remark(
            "MS705",
            f"The SPF record of {use.envelope} does not let {host} send, which the account '{use.settings.name}' uses.",
            publish(use.envelope, spf.letting(found.record, host))
            + (" Where the mail leaves through other servers, name those instead." if sure else "")
            + ("" if sure else " Your provider documents the include: for the servers by which its mail leaves."),
            "warning" if sure else "info",
        )

    def _passes(self, use: Use) -> bool | None:
        """Tell whether the account's server passes SPF for the envelope's domain; ``None``: nobody can say."""
        found, host = self._spf(use.envelope), use.host
        if found is None or host is None:
            return None
        if not found.usable:
            return False
        known = {dmarc.organisation(name) for name in found.includes}
        if dmarc.organisation(host) in known:
            return True
        try:
            servers: Sequence[str] | None = [str(ipaddress.ip_address(host.strip("[]")))]
        except ValueError:
            servers = self._addresses(host)
        if not servers or all(ipaddress.ip_address(server).is_loopback for server in servers):
            return None
        if any(found.covers(server) for server in servers):
            return True
        # A provider's mail often leaves through other servers than those that take it.
        return None if provider_of_effective(use.settings) is not None and found.includes else False

    def _aligned(self, use: Use, selectors: Mapping[str, Sequence[str]]) -> Iterator[Remark]:
        """Say where neither the signature nor SPF of a message belongs to the domain that recipients see."""
        policy = self._dmarc(use.domain)
        if policy is None or policy.policy is None:
            return
        by_spf = dmarc.aligned(use.envelope, use.domain, strict=policy.strict_spf) and self._passes(use) is not False
        signing = {
            domain: self._dkim(domain, tuple(chosen))
            for domain, chosen in selectors.items()
            if dmarc.aligned(domain, use.domain, strict=policy.strict_dkim)
        }
        if by_spf or any(found is None or found.signs for found in signing.values()):
            return
        refused = policy.policy in ("quarantine", "reject")
        yield Remark(
            "MS706",
            f"Mail of '{use.settings.name}' from {use.domain} passes DMARC neither by SPF (the envelope is of "
            f"{use.envelope}) nor by a DKIM key of {dmarc.organisation(use.domain)} that is declared and published; "
            f"its policy is {policy.policy}.",
            f"Have the server sign as {use.domain} and declare the selector under deliverability.selectors, or use an "
            f"envelope_from at {use.domain} whose SPF record lets the server send.",
            "error" if refused else "warning",
        )

    def _unanswered(self) -> list[Remark]:
        names = sorted(self._names.unanswered)
        if not names:
            return []
        if self._names.offline:
            message = "No name server answers: this machine is offline, and nothing of DNS was checked."
            return [Remark("MS712", message, "Run it again where DNS can be asked, or name a server: --nameserver.")]
        shown = ", ".join(names[:5]) + (f" and {len(names) - 5} more" if len(names) > 5 else "")
        message = f"DNS did not answer in time, so this was not checked: {shown}."
        return [Remark("MS712", message, "Run it again; a domain whose servers stay silent loses mail, too.")]


def _selectors(context: Context) -> dict[str, Sequence[str]]:
    declared = context.spec.maps["deliverability"].get("selectors")
    if not isinstance(declared, dict):
        return {}
    return {
        str(domain).lower(): [entry for entry in chosen if isinstance(entry, str)]
        for domain, chosen in declared.items()
        if isinstance(chosen, list)
    }


def _placed(remark: Remark, use: Use) -> Finding:
    return at_value(
        remark.code, use.value, remark.message, object=use.object, severity=remark.severity, help=remark.help
    )


def _bare(remark: Remark, object_: str | None) -> Finding:
    return finding(remark.code, remark.message, None, object=object_, severity=remark.severity, help=remark.help)
