"""Of which files a secret's own file is a copy, as far as the base revision and its ancestors know."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from mailspec.resolve import Resolver
from mailspec.source.revision import GitRevision
from mailspec.workflow.checks.secret_keys import secret_keys
from mailspec.workflow.options import NOT_GIVEN
from mailspec.workflow.policy.copied_files import KINDS, CopiedFiles
from mailspec.workflow.policy.judged_secrets import judged_references
from mailspec.workflow.wanted import wanted

if TYPE_CHECKING:
    from mailspec.workflow.workspace import Workspace


class Originals:
    """What a run with a base revision knows of copies; without one, nothing."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        # Many references may be asked about.
        self._used = cache(self._find_used)

    def of(self, reference: Mapping[str, Any], environment: str | None = NOT_GIVEN) -> Iterable[dict[str, Any]]:
        """Return references to the files of which a reference's own one is a copy.

        What the base uses in the environment, this run's where none is given, is no copy as long as its file stays.

        Raises:
            GitError: the history of the base revision cannot be read.
            UsageError: there is no such base revision.
        """
        before = None if KINDS.isdisjoint(reference) else self._workspace.base_project
        if before is None or not isinstance(before.source, GitRevision):
            return ()
        name, root = self._workspace.environment if environment == NOT_GIVEN else environment, self._workspace.root
        files = CopiedFiles(
            root, before.source.commit, lambda other: not self._used(name or "").isdisjoint(secret_keys(other, root))
        )
        return files.originals(reference)

    def _find_used(self, environment: str) -> frozenset[str]:
        """Return the keys of the secrets that a plan of the base uses in an environment, so that limits judge them."""
        before = self._workspace.base_project
        if before is None:
            return frozenset()
        spec = before.loaded.environments.get(environment, before.loaded.base)
        references = judged_references(wanted(Resolver(spec)).desired)
        return frozenset(key for reference in references for key in secret_keys(reference, spec.root))
