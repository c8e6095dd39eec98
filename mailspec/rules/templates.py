"""MS6xx: e-mail types and their templates. What reading these gave is handed in."""

from __future__ import annotations

from collections.abc import Iterator

from mailspec.outcome.finding import Finding, Related
from mailspec.outcome.report import finding
from mailspec.rules.base import Check, Context
from mailspec.rules.say import at_item


def read(context: Context) -> Iterator[Finding]:
    """Report what reading the templates gave, each at its own line of the template where there is one."""
    for name, item in context.spec.lists["email_types"].items():
        object_ = f"email_type:{name}"
        for fact in context.template_facts.get(name, ()):
            if fact.place is None:
                yield at_item(fact.code, item, fact.path, fact.message, object=object_, help=fact.help)
            else:
                related = (Related(item.locate(fact.path), "declared here"),)
                yield finding(fact.code, fact.message, fact.place, object=object_, help=fact.help, related=related)


def customizable(context: Context) -> Iterator[Finding]:
    """A template where the program lets nobody change its own is never used."""
    for name, item in context.spec.lists["email_types"].items():
        if item.get("customizable") is False and item.get("template") is not None:
            yield at_item(
                "MS605",
                item,
                ("template",),
                f"'{name}' cannot be customised, so its template is not used.",
                object=f"email_type:{name}",
                help="Remove the template, or write customizable: true.",
            )


CHECKS = (Check(("MS601", "MS602", "MS603", "MS604"), read), Check(("MS605",), customizable))
