"""Plug-ins of third parties, from a distribution that is put on the path as an installed one would be."""

from __future__ import annotations

import sys

import pytest

from mailspec.secrets import entry_points
from mailspec.secrets.base import SecretProblem
from mailspec.secrets.limited import Patience

MODULE = """
import time
from mailspec.outcome.secret import Secret
from mailspec.secrets.base import Resolved, SecretProblem

def good(word, base, environ):
    return Resolved(Secret(f"{word} {base.name} {environ['GIVEN']}"))
def none(word, base, environ):
    return SecretProblem("missing", "no such entry")
def wrong(word, base, environ):
    return "canary"
def raises(word, base, environ):
    raise ValueError("canary")
def hangs(word, base, environ):
    time.sleep(1)
"""
NAMES = ("good", "none", "wrong", "raises", "hangs")


@pytest.fixture(autouse=True)
def plugins(tmp_path, monkeypatch):
    site = tmp_path / "site"
    (site / "made_up-1.0.dist-info").mkdir(parents=True)
    (site / "made_up-1.0.dist-info/METADATA").write_text("Metadata-Version: 2.1\nName: made-up\nVersion: 1.0\n")
    lines = [f"{name} = made_up_plugin:{name}" for name in NAMES]
    lines += ["absent = made_up_plugin:absent", "broken = no_such_module_anywhere:x"]
    (site / "made_up-1.0.dist-info/entry_points.txt").write_text("[mailspec.secrets]\n" + "\n".join(lines))
    (site / "made_up_plugin.py").write_text(MODULE)
    monkeypatch.syspath_prepend(site)
    yield
    sys.modules.pop("made_up_plugin", None)


def test_a_plugin_gives_the_secret(ask, tmp_path):
    assert ask({"plugin": "good:mail/acme:x"}, GIVEN="yes") == f"mail/acme:x {tmp_path.name} yes"


@pytest.mark.parametrize(
    ("word", "words"),
    [
        ("none:x", "no such entry"),
        ("wrong:x", "neither a secret nor a reason"),
        ("raises:x", "failed (ValueError)"),
        ("absent:x", "cannot be loaded (AttributeError)"),
        ("broken:x", "cannot be loaded (ModuleNotFoundError)"),
        ("unheard:x", "installed: absent, broken, good"),
        ("good", "NAME:WORD"),
        (":x", "NAME:WORD"),
        ("good:", "NAME:WORD"),
        (1, "NAME:WORD"),
    ],
)
def test_what_stands_against_it_is_reported(ask, word, words):
    found = ask({"plugin": word})
    assert isinstance(found, SecretProblem)
    assert words in found.message
    assert "canary" not in str(found)


def test_one_that_hangs_is_given_up(ask, monkeypatch):
    monkeypatch.setitem(entry_points._PATIENCE, "hangs", Patience(0.1))
    found = ask({"plugin": "hangs:x"})
    assert isinstance(found, SecretProblem)
    assert "did not answer within 0.1 seconds" in found.message


def test_only_the_named_one_is_imported(ask):
    assert isinstance(ask({"env": "GONE"}), SecretProblem)
    assert "made_up_plugin" not in sys.modules
