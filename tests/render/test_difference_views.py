"""A difference as a document: headlines begin with a capital letter, addresses keep their spelling."""

from __future__ import annotations

import pytest

from mailspec.outcome.difference import Consequence, Difference
from mailspec.outcome.plan import FieldChange
from mailspec.outcome.report import Report
from mailspec.render.difference_views import difference_document


@pytest.mark.parametrize(
    ("objects", "start"),
    [
        (("user:u3@acme.example",), "u3@acme.example: "),
        (("user:u3@acme.example", "user:u4@acme.example"), "u3@acme.example and u4@acme.example: "),
        (("user:u3@acme.example", "configuration:Primary"), "u3@acme.example and configuration 'Primary': "),
        (("configuration:Primary",), "Configuration 'Primary': "),
        (("bulk",), "The bulk account: "),
    ],
)
def test_a_headline_keeps_an_address_as_it_is_written(objects, start):
    effect = Consequence("changed", objects, (FieldChange("host", "a.example", "b.example"),))
    document = difference_document(Difference("main", "HEAD", (effect,), (), (), (), (), "main"), Report((), 0, {}))
    assert document.effects[0].headline.startswith(start)
