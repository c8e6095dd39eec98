"""``init`` with answers: a project for a provider, an application and people, instead of the example."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from typing import NamedTuple

from mailspec.files.links import refuse_links
from mailspec.files.writing import create_file
from mailspec.importing.found import Source
from mailspec.importing.sources import KINDS
from mailspec.outcome.report import Report
from mailspec.programs.presets import PRESETS
from mailspec.providers import Provider
from mailspec.text import suggest
from mailspec.text.address import is_address
from mailspec.text.edit_data import scalar
from mailspec.workflow.importing.answers import Choices
from mailspec.workflow.importing.rehearsal import rehearse
from mailspec.workflow.project import UsageError, planned_project
from mailspec.workflow.reference.knowledge import find
from mailspec.workflow.reference.starting import IGNORED, ExistsError, Started, ignore_state
from mailspec.workflow.workspace import Workspace

_SECRET = "SMTP_PASSWORD"  # the variable's name, no password  # noqa: S105


class Made(NamedTuple):
    """The files by path in the project, and what validate says of them."""

    files: dict[str, str]
    report: Report


def applications() -> tuple[str, ...]:
    """Return the programs that ``application`` may name."""
    return (*PRESETS, "postfix", "msmtp")


def usual_sources() -> list[tuple[str, str]]:
    """Return the kinds of programs whose usual file is there and names a mail server, with its path.

    Django's settings are not among them: nobody asked for their code to run.
    """
    found = []
    for word, kind in KINDS.items():
        path = os.path.join(kind.usual, "main.cf") if word == "postfix" else kind.usual
        if word != "django" and os.path.isfile(path) and isinstance(kind.read(os.path.abspath(path)), Source):
            found.append((word, kind.usual))
    return found


def choose(folder: str, choices: Choices) -> Made:
    """Return the files for some answers, judged as validate would.

    Raises:
        UsageError: an answer names nothing, or one that is needed is missing.
    """
    if choices.provider is None:
        raise UsageError("An application or people need a server: write --provider NAME, or its host.")
    if choices.sender is None or not is_address(choices.sender):
        raise UsageError(f"--sender wants an e-mail address, not '{choices.sender or ''}'.")
    wrong = [person for person in choices.people if not is_address(person)]
    if wrong:
        raise UsageError(f"--person wants an e-mail address, not '{wrong[0]}'.")
    identity = re.sub(r"[^a-z0-9]+", "-", os.path.basename(os.path.abspath(folder)).lower()).strip("-") or "mail"
    files = {
        "mailspec.yml": "\n".join(_main(identity, choices)) + "\n",
        "configurations/primary.yml": "\n".join(_configuration(choices)) + "\n",
    }
    if choices.people:
        lines = ["users:", *(f"  - email: {scalar(person)}" for person in choices.people)]
        files["users/people.yml"] = "\n".join(lines) + "\n"
    if choices.application is not None:
        files["targets/application.yml"] = "\n".join(_target(choices)) + "\n"
    texts = {name: text.encode() for name, text in files.items()}
    seen = rehearse(Workspace(planned_project(os.path.abspath(folder), texts, ignored_soon=IGNORED)), [], set())
    return Made(files, seen.report)


def _main(identity: str, choices: Choices) -> Iterator[str]:
    yield from ("version: 1", "", "instance:", "  # The id keys the state, so it should stay.", f"  id: {identity}")
    if choices.people:
        yield from ("", "general:", "  users:", "    mode: smtp", "    account:")
        yield "      # Where each person's password is; {email} is the person's address."
        yield f'      password: {{keyring: "{identity}/{{email}}"}}'
    domain = str(choices.sender).rpartition("@")[2]
    yield from ("", "policy:", "  require_tls: true")
    yield "  # Whom mailspec test may write to, and to whom it writes by itself."
    yield f'  allowed_recipients: ["*@{domain}"]'
    yield f"  test_recipients: [postmaster@{domain}]"


def _configuration(choices: Choices) -> Iterator[str]:
    word = str(choices.provider)
    known = _provider(word)
    own = known is not None and known.preset is not None and known.preset.host is not None
    yield from ("configurations:", "  - name: Primary SMTP Server", "    state: active")
    if known is not None and own and not _is_host(word):
        yield f"    provider: {known.id}"
    elif _is_host(word):
        yield f"    host: {scalar(word)}"
    else:
        hosts = "" if known is None else f", such as {known.hosts[0]}" if known.hosts else ""
        raise UsageError(f"{word} has several hosts: write yours instead{hosts}.")
    username = choices.username or _literal_username(known) or str(choices.sender)
    yield from ("    auth:", f"      username: {scalar(username)}")
    yield "      # Never the password itself, only where it is: env, file, keyring, vault, sops, age or command."
    yield f"      password: {{env: {_SECRET}}}"
    yield f"    from: {{email: {scalar(str(choices.sender))}}}"


def _is_host(word: str) -> bool:
    return "." in word or word == "localhost"


def _provider(word: str) -> Provider | None:
    try:
        return find(word)
    except UsageError:
        if _is_host(word):
            return None
        raise


def _literal_username(known: Provider | None) -> str | None:
    accepts = () if known is None else known.data.get("username", {}).get("accepts", ())
    return next((str(entry["value"]) for entry in accepts if entry.get("kind") == "literal"), None)


def _target(choices: Choices) -> Iterator[str]:
    word = str(choices.application)
    if word not in applications():
        near = suggest(word, applications())
        hint = f" Did you mean {near}?" if near else ""
        raise UsageError(f"There is no application '{word}'.{hint} There are {', '.join(applications())}.")
    own = word in ("postfix", "msmtp")
    yield from ("targets:", f"  - name: {word}", f"    type: {word if own else 'env_file'}")
    if not own:
        yield f"    preset: {word}"
    if choices.path is not None:
        path = choices.path if choices.path.startswith("/") else f"../{choices.path}"
        yield f"    path: {scalar(path)}"
    elif not own:
        yield f"    path: ../{word}.env"


def write(folder: str, made: Made) -> Started:
    """Write the files; nothing that exists is overwritten.

    Raises:
        ExistsError: one of the files is there already; then nothing was written.
        UsageError: the folder cannot be made or written.
    """
    taken = [name for name in made.files if os.path.lexists(os.path.join(folder, name))]
    if taken:
        raise ExistsError(f"{', '.join(os.path.join(folder, name) for name in taken)} exists; nothing was written.")
    try:
        for name in (*made.files, ".gitignore"):
            refuse_links(os.path.join(folder, name), folder)
        for name, text in made.files.items():
            path = os.path.join(folder, name)
            os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
            create_file(path, text.encode())
        created, changed = ignore_state(os.path.join(folder, ".gitignore"))
    except OSError as error:
        raise UsageError(f"{error.filename or folder}: {(error.strerror or 'cannot be written').lower()}.") from error
    return Started((*made.files, *created), changed)
