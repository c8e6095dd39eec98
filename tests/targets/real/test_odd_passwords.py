"""34 odd passwords through every writer, and back through the program itself: it signs in with what it has read."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from mailspec.targets.conformance import Bench
from mailspec.targets.registry import find
from tests.support.passwords import ODD
from tools.targets.record import proving
from tools.targets.scene import SENDER, TOOLS, Program, Scene
from tools.targets.table import PROGRAMS

pytestmark = [
    pytest.mark.filterwarnings("ignore:Requiring AUTH"),
    pytest.mark.skipif(not os.environ.get("CI_TARGETS"), reason="some 300 messages are sent by make test-targets"),
]
USER = "u@acme.example"
# A whole server is too much for each password: what Synapse reads its file with is asked.
SERVERS = {"synapse": "yaml.safe_load(open(path))['email']['smtp_pass']"}


def words_of(program: Program) -> dict[str, Any]:
    """Return a program's words of a target, without those that are about us."""
    from ruamel.yaml import YAML

    words = YAML(typ="safe").load(f"{{{program.target.format(path='settings')}}}")
    return {key: value for key, value in words.items() if key not in ("adopt", "prove", "reload")}


def settings(host: str, port: int) -> dict[str, Any]:
    return {
        "mode": "smtp",
        "host": host,
        "port": port,
        "security": "none",
        "auth.method": "plain",
        "auth.username": USER,
        "auth.password": {"env": "P"},
        "from.email": SENDER,
    }


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_program_signs_in_with_the_password_or_it_is_refused(name: str, tmp_path: Path, sinks: Any) -> None:
    program = PROGRAMS[name]
    if program.missing:
        pytest.skip(program.missing)
    words = words_of(program)
    kind: Any = find(words["type"])
    with proving(name, "34 odd passwords", program.proof) as says:
        sink = sinks.start("auth", address="127.0.0.1" if program.host == "localhost" else program.host)
        refused, wrong = [], []
        for number, password in enumerate(ODD):
            folder = tmp_path / str(number)
            folder.mkdir()
            scene = Scene(folder, sinks.ca_file)
            if program.before is not None:
                scene.path.write_text(program.before)
            if program.prepare is not None:
                program.prepare(scene)
            path = str(folder / words["path"])
            bench = Bench(kind, words["type"], {**words, "name": "program", "path": path}, folder)
            target = bench.target(settings(program.host, sink.port))
            if bench.write(target, bench.values(target, None, password)) is not None:
                refused.append(password)
                continue
            if name in SERVERS:
                read = _output(scene, SERVERS[name])
            else:
                sink.messages.clear()
                program.send(scene)
                read = next((message.password for message in sink.wait(1, seconds=6)), None)
            if read != password:
                wrong.append((password, read, scene.log[-300:]))
            shutil.rmtree(folder)
        assert wrong == []
        # n8n alone takes away blanks and quotes at both ends; all others refuse four at most.
        assert len(refused) <= 6, refused
        says(f"{len(ODD) - len(refused)} signed in, {len(refused)} refused when written")


def _output(scene: Scene, expression: str) -> str:
    code = f"import sys, yaml; path = sys.argv[1]; sys.stdout.write({expression})"
    command = [TOOLS / "synapse/bin/python", "-c", code, scene.path]
    return subprocess.run(command, capture_output=True, check=True).stdout.decode()
