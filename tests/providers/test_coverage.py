"""Every fact has a case: documented pairs, refused ones, wrong shapes, ended methods, hosts."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from mailspec import providers
from mailspec.providers.compile import read_all
from mailspec.providers.hostnames import covers

FILES = read_all()
each = pytest.mark.parametrize("item", FILES, ids=lambda item: item.id)


def triples(case, section):
    return [line.split() for line in case.get(section, [])]


def test_each_provider_has_cases_and_no_case_is_left_over(cases):
    assert set(cases) == {item.id for item in FILES}


def test_there_are_sixty_providers():
    assert len(FILES) >= 60


@each
def test_every_documented_pair_is_accepted_in_a_case(item, cases):
    accepted = {(int(port), security) for _, port, security in triples(cases[item.id], "accepted")}
    documented = {
        (port, security)
        for group in item.endpoints
        if group.standing == "documented"
        for port in group.ports
        for security in group.security
    }
    assert accepted == documented


@each
def test_every_host_is_in_a_case(item, cases):
    used = [host for host, _, _ in triples(cases[item.id], "accepted")]
    names = [name for group in (*item.hosts, *item.shared_hosts) for name in group.names]
    assert [name for name in names if not any(covers(name, host) for host in used)] == []


@each
def test_every_port_that_is_not_documented_is_in_a_case(item, cases):
    for group in item.endpoints:
        if group.standing == "documented":
            continue
        section = "refused" if group.standing == "refused" else "odd"
        held = {int(port) for _, port, _ in triples(cases[item.id], section)}
        assert set(group.ports) <= held


@each
def test_every_certain_failure_has_a_case(item, cases):
    if item.endpoints or item.unavailable:
        assert cases[item.id].get("refused")


@each
def test_every_shape_is_in_a_case(item, cases):
    for rule, section in ((item.username, "usernames"), (item.secret, "secrets")):
        if rule is None:
            continue
        held = cases[item.id].get(section, {})
        if rule.accepts:
            assert held.get("ok") if section == "usernames" else held
        refused = held.get("refused", [])
        for wrong in rule.wrong:
            pattern = wrong.value if wrong.kind == "pattern" else r"[^@\s]+@[^@\s]+"
            assert any(re.fullmatch(pattern, value) for value in refused)


@each
def test_every_ended_method_is_in_a_case(item, cases):
    ended = {method for entry in (item.methods.ended if item.methods else []) for method in entry.methods}
    assert ended <= set(cases[item.id].get("methods", {}).get("refused", []))


@each
def test_an_ended_method_is_offered_and_warned_of_until_its_day(item):
    provider = providers.by_id(item.id)
    for entry in item.methods.ended if item.methods else []:
        for method in entry.methods:
            eve = entry.date - timedelta(days=1)
            assert providers.judge_method(provider, method, eve).kind == "ok"
            assert [notice.severity for notice in providers.notices(provider, eve, method)] == ["warning"]
            assert providers.judge_method(provider, method, entry.date).kind == "refused"
            assert providers.notices(provider, entry.date, method) == []


@each
def test_every_wrong_host_is_in_a_case(item, cases):
    held = {line.split()[0] for line in cases[item.id].get("wrong_hosts", [])}
    assert held == {host for wrong in item.wrong_hosts for host in wrong.hosts}


@each
def test_the_preset_is_documented_and_fits_its_host(item):
    provider = providers.by_id(item.id)
    if item.preset is None:
        # Nobody is sent to an unencrypted connection by leaving port and security out.
        assert item.unavailable is not None or all(set(group.security) == {"none"} for group in item.endpoints)
        return
    host = item.preset.host.replace("{region}", "eu-west-1").replace("{tenant}", "acme-example")
    assert (item.preset.port, item.preset.security) in providers.documented(provider, host)
    assert providers.judge_endpoint(provider, host, item.preset.port, item.preset.security).kind == "ok"


@each
def test_the_other_mode_of_a_documented_port_is_refused(item):
    provider = providers.by_id(item.id)
    for host in (name for group in item.hosts for name in group.names if "{" not in name):
        pairs = providers.documented(provider, host)
        for port in {port for port, _ in pairs}:
            held = {security for known, security in pairs if known == port}
            for other in {"tls", "starttls"} - held:
                verdict = providers.judge_endpoint(provider, host, port, other)
                assert verdict.kind == "refused"
                assert verdict.field == "security"
