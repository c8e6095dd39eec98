"""`make fuzz-guided`: inputs that coverage guides (atheris, libFuzzer), for what reads foreign text.

    python -m tools.fuzz.guided load|diagnosis|readers [--count 300000] [--to FOLDER]

``load`` reads a main file, a part and an overlay and runs every rule on what came of it; ``diagnosis`` explains a text
as a reply and as a bounce; ``readers`` parses it in every dialect and format, and sets a key in it. Nothing may raise,
and no input of up to a mebibyte may take two seconds of processor time. What fails is kept in FOLDER by libFuzzer.
"""

from __future__ import annotations

import argparse
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from types import FrameType

import atheris

from tools.fuzz.project import ROOT

with atheris.instrument_imports(include=["mailspec"]):
    import mailspec.rules as rules
    from mailspec.diagnosis.bounce import explain
    from mailspec.diagnosis.diagnose import diagnose
    from mailspec.load import load
    from mailspec.resolve import Environments, Resolver
    from mailspec.rules.base import Context
    from mailspec.source.files import SourceFile
    from mailspec.targets.base import TargetProblem
    from mailspec.targets.dialects.registry import DIALECTS
    from tools.fuzz.target_files import FORMATS

CPU_SECONDS = 2.0
AS_OF = date(2026, 11, 28)


class Files:
    """Files in memory as a project's."""

    def __init__(self, main: bytes, part: bytes, overlay: bytes) -> None:
        self._files = [
            SourceFile("mailspec.yml", "mailspec.yml", None, main),
            SourceFile("users/people.yml", "users/people.yml", None, part),
            SourceFile("environments/staging.yml", "environments/staging.yml", "staging", overlay),
        ]

    def files(self) -> list[SourceFile]:
        return self._files

    def matching(self, patterns: list[str]) -> list[SourceFile]:  # noqa: ARG002 -- there are no others
        return []


def load_and_check(data: bytes) -> None:
    """Read three files, which bytes of zero part, and run every rule on each Spec that comes of them."""
    main, part, overlay = [*data.split(b"\0", 2), b"", b""][:3]
    loaded = load(Files(main, part, overlay), ".", "mailspec.yml", version="1")
    specs = [loaded.base, *loaded.environments.values()]
    resolvers = {spec.environment: Resolver(spec) for spec in specs}
    environments = Environments(resolvers)
    for spec in specs:
        context = Context(resolvers[spec.environment], as_of=AS_OF, environments=environments)
        for finding in rules.run(context):
            assert finding.message, finding.code


def explain_text(data: bytes) -> None:
    """Explain a text as a server's reply and as whatever it may be."""
    text = data.decode("utf-8", "replace")
    assert diagnose(text).category
    assert explain(text)


def read_and_edit(data: bytes) -> None:
    """Read a text in every dialect and format, and set a key; what is written must read back."""
    text = data.decode("utf-8", "replace")
    for dialect in DIALECTS.values():
        for entry in dialect.parse(text):
            assert 0 <= entry.start <= entry.end <= len(text), entry
            assert 0 <= entry.value_start <= entry.value_end <= len(text), entry
    for format_, key in FORMATS.values():
        format_.parse(text)
        written = format_.edit(text, {key: "mail.acme.example"})
        assert isinstance(written, TargetProblem) or format_.parse(written)[key] == "mail.acme.example"


WAYS: dict[str, Callable[[bytes], None]] = {
    "load": load_and_check,
    "diagnosis": explain_text,
    "readers": read_and_edit,
}


def seeds(way: str) -> Iterator[bytes]:
    """Yield good inputs to begin with: the examples, and what the tests have of the kind."""
    folders = {
        "load": ["examples/**/*.yml", "tests/fuzz/corpus/*.yml", "tests/rules/cases/*/*.yml"],
        "diagnosis": ["tests/diagnosis/cases/**/*", ".venv/share/bounces/*.txt"],
        "readers": ["tests/targets/**/*.env", "tests/targets/**/*.ini", "tests/targets/**/*.cf", "examples/**/*.yml"],
    }
    for pattern in folders[way]:
        for path in sorted(ROOT.glob(pattern)):
            if path.is_file():
                yield path.read_bytes()
    if way == "readers":
        yield b'[mailer]\nHOST = a ; b\n[server "x"]\n\tkey = `v`\n'
        yield b"export A='x y'\nB=\"$C\" # d\nreadonly E\n"
        yield b"relayhost = [a]:25\n  b\nsmtp unix - - n - - smtp\n  -o x=y\n"
        yield b'account main\nhost a\npassword "x"\naccount default : main\n'
        yield b"[mail]\nhost = 'a'\nports = [1, 2]\n"
        yield b"EMAIL_HOST = 'a'\nMAILERS = {'default': {'HOST': \"b\"}}\n"
        yield b"email:\n  smtp_host: a # b\n  list: [x, {y: z}]\n"


def timed(work: Callable[[bytes], None]) -> Callable[[bytes], None]:
    """Return the work with its limit: an alarm of processor time ends what takes too long, wherever it is."""

    def late(_signal: int, _frame: FrameType | None) -> None:
        raise AssertionError(f"took more than {CPU_SECONDS:g} s of processor time")

    signal.signal(signal.SIGVTALRM, late)

    def run(data: bytes) -> None:
        global RUNS
        RUNS += 1
        signal.setitimer(signal.ITIMER_VIRTUAL, CPU_SECONDS)
        try:
            work(data)
        finally:
            signal.setitimer(signal.ITIMER_VIRTUAL, 0)

    return run


RUNS = 0


def main() -> None:
    """Run one of the ways; libFuzzer ends the process, with a code that is not zero where something failed."""
    parser = argparse.ArgumentParser(prog="make fuzz-guided", description=__doc__)
    parser.add_argument("way", choices=WAYS)
    parser.add_argument("--count", type=int, default=300_000)
    parser.add_argument("--length", type=int, default=4096, help="bytes of the longest input")
    parser.add_argument("--to", type=Path, default=Path(tempfile.gettempdir()), help="folder for failures")
    chosen = parser.parse_args()
    start = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="mailspec-guided-") as corpus:
        for number, content in enumerate(seeds(chosen.way)):
            Path(corpus, str(number)).write_bytes(content)
        arguments = [
            sys.argv[0],
            corpus,
            f"-runs={chosen.count}",
            f"-max_len={chosen.length}",
            f"-artifact_prefix={chosen.to}/{chosen.way}-",
            "-rss_limit_mb=4096",
            "-timeout=60",
            "-print_final_stats=1",
        ]
        atheris.Setup(arguments, timed(WAYS[chosen.way]))
        try:
            atheris.Fuzz()
        finally:
            print(f"fuzz: {chosen.way}: {RUNS:,} guided inputs in {time.monotonic() - start:.0f} s", flush=True)


if __name__ == "__main__":
    main()
