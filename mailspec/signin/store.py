"""Stored sign-ins: one encrypted file an account, per user of the operating system and outside every project."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import stat
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from mailspec.files.json_text import read_json
from mailspec.files.memory import forbid_dumps
from mailspec.files.opening import Contents, read_file
from mailspec.files.own_names import state_folder
from mailspec.files.writing import write_file
from mailspec.outcome.secret import Secret
from mailspec.outcome.sign_in import STATES, Problem, SignInState
from mailspec.signin.client import Binding
from mailspec.signin.key import key_for
from mailspec.signin.libraries import missing_library
from mailspec.signin.lock import locked
from mailspec.signin.tokens import TokenRefusedError

_VERSION = 1
_LARGEST = 256 * 1024
# Longer than one refresh may take, so that who waits gets its result.
WAIT = 45.0


@dataclass(frozen=True, slots=True)
class Record:
    """One stored sign-in. Times are seconds since 1970; ``refresh`` is empty where the sign-in is over.

    ``state`` and the words after it say why, as the issuer's refusal was understood.
    """

    access: str
    refresh: str
    until: float
    lifetime: float
    since: float
    proven: float
    state: SignInState = "authenticated"
    reason: str = ""
    advice: str = ""
    who: str = "nobody"
    category: str = "auth_failed"
    detail: str | None = "token"
    reply: str | None = None

    def __repr__(self) -> str:
        return f"Record({self.state})"

    @property
    def problem(self) -> Problem | None:
        """Why the sign-in is over, ``None`` where it is not."""
        if self.state == "authenticated" and self.refresh:
            return None
        words: Any = self
        return Problem(
            self.state,
            self.reason,
            words.category,
            self.detail,
            self.advice,
            words.who,
            reply=self.reply,
        )


class Store:
    """The folder of stored sign-ins. Every read checks owner and mode; nothing is created before a sign-in is kept."""

    def __init__(self, environ: Mapping[str, str] | None = None) -> None:
        forbid_dumps()
        self._environ = os.environ if environ is None else environ
        self.folder = state_folder(self._environ) / "signin"
        self._key: Secret | None = None

    def read(self, binding: Binding) -> Record | None:
        """Return what is stored, ``None`` for nothing.

        Raises:
            TokenRefusedError: it cannot be read or trusted.
        """
        path = self._path(binding)
        content = self._content(path)
        if content is None:
            return None
        bound, record = self._opened(content, path)
        if bound != binding:
            raise TokenRefusedError(_unusable(f"{path} belongs to another sign-in", "Sign in again: mailspec login."))
        return record

    def others(self, binding: Binding) -> list[Binding]:
        """Return stored sign-ins of the same account and service at another issuer or for another application."""
        return [
            other
            for other in self.all()
            if (other.account, other.resource) == (binding.account, binding.resource) and other != binding
        ]

    def all(self) -> list[Binding]:
        """Return what every file that can be read belongs to."""
        found = []
        for path in sorted(self.folder.glob("*.signin")) if self.folder.is_dir() else []:
            with contextlib.suppress(TokenRefusedError):
                content = self._content(path)
                if content is not None:
                    found.append(self._opened(content, path)[0])
        return found

    def write(self, binding: Binding, record: Record) -> None:
        """Store a sign-in in one step. Call it under :meth:`lock`. Raises TokenRefusedError."""
        plain = json.dumps({"version": _VERSION, "binding": list(binding), "record": asdict(record)}).encode()
        content = self._cipher(make=True).encrypt(plain)
        path = self._path(binding)
        try:
            # A file of a project may be a link; this one is the store's own.
            if path.is_symlink():
                path.unlink()
            write_file(path, content, private=True, whole=True)
        except OSError as error:
            raise TokenRefusedError(_unusable(f"{path}: {error.strerror}", "Make room or access for it.")) from None

    def delete(self, binding: Binding) -> bool:
        """Delete a stored sign-in; False where there was none. Call it under :meth:`lock`."""
        path = self._path(binding)
        try:
            path.unlink()
        except FileNotFoundError:
            return False
        except OSError as error:
            raise TokenRefusedError(_unusable(f"{path}: {error.strerror}", "Delete it by hand.")) from None
        return True

    def check(self) -> None:
        """Make the folder and the key, so that a sign-in that follows can be kept. Raises TokenRefusedError."""
        self._make_folder()
        self._cipher(make=True)

    @contextmanager
    def lock(self, binding: Binding) -> Iterator[None]:
        """Be the only one who refreshes or stores this sign-in. Raises TokenRefusedError where that takes too long."""
        self._make_folder()
        path = self._path(binding).with_suffix(".lock")
        try:
            with locked(path, WAIT):
                yield
        except TimeoutError:
            reason = "another mailspec has been renewing this sign-in for too long"
            raise TokenRefusedError(
                Problem("unknown", reason, "timeout", "reply", "Try again later.", "nobody", retry=True)
            ) from None
        except OSError as error:
            raise TokenRefusedError(_unusable(f"{path}: {error.strerror}", "Look at the folder.")) from None

    def _path(self, binding: Binding) -> Path:
        name = hashlib.sha256("\0".join(binding).encode()).hexdigest()[:40]
        return self.folder / f"{name}.signin"

    def _make_folder(self) -> None:
        try:
            self.folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self.folder.mkdir(mode=0o700, exist_ok=True)
        except OSError as error:
            advice = "Set XDG_STATE_HOME to a folder of your own."
            raise TokenRefusedError(_unusable(f"{self.folder}: {error.strerror}", advice)) from None
        self._check_folder()

    def _check_folder(self) -> None:
        status = os.lstat(self.folder)
        if not stat.S_ISDIR(status.st_mode) or not _private(status):
            reason = f"{self.folder} is not a folder that only you can read"
            raise TokenRefusedError(_unusable(reason, f"chmod 700 {self.folder}, and make it yours."))

    def _content(self, path: Path) -> bytes | None:
        try:
            self._check_folder()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise TokenRefusedError(_unusable(f"{path}: {error.strerror}", "Sign in again: mailspec login.")) from None
        contents = read_file(path, _LARGEST, follow=False)
        if isinstance(contents, Contents):
            if _private(contents.status):
                return contents.raw
        elif contents.kind == "missing":
            return None
        elif contents.errno:
            raise TokenRefusedError(_unusable(f"{path}: {contents.reason}", "Sign in again: mailspec login."))
        reason = f"{path} is not a file that only you can read, so it is not used"
        raise TokenRefusedError(_unusable(reason, f"Delete {path}, then sign in again: mailspec login."))

    def _opened(self, content: bytes, path: Path) -> tuple[Binding, Record]:
        from cryptography.fernet import InvalidToken

        try:
            data = read_json(self._cipher(make=False).decrypt(content))
            if data["version"] != _VERSION or data["record"]["state"] not in STATES:
                raise ValueError
            issuer, client_id, account, resource = data["binding"]
            return Binding(issuer, client_id, account, resource), Record(**data["record"])
        except (InvalidToken, ValueError, KeyError, TypeError):
            reason = f"the stored sign-in {path} cannot be opened with today's key"
            raise TokenRefusedError(_unusable(reason, "Sign in again: mailspec login.")) from None

    def _cipher(self, *, make: bool) -> Any:
        try:
            from cryptography.fernet import Fernet
        except ImportError as error:
            raise TokenRefusedError(missing_library(error)) from None
        if self._key is None:
            key = key_for(self._environ, make=make)
            if isinstance(key, Problem):
                raise TokenRefusedError(key)
            self._key = key
        return Fernet(self._key.reveal())


def _private(status: os.stat_result) -> bool:
    if os.name == "nt":  # pragma: no cover - the user's own folder, by its access list
        return True
    return status.st_uid == os.geteuid() and not status.st_mode & 0o077


def _unusable(reason: str, advice: str) -> Problem:
    return Problem("unknown", reason, "config_invalid", "sign_in", advice)
