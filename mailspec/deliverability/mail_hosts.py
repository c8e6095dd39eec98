"""Whether a domain takes mail: its MX records, or that it says it takes none."""

from __future__ import annotations

from collections.abc import Iterator

from mailspec.deliverability.names import Names
from mailspec.deliverability.remark import Remark


def look_up(domain: str, names: Names) -> tuple[Remark, ...]:
    """Return what stands in the way of answers and bounces to a domain."""
    return tuple(_judge(domain, names))


def addresses(host: str, names: Names) -> list[str]:
    """Return the addresses of a host."""
    return [record.address for kind in ("A", "AAAA") for record in names.records(host, kind) or ()]


def _judge(domain: str, names: Names) -> Iterator[Remark]:
    records = names.records(domain, "MX")
    if records is None:
        yield Remark(
            "MS707",
            f"The domain {domain} does not exist: receivers refuse mail from it.",
            "Correct its spelling, or register it.",
            "error",
        )
        return
    hosts = [(record.preference, record.exchange.to_text().rstrip(".")) for record in records]
    publish = f"Publish {domain}. IN MX 10 SERVER. in its zone."
    if hosts == [(0, "")]:
        yield Remark(
            "MS708",
            f"{domain} says that it takes no mail (null MX, RFC 7505): receivers may refuse mail from it, and answers "
            "and bounces are lost.",
            f"{publish} Or use an address of a domain that takes mail.",
        )
        return
    if not hosts:
        if not addresses(domain, names):
            yield Remark("MS707", f"{domain} has no MX record: answers and bounces to it are lost.", publish)
        return
    lost = [host for _, host in sorted(hosts) if not host or not addresses(host, names)]
    if lost:
        shown = ", ".join(host or "." for host in lost)
        yield Remark("MS707", f"MX records of {domain} name servers without an address: {shown}.", publish)
