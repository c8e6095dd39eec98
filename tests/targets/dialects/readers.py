"""The real readers of ``.env`` files, each asked once for a file: what it has for each key, ``None`` where it fails."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable
from functools import partial
from io import StringIO
from pathlib import Path
from typing import Any

TOOLS = Path(__file__).parents[3] / ".tools/dotenv"
# Names that values may hold: a reader that looks for variables finds these.
OUTSIDE = {"HOME": "/outside", "X": "outside", "NAME": "outside", "a": "outside", "B": "outside"}
Read = dict[str, str]
Reader = Callable[[Path], "Read | None"]

_NODE = """
const fs = require('fs');
const [folder, name, file] = process.argv.slice(1);
const parsed = require(folder + '/node_modules/dotenv16').parse(fs.readFileSync(file));
if (name.startsWith('dotenv')) {
  console.log(JSON.stringify(require(folder + '/node_modules/' + name).parse(fs.readFileSync(file))));
} else {
  const made = require(folder + '/node_modules/' + name);
  const run = made.expand || made;
  console.log(JSON.stringify(run({ parsed, processEnv: { ...process.env } }).parsed));
}
"""
_RUBY = "require 'dotenv'; require 'json'; puts Dotenv::Parser.call(File.read(ARGV[0]), true).to_json"
_LARAVEL = (
    "require '/usr/share/php/Dotenv/autoload.php';echo json_encode(Dotenv\\Dotenv::parse(file_get_contents($argv[1])));"
)
_SYMFONY = (
    "require '/usr/share/php/Symfony/Component/Dotenv/autoload.php';"
    "echo json_encode((new Symfony\\Component\\Dotenv\\Dotenv())->parse(file_get_contents($argv[1]), $argv[1]));"
)


def _asked(command: list[Any], file: Path) -> Any:
    env = {**OUTSIDE, "PATH": "/usr/local/bin:/usr/bin:/bin", "LANG": "C.UTF-8"}
    done = subprocess.run([*command, file], env=env, cwd=file.parent, capture_output=True, check=False)
    if done.returncode != 0:
        return None
    return json.loads(done.stdout.decode(errors="replace"))


def _compose(file: Path) -> Read | None:
    text = json.dumps({"services": {"app": {"image": "app", "env_file": file.name}}})
    (file.parent / "compose.yml").write_text(text)
    command = [TOOLS / "compose/bin/docker-compose", "-f", file.parent / "compose.yml", "config", "--format", "json"]
    done = subprocess.run(
        command, env={**OUTSIDE, "PATH": "/usr/bin:/bin"}, cwd=file.parent, capture_output=True, check=False
    )
    if done.returncode != 0:
        return None
    held = json.loads(done.stdout)["services"]["app"]["environment"]
    # What it prints could be put into a Compose file again, in which $ is doubled.
    return {key: value.replace("$$", "$") for key, value in held.items()}


def _python(file: Path) -> Read | None:
    import dotenv

    text = file.read_bytes().decode()
    return {key: str(value) for key, value in dotenv.dotenv_values(stream=StringIO(text, newline=None)).items()}


def readers() -> dict[str, Reader | str]:
    """Return each reader by its name, or why it cannot be asked here."""
    node = ("dotenv16", "dotenv18", "expand5", "expand10", "expand12", "expand1000")
    found: dict[str, Reader | str] = {"python-dotenv": _python}
    for name in node:
        there = (TOOLS / "node_modules" / name).is_dir() and shutil.which("node")
        ask = partial(_asked, ["node", "-e", _NODE, TOOLS, name])
        found[name] = ask if there else f"{name} is not installed (tools/services/dotenv.sh)"
    there = (TOOLS / "compose/bin/docker-compose").exists()
    found["compose"] = _compose if there else "Docker Compose is not installed (tools/services/dotenv.sh)"
    for name, command, path in (
        ("ruby", ["ruby", "-e", _RUBY], "/usr/share/rubygems-integration/all/gems"),
        ("laravel", ["php", "-r", _LARAVEL], "/usr/share/php/Dotenv/autoload.php"),
        ("symfony", ["php", "-r", _SYMFONY], "/usr/share/php/Symfony/Component/Dotenv/autoload.php"),
    ):
        there = Path(path).exists() and shutil.which(command[0])
        found[name] = partial(_asked, command) if there else f"{name}'s dotenv is not installed"
    return found
