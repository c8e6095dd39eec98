"""Dovecot as Postfix's sign-in service: plain, login and cram-md5 over a file of users."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from pathlib import Path

from mailserver.processes import start

CONFIG = """\
base_dir = {folder}/run
log_path = {folder}/dovecot.log
protocols =
ssl = no
auth_mechanisms = plain login cram-md5
auth_failure_delay = 0
auth_verbose = yes
passdb {{
  driver = passwd-file
  args = scheme=PLAIN {folder}/users
}}
userdb {{
  driver = static
  args = uid=nobody gid=nogroup home=/nonexistent
}}
service auth {{
  unix_listener {socket} {{
    mode = 0660
    user = postfix
    group = postfix
  }}
}}
service anvil {{
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
"""


def run(folder: Path, socket: Path, users: Mapping[str, str]) -> subprocess.Popen[bytes]:
    """Start it; its socket lies in Postfix's queue folder."""
    folder.mkdir(mode=0o755)
    lines = [f"{name}:{{PLAIN}}{password}" for name, password in users.items()]
    (folder / "users").write_text("\n".join(lines) + "\n")
    config = folder / "dovecot.conf"
    config.write_text(CONFIG.format(folder=folder, socket=socket))
    return start(["dovecot", "-F", "-c", config], folder / "out.log", socket.exists)
