from __future__ import annotations

import pytest

SPEC = """\
version: 1
instance: {name: Acme}
configurations: [{name: Main, host: localhost, from: noreply@acme.example}]
email_types:
  - name: Password reset
    trigger: reset_request
    customizable: true
    template: reset.md.j2
    subject: Reset
    sample: {name: Alice}
  - {name: Account locked, trigger: lockout, customizable: false}
"""


@pytest.fixture
def project(tmp_path):
    (tmp_path / "mailspec.yml").write_text(SPEC)
    (tmp_path / "reset.md.j2").write_text("Hello *{{ name }}*\n")
    return tmp_path


def test_without_a_name_the_types_are_listed(cli, project, as_published):
    ran = cli("preview", cwd=project)
    assert ran.out.splitlines() == [
        "email type      trigger        customizable  template",
        "Password reset  reset_request  yes           reset.md.j2",
        "Account locked  lockout        no",
    ]
    listed = as_published("preview", cli("preview", "--format", "json", cwd=project).json)
    assert [entry["customizable"] for entry in listed["email_types"]] == [True, False]


def test_text_html_and_json(cli, project, as_published):
    text = cli("preview", "Password reset", cwd=project)
    assert (text.code, text.out) == (0, "From: Acme <noreply@acme.example>\nSubject: Reset\n\nHello *Alice*\n")
    assert "<p>Hello <em>Alice</em></p>" in cli("preview", "Password reset", "--format", "html", cwd=project).out
    data = as_published("preview", cli("preview", "Password reset", "--format", "json", cwd=project).json)
    assert (data["from"], data["subject"], data["troubles"]) == ("Acme <noreply@acme.example>", "Reset", [])


def test_both_forms_are_written(cli, project):
    ran = cli("preview", "Password reset", "--out", "previews", cwd=project)
    assert (ran.code, ran.out) == (0, "")
    assert (project / "previews/password reset.txt").read_text().endswith("Hello *Alice*\n")
    assert "<em>Alice</em>" in (project / "previews/password reset.html").read_text()


def test_it_opens_in_the_browser(cli, project, monkeypatch):
    opened = []
    monkeypatch.setattr("click.launch", opened.append)
    assert cli("preview", "Password reset", "--open", cwd=project).code == 0
    with open(opened[0]) as page:
        assert "<em>Alice</em>" in page.read()


def test_other_sample_data(cli, project):
    (project / "other.json").write_text('{"name": "Bob"}')
    assert "Hello *Bob*" in cli("preview", "Password reset", "--sample", "other.json", cwd=project).out
    for bad in ("gone.json", "mailspec.yml/x"):
        assert cli("preview", "Password reset", "--sample", bad, cwd=project).code == 2
    (project / "other.json").write_text("[1]")
    assert cli("preview", "Password reset", "--sample", "other.json", cwd=project).code == 2


def test_what_is_wrong_goes_to_standard_error_with_its_place(cli, project, as_published):
    (project / "reset.md.j2").write_text("Hello\n{{ nmae }}")
    odd = cli("preview", "Password reset", cwd=project)
    assert (odd.code, "reset.md.j2:2:4: 'nmae' is not in the sample data" in odd.err) == (0, True)
    (project / "reset.md.j2").write_text("Hello\n{% fi %}")
    bad = cli("preview", "Password reset", cwd=project)
    assert (bad.code, bad.out, "reset.md.j2:2:4" in bad.err) == (1, "", True)
    broken = as_published("preview", cli("preview", "Password reset", "--format", "json", cwd=project).json)
    assert (broken["text"], broken["troubles"][0]["kind"]) == (None, "syntax")


def test_an_unknown_name_is_wrong_use(cli, project):
    assert cli("preview", "Pasword reset", cwd=project).code == 2
    assert cli("preview", "Account locked", cwd=project).code == 2


def test_hostile_text_is_escaped(cli, project):
    (project / "reset.md.j2").write_text("\x1b[2J{{ name }}")
    ran = cli("preview", "Password reset", cwd=project)
    assert "\x1b" not in ran.out + ran.err


def test_html_with_a_runners_command_is_written_but_not_printed(cli, project, tmp_path):
    (project / "reset.html").write_text("<p>\n::error::forged\n</p>\n")
    spec = SPEC.replace("reset.md.j2", "reset.html")
    (project / "mailspec.yml").write_text(spec)
    ran = cli("preview", "Password reset", "--format", "html", cwd=project)
    assert (ran.code, ran.out) == (2, "")
    assert "It holds ::error::, which a CI job would run" in ran.err
    page = tmp_path / "page.html"
    assert cli("preview", "Password reset", "--format", f"html={page}", cwd=project).code == 0
    assert "\n::error::forged" in page.read_text()
