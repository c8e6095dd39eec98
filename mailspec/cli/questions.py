"""What ``init`` asks at a terminal. An empty answer leaves a thing out."""

from __future__ import annotations

import click

from mailspec.workflow.importing.answers import Choices


def ask_for(choices: Choices) -> Choices:
    """Ask for what was not given; questions go to standard error."""
    from mailspec.workflow.importing.choosing import applications, usual_sources

    sources = list(choices.sources)
    if not sources:
        for word, usual in usual_sources():
            if click.confirm(f"Take over {usual} ({word})?", default=True, err=True):
                sources.append(f"{word}:{usual}")
    choices = choices._replace(sources=tuple(sources))
    empty = "none" if sources else "a starter to edit"
    provider = choices.provider or _text(f"Mail provider, or the server's host (empty: {empty})")
    if provider is None:
        return choices
    sender = choices.sender or _text("Address that mail comes from")
    username = choices.username or _text("User name (empty: what the provider wants, else the address)")
    application = choices.application or _text(f"Program to configure ({', '.join(applications())}; empty: none)")
    path = choices.path or (_text("Its file (empty: the usual one)") if application else None)
    people = choices.people
    if not people:
        people = tuple((_text("People's addresses, with blanks between (empty: none)") or "").replace(",", " ").split())
    return choices._replace(
        provider=provider, sender=sender, username=username, application=application, path=path, people=people
    )


def _text(question: str) -> str | None:
    answer: str = click.prompt(question, default="", show_default=False, err=True)
    return answer.strip() or None
