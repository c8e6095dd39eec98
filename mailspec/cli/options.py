"""Options that several commands share, each written once, and groups of them that a command takes as one value.

A command takes a group by a decorator, which adds the group's options and hands over an instance::

    @click.command("plan")
    @takes(PlanOptions, "changes")
    @in_project("state", "limits", "base")
    @formats(*names_for("changes"), quiet="Print nothing where nothing changes.")
    @guarded
    def command(changes: PlanOptions, project: ProjectOptions, outputs: Outputs) -> int:
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from functools import wraps
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import click

from mailspec.cli.streams import say
from mailspec.workflow.options import NOT_GIVEN, OFFLINE, CheckOptions

if TYPE_CHECKING:
    from mailspec.workflow.apply.prepare import Prepared
    from mailspec.workflow.policy.policy_base import Base
    from mailspec.workflow.workspace import Workspace

F = TypeVar("F", bound=Callable[..., Any])


# Only newer releases of click let the class itself be subscripted.
if TYPE_CHECKING:
    _DateType = click.ParamType[date]
else:
    _DateType = click.ParamType


class Day(_DateType):
    """A date as YYYY-MM-DD."""

    name = "DATE"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        if isinstance(value, date):
            return value
        try:
            day = date.fromisoformat(str(value))
        except ValueError:
            day = None
        # Python also reads 20261231 and 2026-W53-4.
        if day is None or day.isoformat() != value:
            self.fail(f"'{value}' is not a date; write it as 2026-12-31.", param, ctx)
        return day


def _thresholds(_ctx: click.Context, _param: click.Parameter, values: Sequence[str]) -> tuple[str, ...]:
    from mailspec.plan.thresholds import ALLOWABLE, PROTECTED, SECRET_MOVE, TAKE_OVER, UNPROVEN

    named = (PROTECTED, UNPROVEN, TAKE_OVER, SECRET_MOVE)
    # The policy writes its thresholds' names with "_".
    values = [name if (name := value.replace("_", "-")) in ALLOWABLE else value for value in values]
    for value in values:
        if value not in ALLOWABLE and (value in named or not value.startswith(named)):
            raise click.BadParameter(
                f"'{value}' is nothing to approve; there are {', '.join(ALLOWABLE)}, {PROTECTED}NAME, "
                f"{UNPROVEN}NAME, {TAKE_OVER}TARGET and {SECRET_MOVE}REFERENCE."
            )
    return tuple(dict.fromkeys(values))


def _moves_of_secrets(_ctx: click.Context, _param: click.Parameter, values: Sequence[str]) -> tuple[str, ...]:
    """Take what commands without a plan can approve: moves of secrets and a looser policy."""
    if not values:
        return ()
    from mailspec.plan.thresholds import POLICY_CHANGE, SECRET_MOVE

    for value in values:
        if (value != POLICY_CHANGE and not value.startswith(SECRET_MOVE)) or value == SECRET_MOVE:
            raise click.BadParameter(
                f"'{value}' is nothing to approve here; there are {POLICY_CHANGE} and {SECRET_MOVE}REFERENCE."
            )
    return tuple(dict.fromkeys(values))


Option = Callable[[F], F]


def _chosen(default: str | None) -> Callable[[click.Context, click.Parameter, str | None], str | None]:
    """Return what ``-E`` gives: ``None`` for the base, and ``default`` where nothing is given."""
    return lambda _ctx, _param, value: None if value == "base" else (value or default)


def _environment(help: str, *, default: str | None = None, variable: bool = True) -> Option[Any]:
    return click.option(
        *("-E", "--environment", "environment"),
        metavar="NAME",
        envvar="MAILSPEC_ENVIRONMENT" if variable else None,
        callback=_chosen(default),
        help=help,
    )


_BASE = "Git revision whose policy counts; a change that loosens it is refused."
_BASE_OR_APPLIED = f"{_BASE} @applied is the commit of the last apply."

# Every shared option by the name of the value that it gives.
OPTIONS: dict[str, Option[Any]] = {
    "project": click.option("--project", metavar="DIR", help="The project's folder. Default: found upwards from here."),
    "environment": _environment("The environment whose overlay holds. Default: MAILSPEC_ENVIRONMENT, else the base."),
    "machine": click.option(
        "--machine",
        metavar="NAME",
        help="The machine that this run is for: targets of another one are left alone. Default: this host's name.",
    ),
    "state": click.option(
        "--state",
        metavar="URL",
        help="Where the state is: sqlite:///PATH or postgresql://USER@HOST/DATABASE. Default: MAILSPEC_STATE_URL, "
        "else .mailspec/state.sqlite in the project.",
    ),
    "limits": click.option(
        "--limits",
        metavar="FILE",
        help="What this run may touch: secrets, hosts, target paths, recipients. Default: the file in MAILSPEC_LIMITS, "
        "else /etc/mailspec/limits.yml if there is one.",
    ),
    "base": click.option("--base", metavar="REV", help=_BASE),
    "allow_policy_change": click.option(
        "--allow-policy-change", is_flag=True, help="The same as --allow policy-change, for approvers only."
    ),
    "moves": click.option(
        "--allow",
        "moves",
        multiple=True,
        metavar="WHAT",
        callback=_moves_of_secrets,
        help="With --base: approve this once what is refused (repeatable): policy-change, a looser policy, or "
        "secret-move=REFERENCE, a secret that goes to a new place.",
    ),
    "limit": click.option(
        "-l", "--limit", "limit", multiple=True, metavar="NAME", help="Only these objects or targets (repeatable)."
    ),
    "prune": click.option("--prune", is_flag=True, help="Also delete what is no longer declared."),
    "confirmed": click.option(
        "--confirm-delete",
        "confirmed",
        multiple=True,
        metavar="NAME",
        help="Confirm a deletion by name (repeatable).",
    ),
    "allowed": click.option(
        "--allow",
        "allowed",
        multiple=True,
        metavar="WHAT",
        callback=_thresholds,
        help="Approve this once what is refused (repeatable): a threshold (affected-people, deletions, deactivation, "
        "protected:NAME), policy-change, off, unproven=NAME, a configuration that could not be tried, "
        "take-over=TARGET, a file of another environment, or secret-move=REFERENCE, such as secret-move=env:NAME, "
        "a secret that goes to a new place.",
    ),
    "as_of": click.option("--as-of", type=Day(), metavar="DATE", help="The day for dated rules. Default: today."),
    "with_secrets": click.option(
        "--with-secrets", is_flag=True, help="Also read the secrets: presence, shape, permissions."
    ),
    "with_env": click.option("--with-env", is_flag=True, help="Also honour overriding environment variables."),
    "online": click.option("--online", is_flag=True, help="Also ask DNS about the sending domains."),
    "nameserver": click.option(
        "--nameserver", metavar="ADDRESS[:PORT]", help="With --online: the name server to ask. Default: the system's."
    ),
    "test_to": click.option(
        "--test-to", metavar="ADDRESS", help="Recipient of the test message. Default: policy.test_recipients."
    ),
    "no_test": click.option("--no-test", is_flag=True, help="Send no test message."),
    "wait": click.option("--wait", type=float, default=0.0, metavar="SECONDS", help="How long to wait for a lock."),
    "auto_approve": click.option("--auto-approve", is_flag=True, help="Do not ask."),
    "diff": click.option("-D", "--diff", "diff", is_flag=True, help="Show fields before and after."),
}


def takes(group: type[Any], name: str, *only: str, **own: Option[Any]) -> Callable[[F], F]:
    """Give a command the options of a group (a named tuple); the command gets an instance as ``name``.

    ``only`` are the fields that this command has; the others keep their defaults. An option is the shared one of the
    field's name, or the command's ``own``.
    """
    chosen: tuple[str, ...] = only or group._fields

    def add(function: F) -> F:
        @wraps(function)
        def inner(*args: Any, **kwargs: Any) -> Any:
            values = {field: kwargs.pop(field) for field in chosen}
            return function(*args, **{name: group(**values)}, **kwargs)

        for field in reversed(chosen):
            inner = (own.get(field) or OPTIONS[field])(inner)
        return inner  # type: ignore[return-value]

    return add


class ProjectOptions(NamedTuple):
    """Which project a command is about, and what holds from outside of it: limits, the base revision, the state."""

    project: str | None = None
    environment: str | None = None
    limits: str | None = None
    base: str | None = None
    allow_policy_change: bool = False
    moves: tuple[str, ...] = ()
    state: str | None = None
    machine: str | None = None

    def open(self, check: CheckOptions = OFFLINE, allowed: Sequence[str] = ()) -> Workspace:
        """Load the project.

        Raises:
            UsageError, ProjectNotFoundError: as :func:`mailspec.workflow.workspace.open_workspace`.
        """
        from mailspec.workflow.workspace import open_workspace

        workspace = open_workspace(
            self.project, self.environment, check, limits_file=self.limits, base=self.revision(allowed)
        )
        context = click.get_current_context(silent=True)
        if check.with_env and not (context and context.params.get("quiet")):
            for sentence in workspace.overridden:
                say(sentence)
        return workspace

    def revision(self, allowed: Sequence[str] = ()) -> Base | None:
        """Return the base revision whose policy counts, ``None`` for none; ``allowed`` is what ``--allow`` approves."""
        if self.base is None:
            return None
        from mailspec.plan.thresholds import POLICY_CHANGE
        from mailspec.workflow.policy.policy_base import Base

        approved = (*allowed, *self.moves)
        return Base(self.base, self.allow_policy_change or POLICY_CHANGE in approved, approved)

    def prepare(self, as_of: date | None = None, allowed: Sequence[str] = ()) -> Prepared:
        """Load and check the project and open its state.

        Raises:
            ApplyRefusedError, UsageError, ProjectNotFoundError: as :func:`mailspec.workflow.apply.prepare.prepare`.
        """
        from mailspec.workflow.apply.prepare import prepare

        checks = CheckOptions(with_env=True, as_of=as_of)
        return prepare(self.open(checks, allowed), self.state, self.machine)


# Commands that act want to be told the environment; those that look at all take none from the variable.
_ACTING = _environment(
    "The environment: base, or one that is declared. Wanted where there are any. Default: MAILSPEC_ENVIRONMENT.",
    default=NOT_GIVEN,
)
_ALL = _environment("Only this environment. Default: the base and all of them.", variable=False)


def in_project(*words: str) -> Callable[[F], F]:
    """Give a command ``--project`` and ``-E``, and what it has of ``limits``, ``base``, ``moves``, ``state``,
    ``machine``, as ``project``.

    ``acts``: it changes or sends something, so that the environment has to be said. ``all``: it looks at all of them.
    """
    kinds = ("base", "acts", "all")
    more = [*(("base", "allow_policy_change") if "base" in words else ()), *(w for w in words if w not in kinds)]
    own: dict[str, Option[Any]] = {"environment": _ACTING} if "acts" in words else {}
    own |= {"environment": _ALL} if "all" in words else {}
    own |= (
        {"base": click.option("--base", metavar="REV", help=_BASE_OR_APPLIED)}
        if {"state", "machine"} <= set(words)
        else {}
    )
    return takes(ProjectOptions, "project", *more, "project", "environment", **own)


def no_project(function: F) -> F:
    """Take ``--project`` and ``-E``, which every command has, where neither makes a difference."""

    @wraps(function)
    def inner(*args: Any, **kwargs: Any) -> Any:
        del kwargs["project"], kwargs["environment"]
        return function(*args, **kwargs)

    return OPTIONS["project"](OPTIONS["environment"](inner))  # type: ignore[no-any-return]
