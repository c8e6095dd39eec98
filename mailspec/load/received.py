"""A wrong value in words: what is there, what is wanted. Nothing that may be a secret is repeated."""

from __future__ import annotations

from typing import Any

from mailspec.load.item import Path
from mailspec.model.field_types import ADDRESS, FILE, PATTERNS, SECONDS
from mailspec.model.fields import FIELDS
from mailspec.model.kinds import SECRET_KINDS, SECRETS
from mailspec.outcome.mask import is_secret_key, looks_secret, mask_shapes
from mailspec.schema.shape import ShapeError

_ADDRESS, _PATTERN, _DURATION, _PATH = ADDRESS.wanted, PATTERNS.wanted, SECONDS.wanted, FILE.wanted
_FROM = "an address, 'Name <address>', or a map of email and name"
# Under which last words of their places the fields stand, and what is wanted there.
_OF_FIELDS = {
    str(path[-1]): field.type.wanted
    for field in FIELDS
    for path in (field.configuration, field.account, field.mailing)
    if path is not None and field.type.wanted and field.type is not FILE and path[0] != "from"
}
WANTED = {
    **_OF_FIELDS,
    "email": _ADDRESS,
    "members": _ADDRESS,
    "accounts": _ADDRESS,
    "test_recipients": _ADDRESS,
    "allowed_recipients": _PATTERN,
    "allowed_sender_domains": "a domain such as acme.example",
    "delay": _DURATION,
    "to": _ADDRESS,
    "redirect_to": _ADDRESS,
    "selectors": "a DKIM selector such as s1",
    "renamed_from": "the earlier name",
    "reload": "a list of a command and its arguments, such as [systemctl, reload, acme]",
    "from": _FROM,
    "mobile_from": _FROM,
    "id": "small letters, digits, '.', '_' and '-', such as acme-hub",
    "env_prefix": "letters, digits and _, such as SETGET_SMTP_",
    "prefix": "letters, digits and _, such as MAIL_",
    "mode": 'permissions in quotes, such as "0600"',
    "type": "small letters, digits and _, such as env_file",
    **{kind.word: kind.form for kind in SECRETS.values() if kind.form},
}
# What is wrong with the text of a path or a name.
_PATHS = {
    **dict.fromkeys(("path", "template", "file", "age"), _PATH),
    **{str(field).rpartition(".")[2]: _PATH for field in FIELDS if field.path},
    "include": "a pattern such as teams/*.yml, without control characters",
    "sample": f"a map, or {_PATH}",
    "name": "a name of at most 200 characters, without NUL",
}
# The keys that an author chooses.
KEYS = {
    "environments": "at most 100 letters, digits, '.', '_' and '-', such as staging",
    "selectors": "a domain such as acme.example",
    "headers": "letters, digits and '-', such as X-System",
    "severity": "a finding's code, such as MS103",
}
_TYPES = {
    "string_type": "text",
    "int_type": "a whole number",
    "bool_type": "true or false",
    "list_type": "a list",
    "dict_type": "a map",
    "float_type": "a number",
}
# Several forms will do, and the first one's error is no better than another's.
_UNIONS = frozenset({"timeout", "delay", "from", "mobile_from", "sample"})
_LONGEST = 60


def wanted(name: str, error: ShapeError) -> str:
    """Say what the language wants under the key ``name``."""
    if error.kind == "literal_error":
        return "one of " + ", ".join(choices(error))
    if name == "port":
        return WANTED[name]
    if error.kind in {"greater_than_equal", "less_than_equal"}:
        return f"a number {_bound(error)}"
    if error.kind in _TYPES and (error.kind != "string_type" or name not in WANTED) and name not in _UNIONS:
        return _TYPES[error.kind]
    if error.kind == "string_too_short":
        return "text that is not empty"
    return WANTED.get(name) or _PATHS.get(name) or _TYPES.get(error.kind, "another form")


def choices(error: ShapeError) -> list[str]:
    """Return the words that may stand where another one does."""
    expected: str = error.context["expected"]
    return [choice.strip("'") for choice in expected.replace(" or ", ", ").split(", ")]


def how_to_list(value: object) -> str:
    """Say how a list is written, to somebody who wrote ``value`` in its place."""
    if isinstance(value, dict):
        return "Write '- ' before the first key of each entry, and its other keys in line with it."
    return "Write each entry on a line of its own behind '- ', or all in brackets: [one, two]."


def received(name: str, error: ShapeError, source: str) -> str:
    """Say what stands under the key ``name``, in its own words only where they cannot be a secret.

    ``source`` is how it is written.
    """
    value: Any = error.received
    if isinstance(value, dict):
        return "a map"
    if isinstance(value, list):
        return "a list"
    if isinstance(value, str):
        # Where a map or a list belongs, somebody may have written the password right away.
        if error.kind in {"dict_type", "list_type"}:
            return "text"
        if is_secret_key(name) or name in SECRET_KINDS or looks_secret(value):
            return "text of another form"
        short = mask_shapes(value)
        return (
            f"the text '{short if len(short) <= _LONGEST else short[: _LONGEST - 3] + '...'}'"
            if value
            else "empty text"
        )
    if isinstance(value, bool):
        return "true" if value else "false"
    return "a number" if error.kind in {"dict_type", "list_type"} or is_secret_key(name) else source


def quote(text: str) -> str:
    """Put a key in quotes."""
    return f"'{text}'"


def key_of(path: Path) -> str | None:
    """Return the last key on a path, behind which only indexes stand."""
    for step in reversed(path):
        if isinstance(step, str):
            return step
    return None


def subject(path: Path) -> str:
    """Name what stands at a path, at the start of a sentence."""
    name = key_of(path)
    if name is None:
        return "The file" if not path else "An item"
    return quote(name) if path[-1] == name else f"An item of {name}"


def _bound(error: ShapeError) -> str:
    return f"of at least {error.context['ge']}" if "ge" in error.context else f"of at most {error.context['le']}"
