"""``mailspec diagnose``."""

from __future__ import annotations

import click

from mailspec.cli.formats import Outputs, formats
from mailspec.cli.options import common, guarded, say
from mailspec.cli.terminals import piped
from mailspec.outcome.exits import Exit


@click.command("diagnose")
@click.argument("text", nargs=-1, required=True, metavar="TEXT")
@click.option("--provider", metavar="P", help="Who said it (mailspec providers).")
@click.option("--host", metavar="H", help="The server it came from.")
@click.option("--port", type=click.IntRange(1, 65535), metavar="N")
@click.option("--security", type=click.Choice(["tls", "starttls", "none"]))
@formats("text", "json")
@common
@guarded
def command(
    text: tuple[str, ...],
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
    """Explain a mail server's or program's words: cause and cure. TEXT - reads standard input."""
    from mailspec.diagnosis.diagnose import diagnose
    from mailspec.providers import by_id
    from mailspec.render.as_json import dump, records
    from mailspec.text.escape import terminal

    words = " ".join(text)
    if words == "-":
        words = piped(1024 * 1024).decode("utf-8", "replace")
    if not words.strip():
        say("There is no text to explain.")
        return Exit.USAGE
    if provider is not None and by_id(provider) is None:
        say(f"There is no provider '{provider}'. See: mailspec providers")
        return Exit.USAGE
    found = diagnose(words, provider=provider, host=host, port=port, security=security)
    what = "/".join(part for part in (found.category, found.detail) if part)
    again = "Trying again later can help." if found.retry else "Trying again without a change will not help."
    outputs.write(
        {"text": lambda: f"{what}: {terminal(found.advice)}\n{again}", "json": lambda: dump(records([found])[0])}
    )
    return Exit.CLEAN
