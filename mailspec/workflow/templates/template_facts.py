"""What reading the templates of the e-mail types gives, in words, for the rules."""

from __future__ import annotations

from collections.abc import Iterator

from mailspec.load.spec import Spec
from mailspec.message.template_check import examine
from mailspec.outcome.location import Location
from mailspec.rules.base import TemplateFact
from mailspec.workflow.accounts.plain_settings import from_project
from mailspec.workflow.templates.template_source import EmailType, File, Texts, email_types

_MOST_TROUBLES = 1000  # of all templates together
_CODES = {"missing": "MS601", "syntax": "MS602", "unknown": "MS603"}


def template_facts(spec: Spec, file: File) -> dict[str, list[TemplateFact]]:
    """Examine every template; nothing of one is run."""
    texts = Texts(file)
    found: dict[str, list[TemplateFact]] = {}
    total = 0
    for kind in email_types(spec, texts):
        if kind.template is None:
            continue
        if total > _MOST_TROUBLES:
            message = f"More than {_MOST_TROUBLES:,} things are wrong with the templates of the e-mail types before."
            help_ = "Correct those; this template and those after it are examined then."
            found[kind.name] = [TemplateFact("MS602", message, help_, ("template",))]
            break
        found[kind.name] = list(_facts(spec, kind, texts))
        total += len(found[kind.name])
    return found


def _facts(spec: Spec, kind: EmailType, texts: Texts) -> Iterator[TemplateFact]:
    sample = kind.item.get("sample")
    if isinstance(sample, str):
        refusal = texts.refusals.get(from_project(kind.item, ("sample",), sample, spec))
        if refusal is not None:
            yield TemplateFact("MS601", f"The sample data {sample} cannot be used: {refusal}.", "", ("sample",))
    assert kind.template is not None  # noqa: S101 - asked for above
    if texts.read(kind.template) is None:
        shown, refusal = kind.item.get("template"), texts.refusals[kind.template]
        help_ = "A relative path starts at the declaring file."
        yield TemplateFact("MS601", f"The template {shown} cannot be read: {refusal}.", help_, ("template",))
        return
    for trouble in examine(kind.template, texts.templates, kind.subject, kind.sample):
        words = trouble.message[:1].upper() + trouble.message[1:] + "."
        if trouble.kind == "part":
            yield TemplateFact("MS604", f"'{kind.name}' {trouble.message}.", trouble.help, ("template",))
        elif not trouble.name:
            yield TemplateFact(_CODES[trouble.kind], words, trouble.help, ("subject",))
        else:
            shown = texts.names.get(trouble.name, trouble.name)
            place = Location(shown, trouble.line, trouble.column, trouble.line, trouble.end_column)
            yield TemplateFact(_CODES[trouble.kind], words, trouble.help, ("template",), place)
