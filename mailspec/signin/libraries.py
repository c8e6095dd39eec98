"""Which library speaks to an issuer: they come with the extra ``signin`` and are imported when one is needed."""

from __future__ import annotations

from mailspec.outcome.sign_in import Problem
from mailspec.signin.client import Client
from mailspec.signin.issuer import Issuer
from mailspec.signin.tokens import TokenRefusedError


def issuer_for(client: Client) -> Issuer:
    """Return the issuer of a client.

    Raises:
        TokenRefusedError: the libraries of the extra ``signin`` are missing.
    """
    try:
        if client.microsoft:
            from mailspec.signin.microsoft import Microsoft

            return Microsoft(client)
        from mailspec.signin.oidc import OpenId

        return OpenId(client)
    except ImportError as error:
        raise TokenRefusedError(missing_library(error)) from None


def missing_library(error: ImportError) -> Problem:
    """Return what is said where the extra is not installed."""
    name = (error.name or "").partition(".")[0] or "a library"
    reason = f"signing in with tokens needs a library that is not installed ({name})"
    advice = "Install it: pip install 'mailspec[signin]'."
    return Problem("unknown", reason, "config_invalid", "sign_in", advice, "administrator")
