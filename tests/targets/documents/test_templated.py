"""Documents made by a stranger's template: what it is not shown, and how long it may take."""

from __future__ import annotations

import subprocess
from pathlib import Path
from time import monotonic

import pytest

from mailspec.targets.base import Rendered, TargetProblem
from mailspec.targets.documents import templated
from mailspec.targets.documents.templated import Filled, rendered


def git(folder: Path, *words: str) -> None:
    subprocess.run(["git", "-c", "user.name=a", "-c", "user.email=a@acme.example", *words], cwd=folder, check=True)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    git(tmp_path, "init", "-q")
    (tmp_path / ".gitignore").write_text("secrets/\n*.log\n")
    return tmp_path


KEYS = {"instance": "acme", "mail": "on", "configurations/A/host": "mail.acme.example"}


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(templated, "_STOPPED", {})
    # On a busy machine two seconds of computing take many of waiting.
    monkeypatch.setattr(templated, "SECONDS", 90.0)


def made(folder: Path, text: str, name: str = "mail.j2") -> Rendered | TargetProblem:
    (folder / name).write_text(text)
    return rendered(name, str(folder), KEYS)


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        (
            "a\n{% for x in range(99999) %}{% for y in range(99999) %}x{% endfor %}{% endfor %}",
            2,
            "longer than 2,097,152",
        ),
        ("a\n\n{{ 'x' * 10**9 }}", 3, "too large"),
        ("{{ range(10**9)|list }}", 1, "Range too big"),
        ("{{ ('x' * 10**8)|replace('x', 'yyyyyyyyyyyyyyyyyyyy') }}", 1, "too large"),
    ],
    ids=["output", "one text", "range", "filter"],
)
def test_what_is_too_much_is_refused_at_its_line(tmp_path: Path, text: str, line: int, message: str) -> None:
    found = made(tmp_path, text)
    assert isinstance(found, TargetProblem)
    assert f"(mail.j2, line {line})" in found.message
    assert message in found.message


def test_a_loop_without_end_is_stopped_at_its_line_and_is_not_tried_again(tmp_path: Path) -> None:
    text = "a\n{% for x in range(99999) %}{% for y in range(99999) %}{% endfor %}{% endfor %}"
    found = made(tmp_path, text)
    assert isinstance(found, TargetProblem)
    assert "(mail.j2, line 2): it takes more than 2 seconds of computing" in found.message
    began = monotonic()
    assert made(tmp_path, text) == found
    assert monotonic() - began < 0.5


def test_many_that_were_stopped_are_an_end_to_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    problem = TargetProblem("stopped")
    monkeypatch.setattr(templated, "_STOPPED", {str(number): problem for number in range(3)})
    found = made(tmp_path, "{{ instance }}")
    assert isinstance(found, TargetProblem)
    assert "other templates have used up the time" in found.message


HOST = "configurations/%s/host"
SECRET = {"configurations/B/auth.password": {"secret": {"env": "P"}}}
MARK = "<secret configurations/B/auth.password>"


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("{% for c in configurations %}{{ c.name }}\n{% endfor %}", {HOST % MARK: "a.example"}),
        ("{% for c in configurations %}{{ c.name }}\n{% endfor %}", {HOST % f"x {MARK} y": "a.example"}),
        ("{% for c in configurations %}{{ c.host or '' }}\n{% endfor %}", {HOST % "A": MARK}),
        ("{{ instance }}", {"instance": MARK}),
        (f"x{MARK}\n", {}),
        ("{{ '<' ~ 'secret configurations/B/auth.password>' }}", {}),
        ("<{{ instance }}>", {"instance": "secret configurations/B/auth.password"}),
        ("{{ instance }}{{ mail }}", {"instance": "<secret configurations/", "mail": "B/auth.password>"}),
        ("{% for c in configurations %}{{ c.auth.password }}{% endfor %}{{ instance }}", {"instance": MARK}),
        ("<secret 000000000000000000 configurations/B/auth.password>", {}),
    ],
)
def test_no_text_stands_for_a_password(tmp_path: Path, text: str, keys: dict[str, str]) -> None:
    (tmp_path / "mail.j2").write_text(text)
    found = rendered("mail.j2", str(tmp_path), {**SECRET, **keys})
    assert isinstance(found, TargetProblem), found
    assert "what stands for a password" in found.message


@pytest.mark.parametrize("way", ["|upper", "|urlencode", "|tojson", "[4:]", "|replace('secret ', '')"])
def test_a_password_is_printed_whole(tmp_path: Path, way: str) -> None:
    (tmp_path / "mail.j2").write_text("{% for c in configurations %}{{ c.auth.password" + way + " }}\n{% endfor %}")
    found = rendered("mail.j2", str(tmp_path), SECRET)
    assert isinstance(found, TargetProblem), found
    assert "prints a part of one" in found.message


def test_a_password_that_is_printed_gives_the_same_text_each_time(tmp_path: Path) -> None:
    (tmp_path / "mail.j2").write_text("{% for c in configurations %}{{ c.name }} {{ c.auth.password }}\n{% endfor %}")
    found = [rendered("mail.j2", str(tmp_path), SECRET) for _ in range(2)]
    secret = SECRET["configurations/B/auth.password"]
    keys = {"text": f"B {MARK}\n", "secret/configurations/B/auth.password": secret}
    assert found == [Rendered(keys), Rendered(keys)]


@pytest.mark.parametrize("name", ["A\nevil:x", "A\r\nevil", "A\u2028evil", "A\x00", "A\x1b[2J"])
@pytest.mark.parametrize("section", ["configurations", "users", "mailings"])
def test_a_name_makes_no_second_line(tmp_path: Path, section: str, name: str) -> None:
    (tmp_path / "mail.j2").write_text("{{ mail }}")
    found = rendered("mail.j2", str(tmp_path), {f"{section}/{name}/host": "a.example"})
    assert isinstance(found, TargetProblem)
    assert "its name, holds a line break" in found.message
    assert "\n" not in found.message


def test_what_an_honest_template_gives(tmp_path: Path) -> None:
    found = made(tmp_path, "{% for c in configurations %}{{ c.name }}={{ c.host }}{% endfor %}")
    assert isinstance(found, Rendered)
    assert found.keys == {"text": "A=mail.acme.example"}


@pytest.mark.parametrize(
    "name", [".git/config", "./.git/config", "x/../.git/config", "link", "folder/config", ".env", "secrets/smtp"]
)
def test_files_that_are_none_of_a_templates_business(folder: Path, name: str) -> None:
    (folder / "x").mkdir()
    (folder / "secrets").mkdir()
    (folder / "secrets/smtp").write_text("CANARY")
    (folder / ".env").write_text("CANARY")
    (folder / "link").symlink_to(".git/config")
    (folder / "folder").symlink_to(".git")
    found = rendered(name, str(folder), KEYS)
    assert isinstance(found, TargetProblem)
    assert "CANARY" not in found.message
    assert any(word in found.message for word in ("hidden", "ignores it", "Git does not track it"))


def test_a_template_that_is_not_committed_yet_is_used(folder: Path) -> None:
    assert isinstance(made(folder, "{{ instance }}"), Rendered)
    # What is in the index is shown to everyone anyway.
    (folder / "a.log").write_text("{{ instance }}")
    git(folder, "add", "-f", "a.log")
    assert isinstance(rendered("a.log", str(folder), KEYS), Rendered)


@pytest.mark.parametrize("name", ["secrets/smtp", "settings.ini", "a.log", "secrets/mail.j2", "link"])
def test_a_file_that_was_committed_by_force_is_not_read_once_something_else_is_in_it(folder: Path, name: str) -> None:
    (folder / "secrets").mkdir()
    for path in ("secrets/smtp", "settings.ini", "a.log", "secrets/mail.j2"):
        (folder / path).write_text("{{ instance }}\n")
    (folder / "link").symlink_to("a.log")
    git(folder, "add", "-f", ".")
    git(folder, "commit", "-q", "-m", "by force")
    assert isinstance(rendered(name, str(folder), KEYS), Rendered)
    (folder / name).write_bytes(b"{{ instance }}\r\n")
    assert isinstance(rendered(name, str(folder), KEYS), Rendered), "line ends are no other text"
    (folder / name).write_text("PASSWORD=CANARY\n")
    found = rendered(name, str(folder), KEYS)
    assert isinstance(found, TargetProblem)
    assert f"its template {name} is not used: " in found.message
    assert "CANARY" not in found.message
    # An index that has it is somebody's who works here.
    git(folder, "add", "-f", ".")
    assert isinstance(rendered(name, str(folder), KEYS), Rendered)


def test_a_template_that_is_being_edited_is_used(folder: Path) -> None:
    made(folder, "{{ instance }}")
    git(folder, "add", ".")
    git(folder, "commit", "-q", "-m", "template")
    assert isinstance(made(folder, "{{ mail }}"), Rendered)


def test_a_file_that_does_not_match_is_reported_at_once() -> None:
    marks = "".join(f"a<secret c/{number}>" for number in range(40))
    began = monotonic()
    assert Filled(marks + "b").parse("a" * 20_000) == {"text": None}
    assert monotonic() - began < 1


@pytest.mark.parametrize(
    ("text", "held", "values"),
    [
        ("u=<secret a>\n", "u=x\n", {"a": "x"}),
        ("<secret a>:<secret b>;", "1:2;", {"a": "1", "b": "2"}),
        ("<secret a>\n<secret a>\n", "x\nx\n", {"a": "x"}),
        ("<secret a>", "anything\nat all", {"a": "anything\nat all"}),
        ("[<secret a>] end", "[a] b] end", {"a": "a] b"}),
        ("<secret a>\n<secret a>\n", "x\ny\n", None),
        ("u=<secret a>\n", "v=x\n", None),
        ("u=<secret a>\n", "u=x\ny", None),
        ("ab<secret a>ba", "aba", None),
    ],
)
def test_passwords_are_found_between_the_text_around_them(text: str, held: str, values: dict[str, str] | None) -> None:
    wanted = (
        {"text": None}
        if values is None
        else {"text": text, **{f"secret/{key}": value for key, value in values.items()}}
    )
    assert Filled(text).parse(held) == wanted
