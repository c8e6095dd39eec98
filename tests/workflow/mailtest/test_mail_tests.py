"""What keeps ``test`` and ``probe`` from connecting."""

from __future__ import annotations

import pytest

from mailspec.outcome.mail import TestResult
from mailspec.workflow.mailtest import mail_tests
from mailspec.workflow.mailtest.mail_tests import MailTest, run_tests
from mailspec.workflow.options import CheckOptions
from mailspec.workflow.project import ApplyRefusedError
from mailspec.workflow.workspace import open_workspace

BASE = """\
version: 1
instance: {name: Acme Hub}
policy: {test_recipients: [ops@acme.example]}
configurations:
  - {name: Main, state: active, host: mail.acme.example, port: 465, security: tls, from: hub@acme.example,
     auth: {method: none}}
"""
WRONG = "configurations:\n  - {name: Main, prot: 25}\n"


def stops(environment: str | None) -> tuple[str | None, ...]:
    mail_test = MailTest(open_workspace(environment=environment, options=CheckOptions(with_env=True)))
    try:
        mail_test.stop_on_errors(mail_test.objects((), everything=False))
    except ApplyRefusedError as stopped:
        return tuple(finding.environment for finding in (stopped.report.findings if stopped.report else ()))
    return ()


def test_an_error_in_an_overlay_stops_that_environment_only(put) -> None:
    put({"mailspec.yml": BASE, "environments/staging.yml": WRONG, "environments/live.yml": "version: 1\n"})
    assert stops("staging") == ("staging",)
    assert stops("live") == ()
    assert stops(None) == ()


@pytest.mark.parametrize("environment", [None, "staging"])
def test_an_error_in_the_base_stops_everywhere(put, environment) -> None:
    put({"mailspec.yml": BASE + "mialings: []\n", "environments/staging.yml": "version: 1\n"})
    assert stops(environment) == (None,)


@pytest.mark.parametrize(
    ("name", "kind", "advice"),
    [
        ("Main", "configuration", "The host is 'mail.acme.invalid' (own, mailspec.yml:5)."),
        ("alice@acme.example", "user", "mailspec.yml:5)."),
    ],
)
def test_a_host_that_is_not_found_is_reported_with_its_place(
    put, monkeypatch, name: str, kind: str, advice: str
) -> None:
    users = "general: {users: {mode: smtp}}\nusers:\n  - {email: alice@acme.example, account: {method: none}}\n"
    put({"mailspec.yml": BASE.replace("mail.acme.example", "mail.acme.invalid") + users})
    missing = TestResult(name, kind, "failed", stage="dns", category="dns", advice="No such host name.")
    monkeypatch.setattr(mail_tests, "probe", lambda _account, _to: missing)
    mail_test = MailTest(open_workspace())
    batch = run_tests(
        mail_test, mail_test.sending(mail_test.objects((f"{kind}:{name}",), everything=False)), to=None, message=False
    )
    (result,) = batch.results
    assert result.advice.startswith("No such host name. The host is 'mail.acme.invalid' (")
    assert result.advice.endswith(advice)


def test_other_failures_say_nothing_of_the_host(put, monkeypatch) -> None:
    put({"mailspec.yml": BASE})
    refused = TestResult("Main", "configuration", "failed", category="connection_refused", advice="Nothing listens.")
    monkeypatch.setattr(mail_tests, "probe", lambda _account, _to: refused)
    mail_test = MailTest(open_workspace())
    batch = run_tests(mail_test, mail_test.sending(mail_test.objects((), everything=False)), to=None, message=False)
    assert [result.advice for result in batch.results] == ["Nothing listens."]


def test_apply_tells_the_place_too(put, cli, tmp_path) -> None:
    put({"mailspec.yml": BASE.replace("mail.acme.example", "mail.acme.invalid")})
    ran = cli("apply", "--auto-approve", "--no-test")
    assert ran.code == 1
    assert "The host is 'mail.acme.invalid' (own, mailspec.yml:5)." in ran.out


MAILINGS = """\
general: {bulk: {mode: smtp}}
mailings:
  - {name: letter, mode: general, send_as: ""}
  - {name: form, mode: outlook}
  - {name: bill, mode: general, send_as: billing@acme.example}
"""


@pytest.mark.parametrize("state", ["active", "inactive"])
def test_a_mailing_without_an_address_is_a_standard_mail_and_off_is_no_failure(put, state) -> None:
    put({"mailspec.yml": BASE.replace("state: active", f"state: {state}") + MAILINGS})
    mail_test = MailTest(open_workspace(options=CheckOptions(with_env=True)))
    names = ("mailing:letter", "mailing:form", *(("mailing:bill", "bulk") if state == "inactive" else ()))
    settings = mail_test.sending(mail_test.objects(names, everything=False))
    results = run_tests(mail_test, settings, to="ops@acme.example", message=True).results
    outcomes = {result.name: (result.status, str(result.reason)) for result in results}
    assert {status for status, _ in outcomes.values()} == {"skipped"}
    assert "standard mail from the current user" in outcomes["letter"][1]
    assert "standard mail from the current user" in outcomes["form"][1]
    if state == "inactive":
        assert "mail is off (MS403)" in outcomes["bill"][1]
        assert "mail is off (MS403)" in outcomes["bulk"][1]


@pytest.mark.parametrize(
    ("password", "stage", "words"),
    [
        (" secret", "auth", "The password has a blank at its start (MS306)"),
        ("'secret'", "auth", "The password has quotes around it (MS306)"),
        ("secret", "auth", None),
        (" secret", "mail_from", None),
    ],
)
def test_a_refused_sign_in_says_what_stands_around_the_password(put, monkeypatch, password, stage, words) -> None:
    def refused(account, _to) -> TestResult:
        return TestResult(
            account.name, account.kind, "failed", stage=stage, category="auth_failed", advice="Try again."
        )

    monkeypatch.setenv("EDGE", password)
    monkeypatch.setattr(mail_tests, "probe", refused)
    own = BASE.replace("auth: {method: none}", "auth: {username: hub@acme.example, password: {env: EDGE}}")
    put({"mailspec.yml": own})
    mail_test = MailTest(open_workspace(options=CheckOptions(with_env=True)))
    settings = mail_test.sending(mail_test.objects((), everything=False))
    (result,) = run_tests(mail_test, settings, to=None, message=False).results
    assert ("MS306" in result.advice) == (words is not None)
    assert words is None or words in result.advice
    assert "Try again." in result.advice
