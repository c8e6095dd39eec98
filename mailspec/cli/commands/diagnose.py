"""``mailspec diagnose``."""

from __future__ import annotations

import click

from mailspec.cli.formats import Outputs, formats
from mailspec.cli.options import common, guarded, say
from mailspec.cli.terminals import piped
from mailspec.outcome.exits import Exit

_LARGEST = 4 * 1024 * 1024  # bytes of a text or mail


@click.command("diagnose")
@click.argument("text", nargs=-1, metavar="TEXT")
@click.option(
    "--file", "files", multiple=True, metavar="PATH", help="Read a bounce mail or a log from a file; repeatable."
)
@click.option("--provider", metavar="P", help="Who said it (mailspec providers).")
@click.option("--host", metavar="H", help="The server it came from.")
@click.option("--port", type=click.IntRange(1, 65535), metavar="N")
@click.option("--security", metavar="S", help="tls, starttls, none, or the program's own word for it.")
@formats("text", "json")
@common
@guarded
def command(
    text: tuple[str, ...],
    files: tuple[str, ...],
    provider: str | None,
    host: str | None,
    port: int | None,
    security: str | None,
    outputs: Outputs,
    project: str | None,
    environment: str | None,
    verbose: bool,
    quiet: bool,
) -> int:
    """Explain a mail server's or program's words: cause and cure.

    TEXT is a reply, an error message, log lines or a whole bounce mail; - reads standard input.
    """
    from mailspec.diagnosis.bounce import explain
    from mailspec.diagnosis.security_words import read_security
    from mailspec.providers import by_id
    from mailspec.render.diagnoses import diagnoses_json, diagnoses_text

    texts = _texts(text, files)
    if texts is None:
        return Exit.USAGE
    if not any(words.strip() for words in texts):
        say("There is no text to explain.")
        return Exit.USAGE
    if provider is not None and by_id(provider) is None:
        say(f"There is no provider '{provider}'. See: mailspec providers")
        return Exit.USAGE
    mode = None
    if security is not None:
        mode, note = read_security(security, port)
        if note:
            say(note)
    found = [
        one
        for words in texts
        if words.strip()
        for one in explain(words, provider=provider, host=host, port=port, security=mode)
    ]
    outputs.write({"text": lambda: diagnoses_text(found), "json": lambda: diagnoses_json(found)})
    return Exit.CLEAN


def _texts(text: tuple[str, ...], files: tuple[str, ...]) -> list[str] | None:
    """Return the texts to explain, ``None`` after a complaint. Bytes that are no UTF-8 stay as they are."""
    from mailspec.files.opening import Unread, read_file

    words = " ".join(text)
    texts = [piped(_LARGEST).decode("utf-8", "surrogateescape") if words == "-" else words]
    for path in files:
        contents = read_file(path, _LARGEST)
        if isinstance(contents, Unread):
            say(f"{path} cannot be read: {contents.reason}.")
            return None
        texts.append(contents.raw.decode("utf-8", "surrogateescape"))
    return texts
