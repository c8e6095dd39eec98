"""A Postfix of our own: its queue, log and mailboxes in a folder, its listeners on free loopback ports."""

from __future__ import annotations

import pwd
import subprocess
from collections.abc import Iterable, Mapping
from pathlib import Path
from shutil import chown

from mailserver.certificates import HOST, Certificates
from mailserver.listeners import LISTENERS
from mailserver.processes import answers, start

MAIN = """\
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
maillog_file = {folder}/mail.log
maillog_file_prefixes = /var, /tmp
myhostname = {host}
mydestination =
mynetworks = 127.0.0.2/32
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
virtual_mailbox_domains = acme.example
virtual_mailbox_base = {folder}/boxes
virtual_mailbox_maps = texthash:{folder}/boxes.map
virtual_minimum_uid = 1
virtual_uid_maps = static:{uid}
virtual_gid_maps = static:{gid}
# It takes mail for out.example, and sends a report back where the server for it (away_port) refuses.
transport_maps = inline:{{ {{ out.example = smtp:[127.0.0.1]:{away_port} }} }}
# Longer than the short time limits of the tests, shorter than a test run.
smtpd_timeout = 60s
smtpd_error_sleep_time = 0
smtpd_client_connection_count_limit = 0
smtpd_tls_security_level = may
smtpd_tls_auth_only = yes
smtpd_tls_loglevel = 1
smtpd_sasl_auth_enable = yes
smtpd_sasl_type = dovecot
smtpd_sasl_path = private/auth
smtpd_sender_login_maps = texthash:{folder}/senders.map
smtpd_sender_restrictions = reject_sender_login_mismatch
smtpd_relay_restrictions = permit_sasl_authenticated, reject_unauth_destination
"""
SERVICES = """\
postlog unix-dgram n - n - 1 postlogd
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
relay unix - - n - - smtp
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
virtual unix - n n - - virtual
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
showq unix n - n - - showq
"""


def prepare(folder: Path, people: Iterable[str], owners: Mapping[str, str]) -> None:
    """Make the folders, mailboxes and maps. ``owners`` maps an address to those who may send as it."""
    for name in ("queue", "data", "boxes"):
        (folder / name).mkdir()
    chown(folder / "data", "postfix")
    chown(folder / "boxes", "nobody", "nogroup")
    (folder / "boxes.map").write_text("".join(f"{one} {one.partition('@')[0]}/\n" for one in people))
    (folder / "senders.map").write_text("".join(f"{one} {who}\n" for one, who in owners.items()))


def configure(folder: Path, certificates: Certificates, ports: Mapping[str, int], values: Mapping[str, str]) -> None:
    """Write main.cf and master.cf."""
    nobody = pwd.getpwnam("nobody")
    away = values.get("away_port", "9")
    main = MAIN.format(folder=folder, host=HOST, uid=nobody.pw_uid, gid=nobody.pw_gid, away_port=away)
    entries = [one.entry(name, ports[name], certificates.chains, values) for name, one in LISTENERS.items()]
    (folder / "etc").mkdir()
    (folder / "etc/main.cf").write_text(main)
    (folder / "etc/master.cf").write_text(SERVICES + "\n".join(entries) + "\n")


def run(folder: Path, ports: Mapping[str, int]) -> subprocess.Popen[bytes]:
    """Start its master in the foreground, so that it ends with the test run; ``check`` makes the queue folders."""
    done = subprocess.run(["postfix", "-c", folder / "etc", "check"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    daemons = subprocess.run(["postconf", "-dh", "daemon_directory"], capture_output=True, text=True, check=True)
    command: list[str | Path] = [f"{daemons.stdout.strip()}/master", "-s", "-c", folder / "etc"]
    return start(command, folder / "mail.log", lambda: all(answers(port) for port in ports.values()))
