"""MS401, MS402, MS403: which modes exist where, and which configuration is the active one."""

from __future__ import annotations

from collections.abc import Iterator

from mailspec.load.item import Item, Path
from mailspec.outcome.finding import Finding
from mailspec.outcome.sentence import shorten_list
from mailspec.resolve import bulk
from mailspec.rules.base import Check, Context
from mailspec.rules.say import at_item, placed_related

_ON_PREMISES_ONLY = {"outlook": "Microsoft Outlook", "other": "Other Email Software"}

# Whoever has more active configurations than this made the same mistake in all of them.
_MOST_TOLD = 100
_MOST_NAMED = 20


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


def cloud_login(context: Context) -> Iterator[Finding]:
    """In the cloud people sign in as their e-mail address; another user name has no effect."""
    spec = context.spec
    if not spec.in_cloud:
        return
    for identity, entry in context.people:
        username = spec.users[identity].get("account", "username")
        if username is not None and str(username).lower() != identity and entry.mode in {"smtp", "office365"}:
            yield at_item(
                "MS405",
                spec.users[identity],
                ("account", "username"),
                f"In the cloud the user name is the e-mail address; '{username}' is another one.",
                object=entry.object,
                severity="warning",
                help="Remove username.",
            )


def active(context: Context) -> Iterator[Finding]:
    """Exactly one configuration is to be active, or it is plain which one is meant."""
    spec, entry = context.spec, context.resolver.activation
    if entry.verdict == "two_active":
        first, *others = (spec.configurations[name] for name in entry.candidates)
        more = len(others) - _MOST_TOLD
        for name, item in zip(entry.candidates[1 : _MOST_TOLD + 1], others[:_MOST_TOLD], strict=True):
            yield at_item(
                "MS402",
                item,
                ("state",),
                f"'{name}' and '{entry.candidates[0]}' are both active; only one can be.",
                object=f"configuration:{name}",
                related=(placed_related(first, ("state",), "the other active one"),),
                help="Write state: inactive at one of them.",
            )
        if more > 0:
            yield at_item(
                "MS402",
                others[_MOST_TOLD],
                ("state",),
                f"{more:,} more configurations are active; only one can be.",
                help="Write state: inactive at all but one.",
            )
    elif entry.verdict == "say_which":
        names = shorten_list([f"'{name}'" for name in entry.candidates], _MOST_NAMED)
        last = spec.configurations[entry.candidates[-1]]
        yield at_item(
            "MS403",
            last,
            ("name",),
            f"Several configurations are declared and none is active. Say which one is to be: {names}.",
            object=f"configuration:{entry.candidates[-1]}",
            help="Write state: active at the one to use.",
        )
    elif entry.verdict == "all_inactive":
        yield _off(context, entry.candidates, "inactive")
    elif entry.verdict == "none_declared" and spec.configurations:
        # Nothing is left but what is to be deleted.
        yield _off(context, tuple(spec.configurations), "absent")


def features(context: Context) -> Iterator[Finding]:
    """A feature that needs bulk or mobile mail stops where that is not configured."""
    spec, verdict = context.spec, context.resolver.activation.verdict
    if verdict not in {"declared", "only_one"}:
        return  # what stops then is told in one
    settings = bulk(context.resolver)
    bulk_works = settings.mode.value != "not_configured" and settings.configuration is not None
    works = {"bulk": bulk_works, "mobile": bulk_works and spec.sends_mobile}
    for name, item in spec.lists["features"].items():
        needs = item.get("needs")
        if works.get(needs, True):
            continue
        without = f" Without it: {item.get('without')}" if item.get("without") else ""
        yield at_item(
            "MS403",
            item,
            ("needs",),
            f"'{name}' needs {needs} mail, and that is not configured, so it stops.{without}",
            object=f"feature:{name}",
            severity="warning",
            help="Write general.bulk.mode and its configuration" + (", and mobile_from." if needs == "mobile" else "."),
        )


def _off(context: Context, names: tuple[str, ...], state: str) -> Finding:
    settings = bulk(context.resolver)
    bulk_works = settings.named is not None and settings.configuration is not None and state != "absent"
    stops = [
        f"{name} ({feature.get('without')})" if feature.get("without") else name
        for name, feature in context.spec.lists["features"].items()
        if not (bulk_works and feature.get("needs") in {"bulk", "mobile"})
    ]
    also = "" if bulk_works else " Mass mailings, dispatch and mobile mail are off too."
    stopped = f" What stops: {'; '.join(stops)}." if stops else " No declared feature stops."
    return at_item(
        "MS403",
        context.spec.configurations[names[0]],
        ("state",),
        f"Every configuration is {state}, so mail is off.{also}{stopped}",
        severity="warning",
        object=f"configuration:{names[0]}",
        help="Write state: active at one of them if mail is wanted.",
    )


CHECKS = (
    Check(("MS401",), cloud),
    Check(("MS405",), cloud_login),
    Check(("MS402", "MS403"), active),
    Check(("MS403",), features),
)
