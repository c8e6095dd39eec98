"""Whom TLS trusts: an authority of the account's own, or the system's; contexts that hold no key are shared.

Reading the system's authorities takes some 30 ms, which a thousand accounts of one server need not pay each.
"""

from __future__ import annotations

import os
import ssl
from functools import lru_cache
from typing import NamedTuple

from mailspec.files.opening import MIB, Unread, read_file
from mailspec.mail.account import Account
from mailspec.mail.failure import Failure

PEM_LIMIT = 4 * MIB  # a system's bundle of all authorities has 0.2 to 0.5
_VERSIONS = {"1.2": ssl.TLSVersion.TLSv1_2, "1.3": ssl.TLSVersion.TLSv1_3}


class Trust(NamedTuple):
    """All that a context without a key depends on. A file that has changed is another trust."""

    validate: bool
    ca_file: str | None
    minimum_version: str
    files: tuple[tuple[str, int, int], ...] = ()

    @classmethod
    def of(cls, account: Account) -> Trust:
        """Return whom an account trusts."""
        if not account.validate_certs:
            return cls(False, None, account.minimum_version)
        defaults = ssl.get_default_verify_paths()
        paths = [defaults.cafile, defaults.capath] if account.ca_file is None else [account.ca_file]
        return cls(True, account.ca_file, account.minimum_version, tuple(_stamp(path) for path in paths if path))


def trusting(trust: Trust) -> ssl.SSLContext:
    """Return a context of one's own. Raises Failure where the authority's file cannot be used."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = _VERSIONS[trust.minimum_version]
    if not trust.validate:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    elif trust.ca_file is None:
        context.load_default_certs()
    else:
        _load(context, trust.ca_file)
    return context


# A Failure is not kept: the file may be there the next time.
shared = lru_cache(maxsize=16)(trusting)


@lru_cache(maxsize=1)
def nobody() -> ssl.SSLContext:
    """Return the context of a connection that stays in clear: should it be used after all, no server is trusted."""
    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def why(error: OSError | ValueError) -> str:
    """Say in a few words why a PEM file could not be used."""
    if isinstance(error, ssl.SSLError):
        return "not a PEM file that OpenSSL can use"
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return str(error)


def _load(context: ssl.SSLContext, ca_file: str) -> None:
    # OpenSSL would wait for a pipe without limit.
    content = read_file(ca_file, PEM_LIMIT)
    if isinstance(content, Unread):
        raise Failure(f"{ca_file}: {content.reason}", "config_invalid", "ca_file")
    try:
        # Between the certificates may stand anything; they themselves are ASCII.
        context.load_verify_locations(cadata=content.raw.decode("ascii", "ignore"))
    except (OSError, ValueError) as error:
        raise Failure(f"{ca_file}: {why(error)}", "config_invalid", "ca_file") from None
    # The file may name an intermediate authority or the server's own certificate: that is trust enough.
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN


def _stamp(path: str) -> tuple[str, int, int]:
    try:
        info = os.stat(path)
    except (OSError, ValueError):
        return path, 0, 0
    return path, info.st_mtime_ns, info.st_size
