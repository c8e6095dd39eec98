"""Every pair that a provider documents passes ``validate``; what the vendor says will fail is an error there."""

from __future__ import annotations

import json
from collections import defaultdict
from datetime import date
from pathlib import Path
from typing import NamedTuple

import pytest

from mailspec.model.smtp import ports_that_begin_with
from mailspec.outcome.finding import Finding
from mailspec.providers.compile import read_all
from mailspec.providers.schema import ProviderFile
from mailspec.providers.schema_parts import Endpoint
from mailspec.workflow.validate.validation import validate
from mailspec.workflow.workspace import CheckOptions

ABOUT_PLACE = {"MS101", "MS105", "MS201"}
FIRST_LINE = 3
# What is spoken on these ports is no provider's own affair (MS101).
BEGINS_OTHERWISE = {"starttls": ports_that_begin_with("tls"), "tls": ports_that_begin_with("starttls")}


class Setting(NamedTuple):
    """A configuration and what validate has to say of host, port and security: nothing, or this severity."""

    provider: str
    host: str
    port: int
    security: str
    expected: str | None


def filled(name: str, item: ProviderFile) -> str:
    region = item.regions.patterns[0].known[0] if item.regions else "acme"
    start, brace, rest = name.partition("{")
    return start + region + rest.partition("}")[2] if brace else name


def hosts(item: ProviderFile, group: Endpoint) -> list[str]:
    names = group.hosts or [name for entry in (*item.hosts, *item.shared_hosts) for name in entry.names]
    return [filled(name, item) for name in names]


def severity(item: ProviderFile, source: str) -> str:
    return "error" if item.sources[source].confidence == "vendor" else "warning"


def documented(item: ProviderFile) -> list[Setting]:
    return [
        Setting(item.id, host, port, security, None)
        for group in item.endpoints
        if group.standing == "documented"
        for host in hosts(item, group)[:2]
        for port in group.ports
        for security in group.security or ()
        # The general rules tell of these whoever the provider is: a server's answer on 465 in clear, say.
        if (port, security) not in {(465, "starttls"), (465, "none"), (587, "tls")}
    ]


def failing(item: ProviderFile) -> list[Setting]:
    settings = [
        Setting(item.id, host, port, security, severity(item, group.source))
        for group in item.endpoints
        if group.standing == "refused"
        for host in hosts(item, group)[:1]
        for port in group.ports
        for security in group.security or ("tls" if port in ports_that_begin_with("tls") else "starttls",)
    ]
    # A vendor that documents one kind of encryption on a port does not speak the other there.
    kinds: dict[tuple[str, int], set[str]] = defaultdict(set)
    sources = {}
    for group in item.endpoints:
        for host in hosts(item, group)[:1]:
            for port in group.ports:
                kinds[host, port] |= set(group.security or ("tls", "starttls"))
                sources[host, port] = group.source
    for (host, port), known in kinds.items():
        settings += [
            Setting(item.id, host, port, other, certain or severity(item, sources[host, port]))
            for other in ("tls", "starttls")
            if other not in known
            for certain in ("error" if port in BEGINS_OTHERWISE[other] else "",)
        ]
    preset = item.preset
    for wrong in item.wrong_hosts:
        if preset is not None:
            expected = "error" if wrong.kind in ("imap", "pop") else severity(item, wrong.source)
            settings += [Setting(item.id, host, preset.port, preset.security, expected) for host in wrong.hosts]
    return settings


SETTINGS = [setting for item in read_all() for setting in (*documented(item), *failing(item))]


def line(number: int, setting: Setting) -> str:
    state = "inactive" if number else "active"
    return (
        f"  - {{name: S{number}, state: {state}, provider: {setting.provider}, host: {json.dumps(setting.host)}, "
        f"port: {setting.port}, security: {setting.security}, auth: {{username: ann, password: {{env: X}}}}, "
        "from: ann@acme.example}"
    )


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[Setting, list[Finding]]:
    folder: Path = tmp_path_factory.mktemp("pairs")
    lines = [line(number, setting) for number, setting in enumerate(SETTINGS)]
    (folder / "mailspec.yml").write_text("version: 1\nconfigurations:\n" + "\n".join(lines) + "\n", "utf-8")
    report = validate((str(folder),), options=CheckOptions(as_of=date(2026, 11, 28)))
    by_setting: dict[Setting, list[Finding]] = {setting: [] for setting in SETTINGS}
    for finding in report.findings:
        if finding.location is not None and finding.code in ABOUT_PLACE:
            by_setting[SETTINGS[finding.location.line - FIRST_LINE]].append(finding)
    return by_setting


def test_many_settings_are_tried() -> None:
    expected = [setting.expected for setting in SETTINGS]
    assert expected.count(None) >= 300
    assert expected.count("error") >= 150
    assert expected.count("warning") >= 20


def test_every_documented_pair_passes(found: dict[Setting, list[Finding]]) -> None:
    alarms = [(setting, one.message) for setting, findings in found.items() if not setting.expected for one in findings]
    assert alarms == []


@pytest.mark.parametrize("expected", ["error", "warning"])
def test_what_will_fail_is_reported_as_certainly_as_the_source_is_sure(
    found: dict[Setting, list[Finding]], expected: str
) -> None:
    severities = {
        setting: {one.severity for one in findings}
        for setting, findings in found.items()
        if setting.expected == expected
    }
    assert {setting: kinds for setting, kinds in severities.items() if expected not in kinds} == {}
