"""``# mailspec: ignore[...] reason``: what it silences, what it never does, and when it is called unused."""

from __future__ import annotations

from datetime import date
from time import process_time

import pytest

from mailspec.workflow.options import CheckOptions
from mailspec.workflow.validate.validation import validate

TODAY = date(2026, 11, 21)
HEAD = "version: 1\nconfigurations:\n  - name: A\n    host: smtp.acme.example\n"
CODES = ", ".join(f"MS{n}" for n in range(100, 401))
TAIL = "    security: starttls\n    from: noreply@acme.example\n"


def reported(environment=None, **options):
    """Return line, code and whether it is suppressed of each finding, in that order."""
    found = validate((".",), environment=environment, options=CheckOptions(as_of=TODAY, **options)).findings
    return sorted((held.location.line if held.location else 0, held.code, held.suppressed) for held in found)


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        pytest.param("    port: 25\n", [(5, "MS103", False)], id="none"),
        pytest.param("    port: 25  # mailspec: ignore[MS103] the old relay\n", [(5, "MS103", True)], id="same line"),
        pytest.param("    port: 25  #mailspec:ignore[MS103]why\n", [(5, "MS103", True)], id="no blanks"),
        pytest.param(
            "    # mailspec: ignore[MS103] the old relay\n    port: 25\n", [(6, "MS103", True)], id="line above"
        ),
        pytest.param(
            "    # mailspec: ignore[MS104] a\n    # mailspec: ignore[ MS103 , MS108 ] b\n    port: 25\n",
            [(5, "MS007", False), (6, "MS007", False), (7, "MS103", True)],
            id="several above; what does not occur is told comment by comment",
        ),
        pytest.param(
            "    # mailspec: ignore[MS103] far\n\n    port: 25\n",
            [(5, "MS007", False), (7, "MS103", False)],
            id="not the next line",
        ),
        pytest.param(
            "    port: 25\n    # mailspec: ignore[MS103] too late\n",
            [(5, "MS103", False), (6, "MS007", False)],
            id="line below",
        ),
        pytest.param(
            "    port: 25  # mailspec: ignore[MS103]\n", [(5, "MS007", False), (5, "MS103", False)], id="no reason"
        ),
        pytest.param(
            "    port: 25  # mailspec: ignore[MS999] why\n", [(5, "MS007", False), (5, "MS103", False)], id="no code"
        ),
        pytest.param(
            "    port: 25  # mailspec: ignore why\n", [(5, "MS007", False), (5, "MS103", False)], id="no list"
        ),
        pytest.param(
            "    port: 25  # mailspec: ignore[] why\n", [(5, "MS007", False), (5, "MS103", False)], id="empty"
        ),
        pytest.param(
            "    port: 25  # mailspec: off[MS103] why\n", [(5, "MS007", False), (5, "MS103", False)], id="other word"
        ),
        pytest.param("    port: 25  # see mailspec: ignore[MS103] why\n", [(5, "MS103", False)], id="prose"),
        pytest.param(
            "    port: 25  # mailspec: ignore[MS103, MS101] why\n",
            [(5, "MS007", False), (5, "MS103", True)],
            id="one of two",
        ),
        pytest.param("    ehlo_name: 'a # mailspec: ignore[MS103] why'\n    port: 25\n", "MS103", id="in a value"),
    ],
)
def test_what_is_silenced(put, lines, expected):
    put({"mailspec.yml": HEAD + lines + TAIL})
    found = reported()
    if expected == "MS103":
        assert (6, "MS103", False) in found
    else:
        assert found == expected


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("    port: '25'  # mailspec: ignore[MS003] why\n", "MS003"),
        ("    prot: 25  # mailspec: ignore[MS004] why\n", "MS004"),
        ("    auth: {password: x}  # mailspec: ignore[MS301] why\n", "MS301"),
        ("    provider: gone  # mailspec: ignore[MS006] why\n", "MS006"),
        ("    port: 25  # mailspec: ignore[MS103] why\n    port: 26  # mailspec: ignore[MS002] why\n", "MS002"),
    ],
)
def test_what_is_never_silenced(put, line, code):
    put({"mailspec.yml": HEAD + line + TAIL})
    report = validate((".",), options=CheckOptions(as_of=TODAY))
    assert [held.suppressed for held in report.findings if held.code == code] == [False]
    assert any(held.code == "MS007" and "cannot be silenced" in held.message for held in report.findings)
    assert report.failed()


def test_the_place_must_start_on_the_line(put):
    # The finding is at the port; the comment stands on the line where the item starts.
    put(
        {
            "mailspec.yml": HEAD.replace("- name: A", "- name: A  # mailspec: ignore[MS103] why")
            + "    port: 25\n"
            + TAIL
        }
    )
    assert reported() == [(3, "MS007", False), (5, "MS103", False)]


def test_a_related_place_does_not_count(put):
    text = (
        HEAD + "    port: 465\n    from: noreply@acme.example\n    security: starttls  # mailspec: ignore[MS101] why\n"
    )
    put({"mailspec.yml": text})
    primary = {line for line, code, _ in reported() if code == "MS101"}
    assert primary == {5}
    assert (7, "MS007", False) in reported()


def test_only_rules_that_ran_are_judged(put):
    text = HEAD + "    auth: {username: a, password: {env: NOT_SET}}  # mailspec: ignore[MS302] why\n" + TAIL
    put({"mailspec.yml": text})
    assert [code for _, code, _ in reported()] == []
    assert reported(with_secrets=True) == [(5, "MS302", True)]


@pytest.mark.parametrize("damage", ["colour: blue\n", "policy: {require_tls: yes}\n"])
def test_a_file_with_damaged_parts_is_not_judged(put, damage):
    put(
        {
            "mailspec.yml": HEAD
            + "    port: 465  # mailspec: ignore[MS103] why\n"
            + TAIL.replace("starttls", "tls")
            + damage
        }
    )
    assert "MS007" not in [code for _, code, _ in reported()]


def test_nothing_is_judged_where_a_file_could_not_be_read(put):
    put(
        {
            "mailspec.yml": HEAD + "    port: 465  # mailspec: ignore[MS103] why\n" + TAIL.replace("starttls", "tls"),
            "users/broken.yml": "users: [",
        }
    )
    assert [code for _, code, _ in reported()] == ["MS001"]


def test_each_environment_has_its_own(put):
    put(
        {
            "mailspec.yml": HEAD + "    port: 587\n" + TAIL,
            "environments/old.yml": "configurations:\n  - name: A\n    port: 25  # mailspec: ignore[MS103] old\n"
            "kind: production\n",
            "environments/new.yml": "configurations:\n  - name: A\n    port: 465  # mailspec: ignore[MS103] new\n"
            "    security: tls\nkind: production\n",
        }
    )
    assert reported() == [(3, "MS007", False), (3, "MS103", True)]
    # One environment alone says nothing of the others' comments, nor of the base's.
    assert reported(environment="old") == [(3, "MS103", True)]
    assert reported(environment="new") == [(3, "MS007", False)]


def test_a_suppressed_error_does_not_fail(put):
    text = HEAD + "    port: 465  # mailspec: ignore[MS101] the vendor says so\n" + TAIL
    put({"mailspec.yml": text})
    report = validate((".",), options=CheckOptions(as_of=TODAY))
    assert [(held.code, held.suppressed) for held in report.findings] == [("MS101", True)]
    assert not report.failed(strict=True)
    assert report.summary == {"files": 1, "errors": 0, "warnings": 0, "infos": 0, "suppressed": 1}


@pytest.mark.parametrize(
    "comments",
    [
        pytest.param(f"  # mailspec: ignore[{CODES}] x\n" * 2000, id="codes"),
        pytest.param("  # mailspec: ignore[MS004] x\n" * 20000, id="comments of one line"),
        pytest.param(f"  # mailspec: ignore[MS103] x{' ' * 900_000}y\n", id="blanks"),
    ],
)
def test_comments_cost_linear_time(put, comments):
    odd = ", ".join(f"x{n}: 1" for n in range(2000))
    put({"mailspec.yml": f"version: 1\nconfigurations:\n{comments}  - {{name: A, host: a.acme.example, {odd}}}\n"})
    started = process_time()
    found = validate((".",)).findings
    assert process_time() - started < 2
    assert len([held for held in found if held.code == "MS007"]) <= 3 * comments.count("\n")
