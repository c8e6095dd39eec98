"""The one HTTP session for issuers and for Graph: https only, a time limit, no redirects, no surprises from outside."""

from __future__ import annotations

import base64
import email.utils
import json
import re
import ssl
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any, TypeVar
from urllib.parse import parse_qsl, unquote_plus

import requests
from requests.adapters import HTTPAdapter

from mailspec.diagnosis.token import explain_token_error, known_errors
from mailspec.files.json_text import read_json
from mailspec.model.fields import DEFAULT_TIMEOUT
from mailspec.outcome.secret import Secret
from mailspec.outcome.sign_in import Problem
from mailspec.rules.host import is_host
from mailspec.secrets.mask import Masker
from mailspec.signin.client import Forbids
from mailspec.signin.network import unreachable
from mailspec.signin.tokens import TokenRefusedError
from mailspec.text.url import split_url

T = TypeVar("T")
# Discovery documents have some 3 kB, key sets some 10 kB.
_LARGEST = 1024 * 1024
# Nobody means more than a year, in seconds.
_LONGEST_WAIT = 366 * 86400.0


class HttpSession(requests.Session):
    """Refuses what no token endpoint should do. ``forbids`` judges each host and port before anything is sent there.

    ``timeout`` is in seconds and holds for a request as a whole: a server that drips its answer cannot stretch it.
    """

    def __init__(
        self, *, ca_file: str | None = None, timeout: float = DEFAULT_TIMEOUT, forbids: Forbids | None = None
    ) -> None:
        super().__init__()
        # No .netrc, which would add a password, and no REQUESTS_CA_BUNDLE; proxies are taken below.
        self.trust_env = False
        self.timeout = timeout
        self._forbids = forbids
        self._discovered: dict[str, requests.Response] = {}
        self.mount("https://", _Adapter(ca_file))

    def request(self, method: Any, url: Any, *args: Any, **options: Any) -> requests.Response:
        """Send a request and return the answer, read whole.

        ``expects`` is ``json`` (the default) or ``any``.

        Raises:
            TokenRefusedError: the host is forbidden or cannot be reached, the answer redirects, is too large, is no
                JSON where JSON is expected, or says that the server is out of order.
        """
        text = url.decode() if isinstance(url, bytes) else str(url)
        expects = options.pop("expects", "json")
        self._check(text)
        discovery = str(method).upper() == "GET" and "/.well-known/" in text
        if discovery and text in self._discovered:
            return self._discovered[text]
        options |= {
            "timeout": self.timeout,
            "allow_redirects": False,
            "stream": True,
            "proxies": requests.utils.get_environ_proxies(text),
        }
        host = split_url(text).hostname or text
        send = super().request

        def ask() -> requests.Response:
            response = _read(send(method, url, *args, **options), host)
            _hide_echoes(response)
            return response

        try:
            response = within(self.timeout, ask)
        except (OSError, requests.RequestException) as error:
            raise TokenRefusedError(unreachable(error, host)) from None
        _judge(response, host, expects, optional=discovery)
        if discovery and response.ok:
            self._discovered[text] = response
        return response

    def get_redirect_target(self, resp: requests.Response) -> None:
        """Return no address: none is followed, and requests would raise for a Location that is no URL."""

    def _check(self, url: str) -> None:
        parts = split_url(url)
        # Where a backslash stands the libraries disagree about where the host ends.
        if parts.scheme != "https" or not parts.hostname or not is_host(parts.hostname) or "\\" in url:
            raise TokenRefusedError(_issuer(f"{url} is no https address, so nothing is sent there"))
        reason = self._forbids(parts.hostname, parts.port or 443) if self._forbids is not None else None
        if reason is not None:
            raise TokenRefusedError(_issuer(reason))


class _Adapter(HTTPAdapter):
    """Trusts the system's authorities and those of one file more."""

    def __init__(self, ca_file: str | None) -> None:
        self._ca_file = ca_file
        super().__init__(max_retries=0)

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        options["ssl_context"] = self._context()
        super().init_poolmanager(*args, **options)

    def proxy_manager_for(self, proxy: Any, **options: Any) -> Any:
        options["ssl_context"] = self._context()
        return super().proxy_manager_for(proxy, **options)

    def _context(self) -> ssl.SSLContext:
        context = ssl.create_default_context()
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        if self._ca_file is not None:
            try:
                context.load_verify_locations(cafile=self._ca_file)
            except (OSError, ValueError):
                problem = _issuer(f"{self._ca_file} cannot be read as a PEM file with certificates")
                raise TokenRefusedError(problem) from None
        return context


def within(seconds: float, action: Callable[[], T]) -> T:
    """Run an action in a thread that is given up when the time is over. Raises TimeoutError, and what it raises."""
    returned: list[T] = []
    raised: list[BaseException] = []

    def run() -> None:
        try:
            returned.append(action())
        except BaseException as error:
            raised.append(error)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(seconds)
    if raised:
        raise raised[0]
    if not returned:
        raise TimeoutError("timed out")
    return returned[0]


def retry_after(response: requests.Response) -> float | None:
    """Return the seconds of a Retry-After field (RFC 9110 section 10.2.3), ``None`` where there is none."""
    value = response.headers.get("Retry-After", "")
    try:
        # Not isdigit(): it takes more signs for digits than float() does.
        given = float(value) if re.fullmatch("[0-9]+", value) else _until(value)
    except (OverflowError, TypeError, ValueError):
        return None
    return max(0.0, given) if given <= _LONGEST_WAIT else None


def _until(date: str) -> float:
    return email.utils.parsedate_to_datetime(date).timestamp() - time.time()


def _read(response: requests.Response, host: str) -> requests.Response:
    content = bytearray()
    for chunk in response.iter_content(16384):
        content += chunk
        if len(content) > _LARGEST:
            response.close()
            raise TokenRefusedError(_issuer(f"{host} answers with more than {_LARGEST // 1024} KiB"))
    response._content = bytes(content)
    return response


# What a request holds that its answer must not repeat on a screen (RFC 6749, RFC 7521, RFC 7636, RFC 8628).
_SENT = frozenset(
    {
        "assertion",
        "client_assertion",
        "client_secret",
        "code",
        "code_verifier",
        "device_code",
        "password",
        "refresh_token",
        "subject_token",
        "token",
    }
)


_SHORTEST = 6  # characters


def _hide_echoes(response: requests.Response) -> None:
    """Take what was sent in confidence out of a refusal, whose words are shown; a grant's answer stays as it is."""
    if response.ok or not response.content:
        return
    given, fields = response.request.body or "", response.request.headers
    text = given.decode("utf-8", "replace") if isinstance(given, bytes) else str(given)
    sent = [value for name, value in parse_qsl(text) if name in _SENT]
    scheme, _, word = str(fields.get("Authorization", "")).partition(" ")
    sent.append(word)
    if scheme.lower() == "basic":
        with suppress(ValueError):
            sent.append(unquote_plus(base64.b64decode(word).decode("utf-8", "replace").partition(":")[2]))
    # A shorter one is no secret, and would take letters out of every word.
    known = [Secret(value) for value in sent if len(value) >= _SHORTEST]
    hide = Masker(known).mask
    body = _object(response)
    if body is not None:
        response._content = json.dumps({name: _hidden(value, hide) for name, value in body.items()}).encode()
    else:
        response._content = hide(response.content.decode("utf-8", "surrogateescape")).encode("utf-8", "surrogateescape")


def _hidden(value: Any, hide: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        # The protocol's own words decide what is to be done; a secret may share letters with them.
        return value if value in known_errors() else hide(value)
    return [_hidden(entry, hide) for entry in value] if isinstance(value, list) else value


def _judge(response: requests.Response, host: str, expects: str, *, optional: bool) -> None:
    """Raise for answers that no library of a grant should see. What is ``optional`` may not be there (404)."""
    status = response.status_code
    if 300 <= status < 400:
        where = split_url(response.headers.get("Location", "")).hostname or "somewhere else"
        raise TokenRefusedError(_issuer(f"{host} redirects to {where}, which is not followed"))
    if expects != "json":
        return
    body = _object(response)
    if status == 429 or status >= 500:
        problem = explain_token_error("temporarily_unavailable", "", wait=retry_after(response))
        words = body.get("error_description", body.get("error", "")) if body is not None else ""
        limited = "rate_limited" if status == 429 else "server_unavailable"
        raise TokenRefusedError(
            Problem(
                problem.state,
                f"{host} answers {status}",
                "rate_limited" if limited == "rate_limited" else "server_unavailable",
                "sign_ins" if status == 429 else "issuer",
                problem.advice,
                "nobody",
                retry=True,
                wait=problem.wait,
                reply=f"{status} {words}".strip(),
            )
        )
    if body is None and not (optional and status == 404):
        kind = response.headers.get("Content-Type", "an unnamed type").partition(";")[0]
        raise TokenRefusedError(_issuer(f"{host} answers {status} with {kind} instead of JSON"))


def _object(response: requests.Response) -> dict[str, Any] | None:
    try:
        found = read_json(response.content)
    except (RecursionError, ValueError):
        return None
    return found if isinstance(found, dict) else None


def _issuer(reason: str) -> Problem:
    advice = "Check `issuer`, and whether a proxy or a sign-in page of the network answers in its place."
    return Problem("unknown", reason, "config_invalid", "issuer", advice, "administrator")
