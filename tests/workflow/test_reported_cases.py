"""32 public reports of mail set-ups that did not work, reduced: what ``validate`` and ``diagnose`` say of each.

Each stands for a kind. ``VALIDATED`` has the codes that a Spec must get, with a word of the cure; ``DIAGNOSED`` the
category and detail of a server's or a program's words.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

ONE = "version: 1\ninstance: {{id: acme}}\nconfigurations:\n  - {{name: A, state: active, {}}}\n"
FROM = "host: mail.acme.example, from: a@acme.example"
LOGIN = "auth: {username: a@acme.example, password: {env: ACME}}"
SES = """\
version: 1
instance: {id: acme}
configurations:
  - name: A
    state: active
    host: email-smtp.eu-west-1.amazonaws.com
    auth: {username: AKIAIOSFODNN7EXAMPLE, password: {env: ACME}}
    from: a@acme.example
environments:
  dr: {kind: production, configurations: [{name: A, host: email-smtp.us-east-1.amazonaws.com}]}
"""
# The report's number and what is special, the Spec, the secret, and code with a word of the message or of the help.
VALIDATED: list[tuple[str, str, str, list[tuple[str, str]]]] = [
    (
        "1 quotes",
        ONE.format(f"host: mail.acme.example, {LOGIN}"),
        "'password1-longer'",
        [("MS306", "quotes around it")],
    ),
    ("2 host", ONE.format('host: "mail.acme.example ", from: a@acme.example'), "", [("MS105", "not a host name")]),
    (
        "2 user name",
        ONE.format('host: mail.acme.example, auth: {username: "noreply@acme.example ", password: {env: ACME}}'),
        "fine-password",
        [("MS008", "a blank at its end")],
    ),
    ("2 secret", ONE.format(f"host: mail.acme.example, {LOGIN}"), "password1 ", [("MS306", "a blank at its end")]),
    ("3 *", ONE.format(f'{FROM}, ehlo_name: "mantis.*"'), "", [("MS105", "cannot stand in EHLO")]),
    ("4 a blank", ONE.format(f'{FROM}, ehlo_name: "Zabbix Monitoring"'), "", [("MS105", "cannot stand in EHLO")]),
    (
        "5 a name",
        ONE.format(f'{FROM}, envelope_from: "Acme <mailer@acme.example>"'),
        "",
        [("MS003", "an e-mail address")],
    ),
    ("6 IDN", ONE.format("host: mail.acme.example, port: 465, from: redacted@täst.example"), "", []),
    ("7 local part", ONE.format("host: mail.acme.example, from: müller@acme.example"), "", [("MS211", "SMTPUTF8")]),
    ("8 twice", ONE.format("host: mail.acme.example, from: a@b@localhost.localdomain"), "", [("MS003", "address")]),
    (
        "9 iCloud",
        ONE.format(
            "host: smtp.mail.me.com, auth: {username: me@icloud.com, password: {env: ACME}}, from: a@acme.example"
        ),
        "abcd-efgh-ijkl-mnop",
        [("MS206", "refuses a From address")],
    ),
    (
        "10 QQ",
        ONE.format("host: smtp.qq.com, auth: {username: 1@qq.com, password: {env: ACME}}, from: a@acme.example"),
        "abcdefghijklmnop",
        [("MS206", "refuses a From address")],
    ),
    ("13 region", SES, "", [("MS210", "that of another region")]),
    ("15 .com", ONE.format(f"host: smtp.mailgun.com, {LOGIN}"), "fine-password", [("MS201", "smtp.mailgun.org")]),
    ("17 a port", ONE.format('host: "smtp.163.com:465", from: a@163.com'), "", [("MS105", "port: 465")]),
    ("18 0.0.0.0", ONE.format("host: 0.0.0.0, from: a@acme.example"), "", [("MS105", "no machine")]),
    ("22 port", ONE.format(f'{FROM}, port: "587"'), "", [("MS003", "Write the number without quotes: 587.")]),
    ("22 no", ONE.format(f"{FROM}, tls: {{validate_certs: no}}"), "", [("MS003", "write false")]),
    ("22 False", ONE.format(f'{FROM}, tls: {{validate_certs: "False"}}'), "", [("MS003", "true or false")]),
    (
        "22 zeros",
        ONE.format("host: mail.acme.example, from: a@acme.example, auth: {username: 0012345, password: {env: ACME}}"),
        "fine-password",
        [("MS003", 'Write it in quotes: "0012345".')],
    ),
    ("23 colon", "version: 1\ninstance: {id: acme, name: Acme: Hub}\n", "", [("MS001", "quotes")]),
    ("23 tab", "version: 1\nconfigurations:\n\t- name: A\n", "", [("MS001", "spaces")]),
    (
        "23 #",
        ONE.format("host: mail.acme.example, auth: {username: #1user, password: {env: ACME}}"),
        "",
        [("MS001", "#")],
    ),
    ("23 @", "version: 1\nusers:\n  - {email: a@acme.example, name: @alice}\n", "", [("MS001", "quotes")]),
    (
        "23 numbers",
        ONE.format("host: mail.acme.example, auth: {username: a@acme.example, password: 12345678}"),
        "",
        [("MS301", "{env: ACME_SMTP_PASSWORD}")],
    ),
    (
        "24 words",
        ONE.format(
            "host: mail.acme.example, post: 465, from: a@acme.example, "
            "auth: {user: a@acme.example, passwrd: {env: ACME}}"
        ),
        "",
        [("MS004", "Write port."), ("MS004", "Write username."), ("MS004", "Write password.")],
    ),
    ("27 text", ONE.format(f'{FROM}, ehlo_name: "600"'), "", [("MS105", "a number is no domain name")]),
    ("27 number", ONE.format(f"{FROM}, ehlo_name: 600"), "", [("MS003", "text is wanted")]),
    ("28 tag", ONE.format(f'{FROM}, ehlo_name: "[2001:7c0::19]"'), "", [("MS105", "needs its tag")]),
    ("29 brackets", ONE.format('host: "[2001:db8::25]", from: a@acme.example'), "", [("MS105", "2001:db8::25")]),
    (
        "31 line breaks",
        ONE.format(
            'host: mail.acme.example, from: {email: a@acme.example, name: "Acme\\r\\nBcc: x@evil.example"}, '
            'auth: {username: "acme\\nora", password: {env: ACME}}, ehlo_name: "a\\nb"'
        ),
        "fine-password",
        [("MS008", "'name' holds a line break"), ("MS008", "'username'"), ("MS008", "'ehlo_name'"), ("MS105", "EHLO")],
    ),
]
# Where the program or the server is known, what diagnose is told of it.
DIAGNOSED: list[tuple[str, str, tuple[str, ...], str, str | None, str]] = [
    ("3", '501-5.5.4 HELO/EHLO argument "mantis.*" invalid', (), "config_invalid", "ehlo_name", "full name"),
    ("4", "URL using bad/illegal format or missing URL", (), "config_invalid", "host", "`ehlo_name`"),
    ("5", "501 Invalid MAIL FROM address provided", (), "sender_unverified", "bad_address", "`envelope_from`"),
    ("6", "501 5.1.7 Bad sender address syntax", (), "sender_unverified", "bad_address", "malformed"),
    ("8", "does not comply with RFC 2822, 3.6.2.", (), "config_invalid", "address", "malformed"),
    ("9", "550 5.7.0 From address is not one of your addresses", (), "send_as_denied", "envelope", "own address"),
    ("10", "501 mail from address must be same as authorization user", (), "send_as_denied", "envelope", "own address"),
    ("10", "553 Mail from must equal authorized user", (), "send_as_denied", "envelope", "own address"),
    (
        "12",
        "535 5.7.3 Authentication unsuccessful",
        ("--host", "smtp.office365.com"),
        "auth_failed",
        "bad_credentials",
        "shared mailbox",
    ),
    (
        "13",
        "535 Authentication Credentials Invalid",
        ("--host", "email-smtp.us-east-1.amazonaws.com"),
        "auth_failed",
        "bad_credentials",
        "region",
    ),
    ("14", "502 5.7.0 Please authenticate first", (), "relay_denied", "sign_in_required", "`auth.method: login`"),
    (
        "15",
        "x509: certificate is valid for *.mailgun.org, mailgun.org, not smtp.mailgun.com",
        (),
        "certificate",
        "name_mismatch",
        "`host`",
    ),
    ("16", "SELF_SIGNED_CERT_IN_CHAIN", ("--host", "smtp.gmail.com"), "certificate", "other_machine", "virus scanner"),
    ("17", "dial tcp: missing port in address smtp.163.com", (), "config_invalid", "host", "port"),
    ("18", "connect ECONNREFUSED 0.0.0.0:587", (), "connection_refused", "this_machine", "not taken over"),
    ("19", "connect ECONNREFUSED 127.0.0.1:25", (), "connection_refused", "this_machine", "container"),
    (
        "20",
        "450 4.7.25 Client host rejected: cannot find your hostname, [192.0.2.4]",
        (),
        "message_rejected_policy",
        "reverse_name",
        "PTR",
    ),
    (
        "21",
        "550 5.7.1 Invalid credentials for relay [192.0.2.4]. The IP address you've registered in your Workspace "
        "SMTP Relay service doesn't match the domain of the account this email is being sent from",
        (),
        "relay_denied",
        "client_address",
        "Admin console",
    ),
    ("24", "530 5.5.1 Authentication Required", (), "relay_denied", "sign_in_required", "`auth.password`"),
    (
        "25",
        "220-server.example.com ESMTP Exim 4.86 #2\n535 Incorrect authentication data",
        ("--host", "smtp.zoho.com", "--port", "25"),
        "auth_failed",
        "other_machine",
        "Web hosts redirect",
    ),
    ("26", "*smtp.plainAuth failed: wrong host name", (), "config_invalid", "host", "same name in both"),
    ("27", "501 5.5.2 <600>: Helo command rejected: Invalid name", (), "config_invalid", "ehlo_name", "full name"),
    (
        "28",
        "501 5.5.2 <[2001:7c0::19]>: Helo command rejected: invalid ip address",
        (),
        "config_invalid",
        "ehlo_name",
        "full name",
    ),
    (
        "29",
        "dial tcp: address abcd::1234:2525: too many colons in address",
        (),
        "config_invalid",
        "host",
        "in brackets",
    ),
]


@pytest.mark.parametrize(("name", "spec", "secret", "wanted"), VALIDATED, ids=[case[0] for case in VALIDATED])
def test_validate_names_the_cause(
    cli: Callable[..., Any], tmp_path: Path, name: str, spec: str, secret: str, wanted: list[tuple[str, str]]
) -> None:
    (tmp_path / "mailspec.yml").write_text(spec)
    with_secrets = ("--with-secrets",) if secret else ()
    ran = cli("validate", "--format", "json", *with_secrets, cwd=tmp_path, env={"ACME": secret} if secret else {})
    found = [(entry["code"], f"{entry['message']} {entry['help']}") for entry in json.loads(ran.out)["findings"]]
    for code, word in wanted:
        assert any(code == other and word in message for other, message in found), (name, found)
    # Besides the causes there is no other error, which would lead astray.
    errors = {entry["code"] for entry in json.loads(ran.out)["findings"] if entry["severity"] == "error"}
    assert errors <= {code for code, _word in wanted}, found


@pytest.mark.parametrize(
    ("name", "text", "options", "category", "detail", "word"),
    DIAGNOSED,
    ids=[f"{case[0]} {case[1][:20]}" for case in DIAGNOSED],
)
def test_diagnose_names_the_cause(
    cli: Callable[..., Any],
    tmp_path: Path,
    name: str,
    text: str,
    options: tuple[str, ...],
    category: str,
    detail: str | None,
    word: str,
) -> None:
    diagnosis = json.loads(cli("diagnose", text, *options, "--format", "json", cwd=tmp_path).out)
    assert (diagnosis["category"], diagnosis["detail"]) == (category, detail), name
    assert word in diagnosis["advice"], diagnosis["advice"]


def test_the_page_of_microsoft365_names_the_switch_for_a_from_that_is_an_alias(
    cli: Callable[..., Any], tmp_path: Path
) -> None:
    assert "SendFromAliasEnabled" in cli("providers", "microsoft365", cwd=tmp_path).out


def test_a_reply_that_nobody_knows_gets_no_guessed_category_and_no_retry(
    cli: Callable[..., Any], tmp_path: Path
) -> None:
    diagnosis = json.loads(cli("diagnose", "553 5.0.0 beader hobo", "--format", "json", cwd=tmp_path).out)
    assert diagnosis["category"] in ("unknown", "message_rejected_policy")
    assert diagnosis["retry"] is False
