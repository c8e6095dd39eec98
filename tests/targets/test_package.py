"""A third party's package: built, installed, named in a Spec by its entry points alone, through the commands."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest

PACKAGE = Path(__file__).parent / "package"
SPEC = """\
version: 1
instance: {{id: acme, name: Acme}}
configurations:
  - name: Office
    state: inactive
    host: mail.acme.example
    port: 465
    auth:
      username: office@acme.example
      password: {{plugin: "{secret}"}}
  - name: Local
    state: active
    host: localhost
    port: {port}
    security: none
    from: office@acme.example
targets:
  - name: mailer
    type: {type}
    {path}
    configuration: Office
{words}
"""
Run = Callable[..., Any]


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the package's wheel and unpack it as installing does, metadata included."""
    folder = tmp_path_factory.mktemp("package")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    done = subprocess.run(command, cwd=PACKAGE, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "site")
    return folder / "site"


@pytest.fixture
def run(tmp_path: Path, site: Path, cli_process: Run, port: int) -> Run:
    def run(
        *args: str,
        words: str = "channel: fast",
        secret: str = "acmebox:mail-office",
        type_: str = "acme_mailer",
        path: str = "path: mailer.env",
    ) -> Any:
        indented = "\n".join(f"    {line}" for line in words.split("\n"))
        (tmp_path / "mailspec.yml").write_text(
            SPEC.format(words=indented, secret=secret, type=type_, port=port, path=path)
        )
        return cli_process(*args, cwd=tmp_path, env={"PYTHONPATH": str(site)})

    return run


def errors(ran: Any) -> list[tuple[str, str, str]]:
    return [(f["code"], f["path"], f["message"]) for f in ran.json["findings"] if f["severity"] == "error"]


def test_it_validates(run: Run) -> None:
    ran = run("validate", "--format", "json", words="channel: cheap\nretries: 3\nhooks: {before: x}\nx-mine: 1")
    assert (ran.code, errors(ran)) == (0, [])


@pytest.mark.parametrize(
    ("words", "code", "path", "message"),
    [
        ("channel: slow", "MS003", "/targets/0/channel", "'channel' is none of fast, cheap."),
        ("retries: 3", "MS003", "/targets/0/name", "'channel' is missing."),
        (
            "channel: fast\nretries: many",
            "MS003",
            "/targets/0/retries",
            "'retries' has another kind; a whole number is wanted.",
        ),
        ("channel: fast\nretires: 3", "MS004", "/targets/0/retires", "'retires' is not a key in targets."),
        (
            "channel: fast\nhooks: {after: x}",
            "MS004",
            "/targets/0/hooks/after",
            "'after' is not a key in hooks.",
        ),
        (
            "channel: fast\ndialect: sh",
            "MS004",
            "/targets/0/dialect",
            "'dialect' is not a key of targets of type acme_mailer.",
        ),
    ],
)
def test_its_own_words_are_judged_by_its_schema(run: Run, words: str, code: str, path: str, message: str) -> None:
    ran = run("validate", "--format", "json", words=words)
    assert (ran.code, errors(ran)) == (1, [(code, path, message)])


@pytest.mark.parametrize(
    ("words", "place", "marked"),
    [
        ("channel: slow", (22, 14), "slow"),
        ("channel: fast\nretries: many", (23, 14), "many"),
        ("channel: fast\nretires: 3", (23, 5), "retires"),
        ("channel: fast\nhooks:\n  before: x\n  after: x", (25, 7), "after"),
        ("retries: 3", (18, 11), "mailer"),
    ],
)
def test_what_its_schema_says_has_a_place(
    run: Run, tmp_path: Path, words: str, place: tuple[int, int], marked: str
) -> None:
    ran = run("validate", "--format", "json", words=words)
    (found,) = [finding for finding in ran.json["findings"] if finding["severity"] == "error"]
    where = found["location"]
    assert (where["file"], where["line"], where["column"]) == ("mailspec.yml", *place)
    line = (tmp_path / "mailspec.yml").read_text().split("\n")[where["line"] - 1]
    assert line[where["column"] - 1 : where["end_column"] - 1] == marked
    assert found["object"] == "target:mailer"


def test_a_misspelt_word_of_its_own_is_named_and_fixed(run: Run, tmp_path: Path) -> None:
    ran = run("validate", "--format", "json", words="chanel: fast")
    (found,) = [finding for finding in ran.json["findings"] if finding["code"] == "MS004"]
    assert (found["code"], found["help"], found["fix"]["edits"][0]["text"]) == (
        "MS004",
        "Did you mean channel?",
        "channel",
    )
    assert len(errors(ran)) == 1


def test_a_package_that_cannot_be_loaded_and_a_type_that_nobody_has_are_findings(run: Run) -> None:
    ran = run("validate", "--format", "json", type_="acme_broken")
    assert [code for code, _, _ in errors(ran)] == ["MS006"]
    assert "ModuleNotFoundError" in ran.out
    ran = run("validate", "--format", "json", type_="acme_mailr")
    assert "Did you mean 'acme_mailer'?" in ran.out


def test_a_target_without_a_path_is_no_file_of_the_name_none(run: Run, tmp_path: Path) -> None:
    ran = run("apply", "--auto-approve", "--no-test", "--allow", "unproven=Office", path="machine: mx1")
    assert ran.code == 1
    assert "mailspec.yml:18:11" in ran.err + ran.out
    assert "The target 'mailer' cannot be written: it has no path." in ran.err + ran.out
    assert not (tmp_path / "None").exists()


@pytest.mark.parametrize(
    ("type_", "message"),
    [
        ("acme_alone", "is no class that derives from mailspec.targets.base.TargetType"),
        ("acme_half", "has no parts, render"),
    ],
)
def test_a_class_that_lacks_what_every_type_has_is_told_at_its_place(run: Run, type_: str, message: str) -> None:
    ran = run("validate", "--format", "json", type_=type_)
    (found,) = [finding for finding in ran.json["findings"] if finding["severity"] == "error"]
    assert (found["code"], found["path"], found["location"]["line"]) == ("MS006", "/targets/0/type", 19)
    assert message in found["message"]


def test_it_is_planned_applied_once_and_its_drift_is_seen(run: Run, tmp_path: Path) -> None:
    assert "ACME_HOST" in run("plan").out
    ran = run("apply", "--auto-approve", "--no-test", "--allow", "unproven=Office")
    assert ran.code == 0, ran.err
    written = (tmp_path / "mailer.env").read_text()
    assert "ACME_HOST=mail.acme.example:465\n" in written
    assert "secret of mail-office" in written
    assert "secret of" not in ran.out + ran.err
    assert run("plan", "--detailed-exitcode").code == 0
    assert run("plan", "--detailed-exitcode", words="channel: cheap").code == 7
    (tmp_path / "mailer.env").write_text(written.replace("fast", "slow"))
    (field,) = run("drift", "--format", "json").json["targets"][0]["fields"]
    assert (field["path"], field["before"], field["after"]) == ("ACME_CHANNEL", "fast", "slow")


@pytest.mark.parametrize(
    ("type_", "code", "output"),
    [
        ("acme_mailer", 0, "acme_mailer conforms\n"),
        ("acme_broken", 1, "cannot be loaded"),
        ("acme_mailr", 1, "no target"),
        ("acme_half", 1, "the target type 'acme_half' of an installed package has no parts, render\n"),
    ],
)
def test_it_passes_the_conformance_tests_by_its_entry_point_alone(
    site: Path, tmp_path: Path, type_: str, code: int, output: str
) -> None:
    command = [sys.executable, "-m", "mailspec.targets.conformance", type_]
    done = subprocess.run(
        command, cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(site)}, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (code, "")
    assert output in done.stdout


def test_its_words_are_in_the_schema(run: Run) -> None:
    schema = json.loads(run("schema").out)
    good = {"version": 1, "targets": [{"name": "m", "type": "acme_mailer", "channel": "fast"}]}
    jsonschema.validate(good, schema)
    for wrong in ({"channel": "slow"}, {"channel": "fast", "dialect": "sh"}, {}):
        bad = {"version": 1, "targets": [{"name": "m", "type": "acme_mailer", **wrong}]}
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(bad, schema)
    text = json.dumps(schema)
    assert "^acmebox:.+$" in text
    assert "The settings of Acme Mailer." in text


def test_it_is_listed_shown_and_completed(run: Run) -> None:
    listed = run("targets", "--format", "json").json["target_types"]
    assert {entry["type"]: bool(entry["problem"]) for entry in listed if entry["installed"]} == {
        "acme_mailer": False,
        "acme_broken": True,
        "acme_alone": True,
        "acme_half": True,
    }
    shown = run("targets", "acme_mailer").out
    assert "channel, retries, hooks" in shown


def test_a_word_that_the_plug_ins_schema_refuses_is_not_asked(run: Run) -> None:
    ran = run("validate", "--with-secrets", "--format", "json", secret="acmebox:Office")
    assert "does not match ^mail-[a-z]+$" in ran.out
    assert "Write mail-NAME." in ran.out
    assert run("validate", "--with-secrets", "--format", "json").code == 0
