"""Questions to DNS: each is asked once a run, none waits long, and what stays without an answer is remembered."""

from __future__ import annotations

import ipaddress
from time import monotonic
from typing import Any

import dns.resolver
from dns.exception import DNSException, Timeout

QUESTION = 4.0  # seconds for one question, all attempts together
RUN = 60.0  # seconds for all of a run
# So many questions without any answer at all, and no further one is asked: the machine is offline.
_SILENT = 2
_NO_RECORD = (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer)


class Names(dns.resolver.Resolver):
    """A resolver with the memory of one run, also for the libraries that are handed it.

    ``nameserver`` is ADDRESS or ADDRESS:PORT ([ADDRESS]:PORT for IPv6); ``None`` takes the system's.

    Raises:
        ValueError: it is neither.
    """

    def __init__(self, nameserver: str | None = None, *, question: float = QUESTION, run: float = RUN) -> None:
        self.offline = False
        try:
            super().__init__(configure=nameserver is None)
        except dns.resolver.NoResolverConfiguration:
            super().__init__(configure=False)
            self.offline = True
        if nameserver is not None:
            address, self.port = _parsed(nameserver)
            self.nameservers = [address]
        self.timeout, self.lifetime = min(1.5, question), question
        self.until = monotonic() + run
        self.unanswered: set[str] = set()
        self._answers: dict[tuple[str, str], dns.resolver.Answer | DNSException] = {}
        self._silent = self._answered = 0

    def resolve(self, qname: Any, rdtype: Any = "A", *_args: Any, **_options: Any) -> dns.resolver.Answer:
        """Return the answer, or raise as dnspython does; a name that a record lacks is an answer, too."""
        name, kind = str(qname).rstrip(".").lower(), str(rdtype)
        key = (name, kind)
        if key not in self._answers:
            self._answers[key] = self._ask(name, kind)
        found = self._answers[key]
        if isinstance(found, DNSException):
            raise found
        return found

    def records(self, name: str, kind: str) -> list[Any] | None:
        """Return the records of a kind, none where there are none; ``None`` where the name itself does not exist.

        Raises:
            DNSException: nobody answered; the name is in ``unanswered`` then.
        """
        try:
            return list(self.resolve(name, kind))
        except dns.resolver.NXDOMAIN:
            return None
        except dns.resolver.NoAnswer:
            return []

    def texts(self, name: str) -> list[str]:
        """Return the TXT records of a name, each as one text. Raises as :meth:`records`."""
        return [b"".join(record.strings).decode("utf-8", "replace") for record in self.records(name, "TXT") or ()]

    def _ask(self, name: str, kind: str) -> dns.resolver.Answer | DNSException:
        if kind == "SPF":
            # The library looks for this type of record, too, which RFC 7208 section 3.1 has ended.
            return _silence()
        self.offline = self.offline or (self._silent >= _SILENT and not self._answered)
        if self.offline or monotonic() > self.until:
            self.unanswered.add(f"{name} {kind}")
            return _silence()
        try:
            found = super().resolve(name, kind, search=False)
        except _NO_RECORD as error:
            self._answered += 1
            return error
        except (DNSException, OSError) as error:
            # A server that says SERVFAIL is there; one that says nothing may not be.
            if not isinstance(error, dns.resolver.NoNameservers):
                self._silent += 1
            self.unanswered.add(f"{name} {kind}")
            return error if isinstance(error, DNSException) else _silence()
        self._answered += 1
        return found


def _silence() -> DNSException:
    return Timeout(timeout=0.0)  # type: ignore[no-untyped-call]


def _parsed(text: str) -> tuple[str, int]:
    address, port = text, "53"
    if text.startswith("["):
        address, _, rest = text[1:].partition("]")
        port = rest.removeprefix(":") or port
    elif text.count(":") == 1:
        address, _, port = text.partition(":")
    if not port.isascii() or not port.isdigit() or not 0 < int(port) < 65536:
        raise ValueError(text)
    return str(ipaddress.ip_address(address)), int(port)
