from __future__ import annotations

import pyrage
import pytest

from mailspec.secrets.base import Resolved, SecretProblem
from mailspec.secrets.resolve import resolve


@pytest.fixture
def identity(tmp_path):
    key = pyrage.x25519.Identity.generate()
    file = tmp_path / "identity.txt"
    file.write_text(f"# made by a test\n{key}\n")
    file.chmod(0o600)
    return key, {"MAILSPEC_AGE_IDENTITY": str(file)}


@pytest.mark.parametrize("armoured", [True, False])
def test_a_file_is_decrypted(ask, tmp_path, identity, armoured):
    key, environ = identity
    (tmp_path / "x.age").write_bytes(pyrage.encrypt(b"0123\n", [key.to_public()], armored=armoured))
    assert ask({"age": "x.age"}, **environ) == "0123"


def test_the_identity_has_a_usual_place(ask, tmp_path, identity):
    key, _environ = identity
    (tmp_path / "x.age").write_bytes(pyrage.encrypt(b"s3cret", [key.to_public()]))
    home = tmp_path / ".config/mailspec"
    home.mkdir(parents=True)
    (tmp_path / "identity.txt").rename(home / "age.txt")
    assert ask({"age": "x.age"}) == "s3cret"


def test_an_identity_that_others_can_read_is_reported(tmp_path, identity):
    key, environ = identity
    (tmp_path / "identity.txt").chmod(0o644)
    (tmp_path / "x.age").write_bytes(pyrage.encrypt(b"s3cret", [key.to_public()]))
    held = resolve({"age": "x.age"}, tmp_path, environ)
    assert isinstance(held, Resolved)
    assert "identity.txt can be read by every user" in str(held.exposed)


def test_another_ones_file_is_reported(ask, tmp_path, identity):
    stranger = pyrage.x25519.Identity.generate()
    (tmp_path / "x.age").write_bytes(pyrage.encrypt(b"s3cret", [stranger.to_public()]))
    found = ask({"age": "x.age"}, **identity[1])
    assert isinstance(found, SecretProblem)
    assert "not encrypted for the identity" in found.message


@pytest.mark.parametrize("raw", [b"", b"s3cret", b"age-encryption.org/v1\n-> X25519 a\n"])
def test_a_damaged_file_is_reported(ask, tmp_path, identity, raw):
    (tmp_path / "x.age").write_bytes(raw)
    found = ask({"age": "x.age"}, **identity[1])
    assert isinstance(found, SecretProblem)
    assert found.kind == "malformed"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, "does not exist"),
        ("", "holds no key"),
        ("AGE-SECRET-KEY-1CANARY", "no key that can be used"),
        ("-----BEGIN OPENSSH PRIVATE KEY-----\ncanary", "no key that can be used"),
    ],
)
def test_an_identity_that_cannot_be_used_is_reported_without_showing_it(ask, tmp_path, content, words):
    (tmp_path / "x.age").write_bytes(b"x")
    if content is not None:
        (tmp_path / "key").write_text(content)
    found = ask({"age": "x.age"}, MAILSPEC_AGE_IDENTITY=str(tmp_path / "key"))
    assert isinstance(found, SecretProblem)
    assert words in found.message
    assert "canary" not in str(found).lower()


@pytest.mark.parametrize(
    ("word", "kind"), [("no.age", "missing"), ("../x.age", "unsafe_path"), ("", "malformed"), (1, "malformed")]
)
def test_a_file_that_is_not_there_is_reported(ask, identity, word, kind):
    found = ask({"age": word}, **identity[1])
    assert isinstance(found, SecretProblem)
    assert found.kind == kind


def test_without_the_library_the_extra_is_named(ask, tmp_path, not_installed):
    (tmp_path / "x.age").write_bytes(b"x")
    not_installed("pyrage")
    found = ask({"age": "x.age"})
    assert isinstance(found, SecretProblem)
    assert found.help == "install it: pip install 'mailspec[age]'"


@pytest.mark.service("age")
@pytest.mark.parametrize("armour", [["-a"], []])
def test_what_the_real_age_wrote_is_read(ask, tool, age_key, tmp_path, armour):
    tool("age", "-e", *armour, "-r", age_key.recipient, "-o", tmp_path / "x.age", stdin=b"from age\n")
    assert ask({"age": "x.age"}, MAILSPEC_AGE_IDENTITY=str(age_key.file)) == "from age"
