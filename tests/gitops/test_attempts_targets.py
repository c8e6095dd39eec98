"""Another environment's or instance's file and state, and one's own file read by other words: none is given away."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Cli = Callable[..., Any]
CANARY = "c4nary-1x"
SPEC = """\
version: 1
instance: {instance}
configurations:
  - name: Main
    state: active
    host: mail.acme.example
    port: 587
    auth: {{username: hub@acme.example, password: {{env: P}}}}
    from: {sender}
    tls: {{ca_file: {ca}}}
targets:
  - {{name: app, path: app.env, {target}}}
"""
MINE = {"instance": "{id: acme-hub, name: Acme Hub}", "sender": "hub@acme.example", "ca": "ca.pem"}
APPLY = ("apply", "--auto-approve", "--no-test", "--allow", "unproven=Main")
FOREIGN = "instance=acme-hub environment=production"


@pytest.fixture
def change(repository: Any, cli: Cli, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """``change(COMMAND, target=..., ...)``: run a command on a Spec with these parts."""
    monkeypatch.setattr("mailspec.workflow.apply.applying.checks", lambda *_args: [list])

    def run(*command: str, **parts: str) -> Any:
        text = parts.pop("text", None) or SPEC.format(**{**MINE, "target": "type: env_file", **parts})
        files = {"mailspec.yml": text, "t.j2": "{{ mail }}\n", ".gitignore": ".mailspec/\n*.env\n*.mailspec-owner\n"}
        repository.commit("change", {**files, "ca.pem": "x\n", "it's.pem": "x\n"})
        return cli(*command, cwd=repository.folder, env={"P": CANARY})

    return run


@pytest.mark.parametrize("sign", ["#", ";", "//", "owner"])
@pytest.mark.parametrize(
    "target",
    [
        "type: env_file",
        "type: ini_file",
        "type: export",
        "type: export, template: t.j2",
        "type: systemd_credential, configuration: Main",
        "type: properties_file",
    ],
)
def test_a_file_of_another_environment_is_not_taken_by_another_type(
    change: Callable[..., Any], repository: Any, target: str, sign: str
) -> None:
    there = repository.folder / "app.env"
    there.write_text("A=1\n" if sign == "owner" else f"{sign} mailspec {FOREIGN}\n")
    there.chmod(0o600)
    if sign == "owner":
        (repository.folder / ".app.env.mailspec-owner").write_text(f"mailspec {FOREIGN}\n")
    before = there.read_text()
    ran = change(*APPLY, target=f"{target}, adopt: true")
    assert "--allow take-over=app" in ran.err, ran.out + ran.err
    assert ran.code != 0
    assert there.read_text() == before


def test_a_name_in_the_change_makes_no_file_of_another_instance_ours(
    change: Callable[..., Any], repository: Any
) -> None:
    change("validate")
    repository.git("branch", "base")
    there = repository.folder / "app.env"
    there.write_text("# mailspec instance=other-hub environment=base\nA=1\n")
    there.chmod(0o600)
    ran = change(
        *APPLY, "--base", "base", instance="{id: acme-hub, name: Other Hub}", target="type: env_file, adopt: true"
    )
    assert (ran.code, "belongs to instance=other-hub" in ran.err) == (5, True), ran.out + ran.err


def test_a_name_in_the_change_takes_no_state_of_another_instance(change: Callable[..., Any], repository: Any) -> None:
    change("validate", instance="{id: new, name: New}")
    repository.git("branch", "base")
    assert change(*APPLY).code == 0
    ran = change("status", "--base", "base", instance="{id: new, name: Acme Hub}")
    assert "nothing has been applied yet" in ran.out
    # Whoever adds the id that the base spells by its name keeps the state.
    change("validate", instance="{name: Acme Hub}")
    repository.git("branch", "-f", "base")
    ran = change("status", "--base", "base", instance="{id: new, name: Acme Hub}")
    assert "nothing has been applied yet" not in ran.out


def test_a_file_read_in_another_dialect_shows_no_password(change: Callable[..., Any], repository: Any) -> None:
    lawful = {"ca": '"it\'s.pem"', "sender": '{email: hub@acme.example, name: "Acme\'Hub"}'}
    assert change(*APPLY, target="type: env_file, dialect: docker", **lawful).code == 0
    assert CANARY in (repository.folder / "app.env").read_text()
    for command in (("plan",), ("plan", "--format", "json")):
        ran = change(*command, target="type: env_file, dialect: sh")
        assert "MAIL_TLS_CA_FILE" in ran.out
        assert CANARY not in ran.out + ran.err


def test_a_template_gives_a_password_to_nobody_by_the_mode_of_its_file(
    change: Callable[..., Any], repository: Any
) -> None:
    assert change(*APPLY, target='type: export, template: t.j2, mode: "0644"').code == 0
    ran = change(*APPLY, target="type: env_file, adopt: true")
    assert (ran.code, "readable-file" in ran.err) == (5, True), ran.out + ran.err
    assert CANARY not in (repository.folder / "app.env").read_text()


@pytest.mark.parametrize("text", ["", "MAIL_PASSWORD=\n", "MAIL_PASSWORD=changeme\n", "A=1\n"])
def test_what_a_readable_file_has_under_the_key_does_not_count(
    text: str, change: Callable[..., Any], repository: Any
) -> None:
    there = repository.folder / "app.env"
    change("validate", target="type: env_file")
    there.write_text(text)
    there.chmod(0o644)
    ran = change(*APPLY, target="type: env_file, adopt: true")
    assert (ran.code, "(readable-file)" in ran.err) == (5, True), ran.out + ran.err
    assert there.read_text() == text


def test_values_in_place_of_references_come_into_no_readable_file(change: Callable[..., Any], repository: Any) -> None:
    there = repository.folder / "app.env"
    assert change(*APPLY, target="type: export").code == 0
    assert there.stat().st_mode & 0o004
    ran = change(*APPLY, target="type: export, secrets: values")
    assert (ran.code, "(readable-file)" in ran.err) == (5, True), ran.out + ran.err
    assert CANARY not in there.read_text()


@pytest.mark.parametrize(
    ("target", "file"),
    [("exim", "exim4/passwd.client"), ("postfix", "postfix/mailspec-passwords"), ("nullmailer", "nullmailer/remotes")],
)
def test_each_file_of_a_folder_has_a_mode_of_its_own(
    target: str, file: str, change: Callable[..., Any], repository: Any
) -> None:
    text = SPEC.format(**MINE, target="x").replace("app, path: app.env, x", f"app, path: {file.split('/')[0]}, type: X")
    text = text.replace("type: X", f"type: {target}, adopt: true")
    there = repository.folder / file
    there.parent.mkdir(parents=True)
    there.write_text("")
    for mode, refused in ((0o644, True), (0o640, False)):
        there.chmod(mode)
        ran = change("plan", text=text)
        assert ("(readable-file)" in ran.err) == refused, ran.out + ran.err
    there.chmod(0o640)
    (there.parent / "helohost").write_text("x\n")
    assert "(readable-file)" not in change("plan", text=text).err


def test_a_change_silences_no_error_that_it_brings(change: Callable[..., Any], repository: Any) -> None:
    text = SPEC.format(**MINE, target="type: env_file")
    change("validate", text=text)
    repository.git("branch", "base")
    silent = text.replace(
        "type: env_file}", 'type: env_file, mode: "0644"}  # mailspec: ignore[MS307] the house wants it'
    )
    ran = change("validate", "--base", "base", text=silent)
    assert (ran.code, "a comment silences MS307" in ran.err) == (5, True), ran.err + ran.out
    warning = text.replace("{ca_file: ca.pem}", "{validate_certs: false}  # mailspec: ignore[MS108] a test server")
    ran = change("validate", "--base", "base", text=warning)
    assert "(policy-silenced)" not in ran.err, ran.err + ran.out


READERS = {
    "another dialect": "name: app, type: env_file, path: app.env, dialect: docker",
    "another preset": "name: app, type: env_file, path: app.env, dialect: sh, preset: setget",
    "another prefix": "name: app, type: env_file, path: app.env, dialect: sh, prefix: PATH_",
    "another type": "name: app, type: properties_file, path: app.env, adopt: true",
    "another name": "name: other, renamed_from: app, type: env_file, path: app.env",
    "the path in another form": "name: other, type: env_file, path: x/../app.env, dialect: docker, adopt: true",
    "a template": "name: app, type: export, template: t.j2, path: app.env, adopt: true",
}
EXPORTS = {
    "a template": "template: t.j2",
    "another format": "format: csv",
    "secrets": "secrets: values",
}


@pytest.mark.parametrize("target", READERS.values(), ids=READERS)
def test_a_file_of_the_base_is_written_for_its_reader(target: str, change: Callable[..., Any], repository: Any) -> None:
    change("validate", target="type: env_file, dialect: sh")
    repository.git("branch", "base")
    assert change(*APPLY, "--base", "base", target="type: env_file, dialect: sh").code == 0
    before = (repository.folder / "app.env").read_text()
    text = SPEC.format(**MINE, target="x").replace("{name: app, path: app.env, x}", f"{{{target}}}")
    for command in (("validate",), ("plan",), APPLY):
        ran = change(*command, "--base", "base", text=text)
        assert (ran.code, "(target-reader)" in ran.err) == (5, True), ran.out + ran.err
    assert (repository.folder / "app.env").read_text() == before
    assert change("plan", "--base", "base", "--allow", "policy-change", text=text).code == 0


@pytest.mark.parametrize("words", EXPORTS.values(), ids=EXPORTS)
def test_an_export_of_the_base_stays_what_it_is(words: str, change: Callable[..., Any], repository: Any) -> None:
    change("validate", target="type: export")
    repository.git("branch", "base")
    ran = change("validate", "--base", "base", target=f"type: export, {words}")
    assert (ran.code, "(target-reader)" in ran.err) == (5, True), ran.out + ran.err
    assert "target-reader" not in change("validate", "--base", "base", target="type: export, format: json").err


WORDS = {
    "person": ("msmtp, path: rc, person: alice@acme.example", "msmtp, path: rc"),
    "service": ("compose, path: c.yml, service: app", "compose, path: c.yml, service: evil"),
    "the usual place": ("nullmailer, configuration: Main", "env_file, path: /etc/nullmailer/remotes, dialect: docker"),
    "namespace": (
        "kubernetes_secret, path: k.yml, resource: a",
        "kubernetes_secret, path: k.yml, resource: a, namespace: b",
    ),
}


@pytest.mark.parametrize(("base", "target"), WORDS.values(), ids=WORDS)
def test_whose_file_it_is_stays(base: str, target: str, change: Callable[..., Any], repository: Any) -> None:
    plain = SPEC.format(**MINE, target="x") + "users: [{email: alice@acme.example, name: Alice}]\n"
    before, after = (
        plain.replace("{name: app, path: app.env, x}", f"{{name: app, type: {words}}}") for words in (base, target)
    )
    change("validate", text=before)
    repository.git("branch", "base")
    assert "(target-reader)" not in change("validate", "--base", "base", text=before.replace("hub@", "x@")).err
    ran = change("validate", "--base", "base", text=after)
    assert (ran.code, "(target-reader)" in ran.err) == (5, True), ran.out + ran.err


@pytest.mark.parametrize("base", ["merged", "@applied"])
def test_a_target_that_was_taken_out_comes_back_for_its_reader(
    base: str, change: Callable[..., Any], repository: Any
) -> None:
    text = SPEC.format(**MINE, target="type: env_file, dialect: sh")
    assert change(*APPLY, text=text).code == 0
    without = text.partition("targets:")[0].replace("587", "465\n    security: tls")
    assert change(*APPLY, "--base", "HEAD~1", text=without).code == 0
    repository.git("branch", "merged")
    back = text.replace("dialect: sh", "dialect: docker").replace("587", "465\n    security: tls")
    for command in (("plan",), APPLY):
        ran = change(*command, "--base", base, text=back)
        assert (ran.code, "(target-reader)" in ran.err) == (5, True), ran.out + ran.err
    assert "what was applied" in ran.err
    assert "(target-reader)" not in change("plan", "--base", base, text=back.replace("docker", "sh")).err


def test_going_back_to_another_reader_is_refused(change: Callable[..., Any], repository: Any) -> None:
    assert change(*APPLY, target="type: env_file, dialect: systemd").code == 0
    now = {"target": "type: env_file, dialect: dotenv", "sender": "{email: hub@acme.example, name: Hub}"}
    assert change(*APPLY, **now).code == 0
    repository.git("branch", "base")
    back = ("rollback", "--auto-approve", "--no-test", "--allow", "unproven=Main", "--base")
    for base in ("base", "@applied"):
        ran = change(*back, base, **now)
        assert (ran.code, "(target-reader)" in ran.err) == (5, True), ran.out + ran.err
    assert change(*back, "base", "--allow", "policy-change", **now).code == 0


FOLDERS = {
    "exim": ("exim, path: mta", "env_file, path: mta/update-exim4.conf.conf, dialect: docker, adopt: true"),
    "postfix": ("postfix, path: mta", "env_file, path: mta/postfix/main.cf, prefix: smtp_, adopt: true"),
    "nullmailer": ("nullmailer, path: mta, configuration: Main", "export, template: t.j2, path: mta/remotes"),
    "a folder above": ("env_file, path: mta/exim4/passwd.client", "exim, path: mta/exim4"),
}


@pytest.mark.parametrize(("base", "target"), FOLDERS.values(), ids=FOLDERS)
def test_what_lies_in_a_folder_of_the_base_is_written_for_its_reader(
    base: str, target: str, change: Callable[..., Any], repository: Any
) -> None:
    plain = SPEC.format(**MINE, target="x")
    before = plain.replace("{name: app, path: app.env, x}", f"{{name: mta, type: {base}}}")
    change("validate", text=before)
    repository.git("branch", "base")
    assert "target-reader" not in change("validate", "--base", "base", text=before.replace("Main", "Other")).err
    moved = plain.replace("{name: app, path: app.env, x}", f"{{name: mta, type: {target}}}")
    added = f"{before}  - {{name: other, type: {target}}}\n"
    for text in (moved, added):
        ran = change("validate", "--base", "base", text=text)
        assert (ran.code, "(target-reader)" in ran.err) == (5, True), ran.out + ran.err
    beside = added.replace("mta", "other").replace("{name: mta", "{name: x")
    assert "target-reader" not in change("validate", "--base", "base", text=beside).err


def test_the_refusal_says_how_many_files_there_are(change: Callable[..., Any], repository: Any) -> None:
    text = SPEC.format(**MINE, target="type: env_file, dialect: sh")
    text += "".join(f"  - {{name: t{n}, path: {n}.env, type: env_file}}\n" for n in range(1, 6))
    change("validate", text=text)
    repository.git("branch", "base")
    ran = change("plan", "--base", "base", text=text.replace("type: env_file}", "type: env_file, dialect: docker}"))
    assert (ran.code, "(target-reader)" in ran.err) == (5, True), ran.out + ran.err
    assert "1.env (target 't1'): dialect dotenv -> docker; " in ran.err
    assert ran.err.count("dotenv -> docker") == 3
    assert "and 2 more" in ran.err


def test_another_machine_has_another_reader(change: Callable[..., Any], repository: Any) -> None:
    two = SPEC.format(**MINE, target="type: env_file, dialect: sh, machine: one")
    two += "  - {name: two, path: app.env, type: env_file, dialect: docker, machine: two}\n"
    change("validate", text=two)
    repository.git("branch", "base")
    assert change("validate", "--base", "base", text=two.replace("mail.acme", "mx.acme")).code != 5
    swapped = two.replace("machine: one", "machine: three").replace("machine: two", "machine: one")
    assert change("validate", "--base", "base", text=swapped).code == 5
