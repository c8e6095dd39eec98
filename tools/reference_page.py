"""Write docs/reference from the code: ``python -m tools.reference_page``. A test fails where a page is stale."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from mailspec.cli.main import COMMANDS, cli
from mailspec.cli.manual import EXITS
from mailspec.outcome.catalogue import CATALOGUE, FAMILIES
from mailspec.render.registry import FORMATS
from mailspec.text import read

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "docs/reference"
NOTE = "<!-- Written by tools/reference_page.py; edit the code. -->\n"


def pages() -> dict[Path, str]:
    """Return every page with its text."""
    made = {"commands": commands(), "exit-codes": exits(), "json": outputs(), "spec": spec(), "rules": rules()}
    return {FOLDER / f"{name}.md": NOTE + "\n".join(lines).rstrip() + "\n" for name, lines in made.items()}


def cell(text: str) -> str:
    """Escape for a table's cell."""
    plain = re.sub(r"([<>*_])", r"\\\1", " ".join(text.split())).replace("|", "\\|")
    return re.sub(r"\[([^\]]*)\]", r"\\[\1\\]", plain)


def commands() -> Iterator[str]:
    """Every command with its usage and options, from click."""
    yield "\n# Commands\n"
    root = click.Context(cli, info_name="mailspec")
    for name in COMMANDS:
        command = cli.get_command(root, name)
        assert command is not None
        yield from _command(command, click.Context(command, info_name=name, parent=root), 2)
    yield "\n## Formats\n\n| format | for |\n|---|---|"
    yield from (f"| `{name}` | {cell(entry.description)} |" for name, entry in FORMATS.items())


def _command(command: click.Command, context: click.Context, level: int) -> Iterator[str]:
    yield f"\n{'#' * level} mailspec {context.command_path.removeprefix('mailspec ')}\n"
    yield f"```text\n{context.command_path} {' '.join(command.collect_usage_pieces(context))}\n```\n"
    for block in re.split(r"\n\s*\n", (command.help or "").strip()):
        lines = block.split("\n")
        yield "```sh\n" + "\n".join(lines[1:]) + "\n```\n" if lines[0] == "\b" else cell(block) + "\n"
    records = [param.get_help_record(context) for param in command.get_params(context)]
    rows = [record for record in records if record is not None]
    if rows:
        yield "| option | what it does |\n|---|---|"
        for option, text in rows:
            # A bar inside code cannot be escaped for every reader of Markdown; words stand for it.
            yield f"| `{option.replace('|', ' or ')}` | {cell(text)} |"
    if isinstance(command, click.Group):
        for inner in command.list_commands(context):
            found = command.get_command(context, inner)
            if found is not None:
                yield from _command(found, click.Context(found, info_name=inner, parent=context), level + 1)


def exits() -> Iterator[str]:
    """The exit codes."""
    yield "\n# Exit codes\n\n| code | meaning |\n|---|---|"
    yield from (f"| {int(code)} | {cell(text)} |" for code, text in EXITS.items())
    yield "\nThe highest of 8, 6, 5, 3, 1 wins where several hold. Codes never change their meaning."


def outputs() -> Iterator[str]:
    """The published JSON Schemas and their keys."""
    yield "\n# JSON\n\nWhat `--format json` prints. Keys may come, none goes. The schemas are in `schemas/output/`."
    for path in sorted((ROOT / "schemas/output").glob("*.json")):
        schema = json.loads(path.read_text(encoding="utf-8"))
        yield f"\n## {path.stem}\n"
        item = schema.get("items", schema)
        kind = "A list of objects" if "items" in schema else "An object"
        keys = ", ".join(f"`{key}`" for key in item.get("properties", {}))
        yield f"{kind}" + (f" with {keys}." if keys else ".")


def spec() -> Iterator[str]:
    """Every section and key of a file, from the JSON Schema."""
    schema = json.loads((ROOT / "schemas/mailspec.schema.json").read_text(encoding="utf-8"))
    yield "\n# The spec\n\nEvery key that a file may have. Keys that start with `x-` are yours and are ignored.\n"
    yield from _table(schema)
    examples = read("examples", (ROOT / "tools/spec_examples.yml").read_bytes()).data
    for name, held in sorted(schema["definitions"].items()):
        # An overlay has the same keys, none required.
        if "properties" in held and not name.startswith(("Overlay", "Environment")):
            yield f"\n## {name}\n\n{cell(held.get('description', ''))}\n"
            yield from _table(held)
            if name in examples:
                yield f"\n```yaml\n{examples[name].rstrip()}\n```"


def _table(held: dict[str, Any]) -> Iterator[str]:
    required = set(held.get("required", ()))
    yield "| key | value | meaning |\n|---|---|---|"
    for key, value in held["properties"].items():
        mark = " (required)" if key in required else ""
        yield f"| `{key}`{mark} | {_type(value)} | {cell(value.get('description', ''))} |"


def _type(value: dict[str, Any]) -> str:
    if "$ref" in value:
        name = value["$ref"].rpartition("/")[2]
        return f"[{name}](#{name.lower()})" if name != "Environment" else "an overlay"
    if "enum" in value:
        return ", ".join(f"`{word}`" for word in value["enum"])
    if "const" in value:
        return f"`{json.dumps(value['const'])}`"
    for word in ("anyOf", "oneOf"):
        if word in value:
            return " or ".join(dict.fromkeys(_type(choice) for choice in value[word]))
    if value.get("type") == "array":
        return f"list of {_type(value.get('items', {}))}"
    return str(value.get("type", "anything"))


def rules() -> Iterator[str]:
    """All findings by family, each with its page."""
    yield "\n# Findings\n\nE error, W warning, I info by default; `policy.severity` changes it."
    for family, title in FAMILIES.items():
        entries = [entry for entry in CATALOGUE.values() if entry.code.startswith(family)]
        if not entries:
            continue
        yield f"\n## {family}xx {title}\n\n| code | severity | name | meaning |\n|---|---|---|---|"
        for entry in entries:
            page = (ROOT / f"docs/rules/{entry.code}.md").exists()
            code = f"[{entry.code}](../rules/{entry.code}.md)" if page else entry.code
            severity = entry.severity[0].upper() + (", in preview" if entry.preview else "")
            yield f"| {code} | {severity} | `{entry.name}` | {cell(entry.summary)} |"


def main() -> None:
    """Write every page."""
    for path, text in pages().items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
