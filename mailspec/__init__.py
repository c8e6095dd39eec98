"""mailspec: outgoing e-mail settings as code.

``load``, ``validate``, ``effective``, ``plan``, ``apply`` and ``send`` are :mod:`mailspec.workflow.api`; they are
imported when first used, so that ``import mailspec`` costs nothing.
"""

__version__ = "0.1.0"
__all__ = ["__version__", "apply", "effective", "load", "plan", "send", "validate"]

# What type checkers take for true. The typing module alone would be a fifth of the time to start in.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from mailspec.workflow.api import apply as apply
    from mailspec.workflow.api import effective as effective
    from mailspec.workflow.api import load as load
    from mailspec.workflow.api import plan as plan
    from mailspec.workflow.api import send as send
    from mailspec.workflow.api import validate as validate


def __getattr__(name: str) -> "Any":
    """Find a name of the public API (PEP 562).

    ``load``, ``plan`` and ``apply`` are also packages of mailspec, and Python sets a package as an attribute of its
    parent when it is first imported. So they are imported before the functions take their places, for good.
    """
    from importlib import import_module

    if name in __all__:
        for package in ("apply", "load", "plan"):
            import_module(f"mailspec.{package}")
        api = import_module("mailspec.workflow.api")
        for word in __all__[1:]:
            globals()[word] = getattr(api, word)
        return globals()[name]
    raise AttributeError(f"module 'mailspec' has no attribute '{name}'")
