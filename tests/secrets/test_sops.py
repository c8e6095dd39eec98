"""Against the real sops, with age keys."""

from __future__ import annotations

import pytest

from mailspec.secrets.base import SecretProblem

PLAIN = """\
smtp:
  password: "0123"
  number: 0123
  lines: |
    one
    two
  empty: ""
top: s3cret ünïcode
"""


@pytest.fixture
def sealed(ask, tool, age_key, tmp_path, tools_path):
    """``sealed("smtp.password") -> the secret``, from a file that sops encrypted for a fresh age key."""
    for name, text in (
        ("x.sops.yml", PLAIN),
        ("x.sops.env", "PASSWORD=from dotenv\n"),
        ("x.sops.json", '{"a": {"b": "j"}}'),
    ):
        (tmp_path / name).write_text(text)
        tool("sops", "--disable-version-check", "--encrypt", "--in-place", "--age", age_key.recipient, tmp_path / name)

    def read(key: str, file: str = "x.sops.yml", **environ: str) -> str | SecretProblem:
        given = {"PATH": tools_path, "SOPS_AGE_KEY_FILE": str(age_key.file), **environ}
        answer: str | SecretProblem = ask({"sops": f"{file}#{key}"}, **given)
        return answer

    return read


@pytest.mark.service("sops")
@pytest.mark.parametrize(
    ("file", "key", "value"),
    [
        ("x.sops.yml", "smtp.password", "0123"),
        ("x.sops.yml", "smtp.lines", "one\ntwo"),
        ("x.sops.yml", "top", "s3cret ünïcode"),
        ("x.sops.env", "PASSWORD", "from dotenv"),
        ("x.sops.json", "a.b", "j"),
    ],
)
def test_a_value_is_read(sealed, file, key, value):
    assert sealed(key, file) == value


@pytest.mark.service("sops")
@pytest.mark.parametrize(
    ("key", "kind", "words"),
    [
        ("smtp.number", "malformed", "is not text"),
        ("smtp", "malformed", "is not text"),
        ("smtp.empty", "empty", "is empty"),
        ("smtp.gone", "missing", "does not exist"),
        ("gone.password", "unreadable", "no such key"),
        ("top.deeper", "malformed", ""),
    ],
)
def test_what_cannot_be_a_secret_is_reported(sealed, key, kind, words):
    found = sealed(key)
    assert isinstance(found, SecretProblem)
    assert found.kind == kind
    assert words in found.message


@pytest.mark.service("sops")
def test_without_the_key_it_says_so(sealed):
    found = sealed("top", SOPS_AGE_KEY_FILE="/gone")
    assert isinstance(found, SecretProblem)
    assert "none of the keys here opens it" in found.message


@pytest.mark.service("sops")
@pytest.mark.parametrize(
    ("before", "after", "words"),
    [("data:", "data:A", "damaged"), ('lastmodified: "2', 'lastmodified: "1', "check sum")],
)
def test_a_changed_file_is_reported(sealed, tmp_path, before, after, words):
    file = tmp_path / "x.sops.yml"
    file.write_text(file.read_text().replace(before, after))
    found = sealed("top")
    assert isinstance(found, SecretProblem)
    assert words in found.message


@pytest.mark.service("sops")
def test_a_file_that_sops_did_not_encrypt_is_reported(sealed, tmp_path):
    (tmp_path / "plain.yml").write_text(PLAIN)
    found = sealed("top", "plain.yml")
    assert isinstance(found, SecretProblem)
    assert "nothing that sops encrypted" in found.message


def test_without_the_program_it_says_so(ask, tmp_path):
    (tmp_path / "x.yml").write_text("a: b")
    found = ask({"sops": "x.yml#a"}, PATH="/nowhere")
    assert isinstance(found, SecretProblem)
    assert found.kind == "unavailable_backend"
    assert "install sops" in found.help


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("x.yml", "malformed"),
        ("#a", "malformed"),
        ("x.yml#", "malformed"),
        ("no.yml#a", "missing"),
        ("../x.yml#a", "unsafe_path"),
        (1, "malformed"),
    ],
)
def test_a_malformed_word_is_reported(ask, word, kind):
    found = ask({"sops": word})
    assert isinstance(found, SecretProblem)
    assert found.kind == kind
