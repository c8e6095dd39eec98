"""What holds for one person, worked out as far as somebody asks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from mailspec.load.item import Item, Path
from mailspec.model.effective import Effective, Fields
from mailspec.model.field import Field
from mailspec.model.fields import FIELDS, Settings
from mailspec.outcome.effective import Value
from mailspec.providers.clouds import WORLDWIDE, is_cloud
from mailspec.resolve.layers import ACCOUNT, ACCOUNT_PATHS, Layer, first, sender_of
from mailspec.resolve.sender import on_behalf
from mailspec.resolve.server import DEFAULT, declared_timeout, optional
from mailspec.resolve.sign_in import OAUTH, OAUTH_SET, oauth_fields
from mailspec.text.address import fits, is_address, parse_address

# Words of an account and the fields without a default that they give.
_EXTRAS: dict[str, tuple[Field[Any], ...]] = {}
for _field in FIELDS:
    if _field.account and not _field.inherited and not _field.computed and _field not in OAUTH:
        _word = str(_field.account[0])
        _EXTRAS[_word] = (*_EXTRAS.get(_word, ()), _field)
OPTIONAL = tuple(field for fields in _EXTRAS.values() for field in fields)
_SECRETS = tuple(field for field in FIELDS if field.secret and field != Settings.auth.password)
_NOTHING: dict[str, Any] = {}
_GENERAL = "same_as_general"
_WITH_ACCOUNT = frozenset({"smtp", "office365"})


class Shared(NamedTuple):
    """What the groups and everyone's settings give: the same for all who are in the same groups."""

    layers: list[Layer]
    mode: Value
    general_mode: Value
    username: Value | None
    # The groups that declare a From.
    senders: list[Layer]
    password: Value | None
    is_pattern: bool
    optional: Fields
    # How the server is reached for all who copy it, by the domain of their user names.
    servers: dict[str, Fields]


class Person(Effective):
    """A person's settings. Of thousands the rules ask little, so the fields are made when they are asked for.

    ``server`` is how the server is reached, None where the mode has none: for all who copy one it is the same object.
    ``username`` is who signs in, None where the mode does not. ``word`` is the mode's own.
    """

    __slots__ = ("account", "groups", "item", "mode_value", "server", "shared", "username", "word")

    def __init__(
        self, item: Item, groups: tuple[str, ...], shared: Shared, server_of: Callable[[Person], Fields]
    ) -> None:
        # The fields and the mode's place are not set here: __getattr__ makes them.
        data = item.data
        self.name = name = data["email"]
        self.kind = "user"
        self.item = item
        self.groups = groups
        self.shared = shared
        word, account = data.get("mode"), data.get("account")
        if word is None:
            word = shared.mode.value
        elif word == _GENERAL:
            word = shared.general_mode.value
        self.word = word
        self.account: dict[str, Any] = account if account.__class__ is dict else _NOTHING
        username: Any = None
        if word in _WITH_ACCOUNT:
            username = self.account.get("username")
            if username is None:
                username = name if shared.username is None else shared.username.value
        self.username = username
        self.server = server_of(self) if word == "smtp" else None

    def __getattr__(self, member: str) -> Any:
        if member in ("fields", "values"):
            self.fields = self.values = self._worked_out()
            return self.fields
        if member == "mode_value":
            declared = self.item.data.get("mode")
            if declared is None or declared == _GENERAL:
                self.mode_value = self.shared.mode if declared is None else self.shared.general_mode
            else:
                self.mode_value = Value(self.word, "own", self.item, ("mode",))
            return self.mode_value
        raise AttributeError(member)

    @property
    def has_password(self) -> bool:
        """Whether it is declared where the password is."""
        return self.account.get("password") is not None or self.shared.password is not None

    @property
    def own_from(self) -> str | None:
        """The address of the From that the person or a group declares, None where that is the user name."""
        declared = self.account.get("from")
        if declared is None and self.shared.senders:
            declared = self.shared.senders[0].item.get("account", "from")
        if isinstance(declared, str):
            parsed = parse_address(declared)
            return declared if parsed is None else parsed[1]
        return declared.get("email") if isinstance(declared, dict) else None

    def _worked_out(self) -> Fields:
        item, account, shared = self.item, self.account, self.shared
        email = Value(self.name, "email", item, ("email",))
        name = self._declared(item.data, "name")
        fields: Fields = {Settings.mode: self.mode_value}
        if self.word not in _WITH_ACCOUNT:
            fields[Settings.from_.email] = email
            if name is not None:
                fields[Settings.from_.name] = name
            return fields
        if self.server is not None:
            fields.update(self.server)
            password = self._declared(account, "password", ACCOUNT) or shared.password
            if password is not None:
                filled = for_person(password.value, self.name.lower()) if account or shared.is_pattern else None
                fields[Settings.auth.password] = password if filled is None else password.replace(filled)
        else:
            fields[Settings.auth.method] = Value("xoauth2", DEFAULT)
        own = Layer("own", item, ACCOUNT, ACCOUNT_PATHS)
        layers = [own, *shared.layers]
        if self.server is None:
            declared = first(layers, Settings.provider)
            if declared is None or not is_cloud(str(declared.value)):
                declared = Value(WORLDWIDE, DEFAULT)
            fields[Settings.provider] = declared
            fields[Settings.transport] = first(layers, Settings.transport) or Value("smtp", DEFAULT)
            declared_timeout(layers, fields)
        username = self._declared(account, "username", ACCOUNT) or shared.username or email
        fields[Settings.auth.username] = username
        fields.update(shared.optional)
        for word, names in _EXTRAS.items():
            if word in account:
                optional([own], fields, *names)
        if "oauth" in account:
            for field in OAUTH:
                fields.pop(field, None)
            oauth_fields(layers, fields)
        if not OAUTH_SET.isdisjoint(fields):
            # Where the user name is a shared mailbox, the person signs in all the same.
            fields.setdefault(Settings.auth.oauth.account, email)
        self._fill_patterns(fields)
        senders = [own, *shared.senders] if "from" in account else shared.senders
        sender_of(senders, username if is_address(str(username.value)) else email, name, fields)
        on_behalf(fields)
        return fields

    def _fill_patterns(self, fields: Fields) -> None:
        """Put the person's address into all references to secrets but the password's, which is filled already."""
        for field in _SECRETS:
            value = fields.get(field)
            if value is not None and "{email}" in str(value.value):
                fields[field] = value.replace(for_person(value.value, self.name.lower()))

    def _declared(self, data: dict[str, Any], word: str, above: Path = ()) -> Value | None:
        value = data.get(word)
        return None if value is None else Value(value, "own", self.item, (*above, word))


def for_person(reference: Any, email: str) -> Any:
    """Fill a person's address into a pattern such as ``{"keyring": "acme/{email}"}``.

    One that would make another path or command of it is not filled in, and MS105 says so.
    """
    if not fits(email):
        return reference
    if isinstance(reference, dict):
        return {key: for_person(value, email) for key, value in reference.items()}
    if isinstance(reference, list):
        return [for_person(value, email) for value in reference]
    return reference.replace("{email}", email) if isinstance(reference, str) else reference
