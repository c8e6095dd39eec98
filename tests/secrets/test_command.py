from __future__ import annotations

import os
import sys
from pathlib import Path
from time import monotonic, sleep

import pytest

from mailspec.secrets import command_run
from mailspec.secrets.base import SecretProblem
from mailspec.secrets.command_run import Finished, run

CANARY = "canary-91xQ"


def python(code: str) -> list[str]:
    return [sys.executable, "-c", code]


def test_what_a_program_prints_is_the_secret(ask):
    assert ask({"command": ["printf", "%s\\n", "0123 s3cret"]}) == "0123 s3cret"


def test_no_shell_reads_the_arguments(ask, tmp_path):
    assert ask({"command": ["printf", "%s", "$(touch made); a | b"]}) == "$(touch made); a | b"
    assert not (tmp_path / "made").exists()


def test_it_starts_in_the_projects_folder_with_the_given_environment(ask, tmp_path):
    code = "import os; print(os.getcwd(), os.environ['GIVEN'], 'USER' in os.environ)"
    assert ask({"command": python(code)}, GIVEN="yes") == f"{tmp_path} yes False"


def test_it_cannot_read_standard_input(ask):
    assert ask({"command": python("import sys; print(repr(sys.stdin.read()))")}) == "''"


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("raise SystemExit(3)", "exit status 3"),
        ("import os; os.kill(os.getpid(), 9)", "ended by signal 9"),
        ("pass", "is empty"),
        ("import sys; sys.stdout.buffer.write(b'\\xff')", "no valid UTF-8"),
        ("print('x' * 70000)", "more than 65536 bytes"),
    ],
)
def test_what_fails_is_reported(ask, code, words):
    found = ask({"command": python(code)})
    assert isinstance(found, SecretProblem)
    assert words in found.message


def test_what_it_says_on_standard_error_is_never_shown(ask, capfd):
    code = f"import sys; print('{CANARY}', file=sys.stderr); print('{CANARY}'); raise SystemExit(1)"
    found = ask({"command": ["sh", "-c", f'exec {sys.executable} -c "{code}"']})
    assert isinstance(found, SecretProblem)
    assert CANARY not in f"{found} {capfd.readouterr()}"


def test_a_missing_program_is_reported(ask):
    found = ask({"command": ["no-such-program"]})
    assert isinstance(found, SecretProblem)
    assert found.kind == "unavailable_backend"


@pytest.mark.parametrize("word", ["pass show x", [], [""], ["a", 1], ["a\0b"], None])
def test_a_malformed_word_is_reported(ask, word):
    assert isinstance(ask({"command": word}), SecretProblem)


def is_running(pid: int) -> bool:
    try:
        return "State:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return False


@pytest.mark.parametrize("tail", ["wait", "exec >&-; wait"], ids=["keeps its output open", "closes its output"])
def test_a_program_that_hangs_is_ended_with_its_children(tmp_path, tail):
    start = monotonic()
    script = f"sleep 60 & echo $! >{tmp_path}/child; {tail}"
    ended = run(["sh", "-c", script], tmp_path, dict(os.environ), seconds=0.5)
    assert isinstance(ended, SecretProblem)
    assert "did not end within 0.5 seconds" in ended.message
    assert monotonic() - start < 5
    child = int((tmp_path / "child").read_text())
    for _ in range(100):
        if not is_running(child):
            return
        sleep(0.02)
    pytest.fail("the program's child still runs")


def test_an_interruption_ends_the_program(tmp_path, monkeypatch):
    def interrupted(*_args: object) -> Finished:
        raise KeyboardInterrupt

    started = []
    real = command_run._end

    def end(process):
        started.append(process)
        real(process)

    monkeypatch.setattr(command_run, "_finished", interrupted)
    monkeypatch.setattr(command_run, "_end", end)
    with pytest.raises(KeyboardInterrupt):
        run(["sleep", "60"], tmp_path, dict(os.environ))
    assert started[0].returncode == -9
