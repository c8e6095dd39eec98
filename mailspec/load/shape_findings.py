"""What the shape check found, in words: what was received, what is wanted, what to write."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mailspec.load.item import Path, place_of, pointer
from mailspec.outcome.finding import Edit, Finding, Fix
from mailspec.outcome.location import Location
from mailspec.outcome.mask import is_secret_key, mask_shapes
from mailspec.outcome.report import finding
from mailspec.schema.shape import SECRET_KINDS, ShapeError, keys_at, shape_errors
from mailspec.text import Document, suggest

_ADDRESS = "an e-mail address such as noreply@acme.example"
_PATTERN = "an address, '*@domain' or '*'"
_WANTED = {
    "email": _ADDRESS,
    "envelope_from": _ADDRESS,
    "reply_to": _ADDRESS,
    "send_as": _ADDRESS,
    "members": _ADDRESS,
    "accounts": _ADDRESS,
    "test_recipients": _ADDRESS,
    "may_send_as": _PATTERN,
    "may_send_on_behalf_of": _PATTERN,
    "allowed_recipients": _PATTERN,
    "allowed_sender_domains": "a domain such as acme.example",
    "timeout": "a duration such as 30s or 5m, or whole seconds from 1 to 86400",
    "delay": "a duration such as 30s or 5m, or whole seconds from 1 to 86400",
    "from": "an address, 'Name <address>', or a map of email and name",
    "mobile_from": "an address, 'Name <address>', or a map of email and name",
    "keyring": "SERVICE/USER, such as acme/{email}",
    "vault": "MOUNT/PATH#FIELD, such as secret/mail/acme#password",
    "sops": "FILE#KEY, such as secrets.sops.yml#smtp.password",
    "env": "the name of an environment variable (letters, digits and _)",
    "id": "small letters, digits, '.', '_' and '-', such as acme-hub",
    "env_prefix": "letters, digits and _, such as SETGET_SMTP_",
    "prefix": "letters, digits and _, such as MAIL_",
    "mode": 'permissions in quotes, such as "0600"',
    "type": "small letters, digits and _, such as env_file",
    "command": "a list of a command and its arguments, such as [pass, show, mail/acme]",
}
_TYPES = {
    "string_type": "text",
    "int_type": "a whole number",
    "bool_type": "true or false",
    "list_type": "a list",
    "dict_type": "a map",
    "float_type": "a number",
}
_YAML_1_1 = {"yes": "true", "on": "true", "y": "true", "no": "false", "off": "false", "n": "false"}
_RETIRED = ("lotus_notes", "lotus notes", "lotusnotes", "lotus", "notes")


Whereabouts = Callable[[Path], tuple[Document, Path]]


def shape_findings(data: Any, source: Whereabouts) -> tuple[list[Finding], list[Path]]:
    """Return the findings of data and the paths in it that are unusable because of them.

    ``source`` tells for a path in the data in which document it stands and where there: an overlay's data is merged
    from several.
    """
    found, damaged = [], []
    for error in shape_errors(data):
        document, path = source(error.path)
        found.append(_describe(document, path, error))
        damaged.append(error.path)
    return found, damaged


def _describe(document: Document, path: Path, error: ShapeError) -> Finding:
    name = next((step for step in reversed(path) if isinstance(step, str)), "")
    where = place_of(document, path)
    more: dict[str, Any] = {"path": pointer(path)}
    if error.kind == "extra_forbidden":
        return _unknown_key(document, path, error, more)
    if error.kind == "missing":
        return _missing(document, path)
    if error.kind == "secret_in_file":
        return finding(
            "MS301",
            f"{_quote(name)} holds a secret itself. Anyone who can read the repository can read it.",
            where,
            help=f"Write where the secret is instead, such as {name}: {{env: ACME_SMTP_PASSWORD}}, and change "
            "the secret, since it may have been committed.",
            **more,
        )
    if error.kind == "secret_kind":
        return _secret_kind(where, name, error, more)
    if error.kind == "literal_error" and name == "mode" and str(error.received).lower() in _RETIRED:
        return finding(
            "MS404",
            "Lotus Notes is no longer a mail mode.",
            where,
            help="Use mode: other for the mail program of the workstation, mode: smtp for any mail server, or "
            "mode: office365 for Microsoft 365.",
            **more,
        )
    if error.path == ("version",):
        return finding(
            "MS003",
            f"version is {_received(name, error.received)}; this mailspec understands version: 1.",
            where,
            help="Write version: 1, or use a mailspec that knows the other version.",
            **more,
        )
    if error.received is None:
        return finding(
            "MS003",
            f"{_quote(name)} is empty; {_wanted(name, error)} is wanted.",
            where,
            help=f"Give {name} a value or remove the key.",
            **more,
        )
    return _wrong_value(document, path, where, name, error, more)


def _wrong_value(
    document: Document, path: Path, where: Location, name: str, error: ShapeError, more: dict[str, Any]
) -> Finding:
    received, help_, fix = error.received, "", None
    wanted = _wanted(name, error)
    if error.kind == "bool_type" and isinstance(received, str):
        boolean = _YAML_1_1.get(received.lower())
        if boolean:
            help_ = f"YAML 1.2 knows only true and false: write {boolean}."
            fix = Fix("safe", f"Write {boolean}.", (Edit(where, boolean),))
    elif error.kind == "int_type" and isinstance(received, str) and received.isascii() and received.isdigit():
        help_ = f"Write the number without quotes: {int(received)}."
        fix = Fix("safe", "Drop the quotes.", (Edit(where, str(int(received))),))
    elif error.kind == "string_type" and isinstance(received, bool | int | float):
        source = document.text[slice(*document.span(path)[4:6])]
        help_ = f'Write it in quotes: "{source}".'
        fix = Fix("safe", "Put it in quotes.", (Edit(where, f'"{source}"'),))
    elif error.kind == "literal_error":
        choices = [choice.strip("'") for choice in error.context["expected"].replace(" or ", ", ").split(", ")]
        near = suggest(str(received), choices) if isinstance(received, str) else None
        if near:
            help_ = f"Did you mean {near}?"
            fix = Fix("unsafe", f"Write {near}.", (Edit(where, near),))
    return finding(
        "MS003",
        f"{_quote(name)} is {_received(name, received)}; {wanted} is wanted.",
        where,
        help=help_ or f"Write {wanted}.",
        fix=fix,
        **more,
    )


def _unknown_key(document: Document, path: Path, error: ShapeError, more: dict[str, Any]) -> Finding:
    where = place_of(document, path, key=True)
    key = str(path[-1])
    known = keys_at(error.path[:-1])
    near = suggest(key, known)
    section = next((step for step in reversed(error.path[:-1]) if isinstance(step, str)), "")
    inside = f"in {section}" if section else "at the top of a file"
    if near:
        help_ = f"Did you mean {near}?"
        fix = Fix("unsafe", f"Rename the key to {near}.", (Edit(where, near),))
    else:
        help_, fix = f"Known {inside}: {', '.join(known)}. A key of your own starts with x-.", None
    return finding("MS004", f"{_quote(key)} is not a key {inside}.", where, help=help_, fix=fix, **more)


def _missing(document: Document, path: Path) -> Finding:
    parent = path[:-1]
    return finding(
        "MS003",
        f"{_quote(str(path[-1]))} is missing.",
        place_of(document, parent),
        path=pointer(parent),
        help=f"Add {path[-1]}: {_WANTED.get(str(path[-1]), 'and its value')}.",
    )


def _secret_kind(where: Location, name: str, error: ShapeError, more: dict[str, Any]) -> Finding:
    keys = [str(key) for key in error.received]
    near = next((near for key in keys if (near := suggest(key, list(SECRET_KINDS)))), None)
    message = f"{_quote(name)} must name exactly one place where the secret is."
    help_ = f"Did you mean {near}?" if near else f"Write one of {', '.join(SECRET_KINDS)}, such as {{env: NAME}}."
    return finding("MS003", message, where, help=help_, **more)


def _wanted(name: str, error: ShapeError) -> str:
    if error.kind == "literal_error":
        return "one of " + ", ".join(error.context["expected"].replace("'", "").replace(" or ", ", ").split(", "))
    if error.kind in {"greater_than_equal", "less_than_equal"}:
        return "a number from 1 to 65535" if name == "port" else f"a number {_bound(error)}"
    if error.kind in _TYPES and name not in {"timeout", "delay", "from", "mobile_from"}:
        return _TYPES[error.kind]
    if error.kind == "string_too_short":
        return "text that is not empty"
    return _WANTED.get(name, _TYPES.get(error.kind, "another form"))


def _bound(error: ShapeError) -> str:
    return f"of at least {error.context['ge']}" if "ge" in error.context else f"of at most {error.context['le']}"


def _received(name: str, value: Any) -> str:
    if isinstance(value, dict):
        return "a map"
    if isinstance(value, list):
        return "a list"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        if is_secret_key(name) or name in SECRET_KINDS:
            return "text of another form"
        short = mask_shapes(value)
        return f"the text {_quote(short if len(short) <= 60 else short[:57] + '...')}"
    return str(value)


def _quote(text: str) -> str:
    return f"'{text}'" if text else "the file"
