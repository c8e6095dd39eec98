"""Targets behind an interface: what is asked with which credential, refusals in words, undo, limits from outside."""

from __future__ import annotations

import hashlib
import json
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NoReturn

import pytest

from mailspec.plan.desired import TargetDesired
from mailspec.targets.base import TargetProblem
from mailspec.targets.keycloak import Keycloak
from mailspec.targets.registry import find
from tests.targets import stubs

ROOT = Path(__file__).parents[2]
CLIENT = ROOT / ".tools/targets/node/node_modules/@keycloak/keycloak-admin-client"
SPEC = """\
version: 1
instance: {{name: Acme, id: acme}}
configurations:
  - name: Office
    state: inactive
    host: mail.acme.invalid
    port: 465
    auth: {{username: office@acme.example, password: {{env: ACME_PASSWORD}}}}
    from: Team <team@acme.example>
  - {{name: Local, state: active, host: localhost, port: {port}, security: none, from: team@acme.example}}
targets:
  - {{name: program, configuration: Office, {words}}}
"""
PASSWORD = 's3cret pa$$#"w'


@pytest.fixture
def zabbix() -> Iterator[stubs.Zabbix]:
    with stubs.serving(stubs.Zabbix()) as stub:
        assert isinstance(stub, stubs.Zabbix)
        yield stub


@pytest.fixture
def keycloak() -> Iterator[stubs.Keycloak]:
    with stubs.serving(stubs.Keycloak()) as stub:
        assert isinstance(stub, stubs.Keycloak)
        yield stub


@pytest.fixture
def run(tmp_path: Path, cli: Callable[..., Any], port: int, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    monkeypatch.setenv("ACME_PASSWORD", PASSWORD)
    monkeypatch.setenv("API_TOKEN", stubs.TOKEN)

    def run(words: str, *args: str, code: int = 0) -> Any:
        # Hub is a file, and asked only where it says so; the others are nothing without a token.
        words = words if words.startswith("type: hub") else f"token: {{env: API_TOKEN}}, {words}"
        (tmp_path / "mailspec.yml").write_text(SPEC.format(words=words, port=port))
        ran = cli(*args, cwd=tmp_path)
        assert ran.code == code, ran.out + ran.err
        assert stubs.TOKEN not in ran.out + ran.err
        assert PASSWORD not in ran.out + ran.err
        return ran

    return run


# No such server can be asked before the write.
APPLY = ("apply", "--auto-approve", "--no-test", "--allow", "unproven=Office")


def test_zabbix_is_written_once_and_its_drift_is_seen(run: Any, zabbix: stubs.Zabbix) -> None:
    words = f"type: zabbix, url: '{zabbix.url}', media_type: Mailspec"
    run(words, *APPLY)
    (made,) = zabbix.media_types.values()
    assert (made["smtp_server"], made["smtp_security"], made["smtp_verify_host"], made["passwd"], made["type"]) == (
        *("mail.acme.invalid", "2", "1", PASSWORD),
        "0",
    )
    assert made["smtp_email"] == "Team <team@acme.example>"
    assert "No changes." in run(words, "plan", "--detailed-exitcode").out
    made["passwd"] = "changed by hand"
    assert "passwd  another secret" in run(words, "drift").out
    run(words, *APPLY)
    assert made["passwd"] == PASSWORD


@pytest.mark.parametrize("version", ["6.0.14", "7.2.1"])
def test_the_token_goes_where_the_version_wants_it(run: Any, version: str) -> None:
    with stubs.serving(stubs.Zabbix(version)) as zabbix:
        run(f"type: zabbix, url: '{zabbix.url}'", *APPLY)
        asked = [request for request in zabbix.requests if request.body["method"] == "mediatype.create"]
        assert ["auth" in request.body for request in asked] == [version < "6.4"]
        versions = [request for request in zabbix.requests if request.body["method"] == "apiinfo.version"]
        assert all("auth" not in request.body and not request.authorization for request in versions)


def test_what_the_program_says_is_reported_without_the_token(
    run: Any, zabbix: stubs.Zabbix, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("API_TOKEN", "wr0ng-token-of-the-suite")
    ran = run(f"type: zabbix, url: '{zabbix.url}'", "plan", code=1)
    assert "refuses mediatype.get: Invalid params. Not authorised: ********.\n" in ran.out + ran.err
    assert "wr0ng" not in ran.out + ran.err


@pytest.mark.parametrize(
    ("word", "value", "refused"),
    [
        ("zabbix", "{$SECRET} <a@acme.example>", True),
        ("zabbix", "{a} $b ${c} <a@acme.example>", False),
        ("keycloak", "${vault.key}", True),
        ("keycloak", "{$a} $b", False),
        ("youtrack", "a\nb", True),
    ],
)
def test_no_value_is_another_ones_name_to_a_program(word: str, value: str, refused: bool) -> None:
    problem = find(word).unwritable(TargetDesired("z", word, "", {"from": value}, {}))
    assert (problem is not None and "cannot be sent" in problem.message) == refused


def test_a_password_that_zabbix_would_replace_is_refused(
    run: Any, zabbix: stubs.Zabbix, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ACME_PASSWORD", "x{$SECRET}y")
    ran = run(f"type: zabbix, url: '{zabbix.url}', media_type: Mailspec", *APPLY, code=1)
    assert "passwd cannot be sent: the program replaces {$...}" in ran.out + ran.err
    assert "SECRET}y" not in ran.out + ran.err
    assert not zabbix.media_types


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("type: zabbix, url: 'http://zabbix.acme.example'", "would go in clear"),
        ("type: zabbix, url: 'ftp://127.0.0.1'", "would go in clear"),
        ("type: zabbix, url: 'https://'", "names no host"),
        ("type: zabbix, url: 'https://[::1'", "names no host"),
        ("type: zabbix, url: 'https://evil\u2100.acme.example'", "names no host"),
        ("type: youtrack, url: 'https://acme.example:abc'", "names no host"),
        ("type: youtrack, url: 'https://acme.example:99999'", "names no host"),
        ("type: youtrack, url: 'https://acme.example/\u00fc'", "names no host"),
        ("type: keycloak, url: 'https://acme.example/a b', realm: x", "names no host"),
        ("type: zabbix, url: 'https://acme.example/?x='", "names no host"),
        ("type: keycloak", "it has no url"),
    ],
)
def test_an_address_that_a_token_must_not_go_to(run: Any, words: str, message: str) -> None:
    assert message in run(words, "plan", code=1).out


def test_limits_from_outside_hold_for_the_address_and_the_token(run: Any, zabbix: stubs.Zabbix, tmp_path: Path) -> None:
    limits = tmp_path / "limits.yml"
    words = f"type: zabbix, url: '{zabbix.url}'"
    for allowed, message in (
        ("hosts: ['*.acme.example']", "the host 127.0.0.1 is outside"),
        ("secrets: ['env:ACME_*']", "the secret env:API_TOKEN is outside"),
    ):
        limits.write_text(f"version: 1\n{allowed}\n")
        assert message in run(words, "plan", "--limits", str(limits), code=5).err
    assert zabbix.requests == []
    limits.write_text("version: 1\ntarget_paths: []\nhosts: ['*']\nsecrets: ['env:*']\n")
    run(words, *APPLY, "--limits", str(limits))


def test_an_object_that_somebody_else_changes_meanwhile_stays(
    zabbix: stubs.Zabbix, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("API_TOKEN", stubs.TOKEN)
    kind: Any = find("zabbix")
    options = {"url": zabbix.url, "token": {"env": "API_TOKEN"}, "media_type": "M"}
    target = TargetDesired("t", "zabbix", f"{zabbix.url}#M", {}, options)
    trace = {"apply": "a", "state": "s", **kind.trace(target, tmp_path)}
    zabbix.mediatype_create({"name": "M", "type": 0, "smtp_server": "a.example"})
    assert kind.stage(target, trace, {"smtp_server": "b.example"}) is None
    left = kind.left(trace)
    assert (left.apply, left.where) == ("a", trace["journal"])
    assert Path(str(trace["journal"])).stat().st_mode & 0o777 == 0o600
    zabbix.media_types["1"]["smtp_server"] = "theirs.example"
    problem = kind.switch(trace)
    assert isinstance(problem, TargetProblem)
    assert "changed by someone else" in problem.message
    assert kind.undo(trace) == "foreign"
    assert zabbix.media_types["1"]["smtp_server"] == "theirs.example"
    assert kind.left(trace) is None


def test_a_journal_that_a_change_brings_is_not_put_in_force(
    run: Any, zabbix: stubs.Zabbix, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "user"))
    words = f"type: zabbix, url: '{zabbix.url}', media_type: M"
    run(words, *APPLY)
    live = {
        key: str(value) for key, value in zabbix.media_types["1"].items() if key not in ("mediatypeid", "name", "type")
    }
    forged = {
        "apply": "x",
        "state": str(tmp_path / ".mailspec/state.sqlite"),
        "old": {**live, "smtp_server": "mail.evil.example"},
        "new": live,
    }
    name = hashlib.sha256(f"{zabbix.url}#M".encode()).hexdigest()[:24]
    (tmp_path / ".mailspec/targets").mkdir(parents=True)
    (tmp_path / f".mailspec/targets/{name}.json").write_text(json.dumps(forged) + "\n")
    run(words, *APPLY)
    assert zabbix.media_types["1"]["smtp_server"] == "mail.acme.invalid"
    assert not list((tmp_path / "user/mailspec/targets").iterdir())


@pytest.mark.parametrize(
    "content",
    ['{"a": 1}', '[1, {"a": 1}', "nonsense}", '{"apply": 1, "state": "s", "old": null, "new": {}}', "{" * 9999 + "}"],
)
def test_a_journal_that_is_none_of_ours_is_a_refusal(
    content: str, run: Any, zabbix: stubs.Zabbix, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "user"))
    name = hashlib.sha256(f"{zabbix.url}#M".encode()).hexdigest()[:24]
    (tmp_path / "user/mailspec/targets").mkdir(parents=True)
    (tmp_path / f"user/mailspec/targets/{name}.json").write_text(f"{content}\n")
    ran = run(f"type: zabbix, url: '{zabbix.url}', media_type: M", *APPLY, code=5)
    assert "is no journal of mailspec" in ran.err
    assert zabbix.media_types == {}


def test_keycloak_by_a_service_account(run: Any, keycloak: stubs.Keycloak) -> None:
    words = f"type: keycloak, url: '{keycloak.url}', client: mailspec, realm: acme"
    run(words, *APPLY)
    held = keycloak.realms["acme"]
    assert held["displayName"] == "kept"
    assert held["smtpServer"] == {
        "host": "mail.acme.invalid",
        "port": "465",
        "from": "team@acme.example",
        "fromDisplayName": "Team",
        "ssl": "true",
        "starttls": "false",
        "auth": "true",
        "authType": "basic",
        "user": "office@acme.example",
        "password": PASSWORD,
    }
    assert "No changes." in run(words, "plan").out
    run(f"{words}, prove: true", "drift")
    assert keycloak.requests[-1].path == "/admin/realms/acme/testSMTPConnection"
    assert keycloak.requests[-1].body == held["smtpServer"]


@pytest.fixture
def youtrack() -> Iterator[stubs.YouTrack]:
    with stubs.serving(stubs.YouTrack()) as stub:
        assert isinstance(stub, stubs.YouTrack)
        yield stub


def test_youtrack_gets_all_but_the_password_and_says_so(run: Any, youtrack: stubs.YouTrack) -> None:
    words = f"type: youtrack, url: '{youtrack.url}'"
    assert "takes no password: type it in" in run(words, "plan").out
    run(words, *APPLY)
    assert youtrack.settings == {
        "isEnabled": True,
        "host": "mail.acme.invalid",
        "port": 465,
        "mailProtocol": "SMTPS",
        "anonymous": False,
        "login": "office@acme.example",
        "from": "Team <team@acme.example>",
        "replyTo": "",
    }
    assert "No changes." in run(words, "plan").out
    assert PASSWORD not in json.dumps([request.body for request in youtrack.requests])


def test_youtracks_own_client_asks_the_same(run: Any, youtrack: stubs.YouTrack, tmp_path: Path) -> None:
    """The contract: the request of youtrack-python-openapi, which JetBrains makes of YouTrack's own OpenAPI."""
    python = ROOT / ".tools/targets/youtrack/bin/python"
    if not python.exists():
        pytest.skip("YouTrack's Python client is installed by make test-targets")
    run(f"type: youtrack, url: '{youtrack.url}'", *APPLY)
    (ours,) = [request for request in youtrack.requests if request.method == "POST"]
    youtrack.requests.clear()
    script = tmp_path / "client.py"
    script.write_text(
        "import json, os, sys\n"
        "from you_track_rest_api_client import AuthenticatedClient\n"
        "from you_track_rest_api_client.api.default import post_admin_global_settings_notification_settings as post\n"
        "from you_track_rest_api_client.models import NotificationSettings\n"
        "settings = NotificationSettings.from_dict(json.loads(sys.argv[2]))\n"
        "assert settings.additional_properties == {} == settings.email_settings.additional_properties\n"
        "client = AuthenticatedClient(sys.argv[1] + '/api', token=os.environ['API_TOKEN'])\n"
        "post.sync_detailed(client=client, json_body=settings)\n"
    )
    command = [python, script, youtrack.url, json.dumps(ours.body)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
    # Which fields of the answer are wanted is each client's own affair.
    assert [request._replace(query="") for request in youtrack.requests] == [ours]


def contract(keycloak: stubs.Keycloak) -> list[tuple[str, str, str, Any]]:
    admin = [request for request in keycloak.requests if request.path.startswith("/admin") and request.method != "GET"]
    return [(request.method, request.path, request.kind, request.body) for request in admin]


def test_keycloaks_own_client_asks_the_same(
    keycloak: stubs.Keycloak, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lack: Callable[[str], NoReturn]
) -> None:
    """The contract: the requests of @keycloak/keycloak-admin-client for the same map, one by one."""
    if not CLIENT.exists():
        pytest.skip("Keycloak's npm client is installed by make test-targets")
    monkeypatch.setenv("API_TOKEN", stubs.TOKEN)
    map_ = {"host": "mail.acme.example", "port": "465", "from": "a@acme.example", "ssl": "true", "password": "x"}
    options = {"url": keycloak.url, "token": {"env": "API_TOKEN"}, "client": "mailspec", "realm": "acme"}
    target = TargetDesired("t", "keycloak", "x", {}, options)
    kind = Keycloak()
    trace = {"apply": "a", "state": "s", **kind.trace(target, tmp_path)}
    assert kind.stage(target, trace, map_) is None
    assert kind.switch(trace) is None
    assert kind.prove(target, tmp_path, map_) == f"proven by: testSMTPConnection of {keycloak.url[7:]}"
    ours = contract(keycloak)
    signed_in = next(request for request in keycloak.requests if request.path.endswith("/token"))
    keycloak.requests.clear()
    script = tmp_path / "client.mjs"
    script.write_text(
        f"import Client from {json.dumps(str(CLIENT / 'lib/index.js'))};\n"
        f"const client = new Client({{baseUrl: {json.dumps(keycloak.url)}, realmName: 'master'}});\n"
        "const clientSecret = process.env.API_TOKEN;\n"
        "await client.auth({grantType: 'client_credentials', clientId: 'mailspec', clientSecret});\n"
        f"const smtp = {json.dumps(map_)};\n"
        "await client.realms.update({realm: 'acme'}, {smtpServer: smtp});\n"
        "await client.realms.testSMTPConnection({realm: 'acme'}, smtp);\n"
    )
    done = subprocess.run(["node", script], capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
    assert contract(keycloak) == ours
    assert next(request for request in keycloak.requests if request.path.endswith("/token")) == signed_in
