"""Where mailspec itself fails, the words of what failed may hold a secret: only names and lines are shown."""

from __future__ import annotations

from contextlib import suppress
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages

import pytest

import mailspec

SPEC = """\
version: 1
configurations:
  - name: Primary
    host: 127.0.0.1
    port: {port}
    security: none
    auth: {{username: noreply@acme.example, password: {{env: ACME_PASSWORD}}}}
targets: [{{name: app, type: env_file, path: app.env, preset: generic, dialect: sh}}]
policy: {{test_recipients: [postmaster@acme.example]}}
"""
# Where it fails, and the commands that pass there.
FAILURES = [
    ("mailspec.workflow.project", "load", ("validate",)),
    ("mailspec.workflow.checks.checking", "run", ("validate", "--format", "json")),
    ("mailspec.render.redaction", "redacted_source", ("validate",)),
    ("mailspec.secrets.env", "resolve_env", ("validate", "--with-secrets")),
    ("mailspec.workflow.accounts.secret_lookup", "resolve", ("validate", "--with-secrets")),
    ("mailspec.workflow.accounts.secret_lookup", "resolve", ("apply", "--auto-approve")),
    ("mailspec.workflow.accounts.secret_lookup", "resolve", ("test",)),
    ("mailspec.plan.make", "make_plan", ("plan",)),
    ("mailspec.workflow.apply.planning", "make_plan", ("apply", "--auto-approve")),
    ("mailspec.mail.check", "mask_for", ("test",)),
    ("mailspec.mail.session", "Session", ("probe",)),
    ("mailspec.workflow.mailtest.mail_tests", "send_test", ("test", "--format", "json")),
    ("mailspec.targets.env_file", "edit", ("apply", "--auto-approve")),
    ("mailspec.files.durable", "create", ("apply", "--auto-approve")),
    ("mailspec.render.as_json", "dump", ("validate", "--format", "json")),
    ("mailspec.state.store", "snapshot", ("status",)),
    ("mailspec.workflow.apply.prepare", "snapshot", ("status",)),
]


@pytest.fixture(scope="module", autouse=True)
def _all_loaded() -> None:
    """A module that is loaded while a name is patched would keep what stands there, for every later test."""
    for module in walk_packages(mailspec.__path__, "mailspec."):
        with suppress(ImportError):
            import_module(module.name)


@pytest.mark.parametrize("error", [RuntimeError, KeyError, OSError, UnicodeError, AssertionError, RecursionError])
@pytest.mark.parametrize(("module", "name", "args"), FAILURES)
def test_no_word_of_the_error_is_shown(
    cli, monkeypatch, tmp_path: Path, parrot, canary, leaks, module, name, args, error
):
    (tmp_path / "mailspec.yml").write_text(SPEC.format(port=parrot.server_address[1]) + "x: 1\n" * (name == "shown"))
    held = import_module(module)
    assert hasattr(held, name), f"{module} has no {name} any more; name what took its place"

    def fail(*_args, **_options):
        password = canary
        try:
            raise ValueError(password)
        except ValueError as cause:
            raise error(f"it failed with {password}") from cause

    monkeypatch.setattr(held, name, fail)
    ran = cli(*args, cwd=tmp_path, env={"ACME_PASSWORD": canary})
    assert leaks(ran.out + ran.err) == []
    assert "Traceback" not in ran.err
    assert 0 <= ran.code <= 8


def test_what_is_shown(cli, monkeypatch, tmp_path: Path, canary):
    (tmp_path / "mailspec.yml").write_text("version: 1\n")

    def fail(*_args, **_options):
        raise RuntimeError(canary)

    monkeypatch.setattr("mailspec.workflow.project.load", fail)
    ran = cli("validate", cwd=tmp_path)
    assert ran.code == 3
    lines = ran.err.splitlines()
    assert lines[0] == "Internal error: RuntimeError. Please report it with these lines:"
    assert lines[-1].startswith("  test_internal_errors.py:")
    assert lines[-1].endswith(" in fail")


def _missing_module() -> None:
    import no_such_module  # noqa: F401


def _missing_name() -> None:
    from mailspec.text import no_such_name  # noqa: F401


def _missing_attribute() -> None:
    None.no_such_attribute  # noqa: B018


@pytest.mark.parametrize(
    ("fail", "words"),
    [
        (_missing_module, "ModuleNotFoundError: No module named 'no_such_module'."),
        (_missing_name, "ImportError: cannot import name 'no_such_name' from 'mailspec.text'"),
        (_missing_attribute, "AttributeError: 'NoneType' object has no attribute 'no_such_attribute'."),
    ],
)
def test_names_that_stand_in_the_code_are_shown(cli, monkeypatch, tmp_path: Path, fail, words):
    (tmp_path / "mailspec.yml").write_text("version: 1\n")
    monkeypatch.setattr("mailspec.workflow.project.load", lambda *_args, **_options: fail())
    ran = cli("validate", cwd=tmp_path)
    assert ran.code == 3
    assert ran.err.startswith(f"Internal error: {words}")
