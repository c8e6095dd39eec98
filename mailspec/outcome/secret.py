"""A secret as a type: it can be carried, compared and used, but not printed, logged, pickled or copied by accident."""

from __future__ import annotations

from typing import NoReturn

MASK = "********"


class Secret:
    """Holds one secret string. Only :meth:`reveal` gives it away, so each use can be found by searching for it."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """Return the secret itself, for the one call that needs it."""
        return self._value

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Secret):
            return NotImplemented
        # Brings OpenSSL with it, which validate never needs.
        import hmac

        return hmac.compare_digest(self._value.encode(), other._value.encode())

    def __hash__(self) -> int:
        # A hash that depends on the value could be compared with a guess; equality alone decides.
        return hash(Secret)

    def __bool__(self) -> bool:
        return bool(self._value)

    def __repr__(self) -> str:
        return f"Secret({MASK})"

    def __str__(self) -> str:
        return MASK

    def __format__(self, spec: str) -> str:
        return MASK

    def __reduce__(self) -> NoReturn:
        raise TypeError("a Secret is never serialised")
