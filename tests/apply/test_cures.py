"""An error of the file system comes with what to do about it, and where."""

from __future__ import annotations

import errno
import os

import pytest

from mailspec.apply.cures import cure_of


@pytest.mark.parametrize(
    ("number", "word"),
    [
        (errno.ENOSPC, "space"),
        (errno.EDQUOT, "quota"),
        (errno.EROFS, "read-only"),
        (errno.EACCES, "write in"),
        (errno.EPERM, "owner"),
        (errno.EIO, "kernel"),
    ],
)
def test_the_cure_names_the_folder(number: int, word: str) -> None:
    cure = cure_of(OSError(number, os.strerror(number)), "/srv/app/hub.env")
    assert word in cure
    assert "/srv/app" in cure


def test_without_a_path_the_error_has_one() -> None:
    assert "/srv" in cure_of(OSError(errno.ENOSPC, "full", "/srv/x"), None)
    assert cure_of(OSError(errno.ENXIO, "x"), None) == ""
