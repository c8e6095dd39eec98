"""Makes files from the published schema: right in outline, wrong in places, with odd values."""

from __future__ import annotations

import json
import random
from typing import Any

ODD: tuple[Any, ...] = (
    *(
        None,
        True,
        False,
        0,
        -1,
        25,
        465,
        587,
        65_536,
        10**30,
        1.5,
        float("inf"),
        "",
        " ",
        "a",
        "yes",
        "0",
        "01",
    ),
    *(
        "noreply@acme.example",
        "@",
        "a@",
        "@b",
        "A <a@b.example>",
        '"Acme" <noreply@acme.example>',
        "<>",
        "a@[127.0.0.1]",
    ),
    *(
        "smtp.gmail.com",
        "SMTP.GMAIL.COM.",
        "smtp.office365.com",
        "127.0.0.1",
        "::1",
        "[::1]",
        "imap.acme.example",
        "x..y",
    ),
    *(
        "Primary SMTP Server",
        "café.example",
        "xn--caf-dma.example",
        "раураl.example",
        "a" * 300,
        "\x1b[2J",
        "x\r\nBcc: y",
    ),
    *(
        "*@acme.example",
        "*",
        "{email}",
        "${HOME}",
        "{{ secret }}",
        "file:///etc/passwd",
        "@everyone",
        "::error::x",
        "<b>",
    ),
    *(
        [],
        {},
        [[]],
        [None],
        {"": 1},
        {"env": "X"},
        {"file": "x"},
        {"env": ""},
        {"env": "X", "file": "y"},
        {"vault": "a#b"},
    ),
    *(
        {"command": []},
        {"command": ["true"]},
        {"keyring": "a/{email}"},
        "active",
        "absent",
        "30s",
        "5x",
        "-3s",
        10**9,
    ),
)


class Maker:
    """Walks a JSON Schema at random."""

    def __init__(self, schema: dict[str, Any], pick: random.Random) -> None:
        self.schema = schema
        self.pick = pick

    def make(self, node: Any = None, depth: int = 0) -> Any:
        """Return a value that mostly fits the schema."""
        node = self.schema if node is None else node
        if depth > 8 or not isinstance(node, dict) or self.pick.random() < 0.04:
            return self.pick.choice(ODD)
        if "$ref" in node:
            return self.make(self.schema["definitions"][node["$ref"].rpartition("/")[2]], depth + 1)
        for key in ("anyOf", "oneOf"):
            if key in node:
                return self.make(self.pick.choice(node[key]), depth + 1)
        if "enum" in node:
            return self.pick.choice(node["enum"])
        if "const" in node:
            return node["const"]
        return self._typed(node, depth)

    def _typed(self, node: dict[str, Any], depth: int) -> Any:
        kind = node.get("type")
        if kind == "object":
            return self._object(node, depth)
        if kind == "array":
            size = self.pick.choice((0, 1, 1, 2, 3))
            return [self.make(node.get("items", True), depth + 1) for _ in range(size)]
        if kind == "integer":
            return self.pick.choice((0, 1, 25, 465, 587, 2525, 30, -5, 10**12))
        if kind == "boolean":
            return self.pick.random() < 0.5
        if kind == "string" and self.pick.random() < 0.5 and node.get("examples"):
            return self.pick.choice(node["examples"])
        return self.pick.choice([value for value in ODD if isinstance(value, str)])

    def _object(self, node: dict[str, Any], depth: int) -> dict[str, Any]:
        known = node.get("properties", {})
        share = self.pick.choice((0.2, 0.5, 0.9))
        names = [name for name in known if name in node.get("required", ()) or self.pick.random() < share]
        made = {name: self.make(known[name], depth + 1) for name in names}
        more = node.get("additionalProperties")
        if isinstance(more, dict):
            made |= {str(self.pick.choice(ODD)): self.make(more, depth + 1) for _ in range(self.pick.randrange(3))}
        elif self.pick.random() < 0.05:
            made[str(self.pick.choice((*known, *ODD))) + self.pick.choice(("", "s", "_"))] = self.pick.choice(ODD)
        return made


def block(value: Any, indent: int = 0) -> str:
    """Write a value as YAML in block style, its scalars as JSON, so that it has lines to point at."""
    pad = "  " * indent
    if isinstance(value, dict) and value:
        lines = [f"{pad}{json.dumps(key, ensure_ascii=False)}:{_after(held, indent)}" for key, held in value.items()]
        return "\n".join(lines)
    if isinstance(value, list) and value:
        return "\n".join(f"{pad}-{_after(held, indent)}" for held in value)
    return pad + json.dumps(value, ensure_ascii=False)


def _after(value: Any, indent: int) -> str:
    if isinstance(value, (dict, list)) and value:
        return "\n" + block(value, indent + 1)
    return " " + json.dumps(value, ensure_ascii=False)


def structure(schema: dict[str, Any], pick: random.Random) -> bytes:
    """Return one generated file."""
    made = Maker(schema, pick).make()
    if isinstance(made, dict) and pick.random() < 0.9:
        made = {"version": 1, **made}
    text = block(made) if pick.random() < 0.8 else json.dumps(made, ensure_ascii=False)
    return (text + "\n").encode("utf-8", "surrogatepass")
