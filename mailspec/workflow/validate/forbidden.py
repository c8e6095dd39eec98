"""What an apply would refuse by a runner's limits, told of files alone: ``validate --limits FILE``."""

from __future__ import annotations

from collections.abc import Iterator

from mailspec.load.spec import Spec
from mailspec.outcome.refusal import Refusal
from mailspec.resolve import Resolver
from mailspec.workflow.apply.wanted import wanted
from mailspec.workflow.policy.outside_limits import Limits, beyond, beyond_reach
from mailspec.workflow.workspace import Workspace


def forbidden(workspace: Workspace) -> list[Refusal]:
    """Return the first thing outside the limits of the base and of each environment, or of the one that counts; the
    files have no errors. The same is told once.

    Raises:
        ApplyRefusedError: the limits cannot be used.
    """
    limits, loaded = workspace.limits, workspace.project.loaded
    specs = [workspace.spec] if workspace.environment is not None else [loaded.base, *loaded.environments.values()]
    found: dict[str, Refusal] = {}
    for spec in specs:
        for refusal in _forbidden(limits, spec):
            found.setdefault(refusal.message, refusal)
    return list(found.values())


def _forbidden(limits: Limits, spec: Spec) -> Iterator[Refusal]:
    refusal = beyond(limits, wanted(Resolver(spec)).desired, spec.root)
    if refusal is not None:
        yield refusal
    reached = [] if spec.redirect_to else spec.policy.get("test_recipients") or []
    refused = (limits.recipient(address) for address in reached if isinstance(address, str))
    yield from filter(None, (beyond_reach(limits, spec), *refused))
