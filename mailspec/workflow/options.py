"""What a person may ask of the workflows: values that the command line and the Python API make and hand on."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple


class CheckOptions(NamedTuple):
    """What a check looks at besides the files. ``as_of`` is the day for dated rules, ``None`` for today.

    ``nameserver`` is whom ``online`` asks, as ADDRESS or ADDRESS:PORT; ``None`` for the system's.
    """

    with_secrets: bool = False
    with_env: bool = False
    online: bool = False
    nameserver: str | None = None
    as_of: date | None = None

    @property
    def day(self) -> date:
        """The day for dated rules."""
        return self.as_of or date.today()


OFFLINE = CheckOptions()

# The environment of a command that acts, where nobody said which: refused as soon as the project has environments.
NOT_GIVEN = ""


class PlanOptions(NamedTuple):
    """What a plan may do: ``limit`` to some objects, delete (``prune``), which deletions are ``confirmed`` by name,
    which thresholds are lifted (``allowed``), and the day for dated rules."""

    limit: tuple[str, ...] = ()
    prune: bool = False
    confirmed: tuple[str, ...] = ()
    allowed: tuple[str, ...] = ()
    as_of: date | None = None


PLAIN = PlanOptions()


class ApplyOptions(NamedTuple):
    """How a plan is applied: to whom a test message goes, whether none is sent, how many seconds to wait for a lock."""

    test_to: str | None = None
    no_test: bool = False
    wait: float = 0.0


# The limits of a machine, where neither an option nor a variable names others.
SYSTEM_LIMITS = "/etc/mailspec/limits.yml"
