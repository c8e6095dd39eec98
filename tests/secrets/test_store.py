"""New secrets are written where references say, whole or not at all, and read back by the real programs."""

from __future__ import annotations

import os
import stat

import pytest

from mailspec.files import writing
from mailspec.outcome.secret import Secret
from mailspec.secrets.base import SecretProblem
from mailspec.secrets.store import ELSEWHERE, store

NEW = Secret("new 0123 ünïcode")


@pytest.fixture
def put(tmp_path):
    """``put({"file": "x"}, NAME=value) -> None or the problem``."""

    def write(reference, secret=NEW, **environ):
        return store(reference, secret, tmp_path, {"HOME": str(tmp_path), **environ})

    return write


def mode(path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.parametrize("secret", ["new", "0123 ", "with\nlines\n", "ünïcode"])
def test_a_file_holds_what_was_stored(put, ask, tmp_path, secret):
    assert put({"file": "x"}, Secret(secret)) is None
    assert ask({"file": "x"}) == secret
    assert mode(tmp_path / "x") == 0o600
    assert os.listdir(tmp_path) == ["x"]


@pytest.mark.parametrize(("before", "after"), [(0o644, 0o640), (0o640, 0o640), (0o400, 0o400), (0o666, 0o660)])
def test_a_file_loses_what_everybody_may_do(put, tmp_path, before, after):
    (tmp_path / "x").write_text("old")
    (tmp_path / "x").chmod(before)
    assert put({"file": "x"}) is None
    assert mode(tmp_path / "x") == after


def test_a_link_stays_one(put, ask, tmp_path):
    (tmp_path / "real").write_text("old")
    (tmp_path / "link").symlink_to("real")
    assert put({"file": "link"}) is None
    assert (tmp_path / "link").is_symlink()
    assert ask({"file": "real"}) == NEW.reveal()


@pytest.mark.skipif(os.getuid() != 0, reason="only root gives files away")
def test_a_file_keeps_its_owner(put, tmp_path):
    (tmp_path / "x").write_text("old")
    os.chown(tmp_path / "x", 12345, 12346)
    assert put({"file": "x"}) is None
    held = (tmp_path / "x").stat()
    assert (held.st_uid, held.st_gid) == (12345, 12346)


def test_what_cannot_be_written_leaves_the_old_one(put, tmp_path, monkeypatch):
    (tmp_path / "x").write_text("old")

    def fail(*_names: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(writing.os, "replace", fail)
    found = put({"file": "x"})
    assert isinstance(found, SecretProblem)
    assert "No space left" in found.message
    assert (tmp_path / "x").read_text() == "old"
    assert os.listdir(tmp_path) == ["x"]


@pytest.mark.parametrize(("word", "kind"), [("../x", "unsafe_path"), ("gone/x", "unreadable")])
def test_a_place_that_cannot_be_is_reported(put, word, kind):
    found = put({"file": word})
    assert isinstance(found, SecretProblem)
    assert found.kind == kind


@pytest.mark.parametrize("name", ELSEWHERE)
def test_what_others_keep_is_not_written(put, name):
    found = put({name: "x"})
    assert isinstance(found, SecretProblem)
    assert found.help == ELSEWHERE[name]


@pytest.mark.service("age")
def test_age_opens_what_was_stored_for_ourselves(put, ask, tool, age_key, tmp_path):
    environ = {"MAILSPEC_AGE_IDENTITY": str(age_key.file)}
    assert put({"age": "x.age"}, **environ) is None
    assert tool("age", "-d", "-i", age_key.file, tmp_path / "x.age").decode() == NEW.reveal() + "\n"
    assert ask({"age": "x.age"}, **environ) == NEW.reveal()


@pytest.mark.service("age")
def test_age_opens_what_was_stored_for_a_recipient(put, tool, age_key, tmp_path):
    assert put({"age": "x.age"}, MAILSPEC_AGE_RECIPIENTS=age_key.recipient) is None
    assert tool("age", "-d", "-i", age_key.file, tmp_path / "x.age").decode() == NEW.reveal() + "\n"


@pytest.mark.parametrize(
    ("environ", "words"),
    [({}, "age identity"), ({"MAILSPEC_AGE_RECIPIENTS": "age1nonsense"}, "no age recipient")],
)
def test_without_a_recipient_nothing_is_written(put, tmp_path, environ, words):
    found = put({"age": "x.age"}, **environ)
    assert isinstance(found, SecretProblem)
    assert words in found.message
    assert not (tmp_path / "x.age").exists()


@pytest.mark.service("openbao")
def test_vault_keeps_the_other_fields(put, ask, openbao):
    openbao.put("mail/rotate", password="old", other="kept")
    assert put({"vault": "secret/mail/rotate#password"}, **openbao.environ) is None
    assert ask({"vault": "secret/mail/rotate#password"}, **openbao.environ) == NEW.reveal()
    assert ask({"vault": "secret/mail/rotate#other"}, **openbao.environ) == "kept"


@pytest.mark.service("openbao")
def test_vault_takes_a_new_path(put, ask, openbao):
    assert put({"vault": "secret/mail/brand-new#password"}, **openbao.environ) is None
    assert ask({"vault": "secret/mail/brand-new#password"}, **openbao.environ) == NEW.reveal()


@pytest.mark.service("openbao")
def test_vault_refuses_who_may_only_read(put, ask, openbao):
    openbao.put("mail/read-only", password="old")
    openbao.reader("read-only", "mail/read-only")
    environ = {**openbao.environ, "VAULT_TOKEN": "", **openbao.approle("read-only", "read-only")}
    found = put({"vault": "secret/mail/read-only#password"}, **environ)
    assert isinstance(found, SecretProblem)
    assert "(403)" in found.message
    assert ask({"vault": "secret/mail/read-only#password"}, **environ) == "old"


@pytest.mark.service("secret_service")
def test_the_desktops_keyring_holds_what_was_stored(put, ask, desktop):
    assert put({"keyring": "acme/rotate@acme.example"}) is None
    assert ask({"keyring": "acme/rotate@acme.example"}) == NEW.reveal()
