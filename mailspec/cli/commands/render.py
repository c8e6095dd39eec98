"""``mailspec render``."""

from __future__ import annotations

import click

from mailspec.cli.formats import Outputs, formats
from mailspec.cli.options import ProjectOptions, in_project
from mailspec.cli.refusals import guarded
from mailspec.outcome.exits import Exit
from mailspec.render.registry import names_for
from mailspec.render.view import View


@click.command("render")
@click.argument("target", metavar="TARGET")
@click.option("--with-secrets", is_flag=True, help="Print the secrets' values instead of their references.")
@in_project("limits")
@formats(*names_for())
@guarded
def command(target: str, with_secrets: bool, project: ProjectOptions, outputs: Outputs) -> int:
    """Print what a target would hold where nothing was there. The state and the target are not looked at."""
    from mailspec.workflow.apply.rendering import render

    files = render(project.prepare(), target, with_secrets=with_secrets)

    def text() -> str:
        if len(files) == 1:
            return files[0].text.rstrip("\n")
        return "\n".join(f"# {file.path}\n{file.text}" for file in files).rstrip("\n")

    data = {"version": 1, "target": target, "files": [file._asdict() for file in files]}
    outputs.write(View(lambda _options: text(), lambda: data, product=frozenset({"text"})))
    return Exit.CLEAN
