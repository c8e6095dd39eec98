"""Google and any OpenID Connect issuer: oauthlib makes requests and reads answers, our session carries them."""

from __future__ import annotations

import hmac
import json
import time
import uuid
from typing import Any
from urllib.parse import urlencode

from oauthlib.common import generate_token
from oauthlib.oauth2 import BackendApplicationClient, OAuth2Error, ServiceApplicationClient, WebApplicationClient
from oauthlib.oauth2.rfc8628.clients import DeviceClient

from mailspec.diagnosis.token import explain_token_error
from mailspec.outcome.secret import Secret
from mailspec.outcome.sign_in import Problem
from mailspec.signin.client import Client
from mailspec.signin.discovery import discover, endpoint
from mailspec.signin.http import HttpSession
from mailspec.signin.id_token import claims_of
from mailspec.signin.issuer import DeviceCode, Pending, read_secret
from mailspec.signin.tokens import TokenRefusedError, Tokens, tokens_of

_FORM = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
_ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_GOOGLE = "https://accounts.google.com"


class OpenId:
    """One client at one issuer that has discovery."""

    loopback = "127.0.0.1"

    def __init__(self, client: Client) -> None:
        self._client = client
        self._session = HttpSession(ca_file=client.ca_file, timeout=client.timeout, forbids=client.forbids)

    @property
    def posts_forms(self) -> bool:
        """Whether the issuer says that it can answer with a form."""
        return "form_post" in (self._metadata.get("response_modes_supported") or ())

    def begin(self, redirect_uri: str, *, by_form: bool) -> Pending:
        """As :meth:`mailspec.signin.issuer.Issuer.begin`."""
        flow = WebApplicationClient(self._client.client_id)
        verifier = flow.create_code_verifier(64)
        state, nonce = generate_token(32), generate_token(32)
        extra: dict[str, str] = {"login_hint": self._client.account, "nonce": nonce}
        if by_form:
            extra["response_mode"] = "form_post"
        if self._client.issuer == _GOOGLE:
            # Without both no refresh token comes.
            extra |= {"access_type": "offline", "prompt": "consent"}
        else:
            # OpenID Connect Core 1.0 section 11: offline_access needs prompt=consent.
            extra["prompt"] = "consent"
        url = flow.prepare_request_uri(
            endpoint(self._metadata, "authorization_endpoint", "authorization_code"),
            redirect_uri=redirect_uri,
            scope=self._person_scopes(),
            state=state,
            code_challenge=flow.create_code_challenge(verifier, "S256"),
            code_challenge_method="S256",
            **extra,
        )
        return Pending(url, state, redirect_uri, {"verifier": verifier, "nonce": nonce})

    def redeem(self, pending: Pending, answer: dict[str, str]) -> Tokens:
        """As :meth:`mailspec.signin.issuer.Issuer.redeem`."""
        if not hmac.compare_digest(answer.get("state", "").encode(), pending.state.encode()):
            raise TokenRefusedError(foreign_answer("its state is another one"))
        # RFC 9207 section 2.4: an answer of another issuer must not be exchanged here.
        issuer = answer.get("iss")
        if issuer is None and self._metadata.get("authorization_response_iss_parameter_supported"):
            raise TokenRefusedError(foreign_answer("it does not name its issuer"))
        if issuer is not None and issuer != self._metadata["issuer"]:
            raise TokenRefusedError(foreign_answer("it names another issuer"))
        if "error" in answer:
            raise TokenRefusedError(explain_token_error(answer["error"], answer.get("error_description", "")))
        flow = WebApplicationClient(self._client.client_id)
        body = flow.prepare_request_body(
            code=answer.get("code"),
            redirect_uri=pending.redirect_uri,
            code_verifier=pending.memory["verifier"],
            **self._proof(),
        )
        return self._ask(body, flow, nonce=pending.memory["nonce"])

    def device(self) -> DeviceCode:
        """As :meth:`mailspec.signin.issuer.Issuer.device`."""
        address = endpoint(self._metadata, "device_authorization_endpoint", "device_code")
        fields = {"client_id": self._client.client_id, "scope": " ".join(self._person_scopes()), **self._proof()}
        response = self._session.post(address, data=urlencode(fields), headers=_FORM)
        answer = response.json()
        if "error" in answer:
            raise TokenRefusedError(_explained(answer))
        page = answer.get("verification_uri") or answer.get("verification_url") or ""
        return DeviceCode(
            str(answer.get("user_code", "")),
            str(page),
            float(answer.get("interval") or 5),
            float(answer.get("expires_in") or 900),
            {"device_code": answer.get("device_code"), "complete": answer.get("verification_uri_complete")},
        )

    def poll(self, code: DeviceCode) -> Tokens | Problem:
        """As :meth:`mailspec.signin.issuer.Issuer.poll`."""
        flow = DeviceClient(self._client.client_id)
        body = flow.prepare_request_body(code.memory["device_code"], include_client_id=True, **self._proof())
        try:
            return self._ask(body, flow)
        except TokenRefusedError as error:
            if error.problem.detail == "pending":
                return error.problem
            raise

    def app_only(self) -> Tokens:
        """As :meth:`mailspec.signin.issuer.Issuer.app_only`."""
        flow = BackendApplicationClient(self._client.client_id)
        scopes: list[Any] | None = list(self._client.scopes) or None
        body = flow.prepare_request_body(include_client_id=True, scope=scopes, **self._proof())
        return self._ask(body, flow)

    def service_account(self) -> Tokens:
        """Get a token for a mailbox with a Google service account (RFC 7523; Google, "Using OAuth 2.0 for server to
        server applications", read 2026-11-27)."""
        from mailspec.signin.google_service import assertion_of

        read = self._client.service_account
        if read is None:
            raise TokenRefusedError(_settings("`service_account` is missing"))
        assertion = assertion_of(read_secret(read), self._client)
        flow = ServiceApplicationClient(assertion.client)
        # oauthlib would sign itself; what is signed is already known here.
        fields = {"grant_type": flow.grant_type, "assertion": assertion.jwt}
        return self._ask(urlencode(fields), flow, address=assertion.token_uri)

    def refresh(self, token: Secret) -> Tokens:
        """As :meth:`mailspec.signin.issuer.Issuer.refresh`."""
        flow = WebApplicationClient(self._client.client_id)
        body = flow.prepare_refresh_body(
            refresh_token=token.reveal(), client_id=self._client.client_id, **self._proof()
        )
        return self._ask(body, flow)

    def revoke(self, token: Secret) -> bool:
        """As :meth:`mailspec.signin.issuer.Issuer.revoke`."""
        address = self._metadata.get("revocation_endpoint")
        if not isinstance(address, str):
            return False
        fields = {"token": token.reveal(), "token_type_hint": "refresh_token", "client_id": self._client.client_id}
        response = self._session.request(
            "POST", address, data=urlencode(fields | self._proof()), headers=_FORM, expects="any"
        )
        return bool(response.ok)

    @property
    def _metadata(self) -> dict[str, Any]:
        return discover(self._session, self._client.issuer)

    def _person_scopes(self) -> list[Any]:
        """Return the scopes of a person's sign-in, with those that say who it was and that it may go on."""
        known = self._metadata.get("scopes_supported")
        supported = known if isinstance(known, list) else ["openid", "email"]
        wanted = [scope for scope in ("openid", "email", "offline_access") if scope in supported]
        return list(dict.fromkeys([*wanted, *self._client.scopes]))

    def _proof(self) -> dict[str, Any]:
        """Return how the application proves who it is, as fields of a request."""
        client = self._client
        if client.secret is not None:
            return {"client_secret": read_secret(client.secret)}
        if client.assertion is not None:
            return {"client_assertion_type": _ASSERTION, "client_assertion": read_secret(client.assertion)}
        if client.certificate is not None:
            signed = _signed(read_secret(client.certificate), client.client_id, str(self._metadata["issuer"]))
            return {"client_assertion_type": _ASSERTION, "client_assertion": signed}
        return {}

    def _ask(self, body: str, flow: Any, *, nonce: str | None = None, address: str | None = None) -> Tokens:
        where = address or endpoint(self._metadata, "token_endpoint", self._client.grant)
        response = self._session.post(where, data=body, headers=_FORM)
        answer = response.json()
        if "error" in answer:
            raise TokenRefusedError(_explained(answer))
        if "access_token" not in answer or not response.ok:
            # A refusal gives nothing, whatever it holds.
            return tokens_of({})
        try:
            # The scopes that come may be fewer than asked for, which oauthlib takes for an error.
            read = flow.parse_request_body_response(json.dumps({**answer, "scope": ""}), scope=None)
        except OAuth2Error as error:
            raise TokenRefusedError(explain_token_error(error.error or "", error.description or "")) from None
        claims = claims_of(read.get("id_token"), str(self._client.issuer), self._client.client_id, nonce)
        return tokens_of({**read, "scope": answer.get("scope")}, claims)


def _signed(pem: str, client_id: str, audience: str) -> str:
    """Sign a client assertion (RFC 7523 section 2.2) with a certificate's key; x5t#S256 names the certificate."""
    from mailspec.signin.certificate import certificate_of

    certificate = certificate_of(pem)
    import jwt

    now = int(time.time())
    claims = {
        "iss": client_id,
        "sub": client_id,
        "aud": audience,
        "iat": now,
        "exp": now + 300,
        "jti": uuid.uuid4().hex,
    }
    return jwt.encode(claims, certificate.private_key, algorithm="RS256", headers={"x5t#S256": certificate.thumbprint})


def _explained(answer: dict[str, Any]) -> Problem:
    suberror = answer.get("suberror")
    return explain_token_error(
        str(answer["error"]),
        str(answer.get("error_description", "")),
        suberror=suberror if isinstance(suberror, str) else None,
    )


def foreign_answer(why: str) -> Problem:
    """Return what is said of a browser's answer that belongs to no sign-in of ours."""
    reason = f"the browser's answer does not belong to this sign-in: {why}"
    advice = "Start mailspec login again, and use only the page that it opens."
    return Problem("never", reason, "auth_failed", "protocol", advice)


def _settings(reason: str) -> Problem:
    return Problem("never", reason, "config_invalid", "sign_in", "Complete `auth.oauth`.", "administrator")
