"""What large receivers ask of list mail, and what keeps it from harming the everyday mail of the same domain."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from mailspec.deliverability.remark import Remark
from mailspec.deliverability.uses import Use


def judge(use: Use, everyday: Collection[str]) -> Iterator[Remark]:
    """Judge a mass mailing; ``everyday`` are the domains from which other mail is sent."""
    item = use.mailing
    if item is None or item.get("type") == "dispatch":
        return
    name, link = item.get("name"), item.get("list_unsubscribe")
    help_ = "Write list_unsubscribe: https://..., an address that takes a POST and ends the subscription at once."
    if not link:
        message = f"Recipients of the mass mailing '{name}' cannot leave it by one click; Gmail and Yahoo ask for that."
        yield Remark("MS709", message, help_)
    elif not str(link).lower().startswith("https:"):
        message = f"'{name}' can be left by mail only; one click needs an https address (RFC 8058)."
        yield Remark("MS709", message, help_)
    if use.domain in everyday:
        message = (
            f"The mass mailing '{name}' goes out from {use.domain}, as everyday mail does: complaints about it harm "
            "the reputation of both."
        )
        help_ = f"Use a sending domain of its own, such as news.{use.domain}, with its own SPF, DKIM and DMARC records."
        yield Remark("MS710", message, help_)
    if use.settings.envelope_from in (None, use.settings.from_.email):
        message = f"Bounces of the mass mailing '{name}' go to {use.settings.from_.email}, where people get them."
        help_ = f"Give its account a return path of its own: envelope_from: bounces@{use.envelope}."
        yield Remark("MS711", message, help_)
