"""``mailspec diagnose``."""

from __future__ import annotations

from typing import NamedTuple

import click

from mailspec.cli.formats import Outputs, formats
from mailspec.cli.options import no_project, takes
from mailspec.cli.refusals import guarded
from mailspec.cli.streams import piped, say
from mailspec.outcome.exits import Exit
from mailspec.render.registry import names_for
from mailspec.render.view import View

_LARGEST = 4 * 1024 * 1024  # bytes of a text or mail


class Speaker(NamedTuple):
    """Where the words came from, as far as that is known."""

    provider: str | None = None
    host: str | None = None
    port: int | None = None
    security: str | None = None


@click.command("diagnose")
@click.argument("text", nargs=-1, metavar="TEXT")
@click.option(
    "--file", "files", multiple=True, metavar="PATH", help="Read a bounce mail or a log from a file; repeatable."
)
@takes(
    Speaker,
    "speaker",
    provider=click.option("--provider", metavar="P", help="Who said it (mailspec providers)."),
    host=click.option("--host", metavar="H", help="The server it came from."),
    port=click.option("--port", type=click.IntRange(1, 65535), metavar="N"),
    security=click.option("--security", metavar="S", help="tls, starttls, none, or the program's own word for it."),
)
@formats(*names_for())
@no_project
@guarded
def command(text: tuple[str, ...], files: tuple[str, ...], speaker: Speaker, outputs: Outputs) -> int:
    """Explain a mail server's or program's words: cause and cure.

    TEXT is a reply, an error message, log lines or a whole bounce mail; - reads standard input.
    """
    from mailspec.diagnosis.bounce import explain
    from mailspec.model.security_words import read_security
    from mailspec.providers import by_id
    from mailspec.render.diagnoses import diagnoses_json, diagnoses_text

    texts = _texts(text, files)
    if texts is None:
        return Exit.USAGE
    if not any(words.strip() for words in texts):
        say("There is no text to explain.")
        return Exit.USAGE
    if speaker.provider is not None and by_id(speaker.provider) is None:
        say(f"There is no provider '{speaker.provider}'. See: mailspec providers")
        return Exit.USAGE
    mode = None
    if speaker.security is not None:
        mode, note = read_security(speaker.security, speaker.port)
        if note:
            say(note)
    found = [
        one
        for words in texts
        if words.strip()
        for one in explain(words, provider=speaker.provider, host=speaker.host, port=speaker.port, security=mode)
    ]
    outputs.write(View(lambda _options: diagnoses_text(found), lambda: diagnoses_json(found)))
    return Exit.CLEAN


def _texts(text: tuple[str, ...], files: tuple[str, ...]) -> list[str] | None:
    """Return the texts to explain, ``None`` after a complaint. Bytes that are no UTF-8 stay as they are."""
    from mailspec.files.opening import Unread
    from mailspec.source.named import read_named

    words = " ".join(text)
    texts = [piped(_LARGEST).decode("utf-8", "surrogateescape") if words == "-" else words]
    for path in files:
        contents = read_named(path, _LARGEST)
        if isinstance(contents, Unread):
            say(f"{path} cannot be read: {contents.reason}.")
            return None
        texts.append(contents.raw.decode("utf-8", "surrogateescape"))
    return texts
