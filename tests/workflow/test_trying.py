"""What keeps ``test`` and ``probe`` from connecting."""

from __future__ import annotations

import pytest

from mailspec.workflow.prepare import Stopped
from mailspec.workflow.trying import Trial

BASE = """\
version: 1
instance: {name: Acme Hub}
policy: {test_recipients: [ops@acme.example]}
configurations:
  - {name: Main, state: active, host: mail.acme.example, port: 465, security: tls, from: hub@acme.example,
     auth: {method: none}}
"""
WRONG = "configurations:\n  - {name: Main, prot: 25}\n"


def stops(environment: str | None) -> tuple[str | None, ...]:
    trial = Trial(None, environment)
    try:
        trial.stop_on_errors(trial.objects((), everything=False))
    except Stopped as stopped:
        return tuple(finding.environment for finding in (stopped.report.findings if stopped.report else ()))
    return ()


def test_an_error_in_an_overlay_stops_that_environment_only(put) -> None:
    put({"mailspec.yml": BASE, "environments/staging.yml": WRONG, "environments/live.yml": "version: 1\n"})
    assert stops("staging") == ("staging",)
    assert stops("live") == ()
    assert stops(None) == ()


@pytest.mark.parametrize("environment", [None, "staging"])
def test_an_error_in_the_base_stops_everywhere(put, environment) -> None:
    put({"mailspec.yml": BASE + "mialings: []\n", "environments/staging.yml": "version: 1\n"})
    assert stops(environment) == (None,)
