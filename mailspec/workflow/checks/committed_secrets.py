"""MS305: secret files that lie in the Git repository and that a commit would take along."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence

from mailspec.files.opening import declared_path, follow_links
from mailspec.load.item import Item, Path
from mailspec.load.spec import Spec
from mailspec.outcome.effective import Value
from mailspec.rules import SecretFact
from mailspec.rules.secrets import reference_key, references

Facts = dict[tuple[str, str], list[SecretFact]]


def committed_facts(spec: Spec, ignored_soon: Sequence[str] = ()) -> Facts:
    """Say of each ``file`` reference why a commit would take its secret along; a pattern is asked for each person.

    ``ignored_soon`` are folders that Git will be told to ignore, as a part of the project that is planned.
    """
    named = list(_file_references(spec))
    if not named:
        # So it is in most projects, and Git and what starts it are not even loaded.
        return {}
    from mailspec.workflow.accounts.plain_settings import project_relative

    root = spec.root
    asked: dict[str, list[tuple[str, str]]] = {}
    for item, path, reference, people in named:
        text = str(project_relative(Value(reference, "", item, path), spec)["file"])
        key = reference_key(item, path)
        for file in _expanded(text, people):
            asked.setdefault(declared_path(root, file), []).append(key)
    facts: Facts = {}
    for file, problem in exposed(list(asked)).items():
        if problem is NOT_IGNORED and os.path.relpath(file, root).startswith(tuple(ignored_soon)):
            continue
        for key in asked[file]:
            # One file of a pattern stands for all.
            facts.setdefault(key, [fact(file, root, problem)])
    return facts


def exposed(files: list[str]) -> dict[str, str]:
    """Return those files whose content a commit would take along, each with why."""
    from mailspec.source.git import GitError, find_top, ignored, tracked

    found: dict[str, str] = {}
    by_top: dict[str, dict[str, str]] = {}
    for file in files:
        real = follow_links(file)
        top = find_top(os.path.dirname(real))
        inside = top is not None and not real.startswith(os.path.join(top, ".git") + os.sep)
        if top is not None and inside:
            by_top.setdefault(top, {})[os.path.relpath(real, top)] = file
    for top, names in by_top.items():
        try:
            index, safe = tracked(top, names), ignored(top, names, own_only=True)
        except GitError as error:
            found |= dict.fromkeys(names.values(), f"Git cannot say whether it is ignored: {error}")
            continue
        found |= {names[name]: IN_INDEX for name in names if name in index}
        found |= {names[name]: NOT_IGNORED for name in names if name not in index and name not in safe}
    return found


NOT_IGNORED = "no .gitignore of the repository ignores it, so that 'git add' takes it"
IN_INDEX = "it is in Git's index, so that the next commit holds it, or an earlier one does"


def fact(file: str, root: str, problem: str) -> SecretFact:
    """Say in words that a secret's file would be committed."""
    shown = os.path.relpath(file, root)
    help_ = f"Keep it outside of the repository, or ignore it: echo '/{shown}' >> .gitignore"
    if problem is IN_INDEX:
        help_ = f"Take it out (git rm --cached {shown}), ignore it, and change the secret: every clone has it."
    return SecretFact("MS305", "error", f"The secret file {shown} lies in the repository, and {problem}.", help_)


def _file_references(spec: Spec) -> Iterator[tuple[Item, Path, object, Iterable[str]]]:
    """Yield each reference to a file, with the people for whom an address stands in its pattern."""
    everybody = spec.users.keys()
    owners: list[tuple[Item, Iterable[str]]] = [(spec.general, everybody)]
    owners += [(item, ()) for items in (spec.configurations, spec.targets) for item in items.values()]
    owners += [(item, map(str.lower, map(str, item.get("members") or ()))) for item in spec.groups.values()]
    owners += [(item, [identity]) for identity, item in spec.users.items() if item.data.get("account")]
    for item, people in owners:
        for path, found in references(item):
            if _names_file(found):
                yield item, path, found, people


def _names_file(reference: dict[str, object]) -> bool:
    return isinstance(reference.get("file"), str)


def _expanded(text: str, people: Iterable[str]) -> Iterator[str]:
    if "{email}" not in text:
        yield text
    else:
        yield from (text.replace("{email}", identity) for identity in people)
