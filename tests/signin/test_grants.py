"""Each grant against a real authorization server, and its token at a real Postfix with Dovecot."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from mailspec.mail.check import Occasion, probe, send_test
from mailspec.outcome.secret import Secret
from mailspec.outcome.sign_in import Problem
from mailspec.signin.login import login, logout
from mailspec.signin.source import ApplicationToken, GivenToken, StoredToken
from mailspec.signin.store import Record, Store

pytestmark = pytest.mark.service("token_mail")
BOB = "bob@acme.example"
ABOUT = Occasion("0")


class Person:
    """Somebody at the screen: opens the page, enters the code, pastes the address."""

    def __init__(self, issuer: Any, user: str = "alice", *, deny: bool = False) -> None:
        self.issuer, self.user, self.deny = issuer, user, deny
        self.shown: list[str] = []
        self.page = ""
        self.address = ""
        self.by_browser = True

    def open(self, url: str) -> None:
        self.shown.append(url)
        if self.by_browser:
            threading.Thread(target=self._browse, args=(url,), daemon=True).start()
        else:
            self.address = self.issuer.sign_in(url, self.user, deny=self.deny)

    def _browse(self, url: str) -> None:
        target = self.issuer.sign_in(url, self.user, deny=self.deny)
        # A form instead of a redirect was sent on by sign_in already.
        self.page = self.issuer.person().get(target).text if target.startswith("http") else target

    def code(self, page: str, code: str) -> None:
        self.shown.append(f"{page} {code}")
        threading.Thread(target=self._enter, args=(page, code), daemon=True).start()

    def _enter(self, page: str, code: str) -> None:
        self.page = self.issuer.sign_in(f"{page}?user_code={code}", self.user, deny=self.deny)

    def ask(self, prompt: str) -> str:
        return self.address


def sends(mail: Any, source: Any) -> None:
    """A message reaches the mailbox by each mechanism at each port."""
    for security in ("starttls", "tls"):
        for method in ("xoauth2", "oauthbearer"):
            result = send_test(mail.account(security, method=method, token=source), BOB, about=ABOUT)
            assert result.status == "sent", result
            assert mail.delivered(result.server_id)["From"] == "alice@acme.example"


@pytest.mark.parametrize("microsoft", [False, True], ids=["oauthlib", "msal"])
@pytest.mark.parametrize("how", ["browser", "paste", "device"])
def test_a_person_signs_in_and_mail_is_sent(
    issuer: Any, token_mail: Any, state_home: Callable[[], Any], how: Any, microsoft: bool
) -> None:
    client = issuer.client(microsoft=microsoft)
    person = Person(issuer)
    person.by_browser = how == "browser"
    store = Store()
    record = login(client, store, how, person, seconds=60)
    assert isinstance(record, Record), record
    sends(token_mail, StoredToken(client, store))


def test_the_page_is_shown_after_the_exchange(issuer: Any, state_home: Callable[[], Any]) -> None:
    person = Person(issuer)
    assert isinstance(login(issuer.client(), Store(), "browser", person, seconds=60), Record)
    for _ in range(100):
        if person.page:
            break
        time.sleep(0.05)
    assert "Authenticated. You can close this page." in person.page


@pytest.mark.parametrize("microsoft", [False, True], ids=["oauthlib", "msal"])
def test_an_application_with_a_secret(issuer: Any, token_mail: Any, microsoft: bool) -> None:
    client = issuer.client(client_id="svc", grant="client_credentials", microsoft=microsoft)
    sends(token_mail, ApplicationToken(replace(client, secret=lambda: Secret("svc-s3cret"))))


@pytest.mark.parametrize("microsoft", [False, True], ids=["oauthlib", "msal"])
def test_an_application_with_a_certificate(issuer: Any, token_mail: Any, microsoft: bool) -> None:
    pem = Path(issuer.folder, "app.pem").read_text()
    client = issuer.client(
        client_id="certified", grant="client_credentials", microsoft=microsoft, certificate=lambda: Secret(pem)
    )
    sends(token_mail, ApplicationToken(client))


@pytest.mark.parametrize("microsoft", [False, True], ids=["oauthlib", "msal"])
def test_an_application_with_a_federated_assertion(issuer: Any, token_mail: Any, microsoft: bool) -> None:
    from mailspec.signin.oidc import _signed

    pem = Path(issuer.folder, "app.pem").read_text()
    client = issuer.client(
        client_id="certified",
        grant="client_credentials",
        microsoft=microsoft,
        assertion=lambda: Secret(_signed(pem, "certified", issuer.url)),
    )
    sends(token_mail, ApplicationToken(client))


def test_a_token_from_elsewhere(issuer: Any, token_mail: Any) -> None:
    client = issuer.client(client_id="svc", grant="client_credentials", secret=lambda: Secret("svc-s3cret"))
    token = ApplicationToken(client).get()
    assert isinstance(token, Secret)
    sends(token_mail, GivenToken(lambda: token))


def test_an_application_asks_once_a_run(issuer: Any, token_mail: Any) -> None:
    client = issuer.client(client_id="svc", grant="client_credentials", secret=lambda: Secret("svc-s3cret"))
    source = ApplicationToken(client)
    before = issuer.control()["asked"]
    for _ in range(3):
        assert probe(token_mail.account(token=source)).status == "passed"
    assert issuer.control()["asked"] - before == 1


@pytest.mark.parametrize("microsoft", [False, True], ids=["oauthlib", "msal"])
def test_a_wrong_client_secret_is_asked_about_once(issuer: Any, token_mail: Any, microsoft: bool) -> None:
    client = issuer.client(client_id="svc", grant="client_credentials", microsoft=microsoft)
    source = ApplicationToken(replace(client, secret=lambda: Secret("wrong-s3cret")))
    before = issuer.control()["asked"]
    for _ in range(3):
        result = probe(token_mail.account(token=source))
        assert (result.stage, result.category, result.detail) == ("sign_in", "config_invalid", "client")
    assert issuer.control()["asked"] - before == 1


@pytest.mark.parametrize("how", ["browser", "device"])
def test_a_person_who_declines_learns_so_and_nothing_is_stored(
    issuer: Any, state_home: Callable[[], Any], how: Any
) -> None:
    store = Store()
    found = login(issuer.client(), store, how, Person(issuer, deny=True), seconds=60)
    assert isinstance(found, Problem)
    assert (found.state, found.detail) == ("consent_declined", "consent")
    assert store.all() == []


@pytest.mark.parametrize("microsoft", [False, True], ids=["oauthlib", "msal"])
@pytest.mark.parametrize("how", ["browser", "paste", "device"])
def test_somebody_else_who_signs_in_is_refused_and_nothing_is_stored(
    issuer: Any, state_home: Callable[[], Any], how: Any, microsoft: bool
) -> None:
    store = Store()
    person = Person(issuer, "bob")
    person.by_browser = how == "browser"
    found = login(issuer.client(microsoft=microsoft), store, how, person, seconds=60)
    assert isinstance(found, Problem)
    assert found.state == "other_account"
    assert "bob@acme.example has signed in" in found.reason
    assert store.all() == []


@pytest.mark.parametrize("microsoft", [False, True], ids=["oauthlib", "msal"])
def test_a_device_code_that_nobody_enters_ends(issuer: Any, state_home: Callable[[], Any], microsoft: bool) -> None:
    class Nobody(Person):
        def _enter(self, page: str, code: str) -> None:
            return

    store = Store()
    found = login(issuer.client(client_id="hasty", microsoft=microsoft), store, "device", Nobody(issuer), seconds=8)
    assert isinstance(found, Problem)
    assert found.state == "never"
    assert store.all() == []


def test_a_browser_that_never_comes_back_ends(issuer: Any, state_home: Callable[[], Any]) -> None:
    class Nobody(Person):
        def _browse(self, url: str) -> None:
            return

    found = login(issuer.client(), Store(), "browser", Nobody(issuer), seconds=0.5)
    assert isinstance(found, Problem)
    assert "nobody has signed in within" in found.reason


def test_signing_out_revokes_at_the_issuer(issuer: Any, state_home: Callable[[], Any]) -> None:
    client, store = issuer.client(), Store()
    record = login(client, store, "device", Person(issuer), seconds=60)
    assert isinstance(record, Record)
    assert issuer.introspect(record.refresh)["active"]
    assert logout(client, store) == (True, True)
    assert not issuer.introspect(record.refresh)["active"]
    assert store.all() == []
    found = StoredToken(client, store).get()
    assert isinstance(found, Problem)
    assert found.state == "never"
    assert logout(client, store) == (False, False)


def test_sending_as_is_judged_by_the_server(issuer: Any, token_mail: Any) -> None:
    client = issuer.client(client_id="svc", grant="client_credentials", secret=lambda: Secret("svc-s3cret"))
    source = ApplicationToken(client)
    billing = token_mail.account(token=source, from_email="billing@acme.example")
    assert send_test(billing, BOB, about=ABOUT).status == "sent"
    denied = send_test(token_mail.account(token=source, from_email=BOB), BOB, about=ABOUT)
    assert (denied.category, denied.detail) == ("send_as_denied", "envelope")


def test_a_token_that_is_wrong_is_diagnosed_as_such(token_mail: Any) -> None:
    result = probe(token_mail.account(token=GivenToken(lambda: Secret("nonsense"))))
    assert (result.stage, result.category, result.detail) == ("auth", "auth_failed", "token")
    assert "password" not in str(result.advice)
