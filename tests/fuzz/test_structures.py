"""Structures that hypothesis invents, and shrinks where one fails. `make fuzz` tries more."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

EXAMPLES = int(os.environ.get("HYPOTHESIS_EXAMPLES", "400"))


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=EXAMPLES <= 400,
    database=None,
    suppress_health_check=list(HealthCheck),
)
@given(data=st.data())
def test_any_structure(fuzz, project, data):
    content = data.draw(fuzz("strategies").contents())
    place = data.draw(st.sampled_from(fuzz("project").PLACES))
    problem = fuzz("oracle").check(fuzz("case").Case(place, content), project)
    assert problem is None, problem
