"""A whole Zabbix: its database, its server and its web interface, on loopback ports, in a folder of its own."""

from __future__ import annotations

import json
import os
import shutil
import socket
import struct
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tools.targets.scene import free_port

SCHEMA = Path("/usr/share/zabbix-server-pgsql")
FRONTEND = Path("/usr/share/zabbix")
SERVER = Path("/usr/sbin/zabbix_server")
NEEDS: tuple[Path | str, ...] = (SCHEMA / "schema.sql.gz", FRONTEND / "api_jsonrpc.php", SERVER, "php")
_PHP = """<?php
$DB['TYPE']='POSTGRESQL';$DB['SERVER']='127.0.0.1';$DB['PORT']='{db}';$DB['DATABASE']='zabbix';$DB['USER']='{user}';
$DB['PASSWORD']='{password}';$DB['SCHEMA']='';$DB['ENCRYPTION']=false;$DB['KEY_FILE']='';$DB['CERT_FILE']='';
$DB['CA_FILE']='';$DB['VERIFY_HOST']=false;$DB['CIPHER_LIST']='';$DB['VAULT_URL']='';$DB['VAULT_DB_PATH']='';
$DB['VAULT_TOKEN']='';$DB['DOUBLE_IEEE754']=true;
$ZBX_SERVER='127.0.0.1';$ZBX_SERVER_PORT='{port}';$ZBX_SERVER_NAME='';$IMAGE_FORMAT_DEFAULT=IMAGE_FORMAT_PNG;
"""
_CONF = """\
LogFile={folder}/server.log
PidFile={folder}/server.pid
SocketDir={folder}
DBHost=127.0.0.1
DBPort={db}
DBName=zabbix
DBUser={user}
DBPassword={password}
ListenPort={port}
ListenIP=127.0.0.1
StartPollers=1
StartPreprocessors=1
StartTrappers=1
StartDiscoverers=0
StartHTTPPollers=0
StartPingers=0
StartHistoryPollers=1
StartLLDProcessors=1
StartDBSyncers=1
StartAlerters=1
StartTimers=1
StartEscalators=1
User=zabbix
SSLCALocation={authorities}
"""


class Zabbix:
    """A running one. ``token`` is an API token of its administrator."""

    def __init__(self, url: str, port: int) -> None:
        self.url, self.port = url, port
        self.session = self.call("user.login", {"username": "Admin", "password": "zabbix"}, None)
        (made,) = self.call("token.create", [{"name": "mailspec", "userid": "1"}])["tokenids"]
        self.token: str = self.call("token.generate", [made])[0]["token"]

    def call(self, method: str, params: Any, session: str | None = "") -> Any:
        """Call the interface as the administrator."""
        own = {} if session is None else {"auth": session or self.session}
        body = json.dumps({"jsonrpc": "2.0", "method": method, "params": params, "id": 1, **own}).encode()
        request = urllib.request.Request(f"{self.url}/api_jsonrpc.php", body, {"Content-Type": "application/json-rpc"})
        with urllib.request.urlopen(request, timeout=60) as answer:
            reply = json.load(answer)
        assert "result" in reply, reply
        return reply["result"]

    def send_test(self, media_type: str, recipient: str) -> dict[str, Any]:
        """Ask the server for the media type's own test, as the button in its web interface does."""
        (found,) = self.call("mediatype.get", {"output": ["mediatypeid"], "filter": {"name": media_type}})
        data = {"mediatypeid": found["mediatypeid"], "sendto": recipient, "subject": "test", "message": "Text."}
        asked = json.dumps({"request": "alert.send", "sid": self.session, "data": data}).encode()
        with socket.create_connection(("127.0.0.1", self.port), 20) as link:
            link.settimeout(60)
            link.sendall(b"ZBXD\x01" + struct.pack("<II", len(asked), 0) + asked)
            raw = b""
            while part := link.recv(4096):
                raw += part
        reply: dict[str, Any] = json.loads(raw[13:])
        return reply


@contextmanager
def running(folder: Path, database: Any, user: str, password: str, authorities: Path) -> Iterator[Zabbix]:
    """Load the schema into a server of PostgreSQL and start all; the folder is one that user zabbix may enter."""
    database.psql("CREATE DATABASE zabbix")
    load = ["psql", "-h", "127.0.0.1", "-p", str(database.port), "-U", user, "-Xq", "zabbix"]
    for name in ("schema", "images", "data"):
        text = subprocess.run(["zcat", SCHEMA / f"{name}.sql.gz"], capture_output=True, check=True).stdout
        env = {**os.environ, "PGPASSWORD": password}
        subprocess.run(load, input=text, env=env, capture_output=True, check=True)
    web, port = free_port(), _low_port()
    words = {"db": database.port, "user": user, "password": password, "port": port, "folder": folder}
    pages = folder / "pages"
    shutil.copytree(FRONTEND, pages, ignore_dangling_symlinks=True)
    settings = folder / "zabbix.conf.php"
    settings.write_text(_php(**words))
    # Debian's package names one place for the whole machine.
    named = pages / "include/classes/core/CConfigFile.php"
    named.write_text(named.read_text().replace("/etc/zabbix/zabbix.conf.php", str(settings)))
    conf = folder / "server.conf"
    conf.write_text(_CONF.format(**words, authorities=authorities))
    shutil.chown(folder, "zabbix")
    with (folder / "out").open("w") as out:
        processes = [
            subprocess.Popen([str(SERVER), "-c", str(conf), "-f"], stdout=out, stderr=out),
            subprocess.Popen(["php", "-S", f"127.0.0.1:{web}", "-t", str(pages)], stdout=out, stderr=out, cwd=pages),
        ]
        try:
            yield _answering(f"http://127.0.0.1:{web}", port, folder, processes)
        finally:
            for process in processes:
                process.terminate()
            for process in processes:
                process.wait(30)


def _php(**words: Any) -> str:
    text = _PHP
    for word, value in words.items():
        text = text.replace(f"{{{word}}}", str(value))
    return text


def _low_port() -> int:
    """Return a free port below 32768, the last that the server listens on."""
    for port in range(20_000, 32_000):
        with socket.socket() as taken:
            try:
                taken.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise AssertionError("no free port")


def _answering(url: str, port: int, folder: Path, processes: list[subprocess.Popen[bytes]]) -> Zabbix:
    for _ in range(150):
        if any(process.poll() is not None for process in processes):
            break
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return Zabbix(url, port)
        except OSError:
            time.sleep(0.4)
    log = folder / "server.log"
    raise AssertionError((log.read_text() if log.exists() else (folder / "out").read_text())[-3000:])
