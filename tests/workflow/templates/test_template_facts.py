"""Templates that many e-mail types share: judged once, and within bounds for all types together."""

from __future__ import annotations

from time import process_time

import pytest

from mailspec.workflow.project import open_project
from mailspec.workflow.workspace import Workspace

SHARED = "  - {name: n%d, trigger: t, customizable: true, template: t.md.j2, subject: x, sample: s.yml}\n"


@pytest.mark.parametrize(
    ("tag", "sample", "last"),
    [
        ("{{ b|a# }}", "b: 1", "More than 1,000 things are wrong"),
        ("{{a#}}", "b: 1", "More than 1,000 things are wrong"),
        ("{{a#}}", "\n".join(f"a{number}: x" for number in range(9000)), "more than 1,000,000 variables together"),
    ],
    ids=["filters", "unknown", "known"],
)
def test_a_thousand_types_of_one_long_template_are_judged_in_time(tmp_path, tag, sample, last):
    types = "".join(SHARED % number for number in range(1000))
    (tmp_path / "mailspec.yml").write_text(f"version: 1\ninstance: {{id: a, name: A}}\nemail_types:\n{types}")
    (tmp_path / "t.md.j2").write_text("".join(tag.replace("#", str(number)) for number in range(7000)))
    (tmp_path / "s.yml").write_text(sample)
    start = process_time()
    findings = Workspace(open_project(tmp_path)).report.findings
    assert process_time() - start < 5
    assert any(found.code == "MS602" and last in found.message for found in findings)
