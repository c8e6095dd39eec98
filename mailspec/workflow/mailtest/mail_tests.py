"""``test`` and ``probe``: which objects, which recipient, and one result each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

from mailspec import __version__
from mailspec.load.spec import Spec
from mailspec.mail.account import Account
from mailspec.mail.check import Occasion, probe, send_test
from mailspec.mail.local.handing import hand_over, look
from mailspec.mail.many import Batch, run_many
from mailspec.model.effective import Effective
from mailspec.outcome.mail import TestResult
from mailspec.outcome.refusal import Refusal
from mailspec.resolve import effective, names
from mailspec.resolve.activation import state_of
from mailspec.secrets.edges import edge_problem
from mailspec.state.session import Session
from mailspec.text.address import is_address
from mailspec.text.address_patterns import covered
from mailspec.workflow.accounts.plain_settings import Sending, fields_of, sending
from mailspec.workflow.accounts.sending_accounts import NOT_BY_SMTP, senders
from mailspec.workflow.checks.former_secrets import require_no_move
from mailspec.workflow.own_state import open_session
from mailspec.workflow.policy.outside_limits import beyond_fields
from mailspec.workflow.project import ApplyRefusedError, UsageError
from mailspec.workflow.reference.showing import select
from mailspec.workflow.workspace import Workspace

# What --to says for the address that Git has of the person.
ME = "me"
_ON_THEIR_MACHINE = "On the person's own machine, mailspec test NAME --local hands a message to the mail program."
OnResult = Callable[[TestResult], None]


class MailTest:
    """What is to be tried of a workspace, before anything is applied.

    Raises:
        ApplyRefusedError: the limits cannot be used, the change loosens the base revision's policy, or it sends a
            secret where no apply has sent it; ``opened`` gives the state, by default the environment's.
        StateError: the state cannot be used.
    """

    def __init__(self, workspace: Workspace, opened: Callable[[], Session] | None = None) -> None:
        self.workspace = workspace
        self.spec = workspace.spec
        self.resolver = workspace.resolver
        self.limits = workspace.limits
        workspace.require_policy()
        require_no_move(workspace, opened or partial(open_session, workspace, None))

    def objects(self, wanted: Sequence[str], *, everything: bool) -> list[Effective]:
        """Return what is meant: the named, all, or the active configuration alone.

        Raises:
            UsageError: a name is unknown, or nothing is named and none is active.
            ApplyRefusedError: a name may stand in a file that cannot be read.
        """
        if self.spec.gaps:
            self.stop_on_errors(())
        if everything:
            chosen = [entry for entry in names(self.spec) if entry[0] != "group"]
            chosen = [entry for entry in chosen if self._in_use(entry)]
        elif wanted:
            chosen = select(self.spec, wanted, ("configuration", "user", "mailing", "bulk", "mobile"))
        else:
            active = self.resolver.activation.active
            if active is None:
                raise UsageError("No configuration is active. Name what to try, or use --all.")
            chosen = [("configuration", active)]
        return [effective(self.resolver, kind, name) for kind, name in chosen]

    def _in_use(self, entry: tuple[str, str]) -> bool:
        kind, name = entry
        if kind == "configuration":
            return state_of(self.spec, name) != "absent"
        if kind == "mobile":
            return self.spec.sends_mobile
        if kind == "bulk":
            return self.spec.sends_bulk
        return True

    def sending(self, all_settings: Sequence[Effective]) -> list[Sending]:
        """Return objects as they are needed to send."""
        return [sending(entry, self.spec) for entry in all_settings]

    def stop_on_errors(self, all_settings: Sequence[Effective]) -> None:
        """Refuse to connect with settings that are certain to fail or forbidden.

        Raises:
            ApplyRefusedError: an error concerns one of the objects, or a file as a whole.
        """
        concerned = {entry.object for entry in all_settings}
        failing = tuple(
            f
            for f in self.workspace.report.findings
            if f.severity == "error"
            and not f.suppressed
            and f.environment in (None, self.workspace.environment)
            # A secret that moves is told once for all who send it.
            and (f.object is None or f.object in concerned or f.code == "MS806")
        )
        errors = ApplyRefusedError(report=self.workspace.report._replace(findings=failing))
        # What the limits forbid is never to be approved, so it is told before what could be.
        if any(entry.code != "MS806" for entry in failing):
            raise errors
        for settings in all_settings:
            refusal = beyond_fields(self.limits, fields_of(settings, self.spec), self.spec.root)
            if refusal is not None:
                raise ApplyRefusedError(refusal)
        if failing:
            raise errors

    def recipient(self, given: str | None) -> str:
        """Return to whom test messages go: where the environment has ``redirect_to``, always to that one.

        Raises:
            UsageError: none is given and the policy names none, or it is no address.
            ApplyRefusedError: the policy does not allow it.
        """
        declared = [entry for entry in self.spec.policy.get("test_recipients") or () if isinstance(entry, str)]
        asked = _own_address(self.workspace.root) if given == ME else given
        if asked is not None and not is_address(asked):
            raise UsageError(f"'{asked}' is not an e-mail address.")
        recipient = self.spec.redirect_to or asked or (declared[0] if declared else None)
        if recipient is None:
            raise UsageError("To whom? Give --to ADDRESS, or declare policy.test_recipients.")
        refusal = forbidden(self.spec, recipient) or self.limits.recipient(recipient)
        if not is_address(recipient):
            raise UsageError(f"'{recipient}' is not an e-mail address.")
        if refusal is not None:
            raise ApplyRefusedError(refusal)
        return recipient


def _own_address(root: str) -> str:
    """Return Git's ``user.email``, as it holds for the project.

    Raises:
        UsageError: Git does not know it.
    """
    from mailspec.source.git import GitError, git

    try:
        return git(root, "config", "--get", "user.email").decode().strip()
    except GitError:
        raise UsageError(
            "--to me: Git knows no address. Write: git config --global user.email YOU@acme.example"
        ) from None


def forbidden(spec: Spec, recipient: str) -> Refusal | None:
    """Return why mail must not go to a recipient, ``None`` where it may."""
    allowed = spec.policy.get("allowed_recipients")
    if not isinstance(allowed, list):
        return None
    patterns = [entry for entry in allowed if isinstance(entry, str)]
    if covered(recipient, patterns):
        return None
    return Refusal(
        "recipient-not-allowed",
        f"'{recipient}' is not among policy.allowed_recipients ({', '.join(patterns) or 'nobody'})",
        "take a recipient that the policy allows, or have the policy changed",
    )


def run_tests(
    mail_test: MailTest,
    all_settings: Sequence[Sending],
    *,
    to: str | None,
    message: bool,
    on_result: OnResult | None = None,
    per_host: int = 4,
    own_machine: bool = False,
) -> Batch:
    """Probe every object or send its test message; results come in the order of the objects.

    ``own_machine`` lets the mail program of this machine send for those who have one (modes outlook and other);
    without it they are skipped, since a server's program is not theirs.

    What is interrupted ends cleanly: the batch holds what was done, and by what it was interrupted.
    """
    modes: dict[tuple[str, str], str] = {(entry.kind, entry.name): str(entry.mode) for entry in all_settings}
    made = senders(mail_test.spec.root, all_settings, mail_test.workspace.secrets)
    occasion = Occasion(__version__, str(mail_test.spec.instance.get("name") or "") or None, mail_test.spec.environment)

    def act(account: Account) -> TestResult:
        sent = send_test(account, to, about=occasion) if message and to is not None else probe(account, to)
        return _with_edge(sent, account)

    handed: list[TestResult] = []
    for local in made.local:
        if not own_machine:
            reason = NOT_BY_SMTP[modes[local.kind, local.name]]
            handed.append(TestResult(local.name, local.kind, "skipped", reason, advice=_ON_THEIR_MACHINE))
        elif message and to is not None:
            handed.append(hand_over(local, to, about=occasion))
        else:
            handed.append(look(local))
    for result in (*made.results, *handed):
        if on_result is not None:
            on_result(result)

    batch = run_many(made.accounts, act, per_host=per_host, on_result=on_result or (lambda _result: None))
    order: dict[tuple[str, str], int] = {(entry.kind, entry.name): index for index, entry in enumerate(all_settings)}
    results = sorted(
        [*made.results, *handed, *batch.results], key=lambda result: order.get((result.kind, result.name), 0)
    )
    objects: dict[tuple[str, str], Sending] = {(entry.kind, entry.name): entry for entry in all_settings}
    with_hosts = (_with_host(result, objects.get((result.kind, result.name))) for result in results)
    return Batch(tuple(with_hosts), batch.interrupted)


def _with_edge(result: TestResult, account: Account) -> TestResult:
    """Say which kind of character stands around a password that a server has refused (MS306)."""
    edge = None if account.password is None else edge_problem(account.password.reveal())
    if edge is None or result.stage != "auth" or result.status != "failed":
        return result
    edge_advice = f"The password has {edge} (MS306): store it without, a server takes every character as a part of it."
    return replace(result, advice=f"{edge_advice} {result.advice or ''}".rstrip())


def _with_host(result: TestResult, settings: Sending | None) -> TestResult:
    """Say which name could not be looked up and where it is written: that may be a layer far from the object."""
    if result.category != "dns" or settings is None or settings.host is None:
        return result
    host_advice = f"The host is '{settings.host}' ({settings.host_from})."
    return replace(result, advice=f"{result.advice or ''} {host_advice}".lstrip())


def checks(
    mail_test: MailTest, all_settings: Sequence[Sending], to: str | None
) -> tuple[Callable[[], list[TestResult]], ...]:
    """Return apply's preflight and test message for what will be active; the second only with a recipient."""
    preflight = partial(_results, mail_test, all_settings, None, message=False)
    return (preflight,) if to is None else (preflight, partial(_results, mail_test, all_settings, to, message=True))


def _results(
    mail_test: MailTest, all_settings: Sequence[Sending], to: str | None, *, message: bool
) -> list[TestResult]:
    batch = run_tests(mail_test, all_settings, to=to, message=message)
    if batch.interrupted is not None:
        raise batch.interrupted
    return list(batch.results)
