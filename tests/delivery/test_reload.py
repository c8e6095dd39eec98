"""Files and secrets that change while a worker runs: used without a restart, and never a broken file."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from mailspec.delivery.routes import Hold, Route
from mailspec.mail.account import Account
from mailspec.outcome.delivery import Letter, Trouble
from mailspec.workflow.delivery import routing, viewing
from mailspec.workflow.delivery.routing import SpecRoutes
from mailspec.workflow.delivery.viewing import Watched
from mailspec.workflow.policy.outside_limits import Limits

SPEC = """\
version: 1
instance: {name: Acme}
configurations:
  - name: Primary
    host: one.acme.example
    from: noreply@acme.example
    state: active
    auth: {username: noreply@acme.example, password: {file: secret}}
"""
LETTER = Letter(
    *("id", "standard", "queued", "configuration:Primary", "Primary", "active", "<id@acme.example>", "subject"),
    envelope_from="noreply@acme.example",
    recipients=(),
    created=0.0,
    changed=0.0,
    attempts=0,
    run=0,
)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(viewing, "LOOK", 0.0)
    monkeypatch.setattr(routing, "SECRETS", 0.0)
    (tmp_path / "mailspec.yml").write_text(SPEC)
    (tmp_path / ".gitignore").write_text("secret\n")
    (tmp_path / "secret").touch(mode=0o600)
    (tmp_path / "secret").write_text("first")
    return tmp_path


def change(project: Path, before: str, after: str) -> None:
    path = project / "mailspec.yml"
    path.write_text(path.read_text().replace(before, after))
    # Also where the clock of the file system is coarse.
    os.utime(path, ns=(path.stat().st_atime_ns, path.stat().st_mtime_ns + 1_000_000))


def account(route: Route | Hold | Trouble) -> Account:
    assert isinstance(route, Route), route
    found = route.ways[0].account
    assert isinstance(found, Account), found
    return found


def test_a_changed_file_and_a_changed_secret_are_used_without_a_restart(project: Path) -> None:
    watched = Watched(str(project), None, None)
    routes = SpecRoutes(watched)
    assert account(routes.route(LETTER)).host == "one.acme.example"
    change(project, "one.acme", "two.acme")
    assert account(routes.route(LETTER)).host == "two.acme.example"
    (project / "secret").write_text("second")
    password = account(routes.route(LETTER)).password
    assert password is not None
    assert password.reveal() == "second"


def test_files_with_errors_are_not_taken_over_and_the_trouble_is_reported(project: Path) -> None:
    watched = Watched(str(project), None, None)
    routes = SpecRoutes(watched)
    change(project, "state: active", "state: [")
    assert account(routes.route(LETTER)).host == "one.acme.example"
    assert watched.trouble.startswith("the changed files cannot be used, what held before holds on")
    change(project, "state: [", "state: active\n    timeout: 20s")
    assert account(routes.route(LETTER)).timeout == 20.0
    assert watched.trouble == ""


def test_mail_that_is_switched_off_waits_and_goes_on_when_it_is_on_again(project: Path) -> None:
    routes = SpecRoutes(Watched(str(project), None, None))
    change(project, "state: active", "state: inactive")
    held = routes.route(LETTER)
    assert isinstance(held, Hold)
    assert "mail is off" in held.reason
    change(project, "state: inactive", "state: active")
    assert account(routes.route(LETTER)).host == "one.acme.example"


def test_a_configuration_that_is_gone_is_a_dead_letter_with_its_cure(project: Path) -> None:
    routes = SpecRoutes(Watched(str(project), None, None))
    change(project, "name: Primary", "name: Other")
    trouble = routes.route(LETTER)
    assert isinstance(trouble, Trouble)
    assert (trouble.retry, "mailspec queue retry" in str(trouble.advice)) == (False, True)


def test_a_secret_that_cannot_be_read_waits_as_passing_trouble(project: Path) -> None:
    (project / "secret").unlink()
    route = SpecRoutes(Watched(str(project), None, None)).route(LETTER)
    assert isinstance(route, Route)
    trouble = route.ways[0].account
    assert isinstance(trouble, Trouble)
    assert trouble.retry


def test_a_program_that_changed_files_name_is_not_run_unless_limits_say_so(project: Path) -> None:
    """Nobody starts anything when files change, so nobody has approved it."""
    mark = project / "ran"
    started = SpecRoutes(Watched(str(project), None, None))
    change(project, "{file: secret}", f"{{command: [touch, {mark}]}}")
    route = started.route(LETTER)
    assert isinstance(route, Route)
    trouble = route.ways[0].account
    assert isinstance(trouble, Trouble)
    assert "would run a program that the change names" in str(trouble)
    assert not mark.exists()
    # Started with it, it is what somebody has seen.
    SpecRoutes(Watched(str(project), None, None)).route(LETTER)
    assert mark.exists()


def test_the_command_of_a_pattern_serves_who_comes_later() -> None:
    limits = Limits(known_commands=frozenset({("pass", "show", "mail/{email}")}))
    assert limits.secret({"command": ["pass", "show", "mail/new@acme.example"]}, "/srv") is None
    for other in (["pass", "show", "mail/x/y"], ["pass", "show"], ["sh", "-c", "x"]):
        assert limits.secret({"command": other}, "/srv") is not None
