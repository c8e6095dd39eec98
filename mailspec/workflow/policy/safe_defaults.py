"""What holds where no limits file speaks: files that start programs or open doors are no targets."""

from __future__ import annotations

import os
import stat
from functools import cache

from mailspec.files.opening import follow_links
from mailspec.outcome.refusal import Refusal
from mailspec.plan.desired import TargetDesired
from mailspec.programs.sensitive import why_sensitive
from mailspec.targets.registry import paths_of

_EXECUTE = 0o111


def unasked_target(target: TargetDesired, root: str, *, proposed: bool = False) -> Refusal | None:
    """Return why a target is refused where no limits say which paths may be written, ``None`` where it is not.

    ``root`` is the project's folder, at which relative paths start; ``proposed`` tells that the Spec is a proposal.
    """
    if proposed and target.options.get("template"):
        return _refusal(target, target.path, "a template of the change can write any text there")
    mode = target.options.get("mode")
    if isinstance(mode, str) and int(mode, 8) & _EXECUTE:
        return _refusal(target, target.path, f"mode {mode} makes a program of it")
    for path in paths_of(target):
        declared = os.path.normpath(os.path.join(root, path))
        for place in dict.fromkeys((declared, follow_links(declared))):
            why = why_sensitive(place, target.type, _homes())
            if why is not None:
                return _refusal(target, place, f"there are {why}")
        if _is_program(declared):
            return _refusal(target, declared, "it is executable")
        repository = _repository_above(follow_links(declared))
        if repository is not None:
            return _refusal(
                target, declared, f"{repository} is a Git repository, whose settings and hooks run programs"
            )
    return None


def _is_program(path: str) -> bool:
    try:
        mode = os.stat(path).st_mode
    except (OSError, ValueError):
        return False
    return stat.S_ISREG(mode) and bool(mode & _EXECUTE)


def _repository_above(path: str) -> str | None:
    """Return the folder above a path that is Git's own, whatever it is called (gitrepository-layout(5))."""
    folder = os.path.dirname(path)
    while True:
        if all(os.path.lexists(os.path.join(folder, name)) for name in ("HEAD", "objects", "refs")):
            return folder
        if folder == os.path.dirname(folder):
            return None
        folder = os.path.dirname(folder)


@cache
def _homes() -> tuple[str, ...]:
    """Return the home folders of this machine's users; those of services that have none are left out."""
    homes = {os.path.expanduser("~")}
    try:
        import pwd

        homes |= {entry.pw_dir for entry in pwd.getpwall()}
    except ImportError:
        pass
    return tuple(home for home in homes if os.path.isabs(home) and home.strip("/"))


def _refusal(target: TargetDesired, path: str, why: str) -> Refusal:
    return Refusal(
        "unasked-target",
        f"the target {target.name} would write {path}, and {why}: no limits say that this may be written",
        f'write another path; if it is meant, whoever runs this names it in a limits file: target_paths: ["{path}"]',
    )
