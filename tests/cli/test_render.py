"""``mailspec render``: what a target would hold, secrets as references unless they are asked for."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

SPEC = """\
version: 1
instance: {id: acme, name: Acme}
configurations:
  - name: Primary
    host: mail.acme.example
    port: 465
    auth: {username: me@acme.example, password: {env: ACME_PASSWORD}}
targets:
  - {name: app, type: env_file, path: app.env, preset: setget}
  - {name: mailer, type: msmtp, path: msmtprc}
  - {name: relay, type: postfix, path: conf}
"""


@pytest.fixture
def render(tmp_path: Path, cli_process: Any) -> Any:
    (tmp_path / "mailspec.yml").write_text(SPEC)

    def render(*args: str, **env: str) -> Any:
        ran = cli_process("render", *args, cwd=tmp_path, env={"ACME_PASSWORD": None, **env})
        assert sorted(path.name for path in tmp_path.iterdir()) == ["mailspec.yml"]
        return ran

    return render


def test_secrets_are_references(render: Any) -> None:
    ran = render("app")
    assert ran.code == 0
    assert "SETGET_SMTP_HOST=mail.acme.example\n" in ran.out
    assert "<env ACME_PASSWORD>" in ran.out


def test_secrets_are_printed_when_asked_for(render: Any) -> None:
    ran = render("mailer", "--with-secrets", ACME_PASSWORD='a "b')
    assert 'password "a "b"\n' in ran.out
    ran = render("mailer", "--with-secrets")
    assert ran.code == 1
    assert "env ACME_PASSWORD" in ran.err
    assert ran.out == ""


def test_several_files_are_distinguished(render: Any) -> None:
    files = render("relay", "--format", "json").json["files"]
    assert [Path(file["path"]).name for file in files][:3] == ["main.cf", "master.cf", "mailspec-relays"]
    assert "# conf/main.cf\n" in render("relay").out


def test_an_unknown_target_is_wrong_use(render: Any) -> None:
    ran = render("aap")
    assert ran.code == 2
    assert "Did you mean app?" in ran.err


def test_a_relative_bundle_starts_at_the_declaring_file_and_is_written_absolute(tmp_path: Path, cli: Any) -> None:
    (tmp_path / "mailspec.yml").write_text(SPEC.partition("targets:")[0])
    (tmp_path / "targets").mkdir()
    (tmp_path / "targets/all.yml").write_text(
        "targets:\n  - {name: relay, type: postfix, path: conf, ca_bundle: ca.crt}\n"
    )
    ran = cli("render", "relay", cwd=tmp_path)
    assert (ran.code, f"smtp_tls_CAfile = {tmp_path}/targets/ca.crt" in ran.out) == (0, True), ran.out + ran.err
