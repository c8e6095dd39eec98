"""One project in one run: loaded once, checked once, resolved once, and handed on.

Every command takes a :class:`Workspace`, and nothing opens the project again: what was checked and approved is what is
used, also where somebody edits the files meanwhile.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from mailspec.load.spec import Spec
from mailspec.outcome.refusal import Refusal
from mailspec.outcome.report import Report
from mailspec.resolve import Environments, Resolver, Variables
from mailspec.workflow.options import NOT_GIVEN, OFFLINE, SYSTEM_LIMITS, CheckOptions
from mailspec.workflow.project import ApplyRefusedError, Project, UsageError, open_projects

if TYPE_CHECKING:
    from mailspec.deliverability.checking import Deliverability
    from mailspec.load import Loaded
    from mailspec.workflow.accounts.secret_lookup import Secrets
    from mailspec.workflow.checks.originals import Originals
    from mailspec.workflow.checks.secret_contents import SecretContents
    from mailspec.workflow.checks.sent import Sent
    from mailspec.workflow.policy.outside_limits import Limits
    from mailspec.workflow.policy.policy_base import Base


class Workspace:
    """A loaded project with everything that a run derives from it, each worked out when it is first asked for.

    ``environment`` is the overlay that counts, ``None`` for the base. ``limits_file`` is what ``--limits`` names, and
    ``base`` the revision whose policy counts, ``None`` for none.
    """

    def __init__(
        self,
        project: Project,
        environment: str | None = None,
        options: CheckOptions = OFFLINE,
        *,
        limits_file: str | None = None,
        base: Base | None = None,
    ) -> None:
        self.project = project
        self.environment = environment
        self.options = options
        self.limits_file = limits_file
        self._before: Loaded | None = None
        self.base = base

    @property
    def root(self) -> str:
        """The project's folder, absolute."""
        return self.project.root

    def with_project(self, project: Project, options: CheckOptions | None = None) -> Workspace:
        """Return the same for other contents of the project, such as one under another policy."""
        other = Workspace(project, self.environment, options or self.options, limits_file=self.limits_file)
        other.secrets = self.secrets
        other._before = self._files_before()
        return other

    def _files_before(self) -> Loaded | None:
        """Return the files whose prefix of variables counts; what was applied is asked of the state later."""
        from mailspec.workflow.policy.policy_base import APPLIED

        if self._before is not None or self.base is None or self.base.revision == APPLIED:
            return self._before
        return self.base_files

    @cached_property
    def spec(self) -> Spec:
        """The Spec of the environment.

        Raises:
            UsageError: no such environment is declared.
        """
        return self.project.spec(self.environment)

    @cached_property
    def variables(self) -> Variables:
        """The environment variables that override the active configuration."""
        return self.variables_in(self.spec)

    def variables_in(self, spec: Spec) -> Variables:
        """Return the environment variables that override the active configuration of a Spec.

        A change could name any prefix, and what stands in a variable is shown. Under a policy base only variables of
        the prefix are read that the base has, and with limits each must be named as the secret ``env:NAME`` is.

        Raises:
            ApplyRefusedError: the limits do not name a variable, or cannot be used.
            UsageError: there is no such base revision.
        """
        from mailspec.workflow.checks.checking import variables_of

        found = variables_of(spec)
        if not found.values:
            return found
        files = self._files_before()
        if files is not None:
            before = files.environments.get(spec.environment or "", files.base)
            if before.instance.get("env_prefix") != spec.instance.get("env_prefix"):
                # The policy refuses the change of the prefix.
                return Variables()
        for name in found.values:
            refusal = self.limits.secret({"env": found.prefix + name}, self.root)
            if refusal is not None:
                raise ApplyRefusedError(refusal)
        return found

    @cached_property
    def resolver(self) -> Resolver:
        """What holds in the Spec, overriding environment variables included."""
        return Resolver(self.spec, self.variables)

    @property
    def overridden(self) -> list[str]:
        """What environment variables override, in sentences: whoever honours them says so first."""
        active = self.resolver.activation.active if self.variables.values else None
        # What was applied is asked of the state later: until then the prefix may be anybody's.
        from mailspec.workflow.policy.policy_base import APPLIED

        unasked = self.base is not None and self.base.revision == APPLIED
        return [] if active is None else self.variables.overrides(active, values=not unasked)

    @cached_property
    def environments(self) -> Environments:
        """What holds in the base (``None``) and in each environment; variables have a say in this run's alone."""
        loaded = self.project.loaded
        specs: list[tuple[str | None, Spec]] = [(None, loaded.base), *loaded.environments.items()]
        own = self.environment if self.options.with_env else ""
        return Environments({name: self.resolver if name == own else Resolver(spec) for name, spec in specs})

    @cached_property
    def report(self) -> Report:
        """What the rules found: in the base and every overlay, or in the environment."""
        # Jinja2 and the rules are loaded only where something is checked.
        from mailspec.workflow.checks.checking import check

        return check(self)

    @property
    def has_bounds(self) -> bool:
        """Whether something outside of the files says what they may ask for: limits, or a base revision."""
        return self.limits_file is not None or self.base is not None or os.path.lexists(SYSTEM_LIMITS)

    @cached_property
    def _limits(self) -> Limits | Refusal:
        from mailspec.workflow.policy.outside_limits import load_limits
        from mailspec.workflow.policy.own_files import included_files

        limits = load_limits(self.limits_file)
        proposed = self.base is not None and self.base.revision is not None and not self.base.change_allowed
        if isinstance(limits, Refusal):
            return limits
        spec_files = included_files(self.project.loaded.read, self.root)
        return limits._replace(
            proposed=proposed, spec_files=spec_files, originals=lambda reference: self.originals.of(reference)
        )

    @cached_property
    def originals(self) -> Originals:
        """Of which files a reference's own one is a copy, as far as the base revision and its ancestors know."""
        from mailspec.workflow.checks.originals import Originals

        return Originals(self)

    @property
    def limits(self) -> Limits:
        """The limits of this run.

        Raises:
            ApplyRefusedError: they cannot be used.
        """
        if isinstance(self._limits, Refusal):
            raise ApplyRefusedError(self._limits)
        return self._limits

    def only_commands(self, known: frozenset[tuple[str, ...]]) -> None:
        """Let no other program run than these, and those that limits name: files that change later bring none."""
        if not isinstance(self._limits, Refusal):
            self._limits = self._limits._replace(known_commands=known)

    def keep_state(self, path: str) -> None:
        """Let no target write the state of this run."""
        if not isinstance(self._limits, Refusal):
            self._limits = self._limits._replace(state=path)

    @cached_property
    def secrets(self) -> Secrets:
        """The secrets of this run, each read once and only within the limits; none where those cannot be used."""
        from mailspec.workflow.accounts.secret_lookup import Secrets
        from mailspec.workflow.policy.outside_limits import limits_or_nothing

        limits = self._limits
        return Secrets(self.root, limits_or_nothing(self.limits_file) if isinstance(limits, Refusal) else limits)

    @cached_property
    def deliverability(self) -> Deliverability:
        """What DNS says; each question is asked once for all of the project's environments.

        Raises:
            UsageError: the extra is not installed, or the name server is no address.
        """
        from mailspec.workflow.checks.online import ask_dns

        return ask_dns(self.options.nameserver)

    @property
    def former_ids(self) -> tuple[str, ...]:
        """The ids of before the instance had one; with a policy base only the base's: a change could name any."""
        from mailspec.workflow.policy.policy_base import APPLIED

        if self.base is not None and self.base.revision == APPLIED:
            return ()  # what was applied is looked for by the id alone
        ids, files = self.spec.former_ids, self.base_files
        if files is None:
            return ids
        before = files.environments.get(self.environment or "", files.base)
        return tuple(name for name in ids if name in before.former_ids)

    @cached_property
    def base_project(self) -> Project | None:
        """The project as the policy's base revision has it, ``None`` where there is nothing to compare with.

        Raises:
            UsageError: there is no such revision.
        """
        return None if self.base is None else self.base.before(self.project)

    @property
    def base_files(self) -> Loaded | None:
        """The files of the policy's base revision; ``None`` also where its policy may be loosened.

        Raises:
            UsageError: there is no such revision.
        """
        allowed = self.base is None or self.base.change_allowed
        return None if allowed or self.base_project is None else self.base_project.loaded

    @cached_property
    def sent(self) -> list[Sent]:
        """Each secret that the project sends in any environment, with the place that it goes to.

        Raises:
            UsageError: there is no such base revision.
        """
        from mailspec.workflow.checks.moved_secrets import sent_by_contents

        return [sent for resolver in self.resolvers for sent in sent_by_contents(resolver, self.contents)]

    @cached_property
    def resolvers(self) -> list[Resolver]:
        """What holds in the project and in each of its environments, by its files alone."""
        from mailspec.workflow.checks.sent_secrets import specs_of

        specs = specs_of(self.project.loaded)
        return [Resolver(one) if one is not self.spec or self.variables.values else self.resolver for one in specs]

    @cached_property
    def contents(self) -> SecretContents:
        """What the project's files hold by which secrets and places are known again.

        Raises:
            UsageError: there is no such base revision.
        """
        from mailspec.workflow.checks.moved_secrets import written_files
        from mailspec.workflow.checks.secret_contents import SecretContents

        before = [] if self.base_project is None else [self.base_project.loaded]
        return SecretContents(self.project, written_files(*before, self.project.loaded))

    @cached_property
    def policy_refusal(self) -> Refusal | None:
        """Why the change must not be judged by its own policy, ``None`` where it may.

        Raises:
            UsageError: there is no such revision.
        """
        if self.base_files is None:
            return None
        from mailspec.workflow.policy.policy_base import refusal

        return refusal(self)

    def require_policy(self) -> None:
        """Hold the change to the policy of its base revision.

        Raises:
            ApplyRefusedError: it loosens that policy, or silences what the policy forbids.
            UsageError: there is no such revision.
        """
        if self.policy_refusal is not None:
            raise ApplyRefusedError(self.policy_refusal)


def open_workspace(
    project: str | None = None,
    environment: str | None = None,
    options: CheckOptions = OFFLINE,
    *,
    limits_file: str | None = None,
    base: Base | None = None,
) -> Workspace:
    """Load the project in a folder, found upwards from the working folder where none is given.

    ``environment`` is a name, ``None`` for the base, or ``NOT_GIVEN``: the base where nothing else is declared.

    Raises:
        UsageError: the folder or the environment does not exist, or nobody said which of several is meant.
        ProjectNotFoundError: the project has no spec file.
    """
    (opened,) = open_projects((project or ".",), project)
    if environment == NOT_GIVEN:
        if declared := opened.loaded.base.environments:
            raise UsageError(
                f"Which environment? Write -E with base or one of {', '.join(declared)}, or set MAILSPEC_ENVIRONMENT."
            )
        environment = None
    return Workspace(opened, environment, options, limits_file=limits_file, base=base)


def open_workspaces(
    paths: Sequence[str],
    project: str | None = None,
    environment: str | None = None,
    options: CheckOptions = OFFLINE,
    *,
    base: Base | None = None,
    limits_file: str | None = None,
    instead: Mapping[str, bytes] | None = None,
) -> list[Workspace]:
    """Load each project that one of ``paths`` lies in, once; ``instead`` holds other contents for some files.

    Raises:
        UsageError, ProjectNotFoundError: as :func:`open_workspace`.
    """
    opened = open_projects(paths, project, instead)
    return [Workspace(entry, environment, options, limits_file=limits_file, base=base) for entry in opened]
