"""MS210: an environment's overlay that moves an account to another region and leaves its credentials behind."""

from __future__ import annotations

from collections.abc import Iterator

from mailspec.model.effective import Effective
from mailspec.model.fields import Settings
from mailspec.outcome.finding import Finding
from mailspec.providers.hostnames import captured, normal
from mailspec.rules.base import Check, Context
from mailspec.rules.fault import is_overlaid
from mailspec.rules.judged import provider_of_effective
from mailspec.rules.say import at_value


def check(context: Context) -> Iterator[Finding]:
    """Look at the accounts whose provider makes credentials for one region alone."""
    for settings in (*context.configurations, *context.servers):
        yield from _kept(settings)


def _kept(settings: Effective) -> Iterator[Finding]:
    provider, host, password = (
        provider_of_effective(settings),
        settings.value(Settings.host),
        settings.value(Settings.auth.password),
    )
    regions = {} if provider is None else provider.data.get("regions", {})
    if provider is None or host is None or password is None or not regions.get("credentials"):
        return
    patterns = (pattern["host"] for pattern in regions["patterns"])
    region = next((found for pattern in patterns if (found := captured(pattern, normal(str(host.value))))), None)
    if region is not None and is_overlaid(host) and not is_overlaid(password):
        yield at_value(
            "MS210",
            host,
            f"The region becomes {region} here, and the password stays that of another region.",
            object=settings.object,
            help=f"{provider.name} makes SMTP credentials for one region: declare those of {region} in the overlay.",
        )


CHECKS = (Check(("MS210",), check),)
