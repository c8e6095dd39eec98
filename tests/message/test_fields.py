"""What people write in names and values is text: it arrives as exactly that, and brings no field and no line."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from email.header import decode_header, make_header

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailspec.mail.transmit import _named_in
from mailspec.message.about import About
from mailspec.message.compose import compose
from mailspec.message.fields import Fields, Mailbox
from mailspec.message.letters import Heading, from_message, from_parts
from mailspec.message.sender import Sender
from mailspec.message.template import Parts

WHEN = datetime(2026, 11, 28, tzinfo=UTC)
BREAK = "=?utf-8?q?=0d=0aBcc=3a_evil=40attacker.example=0d=0a=0d=0aBODY?="
NAMES = (
    *(f"Hub {BREAK} x", f"{BREAK} {BREAK}", "=?utf-8?b?DQpCY2M6IGVAeC5leGFtcGxlDQoNCkJPRFk=?=", "=?utf-7?q?+AA0ACg-?="),
    *("=?", "?=", "=?utf-8?q?", "=?=?utf-8?q?a?=?=", "=?UTF-8*EN?Q?=0A?=", '"=?utf-8?q?=0a?="', "a=?utf-8?q?=0a?=b"),
    *("Acme, Inc.", 'The "Hub"', "back\\slash", "a <b@c.example>", "a: b;", "(c)", "Bücher & Söhne ☕", "日本" * 60),
    *("x" * 78, "x" * 999, "word " * 300, "ü" * 1200, f"{BREAK} " * 40, "O'Neil", "'", '"', "\\", ".", "@"),
)


def split(message: bytes) -> tuple[list[tuple[str, str]], bytes]:
    """Read a message by the letter of RFC 5322 section 2.2, with nothing of :mod:`email`."""
    head, _, body = message.partition(b"\r\n\r\n")
    assert b"\n" not in head.replace(b"\r\n", b"")
    assert b"\r" not in head.replace(b"\r\n", b"")
    found: list[tuple[str, str]] = []
    for line in head.decode("ascii").split("\r\n"):
        assert len(line) <= 998
        assert line.strip()
        if line.startswith((" ", "\t")):
            found[-1] = (found[-1][0], found[-1][1] + line)
        else:
            name, _, value = line.partition(":")
            found.append((name, value.removeprefix(" ")))
    return found, body


def shown(value: str) -> str:
    """Return a value as readers show it."""
    return str(make_header(decode_header(value)))


def name_of(value: str) -> str:
    """Return the display name of the one address in a field."""
    name = value.rpartition("<")[0].strip()
    if name.startswith('"') and name.endswith('"'):
        return name[1:-1].replace('\\"', '"').replace("\\\\", "\\")
    return shown(name)


def heading(name: str = "", **more: object) -> Heading:
    sender = Sender("hub@acme.example", name, reply_to="office@acme.example")
    return replace(Heading("id", WHEN, sender, [Mailbox("ann@acme.example", name)]), **more)  # type: ignore[arg-type]


def check_letter(name: str) -> None:
    written = " ".join(name.split())
    made = heading(name, cc=[Mailbox("bob@acme.example", name)])
    made = replace(made, sender=replace(made.sender, headers={"X-A": name, "Orig-Date": name}))
    fields, body = split(from_parts(made, Parts(name, "hello\n", "")))
    assert [key for key, _ in fields] == [
        *("From", "Reply-To", "To", "Cc", "Subject", "Date", "Message-ID", "Auto-Submitted", "X-A", "Orig-Date"),
        *("Content-Type", "Content-Transfer-Encoding", "MIME-Version"),
    ]
    values = dict(fields)
    assert [name_of(values[key]) for key in ("From", "To", "Cc")] == [written] * 3
    assert [shown(values[key]) for key in ("Subject", "X-A", "Orig-Date")] == [written] * 3
    assert [values[key].rpartition("<")[2] for key in ("From", "To")] == ["hub@acme.example>", "ann@acme.example>"]
    assert body == b"hello\r\n"


@pytest.mark.parametrize("name", NAMES)
def test_a_text_arrives_as_it_was_written(name: str) -> None:
    check_letter(name)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            ["=?", "?=", "utf-8", "?q?", "?b?", "=0d=0a", "Bcc: e@x.example", "DQo=", ",", '"', "\\", "<", ">"]
        )
        | st.sampled_from(["x" * 80, "ü", "\u200b", "日本", ":", ";", " "])
        | st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp", "Zs"]), max_size=5),
        min_size=1,
        max_size=20,
    )
)
def test_any_text_arrives_as_it_was_written(pieces: list[str]) -> None:
    name = "".join(pieces).strip()
    check_letter(name or "x")


@pytest.mark.parametrize("name", [name for name in NAMES if len(name) < 900])
def test_a_test_message_has_each_field_once(name: str) -> None:
    about = About(
        "7d", WHEN, "1", name, "configuration", "h.example", 25, "none", "none", instance=name, environment=name
    )
    sender = Sender("hub@acme.example", name, headers={"X-A": name, "x-a": name})
    fields, body = split(compose(about, sender, "ann@acme.example"))
    values = dict(fields)
    assert [key for key, _ in fields] == [
        *("From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "X-Auto-Response-Suppress"),
        *("X-Mailspec-Version", "X-Mailspec-Test", "X-Mailspec-Object", "X-A"),
        *("Content-Type", "Content-Transfer-Encoding", "MIME-Version"),
    ]
    assert name_of(values["From"]) == " ".join(name.split())
    assert shown(values["X-Mailspec-Object"]) == " ".join(f"configuration:{name}".split())
    assert body.startswith(b"This message was sent by mailspec")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Hub", "Hub <hub@acme.example>"),
        ("Acme & Sons", "Acme & Sons <hub@acme.example>"),
        ("Acme, Inc.", '"Acme, Inc." <hub@acme.example>'),
        ("", "hub@acme.example"),
        ("Bücher", "=?utf-8?q?B=C3=BCcher?= <hub@acme.example>"),
    ],
)
def test_ordinary_names_are_written_in_the_usual_form(name: str, value: str) -> None:
    fields, _ = split(from_parts(heading(name), Parts("Hi", "x", "")))
    assert fields[0] == ("From", value)


@pytest.mark.parametrize(
    ("address", "written"),
    [
        ("a.b+c=d@acme.example", "a.b+c=d@acme.example"),
        ("a(b)c@acme.example", '"a(b)c"@acme.example'),
        ("a..b@acme.example", '"a..b"@acme.example'),
        ("ann@bücher.example", "ann@xn--bcher-kva.example"),
        ("ann@[192.0.2.1]", "ann@[192.0.2.1]"),
    ],
)
def test_an_address_is_written_so_that_readers_find_it(address: str, written: str) -> None:
    fields = Fields()
    fields.addresses("To", [Mailbox(address)])
    assert bytes(fields) == f"To: {written}\r\n".encode()


@pytest.mark.parametrize(
    "address",
    ["=?utf-8?q?a?=@acme.example", "a@b:c", "a@b(c)", "a@[x]", "ä@acme.example", "a", "a@b\r\nBcc: c@d.example"],
)
def test_an_address_that_reads_in_two_ways_is_refused(address: str) -> None:
    with pytest.raises(ValueError, match="cannot be written"):
        Fields().addresses("To", [Mailbox(address)])


def test_a_name_that_is_none_or_there_already_is_refused() -> None:
    fields = Fields()
    fields.text("X-A", "1")
    for name in ("x-a", "X A", "X:A", "X\r\nBcc", "", "X-Ä"):
        with pytest.raises(ValueError, match=r"twice|not a header field's name"):
            fields.text(name, "2")


@pytest.mark.parametrize(
    "content",
    [b"X-B: 1\r\n\r\n", b"\r\nbody", b" more\r\n\r\n", b"X-C: 1\nX-D: 2\r\n\r\n", b"X-C: " + b"x" * 999 + b"\r\n\r\n"],
)
def test_a_header_that_would_read_differently_is_not_used(content: bytes) -> None:
    fields = Fields()
    fields.text("X-A", "1")
    with pytest.raises(ValueError, match="read back"):
        fields.with_content(content, ["X-C"])


@pytest.mark.parametrize(
    ("link", "written"),
    [
        ("https://x.example/leave?u=1&v=%20", "https://x.example/leave?u=1&v=%20"),
        ("https://x.example/a,b", "https://x.example/a%2Cb"),
        ("https://x.example/ü", "https://x.example/%C3%BC"),
        ("mailto:a@x.example>,<mailto:b@x.example", "mailto:a@x.example%3E%2C%3Cmailto:b@x.example"),
        ("https://x.example/=?utf-8?q?a?=", "https://x.example/%3D?utf-8?q?a?="),
    ],
)
def test_a_link_stays_one_link(link: str, written: str) -> None:
    fields = Fields()
    fields.link("List-Unsubscribe", link)
    assert bytes(fields).replace(b"\r\n ", b" ") == f"List-Unsubscribe: <{written}>\r\n".encode()


@pytest.mark.parametrize("link", ["mailto:a@x.example?subject=%0d%0aBcc:b@x.example", "https://x.example/" + "x" * 999])
def test_a_link_that_brings_a_line_is_refused(link: str) -> None:
    with pytest.raises(ValueError, match=r"control character|cannot be written"):
        Fields().link("List-Unsubscribe", link)


def test_fields_of_a_whole_message_are_kept_letter_by_letter() -> None:
    raw = (
        b"Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\nX-Long: "
        + b"y" * 500
        + b"\n\t"
        + b"z" * 400
        + b"\n \nX-T: 7\n\nb\r\rdy\n"
    )
    fields, body = split(from_message(heading(), raw))
    values = dict(fields)
    assert (values["Subject"], values["X-T"]) == ("=?utf-8?q?Gr=C3=BC=C3=9Fe?=", "7")
    assert values["X-Long"] == "y" * 500 + "\t" + "z" * 400
    assert body == b"b\r\n\r\ndy\r\n"


@pytest.mark.parametrize("field", [b"Subject: a\nsubject: b", b"Content-Type: text/plain\nContent-Type: text/html"])
def test_a_whole_message_with_two_of_one_kind_is_refused(field: bytes) -> None:
    with pytest.raises(ValueError, match="twice"):
        from_message(heading(), field + b"\n\nbody")


@pytest.mark.parametrize(
    "name", ["=?utf-8?q?x_=3Ce=40evil.example=3E=2C?=", "a <b@evil.example>, c", 'x" <e@evil.example>, "']
)
def test_a_name_is_no_recipient(name: str) -> None:
    made = from_parts(heading(name), Parts("Hi", "x", ""))
    assert _named_in(made) == {"ann@acme.example"}
