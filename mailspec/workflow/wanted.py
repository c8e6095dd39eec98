"""What a Spec wants, as the plain values that a plan is made of."""

from __future__ import annotations

from typing import Any

from mailspec.load.item import Item
from mailspec.load.spec import Spec
from mailspec.model.effective import Effective
from mailspec.model.fields import SENSITIVE, Settings
from mailspec.model.kinds import FILE_WORDS
from mailspec.outcome.effective import Value
from mailspec.outcome.finding import Finding
from mailspec.outcome.plan import Json
from mailspec.outcome.report import finding
from mailspec.outcome.sentence import sentence
from mailspec.plan.desired import Desired, DesiredObject, ObjectState, TargetDesired
from mailspec.plan.thresholds import Thresholds
from mailspec.resolve import Resolver, bulk_account, mailing, mobile
from mailspec.resolve.activation import state_of
from mailspec.targets.base import LARGEST, TargetProblem
from mailspec.targets.registry import find
from mailspec.targets.scope import Scope, SendingObject
from mailspec.workflow.accounts.as_sent import absolute, as_sent
from mailspec.workflow.accounts.plain_settings import fields_of, from_project, project_relative

# Words of a target that are about us; its type reads the others.
_ABOUT_US = frozenset({"name", "renamed_from", "type", "path", "configuration", "machine", "prove"})
# What the targets of a plan hold together at most, in characters: all of it is compared, shown and recorded.
_ALL_TARGETS = 4 * LARGEST
# What the lists of everyone's settings have together at most: each person has the general ones.
_MOST_ENTRIES = 1_000_000


class Wanted:
    """The wanted side of a plan, with what stands against it. ``size`` is how much its targets hold, in characters."""

    __slots__ = ("desired", "problems", "size")

    def __init__(self, desired: Desired, problems: list[Finding], size: int) -> None:
        self.desired = desired
        self.problems = problems
        self.size = size


def wanted(resolver: Resolver) -> Wanted:
    """Return what a Spec wants of the state and of each target."""
    spec = resolver.spec
    problems: list[Finding] = []
    objects = [*_configurations(resolver), *_people(resolver), *_mailings(resolver)]
    entries = sum(len(value) for item in objects for value in item.fields.values() if isinstance(value, list))
    if entries > _MOST_ENTRIES:
        problems.append(_too_long(entries))
        objects = []
    accounts = _accounts(resolver, objects) if spec.targets else ()
    targets, size = _targets(resolver, accounts, problems)
    variables = resolver.variables
    overriding: dict[str, Json] = {variables.prefix + name: text for name, text in variables.digest_input().items()}
    if "PASSWORD" in variables.values:
        overriding[variables.prefix + "PASSWORD"] = {"env": variables.prefix + "PASSWORD"}
    return Wanted(
        Desired(tuple(objects), tuple(targets), overriding, thresholds_of(spec)),
        problems,
        size,
    )


def thresholds_of(spec: Spec) -> Thresholds:
    """Return what the policy lets one plan do."""
    policy = spec.policy
    return Thresholds(
        policy.get("thresholds", "affected_people"),
        policy.get("thresholds", "deletions"),
        policy.get("thresholds", "allow_deactivation") is not False,
        tuple(policy.get("protected") or ()),
    )


def _configurations(resolver: Resolver) -> list[DesiredObject]:
    spec, active = resolver.spec, resolver.activation.active
    found = []
    for name, item in spec.configurations.items():
        declared = state_of(spec, name)
        state: ObjectState = "absent" if declared == "absent" else "active" if name == active else "inactive"
        former = item.get("renamed_from")
        renamed = None if former is None else f"configuration:{former}"
        fields = fields_of(resolver.configuration(name), spec)
        found.append(DesiredObject(f"configuration:{name}", fields, state, renamed, SENSITIVE & fields.keys()))
    return found


def _people(resolver: Resolver) -> list[DesiredObject]:
    spec = resolver.spec
    return [_object(resolver.person(name), spec, item.get("renamed_from")) for name, item in spec.users.items()]


def _mailings(resolver: Resolver) -> list[DesiredObject]:
    spec = resolver.spec
    found = [_object(mailing(resolver, name), spec, item.get("renamed_from")) for name, item in spec.mailings.items()]
    if spec.sends_bulk:
        found.append(_object(bulk_account(resolver), spec))
    if spec.sends_mobile:
        found.append(_object(mobile(resolver), spec))
    return found


def _object(settings: Effective, spec: Spec, former: str | None = None) -> DesiredObject:
    fields = fields_of(settings, spec)
    renamed = None if former is None else f"{settings.kind}:{former}"
    return DesiredObject(f"{settings.kind}:{settings.name}", fields, "inactive", renamed, SENSITIVE & fields.keys())


def _accounts(resolver: Resolver, objects: list[DesiredObject]) -> tuple[SendingObject, ...]:
    """Return all that send, as targets are rendered from them."""
    spec = resolver.spec
    found = []
    known: dict[tuple[str, ...], tuple[str, ...]] = {}
    for item in objects:
        kind, _, name = item.name.partition(":")
        if item.state == "absent":
            continue
        senders: tuple[str, ...] = ()
        if kind == "mailing":
            # Thousands of mailings may name one group of thousands: its members are listed once.
            words = tuple(spec.mailings[name].get("senders") or ())
            if words not in known:
                known[words] = _senders(spec, words)
            senders = known[words]
        own = kind == "user" and _has_own_server(resolver, name)
        found.append(
            SendingObject(
                kind if kind == name else item.name,
                as_sent(item.fields, spec.root),
                senders,
                own,
                item.state == "active",
                _words(spec, kind, name),
            )
        )
    return tuple(found)


def _words(spec: Spec, kind: str, name: str) -> dict[str, str]:
    """Return what is declared of an object and is no setting."""
    items = {"user": spec.users, "mailing": spec.mailings}.get(kind, {})
    item = items.get(name.lower() if kind == "user" else name)
    return {} if item is None else {word: str(value) for word in ("name", "type", "mode") if (value := item.get(word))}


def _has_own_server(resolver: Resolver, email: str) -> bool:
    """Tell whether a person's host comes from themselves, their group or the general account."""
    host = resolver.person(email.lower()).fields.get(Settings.host)
    return host is not None and not host.origin.startswith("configuration:")


def _senders(spec: Spec, words: tuple[str, ...]) -> tuple[str, ...]:
    """Return the addresses of the people who may use a mailing; groups are told by their members."""
    found: list[str] = []
    for word in words:
        group = spec.groups.get(word)
        found += [str(word)] if group is None else [str(member) for member in group.get("members") or ()]
    return tuple(dict.fromkeys(address.lower() for address in found))


def _general_words(spec: Spec) -> dict[str, str]:
    mode = spec.general.get("users", "mode") or ("not_configured" if spec.in_cloud else "outlook")
    return {"users.mode": str(mode), "deployment": "cloud" if spec.in_cloud else "on_premises"}


def _paths(item: Item, spec: Spec) -> dict[str, str]:
    """Return the files that a target reads, as seen from the project."""
    named = ((word, item.get(word)) for word in FILE_WORDS)
    return {word: from_project(item, (word,), str(text), spec) for word, text in named if text is not None}


def _target(
    resolver: Resolver, name: str, item: Item, accounts: tuple[SendingObject, ...], problems: list[Finding]
) -> TargetDesired | None:
    spec = resolver.spec
    # One switch for everything: where mail is off it is off for those who name a configuration, too.
    source = None if resolver.activation.is_off else item.get("configuration") or resolver.activation.active
    default = None
    if source in spec.configurations and state_of(spec, source) != "absent":
        fields = fields_of(resolver.configuration(source), spec)
        default = SendingObject(f"configuration:{source}", as_sent(fields, spec.root)) if fields else None
    scope = Scope(
        default, accounts, spec.redirect_to, spec.environment, spec.instance_id, spec.root, _general_words(spec)
    )
    kind = find(str(item.get("type")))
    paths: dict[str, Any] = _paths(item, spec)
    if item.get("token") is not None:
        paths["token"] = project_relative(Value(item.get("token"), "", item, ("token",)), spec)
    if isinstance(kind, TargetProblem):
        problems.append(_unusable(name, item, kind))
        return None
    place = item.get("path") or kind.place_of(item.data)
    words = {**item.data, **paths}
    if "ca_bundle" in paths:
        # Programs read it, from wherever they run.
        words["ca_bundle"] = absolute(spec.root, paths["ca_bundle"])
    rendered = _NO_PATH if place is None else kind.render(words, scope)
    if isinstance(rendered, TargetProblem):
        problems.append(_unusable(name, item, rendered))
        return None
    options = {
        key: paths.get(key, value)
        for key, value in item.data.items()
        if value is not None and key not in _ABOUT_US and not key.startswith("x-")
    }
    path = str(place) if item.get("path") is None else from_project(item, ("path",), str(place), spec)
    usual_reload = kind.default_reload(path)
    if "reload" not in options and usual_reload:
        options["reload"] = list(usual_reload)
    target = TargetDesired(
        name=name,
        type=str(item.get("type")),
        path=path,
        keys=rendered.keys,
        options=options,
        source=None if default is None else default.object,
        notes=rendered.notes,
        carries=rendered.carries,
        prove=bool(item.get("prove")),
        machine=None if item.get("machine") is None else str(item.get("machine")),
        renamed_from=item.get("renamed_from"),
    )
    problem = kind.unwritable(target)
    if problem is not None:
        problems.append(_unusable(name, item, problem))
        return None
    return target


def _targets(
    resolver: Resolver, accounts: tuple[SendingObject, ...], problems: list[Finding]
) -> tuple[list[TargetDesired], int]:
    """Return what each target is to hold, up to where all of that is more than a plan can show, and how much it is."""
    found: list[TargetDesired] = []
    total = 0
    for name, item in resolver.spec.targets.items():
        target = _target(resolver, name, item, accounts, problems)
        size = 0 if target is None else sum(len(key) + len(str(value)) for key, value in target.keys.items())
        total += size
        if size > LARGEST or total > _ALL_TARGETS:
            problems.append(_unusable(name, item, _TOO_LARGE if size > LARGEST else _TOO_MANY))
        elif target is not None:
            found.append(target)
        if total > _ALL_TARGETS:
            break
    return found, total


def _too_long(entries: int) -> Finding:
    return finding(
        "MS405",
        f"The lists of all accounts, such as may_send_as, have {entries:,} entries together; a plan has at most "
        f"{_MOST_ENTRIES:,}.",
        None,
        help="Write patterns such as *@acme.example in general lists, and long lists only for those who need them.",
    )


_TOO_LARGE = TargetProblem(
    f"it would hold more than {LARGEST // 1024**2} MiB",
    "name fewer people as senders of mailings, or split the Spec into several projects",
)
_TOO_MANY = TargetProblem(
    f"it and those before it would hold more than {_ALL_TARGETS // 1024**2} MiB together",
    "let several programs read one file, or split the Spec into several projects",
)
_NO_PATH = TargetProblem("it has no path", "write the file that the program reads, such as path: /etc/acme/smtp.env")


def _unusable(name: str, item: Item, problem: TargetProblem) -> Finding:
    return finding(
        "MS405",
        f"The target '{name}' cannot be written: {problem.message}.",
        item.locate(("name",)),
        path=item.pointer(("name",)),
        object=f"target:{name}",
        help=sentence(problem.help),
    )
