"""MS401, MS402, MS403: which modes exist where, and which configuration is the active one."""

from __future__ import annotations

from collections.abc import Iterator

from mailspec.load.item import Item, Path
from mailspec.model.fields import Settings
from mailspec.outcome.finding import Finding
from mailspec.outcome.sentence import shorten_list
from mailspec.resolve import bulk
from mailspec.rules.base import Check, Context
from mailspec.rules.say import at_item, at_value, placed_related

_ON_PREMISES_ONLY = {"outlook": "Microsoft Outlook", "other": "Other Email Software"}

# Whoever has more active configurations than this made the same mistake in all of them.
_MOST_REPORTED = 100
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
    reported: set[tuple[int, Path]] = set()
    for identity, person in context.people:
        if person.username is None or str(person.username).lower() == identity:
            continue
        # A group's is told once.
        value = person.value(Settings.auth.username)
        if value is None or (place := (id(value.item), value.path)) in reported:
            continue
        reported.add(place)
        yield at_value(
            "MS405",
            value,
            f"In the cloud the user name is the e-mail address; '{person.username}' is another one.",
            object=person.object if value.origin == "own" else value.origin,
            severity="warning",
            help="Remove username.",
        )


def active(context: Context) -> Iterator[Finding]:
    """Exactly one configuration is to be active, or it is plain which one is meant."""
    spec, entry = context.spec, context.resolver.activation
    if entry.verdict == "two_active":
        first, *others = (spec.configurations[name] for name in entry.candidates)
        more = len(others) - _MOST_REPORTED
        for name, item in zip(entry.candidates[1 : _MOST_REPORTED + 1], others[:_MOST_REPORTED], strict=True):
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
                others[_MOST_REPORTED],
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
    elif entry.is_off:
        yield from _off(context)


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


def _off(context: Context) -> Iterator[Finding]:
    """Say once that mail is off, and all that stops by it; where none is declared, if anybody would use one."""
    spec = context.spec
    users = tuple(_would_send(context))
    place: tuple[Item, Path]
    object: str | None
    if spec.configurations:
        name = next(iter(context.resolver.activation.candidates), next(iter(spec.configurations)))
        state = "inactive" if context.resolver.activation.candidates else "absent"
        place, object = (spec.configurations[name], ("state",)), f"configuration:{name}"
        why = f"Every configuration is {state}"
    elif users and not spec.gaps:
        place, object, why = users[0][1:], None, "No configuration is declared"
    else:
        return
    stops = [
        f"{name} ({feature.get('without')})" if feature.get("without") else name
        for name, feature in spec.lists["features"].items()
    ]
    stopped = f" What stops: {'; '.join(stops)}." if stops else " No declared feature stops."
    also = shorten_list([what for what, *_ in users if not what.startswith("feature")], _MOST_NAMED)
    yield at_item(
        "MS403",
        *place,
        f"{why}, so mail is off{f': for {also}, too' if also else ''}.{stopped}",
        severity="warning",
        object=object,
        help="Write state: active at one of them if mail is wanted."
        if spec.configurations
        else "Declare a configuration if mail is wanted.",
    )


def _would_send(context: Context) -> Iterator[tuple[str, Item, Path]]:
    """Yield what would send by a configuration if there were an active one, with the place that says so."""
    spec = context.spec
    lacking = [
        (person, len(some))
        for person, some in context.kinds
        if person.server is not None
        and Settings.host not in person.server
        and not person.item.is_damaged(("account", "host"))
    ]
    if lacking:
        mode = lacking[0][0].mode_value
        count = sum(some for _, some in lacking)
        yield (
            f"{count:,} {'person' if count == 1 else 'people'}",
            mode.item if isinstance(mode.item, Item) else spec.general,
            mode.path,
        )
    if spec.general.get("bulk", "mode") not in (None, "not_configured"):
        yield "bulk mail", spec.general, ("bulk", "mode")
    for name, item in spec.mailings.items():
        if item.get("mode") == "general" and item.get("send_as"):
            yield f"mailing '{name}'", item, ("mode",)
    if spec.sends_mobile:
        yield "mobile mail", spec.general, ("bulk", "mobile_from")
    for name, item in spec.lists["features"].items():
        yield f"feature:{name}", item, ("name",)


CHECKS = (
    Check(("MS401",), cloud),
    Check(("MS405",), cloud_login),
    Check(("MS402", "MS403"), active),
    Check(("MS403",), features),
)
