"""The suite's own rules: real servers are never left out silently, and nothing leaves this machine."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

pytest_plugins = ["pytester"]

CASE = """
import pytest

@pytest.mark.service("{service}")
def test_server():
    pass
"""
PLUGIN = 'SERVICES = {"here": lambda: None, "away": lambda: "needs root"}\n'


def run(pytester: pytest.Pytester, root: Path, service: str) -> pytest.RunResult:
    """Run one marked test in a process of its own, with this suite's conftest and a made-up server plugin."""
    tests = pytester.mkdir("tests")
    (tests / "conftest.py").write_text((root / "tests/conftest.py").read_text())
    (tests / "support").mkdir()
    (tests / "support/services.py").write_text((root / "tests/support/services.py").read_text())
    (tests / "services/made_up").mkdir(parents=True)
    (tests / "services/made_up/plugin.py").write_text(PLUGIN)
    (tests / "test_case.py").write_text(CASE.format(service=service))
    pytester.makeini("[pytest]\nmarkers = service(name): a server")
    return pytester.runpytest_subprocess("-p", "no:cacheprovider", "-rs", "--import-mode=importlib", "tests")


@pytest.mark.parametrize("ci", ["", "true"])
def test_a_server_that_is_there_is_used(pytester, root, monkeypatch, ci):
    monkeypatch.setenv("CI", ci)
    run(pytester, root, "here").assert_outcomes(passed=1)


@pytest.mark.parametrize(("service", "reason"), [("away", "needs root"), ("unheard_of", "no tests/services/")])
def test_a_missing_server_is_a_skip_that_says_why(pytester, root, monkeypatch, service, reason):
    monkeypatch.delenv("CI", raising=False)
    result = run(pytester, root, service)
    result.assert_outcomes(skipped=1)
    result.stdout.fnmatch_lines([f"*service {service}: {reason}*"])


@pytest.mark.parametrize("service", ["away", "unheard_of"])
def test_a_missing_server_is_a_failure_in_ci(pytester, root, monkeypatch, service):
    monkeypatch.setenv("CI", "true")
    result = run(pytester, root, service)
    result.assert_outcomes(errors=1)
    assert result.ret == pytest.ExitCode.TESTS_FAILED


@pytest.mark.parametrize("address", [("192.0.2.1", 25), ("2001:db8::1", 25)])
def test_a_connection_to_another_machine_fails_the_test(address):
    family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
    with socket.socket(family) as sock, pytest.raises(BaseException, match="only loopback is allowed"):
        sock.connect(address)


def test_a_look_up_of_a_real_name_fails_the_test():
    with pytest.raises(BaseException, match=r"use a name under \.invalid"):
        socket.getaddrinfo("smtp.example.com", 587)


def test_an_invalid_name_never_resolves():
    with pytest.raises(socket.gaierror):
        socket.getaddrinfo("smtp.acme.invalid", 587)


def test_loopback_is_allowed():
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()):
        pass
