"""``diff`` in a repository of 305 people and two overlays: one cause is one effect, and one line is never a flood."""

from __future__ import annotations

import subprocess
from difflib import SequenceMatcher
from pathlib import Path
from typing import NamedTuple

import pytest

MAIN = """version: 1
instance: {name: Acme, id: acme}
general:
  users:
    mode: smtp
    account:
      password: {keyring: "acme/{email}"}
  bulk: {mode: smtp, configuration: Primary}
delivery:
  retry: {retries: 3}
policy:
  test_recipients: [postmaster@acme.example]
features:
  - {name: Invoices, needs: bulk, without: they are printed}
email_types:
  - {name: Reset, trigger: somebody asks}
"""
CONFIGURATIONS = """configurations:
  - name: Primary
    state: active
    host: mail.acme.example
    port: 587
    security: starttls
    auth: {username: hub@acme.example, password: {env: HUB}}
    from: hub@acme.example
    limits: {messages_per_minute: 30}
    fallback: [Second]
    may_send_as: ["*@acme.example"]
  - name: Second
    state: inactive
    host: mail2.acme.example
    port: 465
    security: tls
    auth: {username: hub@acme.example, password: {env: HUB2}}
    from: hub@acme.example
    may_send_as: ["*@acme.example"]
"""
GROUPS = """groups:
  - name: sales
    members: [p1@acme.example, p2@acme.example, p3@acme.example]
    account: {timeout: 20s}
"""
MAILINGS = """mailings:
  - name: Invoices
    send_as: billing@acme.example
    mode: general
    senders: [sales]
    list_unsubscribe: https://acme.example/leave
"""
TARGETS = "targets:\n  - {name: app, type: env_file, path: app.env, dialect: dotenv}\n"
OVERLAYS = {
    "environments/staging.yml": "kind: production\ngeneral:\n  users: {account: {timeout: 25s}}\n",
    "environments/test.yml": "kind: production\npolicy: {test_recipients: [qa@acme.example]}\n",
}
PEOPLE = (
    "users:\n  - {email: lin@acme.example, mode: outlook, outlook: {accounts: [sales@acme.example]}}\n"
    + "".join(f"  - email: p{number}@acme.example\n" for number in range(300))
    + "".join(
        f"  - email: own{number}@acme.example\n    account: {{host: own.acme.example, port: 465, security: tls}}\n"
        for number in range(5)
    )
)


class Change(NamedTuple):
    """One change: a file, what is replaced, and what diff says: kinds of effects, and words that must be there."""

    name: str
    file: str
    old: str
    new: str
    kinds: tuple[str, ...]
    words: tuple[str, ...] = ()


# What is gone has no line, and the place that a secret goes to may be older than the change that sends it there.
UNPLACED = {"deleted", "mail_off", "secret_moved"}
CLEAR = "port: 587\n    security: starttls"
CHANGES = [
    Change("the pattern of all passwords", "mailspec.yml", 'keyring: "acme/{email}"', 'keyring: "acme2/{email}"',
           ("changed",), ("305 people: auth.password",)),
    Change("the host of the server", "configurations/all.yml", "host: mail.acme.example", "host: mx.acme.example",
           ("secret_moved", "secret_moved", "changed"),
           ("300 people", "mail.acme.example -> mx.acme.example", "5 people keep their own",
            "the secret (keyring acme/{email}) goes to mx.acme.example")),
    Change("port and security", "configurations/all.yml", CLEAR, "port: 465\n    security: tls",
           ("changed",), ("465/tls (was 587/starttls)",)),
    Change("everyone's mode", "mailspec.yml", "    mode: smtp\n    account", "    mode: other\n    account",
           ("changed",), ("305 people: mode smtp -> other",)),
    Change("another active configuration", "configurations/all.yml", "state: active", "state: inactive",
           ("mail_off",), ("mail is off", "300 people, mailing 'Invoices' and the bulk account: no server any more")),
    Change("the active one changes", "configurations/all.yml", "state: active", "state: inactive",
           ("secret_moved", "activated"),
           ("becomes the active one", "300 people now use 465/tls (was 587/starttls); host mail.acme.example")),
    Change("encryption goes", "configurations/all.yml", CLEAR, "port: 25\n    security: none",
           ("weakened",), ("25/none",)),
    Change("a person leaves", "users/people.yml", "  - email: p7@acme.example\n", "", ("deleted",),
           ("p7@acme.example: no longer declared",)),
    Change("a person comes", "users/people.yml", "users:\n", "users:\n  - email: new@acme.example\n", ("created",),
           ("new@acme.example: new",)),
    Change("who sends a mailing", "mailings/all.yml", "senders: [sales]", "senders: [p9@acme.example]", ("changed",),
           ("senders",)),
    Change("a mailing's address", "mailings/all.yml", "billing@acme", "invoices@acme", ("changed",), ("from.email",)),
    Change("a feature", "mailspec.yml", "they are printed", "nobody is paid", ("changed",), ("without",)),
    Change("retries", "mailspec.yml", "retries: 3", "retries: 5", ("changed",), ("retry.retries 3 -> 5",)),
    Change("a kind of message", "mailspec.yml", "somebody asks", "nobody asks", ("changed",), ("trigger",)),
    Change("the prefix of variables", "mailspec.yml", "id: acme}", "id: acme, env_prefix: ACME_}", ("changed",),
           ("env_prefix now ACME_",)),
    Change("an option of a target", "targets/all.yml", "dialect: dotenv", "dialect: systemd", ("changed",),
           ("dialect dotenv -> systemd",)),
    Change("a group's words", "groups/all.yml", "timeout: 20s", "timeout: 40s", ("changed",),
           ("timeout 20 s -> 40 s",)),
    Change("a limit", "configurations/all.yml", "messages_per_minute: 30", "messages_per_minute: 9", ("changed",),
           ("limits.messages_per_minute 30 -> 9",)),
    Change("who stands in", "configurations/all.yml", "fallback: [Second]", "fallback: []", ("changed",),
           ("fallback",)),
    Change("where a list is left", "mailings/all.yml", "example/leave", "example/out", ("changed",),
           ("list_unsubscribe",)),
    Change("a person's Outlook", "users/people.yml", "accounts: [sales@acme.example]", "accounts: []", ("changed",),
           ("lin@acme.example: outlook.accounts",)),
    Change("a word of one overlay", "environments/staging.yml", "timeout: 25s", "timeout: 26s", ("changed",),
           ("timeout 25 s -> 26 s (staging)",)),
    Change("a configuration is deleted", "configurations/all.yml", "name: Second\n    state: inactive",
           "name: Second\n    state: absent", ("deleted",), ("deleted (state: absent)",)),
]  # fmt: skip


def git(folder: Path, *words: str) -> None:
    identity = ["-c", "user.name=T", "-c", "user.email=t@acme.example", "-c", "core.autocrlf=false"]
    subprocess.run(["git", "-C", folder, *identity, *words], check=True, stdout=subprocess.DEVNULL)


@pytest.fixture(scope="module")
def repository(tmp_path_factory):
    folder = tmp_path_factory.mktemp("company")
    files = {
        "mailspec.yml": MAIN, "configurations/all.yml": CONFIGURATIONS, "groups/all.yml": GROUPS,
        "mailings/all.yml": MAILINGS, "targets/all.yml": TARGETS, "users/people.yml": PEOPLE, **OVERLAYS,
    }  # fmt: skip
    for name, text in files.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text)
    git(folder, "init", "-q", "-b", "main")
    git(folder, "add", ".")
    git(folder, "commit", "-q", "-m", "one")
    return folder


@pytest.fixture
def changed(repository):
    kept: dict[Path, str] = {}

    def change(case: Change) -> Path:
        path = repository / case.file
        kept[path] = path.read_text()
        assert case.old in kept[path]
        text = kept[path].replace(case.old, case.new, 1)
        if case.name == "the active one changes":
            text = text.replace("state: inactive\n    host: mail2", "state: active\n    host: mail2")
        path.write_text(text)
        return repository

    yield change
    for path, text in kept.items():
        path.write_text(text)


def _changed_lines(folder: Path, file: str) -> set[int]:
    """Return the lines of the changed file that are new."""
    command = ["git", "-C", folder, "show", f"HEAD:{file}"]
    before = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()
    blocks = SequenceMatcher(None, before, (folder / file).read_text().splitlines(), autojunk=False).get_opcodes()
    return {number + 1 for kind, _, _, start, end in blocks if kind != "equal" for number in range(start, end)}


@pytest.mark.parametrize("case", CHANGES, ids=lambda case: case.name)
def test_one_cause_is_one_effect_and_few_lines(cli, changed, case):
    folder = changed(case)
    ran = cli("diff", "HEAD", "--format", "json", cwd=folder)
    kinds = tuple(effect["kind"] for effect in ran.json["effects"])
    causes = [effect["cause"] for effect in ran.json["effects"] if effect["kind"] not in UNPLACED]
    assert all(cause is not None and cause["file"] == case.file for cause in causes), causes
    changed_lines = _changed_lines(folder, case.file)
    assert all(not changed_lines or cause["line"] in changed_lines for cause in causes), (causes, changed_lines)
    text = cli("diff", "HEAD", cwd=folder).out
    assert kinds == case.kinds, text
    assert [word for word in case.words if word not in text] == [], text
    assert len(text.splitlines()) <= 25
    assert "None" not in text


@pytest.mark.parametrize("case", CHANGES, ids=lambda case: case.name)
def test_comments_and_pages_stay_small_too(cli, changed, case):
    folder = changed(case)
    markdown = cli("diff", "HEAD", "--format", "markdown", cwd=folder).out
    # Each new finding is shown with its lines; six of them come with everyone's mode.
    assert len(markdown.splitlines()) <= (80 if case.name == "everyone's mode" else 60)
    page = cli("diff", "HEAD", "--format", "html", cwd=folder).out
    assert len(page) < 60_000
    assert not ("Passed." in page and case.kinds[0] in {"mail_off", "deleted", "weakened"})


def test_the_places_are_those_of_the_words(cli, changed):
    folder = changed(CHANGES[0])
    (effect,) = cli("diff", "HEAD", "--format", "json", cwd=folder).json["effects"]
    assert (effect["cause"]["file"], effect["cause"]["line"]) == ("mailspec.yml", 7)
    assert [field["path"] for field in effect["fields"]] == ["auth.password"]
    assert effect["fields"][0]["after"] == {"keyring": "acme2/{email}"}
    assert len(effect["objects"]) == 305


def test_what_a_change_writes_into_which_target_is_reported(cli, changed):
    folder = changed(CHANGES[1])
    assert "> apply writes app (targets/app.env): MAIL_HOST\n" in cli("diff", "HEAD", cwd=folder).out
    (written,) = cli("diff", "HEAD", "--format", "json", cwd=folder).json["writes"]
    assert written == {"target": "app", "path": "targets/app.env", "keys": ["MAIL_HOST"], "environment": None}
    assert "mailspec diff HEAD...the working tree" in cli("diff", "HEAD", "--format", "html", cwd=folder).out


def test_variables_of_a_prefix_that_the_change_brings_do_not_count(cli, changed, monkeypatch):
    monkeypatch.setenv("ACME_HOST", "variable.acme.example")
    folder = changed(CHANGES[14])
    for words in ((), ("--with-env",)):
        out = cli("diff", "HEAD", *words, cwd=folder).out
        assert ("env_prefix now ACME_" in out, "variable.acme.example" in out) == (True, False)
