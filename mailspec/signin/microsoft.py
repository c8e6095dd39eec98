"""Microsoft's clouds, by Microsoft's own library (msal).

msal keeps error answers inside an application object and hands them out again, so every question has an object of its
own; its token cache is not used, because it keeps refresh tokens that are dead.
"""

from __future__ import annotations

import hmac
import logging
import warnings
from collections.abc import Callable, Mapping
from typing import Any

import msal
import requests

from mailspec.diagnosis.token import explain_token_error
from mailspec.outcome.secret import Secret
from mailspec.outcome.sign_in import Problem
from mailspec.signin.certificate import certificate_of
from mailspec.signin.client import Client
from mailspec.signin.http import HttpSession
from mailspec.signin.issuer import DeviceCode, Pending, read_secret
from mailspec.signin.network import unreachable
from mailspec.signin.oidc import foreign_answer
from mailspec.signin.tokens import TokenRefusedError, Tokens, tokens_of
from mailspec.text.url import split_url

# At DEBUG it logs the device code of a sign-in that is going on.
logging.getLogger("msal").setLevel(logging.WARNING)
# msal asks for these itself and takes them for an error in a list.
_RESERVED = frozenset({"openid", "profile", "offline_access"})


class Microsoft:
    """One client at one tenant."""

    posts_forms = True
    # Entra knows any port of http://localhost where that is registered for desktop applications.
    loopback = "localhost"

    def __init__(self, client: Client) -> None:
        self._client = client
        self._session = HttpSession(ca_file=client.ca_file, timeout=client.timeout, forbids=client.forbids)
        self._authority = client.issuer.rstrip("/").removesuffix("/v2.0")
        self._scopes = [scope for scope in client.scopes if scope not in _RESERVED]

    def begin(self, redirect_uri: str, *, by_form: bool) -> Pending:
        """As :meth:`mailspec.signin.issuer.Issuer.begin`."""
        mode = {"response_mode": "form_post"} if by_form else {}

        def start(app: Any) -> Any:
            with warnings.catch_warnings():
                # Without form_post msal warns; the answer by address is needed for --paste.
                warnings.simplefilter("ignore", UserWarning)
                return app.initiate_auth_code_flow(
                    self._scopes, redirect_uri=redirect_uri, login_hint=self._client.account, **mode
                )

        flow = self._asked(start)
        return Pending(str(flow["auth_uri"]), str(flow["state"]), redirect_uri, {"flow": flow})

    def redeem(self, pending: Pending, answer: dict[str, str]) -> Tokens:
        """As :meth:`mailspec.signin.issuer.Issuer.redeem`."""
        if not hmac.compare_digest(answer.get("state", "").encode(), pending.state.encode()):
            raise TokenRefusedError(foreign_answer("its state is another one"))
        issuer = answer.get("iss")
        if issuer is not None and split_url(issuer).netloc != split_url(self._authority).netloc:
            raise TokenRefusedError(foreign_answer("it names another issuer"))
        if "error" in answer:
            raise TokenRefusedError(explain_token_error(answer["error"], answer.get("error_description", "")))
        flow = pending.memory["flow"]
        return self._tokens(lambda app: app.acquire_token_by_auth_code_flow(flow, answer))

    def device(self) -> DeviceCode:
        """As :meth:`mailspec.signin.issuer.Issuer.device`."""
        flow = self._asked(lambda app: app.initiate_device_flow(scopes=self._scopes))
        if "user_code" not in flow:
            raise TokenRefusedError(_explained(flow))
        return DeviceCode(
            str(flow["user_code"]),
            str(flow.get("verification_uri", "")),
            float(flow.get("interval") or 5),
            float(flow.get("expires_in") or 900),
            {"flow": flow, "complete": flow.get("verification_uri_complete")},
        )

    def poll(self, code: DeviceCode) -> Tokens | Problem:
        """As :meth:`mailspec.signin.issuer.Issuer.poll`."""
        flow = code.memory["flow"]
        try:
            return self._tokens(lambda app: app.acquire_token_by_device_flow(flow, exit_condition=lambda _flow: True))
        except TokenRefusedError as error:
            if error.problem.detail == "pending":
                return error.problem
            raise

    def app_only(self) -> Tokens:
        """As :meth:`mailspec.signin.issuer.Issuer.app_only`."""
        return self._tokens(lambda app: app.acquire_token_for_client(self._scopes))

    def refresh(self, token: Secret) -> Tokens:
        """As :meth:`mailspec.signin.issuer.Issuer.refresh`."""
        return self._tokens(lambda app: app.acquire_token_by_refresh_token(token.reveal(), self._scopes))

    def revoke(self, token: Secret) -> bool:  # noqa: ARG002 - the protocol has it
        """Microsoft has no address for that: a person signs out at myaccount.microsoft.com."""
        return False

    def _tokens(self, question: Callable[[Any], Any]) -> Tokens:
        answer = self._asked(question)
        if not isinstance(answer, Mapping):
            answer = {}
        if "error" in answer:
            raise TokenRefusedError(_explained(answer))
        return tokens_of(dict(answer), dict(answer.get("id_token_claims") or {}))

    def _asked(self, question: Callable[[Any], Any]) -> Any:
        """Ask a new application object. Whatever msal raises becomes a refusal; its words are not repeated."""
        try:
            return question(self._application())
        except TokenRefusedError:
            raise
        except (OSError, requests.RequestException) as error:
            host = split_url(self._authority).hostname or self._authority
            raise TokenRefusedError(unreachable(error, host)) from None
        except Exception as error:
            # msal raises ValueError for a tenant that does not exist, and errors of its own for the rest.
            reason = f"Microsoft's library does not accept the settings ({type(error).__name__})"
            advice = "Check `tenant`, `issuer`, `client_id` and `scopes`."
            raise TokenRefusedError(
                Problem("client_invalid", reason, "config_invalid", "tenant", advice, "administrator")
            ) from None

    def _application(self) -> Any:
        client = self._client
        options: dict[str, Any] = {
            "authority": self._authority,
            # The authority is what the files say; nobody else is asked whether it is one.
            "instance_discovery": False,
            "http_client": self._session,
        }
        if not client.confidential:
            return msal.PublicClientApplication(client.client_id, **options)
        return msal.ConfidentialClientApplication(client.client_id, client_credential=self._proof(), **options)

    def _proof(self) -> Any:
        client = self._client
        if client.secret is not None:
            return read_secret(client.secret)
        if client.certificate is not None:
            certificate = certificate_of(read_secret(client.certificate))
            return {"private_key": certificate.private_key, "public_certificate": certificate.public}
        assertion = client.assertion
        if assertion is None:
            raise TokenRefusedError(_explained({"error": "invalid_client"}))
        return {"client_assertion": lambda: read_secret(assertion)}


def _explained(answer: Mapping[str, Any]) -> Problem:
    numbers = answer.get("error_codes")
    suberror = answer.get("suberror")
    return explain_token_error(
        str(answer.get("error", "")),
        str(answer.get("error_description", "")),
        suberror=suberror if isinstance(suberror, str) else None,
        numbers=tuple(number for number in numbers if isinstance(number, int)) if isinstance(numbers, list) else (),
    )
