"""nullmailer's and Exim's files as people have them; what is weaker there than here is noted."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from mailspec.importing.found import Problem, Source
from mailspec.importing.sources import read_source

EXIM = """\
# Debian's
dc_eximconfig_configtype='satellite'
dc_other_hostnames=''
dc_readhost='acme.example'
dc_smarthost='mail.acme.example::587'
dc_hide_mailname='true'
"""


def put(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


def take(folder: Path, files: dict[str, str]) -> Source:
    found = read_source(str(put(folder, files)))
    assert isinstance(found, Source), found
    return found


@pytest.mark.parametrize(
    ("line", "expected", "password"),
    [
        ("mail.acme.example", {"port": 25, "security": "none"}, None),
        ("mail.acme.example smtp --port=587 --starttls --user=me --pass=x", {"port": 587, "security": "starttls"}, "x"),
        ("mail.acme.example smtp ssl user=me pass='a b'", {"port": 465, "security": "tls"}, "a b"),
        ('mail.acme.example smtp port=465 tls user=me pass="a\\"b"', {"port": 465, "security": "tls"}, 'a"b'),
        (
            "mail.acme.example smtp starttls insecure x509cafile=/etc/own.pem auth-login user=me pass=x",
            {
                "port": 25,
                "security": "starttls",
                "tls": {"ca_file": "/etc/own.pem", "validate_certs": False},
                "auth": {"method": "login", "username": "me"},
            },
            "x",
        ),
    ],
)
def test_nullmailer(tmp_path: Path, line: str, expected: dict[str, Any], password: str | None) -> None:
    source = take(
        tmp_path, {"remotes": f"# ours\n{line}\n", "me": "host.acme.example\n", "helohost": "h.acme.example\n"}
    )
    (found,) = source.accounts
    login = {} if password is None or "auth" in expected else {"auth": {"username": "me"}}
    assert dict(found.data) == {
        "host": "mail.acme.example",
        "ehlo_name": "h.acme.example",
        **login,
        "from": {"email": "postmaster@host.acme.example"},
        **expected,
    }
    assert (None if found.password is None else found.password.reveal()) == password


def test_nullmailer_with_several_relays_and_addresses(tmp_path: Path) -> None:
    source = take(
        tmp_path,
        {
            "remotes": "a.acme.example smtp tls\nb.acme.example smtp\nc.acme.example qmqp\n",
            "adminaddr": "admin@acme.example\n",
            "defaultdomain": "acme.example\n",
            "allmailfrom": "bounces@acme.example\n",
        },
    )
    assert [account.data["host"] for account in source.accounts] == ["a.acme.example", "b.acme.example"]
    assert source.accounts[0].data["from"] == {"email": "postmaster@acme.example"}
    assert source.accounts[0].data["envelope_from"] == "bounces@acme.example"
    assert [note.split(":")[0] for note in source.notes] == [
        "line 3 of remotes is left out",
        "nullmailer tries its relays one after the other",
        "adminaddr, which gets the mail of local users, stays nullmailer's own",
    ]


SECURE = """\
REMOTE_SMTP_SMARTHOST_HOSTS_REQUIRE_TLS = *
REMOTE_SMTP_SMARTHOST_TLS_VERIFY_CERTIFICATES = /etc/own.pem
REMOTE_SMTP_SMARTHOST_TLS_VERIFY_HOSTS = *
"""


@pytest.mark.parametrize(
    ("macros", "login", "expected", "remark"),
    [
        # Debian's defaults: TLS where it is offered, and no password without it.
        ("", "*:me:a:b c", {"security": "starttls", "tls": {"validate_certs": False}}, "sends in clear"),
        ("", None, {"security": "none"}, "sends in clear"),
        (SECURE, "mail.acme.example:me:a:b c", {"security": "starttls", "tls": {"ca_file": "/etc/own.pem"}}, ""),
        (
            f"{SECURE}REMOTE_SMTP_SMARTHOST_PROTOCOL = smtps\n",
            "other.example:no:no\n*.acme.example:me:a:b c",
            {"security": "tls", "tls": {"ca_file": "/etc/own.pem"}},
            "",
        ),
        ("AUTH_CLIENT_ALLOW_NOTLS_PASSWORDS = 1\n", "*:me:a:b c", {"security": "none"}, "sends in clear"),
    ],
)
def test_exim(tmp_path: Path, macros: str, login: str | None, expected: dict[str, Any], remark: str) -> None:
    files = {"update-exim4.conf.conf": EXIM, "exim4.conf.localmacros": macros}
    files |= {} if login is None else {"passwd.client": f"# host:user:password\n{login}\n"}
    (found,) = take(tmp_path, files).accounts
    auth = {} if login is None else {"auth": {"username": "me"}}
    assert dict(found.data) == {
        "host": "mail.acme.example",
        "port": 587,
        **expected,
        **auth,
        "from": {"email": "postmaster@acme.example"},
    }
    assert (None if found.password is None else found.password.reveal()) == (None if login is None else "a:b c")
    assert any(remark in note for note in found.notes)


@pytest.mark.parametrize(
    ("smarthost", "host", "port"),
    [
        ("mail.acme.example", "mail.acme.example", 25),
        ("mail.acme.example::2525", "mail.acme.example", 2525),
        ("2001::db8::::1", "2001:db8::1", 25),
        ("2001::db8::::1::587", "2001:db8::1", 587),
        ("a.acme.example::587; b.acme.example", "a.acme.example", 587),
    ],
)
def test_exims_smart_hosts(tmp_path: Path, smarthost: str, host: str, port: int) -> None:
    text = EXIM.replace("mail.acme.example::587", smarthost)
    (found,) = take(tmp_path, {"update-exim4.conf.conf": text}).accounts
    assert (found.data["host"], found.data["port"]) == (host, port)


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({"remotes": "# none\n"}, "names no relay"),
        ({"remotes": "mailspec-off.invalid smtp\n"}, "names no relay"),
        ({"remotes": "mail.acme.example smtp pass='x\n"}, "line 1: a quote is not closed"),
        ({"update-exim4.conf.conf": EXIM.replace("satellite", "internet")}, "relays through no server (internet)"),
        ({"update-exim4.conf.conf": "dc_eximconfig_configtype='satellite'\n"}, "relays through no server"),
        (
            {"update-exim4.conf.conf": EXIM.replace("mail.acme.example", "mailspec-off.invalid")},
            "switched off by mailspec",
        ),
    ],
)
def test_what_is_no_relay_is_reported(tmp_path: Path, files: dict[str, str], message: str) -> None:
    found = read_source(str(put(tmp_path, files)))
    assert isinstance(found, Problem)
    assert message in found.message


def test_two_relays_from_nothing_to_a_clean_plan(tmp_path: Path, cli: Any) -> None:
    bundle = "/etc/ssl/certs/ca-certificates.crt"
    line = f"a.acme.example smtp port=465 tls x509cafile={bundle} user=me@acme.example pass=s3cret-1\n"
    put(tmp_path / "etc/nullmailer", {"remotes": line})
    macros = SECURE.replace("/etc/own.pem", bundle)
    put(tmp_path / "etc/exim4", {"update-exim4.conf.conf": EXIM, "exim4.conf.localmacros": macros})
    (tmp_path / "etc/exim4/passwd.client").write_text("mail.acme.example:me@acme.example:s3cret-2\n")
    before = {path: path.read_bytes() for path in (tmp_path / "etc").rglob("*") if path.is_file()}
    (tmp_path / "project").mkdir()
    ran = cli("import", "../etc/nullmailer", "../etc/exim4", "--write", cwd=tmp_path / "project")
    assert (ran.code, "2 configurations, 2 targets" in ran.err) == (0, True), ran.out + ran.err
    assert "s3cret" not in ran.out + ran.err
    plan = cli("plan", "--detailed-exitcode", cwd=tmp_path / "project")
    assert (plan.code, "No changes." in plan.out) == (0, True), plan.out + plan.err
    assert {path: path.read_bytes() for path in before} == before
