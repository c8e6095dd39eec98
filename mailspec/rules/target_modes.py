"""MS307: what a target's declared mode lets every user of the machine do with its file."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mailspec.load.item import Item
from mailspec.model.fields import SENSITIVE
from mailspec.model.kinds import TARGET_TYPES
from mailspec.outcome.finding import Finding
from mailspec.programs.facts import preset_for
from mailspec.rules.base import Check, Context
from mailspec.rules.say import at_item
from mailspec.rules.secrets import references

_MODE = re.compile("[0-7]{3,4}")
_READ, _WRITE = 0o004, 0o002
_HELP = 'Write mode: "0600", or "0640" where the program reads it by its group.'


def check(context: Context) -> Iterator[Finding]:
    """Look at each target that declares a mode; one that does not gets a file for its owner, or keeps the file's."""
    for name, item in context.spec.targets.items():
        text = item.get("mode")
        if not isinstance(text, str) or not _MODE.fullmatch(text):
            continue
        mode = int(text, 8)
        if mode & _WRITE:
            what = f"can be changed by every user of the machine (mode {text}): its mail could be sent elsewhere"
        elif mode & _READ and _holds_password(context, item):
            what = f"can be read by every user of the machine (mode {text}), with its passwords"
        else:
            continue
        message = f"The file of the target '{name}' {what}."
        yield at_item("MS307", item, ("mode",), message, object=f"target:{name}", help=_HELP)


def _holds_password(context: Context, item: Item) -> bool:
    """Tell whether a target's file holds a password as it is; what cannot be told counts as one."""
    kind = TARGET_TYPES.get(str(item.get("type")))
    whose = "default" if kind is None else kind.passwords
    if whose == "nobody" or item.get("encrypt") is True or (whose == "asked" and item.get("secrets") != "values"):
        return False
    preset = preset_for(item.data) if item.get("preset") is not None else None
    if preset is not None and SENSITIVE.isdisjoint(preset.covered):
        return False
    spec = context.spec
    if whose != "default":
        sections = (spec.configurations, spec.groups, spec.users, {"": spec.general})
        return any(True for items in sections for entry in items.values() for _ in references(entry))
    wanted = item.get("configuration") or context.resolver.activation.active
    if wanted not in spec.configurations:
        return False
    settings = context.resolver.configuration(wanted)
    return any(settings.get(name) is not None for name in SENSITIVE)


CHECKS = (Check(("MS307",), check),)
