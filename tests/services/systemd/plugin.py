"""systemd's own reader of environment files, called in its shared library: no service manager has to run."""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

EnvironmentFile = Callable[[bytes], dict[str, str]]


@cache
def library() -> Path | None:
    for folder in ("/usr/lib", "/lib"):
        found = next(Path(folder).rglob("libsystemd-shared-*.so"), None)
        if found is not None:
            return found
    return None


def missing() -> str | None:
    return None if library() else "no libsystemd-shared; install it with tools/services/systemd.sh"


SERVICES = {"systemd": missing}


@pytest.fixture(scope="session")
def environment_file() -> EnvironmentFile:
    """``environment_file(raw) -> {name: value}`` by ``load_env_file()`` of src/basic/env-file.c."""
    shared, libc = ctypes.CDLL(str(library())), ctypes.CDLL(None)
    libc.fmemopen.restype = ctypes.c_void_p
    shared.load_env_file.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.POINTER(ctypes.POINTER(ctypes.c_char_p))]

    def read(raw: bytes) -> dict[str, str]:
        buffer = ctypes.create_string_buffer(raw, len(raw) + 1)
        stream = libc.fmemopen(buffer, ctypes.c_size_t(len(raw)), b"r")
        result = ctypes.POINTER(ctypes.c_char_p)()
        code = shared.load_env_file(stream, b"test", ctypes.byref(result))
        libc.fclose(ctypes.c_void_p(stream))
        if code < 0:
            raise ValueError(f"systemd refuses the file ({code})")
        found: dict[str, str] = {}
        index = 0
        while result and result[index] is not None:
            key, _, value = result[index].decode().partition("=")
            found[key] = value
            index += 1
        return found

    return read
