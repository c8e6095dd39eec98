"""How each program is started and made to send one message with the settings that mailspec wrote."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import time
import urllib.request
from contextlib import suppress

from tools.targets.scene import RECIPIENT, SCRIPTS, SENDER, TOOLS, Scene, Send, answers, free_port


def alertmanager(scene: Scene) -> int:
    port = free_port()
    with (scene.folder / "am.log").open("w") as log:
        process = subprocess.Popen(
            [
                "prometheus-alertmanager",
                f"--config.file={scene.path}",
                f"--storage.path={scene.folder / 'data'}",
                f"--web.listen-address=127.0.0.1:{port}",
                "--cluster.listen-address=",
            ],
            env={**os.environ, "SSL_CERT_FILE": str(scene.ca_file)},
            stdout=log,
            stderr=log,
        )
        try:
            alert = json.dumps([{"labels": {"alertname": "Test"}}]).encode()
            for _ in range(40):
                with suppress(OSError):
                    request = urllib.request.Request(
                        f"http://127.0.0.1:{port}/api/v2/alerts", alert, {"Content-Type": "application/json"}
                    )
                    urllib.request.urlopen(request, timeout=5).close()
                    break
                time.sleep(0.1)
            time.sleep(2.5)
        finally:
            process.terminate()
            process.wait(10)
    scene.log += (scene.folder / "am.log").read_text()[-3000:]
    return 0


ALERTS = """\
# Alerts of Acme
global:
  resolve_timeout: 5m
route: {receiver: ops, group_wait: 0s}
receivers:
  - name: ops
    email_configs: [{to: bob@outside.example, send_resolved: false}]
"""


def django(name: str) -> Send:
    def send(scene: Scene) -> int:
        shutil.copy(scene.path, scene.folder / "mail_settings.py")
        return scene.run(
            TOOLS / name / "bin/python",
            "-m",
            "django",
            "sendtestemail",
            RECIPIENT,
            env={"DJANGO_SETTINGS_MODULE": "mail_settings", "PYTHONPATH": str(scene.folder)},
        )

    return send


def go_sender(program: str) -> Send:
    return lambda scene: scene.run(TOOLS / "go-sender", program, scene.path, RECIPIENT)


def variables(scene: Scene) -> dict[str, str]:
    """Read a file as Docker gives it to a container."""
    return dict(line.split("=", 1) for line in scene.path.read_text().splitlines() if "=" in line)


def authentik(scene: Scene) -> int:
    command = (TOOLS / "django52/bin/python", "-m", "django", "sendtestemail", RECIPIENT)
    env = {"DJANGO_SETTINGS_MODULE": "authentik_settings", "PYTHONPATH": str(SCRIPTS), **variables(scene)}
    return scene.run(*command, env=env)


def discourse(scene: Scene) -> int:
    return scene.run("ruby", SCRIPTS / "discourse.rb", SENDER, RECIPIENT, env=variables(scene))


def node(script: str) -> Send:
    def send(scene: Scene) -> int:
        env = {
            "NODE_PATH": str(TOOLS / "node/node_modules"),
            "NODE_EXTRA_CA_CERTS": str(scene.ca_file),
            **variables(scene),
        }
        return scene.run("node", SCRIPTS / script, RECIPIENT, env=env)

    return send


def java(scene: Scene) -> int:
    store = scene.folder / "trust.p12"
    scene.run(
        *("keytool", "-importcert", "-noprompt", "-alias", "ca", "-file", scene.ca_file, "-keystore", store),
        *("-storetype", "PKCS12", "-storepass", "changeit"),
    )
    return scene.run(
        "java",
        f"-Djavax.net.ssl.trustStore={store}",
        "-Djavax.net.ssl.trustStorePassword=changeit",
        *("-cp", f"/usr/share/java/javax.mail.jar:/usr/share/java/javax.activation.jar:{TOOLS / 'java'}"),
        *("SpringSender", scene.path, SENDER, RECIPIENT),
    )


def symfony(scene: Scene) -> int:
    dsn = scene.path.read_text().split("MAILER_DSN=", 1)[1].splitlines()[0]
    return scene.run("php", SCRIPTS / "symfony.php", dsn, SENDER, RECIPIENT)


def ruby(script: str) -> Send:
    return lambda scene: scene.run("ruby", SCRIPTS / script, scene.path, SENDER, RECIPIENT)


def prepare_nullmailer(scene: Scene) -> None:
    prefix = scene.path
    for name in ("conf", "queue/queue", "queue/tmp", "queue/failed", "protocols"):
        (prefix / name).mkdir(parents=True, exist_ok=True)
    os.mkfifo(prefix / "queue/trigger")
    (prefix / "mailname").write_text("client.example\n")
    (prefix / "conf/pausetime").write_text("0\n")
    for program in (TOOLS / "nullmailer/usr/lib/nullmailer").iterdir():
        shutil.copy(program, prefix / "protocols" / program.name)
    queue = prefix / "nullmailer-queue"
    shutil.copy(TOOLS / "nullmailer/usr/sbin/nullmailer-queue", queue)
    queue.chmod(0o755)


def nullmailer(scene: Scene) -> int:
    env = {"NULLMAILER_TEST_PREFIX": str(scene.path), "NULLMAILER_QUEUE": str(scene.path / "nullmailer-queue")}
    text = f"From: {SENDER}\nTo: {RECIPIENT}\nSubject: test\n\nText.\n"
    scene.run(TOOLS / "nullmailer/usr/bin/nullmailer-inject", "-f", SENDER, RECIPIENT, env=env, text=text)
    scene.run(TOOLS / "nullmailer/usr/sbin/nullmailer-send", env=env, seconds=15)
    return 0


EXIM_BEFORE = """\
dc_eximconfig_configtype='local'
dc_other_hostnames=''
dc_local_interfaces='127.0.0.1'
dc_readhost='client.example'
dc_relay_domains=''
dc_minimaldns='false'
dc_relay_nets=''
dc_smarthost=''
CFILEMODE='644'
dc_use_split_config='false'
dc_hide_mailname='false'
dc_mailname_in_oh='true'
dc_localdelivery='mail_spool'
"""


def prepare_exim(scene: Scene) -> None:
    scene.path.mkdir(exist_ok=True)
    (scene.path / "update-exim4.conf.conf").write_text(EXIM_BEFORE)


def exim(scene: Scene) -> int:
    return scene.run("bash", SCRIPTS / "exim.sh", TOOLS / "exim4", scene.path, scene.ca_file, SENDER, RECIPIENT)


def git(scene: Scene) -> int:
    home = {"HOME": str(scene.folder), "GIT_CONFIG_GLOBAL": str(scene.path), "GIT_CONFIG_NOSYSTEM": "1"}
    patch = scene.folder / "0001.patch"
    patch.write_text(
        "From 0123456789012345678901234567890123456789 Mon Sep 17 00:00:00 2001\nFrom: T <team@acme.example>\n"
        "Date: Mon, 1 Jan 2024 00:00:00 +0000\nSubject: [PATCH] test\n\n---\n a | 0\n--\n2.39\n"
    )
    return scene.run(
        *(
            "git",
            "send-email",
            "--to",
            RECIPIENT,
            "--confirm",
            "never",
            "--suppress-cc",
            "all",
            "--quiet",
            "--no-validate",
            patch,
        ),
        env=home,
    )


def prepare_synapse(scene: Scene) -> None:
    scene.run(
        *(TOOLS / "synapse/bin/python", "-m", "synapse.app.homeserver", "--generate-config", "-H", "m.example"),
        *("--report-stats=no", "-c", scene.path, f"--data-directory={scene.folder / 'data'}"),
    )


def synapse(scene: Scene) -> int:
    port = free_port()
    more = scene.folder / "more.yaml"
    more.write_text(
        f"listeners: [{{port: {port}, tls: false, type: http, bind_addresses: [127.0.0.1], "
        "resources: [{names: [client]}]}]\n"
        f"public_baseurl: http://127.0.0.1:{port}/\nenable_registration: true\n"
        "registrations_require_3pid: [email]\ntrusted_key_servers: []\nsuppress_key_server_warning: true\n"
        "database: {name: sqlite3, args: {database: ':memory:'}}\n"
    )
    with (scene.folder / "out").open("w") as out:
        process = subprocess.Popen(
            [str(TOOLS / "synapse/bin/python"), "-m", "synapse.app.homeserver", "-c", str(scene.path), "-c", str(more)],
            cwd=scene.folder,
            env={**os.environ, "SSL_CERT_FILE": str(scene.ca_file)},
            stdout=out,
            stderr=out,
        )
        try:
            if not answers(f"http://127.0.0.1:{port}/health", process):
                return 1
            body = json.dumps({"client_secret": "abc", "email": RECIPIENT, "send_attempt": 1}).encode()
            request = urllib.request.Request(
                f"http://127.0.0.1:{port}/_matrix/client/v3/register/email/requestToken",
                body,
                {"Content-Type": "application/json"},
            )
            try:
                urllib.request.urlopen(request, timeout=12).close()
            except OSError as error:
                scene.log += f"{error}\n"
                return 1
        finally:
            process.terminate()
            process.wait(20)
            scene.log += (scene.folder / "out").read_text()[-3000:]
    return 0
