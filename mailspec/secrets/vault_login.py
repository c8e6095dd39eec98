"""Who we are to a Vault or OpenBao server: its address, and a token or an AppRole, as the environment says."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from mailspec.outcome.secret import Secret
from mailspec.secrets.base import SecretProblem
from mailspec.secrets.library import library
from mailspec.secrets.limited import SECONDS
from mailspec.secrets.paths import home_file, read
from mailspec.text.url import split_url

_EXAMPLE = "https://vault.acme.example:8200"
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


class Login(NamedTuple):
    """All that a client needs. Either ``token`` or ``role`` with ``secret_id`` is given."""

    address: str
    host: str
    ca_file: str | None
    namespace: str | None
    token: Secret | None
    role: str
    secret_id: Secret | None
    mount: str


def login_of(environ: Mapping[str, str]) -> Login | SecretProblem:
    """Read ``VAULT_ADDR``, ``VAULT_CACERT``, ``VAULT_NAMESPACE``, and ``VAULT_TOKEN``, else ``VAULT_ROLE_ID`` with
    ``VAULT_SECRET_ID`` (at ``VAULT_APPROLE_MOUNT``), else the token that ``vault login`` left in the home folder.

    OpenBao's names (``BAO_...``) are read where Vault's are not set.
    """

    def get(name: str) -> str:
        return environ.get(f"VAULT_{name}") or environ.get(f"BAO_{name}") or ""

    address = get("ADDR")
    if not address:
        help_ = f"set it to the server, such as {_EXAMPLE}"
        return SecretProblem("missing", "VAULT_ADDR is not set", help_)
    parts = split_url(address)
    host = parts.hostname or ""
    if parts.scheme not in ("http", "https") or not host or "@" in parts.netloc:
        return SecretProblem("malformed", f"VAULT_ADDR is not an address such as {_EXAMPLE}")
    if parts.scheme == "http" and host not in _LOOPBACK:
        message = f"VAULT_ADDR is http: the token and the secret would go to {host} in clear text"
        return SecretProblem("malformed", message, "use https")
    if get("CACERT") and not home_file(get("CACERT"), environ).is_file():
        return SecretProblem("missing", f"VAULT_CACERT names {get('CACERT')}, which is no file")
    token = get("TOKEN") or ("" if get("ROLE_ID") else _stored(environ))
    if not token and not (get("ROLE_ID") and get("SECRET_ID")):
        help_ = "set VAULT_TOKEN, or VAULT_ROLE_ID and VAULT_SECRET_ID, or sign in with 'vault login'"
        return SecretProblem("missing", "nothing says who we are to Vault", help_)
    return Login(
        address=address,
        host=host,
        ca_file=str(home_file(get("CACERT"), environ)) if get("CACERT") else None,
        namespace=get("NAMESPACE") or None,
        token=Secret(token) if token else None,
        role=get("ROLE_ID"),
        secret_id=Secret(get("SECRET_ID")) if get("SECRET_ID") else None,
        mount=get("APPROLE_MOUNT") or "approle",
    )


def _stored(environ: Mapping[str, str]) -> str:
    """Return the token that ``vault login`` or ``bao login`` left, ``""`` where there is none."""
    for name in ("~/.vault-token", "~/.bao-token"):
        text = read(home_file(name, environ), name)
        if not isinstance(text, SecretProblem):
            return text.raw.decode("utf-8", "replace").strip()
    return ""


@lru_cache(maxsize=4)
def client_for(login: Login) -> Any:
    """Return a client that has signed in; one login serves all secrets of a run.

    Raises what the ``hvac`` and ``requests`` libraries raise.
    """
    hvac, requests = library("hvac", "vault", "vault"), library("requests", "vault", "vault")
    session = requests.Session()
    # Neither ~/.netrc nor REQUESTS_CA_BUNDLE decide here, and no redirection carries the token to another host.
    session.trust_env = False
    session.verify = login.ca_file or True
    client = hvac.Client(
        url=login.address,
        token="" if login.token is None else login.token.reveal(),
        session=session,
        namespace=login.namespace,
        timeout=SECONDS,
        allow_redirects=False,
    )
    if login.token is None and login.secret_id is not None:
        client.auth.approle.login(login.role, login.secret_id.reveal(), mount_point=login.mount)
    return client
