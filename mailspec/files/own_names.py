"""Names that mailspec gives to files of its own beside those of others, and its folder in a user's home."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

Word = Literal["new", "backup", "journal", "owner"]
WRITING = ".mailspec-write-"  # what a temporary file's name starts with
_OWN = re.compile(r"\..+\.mailspec-(new|backup|journal|owner)|.+\.mailspec-kept|\.mailspec-write-.*", re.DOTALL)


def beside(name: str, word: Word) -> str:
    """Return the name of a file that stands beside another one while that is written, or says whose it is.

    >>> beside("smtp.env", "journal")
    '.smtp.env.mailspec-journal'
    """
    return f".{name}.mailspec-{word}"


def kept(name: str) -> str:
    """Return the name under which the former content of a file stays.

    >>> kept("smtp.env")
    'smtp.env.mailspec-kept'
    """
    return f"{name}.mailspec-kept"


def is_own_name(name: str) -> bool:
    """Tell whether a file of that name could be taken for one of ours, also where case is ignored.

    >>> is_own_name(".smtp.env.MailSpec-New"), is_own_name("smtp.env"), is_own_name("mailspec-new.env")
    (True, False, False)
    """
    return _OWN.fullmatch(name.casefold()) is not None


def state_folder(environ: Mapping[str, str]) -> Path:
    """Return the folder of a user's sign-ins and journals (XDG Base Directory Specification 0.8)."""
    base = environ.get("XDG_STATE_HOME", "")
    return Path(base if os.path.isabs(base) else os.path.expanduser("~/.local/state")) / "mailspec"
