"""What the composer finds wrong, in words that say what to write. Places are node numbers until somebody asks.

No message repeats what stands in the file but keys: anything else may be a secret that its own first character broke.
"""

from __future__ import annotations


class Fault:
    """A problem before its place is worked out: by node number, or by offset where ``number`` is None.

    ``same_as`` is the number of the mapping whose earlier ``key`` this one repeats.
    """

    __slots__ = ("help", "key", "kind", "length", "message", "number", "offset", "same_as")

    def __init__(
        self,
        kind: str,
        message: str,
        help_: str,
        number: int | None = None,
        *,
        offset: int = 0,
        length: int = 1,
        same_as: int | None = None,
        key: str | None = None,
    ) -> None:
        self.kind = kind
        self.message = message
        self.help = help_
        self.number = number
        self.offset = offset
        self.length = length
        self.same_as = same_as
        self.key = key


def too_deep(offset: int, depth: int) -> Fault:
    return Fault(
        "limit",
        f"This is nested deeper than {depth} levels, the most that is read.",
        "Write it flatter.",
        offset=offset,
    )


def too_many(offset: int, nodes: int) -> Fault:
    return Fault(
        "limit",
        f"The file holds more than {nodes:,} values once its aliases are followed, the most that is read.",
        "Split the file, or use fewer aliases of aliases.",
        offset=offset,
    )


def too_wrong(offset: int, most: int) -> Fault:
    return Fault(
        "limit",
        f"There are more than {most:,} problems in this file; reading ends here.",
        "Fix those before this one first.",
        offset=offset,
    )


def long_number(number: int) -> Fault:
    return Fault(
        "value",
        "This number has more digits than any program reads.",
        "If it is meant as text, put it in quotes.",
        number,
    )


def lone_dash(number: int) -> Fault:
    return Fault(
        "value",
        "A dash alone is no value inside of brackets.",
        'Put it in quotes: "-"; or remove it: items in brackets have no dash.',
        number,
    )


def wrong_value(number: int, tag: str, wanted: str) -> Fault:
    return Fault(
        "value", f"This is not {wanted}, which the tag {tag} asks for.", f"Write {wanted}, or remove the tag.", number
    )


def wrong_kind(number: int, tag: str, found: str) -> Fault:
    return Fault("tag", f"The tag {tag} does not fit {found}.", "Remove the tag.", number)


def unknown_tag(number: int, known: tuple[str, ...]) -> Fault:
    also = f" Tags that are known here: {', '.join(known)}." if known else ""
    return Fault(
        "tag",
        "This tag is not known here.",
        f"Remove the tag and write the value itself; put it in quotes if it starts with an exclamation mark.{also}",
        number,
    )


def alias(number: int, *, inside: bool) -> Fault:
    if inside:
        return Fault(
            "value",
            "This alias stands inside of what it repeats, so it would never end.",
            "Write the value itself here.",
            number,
        )
    return Fault(
        "value",
        "This alias repeats nothing: no anchor of its name stands before it.",
        "Correct the name, or put the value in quotes if it is meant to start with an asterisk.",
        number,
    )


def merge_key(number: int) -> Fault:
    return Fault(
        "merge",
        "<< (merging one map into another) is not part of YAML 1.2 and is not read here.",
        "Write the keys out, or give a single key an alias as its value: tls: *tls.",
        number,
    )


def key_missing(number: int) -> Fault:
    return Fault("key", "A key is missing here.", "Write a word before the colon.", number)


def key_not_text(number: int, written: str) -> Fault:
    return Fault(
        "key",
        f"The key {_short(written)} is read as a number, a boolean or null; keys are text.",
        f'Put it in quotes: "{_short(written)}".',
        number,
    )


def key_alias(number: int) -> Fault:
    return Fault("key", "This alias repeats what is no text, and keys are text.", "Write a word as the key.", number)


def key_not_scalar(number: int, *, template: bool) -> Fault:
    if template:
        return Fault(
            "key",
            "{{ … }} belongs to a template; templates are not evaluated here.",
            "Write the value itself, or in quotes if it is meant as text.",
            number,
        )
    return Fault("key", "A map or a list cannot be a key; keys are text.", "Write a word as the key.", number)


def key_glued(number: int) -> Fault:
    return Fault(
        "key",
        "A space is missing behind the colon: this is read as one long key without a value.",
        "Write a space behind the colon.",
        number,
    )


def name_glued(number: int, what: str) -> Fault:
    return Fault(
        "value",
        f"Behind the name of the {what} a space is missing.",
        "Write the space; a name has only the letters A to Z and a to z, digits, _ and -.",
        number,
    )


def duplicate(number: int, key: str, mapping: int) -> Fault:
    return Fault(
        "duplicate_key",
        f"The key {_short(key)} stands twice in the same map; the first one is used.",
        "Remove one of the two.",
        number,
        same_as=mapping,
        key=key,
    )


def _short(text: str) -> str:
    return text if len(text) <= 40 else text[:39] + "…"
