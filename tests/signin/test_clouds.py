"""Microsoft's national clouds: one word, the provider, leads to their own issuer, scopes, mail server and Graph."""

from __future__ import annotations

from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

import pytest

from mailspec.mail.account import Account
from mailspec.mail.sign_in_hosts import hosts_of
from mailspec.resolve import effective
from mailspec.signin.client import Client
from mailspec.workflow.accounts.clients import client_of
from mailspec.workflow.accounts.plain_settings import Sending, sending
from mailspec.workflow.accounts.secret_lookup import Secrets
from mailspec.workflow.accounts.sending_accounts import account
from mailspec.workflow.workspace import open_workspace

Kind = Literal["configuration", "user"]

CLOUDS = {
    None: ("login.microsoftonline.com", "outlook.office.com", "smtp.office365.com", "graph.microsoft.com"),
    "microsoft365_us": ("login.microsoftonline.us", "outlook.office365.us", "smtp.office365.us", "graph.microsoft.us"),
    "microsoft365_dod": (
        "login.microsoftonline.us",
        "outlook-dod.office365.us",
        "outlook-dod.office365.us",
        "dod-graph.microsoft.us",
    ),
    "microsoft365_china": (
        "login.partner.microsoftonline.cn",
        "partner.outlook.cn",
        "smtp.partner.outlook.cn",
        "microsoftgraph.chinacloudapi.cn",
    ),
}
SPEC = """version: 1
configurations:
  - name: Mail
    mode: office365
    transport: {transport}{cloud}
    auth: {{username: ann@acme.example, oauth: {{client_id: app, tenant: acme.example{grant}}}}}
    from: ann@acme.example
users:
  - email: bob@acme.example
    mode: office365
    account: {{transport: {transport}, oauth: {{client_id: app, tenant: acme.example}}{person}}}
"""


def settings(folder: Path, cloud: str | None, transport: str, kind: Kind, grant: str = "") -> Sending:
    words, person = ("", "") if cloud is None else (f"\n    provider: {cloud}", f", provider: {cloud}")
    text = SPEC.format(transport=transport, cloud=words, person=person, grant=grant)
    folder.joinpath("mailspec.yml").write_text(text, encoding="utf-8")
    workspace = open_workspace(str(folder))
    name = "Mail" if kind == "configuration" else "bob@acme.example"
    return sending(effective(workspace.resolver, kind, name), workspace.spec)


@pytest.mark.parametrize("cloud", CLOUDS)
@pytest.mark.parametrize("kind", ["configuration", "user"])
def test_a_cloud_has_its_own_issuer_scope_and_mail_server(tmp_path: Path, cloud: str | None, kind: Kind) -> None:
    login, resource, server, _graph = CLOUDS[cloud]
    found = settings(tmp_path, cloud, "smtp", kind)
    client = client_of(str(tmp_path), found, Secrets(str(tmp_path)))
    assert isinstance(client, Client), client
    assert client.microsoft
    assert (client.issuer, client.scopes) == (
        f"https://{login}/acme.example/v2.0",
        (f"https://{resource}/SMTP.Send", "offline_access"),
    )
    assert hosts_of(found) == [(login, 443), (server, 587)]
    at = account(str(tmp_path), found, Secrets(str(tmp_path)))
    assert isinstance(at, Account), at
    assert (at.host, at.port, at.security) == (server, 587, "starttls")


@pytest.mark.parametrize("cloud", CLOUDS)
@pytest.mark.parametrize("kind", ["configuration", "user"])
def test_a_cloud_has_its_own_graph(tmp_path: Path, cloud: str | None, kind: Kind) -> None:
    login, _resource, _server, graph = CLOUDS[cloud]
    found = settings(tmp_path, cloud, "graph", kind)
    client = client_of(str(tmp_path), found, Secrets(str(tmp_path)))
    assert isinstance(client, Client), client
    assert {urlsplit(scope).hostname for scope in client.scopes} == {graph}
    assert hosts_of(found) == [(login, 443), (graph, 443)]
    at = account(str(tmp_path), found, Secrets(str(tmp_path)))
    assert isinstance(at, Account), at
    assert (at.host, at.port, at.security) == (graph, 443, "tls")


def test_an_application_asks_for_everything_of_its_cloud(tmp_path: Path) -> None:
    grant = ", grant: client_credentials, client_secret: {env: SECRET}"
    for transport, scope in (("smtp", "outlook.office365.us"), ("graph", "graph.microsoft.us")):
        found = settings(tmp_path, "microsoft365_us", transport, "configuration", grant)
        client = client_of(str(tmp_path), found, Secrets(str(tmp_path)))
        assert isinstance(client, Client), client
        assert client.scopes == (f"https://{scope}/.default",)


def test_a_provider_that_is_no_cloud_leaves_office365_worldwide(tmp_path: Path) -> None:
    assert hosts_of(settings(tmp_path, "gmail", "graph", "configuration")) == [
        ("login.microsoftonline.com", 443),
        ("graph.microsoft.com", 443),
    ]
