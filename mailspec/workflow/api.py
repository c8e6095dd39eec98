"""Public Python API, as small as the command line is. No globals, no printing; errors are exceptions with words.

>>> import mailspec
>>> spec = mailspec.load("examples/quickstart")  # doctest: +SKIP
>>> mailspec.effective(spec, "Primary SMTP Server").get("port")  # doctest: +SKIP
465
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from mailspec.load.spec import Spec
from mailspec.model.effective import Effective
from mailspec.outcome.plan import Plan
from mailspec.outcome.recap import Recap
from mailspec.outcome.report import Report
from mailspec.resolve import Resolver
from mailspec.workflow.checks.checking import variables_of
from mailspec.workflow.options import ApplyOptions, CheckOptions, PlanOptions
from mailspec.workflow.reference.showing import show
from mailspec.workflow.validate.validation import validate as _validate
from mailspec.workflow.workspace import open_workspace, open_workspaces

if TYPE_CHECKING:
    from mailspec.workflow.apply.prepare import Prepared
    from mailspec.workflow.delivery.sending import Sent


def load(path: str = ".", environment: str | None = None) -> Spec:
    """Load the project around a path: its base, or one environment.

    What is wrong with the files is not raised; :func:`validate` tells it.

    Raises:
        UsageError: the path or the environment does not exist.
        ProjectNotFoundError: there is no spec file.
    """
    (workspace,) = open_workspaces((path,), None, environment)
    return workspace.spec


def validate(
    path: str = ".",
    *,
    environment: str | None = None,
    with_secrets: bool = False,
    with_env: bool = False,
    as_of: date | None = None,
) -> Report:
    """Check the files offline, as ``mailspec validate`` does.

    Raises:
        UsageError, ProjectNotFoundError: as :func:`load`.
    """
    options = CheckOptions(with_secrets, with_env, as_of=as_of)
    return _validate((path,), environment=environment, options=options)


def effective(spec: Spec, name: str) -> Effective:
    """Return what really holds for one object, each field with its origin and line.

    Overriding environment variables count, as in ``mailspec show``.

    Raises:
        UsageError: the name is unknown or ambiguous.
    """
    return show(Resolver(spec, variables_of(spec)), [name])[0]


def plan(
    path: str = ".",
    *,
    environment: str | None = None,
    state: str | None = None,
    limit: Sequence[str] = (),
    prune: bool = False,
    confirm_delete: Sequence[str] = (),
    as_of: date | None = None,
    limits: str | None = None,
) -> Plan:
    """Return what an apply would change. Reads the state and the targets; changes nothing.

    Raises:
        ApplyRefusedError: the files have errors (``report``), or something forbids to go on (``refusal``).
        UsageError, ProjectNotFoundError: as :func:`load`.
        StateError: the state cannot be used.
    """
    from mailspec.workflow.apply.planning import plan as make

    prepared = _prepared(path, environment, state, as_of, limits)
    return make(prepared, PlanOptions(tuple(limit), prune, tuple(confirm_delete), as_of=as_of)).plan


def apply(
    plan: Plan,
    path: str = ".",
    *,
    state: str | None = None,
    test_to: str | None = None,
    no_test: bool = False,
    wait: float = 0.0,
    limits: str | None = None,
) -> Recap:
    """Apply a plan that was looked at, and only if it still is what would be done.

    The recap's ``exit`` is the command line's exit code; ``refusal`` and ``failure`` say why nothing or not all was
    done. ``wait`` is how many seconds to wait for a lock.

    Raises:
        ApplyRefusedError, UsageError, ProjectNotFoundError, StateError: as :func:`plan`.
    """
    from mailspec.workflow.apply.applying import planned_for_apply, run

    prepared = _prepared(path, plan.basis.environment, state, None, limits)
    planned, _notes = planned_for_apply(prepared, wait=wait, saved=plan)
    return run(prepared, planned, ApplyOptions(test_to, no_test, wait), approved=plan)


def send(
    to: str | Sequence[str] | Mapping[str, Mapping[str, Any]],
    *,
    subject: str | None = None,
    text: str | None = None,
    html: str | None = None,
    type: str | None = None,
    template: str | None = None,
    variables: Mapping[str, Any] | None = None,
    cc: Sequence[str] = (),
    bcc: Sequence[str] = (),
    together: bool = False,
    sender: str | None = None,
    key: str | None = None,
    path: str = ".",
    environment: str | None = None,
    state: str | None = None,
    limits: str | None = None,
) -> Sent:
    """Put messages into the queue, as ``mailspec send`` does; a worker sends them. Needs the extra ``delivery``.

    ``to`` is an address, several, or a mapping from each to the variables of its own message. What is sent is ``text``,
    ``html`` or both, or an e-mail ``type``, or a ``template`` by its path in the project; those take ``variables``.
    Everyone gets a message of their own, unless ``together``. When it returns, all are on the disk; the same ``key`` is
    accepted once. ``sender`` is as ``--as`` has it: a configuration's name, ``mailing:NAME``, ``mobile``.

    Raises:
        UsageError: an address, a name or a template cannot be used.
        ApplyRefusedError: mail is off, a recipient is not allowed, a limit forbids it, or the queue is full.
        ProjectNotFoundError, StateError: as :func:`plan`.
    """
    from mailspec.workflow.delivery.asking import Asked, send_asked
    from mailspec.workflow.delivery.sending import Addressee, mailbox
    from mailspec.workflow.project import UsageError

    body = text is not None or html is not None
    if body + (type is not None) + (template is not None) != 1:
        raise UsageError("Give one of text (or html, or both), type and template.")
    own = to if isinstance(to, Mapping) else {address: {} for address in ([to] if isinstance(to, str) else to)}
    common = dict(variables or {})
    asked = Asked(
        [Addressee(mailbox(address), {**common, **words}) for address, words in own.items()],
        type=type,
        template=template,
        text=(html if text is None else text) if body else None,
        html=text is None,
        alternative=html,
        subject=subject,
        sender=sender,
        cc=[mailbox(address) for address in cc],
        bcc=[mailbox(address) for address in bcc],
        together=together,
        key=key,
    )
    return send_asked(asked, project=path, environment=environment, state=state, limits=limits)


def _prepared(
    path: str, environment: str | None, state: str | None, as_of: date | None, limits: str | None
) -> Prepared:
    from mailspec.workflow.apply.prepare import prepare

    options = CheckOptions(with_env=True, as_of=as_of)
    return prepare(open_workspace(path, environment, options, limits_file=limits), state)
