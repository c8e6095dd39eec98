"""MS003, MS005, MS109 and MS405 for targets: files that cannot be, and that two targets would write; TLS left out."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from mailspec.load.item import Item
from mailspec.load.spec import Spec
from mailspec.outcome.finding import Finding
from mailspec.rules.base import Check, Context
from mailspec.rules.say import at_item, placed_related

# Presets whose keys leave out how TLS is used, with where it is set instead.
_TLS_ELSEWHERE = {"setget": "Admin Panel > Email / SMTP"}
# What one name may have on Linux, in bytes (limits.h, NAME_MAX), and the longest name that stands beside a target's
# file while it is written: ".NAME.mailspec-journal".
_NAME_MAX = 255
_BESIDE = len("..mailspec-journal")
_WORDS = {"tls": "Implicit TLS", "starttls": "STARTTLS", "none": "no TLS"}


def check(context: Context) -> Iterator[Finding]:
    """Look at each program that is configured."""
    spec, resolver = context.spec, context.resolver
    for name, item in spec.targets.items():
        wanted = item.get("configuration") or resolver.activation.active
        panel = _TLS_ELSEWHERE.get(str(item.get("preset")))
        if panel and wanted in spec.configurations:
            security = resolver.configuration(wanted).security
            yield at_item(
                "MS109",
                item,
                ("preset",),
                f"The preset {item.get('preset')} has no key for the TLS mode; the program takes it from its {panel}.",
                object=f"target:{name}",
                help=f"Set the TLS mode there to {_WORDS.get(str(security), 'what the server needs')}.",
            )
        if item.get("type") == "env_file" and item.get("path") is None and not item.is_damaged(("path",)):
            yield at_item(
                "MS405",
                item,
                ("name",),
                f"The target '{name}' has no path.",
                object=f"target:{name}",
                help="Write the file that the program reads, such as path: /etc/acme/smtp.env.",
            )
        text = item.get("path")
        if isinstance(text, str):
            yield from _place(name, item, text)


def _place(name: str, item: Item, text: str) -> Iterator[Finding]:
    """Say what keeps a path from being the file that is meant."""
    of = f"target:{name}"
    names = posixpath.normpath(text).split("/")
    longest = [_NAME_MAX] * (len(names) - 1) + [_NAME_MAX - _BESIDE]
    for part, most in zip(names, longest, strict=True):
        # Half a surrogate pair is no text either, and is told elsewhere.
        size = len(part.encode(errors="surrogatepass"))
        if size > most:
            why = f", and mailspec needs {_BESIDE} of them beside the file" if most < _NAME_MAX else ""
            yield at_item(
                "MS003",
                item,
                ("path",),
                f"A name in 'path' has {size} bytes; a file system takes {_NAME_MAX}{why}.",
                object=of,
                help=f"Give it a name of at most {most} bytes.",
            )
            return
    if text.startswith(("~", "$")):
        yield at_item(
            "MS003",
            item,
            ("path",),
            f"'{names[0]}' in 'path' is not expanded: it is the name of a folder here.",
            object=of,
            severity="warning",
            help=f"Write the whole path, such as /home/acme/smtp.env, or ./{names[0]} if that folder is meant.",
        )


def shared(context: Context) -> Iterator[Finding]:
    """Two targets that write one file would undo each other. Links are not followed here; apply does and refuses."""
    spec = context.spec
    first: dict[str, tuple[str, Item]] = {}
    for name, item in spec.targets.items():
        text = item.get("path")
        if not isinstance(text, str):
            continue
        path = _absolute(spec, item, text)
        if path not in first:
            first[path] = (name, item)
            continue
        other, theirs = first[path]
        yield at_item(
            "MS005",
            item,
            ("path",),
            f"The targets '{other}' and '{name}' write the same file.",
            object=f"target:{name}",
            related=(placed_related(theirs, ("path",), "the other target's path"),),
            help="Give each target a file of its own, or keep one of the two.",
        )


def _absolute(spec: Spec, item: Item, text: str) -> str:
    declaring = spec.inside(item.source(("path",))[0].name)
    return posixpath.normpath(posixpath.join(spec.root, posixpath.dirname(declaring), text))


CHECKS = (Check(("MS003", "MS109", "MS405"), check), Check(("MS005",), shared))
