"""One loaded project held against the rules: severity, suppression and order, once."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from mailspec.load.spec import Spec
from mailspec.outcome.finding import Finding, Related
from mailspec.outcome.mask import mask_host, mask_known, mask_shapes, may_hold_secret
from mailspec.outcome.report import Report
from mailspec.programs.capabilities import Capability
from mailspec.resolve import Resolver
from mailspec.resolve.variables import FIELD_OF, Variables
from mailspec.rules import CHECKS, OF_ENVIRONMENTS, Context, SecretFact, run
from mailspec.rules.base import TemplateFact
from mailspec.rules.dns import CODES as DNS_CODES
from mailspec.text import Document
from mailspec.workflow.checks.committed_secrets import committed_facts
from mailspec.workflow.checks.severity import severities, wrong_severities
from mailspec.workflow.checks.suppress import Judged, suppress
from mailspec.workflow.checks.unread_files import unread_files
from mailspec.workflow.project import Project

if TYPE_CHECKING:
    from mailspec.workflow.workspace import Workspace

Facts = Mapping[tuple[str, str], list[SecretFact]]
_WITH_SECRETS = frozenset({"MS203", "MS302", "MS303"})
# Letters and blanks are held by every dialect, whatever the language.
_ODD = re.compile(r"[^\w @%+:,./=<>-]")
# Where one of these is found, other rules did not see all of the file.
_UNREAD = frozenset({"MS001", "MS002", "MS003", "MS004", "MS301"})


def check(workspace: Workspace) -> Report:
    """Validate one loaded project: the base and every overlay, or one environment."""
    project, environment, options = workspace.project, workspace.environment, workspace.options
    loaded = project.loaded
    specs = [project.spec(environment)] if environment is not None else [loaded.base, *loaded.environments.values()]
    found = list(severities([*loaded.findings, *unread_files(project), *_moved(workspace)], specs[0]))
    first, base, repeated = len(found), None, None
    if any(spec.environment for spec in specs):
        from mailspec.workflow.checks.repeated import Repeated

        repeated = Repeated()
    for spec in specs:
        own = list(loaded.overlay_findings.get(spec.environment or "", ()))
        if spec is specs[0] or spec.lists is not specs[0].lists or spec.maps is not specs[0].maps:
            context = context_of(workspace, spec, beside_base=specs[0] is loaded.base)
            own.extend(run(context))
            if options.with_secrets or _has_odd_values(context.resolver):
                from mailspec.workflow.checks.dialect_values import unwritable

                own.extend(unwritable(context.resolver, workspace.secrets if options.with_secrets else None))
        else:
            # Only about itself does the environment say anything.
            own.extend(run(context_of(workspace, spec), OF_ENVIRONMENTS))
        own.extend(wrong_severities(spec))
        own = [current for current in severities(own, spec) if not is_follow_up(current, spec)]
        if not own:
            continue
        # What the base says already is not said again for each environment.
        if base is None:
            base = set(map(_key, found[:first]))
        new: dict[tuple[object, ...], Finding] = {}
        for current in own:
            # Of what an alias repeats for several, the first is named.
            if (key := _key(current)) not in base:
                new.setdefault(key, current)
        if spec.environment is None and len(specs) > 1:
            base.update(new)
        if spec.environment is None or repeated is None:
            found.extend(new.values())
        else:
            found.extend(repeated.first_ones(spec.environment, new.values()))
    found += () if repeated is None else repeated.counted()
    documents = list(loaded.documents.values())
    left_out = frozenset() if options.with_secrets else _WITH_SECRETS
    if not options.online:
        left_out |= frozenset(DNS_CODES)
    ran = frozenset(code for entry in CHECKS for code in entry.codes if code not in left_out)
    judged = Judged(ran | {"MS008", "MS118"}, partial(_unsure, project, environment, found))
    found, about_suppressions = _parted(suppress(found, documents, judged))
    found += severities(about_suppressions, specs[0])
    if project.only:
        found = [f for f in found if f.location is None or f.location.file in project.only]
    if may_hold_secret("\n".join([words for current in found for words in _words(current)])):
        found = list(map(concealed, found))
    found.sort(key=lambda f: f.sort_key)
    return Report(tuple(found), len(project.only) or loaded.files, RedactedTexts(documents, found))


def _has_odd_values(resolver: Resolver) -> bool:
    """Tell whether an env file may be given what needs more than quotes: the code that knows is loaded only then."""
    spec, active = resolver.spec, resolver.activation.active
    sources = {item.get("configuration") or active for item in spec.targets.values() if item.get("type") == "env_file"}
    return any(
        isinstance(value.value, str) and _ODD.search(value.value)
        for name in spec.configurations.keys() & sources
        for value in resolver.configuration(name).fields.values()
    )


def _moved(workspace: Workspace) -> Iterator[Finding]:
    if workspace.base is None:
        return
    before = workspace.base_project
    if before is not None:
        from mailspec.workflow.checks.moved_secrets import moved

        yield from moved(before, workspace.project, workspace.base.allowed)


def concealed(finding: Finding) -> Finding:
    """Return a finding in whose words no credentials of a URL and no provider's token are left.

    What files hold of them is reported and taken out; this is for what comes from elsewhere, such as a variable.
    """
    if not may_hold_secret("\n".join(_words(finding))):
        return finding
    related = tuple(Related(entry.location, mask_known(entry.message)) for entry in finding.related)
    return finding.replace(message=mask_known(finding.message), help=mask_known(finding.help), related=related)


def _words(finding: Finding) -> tuple[str, ...]:
    if finding.related:
        return finding.message, finding.help, *(related.message for related in finding.related)
    return finding.message, finding.help


def _parted(findings: Iterable[Finding]) -> tuple[list[Finding], list[Finding]]:
    """Part what the rules found, whose severities are settled, from what the suppressions themselves are."""
    rest: list[Finding] = []
    about_suppressions: list[Finding] = []
    for finding in findings:
        (about_suppressions if finding.code == "MS007" else rest).append(finding)
    return rest, about_suppressions


def _key(finding: Finding) -> tuple[object, ...]:
    return finding.code, finding.location, finding.message, finding.severity


def _unsure(project: Project, environment: str | None, found: Iterable[Finding]) -> frozenset[str]:
    """Return the files whose unused suppressions cannot be reported."""
    loaded = project.loaded
    names = loaded.documents.keys()
    if loaded.base.gaps:
        return frozenset(names)
    unsure = {entry.location.file for entry in found if entry.code in _UNREAD and entry.location is not None}
    if environment is not None:
        # One environment alone does not show what the base says, nor what others do.
        unsure |= {name for name in names if loaded.overlay_files.get(name) != environment}
    return frozenset(unsure)


def context_of(workspace: Workspace, spec: Spec, *, beside_base: bool = False) -> Context:
    """Return what rules look at in one of the project's Specs; variables and secrets only where they are asked for.

    ``beside_base`` tells that the base is checked in the same run, so that what is the same there is told already.
    """
    options = workspace.options
    facts = committed_facts(spec, workspace.project.folder.ignored_soon)
    templates: Mapping[str, list[TemplateFact]] = {}
    if any(item.get("template") is not None for item in spec.lists["email_types"].values()):
        # Jinja2 takes longer to import than all else that validate needs.
        from mailspec.workflow.templates.template_facts import template_facts

        templates = template_facts(spec, workspace.project.source.file)
    if options.with_secrets:
        from mailspec.workflow.checks.secret_facts import secret_facts

        for key, more in secret_facts(spec, workspace.secrets, options.day).items():
            facts.setdefault(key, []).extend(more)
    if not options.with_env:
        resolver = workspace.environments[spec.environment]
    else:
        resolver = workspace.resolver if spec is workspace.spec else Resolver(spec, workspace.variables_in(spec))
    base = workspace.environments[None]
    # Another policy may forbid more, or call the same finding otherwise.
    beside = base if beside_base and spec is not base.spec and spec.policy is base.spec.policy else None
    return Context(
        resolver,
        as_of=options.day,
        secret_facts=facts,
        template_facts=templates,
        foreign_types=InstalledTypes(),
        environments=workspace.environments,
        online=workspace.deliverability if options.online else None,
        beside=beside,
    )


def variables_of(spec: Spec) -> Variables:
    """Read the environment variables that override the active configuration; the password's text stays out."""
    prefix = spec.instance.get("env_prefix")
    if not isinstance(prefix, str):
        return Variables()
    values = {}
    for name in FIELD_OF:
        text = os.environ.get(prefix + name)
        if text is not None:
            values[name] = (
                "set" if name == "PASSWORD" and text else mask_shapes(mask_host(text) if name == "HOST" else text)
            )
    return Variables(prefix, values)


class RedactedTexts(Mapping[str, str]):
    """The masked text of each document that a finding points into, made when it is asked for."""

    def __init__(self, documents: Iterable[Document], findings: Iterable[Finding]) -> None:
        self._pointed: dict[str, list[Finding]] = {}
        for finding in findings:
            if finding.location is not None:
                self._pointed.setdefault(finding.location.file, []).append(finding)
            if not finding.related:
                continue
            for file in {related.location.file for related in finding.related}:
                if finding.location is None or file != finding.location.file:
                    self._pointed.setdefault(file, []).append(finding)
        self._documents = {document.name: document for document in documents if document.name in self._pointed}
        self._shown: dict[str, str] = {}

    def __getitem__(self, name: str) -> str:
        if name not in self._shown:
            # JSON needs no text, and of a clean project nothing is shown.
            from mailspec.render.redaction import redacted_source

            self._shown[name] = redacted_source(self._documents[name], self._pointed[name])
        return self._shown[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._documents)

    def __len__(self) -> int:
        return len(self._documents)


# The word that names something, and the sections in which that may be declared.
_DECLARED_IN = {
    "configuration": {"configurations"},
    "members": {"users"},
    "senders": {"users", "groups"},
}
_ABSENCE_OF = {"MS403": {"configurations"}, "MS502": {"configurations", "general"}}
# What people need comes from all of these.
_OF_PEOPLE = {"general", "groups", "configurations"}


def is_follow_up(finding: Finding, spec: Spec) -> bool:
    """Return whether a finding is a consequence of an unreadable section."""
    gaps = spec.gaps
    if not gaps:
        return False
    if finding.code == "MS006":
        words = [word for word in finding.path.split("/") if word and not word.isdigit()]
        return bool(gaps & _DECLARED_IN.get(words[-1] if words else "", set()))
    if finding.code == "MS405":
        return bool(gaps & _OF_PEOPLE) and not (finding.object or "").startswith("configuration:")
    return bool(gaps & _ABSENCE_OF.get(finding.code, set()))


class InstalledTypes:
    """:class:`mailspec.rules.base.ForeignTypes` over the entry points. Only the type that is named is loaded."""

    def words(self) -> Sequence[str]:
        """Return the words of the types that installed packages add."""
        from mailspec.targets.registry import installed

        return installed()

    def capabilities(self, word: str) -> tuple[Capability, ...]:
        """Return what the type says that its program keeps."""
        from mailspec.targets.registry import capabilities_of_type

        return capabilities_of_type(word)

    def schema(self, word: str) -> Mapping[str, Any] | str:
        """Return the JSON Schema of a type's own words, or why the type cannot be used."""
        from mailspec.targets.registry import schema_of

        return schema_of(word)
