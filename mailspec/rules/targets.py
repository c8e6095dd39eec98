"""MS003, MS005, MS109 to MS117, MS405 for targets: files that cannot be or that two would write; what is not kept."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Generator, Iterator, Mapping
from typing import Any

from mailspec.files.own_names import beside, is_own_name
from mailspec.load.item import Item
from mailspec.load.spec import Spec
from mailspec.model.kinds import COMMON_WORDS, TARGET_TYPES
from mailspec.outcome.finding import Edit, Finding, Fix
from mailspec.outcome.mask import shown_key
from mailspec.programs.capabilities import Capability
from mailspec.programs.facts import facts
from mailspec.programs.sensitive import why_sensitive
from mailspec.rules.base import Check, Context
from mailspec.rules.say import at_item, placed_related
from mailspec.schema.foreign import disagreements
from mailspec.schema.shape import keys_at
from mailspec.text import suggest

# Types of ours that cannot do without a path.
_WITH_PATH = frozenset(word for word, kind in TARGET_TYPES.items() if kind.needs_path)
# What one name may have on Linux, in bytes (limits.h, NAME_MAX), and how many more the longest name has that stands
# beside a target's file while it is written.
_NAME_MAX = 255
_BESIDE = len(beside("", "journal"))

_MODE = re.compile("[0-7]{3,4}")

FACTS = tuple(f"MS{number}" for number in range(109, 118))


def check(context: Context) -> Iterator[Finding]:
    """Look at each program that is configured."""
    spec, resolver = context.spec, context.resolver
    for name, item in spec.targets.items():
        of = f"target:{name}"
        meant = yield from _words(context, item, of)
        wanted = item.get("configuration") or resolver.activation.active
        if wanted in spec.configurations:
            foreign = _foreign(context, item)
            for fact in facts(item.data, resolver.configuration(wanted), foreign):
                yield at_item(fact.code, item, fact.path, fact.message, object=of, help=fact.help)
        text = item.get("path")
        if isinstance(text, str):
            yield from _place(name, item, text)
            yield from _sensitive(spec, name, item, text)
        elif item.get("type") in _WITH_PATH and "path" not in meant and not item.is_damaged(("path",)):
            yield at_item(
                "MS405",
                item,
                ("name",),
                f"The target '{name}' has no path.",
                object=of,
                help="Write the file that the program reads, such as path: /etc/acme/smtp.env.",
            )


def _foreign(context: Context, item: Item) -> tuple[Capability, ...]:
    """Return what an installed package says that its own type keeps."""
    type_, types = item.get("type"), context.foreign_types
    if types is None or type_ in TARGET_TYPES or type_ not in types.words():
        return ()
    return types.capabilities(str(type_))


def _words(context: Context, item: Item, of: str) -> Generator[Finding, None, set[str]]:
    """Report the words that a target's type does not read; return those that were meant by a misspelt one."""
    type_ = item.get("type")
    own = TARGET_TYPES.get(str(type_))
    schema: Mapping[str, Any] = {}
    foreign = context.foreign_types
    if own is None and foreign is not None and type_ in foreign.words():
        brought = foreign.schema(str(type_))
        schema = {} if isinstance(brought, str) else brought
        if isinstance(brought, str):
            return set()
    ours = {*COMMON_WORDS, *(own.words if own else ())} if own is not None or schema else set(keys_at(("targets", 0)))
    known = [*(word for word in keys_at(("targets", 0)) if word in ours), *schema.get("properties", ())]
    meant: set[str] = set()
    for key in item.data:
        if key in known or key.startswith("x-"):
            continue
        near = suggest(key, known)
        fix = None
        if near and near not in item.data and near not in meant:
            meant.add(near)
            fix = Fix("unsafe", f"Rename the key to {near}.", (Edit(item.locate((key,), key=True), near),))
        help_ = (
            f"Did you mean {near}?"
            if near
            else f"Known in targets: {', '.join(known)}. A key of your own starts with x-."
        )
        message = f"'{shown_key(key)}' is not a key in targets."
        if key in keys_at(("targets", 0)):
            message = f"'{key}' is not a key of targets of type {type_}."
        yield at_item("MS004", item, (key,), message, key=True, object=of, help=help_, fix=fix)
    if schema:
        data = {key: value for key, value in item.data.items() if key in schema.get("properties", ())}
        for found in disagreements({**schema, "additionalProperties": True}, data):
            if found.message.startswith("'") and found.path == () and any(word in found.message for word in meant):
                continue
            yield at_item(
                found.code, item, found.path or ("name",), found.message, key=found.key, object=of, help=found.help
            )
    return meant


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
    if is_own_name(names[-1]):
        yield at_item(
            "MS003",
            item,
            ("path",),
            f"'{names[-1]}' in 'path' is a name of mailspec's own beside the file of a target.",
            object=of,
            help="Write another name.",
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


def _sensitive(spec: Spec, name: str, item: Item, text: str) -> Iterator[Finding]:
    """Say of a path what an apply without limits refuses, as far as the files tell it: links are not followed here."""
    mode = item.get("mode")
    path, why = ("path",), why_sensitive(_absolute(spec, item, text), str(item.get("type")))
    if isinstance(mode, str) and _MODE.fullmatch(mode) and int(mode, 8) & 0o111:
        path, why = ("mode",), "files that may be run"
    if why is not None:
        yield at_item(
            "MS808",
            item,
            path,
            f"The target '{name}' would write among {why}.",
            object=f"target:{name}",
            help="Write another path or mode. apply refuses it unless the runner's limits name it in target_paths.",
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


def identity(context: Context) -> Iterator[Finding]:
    """Where targets are declared the state is keyed by the instance's id; a name is written anew some day."""
    spec = context.spec
    name = spec.instance.get("name")
    if not spec.targets or spec.environment is not None or spec.instance.get("id") is not None or name is None:
        return
    yield at_item(
        "MS405",
        spec.instance,
        ("name",),
        f"The instance has no id: its name keys the state, as '{spec.instance_id}', and another name would lose it.",
        severity="warning",
        help=f"Write id: {spec.instance_id} above it; the state stays.",
    )


CHECKS = (
    Check(("MS405",), identity),
    Check(("MS003", "MS004", *FACTS, "MS405", "MS808"), check),
    Check(("MS005",), shared),
)
