"""``show --why``: every layer's word, the one that holds marked."""

from __future__ import annotations

from pathlib import Path

import pytest

from mailspec.resolve import Resolver, effective
from mailspec.resolve.why import why
from mailspec.workflow.project import open_project

COMPANY = Path(__file__).parents[2] / "examples/company"


@pytest.fixture(scope="module")
def resolver() -> Resolver:
    return Resolver(open_project(str(COMPANY)).spec(None))


@pytest.mark.parametrize(
    ("name", "field", "expected"),
    [
        (
            "user:fiona.field@acme.example",
            "timeout",
            [
                ("own", "90s", True),
                ("group:field", None, False),
                ("general", None, False),
                ("configuration:Office", None, False),
            ],
        ),
        (
            "user:carla.rossi@acme.example",
            "host",
            [("own", None, False), ("general", None, False), ("configuration:Office", "mail.acme.example", True)],
        ),
        (
            "user:fiona.field@acme.example",
            "from.email",
            [("own", None, False), ("group:field", None, False), ("username", "fiona.field@acme.example", True)],
        ),
        (
            "mailing:invoices",
            "from.email",
            [("own", "billing@acme.example", True), ("configuration:Relay", "bulk@acme.example", False)],
        ),
        ("configuration:Office", "timeout", [("own", None, False), ("default", 30.0, True)]),
        ("user:alice.martin@acme.example", "mode", None),
    ],
)
def test_layers(resolver: Resolver, name: str, field: str, expected: list[tuple[str, object, bool]] | None) -> None:
    kind, _, rest = name.partition(":")
    held = effective(resolver, kind, rest)
    says = [
        (say.layer, None if say.value is None else say.value.value, say.holds) for say in why(resolver, held, field)
    ]
    assert sum(holds for _, _, holds in says) == 1
    if expected is not None:
        assert says == expected
