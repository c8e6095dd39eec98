"""Mail through the programs that mailspec writes for: every TLS mode, the refusals, and off, each at a real server.

`make test-targets` installs the programs (tools/targets/install.sh) and runs all of it; the suite runs what is cheap.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from tools.targets.record import proving
from tools.targets.scene import RECIPIENT, SENDER, Program, Scene, free_port
from tools.targets.table import PROGRAMS

pytestmark = pytest.mark.filterwarnings("ignore:Requiring AUTH")
PASSWORD = 's3cret pa$$#"w'
USER = "u@acme.example"
ALL = bool(os.environ.get("CI_TARGETS"))
FEATURES: dict[str, dict[str, Any]] = {
    "starttls": {"kind": "starttls", "security": "starttls"},
    "implicit": {"kind": "tls", "security": "tls"},
    "no_tls": {"kind": "plain", "security": "none", "user": None},
    "clear_sign_in": {"kind": "auth", "security": "none"},
    "unknown_ca": {"kind": "starttls", "security": "starttls", "known": False},
    "wrong_name": {"kind": "starttls", "security": "starttls", "name": "other.example"},
    "no_starttls": {"kind": "auth", "security": "starttls"},
    "off": {"kind": "starttls", "security": "starttls"},
}
SAFE = {
    "unknown_ca": "refused",
    "wrong_name": "refused",
    "no_starttls": "refused",
    "off": "no mail leaves",
}
CHEAP = [
    ("nullmailer", "starttls"),
    ("nullmailer", "no_starttls"),
    ("alertmanager", "starttls"),
    ("spring", "implicit"),
]
CASES = [
    pytest.param(name, feature, marks=[pytest.mark.xdist_group("465")] if feature in program.ports else [])
    for name, program in PROGRAMS.items()
    for feature in FEATURES
    if ALL or (name, feature) in CHEAP
]


def spec_of(program: Program, scene: Scene, feature: str, port: int, known_ca: Path, local: int) -> str:
    settings = FEATURES[feature]
    signs_in = settings.get("user", USER) is not None
    auth = f"auth: {{username: {USER}, password: {{env: ACME_PASSWORD}}}}, " if signs_in else ""
    tls = "" if settings["security"] == "none" else f"tls: {{ca_file: {known_ca}}}, "
    # Nobody is asked before the write: what is proven is what the program does.
    return (
        "version: 1\ninstance: {name: Acme, id: acme}\nconfigurations:\n"
        f"  - {{name: Office, state: inactive, host: {program.host}, port: {port}, security: {settings['security']}, "
        f"{auth}{tls}from: {SENDER}, timeout: 5s}}\n"
        f"  - {{name: Local, state: active, host: localhost, port: {local}, security: none, from: {SENDER}}}\n"
        "targets:\n"
        f"  - {{name: program, configuration: Office, {program.target.format(path=scene.path)}}}\n"
    )


@pytest.mark.parametrize(("name", "feature"), CASES)
def test_mail_goes_as_declared_or_not_at_all(name: str, feature: str, tmp_path: Path, sinks: Any, project: Any) -> None:
    program = PROGRAMS[name]
    with proving(name, feature, program.proof) as says:
        if program.missing:
            if ALL and os.environ.get("CI"):
                pytest.fail(program.missing)
            pytest.skip(program.missing)
        expected = program.outcomes.get(feature, SAFE.get(feature, "sent"))
        sends(program, feature, expected, tmp_path, sinks, project)
        says(expected)


def sends(program: Program, feature: str, expected: str, tmp_path: Path, sinks: Any, project: Any) -> None:
    """Write a program's settings, have it send, and assert what the server saw of it."""
    settings = FEATURES[feature]
    port = program.ports.get(feature) or free_port()
    folder = tmp_path / "program"
    folder.mkdir()
    scene = Scene(folder, sinks.ca_file)
    if program.before is not None:
        scene.path.write_text(program.before)
    if program.prepare is not None:
        program.prepare(scene)
    if scene.path.is_file():
        scene.path.chmod(0o600)
    spec = spec_of(program, scene, feature, port, sinks.ca_file, sinks.start("plain").port)
    checked = project(spec, "validate", code=None)
    project(spec, "apply", "--auto-approve", "--no-test", "--allow", "unproven=Office")
    if feature == "off":
        off = spec.replace("state: active", "state: inactive")
        project(off, "apply", "--auto-approve", "--no-test", "--allow", "unproven=Office", "--allow", "off")
    # A server that is not there cannot be asked before the write: what is proven is what the program does.
    sink = sinks.start(
        settings["kind"],
        name=settings.get("name", "localhost"),
        known=settings.get("known", True),
        port=port,
        address="127.0.0.1" if program.host == "localhost" else program.host,
    )
    code = program.send(scene)
    arrived = sink.wait(1, seconds=0.5 if code or not expected.startswith("sent") else 15)
    if expected.startswith("sent"):
        assert len(arrived) == 1, scene.log
        message = arrived[0]
        assert message.recipients == [RECIPIENT]
        if settings.get("user", USER) is not None:
            assert (message.user, message.password) == (USER, PASSWORD), scene.log
        assert message.encrypted is (settings["kind"] in ("starttls", "tls"))
        found = expected.partition(", ")[2]
        assert not found or found in checked.out, checked.out
    else:
        assert arrived == [], scene.log
    assert PASSWORD not in scene.log
    sinks.close()


def test_every_program_has_a_row() -> None:
    assert len(PROGRAMS) >= 14
    assert all(
        outcome.startswith(("sent", "refused")) for entry in PROGRAMS.values() for outcome in entry.outcomes.values()
    )
