"""Hub: its properties, and its own test of them by the documented interface. A stand-in answers, no Hub does."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.targets import stubs, test_api
from tests.targets.test_api import APPLY

run = test_api.run

HUB = "type: hub, path: hub.properties, prove: true, url: '{url}/hub', token: {{env: API_TOKEN}}"


@pytest.fixture
def hub() -> Iterator[stubs.Hub]:
    with stubs.serving(stubs.Hub()) as stub:
        assert isinstance(stub, stubs.Hub)
        yield stub


def test_hub_is_asked_for_its_own_test_of_what_was_written(run: Any, hub: stubs.Hub, tmp_path: Path) -> None:
    words = HUB.format(url=hub.url)
    ran = run(words, *APPLY)
    written = (tmp_path / "hub.properties").read_text()
    assert "jetbrains.hub.smtp.protocol=SMTP+SSL" in written.replace(" = ", "=")
    assert [(request.method, request.path, request.query) for request in hub.requests] == [
        ("GET", "/hub/api/rest/settings", "query=type%3A%20smtp"),
        ("POST", "/hub/api/rest/settings/1f0c%2Fa/test", "contact=team%40acme.example"),
    ]
    assert "proven by: the test of the SMTP settings of 127.0.0.1" in ran.out
    assert "proven by: the test of the SMTP settings" in run(words, "drift").out
    assert "No changes." in run(words, "plan", "--detailed-exitcode").out


@pytest.mark.parametrize(
    ("stub", "message"),
    [
        (stubs.Hub(test=(500, {"error": "server_error"})), "answered 500 to POST /hub/api/rest/settings/1f0c%2Fa/test"),
        (stubs.Hub(test=(403, {"error": "Forbidden"})), "answered 403 to POST"),
        (stubs.Hub(ids=()), "names 0 SMTP settings, not one"),
        (stubs.Hub(ids=("a", "b")), "names 2 SMTP settings, not one"),
    ],
)
def test_hub_refuses_its_test_and_it_is_reported(run: Any, stub: stubs.Hub, message: str, tmp_path: Path) -> None:
    with stubs.serving(stub):
        ran = run(HUB.format(url=stub.url), *APPLY, code=6)
    assert message in ran.out + ran.err
    assert not (tmp_path / "hub.properties").exists()


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("url: 'http://hub.acme.example', token: {env: API_TOKEN}", "would go in clear"),
        ("url: 'https://hub.acme.example'", "it has no token"),
        ("token: {env: API_TOKEN}", "it has no url"),
    ],
)
def test_an_address_of_hub_that_cannot_be_asked(run: Any, words: str, message: str) -> None:
    assert message in run(f"type: hub, path: hub.properties, {words}", "plan", code=1).out


def test_hub_without_an_address_is_written_and_not_proven(run: Any) -> None:
    words = "type: hub, path: hub.properties, prove: true"
    assert "not proven: without url and token" in run(words, *APPLY).out


def test_limits_hold_for_hubs_file_its_address_and_its_token(run: Any, hub: stubs.Hub, tmp_path: Path) -> None:
    limits = tmp_path / "limits.yml"
    for allowed, message in (
        ("target_paths: ['/etc/*']", "hub.properties is outside"),
        ("hosts: ['*.acme.invalid']", "the host 127.0.0.1 is outside"),
        ("secrets: ['env:ACME_*']", "the secret env:API_TOKEN is outside"),
    ):
        limits.write_text(f"version: 1\n{allowed}\n")
        assert message in run(HUB.format(url=hub.url), "plan", "--limits", str(limits), code=5).err
    assert hub.requests == []
