"""Postfix as mailspec writes it, running: four relays, every TLS mode, refusals, off, redirection."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tools.targets.record import proving

pytestmark = [pytest.mark.service("postfix"), pytest.mark.filterwarnings("ignore:Requiring AUTH")]
PASSWORD = 's3cret pa$$#"w'
ALL = bool(os.environ.get("CI_TARGETS"))
PROOF = "the program itself"
MAIN = """\
# The administrator's own words stay.
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
maillog_file = {folder}/mail.log
maillog_file_prefixes = /var, /tmp
myhostname = client.example
mydestination =
   # a comment inside a value
inet_interfaces = loopback-only
inet_protocols = ipv4
alias_maps =
smtp_host_lookup = native
minimal_backoff_time = 300s
"""
MASTER = """\
pickup    unix  n       -       n       1       1       pickup
cleanup   unix  n       -       n       -       0       cleanup
qmgr      unix  n       -       n       300     1       qmgr
rewrite   unix  -       -       n       -       -       trivial-rewrite
bounce    unix  -       -       n       -       0       bounce
defer     unix  -       -       n       -       0       bounce
trace     unix  -       -       n       -       0       bounce
smtp      unix  -       -       n       -       -       smtp
relay     unix  -       -       n       -       -       smtp
error     unix  -       -       n       -       -       error
retry     unix  -       -       n       -       -       error
discard   unix  -       -       n       -       -       discard
postlog   unix-dgram n  -       n       -       1       postlogd
tlsmgr    unix  -       -       n       1000?   1       tlsmgr
scache    unix  -       -       n       -       1       scache
proxymap  unix  -       -       n       -       -       proxymap
"""


class Mta:
    """A running Postfix with a configuration of its own."""

    def __init__(self, folder: Path, program: Callable[..., Any]) -> None:
        self.folder, self.program = folder, program
        self.conf = folder / "conf"

    def start(self) -> None:
        for name in ("conf", "queue", "data"):
            (self.folder / name).mkdir(parents=True)
        shutil.chown(self.folder / "data", "postfix")
        (self.conf / "main.cf").write_text(MAIN.format(folder=self.folder))
        (self.conf / "master.cf").write_text(MASTER)
        started = self.program("postfix", "-c", self.conf, "start")
        assert started.returncode == 0, started.stderr

    def send(self, sender: str, *recipients: str) -> None:
        text = f"From: <{sender}>\nTo: <{recipients[0]}>\nSubject: test\n\nText.\n"
        sent = self.program("sendmail", "-C", self.conf, "-f", sender, *recipients, text=text)
        assert sent.returncode == 0, sent.stderr

    def log(self, word: str, seconds: float = 15) -> str:
        """Wait for a word in the log and return the line."""
        end = time.monotonic() + seconds
        path = self.folder / "mail.log"
        while time.monotonic() < end:
            lines = path.read_text().splitlines() if path.exists() else []
            found = [line for line in lines if word in line]
            if found:
                return found[-1]
            time.sleep(0.1)
        raise AssertionError("\n".join(lines[-20:]))

    def clean(self) -> None:
        self.program("postsuper", "-c", self.conf, "-d", "ALL")
        (self.folder / "mail.log").write_text("")
        self.program("postfix", "-c", self.conf, "reload")


@pytest.fixture
def mta(program: Callable[..., Any]) -> Iterator[Mta]:
    # Postfix's own user must get there, whom pytest's folders keep out.
    folder = Path(tempfile.mkdtemp(prefix="mailspec-mta-"))
    folder.chmod(0o755)
    made = Mta(folder, program)
    made.start()
    yield made
    program("postfix", "-c", made.conf, "stop")
    shutil.rmtree(folder)


def configuration(name: str, port: int, security: str, sinks: Any, user: str | None = None, more: str = "") -> str:
    auth = f"auth: {{username: {user}, password: {{env: ACME_PASSWORD}}}}," if user else ""
    tls = "" if security == "none" else f"tls: {{ca_file: {sinks.ca_file}}},"
    return (
        f"  - {{name: {name}, host: localhost, port: {port}, security: {security}, {auth} {tls} "
        f"from: {name.lower()}@acme.example{more}}}\n"
    )


def spec_of(configurations: str, mta: Mta, more: str = "") -> str:
    return (
        "version: 1\ninstance: {id: acme, name: Acme}\nconfigurations:\n" + configurations + more + "targets:\n"
        f"  - {{name: relay, type: postfix, path: {mta.conf}, adopt: true}}\n"
    )


def test_four_senders_reach_four_relays_each_in_its_tls_mode(mta: Mta, sinks: Any, project: Any) -> None:
    started, wrapped, plain, bare = (sinks.start(kind) for kind in ("starttls", "tls", "auth", "plain"))
    configurations = (
        configuration("Primary", started.port, "starttls", sinks, "primary")
        + configuration("Wrapped", wrapped.port, "tls", sinks, "wrapped", ", state: inactive")
        + configuration("Plain", plain.port, "none", sinks, "plain", ", state: inactive")
        + configuration("Bare", bare.port, "none", sinks, None, ", state: inactive")
    ).replace("Primary, host", "Primary, state: active, host")
    people = (
        "general: {users: {mode: smtp}}\nusers:\n"
        "  - {email: alice@acme.example, account: {password: {env: ALICE_PASSWORD}}}\n"
        "mailings:\n  - {name: invoices, mode: general, send_as: billing@acme.example, senders: [alice@acme.example]}\n"
    )
    spec = spec_of(configurations, mta, people)
    ran = project(spec, "plan", env={"ALICE_PASSWORD": "alice's own"})
    assert "carries" in ran.out
    ran = project(spec, "apply", "--auto-approve", "--no-test", env={"ALICE_PASSWORD": "alice's own"})
    for sender, sink, user, password, encrypted, feature in (
        ("primary@acme.example", started, "primary", PASSWORD, True, "starttls"),
        ("wrapped@acme.example", wrapped, "wrapped", PASSWORD, True, "implicit"),
        ("plain@acme.example", plain, "plain", PASSWORD, False, "clear_sign_in"),
        ("bare@acme.example", bare, None, None, False, "no_tls"),
        ("alice@acme.example", started, "alice@acme.example", "alice's own", True, "a person's own login"),
        ("billing@acme.example", started, "primary", PASSWORD, True, "a mailing's address"),
        ("nobody@acme.example", started, "primary", PASSWORD, True, "an undeclared sender by the default"),
    ):
        with proving("postfix", feature, PROOF) as says:
            sink.messages.clear()
            mta.send(sender, "bob@outside.example")
            assert len(sink.wait()) == 1, (mta.folder / "mail.log").read_text()
            (message,) = sink.messages
            assert (message.sender, message.user, message.password) == (sender, user, password)
            assert message.encrypted is encrypted
            says("sent")
    assert mta.program("postconf", "-c", mta.conf, "-n").stderr == ""
    login = mta.program("postmap", "-c", mta.conf, "-q", "billing@acme.example", f"texthash:{mta.conf}/mailspec-logins")
    assert login.stdout == "alice@acme.example\n"
    text = (mta.conf / "main.cf").read_text()
    assert text.startswith("# mailspec instance=acme environment=base\n" + MAIN.format(folder=mta.folder))
    assert (mta.conf / "mailspec-passwords").stat().st_mode & 0o777 == 0o600
    again = project(spec, "plan", "--detailed-exitcode", env={"ALICE_PASSWORD": "alice's own"})
    assert "carries" in again.out
    (mta.conf / "main.cf").write_text(text.replace("relayhost = ", "relayhost = x"))
    drift = project(spec, "drift", "--format", "json", env={"ALICE_PASSWORD": "alice's own"}).json["targets"]
    assert [field["path"] for field in drift[0]["fields"]] == ["main.cf/relayhost"]


@pytest.mark.parametrize(
    ("kind", "security", "options", "word", "feature"),
    [
        ("starttls", "starttls", {"known": False}, "Server certificate not", "unknown_ca"),
        ("starttls", "starttls", {"name": "other.example"}, "Server certificate not", "wrong_name"),
        ("auth", "starttls", {}, "TLS is required, but was not offered", "no_starttls"),
        ("tls", "tls", {"known": False}, "Server certificate not", "unknown CA, implicit TLS"),
        ("tls", "tls", {"name": "other.example"}, "Server certificate not", "wrong name, implicit TLS"),
    ],
)
def test_a_server_that_cannot_be_trusted_gets_no_password(
    mta: Mta, sinks: Any, untried: Any, kind: str, security: str, options: dict[str, Any], word: str, feature: str
) -> None:
    with proving("postfix", feature, PROOF) as says:
        sink, good = sinks.start(kind, **options), sinks.start("plain")
        configurations = configuration("Good", good.port, "none", sinks, None, ", state: active") + configuration(
            "Bad", sink.port, security, sinks, "bad", ", state: inactive"
        )
        untried(spec_of(configurations, mta))
        mta.send("bad@acme.example", "bob@outside.example")
        assert "status=deferred" in mta.log(word)
        assert sink.messages == []
        says("refused")


def test_off_is_an_error_transport(mta: Mta, sinks: Any, project: Any) -> None:
    with proving("postfix", "off", PROOF) as says:
        sink = sinks.start("plain")
        on = spec_of(configuration("Primary", sink.port, "none", sinks, None), mta)
        project(on, "apply", "--auto-approve", "--no-test")
        mta.send("primary@acme.example", "bob@outside.example")
        assert len(sink.wait()) == 1
        off = on.replace("name: Primary", "name: Primary, state: inactive")
        project(off, "apply", "--auto-approve", "--no-test", "--allow", "off")
        mta.send("primary@acme.example", "bob@outside.example")
        assert "mail is switched off" in mta.log("status=bounced")
        assert len(sink.messages) == 1
        says("no mail leaves")


def test_a_failed_reload_puts_everything_back(mta: Mta, sinks: Any, project: Any) -> None:
    sink = sinks.start("plain")
    before = {path.name: path.read_bytes() for path in mta.conf.iterdir()}
    spec = spec_of(configuration("Primary", sink.port, "none", sinks, None), mta)
    spec = spec.replace("adopt: true", "adopt: true, reload: [false]").replace("[false]", '["false"]')
    ran = project(spec, "apply", "--auto-approve", "--no-test", code=6)
    assert "its reload ended with 1 (false)" in ran.out + ran.err
    assert {path.name: path.read_bytes() for path in mta.conf.iterdir()} == before


# 1,000 messages take some 40 seconds, so the suite sends as many recipients in fewer messages.
STAGING = [pytest.param(20, 50, id="20 messages"), *([pytest.param(1000, 1, id="1000 messages")] if ALL else [])]


@pytest.mark.parametrize(("count", "at_once"), STAGING)
def test_redirected_mail_of_a_test_environment_reaches_nobody_else(
    mta: Mta, sinks: Any, project: Any, count: int, at_once: int
) -> None:
    with proving("postfix", f"{count * at_once:,} to 500 outside, redirect_to, {count:,} messages", PROOF) as says:
        sink = sinks.start("plain")
        # Only staging has this relay, and it reaches its server by another name: nothing of production is used.
        spec, _, target = spec_of(configuration("Primary", sink.port, "none", sinks, None), mta).partition("targets:\n")
        spec += "environments:\n  staging:\n    kind: test\n    redirect_to: qa@acme.example\n"
        spec += "    configurations: [{name: Primary, host: 127.0.0.1}]\n    targets:\n"
        spec += f"    {target}".replace("adopt: true", "adopt: true, new: true")
        project(spec, "apply", "-E", "staging", "--auto-approve", "--no-test")
        outside = [f"person{number}@outside.example" for number in range(500)]
        for number in range(count):
            first = number * at_once % 500
            mta.send("primary@acme.example", *outside[first : first + at_once])
        messages = sink.wait(count, seconds=120)
        assert len(messages) == count
        assert {address for message in messages for address in message.recipients} == {"qa@acme.example"}
        assert mta.program("postqueue", "-c", mta.conf, "-p").stdout.startswith("Mail queue is empty")
        says("0 leave")


def test_postfix_as_sendmail_queues_for_a_person_of_mode_other(mta: Mta, sinks: Any, project: Any) -> None:
    sink = sinks.start("plain")
    with (mta.conf / "main.cf").open("a") as file:
        file.write(f"relayhost = [127.0.0.1]:{sink.port}\n")
    mta.program("postfix", "-c", mta.conf, "reload")
    spec = (
        "version: 1\ninstance: {id: acme, name: Acme}\ngeneral: {users: {mode: smtp}}\n"
        "users: [{email: alice@acme.example, mode: other}]\n"
    )
    env = {"MAIL_CONFIG": str(mta.conf), "DISPLAY": "", "WAYLAND_DISPLAY": "", "MAILER": ""}
    words = ("test", "alice@acme.example", "--local", "--to", "bob@outside.example", "--format", "json")
    (result,) = project(spec, *words, env=env).json
    assert (result["status"], result["proven"]) == ("passed", "handed_over")
    (message,) = sink.wait()
    assert (message.sender, message.recipients) == ("alice@acme.example", ["bob@outside.example"])
    assert message.headers["from"] == "alice@acme.example"
    # Postfix says 75, "try later", of what will never work.
    wrong = {**env, "MAIL_CONFIG": str(mta.folder / "nothing-there")}
    (refused,) = project(spec, *words, code=1, env=wrong).json
    assert (refused["status"], refused["category"], refused["proven"]) == ("failed", "config_invalid", "nothing")
