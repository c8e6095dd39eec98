"""Environment variables that override the active configuration.

This package never reads the environment: whoever may (workflow) hands the variables in.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mailspec.model.effective import Fields
from mailspec.model.field import Field
from mailspec.model.fields import FIELDS, Settings
from mailspec.outcome.effective import Value
from mailspec.outcome.mask import mask_host

ORIGIN = "environment"
FIELD_OF: dict[str, Field[Any]] = {field.variable: field for field in FIELDS if field.variable}


class Variables:
    """The overriding variables of one instance: ``values`` maps names without the prefix to their text.

    The password's text never comes here; its field is a reference to the variable.
    """

    __slots__ = ("prefix", "values")

    def __init__(self, prefix: str = "", values: Mapping[str, str] | None = None) -> None:
        self.prefix = prefix
        # An empty one is as if it were not set.
        self.values = {name: text for name, text in (values or {}).items() if text}

    def fields(self) -> Fields:
        """Return the overridden fields; values that cannot be used are left out (see :meth:`wrong`)."""
        found: Fields = {}
        for name, text in self.values.items():
            value: Any = text
            if name in self.wrong():
                continue
            if name == "PORT":
                value = int(text)
            elif name == "HOST":
                # A sign-in before it is a secret; MS105 says that it is no host.
                value = mask_host(text)
            elif name == "PASSWORD":
                value = {"env": self.prefix + name}
            found[FIELD_OF[name]] = Value(value, ORIGIN)
        return found

    def wrong(self) -> dict[str, str]:
        """Return the variables that cannot be used, each with what is wanted."""
        wrong = {}
        for name, text in self.values.items():
            if name == "PORT" and not (len(text) < 6 and text.isascii() and text.isdigit() and 1 <= int(text) <= 65535):
                wrong[name] = "a port number from 1 to 65535"
            elif name == "SECURITY" and text not in {"tls", "starttls", "none"}:
                wrong[name] = "tls, starttls or none"
        return wrong

    def overrides(self, name: str, *, values: bool = True) -> list[str]:
        """Return what is overridden of the active configuration, ``name``, a sentence for each variable, with its value
        unless that is a secret or not wanted (``values``)."""
        variables = {field: variable for variable, field in FIELD_OF.items()}
        return [
            f"{ORIGIN}: {self.prefix}{variables[field]} overrides {field} of '{name}'"
            + ("" if field.secret or not values else f": {value.value}")
            for field, value in self.fields().items()
        ]

    def digest_input(self) -> dict[str, str]:
        """Return what a plan is bound to: every variable but the password's."""
        return {name: text for name, text in sorted(self.values.items()) if name != "PASSWORD"}


class VariablesLayer:
    """The variables as the strongest layer."""

    __slots__ = ("values",)
    origin = ORIGIN

    def __init__(self, variables: Variables) -> None:
        self.values = variables.fields()

    def sender(self) -> tuple[Value | None, Value | None]:
        """Return the overriding From."""
        return self.values.get(Settings.from_.email), self.values.get(Settings.from_.name)
