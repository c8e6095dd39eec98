"""One apply, as small a process as can be: what the torture kills. Usage: torture_driver.py FOLDER PORT [STATE]."""

from __future__ import annotations

import sys
from pathlib import Path

from mailspec.apply.request import Request
from mailspec.apply.run import apply
from mailspec.outcome.refusal import Refusal
from mailspec.outcome.secret import Secret
from mailspec.plan.desired import Desired, DesiredObject, TargetDesired
from mailspec.plan.flags import Flags
from mailspec.state.store import open_state
from mailspec.state.url import parse_url

CANARY = "canary-password-"


def desired(port: str) -> Desired:
    """Return two configurations and two files, so that order and undoing of several are seen."""
    fields = {"host": "smtp.acme.example", "port": int(port), "auth.password": {"env": "P"}}
    name = f"configuration:Relay {port}"
    keys = {"MAIL_HOST": "smtp.acme.example", "MAIL_PORT": port, "MAIL_PASSWORD": {"secret": {"env": "P"}}}
    targets = [
        TargetDesired(word, "env_file", f"{word}/mail.env", dict(keys), {"adopt": True, "dialect": "sh"}, name)
        for word in ("one", "two")
    ]
    return Desired((DesiredObject(name, fields, "active", None, frozenset({"auth.password"})),), tuple(targets))


def main() -> int:
    """Apply and print what was said; the exit code is the recap's."""
    folder, port = Path(sys.argv[1]), sys.argv[2]
    url = parse_url(sys.argv[3] if len(sys.argv) > 3 else None, folder)
    if isinstance(url, Refusal):
        sys.exit(url.message)
    session = open_state(url, folder.name, None)
    secret = Secret(CANARY + port)
    recap = apply(session, Request(desired(port), Flags(), folder, lambda _: secret))
    for line in (*recap.notes, recap.failure, recap.refusal and recap.refusal.message):
        if line:
            print(line)
    for target in recap.targets:
        print(target)
    return int(recap.exit)


if __name__ == "__main__":
    sys.exit(main())
