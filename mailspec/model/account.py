"""Accounts as they are declared: the words of the table of fields, at their places."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Required

from pydantic import Field as Described
from pydantic import with_config
from typing_extensions import TypedDict

from mailspec.model import words
from mailspec.model.field import Field, Path
from mailspec.model.fields import FIELDS, PART_DOCS, Settings

SEEN_BY_RECIPIENTS = Settings.__dict__["from_"].doc

# The types of maps inside an account, by what stands above the places of their fields in a configuration.
_PART_NAMES: dict[Path, str] = {("tls",): "Tls", ("auth",): "Auth", ("auth", "oauth"): "OAuth", ("limits",): "Limits"}
_FROM: Path = ("from",)


class _Place:
    """One place of fields: where each stands, and what holds where it is left out."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self.fields: dict[Path, Field[Any]] = {}
        for field in FIELDS:
            path: Path | None = getattr(field, kind)
            if path is not None and path[0] != "from":
                self.fields[path] = field

    def words(self) -> dict[str, Any]:
        """Return each word of the map at this place with its type."""
        return self._below(())

    def _below(self, above: Path) -> dict[str, Any]:
        depth, found = len(above), dict[str, Any]()
        for path, field in self.fields.items():
            if path[:depth] != above:
                continue
            word = str(path[depth])
            if len(path) == depth + 1:
                found[word] = self._type(field)
            elif word not in found:
                found[word] = self._part((*above, word), field)
        return found

    def _type(self, field: Field[Any]) -> Any:
        default = field.default_doc
        if self.kind == "account":
            default = "Default: the configuration's." if field.inherited else _OF_ACCOUNTS.get(field, default)
        doc = f"{field.doc} {default}".rstrip()
        return Annotated[getattr(words, field.type.annotation), Described(description=doc)]

    def _part(self, here: Path, field: Field[Any]) -> Any:
        configuration = field.configuration or ()
        # The same part may stand elsewhere in an account: `oauth` there, `auth.oauth` here.
        above = configuration[: len(configuration) - (len(getattr(field, self.kind)) - len(here))]
        name, doc = _PART_NAMES[above], PART_DOCS[above]
        part = _PARTS.get(name)
        if part is None:
            part = _PARTS[name] = _map(name, doc, _CONFIGURATION._below(above))
        return Annotated[part, Described(description=doc)]


def _map(name: str, doc: str, types: dict[str, Any]) -> Any:
    functional: Any = TypedDict
    made = functional(name, types, total=False)
    made.__doc__ = doc
    return with_config(words.FORBID)(made)


# What holds where an account leaves out what no configuration gives it.
_OF_ACCOUNTS: dict[str, str] = {
    Settings.auth.username: "Default: the person's e-mail address.",
    Settings.auth.password: "Never inherited from a configuration.",
    Settings.provider: "Default: by the host, else by the login's domain.",
}
_PARTS: dict[str, Any] = {}
_CONFIGURATION, _ACCOUNT = _Place("configuration"), _Place("account")
_SENDER = Annotated[words.From, Described(description=SEEN_BY_RECIPIENTS)]

Configuration: Any = _map(
    "Configuration",
    "A named sending account. Any number may be declared; at most one is active.",
    {
        "name": Required[
            Annotated[
                words.Name,
                Described(description="A label that identifies the configuration.", examples=["Primary SMTP Server"]),
            ]
        ],
        "renamed_from": words.RenamedFrom,
        "state": Annotated[
            Literal["present", "active", "inactive", "absent"],
            Described(description="Whether it is the one in use. Default: present."),
        ],
        **_CONFIGURATION.words(),
        "from": _SENDER,
    },
)
Account: Any = _map(
    "Account",
    "One person's (or a group's, or everyone's) own words on top of the configuration that is copied.",
    {**_ACCOUNT.words(), "from": _SENDER},
)
