"""``init``: a project to start from, which validates as it is. Nothing that exists is overwritten."""

from __future__ import annotations

import os
from typing import NamedTuple

from mailspec.files.links import refuse_links
from mailspec.files.opening import MIB, Unread, read_file
from mailspec.files.writing import append_file, create_file
from mailspec.workflow.project import UsageError

MAIN = """\
# What sends mail here, and what holds for everyone. Check it with: mailspec validate
version: 1

instance:
  # The program's name, also the name that recipients see. Its id keys the state, so it should stay.
  id: my-hub
  name: My Hub

# What stops without mail, in the words that your support uses.
features:
  - name: password_reset
    needs: standard
    without: Administrators reset passwords by hand.

policy:
  require_tls: true
  allowed_sender_domains: [acme.example]
  # Whom mailspec test may write to, and to whom it writes by itself.
  allowed_recipients: ["*@acme.example"]
  test_recipients: [postmaster@acme.example]
"""

CONFIGURATION = """\
# One sending account. More can stand here or in other files; one is active.
configurations:
  - name: Primary SMTP Server
    state: active
    # mailspec providers lists services whose ports and user names are known.
    host: mail.acme.example
    # tls goes with port 465, starttls with 587.
    port: 465
    security: tls
    auth:
      username: noreply@acme.example
      # Never the password itself, only where it is: env, file, keyring, vault, sops, age or command.
      password: {env: SMTP_PASSWORD}
    from: {email: noreply@acme.example}
"""

STARTER = {"mailspec.yml": MAIN, "configurations/primary.yml": CONFIGURATION}
# What belongs to no commit: the state, which says what was applied from this machine; secrets, wherever somebody puts
# them; what a killed run may leave beside a file.
IGNORED = (".mailspec/", "secrets/", ".env*", ".mailspec-write-*")


class ExistsError(Exception):
    """Something stands where the starter would go; the message names it."""


class Started(NamedTuple):
    """The files that were made and those that a line was added to, relative to the folder."""

    created: tuple[str, ...]
    changed: tuple[str, ...]


def start(folder: str) -> Started:
    """Make the starter's files in a folder, which is made too where it is missing.

    Raises:
        ExistsError: one of the files is there already; then nothing was written.
        UsageError: the folder cannot be made or written.
    """
    if os.path.lexists(folder) and not os.path.isdir(folder):
        raise UsageError(f"{folder} is not a folder.")
    taken = [name for name in STARTER if os.path.lexists(os.path.join(folder, name))]
    if taken:
        verb = "exist" if len(taken) > 1 else "exists"
        raise ExistsError(f"{', '.join(os.path.join(folder, name) for name in taken)} {verb}; nothing was written.")
    try:
        for name in (*STARTER, ".gitignore"):
            refuse_links(os.path.join(folder, name), folder)
        for name, text in STARTER.items():
            path = os.path.join(folder, name)
            os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
            # What somebody else makes in between is not overwritten either.
            create_file(path, text.encode())
        created, changed = ignore_state(os.path.join(folder, ".gitignore"))
    except FileExistsError as error:
        raise ExistsError(f"{error.filename} exists; it was left as it is.") from error
    except OSError as error:
        raise UsageError(f"{error.filename or folder}: {(error.strerror or 'cannot be written').lower()}.") from error
    return Started((*STARTER, *created), changed)


def ignore_state(path: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Have Git ignore the state and secrets; lines that are there stay."""
    name = os.path.basename(path)
    refuse_links(path, os.path.dirname(path))
    if not os.path.lexists(path):
        create_file(path, "".join(f"{line}\n" for line in IGNORED).encode())
        return (name,), ()
    content = read_file(path, MIB)
    if isinstance(content, Unread):
        raise OSError(content.errno, content.reason, path)
    text = content.raw.decode("utf-8", "surrogateescape")
    there = {line.strip().lstrip("/") for line in text.splitlines()}
    lacking = "".join(f"{line}\n" for line in IGNORED if line not in there)
    if not lacking:
        return (), ()
    append_file(path, (("" if not text or text.endswith("\n") else "\n") + lacking).encode())
    return (), (name,)
