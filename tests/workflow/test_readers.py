"""Several processes that read give the same report as one."""

from __future__ import annotations

import os
import signal
import threading
import time
from functools import partial
from types import SimpleNamespace

import pytest

from mailspec.render.as_json import report_json
from mailspec.render.as_text import block
from mailspec.render.as_text import report as as_text
from mailspec.render.painter import Painter
from mailspec.workflow import processes, readers
from mailspec.workflow.validate.validation import examine, joined

# From Python 3.12 on forking beside a thread is warned of.
pytestmark = pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")

MAIN = """\
version: 1
instance: {name: Acme Hub}
configurations:
  - {name: Main, state: active, host: mail.acme.example, port: 25, from: hub@acme.example}
"""
FILES = {
    "clean": "users: [{email: 'a@acme.example', name: Ä}]\n",
    "wrong_word": "users:\n  - email: b@acme.example\n    mode: smpt\n",
    "wrong_key": "users:\n  - {email: c@acme.example, naem: C}\n",
    "missing": "users:\n  - name: nobody\n",
    "secret": "users:\n  - {email: d@acme.example, account: {password: hunter2-Hunter2}}\n",
    "duplicate_key": "users:\n  - email: e@acme.example\n    email: f@acme.example\n",
    "same_as_clean": "users:\n  - email: A@acme.example\n",
    "mark": "\ufeffusers: [{email: g@acme.example}]\n",
    "windows": "users:\r\n  - email: h@acme.example\r\n    mode: smpt\r\n",
    "aliases": "users:\n  - &h {email: i@acme.example}\n  - {email: j@acme.example, x-like: *h}\n",
    "vault": "users:\n  - email: k@acme.example\n    account: {password: !vault 'no vault'}\n",
    "no_yaml": "users: [\n",
    "no_text": b"users: \xff\n",
    "empty": "",
    "list": "- a\n",
    "suppressed": "users:\n  # mailspec: ignore[MS004] an old key\n  - {email: l@acme.example, naem: L}\n",
    "unused": "# mailspec: ignore[MS103] never\nusers: []\n",
    "template": "users:\n  - {email: '{{ mail }}'}\n",
    "confusable": "users:\n  - {email: m@аcme.example}\n",
    "token": "users:\n  - {email: n@acme.example, name: 'https://u:p4ss@acme.example/'}\n",
    "own_server": "users:\n  - {email: o@acme.example, mode: smtp, account: {host: smtp.gmail.com, port: 26}}\n",
    "headers": "configurations:\n  - {name: Other, headers: {X-Password: hunter2}, x-mine: hunter3}\n",
    "anchored_by_hand": "users:\n  - {email: p@acme.example, name: &hunter2hunter2 P, modus: 1}\n",
}


@pytest.fixture
def project(put):
    root = put({"mailspec.yml": MAIN, **{f"users/{name}.yml": text for name, text in FILES.items()}})
    (root / "environments").mkdir()
    (root / "environments/staging.yml").write_text("users:\n  - {email: a@acme.example, mode: smpt}\n")
    (root / "users/pipe.yml").symlink_to("/dev/null")
    return root


@pytest.fixture
def forks(monkeypatch):
    """Make every project great enough, the machine one of three processors, and tell which processes were started."""
    started = []
    fork = os.fork

    def counted():
        process = fork()
        if process:
            started.append(process)
        return process

    taken, here = processes._taken, os.getpid()

    def patient(tickets):
        """Leave the others time to take something, too."""
        for number, ticket in enumerate(taken(tickets)):
            yield ticket
            if not number and os.getpid() == here:
                time.sleep(0.2)

    # The runner of the tests has threads; they hold nothing that a child needs.
    monkeypatch.setattr(threading, "active_count", lambda: 1)
    monkeypatch.setattr(readers, "LEAST", 1)
    monkeypatch.setattr(processes, "TOGETHER", 1)
    monkeypatch.setattr(processes, "_taken", patient)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1, 2}, raising=False)
    monkeypatch.setattr(os, "cpu_count", lambda: 3)
    monkeypatch.setattr(os, "fork", counted)
    return started


def reports(reader=None):
    held = joined([report for _, report in (examine(reader=reader) if reader else examine())])
    return as_text(held, verbose=True), report_json(held)


def test_the_report_is_the_same(project, forks, monkeypatch):
    text, json = reports()
    assert not forks
    received = []
    back = readers._received
    monkeypatch.setattr(readers, "_received", lambda files, sent: received.append(files) or back(files, sent))
    assert reports(readers.read_in_processes) == (text, json)
    assert len(forks) == 2
    assert len(received) > 1
    assert text.count("error") > len(FILES) / 2
    assert "hunter" not in text + json


@pytest.mark.parametrize("colour", [False, True])
def test_findings_that_the_readers_drew_are_drawn_the_same(project, forks, colour):
    draw = partial(block, painter=Painter(colour))
    ((_, held),) = examine(reader=partial(readers.read_in_processes, draw=draw))
    drawn = {finding: held.texts.drawn()(finding) for finding in held.findings}
    assert {text for text in drawn.values() if text} == {
        block(finding, held.texts, Painter(colour)) for finding, text in drawn.items() if text
    }
    # Of a document in which the rules found more, and of one that is silenced, nothing is taken as it was.
    told = {finding.location.file for finding, text in drawn.items() if text}
    assert {"users/wrong_word.yml", "users/windows.yml", "users/missing.yml"} <= told
    assert "users/suppressed.yml" not in told
    assert as_text(held, colour=colour, drawn=held.texts.drawn()) == as_text(held, colour=colour)


def test_a_finding_that_was_changed_since_is_drawn_anew(project, forks):
    draw = partial(block, painter=Painter(False))
    ((_, held),) = examine(reader=partial(readers.read_in_processes, draw=draw))
    finding = next(found for found in held.findings if held.texts.drawn()(found))
    assert held.texts.drawn()(finding.replace(severity="info")) is None


def test_a_process_that_fails_costs_only_time(project, forks, monkeypatch):
    alone = reports()
    here = os.getpid()

    def failing(*_):
        if os.getpid() != here:
            os._exit(9)

    monkeypatch.setattr(readers, "_sent", failing)
    assert reports(readers.read_in_processes) == alone
    assert len(forks) == 2


def test_a_bug_in_a_process_shows_where_one_would_without(project, forks, monkeypatch):
    def failing(*_):
        raise ZeroDivisionError

    monkeypatch.setattr(readers, "_sent", failing)
    # The files are read again here, and whatever is wrong with that is told by the one process that talks.
    assert reports(readers.read_in_processes) == reports()


@pytest.mark.parametrize("call", ["fork", "pipe"])
def test_where_the_system_allows_no_process_files_are_read_here(project, forks, monkeypatch, call):
    def refused():
        raise BlockingIOError(11, "Resource temporarily unavailable")

    alone = reports()
    before = set(os.listdir("/proc/self/fd"))
    monkeypatch.setattr(os, call, refused)
    assert reports(readers.read_in_processes) == alone
    assert set(os.listdir("/proc/self/fd")) == before


def test_children_that_nobody_may_wait_for_are_no_trouble(project, forks):
    alone = reports()
    before = signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    try:
        assert reports(readers.read_in_processes) == alone
    finally:
        signal.signal(signal.SIGCHLD, before)
    assert len(forks) == 2


def test_half_an_answer_is_none(project, forks, monkeypatch):
    alone = reports()
    marshal = processes.marshal
    half = SimpleNamespace(dumps=lambda value: marshal.dumps(value)[:20], loads=marshal.loads)
    monkeypatch.setattr(processes, "marshal", half)
    assert reports(readers.read_in_processes) == alone


def test_beside_a_thread_nothing_is_forked(project, forks, monkeypatch):
    monkeypatch.undo()
    monkeypatch.chdir(project)
    monkeypatch.setattr(readers, "LEAST", 1)
    monkeypatch.setattr(os, "fork", lambda: pytest.fail("forked"))
    done = threading.Event()
    thread = threading.Thread(target=done.wait)
    thread.start()
    try:
        assert reports(readers.read_in_processes) == reports()
    finally:
        done.set()
        thread.join()


def test_few_files_are_read_by_one_process(project, forks, monkeypatch):
    monkeypatch.setattr(readers, "LEAST", 500)
    reports(readers.read_in_processes)
    assert not forks


def test_an_empty_folder_needs_nobody(put, forks):
    put({})
    assert list(readers.read_in_processes([])) == []
    assert not forks


def test_no_child_is_left(project, forks):
    reports(readers.read_in_processes)
    for process in forks:
        with pytest.raises(ChildProcessError):
            os.waitpid(process, os.WNOHANG)
