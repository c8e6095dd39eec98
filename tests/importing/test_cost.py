"""Texts that are made to cost much are filled in soon."""

from __future__ import annotations

from time import process_time

import pytest

from mailspec.importing.env_files import _environment

SIZE = 256 * 1024


@pytest.mark.parametrize("piece", ["${a", "${a:-", "${a${", "a"])
@pytest.mark.parametrize("key", ["SMTP_HOST", "SMTP_PASSWORD"])
def test_variables_without_an_end_are_left_as_they_stand(key, piece):
    text = "${" + piece * (SIZE // len(piece))
    start = process_time()
    assert _environment({"environment": {key: text}}, {}) == {key: text}
    assert process_time() - start < 1


def test_what_stands_before_and_behind_the_last_brace_is_filled():
    text = "$a ${a} ${b:-c} $$ ${a-} ${d-} $a $$ $d ${a"
    assert _environment({"environment": {"K": text}}, {"a": "1"}) == {"K": "1 1 c $ 1  1 $  ${a"}
