"""A secret in a file that sops encrypted: ``FILE#KEY``, the key with dots between its steps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from mailspec.files.json_text import read_json
from mailspec.outcome.secret import Secret
from mailspec.secrets.base import Resolved, SecretProblem
from mailspec.secrets.command_run import run
from mailspec.secrets.paths import place, read, text_of
from mailspec.secrets.sops_file import LARGEST, found_in, read_sops

# Exit statuses of sops (cmd/sops/codes/codes.go in getsops/sops 3.11): they say why it failed, and hold nothing.
_FAILED = {
    1: "it holds nothing that sops encrypted",
    2: "it cannot be read",
    25: "a value in it is damaged",
    51: "its check sum does not fit: it was changed without sops",
    52: "its check sum is missing",
    100: "there is no such file",
    128: "none of the keys here opens it",
}
_HELP = "see what sops says: sops decrypt"


def resolve_sops(word: Any, base: Path, environ: Mapping[str, str]) -> Resolved | SecretProblem:
    """Return the value of a key, without one trailing newline; it must be text in the file.

    sops is given what was read of the file, not the file: its YAML reader takes other characters for line ends, so that
    it could see keys and key services that nobody judged. All is asked for as JSON, and the key looked up here: by
    itself, sops would print ``0123`` without quotes as ``83``, and take a step such as ``a][b`` for two.
    """
    name, mark, key = word.rpartition("#") if isinstance(word, str) else ("", "", "")
    if not mark or not name or not key or "\0" in name:
        return SecretProblem("malformed", "'sops' wants FILE#KEY, such as secrets.sops.yml#smtp.password")
    path = place(name, base, "sops file")
    if isinstance(path, SecretProblem):
        return path
    content = read(path, name, "sops file", LARGEST)
    if isinstance(content, SecretProblem):
        return content
    file = read_sops(name, content.raw)
    if file is None:
        why = "its keys cannot be told: a key stands twice, or it is not of the kind that its name's ending says"
        return SecretProblem("malformed", f"the sops file {name} cannot be used: {why}", f"{_HELP} {name}")
    if file.by_comments:
        why = "comments say which of its values are encrypted, and they are left out here"
        return SecretProblem("malformed", f"the sops file {name} cannot be used: {why}", "use rules by key or suffix")
    argv = ["sops", "--decrypt", "--input-type", file.kind, "--output-type", "json", "/dev/stdin"]
    environ = {**environ, "SOPS_DISABLE_VERSION_CHECK": "true"}
    ended = run(argv, base, environ, limit=LARGEST, given=file.raw)
    if isinstance(ended, SecretProblem):
        missing = ended.kind == "unavailable_backend"
        return replace(ended, help="install sops (getsops.io)") if missing else ended
    if ended.status:
        why = _FAILED.get(ended.status, f"exit status {ended.status}")
        return SecretProblem("unreadable", f"sops cannot give '{key}' of {name}: {why}", f"{_HELP} {name}")
    return _value(ended.out, key, f"the key '{key}' of {name}")


def _value(out: bytes, key: str, shown: str) -> Resolved | SecretProblem:
    try:
        data = read_json(out)
    except ValueError:
        return SecretProblem("malformed", f"{shown} cannot be read from what sops printed")
    value = found_in(data, key)
    if value is None:
        return SecretProblem("missing", f"{shown} does not exist")
    if not isinstance(value, str):
        help_ = "write it in quotes (sops edit), so that no zero is lost"
        return SecretProblem("malformed", f"{shown} is not text", help_)
    text = text_of(value.encode("utf-8", "surrogatepass"), shown)
    return text if isinstance(text, SecretProblem) else Resolved(Secret(text))
