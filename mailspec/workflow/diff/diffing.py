"""``diff``: two versions of a project, compared by what really holds in each."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from mailspec.load import Loaded, load
from mailspec.load.spec import LISTS, Spec
from mailspec.outcome.difference import Consequence, Difference, EffectKind, Written
from mailspec.outcome.finding import Finding
from mailspec.outcome.plan import FieldChange
from mailspec.outcome.report import Report
from mailspec.outcome.sentence import shorten_list
from mailspec.secrets.resolve import describe
from mailspec.source.folder import Folder, find_project
from mailspec.source.git import GitError, merge_base, resolve_revision
from mailspec.source.layout import MAIN
from mailspec.source.nearer import nearer_project
from mailspec.source.revision import GitRevision
from mailspec.workflow.checks.moved_secrets import moves
from mailspec.workflow.diff.contents import Files, content_effects
from mailspec.workflow.diff.effects import effects
from mailspec.workflow.diff.sides import Side
from mailspec.workflow.diff.targets import writes
from mailspec.workflow.options import CheckOptions
from mailspec.workflow.ownership import shell_folder
from mailspec.workflow.policy.policy_change import policy_effects, production_effect
from mailspec.workflow.project import Project, ProjectNotFoundError, UsageError, require_own
from mailspec.workflow.workspace import Workspace

if TYPE_CHECKING:
    from mailspec.workflow.templates.template_source import Texts


class Compared(NamedTuple):
    """A difference, and the new side's report for formats that show findings with their frames."""

    difference: Difference
    report: Report


def diff(
    revisions: str,
    *,
    project: str | None = None,
    environment: str | None = None,
    as_of: date | None = None,
    with_env: bool = False,
) -> Compared:
    """Compare ``BASE...HEAD`` from their merge base, or ``BASE`` with the working tree.

    Raises:
        UsageError: no such revision or environment, or no Git repository.
        ProjectNotFoundError: neither side has a spec file.
    """
    sides = _sides(revisions, project)
    before, after = sides.before, sides.after
    options = CheckOptions(as_of=as_of)
    names = _environments(before.loaded, after.loaded, environment)
    old, new = (_report(side, environment, options) for side in (before, after))
    found: list[Consequence] = []
    written: list[Written] = []
    secrets: dict[str, None] = {}
    texts: dict[Files, Texts] = {}
    for name in names:
        specs = [_spec(side, name) for side in (before, after)]
        # Under another prefix a change could have any variable shown.
        own = with_env and len({spec.instance.get("env_prefix") for spec in specs}) == 1
        one, other = (Side(spec, with_env=own) for spec in specs)
        here = _consequences(one, other, before, after, name, texts)
        # What the base says already is not said again for each environment.
        if not (one.spec.gaps or other.spec.gaps):
            known = {replace(entry, environment=None) for entry in written}
            written += [replace(entry, environment=name) for entry in writes(one, other) if entry not in known]
        found += [_in(effect, name) for effect in (_not_in_base(here, found) if name else here)]
        earlier, needed = one.references(), other.references()
        secrets.update({describe(needed[key]): None for key in needed if key not in earlier})
    found += [*production_effect(before.loaded, after.loaded), *_moved(before, after, environment)]
    appeared, solved = _findings(old, new)
    difference = Difference(
        base=sides.base,
        head=sides.head,
        effects=tuple(sorted(found, key=lambda effect: (not effect.destructive, effect.environment or ""))),
        new_secrets=tuple(secrets),
        new_findings=appeared,
        solved_findings=solved,
        dates=tuple(_dates(new)),
        policy_from=sides.base,
        revisions=sides.revisions,
        writes=tuple(written),
    )
    return Compared(difference, new)


class _Sides(NamedTuple):
    """Two versions of a project, and how each is called. ``revisions`` is what was compared, as it was asked for."""

    before: Project
    after: Project
    base: str
    head: str
    revisions: str


def _sides(revisions: str, project: str | None) -> _Sides:
    """Read both versions. Raises UsageError and ProjectNotFoundError as :func:`diff`."""
    root = os.path.abspath(project) if project is not None else find_project(".") or os.path.abspath(".")
    require_own(root, os.getcwd())
    folder = Folder(root, os.getcwd())
    prefix = folder.name("")
    base_word, dots, head_word = revisions.partition("...")
    if not dots and ".." in revisions:
        raise UsageError(f"Write {revisions.replace('..', '...')}: diff compares from the merge base.")
    try:
        base = resolve_revision(root, base_word or "HEAD")
        head = resolve_revision(root, head_word or "HEAD") if dots else None
        if head is not None:
            base = merge_base(root, base, head)
        nearer = None if project is not None else nearer_project(root, [shell_folder(os.getcwd())], base)
        if nearer is not None:
            asked = base_word or "HEAD"
            raise UsageError(f"{asked} has a project in {nearer}; the nearest is in {root} now. Name one (--project).")
        before = _project(root, folder, GitRevision(root, base, prefix))
        after = _project(root, folder, folder if head is None else GitRevision(root, head, prefix))
    except GitError as error:
        raise UsageError(f"Git: {error}.") from None
    if not before.loaded.files and not after.loaded.files:
        raise ProjectNotFoundError(f"No spec files in {root}, neither before nor after.")
    working_tree = "the working tree"
    asked = f"{base_word or 'HEAD'}...{(head_word or 'HEAD') if dots else working_tree}"
    return _Sides(before, after, base[:12], working_tree if head is None else head[:12], asked)


def _consequences(
    one: Side, other: Side, before: Project, after: Project, name: str | None, texts: dict[Files, Texts]
) -> list[Consequence]:
    """Return what a change means in the base (``None``) or in one environment."""
    found = [*_environment(one.spec, other.spec), *effects(one, other)]
    here = [*policy_effects(one.spec, other.spec), *_readable(found, one.spec, other.spec)]
    if other.spec.gaps and (name is None or other.spec.gaps != after.loaded.base.gaps):
        here.insert(0, _unreadable(other.spec.gaps))
    return here + content_effects(one, other, before.source, after.source, texts)


def _environment(before: Spec, after: Spec) -> Iterator[Consequence]:
    """Yield an effect for an environment that only one side has, even where nothing else differs in it."""
    if before.environment == after.environment:
        return
    name = f"environment:{before.environment or after.environment}"
    if after.overlay is None:
        yield Consequence("deleted", (name,))
    else:
        words = (("kind", after.kind), ("redirect_to", after.redirect_to))
        fields = tuple(FieldChange(word, None, value) for word, value in words if value is not None)
        yield Consequence("created", (name,), fields, cause=after.overlay.locate(()))


def _moved(before: Project, after: Project, environment: str | None) -> Iterator[Consequence]:
    """Yield an effect for each secret that goes to a new place (MS806)."""
    for move in moves(before, after):
        sent = move.sent
        # How a server that had it is known now is an effect of its own.
        if sent.server not in move.before and (environment is None or move.environment in (None, environment)):
            earlier = ", ".join(move.before)
            note = f"{sent.name} goes to {sent.place}, and not to {earlier} alone"
            yield Consequence("secret_moved", (sent.object,), (), (), sent.where.location, note, move.environment)


# What is only concluded from a name that is not there.
_LOST: frozenset[EffectKind] = frozenset({"deleted", "mail_off", "server_lost", "deactivated"})
_NEW: frozenset[EffectKind] = frozenset({"created", "activated"})


def _unreadable(gaps: frozenset[str]) -> Consequence:
    """Return the effect that nobody may take for none: of what is left out there nothing can be said."""
    sections = "the files" if gaps >= set(LISTS) else shorten_list(sorted(gaps), 5)
    return Consequence(
        "unreadable",
        (),
        note=f"what is removed or switched off in {sections} is not known, because not all of it can be read",
    )


def _readable(found: Iterable[Consequence], before: Spec, after: Spec) -> Iterator[Consequence]:
    """Leave out what seems lost or new because a file of one side cannot be read: its findings say that."""
    unsure = (_LOST if after.gaps else frozenset()) | (_NEW if before.gaps else frozenset())
    yield from (effect for effect in found if effect.kind not in unsure)


def _project(root: str, folder: Folder, source: Folder | GitRevision) -> Project:
    return Project(root, folder, load(source, root, folder.name(MAIN)), (), source)


def _report(side: Project, environment: str | None, options: CheckOptions) -> Report:
    """Return what the rules find on a side; an environment that only the other one has is the base here."""
    if environment is None or environment in side.loaded.environments:
        return Workspace(side, environment, options).report
    report = Workspace(side, None, options).report
    own = (entry.replace(environment=environment) for entry in report.findings if entry.environment is None)
    return report._replace(findings=tuple(own))


def _spec(project: Project, name: str | None) -> Spec:
    return project.loaded.environments.get(name, project.loaded.base) if name else project.loaded.base


def _environments(before: Loaded, after: Loaded, environment: str | None) -> list[str | None]:
    if environment is not None:
        known = {*before.base.environments, *after.base.environments}
        if environment not in known:
            names = ", ".join(sorted(known)) or "none"
            raise UsageError(f"There is no environment '{environment}'. Declared: {names}.")
        return [environment]
    # Where a side has too many to be read (MS001, an error), nothing can be said of them: they are not gone.
    unread = {name for side in (before, after) for name in {*side.base.environments} - {*side.environments}}
    return [None, *sorted({*before.environments, *after.environments} - unread)]


def _not_in_base(here: list[Consequence], of_base: list[Consequence]) -> list[Consequence]:
    """Leave out what happens to an object in the base in just the same way."""
    known = {(effect.kind, repr(effect.fields), effect.note, name) for effect in of_base for name in effect.objects}
    left = []
    for effect in here:
        key = effect.kind, repr(effect.fields), effect.note
        objects = tuple(name for name in effect.objects if (*key, name) not in known)
        if objects or not effect.objects:
            left.append(replace(effect, objects=objects))
    return left


def _in(effect: Consequence, environment: str | None) -> Consequence:
    return replace(effect, environment=environment) if environment else effect


def _findings(old: Report, new: Report) -> tuple[tuple[Finding, ...], tuple[Finding, ...]]:
    """Tell findings apart by what they say, not by the line that they stand in."""

    before = {key for entry in old.counted for key in _keys(entry)}
    after = {key for entry in new.counted for key in _keys(entry)}
    appeared = tuple(entry for entry in new.counted if before.isdisjoint(_keys(entry)))
    solved = tuple(entry for entry in old.counted if after.isdisjoint(_keys(entry)))
    return appeared, solved


def _keys(finding: Finding) -> list[tuple[object, ...]]:
    """Return by what a finding is known again: its object, which may move, or its place, which several may share."""
    identity = finding.code, finding.message, finding.environment
    keys: list[tuple[object, ...]] = [] if finding.object is None else [(*identity, finding.object)]
    if finding.location is not None:
        keys.append((*identity, finding.location.file, finding.path))
    return keys or [identity]


def _dates(report: Report) -> list[str]:
    return list(dict.fromkeys(f"{f.message} {f.help}" for f in report.counted if f.code == "MS205"))
