"""DNS asked for domains that are in no file, once for each question, and not for ever. The findings themselves are the
cases of tests/rules/cases/MS7*."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from time import monotonic
from typing import Any

import dns.resolver
import pytest

from mailspec.deliverability.checking import Deliverability
from mailspec.deliverability.names import Names
from tools.queue.sink import free_port

PROJECT = """\
version: 1
configurations:
  - {name: Primary, host: mail.acme.example, from: noreply@nospf.example, state: active}
  - {name: Second, host: mail.acme.example, from: other@nospf.example, state: inactive}
deliverability: {selectors: {nospf.example: [s1]}}
environments:
  staging: {kind: test, configurations: [{name: Primary, from: noreply@nokey.example}]}
"""


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Counter[tuple[str, str]]:
    """Counts what a name server is really asked."""
    counted: Counter[tuple[str, str]] = Counter()
    real = dns.resolver.Resolver.resolve

    def resolve(self: Any, name: Any, kind: Any = "A", **options: Any) -> Any:
        counted[str(name), str(kind)] += 1
        return real(self, name, kind, **options)

    monkeypatch.setattr(dns.resolver.Resolver, "resolve", resolve)
    return counted


@pytest.mark.service("dns")
def test_a_domain_that_is_in_no_file(cli: Callable[..., Any], name_server: str, tmp_path: Path) -> None:
    server = ("--nameserver", name_server)
    wrong = cli("validate", "--online", "--domain", "nospf.example", "--format", "json", *server, cwd=tmp_path)
    reported = {(entry["code"], entry["severity"], entry["object"]) for entry in wrong.json["findings"]}
    assert reported == {("MS701", "warning", "domain:nospf.example"), ("MS702", "info", "domain:nospf.example")}
    assert wrong.code == 0
    options = ("--domain", "acme.example", "--selector", "s1", "--strict", *server)
    right = cli("validate", "--online", *options, cwd=tmp_path)
    assert (right.code, "MS7" in right.out) == (0, False)
    gone = cli("validate", "--online", "--domain", "gone.example", *server, cwd=tmp_path)
    assert (gone.code, "does not exist" in gone.out) == (1, True)
    shown = cli("validate", "--online", "--domain", "nodmarc.example", *server, cwd=tmp_path).out
    assert '_dmarc.nodmarc.example. IN TXT "v=DMARC1; p=none;' in shown


@pytest.mark.service("dns")
def test_each_question_is_asked_once_for_all_accounts_and_environments(
    cli: Callable[..., Any], name_server: str, tmp_path: Path, asked: Counter[tuple[str, str]]
) -> None:
    (tmp_path / "mailspec.yml").write_text(PROJECT)
    ran = cli("validate", "--online", "--nameserver", name_server, "--format", "json", cwd=tmp_path)
    found = {(entry["code"], entry["environment"]) for entry in ran.json["findings"] if entry["code"] < "MS8"}
    assert {("MS701", None), ("MS702", "staging")} <= found
    assert asked["nospf.example", "TXT"] == 1
    assert set(asked.values()) == {1}


@pytest.mark.service("dns")
def test_without_online_nobody_is_asked(
    cli: Callable[..., Any], tmp_path: Path, asked: Counter[tuple[str, str]]
) -> None:
    (tmp_path / "mailspec.yml").write_text(PROJECT)
    assert "MS7" not in cli("validate", cwd=tmp_path).out
    assert not asked


def test_offline_is_reported_once_and_nothing_fails() -> None:
    began = monotonic()
    asking = Deliverability(Names(f"127.0.0.1:{free_port()}", question=0.2))
    (remark,) = asking.domain("acme.example", ["s1", "s2", "s3"])
    assert (remark.code, remark.severity) == ("MS712", "info")
    assert "offline" in remark.message
    assert monotonic() - began < 2


@pytest.mark.service("dns")
def test_a_run_that_takes_too_long_says_what_it_left_out(name_server: str) -> None:
    (remark,) = Deliverability(Names(name_server, run=0)).domain("acme.example", ["s1"])
    assert remark.code == "MS712"
    assert "acme.example MX" in remark.message


@pytest.mark.parametrize(
    "words",
    [
        ("--domain", "acme.example"),
        ("--nameserver", "127.0.0.1"),
        ("--online", "--selector", "s1"),
        ("--online", "--domain", "no domain"),
        ("--online", "--domain", "acme.example", "--nameserver", "ns.acme.example"),
        ("--online", "--domain", "acme.example", "--nameserver", "127.0.0.1:0"),
    ],
)
def test_wrong_use_is_reported(cli: Callable[..., Any], tmp_path: Path, words: tuple[str, ...]) -> None:
    ran = cli("validate", *words, cwd=tmp_path)
    assert ran.code == 2
    assert ran.err
