"""The policy that counts: the one of the base revision, so that a change cannot loosen the rules it is judged by.

With ``--base REV`` the two policies are compared in the base and in every overlay. Tightening holds at once; whatever
loosens is a refusal, unless whoever runs this says ``--allow-policy-change``. ``@applied`` is the commit of the last
apply: a loosening that was merged but refused does not become the base of the next change.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from mailspec import __version__
from mailspec.load import Loaded, load
from mailspec.load.spec import Spec
from mailspec.outcome.finding import Finding
from mailspec.outcome.plan import FieldChange
from mailspec.outcome.refusal import Refusal
from mailspec.outcome.report import Report
from mailspec.source.git import GitError, GitRevision, resolve_revision
from mailspec.source.layout import MAIN
from mailspec.workflow.policy.policy_change import loosened
from mailspec.workflow.project import Project, UsageError
from mailspec.workflow.validate.checking import check

_HELP = "have the policy changed in a change of its own; whoever may approve that runs this with --allow-policy-change"
_SHOWN = 3
APPLIED = "@applied"


class Base(NamedTuple):
    """Where the policy is read from: a Git revision, ``None`` for none; and whether it may be loosened this once."""

    revision: str | None = None
    change_allowed: bool = False

    def before(self, project: Project) -> Loaded | None:
        """Load the base revision's files, ``None`` where there is nothing to compare with.

        Raises:
            UsageError: there is no such revision.
        """
        if self.revision is None or self.change_allowed:
            return None
        try:
            # An empty revision (a pipeline's variable that is not set) must not mean "no base".
            if not self.revision.strip():
                raise UsageError("--base names no revision.")
            if self.revision == APPLIED:
                raise UsageError(f"--base {APPLIED} asks the state, which only plan, apply and rollback read.")
            commit = resolve_revision(project.root, self.revision)
            source = GitRevision(project.root, commit, project.folder.name(""))
            loaded = load(source, project.root, project.folder.name(MAIN), version=__version__)
        except GitError as error:
            raise UsageError(f"--base {self.revision}: Git: {error}.") from None
        return loaded if loaded.files else None

    def refusal(self, project: Project, report: Report, day: date) -> Refusal | None:
        """Return why the change must not be judged by its own policy. ``report`` is its own, as of ``day``.

        Raises:
            UsageError: there is no such revision.
        """
        before = self.before(project)
        if before is None:
            return None
        if "policy" in before.base.gaps or before.base.policy.damaged:
            return Refusal("policy-base", f"the policy of {self.revision} cannot be read as a whole", _HELP)
        if "policy" in project.loaded.base.gaps:
            # It cannot be read, which is an error of its own and stops everything.
            return None
        for name, old, new in _pairs(before, project.loaded):
            changes = loosened(old, new)
            if changes:
                where = f" in {name}" if name else ""
                return Refusal(
                    "policy-loosened",
                    f"the change loosens the policy of {self.revision}{where}: {_said(changes)}",
                    _HELP,
                )
        return _silenced(project, before, report, day)


NO_BASE = Base()


def _silenced(project: Project, before: Loaded, after: Report, day: date) -> Refusal | None:
    """Return a refusal where a comment newly silences what the policy forbids (MS8xx)."""
    silent = [findings for findings in after.findings if findings.suppressed and findings.code.startswith("MS8")]
    if not silent:
        return None
    earlier = check(Project(project.root, project.folder, before, ()), None, as_of=day)
    known = {_key(findings) for findings in earlier.findings if findings.suppressed}
    for findings in silent:
        if _key(findings) not in known:
            message = f"a comment silences {findings.code} ({findings.location}): {findings.message.rstrip('.')}"
            return Refusal("policy-silenced", message, _HELP)
    return None


def judged_by(project: Project, before: Loaded) -> Project:
    """Return the project with the base revision's policy in place of its own."""
    loaded = project.loaded
    environments = {
        name: _with_policy(spec, before.environments.get(name, before.base))
        for name, spec in loaded.environments.items()
    }
    return project._replace(
        loaded=loaded._replace(base=_with_policy(loaded.base, before.base), environments=environments)
    )


def _pairs(before: Loaded, after: Loaded) -> Iterator[tuple[str | None, Spec, Spec]]:
    yield None, before.base, after.base
    for name, spec in after.environments.items():
        yield name, before.environments.get(name, before.base), spec


def _with_policy(spec: Spec, other: Spec) -> Spec:
    return spec.replace(maps={**spec.maps, "policy": other.policy})


def _key(finding: Finding) -> tuple[object, ...]:
    return finding.code, finding.object, finding.message, finding.environment


def _said(changes: list[FieldChange]) -> str:
    said = [f"{change.path} {_value(change.before)} -> {_value(change.after)}" for change in changes[:_SHOWN]]
    more = f" and {len(changes) - _SHOWN} more" if len(changes) > _SHOWN else ""
    return "; ".join(said) + more


def _value(value: object) -> str:
    text = "(nothing)" if value is None else ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    return text if len(text) <= 60 else text[:57] + "..."
