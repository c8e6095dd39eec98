"""Files made to exhaust a reader: each is about a mebibyte, or as small as its trick allows."""

from __future__ import annotations

from collections.abc import Iterator

MIB = 1024 * 1024


def _repeated() -> Iterator[tuple[str, bytes]]:
    """One token over and over: what a parser nests, counts or backtracks on."""
    tokens = (
        *(
            b"[",
            b"{",
            b"]",
            b"}",
            b"- ",
            b"? ",
            b"a: ",
            b"a:\n",
            b"- - -\n",
            b"[[",
            b"[{",
            b"{a: ",
            b"{? ",
            b", ",
            b": ",
        ),
        *(
            b"&a ",
            b"*a ",
            b"!x ",
            b"!!",
            b"#",
            b"# mailspec: ignore[MS103] x\n",
            b"# mailspec: ignore[",
            b"---\n",
        ),
        *(
            b"%a\n",
            b"...\n",
            b"'",
            b'"',
            b"\\",
            b"|\n",
            b">\n",
            b"\t",
            b" ",
            b"\n",
            b"\r",
            b"\r\n",
            b"\x00",
            b"\xff",
        ),
        *(
            b"\x1b[31m",
            b"@",
            b"`",
            b"~",
            b"-",
            b".",
            b"0",
            b"9",
            b"a",
            b"a b ",
            b"<<: ",
            b"\xef\xbb\xbf",
            b"\xe2\x80\xae",
        ),
        *(
            b"\xe2\x80\xa8",
            b"\xc2\x85",
            b"{{ x }}",
            b"${x}",
            b"'' ",
            b"- a\n",
            b"a: 1\n",
            b"- {}\n",
            b"- []\n",
        ),
    )
    for token in tokens:
        yield f"repeat {token[:12]!r}", token * (MIB // len(token))
        yield f"value of {token[:12]!r}", b"version: 1\nx-a: " + token * (MIB // len(token))


def _deep() -> Iterator[tuple[str, bytes]]:
    for depth in (63, 64, 65, 66, 1_000):
        yield f"flow lists, depth {depth}", b"[" * depth + b"]" * depth
        yield f"flow maps, depth {depth}", b"{a: " * depth + b"1" + b"}" * depth
        yield f"compact lists, depth {depth}", b"- " * depth + b"1\n"
        yield f"indented maps, depth {depth}", b"".join(b" " * n + b"a:\n" for n in range(depth))
    yield "indented staircase", b"".join(b" " * n + b"a:\n" for n in range(1_400))
    yield "100,000 compact lists", b"- " * 100_000
    yield "100,000 brackets", b"[" * 100_000


def _aliases() -> Iterator[tuple[str, bytes]]:
    laughs = b"a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n" + b"".join(
        b"a%d: &a%d [%s]\n" % (n, n, b", ".join([b"*a%d" % (n - 1)] * 10)) for n in range(1, 12)
    )
    yield "alias bomb", laughs
    yield "alias bomb in a section", b"version: 1\nx-bomb:\n  " + laughs.replace(b"\n", b"\n  ")
    yield "alias to itself", b"a: &a [*a]\n"
    yield "map alias to itself", b"version: 1\ninstance: &a {name: x, id: *a}\n"
    yield "many anchors", b"".join(b"- &a%d x\n" % n for n in range(80_000))
    yield "one anchor, many aliases", b"version: 1\nx-a: &a {b: 1}\nx-b:\n" + b"  - *a\n" * 150_000
    yield (
        "merge chain",
        b"x-0: &m0 {a: 1}\n" + b"".join(b"x-%d: &m%d {<<: *m%d}\n" % (n, n, n - 1) for n in range(1, 30_000)),
    )


def _many() -> Iterator[tuple[str, bytes]]:
    """Many findings: what is quadratic in their number shows here."""
    yield "unknown keys", b"version: 1\n" + b"".join(b"configuratoin%d: 1\n" % n for n in range(45_000))
    yield (
        "near misses",
        b"version: 1\ninstance:\n  name: x\n" + b"".join(b"  nmae%d: x\n" % n for n in range(60_000)),
    )
    yield "duplicate keys", b"version: 1\n" + b"version: 1\n" * 90_000
    yield "nodes", b"x-a: [" + b"a," * 500_000 + b"a]"
    yield (
        "configurations",
        b"version: 1\nconfigurations:\n"
        + b"".join(b"  - {name: c%d, host: h, port: 465, security: none}\n" % n for n in range(18_000)),
    )
    yield "same names", b"version: 1\nconfigurations:\n" + b"  - {name: same, host: h}\n" * 30_000
    yield "empty items", b"version: 1\nusers:\n" + b"  - {}\n" * 130_000
    yield (
        "unknown references",
        b"version: 1\ngroups:\n  - name: g\n    members:\n"
        + b"".join(b"      - nobody%d@acme.example\n" % n for n in range(30_000)),
    )
    yield (
        "active ones",
        b"version: 1\nconfigurations:\n" + b"".join(b"  - {name: c%d, state: active}\n" % n for n in range(25_000)),
    )
    yield "overlays", b"version: 1\nenvironments:\n" + b"".join(b"  e%d: {x: 1}\n" % n for n in range(5_000))
    yield (
        "suppressions",
        b"version: 1\n" + b"# mailspec: ignore[MS103, MS104] no reason to speak of\n" * 18_000,
    )
    yield "invisible characters", b"version: 1\nx-a: " + "\u202e\u200b".encode() * 170_000


def _scalars() -> Iterator[tuple[str, bytes]]:
    """One value of a mebibyte where a rule reads it: what backtracks or converts shows here."""
    fills = {
        "a": b"a",
        "digits": b"9",
        "dots": b"a.",
        "at": b"@",
        "addresses": b"a@b,",
        "quotes": b'\\"',
        "spaces": b" x",
    }
    fills |= {
        "wide": "é".encode(),
        "angle": b"<",
        "brackets": b"[1",
        "dashes": b"-",
        "stars": b"*",
        "braces": b"{e}",
    }
    places = (
        "version: {}",
        "version: 1\nrequires: '{}'",
        "version: 1\ninclude: ['{}']",
        "version: 1\ninstance: {{name: '{}'}}",
        "version: 1\nconfigurations: [{{name: a, host: '{}'}}]",
        "version: 1\nconfigurations: [{{name: a, host: h.example, port: {}}}]",
        "version: 1\nconfigurations: [{{name: a, host: h.example, from: '{}'}}]",
        "version: 1\nconfigurations: [{{name: a, host: h.example, timeout: '{}'}}]",
        "version: 1\nconfigurations: [{{name: a, host: h.example, auth: {{username: '{}'}}}}]",
        "version: 1\nconfigurations: [{{name: a, host: h.example, may_send_as: ['{}']}}]",
        "version: 1\nusers: [{{email: '{}'}}]",
        "version: 1\npolicy: {{allowed_recipients: ['{}']}}",
    )
    for place in places:
        for name, fill in fills.items():
            before, after = place.format("\0").encode().split(b"\0")
            yield f"{name} in {place[:60]!r}", before + fill * (MIB // len(fill)) + after + b"\n"


def _encodings() -> Iterator[tuple[str, bytes]]:
    good = "version: 1\ninstance: {name: Acme}\n"
    for encoding in ("utf-16", "utf-16-le", "utf-32", "utf-7", "cp037"):
        yield encoding, good.encode(encoding)
    yield "empty", b""
    yield "only a mark", b"\xef\xbb\xbf"
    yield "only a comment", b"# nothing"
    yield "lone surrogate", b'version: 1\ninstance: {name: "\\ud800"}\n'
    yield "no such character", b'version: 1\ninstance: {name: "\\U00110000"}\n'
    yield "over the size limit", b"#" * (10 * MIB + 1)


def hostile() -> list[tuple[str, bytes]]:
    """Return all of them, each with a name."""
    made = (*_repeated(), *_deep(), *_aliases(), *_many(), *_scalars(), *_encodings())
    return [(name, content if name == "over the size limit" else content[:MIB]) for name, content in made]
