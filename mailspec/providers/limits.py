"""Are the declared volumes within what the provider sends?"""

from __future__ import annotations

from collections.abc import Mapping

from mailspec.providers.facts import Verdict
from mailspec.providers.provider import Provider

_WORDS = {
    "messages_per_day": "messages a day",
    "messages_per_minute": "messages a minute",
    "recipients_per_message": "recipients a message",
    "recipients_per_day": "recipients a day",
}


def judge_limits(provider: Provider, limits: Mapping[str, int]) -> list[tuple[str, Verdict]]:
    """Return one verdict for each declared limit above the provider's, by the limit's name."""
    found = []
    for entry in provider.data.get("limits", ()):
        declared = limits.get(entry["limit"])
        if declared is not None and declared > entry["value"]:
            where = f" ({entry['plan']})" if "plan" in entry else ""
            allowed = f"{entry['value']} {_WORDS[entry['limit']]}{where}"
            reason = f"{provider.name} allows {allowed}; {declared} are declared."
            verdict = Verdict("odd", reason, entry.get("text", ""), "limits", provider.fact(entry))
            found.append((entry["limit"], verdict))
    return found
