"""A sign-in pasted before a host is in no output: of no command, in no format, whatever marks it holds."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from mailspec.render.registry import names_for

CANARY = "CaNaRy7Z"
HOSTS = {
    "url": f"smtp://AKIA:{CANARY}/x#W@mail.acme.example",
    "user-and-password": f"hub:{CANARY}@mail.acme.example",
    "no-scheme": f"//hub:{CANARY}@mail.acme.example",
    "at-inside": f"smtps://hub:p@{CANARY}:x?y%z@mail.acme.example:465",
    "user-alone": f"{CANARY}@mail.acme.example",
}
FILE = """\
version: 1
configurations:
  - name: Primary
    state: active
    host: "{host}"
    port: "wrong"
    from: noreply@acme.example
general: {{users: {{mode: smtp}}}}
users:
  - {{email: alice@acme.example, account: {{host: "{host}"}}}}
"""


def run(folder: Path, *words: str, env: dict[str, str] | None = None) -> str:
    ran = subprocess.run(
        [sys.executable, "-m", "mailspec", *words],
        cwd=folder,
        capture_output=True,
        text=True,
        env={**os.environ, **(env or {})},
        check=False,
    )
    assert ran.returncode in {0, 1, 2, 5}, ran.stderr
    return ran.stdout + ran.stderr


@pytest.mark.parametrize("host", HOSTS.values(), ids=HOSTS)
def test_no_command_in_no_format_shows_what_stands_before_a_host(host: str, tmp_path: Path) -> None:
    (tmp_path / "mailspec.yml").write_text(FILE.format(host=host), encoding="utf-8")
    outputs = [run(tmp_path, "validate")]
    outputs.append(run(tmp_path, "validate", *(f"--format={name}={tmp_path / name}" for name in FORMATS)))
    outputs += [run(tmp_path, *words) for words in COMMANDS]
    outputs += [path.read_text(encoding="utf-8") for path in tmp_path.iterdir() if path.name in FORMATS]
    assert len(outputs) >= len(FORMATS) + len(COMMANDS)
    for output in outputs:
        assert CANARY not in output
    assert "MS301" in outputs[0] or "MS105" in outputs[0]


FORMATS = [name for name in names_for("findings") if name not in {"text"}]
COMMANDS = (("show",), ("show", "--format", "json"), ("plan",), ("probe",), ("show", "--why", "host"))


@pytest.mark.parametrize("host", HOSTS.values(), ids=HOSTS)
def test_a_variable_with_a_sign_in_before_the_host_is_shown_nowhere(host: str, tmp_path: Path) -> None:
    text = "version: 1\ninstance: {env_prefix: HUB_}\nconfigurations: [{name: A, host: a.example, from: a@a.example}]\n"
    (tmp_path / "mailspec.yml").write_text(text, encoding="utf-8")
    for words in (("validate", "--with-env"), *COMMANDS):
        assert CANARY not in run(tmp_path, *words, env={"HUB_HOST": host})
