"""``preview``: an e-mail type's message with sample data, as recipients would get it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from mailspec.files.apart import Stopped, run_apart
from mailspec.load.spec import Spec
from mailspec.message.preview import preview as sender_preview
from mailspec.message.template import Parts, Trouble
from mailspec.message.template_check import examine
from mailspec.resolve import Resolver
from mailspec.text import suggest
from mailspec.workflow.project import UsageError
from mailspec.workflow.templates.template_source import EmailType, File, Texts, email_types

SECONDS = 10  # for one rendering; the process limits its own computing time as well


class Preview(NamedTuple):
    """A rendered message. ``parts`` is ``None`` where it could not be rendered; ``troubles`` say what is wrong."""

    name: str
    trigger: str
    customizable: bool | None
    sender: str
    parts: Parts | None
    troubles: list[Trouble]


def preview(spec: Spec, wanted: str, file: File, sample: Mapping[str, Any] | None = None) -> Preview:
    """Render one e-mail type. ``sample`` replaces the declared sample data.

    Raises:
        UsageError: there is no such e-mail type, or it has no template.
    """
    texts = Texts(file)
    kind = _chosen(email_types(spec, texts), wanted)
    if kind.template is None:
        raise UsageError(f"'{kind.name}' declares no template; the program's own text is sent.")
    data = sample if sample is not None else kind.sample
    troubles = [] if sample is not None else _unread(kind, texts)
    if texts.read(kind.template) is None:
        why = f"the template cannot be read: {texts.refusals[kind.template]}"
        troubles.append(Trouble("missing", why, str(kind.item.get("template"))))
    else:
        troubles += examine(kind.template, texts.templates, kind.subject, data)
    parts = None
    if not any(trouble.kind in {"missing", "syntax"} for trouble in troubles):
        made = render_apart(kind.template, texts.texts, kind.subject, data or {})
        if isinstance(made, Trouble):
            troubles.append(made)
        else:
            parts = made
    customizable = kind.item.get("customizable")
    return Preview(kind.name, str(kind.item.get("trigger") or ""), customizable, _sender(spec), parts, troubles)


def _unread(kind: EmailType, texts: Texts) -> list[Trouble]:
    sample = kind.item.get("sample")
    if not isinstance(sample, str) or kind.sample is not None:
        return []
    why = "; ".join(texts.refusals.values())
    return [Trouble("missing", f"the sample data {sample} cannot be used: {why}", sample)]


def _chosen(kinds: list[EmailType], wanted: str) -> EmailType:
    for kind in kinds:
        if kind.name == wanted:
            return kind
    near = suggest(wanted, [kind.name for kind in kinds])
    known = ", ".join(kind.name for kind in kinds) or "none"
    hint = f"Did you mean '{near}'?" if near else f"Declared: {known}."
    raise UsageError(f"No e-mail type is named '{wanted}'. {hint}")


def _sender(spec: Spec) -> str:
    """Return From as recipients see it, from the active configuration."""
    resolver = Resolver(spec)
    active = resolver.activation.active
    if active is None:
        return ""
    settings = resolver.configuration(active)
    email = settings.from_.email
    return sender_preview(settings.from_.name, email) if email else ""


def render_apart(
    name: str, texts: Mapping[str, str], subject: str | None, sample: Mapping[str, Any], seconds: float = SECONDS
) -> Parts | Trouble:
    """Render in a process with limits of its own, since a template may loop or grow without end."""
    asked = {"name": name, "texts": texts, "subject": subject, "sample": sample}
    answer = run_apart("mailspec.message.template_worker", asked, seconds)
    if isinstance(answer, Stopped):
        return Trouble("failed", answer, name)
    return Parts(**answer["parts"]) if "parts" in answer else Trouble(**answer["trouble"])
