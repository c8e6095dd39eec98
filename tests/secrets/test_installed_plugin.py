"""A backend of a third party as its users have it: an installed distribution, named in a Spec, through the commands."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

CANARY = "canary-1f6d"
ALICE, BOB = "alice@acme.example", "bob@acme.example"
PLUGIN = f"""
from mailspec.outcome.secret import Secret
from mailspec.secrets.base import Resolved, SecretProblem

KEPT = {{"mail/office": "{CANARY}-office", "people/{ALICE}": "{CANARY}-alice"}}

def from_vaulty(word, base, environ):
    if word not in KEPT:
        return SecretProblem("missing", f"vaulty has no entry {{word}}", "make it with: vaulty put")
    return Resolved(Secret(KEPT[word]))
"""
SPEC = """\
version: 1
instance: {{name: Acme}}
configurations:
  - name: Office
    host: mail.acme.example
    port: 465
    auth:
      username: office@acme.example
      password: {{plugin: "{word}"}}
general:
  users: {{mode: smtp, account: {{password: {{plugin: "vaulty:people/{{email}}"}}}}}}
users:
  - {{email: alice@acme.example}}
  - {{email: bob@acme.example}}
"""
# Says whether the installed packages were looked through.
LOOK = """
import sys
from mailspec.cli.main import main
code = main(sys.argv[1:])
print("looked" if "importlib.metadata" in sys.modules else "did not look", file=sys.stderr)
sys.exit(code)
"""
Run = Callable[..., Any]


@pytest.fixture
def run(tmp_path: Path, cli_process: Run) -> Run:
    site = tmp_path / "site"
    info = site / "mailspec_vaulty-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: mailspec-vaulty\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[mailspec.secrets]\nvaulty = mailspec_vaulty:from_vaulty\n")
    (site / "mailspec_vaulty.py").write_text(PLUGIN)
    project = tmp_path / "project"
    project.mkdir()

    def run(*args: str, word: str = "vaulty:mail/office", env: Mapping[str, str] | None = None) -> Any:
        (project / "mailspec.yml").write_text(SPEC.format(word=word))
        ran = cli_process(*args, cwd=project, env={"PYTHONPATH": str(site), **(env or {})})
        assert CANARY not in ran.out + ran.err
        return ran

    return run


def findings(ran: Any) -> list[tuple[str, str, int]]:
    held = ran.json["findings"]
    return [(f["code"], f["message"], f["location"]["line"]) for f in held if f["severity"] in ("error", "warning")]


def test_its_secrets_are_there(run: Run) -> None:
    states = {state["name"]: state for state in run("secret", "check", "--format", "json").json["secrets"]}
    assert states["Office"]["present"]
    assert states[ALICE]["present"]
    assert states[ALICE]["reference"] == f"plugin vaulty:people/{ALICE}"
    assert states[BOB]["troubles"][0]["message"] == f"vaulty has no entry people/{BOB}"


def test_validate_reads_it_only_when_asked(run: Run) -> None:
    assert findings(run("validate", "--format", "json")) == []
    ran = run("validate", "--with-secrets", "--format", "json", word="vaulty:mail/nobody")
    assert ran.code == 1
    assert ("MS302", 9) in {(code, line) for code, message, line in findings(ran) if "mail/nobody" in message}


def test_an_unknown_plugin_is_a_finding_at_its_place(run: Run) -> None:
    ran = run("validate", "--with-secrets", "--format", "json", word="vualty:mail/office")
    found = next(f for f in ran.json["findings"] if "vualty" in f["message"])
    assert (found["code"], found["severity"], found["location"]["line"]) == ("MS302", "error", 9)
    assert "installed: vaulty" in found["message"]
    assert "Did you mean vaulty?" in found["help"]


@pytest.mark.parametrize("word", ["vaulty", ":mail", "vaulty:"])
def test_a_word_of_the_wrong_form_is_a_finding_without_reading(run: Run, word: str) -> None:
    ran = run("validate", "--format", "json", word=word)
    assert [(code, line) for code, _message, line in findings(ran)] == [("MS003", 9)]


def test_limits_hold_for_it(run: Run, tmp_path: Path) -> None:
    limits = tmp_path / "limits.yml"
    limits.write_text('version: 1\nsecrets: ["env:*", "plugin:vaulty:people/*"]\n')
    ran = run("secret", "check", "Office", env={"MAILSPEC_LIMITS": str(limits)})
    assert ran.code == 5
    assert "plugin:vaulty:mail/office" in ran.err
    assert run("secret", "check", f"user:{ALICE}", env={"MAILSPEC_LIMITS": str(limits)}).code == 0


def test_it_is_not_written_through_it(run: Run) -> None:
    ran = run("secret", "set", "Office", "--stdin")
    assert ran.code == 5
    assert "change it where the plug-in keeps it" in ran.err.lower()


@pytest.mark.parametrize("word", ["vaulty:mail/office", "nobody:knows"])
def test_validate_does_not_look_through_the_installed_packages(tmp_path: Path, word: str) -> None:
    (tmp_path / "mailspec.yml").write_text(SPEC.format(word=word))
    command = [sys.executable, "-c", LOOK, "validate", "--format", "json"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "did not look\n"), done.stdout
    assert json.loads(done.stdout)["summary"]["errors"] == 0
