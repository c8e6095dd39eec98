"""``status``, ``history`` and ``drift`` in the formats of a merge request or a build."""

from __future__ import annotations

from xml.etree.ElementTree import fromstring

import pytest

SPEC = """version: 1
instance: {{id: acme-hub, name: Acme Hub}}
configurations:
  - name: Primary
    host: 127.0.0.1
    port: {port}
    security: starttls
    tls: {{ca_file: {ca}, server_name: mail.acme.example}}
    from: alice@acme.example
    auth: {{username: alice@acme.example, password: {{env: HUB_PASSWORD}}}}
targets:
  - {{name: hub, type: env_file, path: hub.env}}
"""
PASSWORD = "alice's s3cret + word"

pytestmark = pytest.mark.service("postfix")


@pytest.fixture
def run(cli, tmp_path, mail_server):
    """Run in a project that was applied once and whose file somebody changed since."""
    made = {"port": mail_server.ports["starttls"], "ca": mail_server.certificates.ca_file}
    (tmp_path / "mailspec.yml").write_text(SPEC.format(**made))

    def go(*args, code=0):
        ran = cli(*args, cwd=tmp_path, env={"MAILSPEC_STATE_URL": "", "HUB_PASSWORD": PASSWORD})
        assert ran.code == code, ran.out + ran.err
        assert PASSWORD not in ran.out
        return ran

    go("apply", "--auto-approve", "--no-test")
    file = tmp_path / "hub.env"
    file.write_text(file.read_text().replace("127.0.0.1", "evil.example"))
    return go


@pytest.mark.parametrize("name", ["markdown", "html", "github-summary"])
@pytest.mark.parametrize(
    ("command", "words"), [("status", "configuration:Primary"), ("history", "applied"), ("drift", "evil.example")]
)
def test_what_was_applied_in_other_formats(command, words, name, run):
    assert words in run(command, "--format", name).out


def test_status_tells_what_differs_and_goes_to_a_file(run, tmp_path):
    shown = run("status", "--detailed-exitcode", "--format", "text", "--format", "markdown=status.md", code=7).out
    assert "The files differ from what is applied" in shown
    assert "The files differ from what is applied" in (tmp_path / "status.md").read_text()
    assert "evil.example" in (tmp_path / "status.md").read_text()


def test_drift_as_junit_is_a_case_a_target(run):
    (suite,) = fromstring(run("drift", "--format", "junit").out)
    (case,) = suite
    assert (suite.get("failures"), case.get("name"), case.get("classname")) == ("1", "hub", "mailspec.target")
    assert "MAIL_HOST" in case.find("failure").get("message")
    run("apply", "--auto-approve", "--no-test")
    (suite,) = fromstring(run("drift", "--format", "junit").out)
    assert (suite.get("tests"), suite.get("failures")) == ("1", "0")
