"""A program's interface over HTTP: one request with a token, and what a token may be sent to."""

from __future__ import annotations

import errno
import ipaddress
import json
import os
import ssl
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path
from typing import Any, NoReturn
from urllib.error import HTTPError
from urllib.request import HTTPRedirectHandler, HTTPSHandler, Request, build_opener

from mailspec.files.json_text import read_json
from mailspec.outcome.secret import Secret
from mailspec.secrets.base import Resolved
from mailspec.secrets.mask import Masker
from mailspec.secrets.resolve import resolve
from mailspec.targets.base import TargetProblem
from mailspec.text.url import split_url

_SECONDS = 30.0
_LARGEST = 4 * 1024 * 1024  # bytes


class _NoRedirects(HTTPRedirectHandler):
    """A redirect would take the token elsewhere."""

    def redirect_request(self, *_args: Any, **_options: Any) -> None:
        """Follow none; the answer is an error."""


@dataclass(frozen=True, slots=True)
class Api:
    """One program's interface. Every trouble on the way is an ``OSError`` with words that hold no secret."""

    url: str
    token: Secret
    ca_file: str | None = None

    def ask(self, method: str, path: str = "", data: Any = None, *, form: bytes | None = None, **headers: str) -> Any:
        """Send a request and return the answer's JSON, ``None`` for an empty one. Raises ``OSError``."""
        body = form if form is not None else None if data is None else json.dumps(data).encode()
        kind = "application/x-www-form-urlencoded" if form is not None else "application/json"
        # render() lets https through, and http on this machine.
        request = Request(  # noqa: S310
            self.url + path, body, {"Content-Type": kind, **headers}, method=method
        )
        opener = build_opener(_NoRedirects(), HTTPSHandler(context=ssl.create_default_context(cafile=self.ca_file)))
        try:
            with opener.open(request, timeout=_SECONDS) as answer:
                raw = answer.read(_LARGEST)
        except HTTPError as error:
            error.close()
            fail(f"{self.host} answered {error.code} to {method} {split_url(self.url + path).path}")
        except (OSError, ValueError, HTTPException) as error:
            reason = getattr(error, "reason", error)
            why = getattr(reason, "verify_message", None) or getattr(reason, "strerror", None) or type(reason).__name__
            fail(f"{self.host} cannot be asked: {why}")
        try:
            return read_json(raw) if raw.strip() else None
        except ValueError:
            fail(f"{self.host} answered no JSON to {method} {split_url(self.url + path).path}")

    @property
    def host(self) -> str:
        """Return the host and its port."""
        return split_url(self.url).netloc.rpartition("@")[2]

    def masked(self, text: object, secrets: Iterable[str] = ()) -> str:
        """Return what the program says, without the secrets that it was given."""
        return Masker([self.token, *(Secret(secret) for secret in secrets if secret)]).mask(str(text))


def fail(message: str) -> NoReturn:
    """Raise the ``OSError`` that every caller of a target expects."""
    raise OSError(errno.EIO, message)


def unsafe(url: str) -> TargetProblem | None:
    """Say why a token must not be sent to an address."""
    parts = split_url(url)
    host = parts.hostname or ""
    loopback = host == "localhost"
    with suppress(ValueError):
        loopback = loopback or ipaddress.ip_address(host).is_loopback
    if not host:
        return _NO_ADDRESS
    if parts.scheme != "https" and not (parts.scheme == "http" and loopback):
        return TargetProblem("its url is no https address, and the token would go in clear", "write url: https://…")
    # What http.client would refuse, or send as something else.
    plain = url.isascii() and url.isprintable() and " " not in url
    return None if plain and not (parts.username or parts.query or parts.fragment) else _NO_ADDRESS


_NO_ADDRESS = TargetProblem("its url names no host, or more than host, port and path", "write https://HOST/…, in ASCII")


def api_of(words: Mapping[str, Any], root: Path) -> Api | TargetProblem:
    """Return the interface that a target's words or a trace name, or why its token cannot be read."""
    reference = words.get("token")
    found = resolve(reference, root, os.environ) if isinstance(reference, Mapping) else None
    if not isinstance(found, Resolved):
        why = "it has no token" if found is None else found.message
        return TargetProblem(f"its token cannot be read: {why}", "" if found is None else found.help)
    bundle = words.get("ca_bundle")
    return Api(str(words.get("url")).rstrip("/"), found.secret, None if bundle is None else str(root / str(bundle)))
