"""What looks at a path and what opens it mean the same file: links, detours and ``~`` make no difference."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mailspec.files.opening import declared_path
from mailspec.secrets.paths import place
from mailspec.workflow.accounts.as_sent import absolute

Cli = Callable[..., Any]
SPEC = """\
version: 1
instance: {id: acme}
policy: {test_recipients: [postmaster@acme.example]}
configurations:
  - name: Hub
    state: active
    host: mail.acme.example
    port: 587
    security: starttls
    auth: {username: hub@acme.example, password: {age: hub.age}}
    from: hub@acme.example
"""
OTHER = """\
  - name: Other
    state: inactive
    host: other.acme.example
    port: 587
    security: starttls
    auth: {username: o@acme.example, password: %s}
    from: o@acme.example
"""


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("a/../b", "/srv/p/b"),
        ("/x//y/../z", "/x/z"),
        ("//x/y", "/x/y"),
        ("~/x/../y", "/home/alice/y"),
        ("./~/y", "/srv/p/~/y"),
        ("~nobody-of-that-name/y", "/srv/p/~nobody-of-that-name/y"),
    ],
)
def test_a_declared_path_has_one_meaning(word: str, meant: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/alice")
    assert declared_path("/srv/p", word) == meant
    assert (absolute("/srv/p", word), place(word, Path("/srv/p"))) == (meant, Path(meant))


FILES = "\n    tls: {%s: %s}"


@pytest.mark.parametrize("field", ["ca_file", "client_cert"])
@pytest.mark.parametrize(
    "detour", ["%(repo)s/x/../../private/key.pem", "x/../../private/key.pem", "~/repository/x/../../private/key.pem"]
)
def test_limits_see_the_file_that_is_opened(
    field: str, detour: str, repository: Any, cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    outside = repository.folder.parent
    monkeypatch.setenv("HOME", str(outside))
    (outside / "private").mkdir()
    (outside / "private/key.pem").write_text("not ours")
    # Through the link the path leads back into the project; without it, out of the limits.
    (repository.folder / "a/b/c").mkdir(parents=True)
    (repository.folder / "a/private").mkdir()
    (repository.folder / "a/private/key.pem").write_text("ours")
    (repository.folder / "x").symlink_to("a/b/c")
    limits = outside / "limits.yml"
    limits.write_text("version: 1\nfiles: ['/etc/ssl/*']\n")
    path = detour % {"repo": repository.folder}
    repository.commit("start", {"mailspec.yml": SPEC})
    more = OTHER % "{env: ACME_O}" + FILES.removeprefix("\n") % (field, f'"{path}"') + "\n"
    repository.commit("change", {"mailspec.yml": SPEC + more})
    for command in (("validate",), ("plan",), ("test", "Other")):
        ran = cli(*command, "--base", "HEAD~1", "--limits", str(limits), cwd=repository.folder)
        assert (ran.code, "Refused (limits-files)" in ran.err) == (5, True), ran.out + ran.err
        assert str(outside / "private/key.pem") in ran.err


@pytest.mark.parametrize("way", ["%s/x/../hub2.age", "%s/sub/../hub2.age", "./hub2.age", "/proc/self/cwd/hub2.age"])
def test_a_copy_behind_a_detour_is_the_secret(way: str, repository: Any, cli: Cli) -> None:
    repository.commit(
        "start", {"mailspec.yml": SPEC, "hub.age": "sealed\n---x\n0123456789abcdefg", "sub/deep/f": "x\n"}
    )
    (repository.folder / "x").symlink_to("sub/deep")
    path = way.replace("%s", str(repository.folder))
    copy = {"hub2.age": "other stanza\n---x\n0123456789abcdefg", "sub/hub2.age": "another\n---x\nabcdefg0123456789"}
    repository.commit("change", {"mailspec.yml": SPEC + OTHER % f"{{age: '{path}'}}", **copy})
    out = cli("validate", "--base", "HEAD~1", cwd=repository.folder).out
    assert "would go to other.acme.example; before this change it goes to mail.acme.example alone" in out, out


def test_a_program_follows_links_before_it_goes_up(repository: Any, cli: Cli) -> None:
    spec = SPEC.replace("{age: hub.age}", "{command: [show, hub.gpg]}")
    repository.commit("start", {"mailspec.yml": spec, "hub.gpg": "sealed by another program\n", "sub/deep/f": "x\n"})
    (repository.folder / "x").symlink_to("sub/deep")
    copy = {"sub/copy.gpg": "sealed by another program\n", "copy.gpg": "nothing\n"}
    change = spec + OTHER % "{command: [show, x/../copy.gpg]}"
    repository.commit("change", {"mailspec.yml": change, **copy})
    out = cli("validate", "--base", "HEAD~1", cwd=repository.folder).out
    assert "would go to other.acme.example; before this change it goes to mail.acme.example alone" in out, out


def test_a_folder_called_home_is_nobodys_home(repository: Any, cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    # mailspec looked at the home for a copy, and read the folder that is called ~.
    home = repository.folder.parent / "home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    repository.commit("start", {"mailspec.yml": SPEC.replace("{age: hub.age}", "{file: hub}"), "hub": "s3cret-of-hub"})
    change = SPEC.replace("{age: hub.age}", "{file: hub}") + OTHER % "{file: ~/hub}"
    repository.commit("change", {"mailspec.yml": change, "~/hub": "s3cret-of-hub"})
    ran = cli("secret", "check", cwd=repository.folder)
    assert "~/hub" in ran.out + ran.err
    assert "does not exist" in ran.out + ran.err, ran.out + ran.err


def test_one_file_of_many_secrets_is_parsed_once(repository: Any, cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    # 1,500 references to one file of 226 KB took 64 s.
    from mailspec.secrets import sops_file
    from mailspec.workflow.checks import secret_contents

    parsed = []
    read = sops_file.read_sops

    def counted(name: str, raw: bytes) -> Any:
        parsed.append(name)
        return read(name, raw)

    monkeypatch.setattr(sops_file, "read_sops", counted)
    monkeypatch.setattr(secret_contents, "read_sops", counted)
    sops_file._services.cache_clear()
    sealed = "ENC[AES256_GCM,data:b25l,iv:aWl2,tag:dGFn,type:str]"
    rows = "".join(f"    k{n}: {sealed}\n" for n in range(40))
    more = "".join((OTHER % f"{{sops: 's.yml#a.k{n}'}}").replace("Other", f"O{n}") for n in range(40))
    repository.commit("start", {"mailspec.yml": SPEC, "s.yml": f"a:\n{rows}sops: {{mac: x}}\n", "hub.age": "x"})
    repository.commit("change", {"mailspec.yml": SPEC + more})
    limits = repository.folder.parent / "limits.yml"
    limits.write_text("version: 1\nhosts: ['*.acme.example']\n")
    assert cli("validate", "--base", "HEAD~1", "--limits", str(limits), cwd=repository.folder).code in (0, 1)
    assert 1 <= len(parsed) <= 3, len(parsed)
