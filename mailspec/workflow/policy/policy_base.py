"""The policy that counts: the one of the base revision, so that a change cannot loosen the rules it is judged by.

With ``--base REV`` the two policies are compared in the base and in every overlay. Tightening holds at once; whatever
loosens is a refusal, unless whoever runs this says ``--allow policy-change``. ``@applied`` is the commit of the last
apply: a loosening that was merged but refused does not become the base of the next change.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from mailspec import __version__
from mailspec.load import Loaded, load
from mailspec.load.spec import Spec
from mailspec.outcome.finding import Finding
from mailspec.outcome.plan import FieldChange
from mailspec.outcome.refusal import Refusal
from mailspec.outcome.report import Report, join_reports
from mailspec.outcome.sentence import shorten_list
from mailspec.source.git import GitError, resolve_revision
from mailspec.source.layout import MAIN
from mailspec.source.nearer import nearer_project, new_link
from mailspec.source.revision import GitRevision
from mailspec.workflow.policy.policy_change import loosened, production_moved
from mailspec.workflow.policy.target_readers import Written, other_readers, written_by, written_for
from mailspec.workflow.project import ApplyRefusedError, Project, UsageError

if TYPE_CHECKING:
    from mailspec.plan.desired import TargetDesired
    from mailspec.state.session import Session
    from mailspec.workflow.workspace import Workspace

_HELP = "have the policy changed in a change of its own; whoever may approve that runs this with --allow policy-change"
_HELP_READER = (
    "where the program reads it so from now on, whoever may approve that runs this with --allow policy-change"
)
_SHOWN = 3
APPLIED = "@applied"


class Base(NamedTuple):
    """Where the policy is read from: a Git revision, ``None`` for none; and what may be done this once: loosen it
    (``change_allowed``), and what ``--allow`` approves (``allowed``)."""

    revision: str | None = None
    change_allowed: bool = False
    allowed: tuple[str, ...] = ()

    def before(self, project: Project) -> Project | None:
        """Return the project as the base revision has it, also where the policy may be loosened: that approves no move
        of a secret. ``None`` where there is nothing to compare with.

        Raises:
            ApplyRefusedError: the revision has another project nearer to where this one was looked for.
            UsageError: there is no such revision.
        """
        if self.revision is None:
            return None
        try:
            # An empty revision (a pipeline's variable that is not set) must not mean "no base".
            if not self.revision.strip():
                raise UsageError("--base names no revision.")
            if self.revision == APPLIED:
                raise UsageError(f"--base {APPLIED} asks the state, which only plan, apply, rollback and drift read.")
            commit = resolve_revision(project.root, self.revision)
            nearer = None if self.change_allowed else nearer_project(project.root, project.starts, commit)
            link = None if self.change_allowed else new_link(project.root, commit)
            source = GitRevision(project.root, commit, project.folder.name(""))
            loaded = load(source, project.root, project.folder.name(MAIN), version=__version__)
        except GitError as error:
            raise UsageError(f"--base {self.revision}: Git: {error}.") from None
        if link is not None:
            # Limits' words about the project would be about what lies there.
            message = f"{link} is a link that {self.revision} does not have so, and what it leads to is another folder"
            help_ = "put the folder back; whoever may approve the change runs it with --allow policy-change"
            raise ApplyRefusedError(Refusal("no-base", message, help_))
        if nearer is not None:
            # What lies around it is another project, with another policy.
            message = f"{self.revision} has a project in {nearer}, which this change takes away"
            help_ = (
                f"if {project.root} is meant, name it (--project); whoever may approve the change runs it with "
                "--allow policy-change"
            )
            raise ApplyRefusedError(Refusal("no-base", message, help_))
        return project._replace(loaded=loaded, only=(), revision=source)


def refusal(workspace: Workspace) -> Refusal | None:
    """Return why the change must not be judged by its own policy.

    Raises:
        UsageError: there is no such revision.
    """
    base, before, loaded = workspace.base, workspace.base_files, workspace.project.loaded
    if base is None or before is None or workspace.base_project is None:
        return None
    main = workspace.project.folder.name(MAIN)
    if not before.files or (main in loaded.read and main not in before.read):
        # A folder that was moved, or turned into a link, would otherwise be a project without a policy, and so would
        # one in which only files of another program were.
        return Refusal(
            "no-base",
            f"{base.revision} has no {MAIN} in this folder, so no policy is known to hold this to",
            "whoever may approve a first project runs it with --allow policy-change",
        )
    if before.unread:
        # Of an environment it may hold the policy, and of any the secrets that a change moves.
        what = f"{base.revision} cannot be read as a whole ({shorten_list(before.unread, _SHOWN)})"
        return Refusal("policy-base", f"the policy of {what}", _HELP)
    if "policy" in before.base.gaps or before.base.policy.damaged:
        return Refusal("policy-base", f"the policy of {base.revision} cannot be read as a whole", _HELP)
    if "policy" in loaded.base.gaps:
        # It cannot be read, which is an error of its own and stops everything.
        return None
    production = production_moved(before, loaded)
    fresh: list[Written] = []
    for name, old, new in _pairs(before, loaded):
        changes = [*loosened(old, new), *([production] if production is not None and name is None else [])]
        if changes:
            where = f" in {name}" if name else ""
            message = f"the change loosens the policy of {base.revision}{where}: {_described(changes)}"
            return Refusal("policy-loosened", message, _HELP)
        was, now = written_by(old), written_by(new)
        readers = list(other_readers(was, now))
        if readers:
            return _for_another(f"what {base.revision} writes", readers)
        places = {entry.place for entry in was}
        fresh += [entry for entry in now if entry.place not in places]
    # What is new in one environment may be a file of another one, whose apply has yet to come.
    everywhere = (written_by(spec) for spec in (before.base, *before.environments.values())) if fresh else ()
    readers = list(other_readers(chain.from_iterable(everywhere), fresh))
    if readers:
        return _for_another(f"what {base.revision} writes", readers)
    return _silenced(workspace, before)


def refusal_of_targets(
    workspace: Workspace,
    targets: Iterable[TargetDesired],
    applied: Iterable[TargetDesired],
    former: Callable[[], Iterable[TargetDesired]],
) -> Refusal | None:
    """Return why targets must not be written over what was applied: for another reader, which the base does not name.

    A change that takes a target out, or gives it another path, and a later one that brings it back in other words, are
    each no change of its reader to their base; nor is going back to an earlier entry. ``former`` gives what all earlier
    applies wrote, and is asked only for files of which ``applied`` knows nothing.

    Raises:
        UsageError: there is no such revision.
        StateError: the state cannot be used.
    """
    before = workspace.base_files
    if before is None:
        return None
    base = written_by(before.environments.get(workspace.environment or "", before.base))
    after = written_for(targets, workspace.root)
    # What the base itself names was approved.
    new = [entry for entry in after if not any(entry[1:] == other[1:] for other in base)]
    now = written_for(applied, workspace.root)
    readers = list(other_readers(now, new))
    fresh = [entry for entry in new if all(entry.place != other.place for other in now)]
    if fresh and not readers:
        readers = list(other_readers(written_for(former(), workspace.root), fresh))
    return _for_another("what was applied", readers) if readers else None


def _for_another(what: str, readers: Sequence[str]) -> Refusal:
    shown = shorten_list(readers, _SHOWN, between="; ")
    return Refusal("target-reader", f"the change writes for another reader {what}: {shown}", _HELP_READER)


def judge(workspaces: Sequence[Workspace]) -> tuple[Report, Refusal | None]:
    """Return the report that counts, and the first refusal: what loosens a policy is judged by the policy before.

    Raises:
        UsageError: there is no such revision.
    """
    refusals = [entry.policy_refusal for entry in workspaces if entry.policy_refusal is not None]
    reports = [entry.report if entry.policy_refusal is None else _judged(entry) for entry in workspaces]
    return join_reports(reports), next(iter(refusals), None)


def _judged(workspace: Workspace) -> Report:
    """Check the project, as it was checked, with the base revision's policy in place of its own."""
    project, before = workspace.project, workspace.base_files
    if before is None:
        return workspace.report
    loaded = project.loaded
    environments = {
        name: _with_policy(spec, before.environments.get(name, before.base))
        for name, spec in loaded.environments.items()
    }
    under_base = loaded._replace(base=_with_policy(loaded.base, before.base), environments=environments)
    return workspace.with_project(project._replace(loaded=under_base)).report


def _silenced(workspace: Workspace, before: Loaded) -> Refusal | None:
    """Return a refusal where a comment newly silences an error, or what the policy forbids: MS8xx, and what it gives a
    severity. A change may say that a warning does not matter; that an error does not, somebody else has to say."""
    judged = before.base.policy.get("severity")
    codes = frozenset(judged) if isinstance(judged, dict) else frozenset()
    silent = [
        entry
        for entry in workspace.report.findings
        if entry.suppressed and (entry.severity == "error" or entry.code.startswith("MS8") or entry.code in codes)
    ]
    if not silent:
        return None
    project, options = workspace.project, workspace.options
    # No policy rule looks at a secret, and what the base revision names is not read again.
    options = options._replace(with_secrets=False, online=False)
    earlier = workspace.with_project(Project(project.root, project.folder, before, ()), options).report
    known = {_key(entry) for entry in earlier.findings if entry.suppressed}
    for entry in silent:
        if _key(entry) not in known:
            message = f"a comment silences {entry.code} ({entry.location}): {entry.message.rstrip('.')}"
            return Refusal("policy-silenced", message, _HELP)
    return None


def _pairs(before: Loaded, after: Loaded) -> Iterator[tuple[str | None, Spec, Spec]]:
    yield None, before.base, after.base
    for name, spec in after.environments.items():
        yield name, before.environments.get(name, before.base), spec
    for name, spec in before.environments.items():
        if name not in after.environments:
            yield name, spec, after.base


def _with_policy(spec: Spec, other: Spec) -> Spec:
    return spec.replace(maps={**spec.maps, "policy": other.policy})


def _key(finding: Finding) -> tuple[object, ...]:
    return finding.code, finding.object, finding.message, finding.environment


def _described(changes: list[FieldChange]) -> str:
    described = [f"{change.path} {_value(change.before)} -> {_value(change.after)}" for change in changes]
    return shorten_list(described, _SHOWN, between="; ")


def _value(value: object) -> str:
    text = "(nothing)" if value is None else ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    return text if len(text) <= 60 else text[:57] + "..."


def as_applied(base: Base, session: Session) -> Base | Refusal:
    """Return the base with ``@applied`` looked up in the state.

    What was merged is not yet approved. If a pipeline took "the commit before this push" as the base, a loosening whose
    own apply was refused would be the base of the next push. What was applied is what somebody let through.
    Where nothing was applied yet no policy is known, and whoever may approve that has to start.
    """
    if base.revision != APPLIED:
        return base
    from mailspec.state.store import history

    commit = next((entry.commit for entry in history(session, applied=True) if entry.commit), None)
    if commit is not None:
        return base._replace(revision=commit)
    if base.change_allowed:
        # The first apply, which somebody has approved: no secret went anywhere yet.
        return base._replace(revision=None)
    return Refusal(
        "no-base",
        f"nothing was applied yet as instance '{session.key['instance']}', so no policy is known to hold this to",
        "whoever may approve a first apply runs it with --allow policy-change",
    )
