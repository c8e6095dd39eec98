"""`make demo`: the whole way of one change, against a mail server that runs inside this script.

Everything it makes is in .demo/; the example itself stays as it is. It ends with 1 if a step went otherwise.
"""

from __future__ import annotations

import os
import secrets
import shutil
import sys
from pathlib import Path

from mailserver import HOST, Running, running
from stage import Stage

ROOT = Path(__file__).parents[2]
# Another folder than .demo may be given, so that the suite's walk does not meet a person's.
DEMO = Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else ROOT / ".demo"
PROJECT = DEMO / "quickstart"
USER = "noreply@acme.example"
VARIABLE = "ACME_SMTP_PASSWORD"

# What an overlay is for: the same settings, with this environment's server in place of the real one.
OVERLAY = """\
# yaml-language-server: $schema=../../../schemas/environment.schema.json
configurations:
  - name: Primary SMTP Server
    host: {host}
    port: {port}  # mailspec: ignore[MS104] the demo's server takes any free port
    tls: {{ca_file: {ca_file}}}
targets:
  - {{name: hub, path: {target}}}
"""


def prepare(server: Running) -> None:
    """Copy the example, and add an environment that points at the demo's server."""
    shutil.copytree(ROOT / "examples/quickstart", PROJECT)
    overlay = OVERLAY.format(
        host=HOST, port=server.tls_port, ca_file="../../server/ca.pem", target="../../hub/smtp.env"
    )
    (PROJECT / "environments").mkdir(exist_ok=True)
    (PROJECT / "environments/demo.yml").write_text(overlay)
    (DEMO / "hub").mkdir()


def change(name: str, before: str, after: str) -> None:
    path = PROJECT / name
    text = path.read_text()
    assert before in text, f"{name} no longer holds {before!r}"
    path.write_text(text.replace(before, after, 1))


def walk(stage: Stage) -> None:
    """The steps in the order in which an administrator takes them."""
    stage.say("1. The settings are files in Git. Are they right? No network, no password is needed to know.")
    stage.run("validate")

    stage.say("2. What would change? Environment 'demo' puts this machine's mail server in place of the real one.")
    stage.run("plan", "-E", "demo")

    stage.say("3. Apply it: sign in first, send a test message, and only then write the program's settings.")
    stage.run("apply", "-E", "demo", "--auto-approve")
    stage.show(DEMO / "hub/smtp.env")

    stage.say("4. The same again changes nothing, and says so.")
    stage.run("apply", "-E", "demo", "--no-test", "--auto-approve")

    stage.say("5. Prove the settings at any time with a real message.")
    stage.run("test", "-E", "demo")

    stage.say("6. A colleague moves the server to port 587 and forgets the encryption that goes with it.")
    change("configurations/primary.yml", "port: 465", "port: 587")
    stage.run("validate", expect=1)
    stage.say("   Caught before anybody lost a mail. Why is that wrong?")
    stage.run("explain", "MS101", lines=15)
    change("configurations/primary.yml", "port: 587", "port: 465")

    stage.say("7. And a wrong password? The server's answer is put into words.")
    stage.run("test", "-E", "demo", expect=1, env={VARIABLE: "not-the-password"})


def main() -> int:
    shutil.rmtree(DEMO, ignore_errors=True)
    password = secrets.token_urlsafe(12)
    # The demo shows its own settings only, whatever this shell has set.
    for name in [name for name in os.environ if name.startswith(("SETGET_SMTP_", "MAILSPEC_"))]:
        del os.environ[name]
    os.environ[VARIABLE] = password
    with running(DEMO / "server", {USER: password}) as server:
        prepare(server)
        stage = Stage(PROJECT, hidden=(password, "not-the-password"))
        stage.say(
            f"A mail server is up: {HOST}:{server.tls_port} (TLS from the first byte) and "
            f"{HOST}:{server.starttls_port} (STARTTLS),\n"
            f"with sign-in and its own certificate authority. The example is in {os.path.relpath(PROJECT)}."
        )
        walk(stage)
        delivered = server.messages()
    if not delivered:
        stage.problems.append("no message was delivered")
    else:
        stage.say(f"The delivered message: {os.path.relpath(delivered[-1])}")
        stage.head(delivered[-1])
    return stage.close()


if __name__ == "__main__":
    sys.exit(main())
