"""What reports say of mailspec itself."""

from __future__ import annotations

from functools import lru_cache
from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as installed

SITE = "https://mailspec.example/"


@lru_cache(maxsize=1)
def version() -> str:
    """Return the installed version, ``0`` in a source tree that is not installed."""
    # Not from the package's own module: it re-exports workflows, which stand above the renderers.
    try:
        return installed("mailspec")
    except PackageNotFoundError:
        return "0"


def web_page(code: str | None = None) -> str:
    """Return the address of a code's page, of the project without a code."""
    return SITE if code is None else f"{SITE}rules/{code}/"
