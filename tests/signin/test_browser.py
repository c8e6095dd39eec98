"""The loopback receiver with a real browser, and with answers that nobody should send."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from typing import Any

import pytest
import requests

from mailspec.outcome.sign_in import Problem
from mailspec.signin.login import login
from mailspec.signin.loopback import Receiver
from mailspec.signin.store import Record, Store


class Chromium:
    """Opens the page in a real browser, in this thread: Playwright wants that; the receiver answers in its own."""

    def __init__(self, browser: Any) -> None:
        self._context = browser.new_context(ignore_https_errors=True)
        self.text = ""
        self.address = ""

    def open(self, url: str) -> None:
        page = self._context.new_page()
        page.goto(url)
        for _ in range(6):
            if page.url.startswith(("http://127.0.0.1", "http://localhost")):
                break
            if page.locator("input[name=login]").count():
                page.fill("input[name=login]", "alice")
                page.fill("input[name=password]", "x")
            page.click("button[type=submit]")
            page.wait_for_load_state()
        self.address, self.text = page.url, page.inner_text("body")
        self._context.close()

    def code(self, page: str, code: str) -> None: ...
    def ask(self, prompt: str) -> str:
        return ""


@pytest.mark.service("issuer")
@pytest.mark.service("chromium")
@pytest.mark.parametrize("by_form", [False, True], ids=["GET", "form_post"])
def test_a_real_browser_signs_in(
    issuer: Any, chromium: Any, state_home: Callable[[], Any], by_form: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    from mailspec.signin.oidc import OpenId

    monkeypatch.setattr(OpenId, "posts_forms", by_form)
    # The browser is driven before the receiver is waited for, so it has to answer already.
    started = threading.Event()
    wait = Receiver.wait

    def serving(self: Receiver, state: str, redeem: Any, seconds: float) -> Problem | None:
        started.set()
        return wait(self, state, redeem, seconds)

    monkeypatch.setattr(Receiver, "wait", serving)
    opened: list[str] = []
    screen = Chromium(chromium)
    found: list[Any] = []

    class Screen:
        def open(self, url: str) -> None:
            opened.append(url)

        def code(self, page: str, code: str) -> None: ...
        def ask(self, prompt: str) -> str:
            return ""

    thread = threading.Thread(
        target=lambda: found.append(login(issuer.client(), Store(), "browser", Screen(), seconds=60))
    )
    thread.start()
    assert started.wait(20)
    screen.open(opened[0])
    thread.join(30)
    assert isinstance(found[0], Record), found
    assert "Authenticated. You can close this page." in screen.text
    assert ("code=" in screen.address) is not by_form


@pytest.fixture
def receiver() -> Any:
    taken: list[dict[str, str]] = []

    def redeem(answer: dict[str, str]) -> None:
        taken.append(answer)

    with Receiver() as listening:
        thread = threading.Thread(target=_wait, args=(listening, redeem), daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listening.port}", taken
        thread.join(5)


def _wait(listening: Receiver, redeem: Any) -> None:
    try:
        listening.wait("right", redeem, 3)
    except TimeoutError:
        return


def ask(method: str, url: str, **options: Any) -> requests.Response:
    with requests.Session() as session:
        session.trust_env = False
        return session.request(method, url, timeout=5, **options)


def test_only_the_right_state_counts_and_only_once(receiver: Any) -> None:
    url, taken = receiver
    assert ask("GET", f"{url}/?code=evil&state=forged").status_code == 400
    assert ask("GET", f"{url}/?code=evil").status_code == 400
    assert ask("GET", f"{url}/favicon.ico").status_code == 404
    assert ask("POST", f"{url}/", data={"code": "evil", "state": "forged"}).status_code == 400
    assert ask("POST", f"{url}/", json={"code": "evil", "state": "right"}).status_code == 404
    assert ask("POST", f"{url}/", data={"state": "right", "x": "y" * 70000}).status_code == 413
    assert ask("GET", f"{url}/?code=evil&state=right", headers={"Host": "evil.example"}).status_code == 400
    assert taken == []
    good = ask("GET", f"{url}/?code=good&state=right")
    assert good.status_code == 200
    assert good.headers["Content-Security-Policy"] == "default-src 'none'"
    assert good.headers["Cache-Control"] == "no-store"
    assert taken == [{"code": "good", "state": "right"}]


def test_it_listens_on_this_machine_alone() -> None:
    with Receiver() as listening:
        assert listening._server.server_address[0] == "127.0.0.1"


def test_a_port_that_is_taken_is_never_asked_for() -> None:
    """Each login listens on a port that the system has free, so two at once, or a busy port, cannot stop one."""
    with Receiver() as one, Receiver() as other:
        assert one.port != other.port
        assert all(1024 <= receiver.port <= 65535 for receiver in (one, other))
        with pytest.raises(OSError, match="in use"), socket.create_server(("127.0.0.1", one.port), reuse_port=False):
            pass
