"""``mailspec preview``."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import click

from mailspec.cli.formats import Outputs, formats
from mailspec.cli.options import ProjectOptions, in_project
from mailspec.cli.refusals import guarded
from mailspec.cli.streams import say
from mailspec.outcome.exits import Exit
from mailspec.render.view import Options, View

if TYPE_CHECKING:
    from mailspec.load.item import Item


@click.command("preview")
@click.argument("type_", required=False, metavar="[TYPE]")
@click.option("--out", "folder", metavar="DIR", help="Write TYPE.txt and TYPE.html there.")
@click.option("--sample", metavar="FILE", help="Other sample data: a YAML or JSON file.")
@click.option("--open", "open_", is_flag=True, help="Show the HTML in the browser.")
@in_project()
@formats("text", "html", "json", quiet="Leave out the notes, unless there is no preview because of them.")
@guarded
def command(
    type_: str | None, folder: str | None, sample: str | None, open_: bool, project: ProjectOptions, outputs: Outputs
) -> int:
    """Render an e-mail type with its sample data, as text or HTML. Without TYPE: list the e-mail types.

    Exit 1 where it cannot be rendered. Nothing is sent.
    """
    workspace = project.open()
    spec = workspace.spec
    if type_ is None:
        return _list(list(spec.lists["email_types"].values()), outputs)
    from mailspec.render.preview_text import message_text, preview_data, trouble_lines
    from mailspec.workflow.templates.template_preview import preview

    rendered = preview(spec, type_, workspace.project.folder.file, _sample(sample))
    for trouble in rendered.troubles if not outputs.quiet or rendered.parts is None else ():
        for line in trouble_lines(trouble):
            say(line)
    parts = rendered.parts
    text, html = ("", "") if parts is None else (message_text(rendered.sender, parts), parts.html)
    view = View(
        lambda _options: text,
        lambda: preview_data(rendered),
        own={"html": lambda _options: html.rstrip("\n")},
        product=frozenset({"html"}),
    )
    shown_here = parts is not None and folder is None and not open_
    (outputs if shown_here else outputs.only("json")).write(view)
    if parts is None:
        return Exit.FINDINGS
    if folder is not None:
        _write(folder, type_, {"txt": text + "\n", "html": html})
    if open_:
        _show(type_, html)
    return Exit.CLEAN


def _list(items: list[Item], outputs: Outputs) -> int:
    from mailspec.render.preview_text import types_data, types_text

    def text(_options: Options) -> str:
        return types_text(items) if items else "No e-mail type is declared."

    outputs.write(View(text, lambda: types_data(items), own={"html": text}))
    return Exit.CLEAN


def _sample(path: str | None) -> dict[str, object] | None:
    from mailspec.files.opening import MIB, Unread
    from mailspec.source.named import read_named
    from mailspec.text import read
    from mailspec.workflow.project import UsageError

    if path is None:
        return None
    content = read_named(path, MIB)
    if isinstance(content, Unread):
        raise UsageError(f"{path} cannot be read: {content.reason}.")
    document = read(path, content.raw)
    if document.problems or not isinstance(document.data, dict):
        why = document.problems[0].message if document.problems else "it is no map of names and values."
        raise UsageError(f"{path} cannot be used: {why}")
    return document.data


def _write(folder: str, name: str, contents: dict[str, str]) -> None:
    from mailspec.files.links import refuse_links
    from mailspec.files.writing import write_file
    from mailspec.workflow.people.people_import import file_name
    from mailspec.workflow.project import UsageError

    try:
        refuse_links(folder)
        os.makedirs(folder, exist_ok=True)
        for ending, content in contents.items():
            path = os.path.join(folder, f"{file_name(name)}.{ending}")
            refuse_links(path)
            write_file(path, content.encode("utf-8", "backslashreplace"))
            say(f"Wrote {path}.")
    except OSError as error:
        raise UsageError(f"{folder} cannot be written: {(error.strerror or 'error').lower()}.") from error


def _show(name: str, html: str) -> None:
    """Open the HTML in the browser; the file stays, since the browser reads it later."""
    import tempfile

    handle, path = tempfile.mkstemp(prefix="mailspec-", suffix=".html")
    with open(handle, "w", encoding="utf-8") as stream:
        stream.write(html)
    say(f"Opening {name}: {path}")
    click.launch(path)
