"""A real OpenBao (the open Vault), in memory on a loopback port, over TLS with a CA of its own."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

PROGRAM = Path(__file__).parents[3] / ".services/secrets/bin/bao"
TOKEN = "root-token-canary"


def missing() -> str | None:
    return None if PROGRAM.exists() else "no OpenBao; install it with tools/services/secrets.sh"


SERVICES = {"openbao": missing}


@dataclass(frozen=True)
class Bao:
    """A running server. ``environ`` is what a client needs to reach it as its administrator."""

    address: str
    ca_file: Path
    client: Any

    @property
    def environ(self) -> dict[str, str]:
        return {"VAULT_ADDR": self.address, "VAULT_CACERT": str(self.ca_file), "VAULT_TOKEN": TOKEN}

    def put(self, path: str, **data: Any) -> None:
        self.client.secrets.kv.v2.create_or_update_secret(path, data, mount_point="secret")

    def reader(self, name: str, path: str) -> None:
        """Make a policy that lets one path be read, and nothing else."""
        self.client.sys.create_or_update_policy(name, f'path "secret/data/{path}" {{ capabilities = ["read"] }}')

    def approle(self, name: str, policy: str, **options: Any) -> dict[str, str]:
        """Make a role and return what a program signs in with."""
        role = self.client.auth.approle
        role.create_or_update_approle(name, token_policies=[policy], **options)
        role_id = role.read_role_id(name)["data"]["role_id"]
        secret_id = role.generate_secret_id(name)["data"]["secret_id"]
        return {"VAULT_ROLE_ID": role_id, "VAULT_SECRET_ID": secret_id}


def start(folder: Path) -> tuple[Bao, Callable[[], None]]:
    """Start a server in an empty folder; return it and what stops it and the child that its wheel starts."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = [
        f"-dev-listen-address=127.0.0.1:{port}",
        f"-dev-root-token-id={TOKEN}",
        "-dev-tls",
        "-dev-no-store-token",
    ]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [PROGRAM, "server", "-dev", *options, f"-dev-tls-cert-dir={folder}"],
            env={"HOME": str(folder), "PATH": os.environ["PATH"]},
            stdout=log,
            stderr=log,
            start_new_session=True,
        )

    def stop() -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    try:
        return _ready(f"https://127.0.0.1:{port}", folder), stop
    except BaseException:
        stop()
        raise


def _ready(address: str, folder: Path) -> Bao:
    """Wait until the server answers, and switch AppRole on."""
    import hvac

    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        made = sorted(folder.glob("*ca*.pem"))
        if made:
            client = hvac.Client(address, token=TOKEN, verify=str(made[0]), timeout=5)
            with contextlib.suppress(OSError, hvac.exceptions.VaultError):
                if client.secrets.kv.v2.read_configuration(mount_point="secret"):
                    client.sys.enable_auth_method("approle")
                    return Bao(address, made[0], client)
        time.sleep(0.05)
    raise RuntimeError((folder / "log").read_text(errors="replace")[-2000:])


@pytest.fixture(scope="session")
def openbao() -> Iterator[Bao]:
    """The server. A test that uses it carries ``@pytest.mark.service("openbao")``."""
    with tempfile.TemporaryDirectory(prefix="mailspec-bao-", ignore_cleanup_errors=True) as name:
        server, stop = start(Path(name))
        try:
            yield server
        finally:
            server.client.adapter.close()
            stop()


@pytest.fixture
def new_openbao(tmp_path: Path) -> Iterator[Bao]:
    """A server of a test's own, that it may seal."""
    folder = tmp_path / "bao"
    folder.mkdir()
    server, stop = start(folder)
    try:
        yield server
    finally:
        server.client.adapter.close()
        stop()
