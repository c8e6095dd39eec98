"""MS003 for additional header fields: names that mailspec sets itself, values that fit on no line of a message."""

from __future__ import annotations

from collections.abc import Iterator

from mailspec.outcome.finding import Finding
from mailspec.rules.base import Check, Context
from mailspec.rules.say import at_item

_HELP = {
    "reserved": "Remove the field: mailspec writes it, from `from`, `reply_to` and what is sent.",
    "name": "Write at most 76 letters, digits and '-', such as X-System.",
    "value": "Write one line of at most 998 characters (RFC 5322 section 2.1.1).",
}


def check(context: Context) -> Iterator[Finding]:
    """Look at each configuration's headers. Characters that no name may have are told by the language itself."""
    for name, item in context.spec.configurations.items():
        headers = item.get("headers")
        if not isinstance(headers, dict) or not headers:
            continue
        from mailspec.outcome.header_fields import field_problem
        from mailspec.outcome.sentence import sentence

        for field, value in headers.items():
            problem = field_problem(str(field), value) if isinstance(value, str) else None
            if problem is not None:
                yield at_item(
                    "MS003",
                    item,
                    ("headers", field),
                    sentence(problem.message),
                    key=problem.kind != "value",
                    object=f"configuration:{name}",
                    help=_HELP[problem.kind],
                )


CHECKS = (Check(("MS003",), check),)
