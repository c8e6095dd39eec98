"""``--format`` on a small command of its own: what goes where, and what is refused before anything is done."""

from __future__ import annotations

import json
import os

import click
import pytest
from click.testing import CliRunner

from mailspec.cli.formats import Output, Outputs, formats
from mailspec.cli.main import cli as all_commands
from mailspec.outcome.location import Location
from mailspec.outcome.report import Report, finding
from mailspec.render.documents import of_report
from mailspec.render.view import View
from mailspec.workflow.project import UsageError

REPORT = Report(tuple(finding("MS101", f"Wrong {n}.", Location("a.yml", n, 1, n, 2)) for n in range(1, 40)), 1, {})


@click.command()
@formats("text", "json", "sarif", "github", "github-summary", "markdown", "html")
def command(outputs: Outputs) -> None:
    click.echo("started", err=True)
    outputs.write(View(lambda _options: "as text", lambda: '{"version": 1}', lambda: of_report(REPORT)))


@click.command()
@formats("json", "text")
def plain(outputs: Outputs) -> None:
    outputs.write(View(lambda _options: "as text", lambda: "{}", lambda: of_report(REPORT)))


def run(*args: str, of: click.Command = command) -> click.testing.Result:
    return CliRunner().invoke(of, args)


def test_the_first_format_is_the_default():
    assert run().stdout == "as text\n"
    assert run(of=plain).stdout == "{}\n"


def test_several_at_once(tmp_path):
    log, page = tmp_path / "out.sarif", tmp_path / "out.html"
    done = run("--format", "text", "--format", f"sarif={log}", "--format", f"html={page}")
    assert done.stdout == "as text\n"
    assert json.loads(log.read_text())["version"] == "2.1.0"
    assert page.read_text().startswith("<!doctype html>")


def test_only_a_file_prints_nothing(tmp_path):
    assert run("--format", f"json={tmp_path / 'a.json'}").stdout == ""
    assert json.loads((tmp_path / "a.json").read_text()) == {"version": 1}


def test_a_dash_is_standard_output():
    assert run("--format", "json=-").stdout == '{"version": 1}\n'


def test_github_quotes_the_text_report():
    assert "\nas text\n" in run("--format", "github").stdout


def test_a_summary_is_added_to_what_is_there(tmp_path):
    path = tmp_path / "summary.md"
    path.write_text("## Before\n")
    run("--format", f"github-summary={path}")
    assert path.read_text().startswith("## Before\n### mailspec validate")


def test_max_bytes_reaches_markdown():
    assert len(run("--format", "markdown", "--max-bytes", "500").stdout.encode()) <= 500
    assert len(run("--format", "markdown").stdout) > 500
    # The order on the command line does not matter.
    assert len(run("--max-bytes", "500", "--format", "markdown").stdout.encode()) <= 500


def test_max_bytes_is_only_where_markdown_is():
    assert run("--max-bytes", "5", of=plain).exit_code == 2


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["yaml"], "is not one of text, json"),
        (["sarif="], "names no file"),
        (["text", "json"], "two formats would go to standard output"),
        (["json=a", "sarif=a"], "two formats would go to 'a'"),
        (["sarif=missing/out.sarif"], "does not exist"),
        (["sarif=."], "is a folder"),
    ],
)
def test_wrong_use_is_reported_before_anything_is_done(args, message, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    done = run(*(part for value in args for part in ("--format", value)))
    assert done.exit_code == 2
    assert message in done.stderr
    assert "started" not in done.stderr


def test_a_file_that_fails_at_the_end_is_wrong_use(tmp_path, monkeypatch):
    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", fail)
    with pytest.raises(UsageError, match="No space left"):
        Outputs((Output("text", str(tmp_path / "a")),)).write(View(lambda _options: "x", lambda: "{}"))


def test_printed_tells_what_goes_to_standard_output(tmp_path):
    assert Outputs((Output("sarif", "a"), Output("text"))).printed == "text"
    assert Outputs((Output("sarif", "a"),)).printed is None


def commands(group=all_commands, *path):
    context = click.Context(group)
    for name in group.list_commands(context):
        held = group.get_command(context, name)
        yield from commands(held, *path, name) if isinstance(held, click.Group) else [((*path, name), held)]


def test_every_command_takes_its_formats_the_same_way():
    """One ``--format`` everywhere: repeatable, and each into a file where it is wanted."""
    found = {name: option for name, held in commands() for option in held.params if "--format" in option.opts}
    assert len(found) >= 20
    assert {(option.name, option.multiple, option.metavar) for option in found.values()} == {
        ("outputs", True, "FORMAT[=FILE]")
    }


def test_a_reference_command_writes_several_formats(cli, tmp_path):
    ran = cli("rules", "--quiet", "--format", "text", "--format", "json=rules.json", cwd=tmp_path)
    assert ran.code == 0
    assert "port-security-mismatch" in ran.out
    assert json.loads((tmp_path / "rules.json").read_text())["version"] == 1
    shown = cli("explain", "MS101", "--format", "markdown=page.md", cwd=tmp_path)
    assert (shown.code, shown.out) == (0, "")
    assert (tmp_path / "page.md").read_text().startswith("# MS101")
