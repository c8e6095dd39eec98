"""The id under which a server queued a message, for its administrator to search the log for."""

from __future__ import annotations

import re

# Postfix and SendGrid "queued as ID", Exim "OK id=ID", Exchange "[InternalId=N, ...]", Sendmail "ID
# Message accepted",
# Gmail "OK <time> ID - gsmtp", qmail "ok <time> qp ID", Amazon SES "Ok ID".
_FORMS = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        r"\bqueued (?:mail )?as:? <?([\w.@-]{4,120})",
        r"\bid[=:] ?<?([\w.@-]{4,120})",
        r"\bInternalId=(\d+)",
        r"\b(\w{8,40}) Message accepted for delivery",
        r"\bOK +\d{9,11} ([\w.-]{6,120}) - gsmtp",
        r"\bqp (\d+)",
        # Microsoft Graph
        r"\brequest-id ([\w-]{8,60})",
        r"^(?:\d\.\d\.\d )?Ok ([0-9a-f]{16}-[\w-]{20,60})",
    )
)


def server_id(text: str) -> str | None:
    """Return the id, ``None`` where none of the known forms is there."""
    return next((found[1].rstrip(".") for form in _FORMS if (found := form.search(text))), None)
