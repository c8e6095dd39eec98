"""One apply, recovery or rollback, as small a process as can be: this is what is killed.

Usage: ``python -m tools.killing.driver apply|recover|rollback|status FOLDER PORT INSTANCE [STATE]``
"""

from __future__ import annotations

import sys
from pathlib import Path

from mailspec.apply.live import read_live
from mailspec.apply.recover import recover
from mailspec.apply.request import Request
from mailspec.apply.run import apply
from mailspec.outcome.refusal import Refusal
from mailspec.outcome.secret import Secret
from mailspec.plan.desired import Desired, DesiredObject, TargetDesired
from mailspec.plan.flags import Flags
from mailspec.plan.rollback import wanted_again
from mailspec.state.commit import pending
from mailspec.state.lease import info
from mailspec.state.session import Session
from mailspec.state.store import history, open_state, snapshot
from mailspec.state.url import parse_url

CANARY = "canary-Pw9"
FILES = ("one", "two")


def secret(port: str) -> str:
    """Return the password that belongs to a port: a file of one and the other is a torn one."""
    return f"{CANARY}-{port}"


def desired(port: str) -> Desired:
    """Return one configuration and two files, so that order and undoing of several are seen."""
    reference = {"env": f"PASSWORD_{port}"}
    fields = {"host": "smtp.acme.example", "port": int(port), "auth.password": reference}
    name = f"configuration:Relay {port}"
    keys = {"MAIL_HOST": "smtp.acme.example", "MAIL_PORT": port, "MAIL_PASSWORD": {"secret": reference}}
    targets = [
        TargetDesired(word, "env_file", f"{word}/mail.env", dict(keys), {"adopt": True, "dialect": "docker"}, name)
        for word in FILES
    ]
    return Desired((DesiredObject(name, fields, "active", None, frozenset({"auth.password"})),), tuple(targets))


def lookup(reference: object) -> Secret:
    """Return the secret of ``{"env": "PASSWORD_<port>"}``."""
    assert isinstance(reference, dict)
    return Secret(secret(str(reference["env"]).removeprefix("PASSWORD_")))


def run(mode: str, session: Session, folder: Path, wanted: Desired) -> int:
    """Do it, print what was said, and return the exit code."""
    if mode == "recover":
        notes = recover(session, wanted, folder)
        print(notes.message if isinstance(notes, Refusal) else "\n".join(notes))
        return int(notes.exit) if isinstance(notes, Refusal) else 0
    if mode == "status":
        held = snapshot(session)
        lock, unfinished = info(session), pending(session)
        active = next(item for item in held.objects.values() if item.active)
        recorded = {str(target["keys"]["MAIL_PORT"]) for target in held.targets.values()}
        assert recorded == {str(active.fields["port"])}, recorded
        print(active.fields["port"], "free" if lock is None and unfinished is None else "locked")
        return 0
    if mode == "rollback":
        recover(session, wanted, folder)
        first = history(session)[-1]
        live = read_live(snapshot(session), wanted, folder, lookup)
        wanted = wanted_again(first.objects, first.targets, live)
    recap = apply(session, Request(wanted, Flags(), folder, lookup))
    refused = recap.refusal.message if recap.refusal else None
    print(*filter(None, (*recap.notes, recap.failure, refused)), *recap.targets, sep="\n")
    return int(recap.exit)


def main() -> int:
    """Read the arguments and run."""
    mode, folder, port, instance = sys.argv[1], Path(sys.argv[2]), sys.argv[3], sys.argv[4]
    url = parse_url(sys.argv[5] if len(sys.argv) > 5 else None, folder)
    assert not isinstance(url, Refusal)
    return run(mode, open_state(url, instance, None), folder, desired(port))


if __name__ == "__main__":
    sys.exit(main())
