"""States that were keyed by the instance's name: the instance's id takes them over, with locks, history and plans."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

SPEC = """\
version: 1
instance: {instance}
configurations:
  - {{name: Main, state: active, host: {host}, port: 2525, security: none, from: hub@acme.example}}
targets:
  - {{name: app, type: env_file, path: app.env}}
"""


@pytest.fixture
def project(tmp_path: Path, cli: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """``project(INSTANCE, COMMAND, ...)``: run a command on a Spec with that instance; ``host`` is the server's."""
    monkeypatch.setattr("mailspec.workflow.apply.applying.checks", lambda *_args: [list])

    def run(instance: str, *command: str, host: str = "mail.acme.example", folder: Path = tmp_path) -> Any:
        folder.mkdir(exist_ok=True)
        (folder / "mailspec.yml").write_text(SPEC.format(instance=instance, host=host))
        return cli(*command, cwd=folder)

    return run


APPLY = ("apply", "--auto-approve", "--no-test")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("{name: Acme Hub}", "{id: acme-prod, name: Acme Hub}"),
        ("{name: Acme Hub}", "{name: Acme Hub, id: acme-hub}"),
        ("{}", "{id: acme-prod}"),
    ],
)
def test_an_id_that_is_added_keeps_the_state(
    project: Callable[..., Any], before: str, after: str, tmp_path: Path
) -> None:
    assert project(before, *APPLY).code == 0
    # Nothing to do, nothing forgotten: what only reads finds the state where it was.
    assert "are the same" in project(after, "status").out
    assert project(after, "plan").out.startswith("No changes.")
    assert "No drift." in project(after, "drift").out
    applied = project(after, *APPLY, host="mail2.acme.example")
    assert applied.code == 0, applied.out + applied.err
    assert "first apply" not in applied.out
    assert "mail2.acme.example" in (tmp_path / "app.env").read_text()
    assert len(project(after, "history").out.splitlines()) == 2
    # The second apply has told it; from now on the id keys it, whatever the name is.
    renamed = after.replace("Acme Hub", "Another Name")
    assert "Last apply: 2," in project(renamed, "status", host="mail2.acme.example").out
    assert project(renamed, "rollback", "--auto-approve", "--no-test", host="mail2.acme.example").code == 0


def test_the_move_is_reported_and_the_file_says_the_id(project: Callable[..., Any], tmp_path: Path) -> None:
    project("{name: Acme Hub}", *APPLY)
    assert (tmp_path / "app.env").read_text().startswith("# mailspec instance=acme-hub environment=base\n")
    applied = project("{id: prod, name: Acme Hub}", *APPLY, host="mail2.acme.example")
    assert "the state of 'acme-hub' goes on under the id 'prod'" in applied.out
    assert (tmp_path / "app.env").read_text().startswith("# mailspec instance=prod environment=base\n")
    again = project("{id: prod, name: Acme Hub}", *APPLY, host="mail3.acme.example")
    assert "goes on under" not in again.out


def test_a_state_of_the_id_itself_comes_first(project: Callable[..., Any]) -> None:
    project("{name: Acme Hub}", *APPLY)
    project("{id: prod, name: Other}", "apply", "--auto-approve", "--no-test", "--allow", "take-over=app")
    assert "nothing has been applied yet" not in project("{id: prod, name: Acme Hub}", "status").out
    assert len(project("{id: prod, name: Acme Hub}", "history").out.splitlines()) == 1


def test_another_projects_state_in_a_shared_database_is_not_taken(
    project: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MAILSPEC_STATE_URL", f"sqlite:///{tmp_path}/shared.sqlite")
    project("{name: Acme}", *APPLY, folder=tmp_path / "one")
    status = project("{id: other, name: Acme}", "status", folder=tmp_path / "two")
    assert "nothing has been applied yet" in status.out
    assert project("{id: other, name: Acme}", *APPLY, folder=tmp_path / "two").code == 0
    assert "are the same" in project("{name: Acme}", "status", folder=tmp_path / "one").out


def test_an_overlay_that_had_a_key_of_its_own_name_keeps_its_state(project: Callable[..., Any], tmp_path: Path) -> None:
    from mailspec.state.store import open_state
    from mailspec.state.tables import KEYED
    from mailspec.state.url import parse_url

    (tmp_path / "environments").mkdir()
    overlay = "kind: production\ninstance: {name: Acme (site)}\ntargets: [{name: app, path: site.env}]\n"
    (tmp_path / "environments/site.yml").write_text(overlay)
    assert project("{name: Acme}", *APPLY, "-E", "site").code == 0
    # As older versions keyed it: by the overlay's own name.
    with open_state(parse_url(None, tmp_path), "acme", "site").write() as connection:
        for table in KEYED:
            connection.execute(table.update().where(table.c.instance == "acme").values(instance="acme-site"))
    for instance in ("{name: Acme}", "{id: prod, name: Acme}"):
        assert "are the same" in project(instance, "status", "-E", "site").out
        assert project(instance, *APPLY, "-E", "site").code == 0
