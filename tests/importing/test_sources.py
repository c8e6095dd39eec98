"""What each program's files say, in the Spec's words; what would be kept less than declared is noted."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mailspec.importing.found import Problem, Source
from mailspec.importing.sources import kind_of, read_source

Read = Callable[..., Source]


def only(source: Source) -> tuple[dict[str, Any], str | None]:
    (found,) = source.accounts
    return dict(found.data), None if found.password is None else found.password.reveal()


def server(host: str, port: int, security: str, **more: Any) -> dict[str, Any]:
    return {"host": host, "port": port, "security": security, **more}


GITEA = """\
; before any section
APP_NAME = x
[mailer]
ENABLED = true
PROTOCOL = {protocol}
SMTP_ADDR = mail.acme.example
SMTP_PORT = {port}
USER = me@acme.example
PASSWD = {password} ; a comment
FROM = "Git" <git@acme.example>
[other]
PASSWD = no
"""


@pytest.mark.parametrize(
    ("protocol", "port", "security", "noted"),
    [
        ("smtps", 465, "tls", 0),
        ("smtp+starttls", 587, "starttls", 1),
        ("smtp", 25, "none", 0),
        ("", 587, "starttls", 1),
    ],
)
def test_gitea(source: Read, protocol: str, port: int, security: str, noted: int) -> None:
    found = source("app.ini", GITEA.format(protocol=protocol, port=port, password="`a;b#c`"))
    assert found.kind == "gitea"
    assert only(found) == (
        server(
            "mail.acme.example",
            port,
            security,
            auth={"username": "me@acme.example"},
            **{"from": {"email": "git@acme.example", "name": "Git"}},
        ),
        "a;b#c",
    )
    assert len(found.accounts[0].notes) == noted


def test_gitea_of_old_and_switched_off(source: Read) -> None:
    found = source("app.ini", "[mailer]\nENABLED = false\nHOST = mail.acme.example:465\nIS_TLS_ENABLED = true\n")
    assert only(found)[0] == server("mail.acme.example", 465, "tls")
    assert found.accounts[0].off


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ("host = mail.acme.example:465", server("mail.acme.example", 465, "tls")),
        (
            "host = mail.acme.example:587\nstartTLS_policy = MandatoryStartTLS",
            server("mail.acme.example", 587, "starttls"),
        ),
        ("host = localhost:25\nstartTLS_policy = NoStartTLS", server("localhost", 25, "none")),
        (
            "host = [::1]:587\nskip_verify = true",
            server("::1", 587, "starttls", tls={"validate_certs": False}),
        ),
    ],
)
def test_grafana(source: Read, lines: str, expected: dict[str, Any]) -> None:
    found = source("grafana.ini", f"[server]\nx = 1\n[smtp]\nenabled = true\n{lines}\n")
    assert (found.kind, only(found)[0]) == ("grafana", expected)


def test_grafana_reads_a_password_from_a_file(source: Read) -> None:
    text = "[smtp]\nenabled = true\nhost = m.acme.example:465\nuser = me\npassword = $__file{/run/secrets/x}\n"
    found = source("grafana.ini", text).accounts[0]
    assert (found.password, found.reference) == (None, {"file": "/run/secrets/x"})


ALERTMANAGER = """\
global:
  smtp_smarthost: mail.acme.example:{port}
  smtp_from: alerts@acme.example
  smtp_auth_username: me
  smtp_auth_password: 's3cret pa$$#"w'
  smtp_require_tls: {required}
route: {{receiver: a}}
receivers:
  - name: a
    email_configs: [{{to: x@acme.example, tls_config: {{ca_file: ca.pem}}}}]
"""


@pytest.mark.parametrize(
    ("port", "required", "security"), [(587, "true", "starttls"), (465, "false", "tls"), (25, "false", "none")]
)
def test_alertmanager(source: Read, tmp_path: Path, port: int, required: str, security: str) -> None:
    found = source("alertmanager.yml", ALERTMANAGER.format(port=port, required=required))
    data, password = only(found)
    assert data == server(
        "mail.acme.example",
        port,
        security,
        tls={"ca_file": str(tmp_path / "ca.pem")},
        auth={"username": "me"},
        **{"from": {"email": "alerts@acme.example"}},
    )
    assert password == 's3cret pa$$#"w'


def test_synapse(source: Read) -> None:
    text = (
        "email:\n  smtp_host: mail.acme.example\n  smtp_port: 587\n  smtp_user: me\n  smtp_pass: x\n"
        '  require_transport_security: true\n  notif_from: "Your %(app)s <hs@acme.example>"\n  app_name: Chat\n'
    )
    assert only(source("homeserver.yaml", text)) == (
        server(
            "mail.acme.example",
            587,
            "starttls",
            auth={"username": "me"},
            **{"from": {"email": "hs@acme.example", "name": "Your Chat"}},
        ),
        "x",
    )
    found = source("homeserver.yaml", "email: {smtp_host: m.acme.example, smtp_port: 587}\n")
    assert "in clear" in found.accounts[0].notes[0]


def test_ssmtp(source: Read) -> None:
    text = "# x\nmailhub=mail.acme.example:587\nAuthUser=me\nAuthPass=x#y\nUseSTARTTLS=YES\nhostname=c.acme.example\n"
    data, password = only(source("ssmtp.conf", text))
    assert data == server("mail.acme.example", 587, "starttls", auth={"username": "me"}, ehlo_name="c.acme.example")
    assert password == "x#y"


def test_git_with_identities(source: Read) -> None:
    text = (
        "[sendemail]\n\tsmtpServer = mail.acme.example\n\tsmtpServerPort = 587\n\tsmtpEncryption = tls\n"
        '\tsmtpUser = me@acme.example\n[sendemail "work"]\n\tfrom = work@acme.example\n\tsmtpEncryption = ssl\n'
        "\tsmtpServerPort = 465\n"
    )
    found = source(".gitconfig", text)
    assert [(account.hint, account.data["security"]) for account in found.accounts] == [
        ("", "starttls"),
        ("work", "tls"),
    ]
    assert found.accounts[1].data["from"] == {"email": "work@acme.example"}


def test_msmtp_resolves_defaults_and_inheritance(source: Read) -> None:
    text = (
        "defaults\ntls on\ntls_trust_file /etc/ssl/x.pem\n\naccount office\nhost mail.acme.example\nport 465\n"
        'tls_starttls off\nfrom o@acme.example\nauth on\nuser o\npasswordeval "pass show mail/o"\n\n'
        "account staff : office\nfrom s@acme.example\npasswordeval gpg -d x | head -1\n\naccount default : staff\n"
    )
    found = source("msmtprc", text)
    assert [account.hint for account in found.accounts] == ["staff", "office"]
    assert found.accounts[1].reference == {"command": ["pass", "show", "mail/o"]}
    assert found.accounts[0].reference == {"command": ["sh", "-c", "gpg -d x | head -1"]}
    assert found.accounts[0].data["tls"] == {"ca_file": "/etc/ssl/x.pem"}
    assert found.accounts[0].data["security"] == "tls"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "EMAIL_HOST=mail.acme.example\nEMAIL_PORT=587\nEMAIL_USE_TLS=True\nEMAIL_HOST_USER=me\nEMAIL_HOST_PASSWORD=x\n",
            server("mail.acme.example", 587, "starttls", auth={"username": "me"}),
        ),
        (
            "APP_SMTP_SERVER=mail.acme.example:465\nAPP_SMTP_LOGIN=me\nAPP_SMTP_PASS=x\nAPP_SMTP_SSL=1\n",
            server("mail.acme.example", 465, "tls", auth={"username": "me"}),
        ),
        (
            "MAILER_DSN=smtps://me%40x:x@mail.acme.example:465\n",
            server("mail.acme.example", 465, "tls", auth={"username": "me@x"}),
        ),
    ],
)
def test_variables_of_any_program(source: Read, text: str, expected: dict[str, Any]) -> None:
    found = source(".env", text)
    assert only(found) == (expected, "x")
    assert found.target is None
    assert found.accounts[0].notes


def test_compose(source: Read, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("PW='a$$b'\nHOST=mail.acme.example\n")
    (tmp_path / "app.env").write_text("SMTP_USER=file\nSMTP_PORT=465\n")
    text = (
        "services:\n  app:\n    image: x\n    env_file: app.env\n    environment:\n      SMTP_HOST: ${HOST}\n"
        '      SMTP_PASSWORD: "${PW}"\n      SMTP_FROM: ${FROM:-app@acme.example}\n'
        "  other:\n    environment: [SMTP_HOST=o.acme.example, SMTP_PORT=25, 'SMTP_PASSWORD=x$$y', SMTP_USER=u]\n"
        "  third: {image: y}\n"
    )
    found = source("compose.yml", text)
    app, other = found.accounts
    assert (app.hint, app.data["host"], app.data["from"]) == ("app", "mail.acme.example", {"email": "app@acme.example"})
    assert app.password is not None
    assert app.password.reveal() == "a$$b"
    assert other.password is not None
    assert other.password.reveal() == "x$y"


def test_django_is_imported_in_a_process_of_its_own(source: Read, tmp_path: Path) -> None:
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "__init__.py").write_text("")
    (tmp_path / "site" / "base.py").write_text("print('noise')\nEMAIL_HOST = 'mail.acme.example'\n")
    text = (
        "from site_.base import *\nimport os\nEMAIL_PORT = 500 + 87\nEMAIL_USE_TLS = True\nEMAIL_HOST_USER = 'me'\n"
        "EMAIL_HOST_PASSWORD = ''.join(['s3', 'cret'])\nDEFAULT_FROM_EMAIL = 'App <app@acme.example>'\n"
    )
    (tmp_path / "site").rename(tmp_path / "site_")
    assert only(source("site_/settings.py", text)) == (
        server(
            "mail.acme.example",
            587,
            "starttls",
            auth={"username": "me"},
            **{"from": {"email": "app@acme.example", "name": "App"}},
        ),
        "s3cret",
    )


def test_djangos_mailers(source: Read) -> None:
    text = (
        "MAILERS = {'default': {'OPTIONS': {'host': 'a.acme.example', 'port': 465, 'use_ssl': True}},\n"
        "           'news': {'OPTIONS': {'host': 'b.acme.example', 'use_tls': True}}}\n"
    )
    found = source("settings.py", text)
    assert [(account.hint, dict(account.data)) for account in found.accounts] == [
        ("", server("a.acme.example", 465, "tls")),
        ("news", server("b.acme.example", 587, "starttls")),
    ]


def test_a_postfix_relay_as_guides_have_it(source: Read, tmp_path: Path) -> None:
    (tmp_path / "sasl").write_text("[mail.acme.example]:587 me:a:b c\n")
    text = (
        "relayhost = [mail.acme.example]:submission\nsmtp_sasl_auth_enable = yes\nsmtp_tls_security_level = encrypt\n"
        f"smtp_sasl_password_maps = texthash:{tmp_path}/sasl\nmydomain = acme.example\n"
    )
    (tmp_path / "sasl").write_text("[mail.acme.example]:submission me:a:b c\n")
    found = source("main.cf", text)
    data, password = only(found)
    assert data == server(
        "mail.acme.example",
        587,
        "starttls",
        tls={"validate_certs": False},
        auth={"username": "me"},
        **{"from": {"email": "postmaster@acme.example"}},
    )
    assert password == "a:b c"
    assert any("checks no certificate" in note for note in found.accounts[0].notes)


@pytest.mark.parametrize(
    ("name", "text", "reason"),
    [
        ("notes.txt", "hello\n", "cannot be told"),
        ("app.ini", "[server]\n", "cannot be told"),
        ("app.ini", "[mailer]\nENABLED=true\n", "SMTP_ADDR"),
        ("alertmanager.yml", "global: [smtp_smarthost\n", "no YAML"),
        (".env", "A=1\n", "no variables"),
        ("settings.py", "raise ValueError('s3cret')\n", "cannot be imported: ValueError"),
        ("settings.py", "raise ValueError('s3cret')\n", "importing it runs it"),
        ("main.cf", "myhostname = x\n", "relays through no server"),
    ],
)
def test_what_cannot_be_imported_is_reported(tmp_path: Path, name: str, text: str, reason: str) -> None:
    path = tmp_path / name
    path.write_text(text)
    found = read_source(f"django:{path}" if reason.startswith("cannot be imported") else str(path))
    assert isinstance(found, Problem)
    assert reason in found.message
    assert "s3cret" not in found.message + found.help


def test_a_device_or_a_missing_file_is_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / ".env")
    assert isinstance(kind_of(str(tmp_path / ".env")), Problem)
    assert isinstance(read_source("env:/nonexistent/.env"), Problem)
    assert stat.S_ISFIFO((tmp_path / ".env").stat().st_mode)


@pytest.mark.parametrize("word", ["gitea:{}", "alertmanager:{}", "nullmailer", "rails:{}"])
def test_a_kind_is_a_kind_whatever_files_there_are(word: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A change may bring a file of any name."""
    (tmp_path / "real").mkdir()
    there = tmp_path / "real/app.ini"
    word = word.format(there)
    planted = tmp_path / "checkout" / word
    planted.parent.mkdir(parents=True)
    planted.write_text(GITEA.format(protocol="smtps", port=465, password="x").replace("mail.acme", "mx.attacker"))
    monkeypatch.chdir(tmp_path / "checkout")
    named = read_source(word)
    assert isinstance(named, Problem)
    assert (str(there) if ":" in word else "/etc/nullmailer") in named.message
    by_path = read_source(f"./{word}")
    assert not isinstance(by_path, Problem) or planted.name in by_path.message
