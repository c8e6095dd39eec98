"""What the table of fields is made of: a field, its type, and parts that hold fields.

A :class:`Field` is its own dotted name (``"auth.method"``), so it is a key of plain data, and it is a descriptor, so
``settings.auth.method`` is the value and ``Settings.auth.method`` the field. Both are attributes that mypy knows: a
misspelt one is a type error. Nothing here imports pydantic, whose import would double the time of a small check.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Generic, TypeVar, overload

T = TypeVar("T")
P = TypeVar("P", bound="Part")
Path = tuple[str | int, ...]


class FieldType(Generic[T]):
    """What a field's values are.

    ``annotation`` names the type in :mod:`mailspec.model.words` from which the schemas are made; ``wanted`` says in
    words what is wanted, for findings about a value of another form. ``path`` and ``secret`` mark paths of files and
    references to secrets.
    """

    __slots__ = ("annotation", "path", "secret", "wanted")

    def __init__(self, annotation: str, wanted: str = "", *, path: bool = False, secret: bool = False) -> None:
        self.annotation = annotation
        self.wanted = wanted
        self.path = path
        self.secret = secret


class Field(str, Generic[T]):
    """One effective setting: everything that is known of it, in one place.

    Attributes:
        type: What its values are.
        doc: What it means, one sentence or more.
        default: The value that holds where no layer gives one; ``None`` where there is none.
        default_doc: What holds where no layer gives one, in words.
        configuration: Its place in a configuration, ``None`` where it is only worked out.
        account: Its place in a person's, a group's or everyone's account, ``None`` where it has none there.
        mailing: Its place in a mass mailing or dispatch model.
        inherited: Whether people copy it from the configuration whose server they use.
        computed: Whether resolving it takes more than the strongest layer that declares it.
        secret: Whether it is a reference to a secret.
        path: Whether it is the path of a file.
        wire: Its name in :class:`mailspec.mail.account.Account`, where it matters when mail is sent.
        variable: The environment variable that overrides it, without the prefix.
        key: Its name in an env file of the generic preset, without the prefix; ``""`` for none.
    """

    __slots__ = (
        "account",
        "computed",
        "configuration",
        "default",
        "default_doc",
        "doc",
        "inherited",
        "key",
        "mailing",
        "path",
        "secret",
        "type",
        "variable",
        "wire",
    )

    def __new__(cls, name: str, *_args: Any, **_kwargs: Any) -> Field[T]:
        """Make the field as its name."""
        return super().__new__(cls, name)

    def __init__(
        self,
        name: str,
        type: FieldType[T],
        doc: str,
        *,
        default: T | None = None,
        default_doc: str = "",
        declared: bool = True,
        account: bool = False,
        mailing: str = "",
        inherited: bool = False,
        computed: bool = False,
        wire: bool = False,
        variable: str | bool = "",
        key: str | bool = "",
    ) -> None:
        super().__init__()
        self.type = type
        self.doc = doc
        self.default = default
        self.default_doc = default_doc or ("" if default is None else f"Default: {_plain(default)}.")
        self.configuration: Path | None = tuple(name.split(".")) if declared else None
        # An account says `method` and `oauth` where a configuration says `auth.method` and `auth.oauth`.
        self.account: Path | None = tuple(name.removeprefix("auth.").split(".")) if account or inherited else None
        self.mailing: Path | None = (mailing,) if mailing else None
        self.inherited = inherited
        self.computed = computed
        self.secret = type.secret
        self.path = type.path
        self.wire = _wire(name) if wire else ""
        self.variable = _capitals(name) if variable is True else variable or ""
        self.key = _capitals(name) if key is True else key or ""

    # The field is its name; its repr says that it is a field.
    def __repr__(self) -> str:
        return f"Field({str(self)!r})"

    @overload
    def __get__(self, instance: None, owner: Any) -> Field[T]: ...
    @overload
    def __get__(self, instance: Part, owner: Any) -> T | None: ...
    def __get__(self, instance: Part | None, owner: Any) -> Any:
        """Return the field of a class, and the value of settings."""
        if instance is None:
            return self
        # As look_up does; every rule asks for several fields of every account.
        value = instance.values.get(self)
        return None if value is None else value.value


def _wire(name: str) -> str:
    return name.replace(".", "_") if name.startswith("from.") else name.rpartition(".")[2]


def _capitals(name: str) -> str:
    return name.replace(".", "_").upper()


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:g}s" if isinstance(value, float) else str(value)


class Part:
    """Fields that belong together, such as ``tls``: a view of the settings that it is a part of."""

    __slots__ = ("values",)

    values: Mapping[Any, Any]  # by field, each with the attribute ``value``

    def __init__(self, whole: Part) -> None:
        self.values = whole.values

    def look_up(self, field: Field[Any]) -> Any:
        """Return the value of a field, ``None`` where it has none."""
        value = self.values.get(field)
        return None if value is None else value.value


class PartOf(Generic[P]):
    """The attribute of settings that leads to a part. ``doc`` says what the part is about."""

    __slots__ = ("doc", "part")

    def __init__(self, part: type[P], doc: str) -> None:
        self.part = part
        self.doc = doc

    @overload
    def __get__(self, instance: None, owner: Any) -> type[P]: ...
    @overload
    def __get__(self, instance: Part, owner: Any) -> P: ...
    def __get__(self, instance: Part | None, owner: Any) -> Any:
        """Return the part's class, or the part of some settings."""
        return self.part if instance is None else self.part(instance)


def fields_in(part: type[Part]) -> Iterator[Field[Any]]:
    """Yield the fields of a class of settings and of its parts, in the order in which they are written."""
    for base in reversed(part.__mro__):
        for entry in vars(base).values():
            if isinstance(entry, Field):
                yield entry
            elif isinstance(entry, PartOf):
                yield from fields_in(entry.part)


def part_docs(part: type[Part], above: Path = ()) -> Iterator[tuple[Path, str]]:
    """Yield where each part of a class of settings stands, and what it is about."""
    for base in reversed(part.__mro__):
        for name, entry in vars(base).items():
            if isinstance(entry, PartOf):
                here = (*above, name.rstrip("_"))
                yield here, entry.doc
                yield from part_docs(entry.part, here)
