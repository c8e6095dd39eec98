"""What a target holds beside what is wanted there; secrets are compared and not kept."""

from __future__ import annotations

from mailspec.outcome.secret import Secret
from mailspec.targets.live import EXPRESSION, read_target, values_of

REFERENCE = {"secret": {"env": "P"}}
CANARY = "canary-1"


def lookup(reference):
    return Secret(CANARY) if reference == {"env": "P"} else None


def record(target):
    return {"type": target.type, "path": target.path, "keys": dict(target.keys), "options": dict(target.options)}


def test_a_file_that_is_not_there_is_absent(tmp_path, target) -> None:
    assert read_target(target({"HOST": "x"}), None, tmp_path, lookup).status == "absent"


def test_a_file_without_a_record_is_foreign(tmp_path, target) -> None:
    (tmp_path / "app.env").write_text("HOST=theirs\n")
    held = read_target(target({"HOST": "x", "PORT": "25"}), None, tmp_path, lookup)
    assert (held.status, held.keys, held.recorded) == ("foreign", {"PORT": None}, None)
    assert held.secrets == {"HOST": "changed"}


def test_a_record_of_another_file_does_not_make_it_ours(tmp_path, target) -> None:
    (tmp_path / "app.env").write_text("HOST=theirs\n")
    wanted = target({"HOST": "x"})
    assert read_target(wanted, {**record(wanted), "path": "other.env"}, tmp_path, lookup).status == "foreign"


def test_secrets_are_compared_with_three_outcomes(tmp_path, target) -> None:
    wanted = target({"P": REFERENCE})
    for text, look, outcome in [
        (f"P={CANARY}", lookup, "unchanged"),
        ("P=other-canary", lookup, "changed"),
        ("P=other-canary", lambda _: None, "not_checked"),
    ]:
        (tmp_path / "app.env").write_text(text)
        held = read_target(wanted, record(wanted), tmp_path, look)
        assert held.secrets == {"P": outcome}
        assert "canary" not in repr(held)


def test_a_former_secret_that_is_plain_now_is_not_shown(tmp_path, target) -> None:
    (tmp_path / "app.env").write_text("P=old-canary")
    wanted = target({"P": "plain"})
    held = read_target(wanted, {**record(wanted), "keys": {"P": REFERENCE}}, tmp_path, lookup)
    assert held.secrets == {"P": "changed"}
    assert "canary" not in repr(held)


def test_what_was_written_in_another_dialect_is_not_shown(tmp_path, target) -> None:
    (tmp_path / "app.env").write_text("CA=it's.pem\nPASSWORD=canary\nNAME=Acme'Hub\nHOST=a\n")
    keys = {"CA": "it's.pem", "NAME": "Acme'Hub", "HOST": "a"}
    before = record(target(keys, dialect="docker"))
    held = read_target(target({**keys, "HOST": "b"}, dialect="sh"), before, tmp_path, lookup)
    assert held.secrets["CA"] == "changed"
    assert held.keys["HOST"] == "a"  # what we know that we wrote
    assert "canary" not in repr(held)


def test_a_key_that_was_never_ours_is_not_shown(tmp_path, target) -> None:
    (tmp_path / "app.env").write_text("HOST=a\nLICENCE=canary\nOFF=canary\n")
    before = record(target({"HOST": "a", "OFF": None}))
    held = read_target(target({"HOST": "a", "LICENCE": "b", "OFF": "c"}), before, tmp_path, lookup)
    assert held.secrets == {"LICENCE": "changed", "OFF": "changed"}
    assert held.keys == {"HOST": "a"}


def test_an_expression_is_never_equal(tmp_path, target) -> None:
    (tmp_path / "app.env").write_text("export HOST=$OTHER P=$SECRET\n")
    held = read_target(target({"HOST": "x", "P": REFERENCE}, dialect="sh"), None, tmp_path, lookup)
    assert (held.keys, held.secrets) == ({"HOST": EXPRESSION}, {"P": "changed"})


def test_bytes_that_are_no_text_are_compared_too(tmp_path, target) -> None:
    (tmp_path / "app.env").write_bytes(b"P=\xff\xfe\nHOST=\xff\n")
    wanted = target({"P": REFERENCE, "HOST": "x"})
    held = read_target(wanted, record(wanted), tmp_path, lookup)
    assert (held.secrets, held.keys) == ({"P": "changed"}, {"HOST": "\\xff"})


def test_an_unknown_type_is_a_problem_and_no_crash(tmp_path, target) -> None:
    from dataclasses import replace

    held = read_target(replace(target(), type="nothing"), None, tmp_path, lookup)
    assert (held.status, "env_file" in held.help) == ("unreadable", True)


def test_what_is_written_has_the_secrets_and_takes_away_what_is_not_wanted(tmp_path, target) -> None:
    wanted = target({"HOST": "x", "P": REFERENCE, "GONE": None})
    held = read_target(wanted, {**record(wanted), "keys": {"OLD": "1"}}, tmp_path, lookup)
    values = values_of(wanted, held, lookup)
    # Only a secret hides its text: what is shown of a host or a port needs no unwrapping.
    assert values == {"HOST": "x", "P": Secret(CANARY), "GONE": None, "OLD": None}
