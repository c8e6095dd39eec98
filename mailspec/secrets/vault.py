"""A secret in HashiCorp Vault or OpenBao, engine KV version 2: ``MOUNT/PATH#FIELD``."""

# ruff: noqa: ARG001 -- each backend has the whole signature

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from mailspec.outcome.secret import Secret
from mailspec.secrets.base import Resolved, SecretProblem
from mailspec.secrets.library import library
from mailspec.secrets.limited import Patience
from mailspec.secrets.vault_login import Login, client_for, login_of

T = TypeVar("T")

_PATIENCE = Patience()


class Place(NamedTuple):
    """Where a value is in the server."""

    mount: str
    path: str
    field: str


def resolve_vault(word: Any, base: Path, environ: Mapping[str, str]) -> Resolved | SecretProblem:
    """Return a field of the newest version, exactly as it is; it must be text there."""
    place = split(word)
    if isinstance(place, SecretProblem):
        return place
    answer = ask(environ, f"{place.mount}/{place.path}", lambda client: read(client, place))
    if isinstance(answer, SecretProblem):
        return answer
    data = answer.get("data")
    if not isinstance(data, dict) or place.field not in data:
        return SecretProblem("missing", f"{place.mount}/{place.path} in Vault has no field '{place.field}'")
    value = data[place.field]
    if not isinstance(value, str):
        return SecretProblem("malformed", f"the field '{place.field}' of {place.mount}/{place.path} is not text")
    if not value:
        return SecretProblem("empty", f"the field '{place.field}' of {place.mount}/{place.path} is empty")
    return Resolved(Secret(value))


def has_detour(path: str) -> bool:
    """Tell whether a path may lead elsewhere than it reads: the web's own rules turn ``%2e%2e`` into ``..``."""
    return "%" in path or any(step in ("", ".", "..") for step in path.split("/"))


def split(word: Any) -> Place | SecretProblem:
    """Return mount, path and field of ``MOUNT/PATH#FIELD``; the mount is the first step."""
    where, mark, field = word.rpartition("#") if isinstance(word, str) else ("", "", "")
    steps = where.split("/")
    # A path like secret/../../sys would reach what is no secret engine at all.
    if not mark or not field or len(steps) < 2 or has_detour(where):
        return SecretProblem("malformed", "'vault' wants MOUNT/PATH#FIELD, such as secret/mail/acme#password")
    return Place(steps[0], "/".join(steps[1:]), field)


def read(client: Any, place: Place) -> dict[str, Any]:
    """Return ``{"data": ..., "metadata": ...}`` of the newest version; empty where the answer is none of Vault's."""
    answer = client.secrets.kv.v2.read_secret_version(
        place.path, mount_point=place.mount, raise_on_deleted_version=True
    )
    data = answer.get("data") if isinstance(answer, dict) else None
    return data if isinstance(data, dict) else {}


def ask(environ: Mapping[str, str], shown: str, question: Callable[[Any], T]) -> T | SecretProblem:
    """Sign in and ask the server something; say in words why it does not answer. Its own words are not repeated."""
    hvac, requests = library("hvac", "vault", "vault"), library("requests", "vault", "vault")
    if isinstance(hvac, SecretProblem):
        return hvac
    if isinstance(requests, SecretProblem):
        return requests
    login = login_of(environ)
    if isinstance(login, SecretProblem):
        return login
    try:
        return _PATIENCE.call(lambda: _signed_in(login, question, hvac))
    except (TimeoutError, requests.exceptions.Timeout):
        return SecretProblem("unreadable", f"Vault at {login.host} did not answer within {_PATIENCE.seconds:g} seconds")
    except hvac.exceptions.InvalidPath:
        help_ = "look at the mount (KV version 2), the path, and whether the version was deleted"
        return SecretProblem("missing", f"Vault at {login.host} has nothing at {shown}", help_)
    except hvac.exceptions.Forbidden:
        message = f"Vault at {login.host} does not let us read or write {shown} (403)"
        return SecretProblem("unreadable", message, "look at the token's life time and at its policy")
    except (hvac.exceptions.InvalidRequest, hvac.exceptions.Unauthorized):
        message = f"Vault at {login.host} refuses the request (400 or 401)"
        return SecretProblem("unreadable", message, "look at VAULT_ROLE_ID and VAULT_SECRET_ID")
    except hvac.exceptions.VaultDown:
        return SecretProblem("unreadable", f"Vault at {login.host} is sealed or down (503)", "have it unsealed")
    except hvac.exceptions.VaultError as error:
        return SecretProblem("unreadable", f"Vault at {login.host} failed ({type(error).__name__})")
    except requests.exceptions.SSLError:
        message = f"the certificate of Vault at {login.host} is not trusted"
        return SecretProblem("unreadable", message, "name the authority's certificate in VAULT_CACERT")
    except (requests.exceptions.RequestException, OSError, ValueError, KeyError) as error:
        return SecretProblem("unreadable", f"Vault at {login.host} cannot be reached ({type(error).__name__})")


def _signed_in(login: Login, question: Callable[[Any], T], hvac: Any) -> T:
    try:
        return question(client_for(login))
    except hvac.exceptions.Forbidden:
        if login.token is not None:
            raise
    # The role's token may have run out in a long run: sign in anew, once.
    client_for.cache_clear()
    return question(client_for(login))
