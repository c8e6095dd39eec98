"""A whole Zabbix server: what mailspec writes by its interface, and mail by Zabbix's own test of a media type."""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.targets.real.test_programs import FEATURES, SAFE
from tools.targets import zabbix_server
from tools.targets.record import proving
from tools.targets.scene import RECIPIENT, free_port

pytestmark = [
    pytest.mark.service("postgres"),
    pytest.mark.xdist_group("zabbix"),
    pytest.mark.filterwarnings("ignore:Requiring AUTH"),
    pytest.mark.skipif(not os.environ.get("CI_TARGETS"), reason="a whole Zabbix is started by make test-targets"),
]
PASSWORD = 's3cret pa$$#"w'
PROOF = "the whole server, its own test"


@pytest.fixture(scope="module")
def zabbix(sinks: Any, postgres: Any) -> Iterator[zabbix_server.Zabbix]:
    lacking = [str(need) for need in zabbix_server.NEEDS if isinstance(need, Path) and not need.exists()]
    if lacking:
        pytest.skip(f"not installed: {', '.join(lacking)}")
    authorities = sinks.folder / "authorities"
    authorities.mkdir()
    (authorities / "ca.pem").write_bytes(sinks.ca_file.read_bytes())
    subprocess.run(["openssl", "rehash", authorities], check=True, capture_output=True)
    with tempfile.TemporaryDirectory(prefix="mailspec-zabbix-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        with zabbix_server.running(folder, postgres, "postgres", "state-canary-7Qz", authorities) as running:
            yield running


def spec_of(zabbix: Any, port: int, security: str, local: int, *, user: bool = True, more: str = "") -> str:
    auth = "auth: {username: u@acme.example, password: {env: ACME_PASSWORD}}, " if user else ""
    return (
        "version: 1\ninstance: {name: Acme, id: acme}\nconfigurations:\n"
        f"  - {{name: Office, state: inactive, host: localhost, port: {port}, security: {security}, {auth}"
        "from: {name: Team, email: team@acme.example}, timeout: 5s}\n"
        f"  - {{name: Local, state: active, host: localhost, port: {local}, security: none, from: team@acme.example}}\n"
        "targets:\n"
        f"  - {{name: monitoring, configuration: Office, type: zabbix, url: '{zabbix.url}', "
        f"token: {{env: ZABBIX_TOKEN}}, media_type: Mailspec{more}}}\n"
    )


@pytest.mark.parametrize("feature", FEATURES)
def test_mail_by_zabbixs_own_test(zabbix: Any, sinks: Any, project: Any, feature: str) -> None:
    settings = FEATURES[feature]
    expected = SAFE.get(feature, "sent")
    env = {"ZABBIX_TOKEN": zabbix.token}
    with proving("zabbix", feature, PROOF) as says:
        port = free_port()
        local = sinks.start("plain").port
        spec = spec_of(zabbix, port, settings["security"], local, user="user" not in settings, more=", adopt: true")
        ran = project(spec, "apply", "--auto-approve", "--no-test", "--allow", "unproven=Office", env=env)
        assert zabbix.token not in ran.out + ran.err
        if feature == "off":
            project(
                spec.replace("state: active", "state: inactive"),
                "apply",
                "--auto-approve",
                "--no-test",
                "--allow",
                "unproven=Office",
                "--allow",
                "off",
                env=env,
            )
            (held,) = zabbix.call("mediatype.get", {"output": "extend", "filter": {"name": "Mailspec"}})
            assert (held["status"], held["passwd"], held["username"]) == ("1", "", "")
        else:
            project(spec, "plan", "--detailed-exitcode", env=env)
        sink = sinks.start(
            settings["kind"], name=settings.get("name", "localhost"), known=settings.get("known", True), port=port
        )
        reply = zabbix.send_test("Mailspec", RECIPIENT)
        arrived = sink.wait(1, seconds=10 if expected == "sent" else 0.5)
        if expected == "sent":
            assert reply["response"] == "success", reply
            (message,) = arrived
            assert message.recipients == [RECIPIENT]
            assert message.headers["from"] == "Team <team@acme.example>"
            if "user" not in settings:
                assert (message.user, message.password) == ("u@acme.example", PASSWORD)
            assert message.encrypted is (settings["kind"] in ("starttls", "tls"))
        else:
            assert (reply["response"], arrived) == ("failed", []), reply
        says(expected)


def test_drift_history_and_others_settings(zabbix: Any, sinks: Any, project: Any) -> None:
    env = {"ZABBIX_TOKEN": zabbix.token}
    spec = spec_of(zabbix, 2525, "starttls", sinks.start("plain").port).replace("Mailspec", "Drifting")
    with proving("zabbix", "drift, adoption and undo", PROOF) as says:
        project(spec, "apply", "--auto-approve", "--no-test", "--allow", "unproven=Office", env=env)
        (held,) = zabbix.call("mediatype.get", {"output": "extend", "filter": {"name": "Drifting"}})
        zabbix.call(
            "mediatype.update", {"mediatypeid": held["mediatypeid"], "smtp_server": "other.example", "maxattempts": "5"}
        )
        drift = project(spec, "drift", "--format", "json", env=env, code=None).json["targets"]
        assert [(field["path"], field["before"], field["after"]) for field in drift[0]["fields"]] == [
            ("smtp_server", "localhost", "other.example")
        ]
        zabbix.call("mediatype.update", {"mediatypeid": held["mediatypeid"], "smtp_server": "localhost", "passwd": "x"})
        drift = project(spec, "drift", "--format", "json", env=env, code=None).json["targets"]
        assert [(field["path"], field["sensitive"]) for field in drift[0]["fields"]] == [("passwd", True)]
        # A later step fails, so that all is put back; what is not ours stays.
        failing = spec.replace("2525", "2526").replace("media_type", "reload: ['false'], media_type")
        project(failing, "apply", "--auto-approve", "--no-test", "--allow", "unproven=Office", env=env, code=6)
        (now,) = zabbix.call("mediatype.get", {"output": "extend", "filter": {"name": "Drifting"}})
        assert (now["smtp_port"], now["passwd"], now["maxattempts"]) == ("2525", "x", "5")
        # One that somebody else made is not taken over unasked.
        foreign = spec.replace("Drifting", "Email")
        ran = project(foreign, "apply", "--auto-approve", "--no-test", "--allow", "unproven=Office", env=env, code=5)
        assert "adopt" in ran.out + ran.err
        says("shown")


def test_a_wrong_token_is_reported_in_words(zabbix: Any, sinks: Any, project: Any) -> None:
    ran = project(
        spec_of(zabbix, 25, "none", sinks.start("plain").port), "plan", env={"ZABBIX_TOKEN": "0" * 64}, code=None
    )
    assert ran.code != 0
    assert "Zabbix at 127.0.0.1" in ran.out + ran.err
    assert "0" * 64 not in ran.out + ran.err
