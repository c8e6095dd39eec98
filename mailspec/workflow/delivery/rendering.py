"""Many messages from one template: each with its own variables, all rendered apart, in a few processes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mailspec.files.apart import Stopped, run_apart
from mailspec.load.spec import Spec
from mailspec.message.template import Parts, Trouble
from mailspec.message.template_check import examine
from mailspec.text import suggest
from mailspec.workflow.project import UsageError
from mailspec.workflow.templates.template_source import File, Texts, email_types

# Messages that one process renders; its computing time is limited, so that a template that loops ends.
BATCH = 100
SECONDS = 30


@dataclass(frozen=True, slots=True)
class Template:
    """A template by its path in the project. ``subject`` is a template on one line, where it is declared apart."""

    name: str
    subject: str | None = None
    sample: Mapping[str, Any] | None = None


def of_type(spec: Spec, wanted: str, file: File) -> Template:
    """Return an e-mail type's template.

    Raises:
        UsageError: there is no such e-mail type, or it has no template.
    """
    known = email_types(spec, Texts(file))
    for kind in known:
        if kind.name == wanted:
            if kind.template is None:
                raise UsageError(f"'{wanted}' declares no template.")
            return Template(kind.template, kind.subject)
    near = suggest(wanted, [kind.name for kind in known])
    hint = f"Did you mean '{near}'?" if near else f"Declared: {', '.join(kind.name for kind in known) or 'none'}."
    raise UsageError(f"No e-mail type is named '{wanted}'. {hint}")


def render_all(spec: Spec, template: Template, rows: Sequence[Mapping[str, Any]], file: File) -> list[Parts] | Trouble:
    """Return one message for each row of variables, or the first thing that stands against one.

    A variable that a row does not give is such a thing: a real message must not show its name.
    """
    texts = Texts(file)
    common = {"instance": {"name": spec.instance.get("name") or ""}}
    for keys in dict.fromkeys(tuple(sorted(row)) for row in rows):
        troubles = examine(template.name, texts.templates, template.subject, {**common, **dict.fromkeys(keys, "")})
        for trouble in troubles:
            if trouble.kind in ("missing", "syntax", "unknown"):
                return trouble
    made: list[Parts] = []
    for start in range(0, len(rows), BATCH):
        samples = [{**common, **row} for row in rows[start : start + BATCH]]
        rendered = _render_apart(template, texts.texts, samples)
        if isinstance(rendered, Trouble):
            return rendered
        made += rendered
    return made


def _render_apart(
    template: Template, texts: Mapping[str, str], samples: Sequence[Mapping[str, Any]]
) -> list[Parts] | Trouble:
    asked = {"name": template.name, "texts": texts, "subject": template.subject, "samples": samples}
    answers = run_apart("mailspec.message.template_worker", asked, SECONDS)
    if isinstance(answers, Stopped):
        return Trouble("failed", answers, template.name)
    for answer in answers:
        if "trouble" in answer:
            return Trouble(**answer["trouble"])
    return [Parts(**answer["parts"]) for answer in answers]
