"""MS401, MS402, MS403: which modes exist where, and which configuration is the active one."""

from __future__ import annotations

from collections.abc import Iterator

from mailspec.load.item import Item, Path
from mailspec.outcome.finding import Finding
from mailspec.resolve import bulk
from mailspec.rules.base import Check, Context, at_item, placed_related

_ON_PREMISES_ONLY = {"outlook": "Microsoft Outlook", "other": "Other Email Software"}


def cloud(context: Context) -> Iterator[Finding]:
    """Refuse modes of the workstation in the cloud."""
    spec = context.spec
    if not spec.in_cloud:
        return
    yield from _in_cloud(spec.general, ("users", "mode"), None)
    for section, kind in ((spec.groups, "group"), (spec.users, "user"), (spec.mailings, "mailing")):
        for name, item in section.items():
            yield from _in_cloud(item, ("mode",), f"{kind}:{item.get('email') or name}")


def _in_cloud(item: Item, path: Path, object: str | None) -> Iterator[Finding]:
    mode = item.get(*path)
    if mode in _ON_PREMISES_ONLY:
        yield at_item(
            "MS401",
            item,
            path,
            f"mode: {mode} ({_ON_PREMISES_ONLY[mode]}) does not exist in the cloud: there is no workstation.",
            object=object,
            help="Use mode: office365 for Microsoft 365, or mode: smtp for any other mail server.",
        )


def active(context: Context) -> Iterator[Finding]:
    """Exactly one configuration is to be active, or it is plain which one is meant."""
    spec, held = context.spec, context.resolver.activation
    if held.verdict == "two_active":
        first, *others = (spec.configurations[name] for name in held.candidates)
        for name, item in zip(held.candidates[1:], others, strict=True):
            yield at_item(
                "MS402",
                item,
                ("state",),
                f"'{name}' and '{held.candidates[0]}' are both active; only one can be.",
                object=f"configuration:{name}",
                related=(placed_related(first, ("state",), "the other active one"),),
                help="Write state: inactive at one of them.",
            )
    elif held.verdict == "say_which":
        names = ", ".join(f"'{name}'" for name in held.candidates)
        last = spec.configurations[held.candidates[-1]]
        yield at_item(
            "MS403",
            last,
            ("name",),
            f"Several configurations are declared and none is active: {names}. Say which one is.",
            object=f"configuration:{held.candidates[-1]}",
            help="Write state: active at the one to use.",
        )
    elif held.verdict == "all_inactive":
        yield _off(context, spec.configurations[held.candidates[0]], held.candidates)


def _off(context: Context, item: Item, names: tuple[str, ...]) -> Finding:
    features = context.spec.lists["features"]
    stops = [f"{name} ({feature.get('without')})" if feature.get("without") else name for name, feature in features.items()]
    stopped = f" What stops: {'; '.join(stops)}" if stops else " No declared feature stops."
    also = "" if bulk(context.resolver).named is not None else " Mass mailings, dispatch and mobile mail are off too."
    return at_item(
        "MS403",
        item,
        ("state",),
        f"Every configuration is inactive, so mail is off.{also}{stopped}",
        severity="warning",
        object=f"configuration:{names[0]}",
        help="Write state: active at one of them if mail is wanted.",
    )


CHECKS = (Check(("MS401",), cloud), Check(("MS402", "MS403"), active))
