"""``diff``: what a change means to whom, told once a cause, the destructive first."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

SPEC = """\
version: 1
instance: {id: acme-hub}
general:
  users: {mode: smtp, account: {password: {env: PEOPLE}}}
  bulk: {mode: smtp, configuration: Relay}
configurations:
  - {name: Primary, state: active, host: mail.acme.example, port: 465, security: tls, from: hub@acme.example,
     auth: {username: hub, password: {env: HUB}}}
  - {name: Relay, state: inactive, host: relay.acme.example, port: 465, security: tls, from: bulk@acme.example}
users:
  - {email: alice@acme.example}
  - {email: bob@acme.example, account: {host: bob.acme.example, port: 465, security: tls}}
  - {email: carol@acme.example}
mailings:
  - {name: invoices, mode: general, send_as: bulk@acme.example}
features:
  - {name: Password reset, needs: standard, without: the help desk does it}
policy: {require_tls: true}
"""
Diff = Callable[..., Any]


@pytest.fixture
def diff(repository: Any, cli: Callable[..., Any]) -> Diff:
    """``diff((old, new), ..., argument=) -> Ran``: the change is committed on a branch."""
    repository.commit("start", {"mailspec.yml": SPEC})

    def run(*words: tuple[str, str], options: tuple[str, ...] = ("--format", "json")) -> Any:
        text = SPEC
        for old, new in words:
            assert old in text
            text = text.replace(old, new)
        repository.git("checkout", "-q", "-B", "change", "main")
        repository.commit("change", {"mailspec.yml": text})
        return cli("diff", "main...HEAD", *options, cwd=repository.folder)

    return run


def headlines(ran: Any) -> list[str]:
    return [effect["headline"] for effect in ran.json["effects"]]


def test_who_is_touched_and_who_is_not_is_reported_once(diff: Diff) -> None:
    ran = diff(
        ("host: mail.acme.example, port: 465, security: tls", "host: mail.acme.example, port: 587, security: starttls")
    )
    (headline,) = headlines(ran)
    assert "now use 587/starttls (was 465/tls)" in headline
    (effect,) = ran.json["effects"]
    assert effect["objects"] == ["configuration:Primary", "user:alice@acme.example", "user:carol@acme.example"]
    assert effect["kept"] == ["user:bob@acme.example"]


def test_losing_mail_names_what_stops_and_comes_first(diff: Diff) -> None:
    ran = diff(
        ("name: Primary, state: active", "name: Primary, state: inactive"), ("  - {email: carol@acme.example}\n", "")
    )
    effects = ran.json["effects"]
    assert [effect["destructive"] for effect in effects] == sorted(
        (effect["destructive"] for effect in effects), reverse=True
    )
    output = "\n".join(headlines(ran))
    assert "mail is off" in output
    assert "Password reset" in output
    assert "carol@acme.example" in output


def test_secrets_and_findings(diff: Diff) -> None:
    ran = diff(
        ("{env: HUB}", "{file: /run/secrets/hub}"), ("port: 465, security: tls, from: hub", "port: 465, from: hub")
    )
    assert ran.json["secrets_needed"] == ["file /run/secrets/hub"]
    wrong = diff(("port: 465, security: tls, from: hub", "port: 465, security: starttls, from: hub"))
    assert wrong.code == 1
    assert [found["code"] for found in wrong.json["findings"]["new"]] == ["MS101"]


def test_a_weaker_policy_is_destructive(diff: Diff) -> None:
    (effect,) = diff(("require_tls: true", "require_tls: false")).json["effects"]
    assert (effect["kind"], effect["destructive"]) == ("policy_loosened", True)


def test_a_new_name_is_no_deletion(diff: Diff) -> None:
    ran = diff(
        ("name: Relay,", "name: Bulk relay, renamed_from: Relay,"),
        ("configuration: Relay", "configuration: Bulk relay"),
    )
    kinds = {effect["kind"] for effect in ran.json["effects"]}
    assert "deleted" not in kinds
    assert "created" not in kinds
    assert any("Relay" in line and "Bulk relay" in line for line in headlines(ran))


def test_nothing_but_form(diff: Diff) -> None:
    ran = diff(("policy: {require_tls: true}", "policy:\n  require_tls: true  # always"), options=())
    assert ran.out.rstrip().endswith("No changes.")
    assert diff(("policy: {require_tls: true}", "policy:\n  require_tls: true"), options=("-q",)).out == ""


def test_it_starts_where_the_two_parted_and_checks_nothing_out(
    diff: Diff, repository: Any, cli: Callable[..., Any]
) -> None:
    ran = diff(("  - {email: carol@acme.example}\n", "  - {email: carol@acme.example, name: Carol}\n"))
    before = headlines(ran)
    repository.git("checkout", "-q", "main")
    repository.commit("elsewhere", {"mailspec.yml": SPEC.replace("mail.acme.example", "mx.acme.example")})
    repository.write({"mailspec.yml": "version: [\n"})
    again = cli("diff", "main...change", "--format", "json", cwd=repository.folder)
    assert headlines(again) == before
    assert repository.git("status", "--porcelain") == "M mailspec.yml"


def test_against_the_working_tree(diff: Diff, repository: Any, cli: Callable[..., Any]) -> None:
    repository.write({"mailspec.yml": SPEC.replace("env: HUB", "env: OTHER")})
    ran = cli("diff", "main", cwd=repository.folder)
    assert ran.code == 0, ran.err
    assert "the working tree" in ran.out
    assert "env OTHER" in ran.out


def test_markdown_has_a_picture_and_html_a_page(diff: Diff) -> None:
    change = ("port: 465, security: tls, from: hub", "port: 587, security: starttls, from: hub")
    shown = diff(change, options=("--format", "markdown")).out
    assert "```mermaid" in shown
    assert "587/starttls" in shown
    assert diff(change, options=("--format", "html")).out.startswith("<!doctype html>")


def test_dates_that_come_near(diff: Diff) -> None:
    ran = diff(
        (
            "name: Relay, state: inactive, host: relay.acme.example, port: 465, security: tls",
            "name: Relay, state: inactive, provider: microsoft365, host: smtp.office365.com, port: 587, "
            "security: starttls, auth: {username: bulk@acme.example, password: {env: BULK}}",
        ),
        options=("--format", "json", "--as-of", "2026-11-21"),
    )
    assert ran.json["dates"], ran.out


TOKENS = """\
version: 1
instance: {id: acme-hub}
general:
  users: {mode: office365, account: {oauth: {client_id: app, tenant: acme.example}}}
configurations:
  - {name: Primary, state: active, mode: office365, from: hub@acme.example,
     auth: {username: hub@acme.example, oauth: {client_id: app, tenant: acme.example}}}
users:
  - {email: alice@acme.example}
  - {email: bob@acme.example}
"""


@pytest.mark.parametrize(
    ("old", "new", "lost"),
    [
        (
            "oauth: {client_id: app, tenant: acme.example}}}\nconf",
            "oauth: {client_id: other, tenant: acme.example}}}\nconf",
            2,
        ),
        ("mode: office365, from", "mode: office365, provider: microsoft365_us, from", 1),
        ("tenant: acme.example}}}\nusers", "tenant: b.example}}}\nusers", 1),
        ("tenant: acme.example}}}\nusers", "tenant: acme.example, account: ann@acme.example}}}\nusers", 0),
    ],
)
def test_another_issuer_or_client_is_destructive(
    repository: Any, cli: Callable[..., Any], old: str, new: str, lost: int
) -> None:
    repository.commit("start", {"mailspec.yml": TOKENS})
    repository.git("checkout", "-q", "-B", "change", "main")
    assert old in TOKENS
    repository.commit("change", {"mailspec.yml": TOKENS.replace(old, new)})
    ran = cli("diff", "main...HEAD", "--format", "json", cwd=repository.folder)
    (effect,) = ran.json["effects"]
    assert effect["destructive"] is bool(lost), effect
    assert (effect["kind"] == "sign_in_lost") is bool(lost)
    if lost:
        assert len(effect["objects"]) == lost
        assert effect["headline"].endswith("whoever is signed in has to sign in again")
