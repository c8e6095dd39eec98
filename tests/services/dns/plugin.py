"""A real name server (Knot DNS) with right and wrong records, started once a session on a loopback port."""

from __future__ import annotations

import importlib.util
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

_CONFIGURATION = """\
server:
    rundir: {folder}
    listen: 127.0.0.1@{port}
    udp-workers: 1
    tcp-workers: 1
    background-workers: 1
database:
    storage: {folder}/db
log:
  - target: {folder}/log
    any: warning
template:
  - id: default
    storage: {folder}
    journal-content: none
    zonefile-sync: -1
zone:
  - domain: example
    file: example.zone
  - domain: {silent}
    file: absent.zone
"""


def missing() -> str | None:
    if shutil.which("knotd") is None:
        return "no name server; install it with tools/services/dns.sh"
    return None


SERVICES = {"dns": missing}


def _zone() -> tuple[str, str]:
    spec = importlib.util.spec_from_file_location("dns_zone", Path(__file__).with_name("zone.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.text(), module.SILENT


@pytest.fixture(scope="session")
def name_server() -> Iterator[str]:
    """ADDRESS:PORT of the server. A test that uses it carries ``@pytest.mark.service("dns")``."""
    with tempfile.TemporaryDirectory(prefix="mailspec-dns-") as name, socket.socket() as free:
        folder = Path(name)
        zone, silent = _zone()
        (folder / "example.zone").write_text(zone)
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        free.close()
        configuration = folder / "knot.conf"
        configuration.write_text(_CONFIGURATION.format(folder=folder, port=port, silent=silent))
        server = subprocess.Popen(["knotd", "-c", configuration], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            for _ in range(200):
                try:
                    socket.create_connection(("127.0.0.1", port), 0.2).close()
                    break
                except OSError:
                    assert server.poll() is None, (folder / "log").read_text()
                    time.sleep(0.02)
            yield f"127.0.0.1:{port}"
        finally:
            server.terminate()
            server.wait(20)
