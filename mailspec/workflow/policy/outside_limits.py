"""Limits from outside the Spec: a change may come from a stranger's pull request, so the runner says what it may touch.

``--limits FILE``, else the file that ``MAILSPEC_LIMITS`` names, else ``/etc/mailspec/limits.yml`` where it exists::

    version: 1
    secrets: ["env:ACME_*", "file:/run/secrets/*", "command:pass show mail/*", "sign-in:*@acme.example"]
    hosts: ["*.acme.example"]
    target_paths: ["/etc/acme-hub/*.env"]
    files: ["/etc/ssl/certs/*"]
    reloads: ["systemctl reload acme-hub"]
    recipients: ["*@acme.example"]

A word that is missing limits nothing (see :mod:`mailspec.workflow.policy.safe_defaults`); an empty list allows nothing.
A file that cannot be read or understood stops. What is compared is never a text that an author can shape: paths are
compared after their links are followed, commands word by word.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, NamedTuple

from mailspec.files.opening import MIB, Unread, declared_path, follow_links, read_file
from mailspec.load.spec import Spec
from mailspec.mail.sign_in_hosts import host_of, hosts_of, port_of, stored_account
from mailspec.model.fields import FILES, PlainSettings, Settings
from mailspec.model.kinds import FILE_WORDS
from mailspec.outcome.refusal import Refusal
from mailspec.plan.desired import Desired, DesiredObject
from mailspec.rules.host import is_host
from mailspec.secrets.sops_file import key_services
from mailspec.source.git import GitError
from mailspec.targets.registry import beside_of, is_usual_place, paths_of, proof_command, reach_of, usual_reload
from mailspec.text import punycode, read
from mailspec.text.address_patterns import covered
from mailspec.text.person_pattern import person_pattern
from mailspec.workflow.options import SYSTEM_LIMITS
from mailspec.workflow.policy.judged_secrets import in_use, of_fields, of_target
from mailspec.workflow.policy.limit_patterns import command_allowed, host_allowed, path_allowed, secret_allowed
from mailspec.workflow.policy.own_files import linked_file, own_file
from mailspec.workflow.policy.safe_defaults import unasked_target
from mailspec.workflow.project import UsageError

VARIABLE = "MAILSPEC_LIMITS"
_WORDS = ("secrets", "hosts", "target_paths", "files", "reloads", "recipients")
# A template is one of the project.
_FILE_WORDS = tuple(word for word in FILE_WORDS if word != "template")


class Limits(NamedTuple):
    """What a run may use; ``None`` for what is not limited. ``file`` is where it says so.

    ``root`` in the methods is the project's folder, at which relative paths start.
    """

    file: str = ""
    secrets: tuple[str, ...] | None = None
    hosts: tuple[str, ...] | None = None
    target_paths: tuple[str, ...] | None = None
    recipients: tuple[str, ...] | None = None
    files: tuple[str, ...] | None = None
    reloads: tuple[str, ...] | None = None
    proposed: bool = False
    """The Spec is a proposal (``--base``): without a word about secrets it may name no command."""
    state: str = ""
    """The path of SQLite's state, which no target may write, nor one of ``spec_files``."""
    spec_files: frozenset[str] = frozenset()
    known_commands: frozenset[tuple[str, ...]] | None = None
    """The commands of the Spec as it was when the run was started; without a word about secrets no other one is run."""
    standing_commands: frozenset[tuple[str, ...]] = frozenset()
    """What a proposal has not brought: commands of its base, and with ``standing_targets`` the targets as they were."""
    standing_targets: frozenset[str] = frozenset()
    originals: Callable[[Mapping[str, Any]], Iterable[Mapping[str, Any]]] = lambda _reference: ()
    """References to files of which a reference's own one is a copy, as far as the base revision knows."""

    def secret(self, reference: Mapping[str, Any], root: str) -> Refusal | None:
        """Return why a reference must not be read."""
        shown = reference_text(reference)
        if self.secrets is None:
            if self._is_new(reference.get("command")):
                return _unasked_command("secret", shown)
        elif not any(secret_allowed(reference, pattern, root) for pattern in self.secrets):
            return self._refusal("secrets", f"the secret {shown}", self.secrets)
        else:
            refusal = self._copied(reference, shown, root)
            if refusal is not None:
                return refusal
        return self._key_service(reference, shown, root) if "sops" in reference and self.hosts is not None else None

    def _copied(self, reference: Mapping[str, Any], shown: str, root: str) -> Refusal | None:
        """Return why a file must not be read that holds what another one holds or held, which is not allowed."""
        allowed = self.secrets or ()
        if any(pattern == "*" or pattern in (f"{word}:*" for word in reference) for pattern in allowed):
            return None
        try:
            for other in self.originals(reference):
                if not any(secret_allowed(other, pattern, root, follow=False) for pattern in allowed):
                    copied = reference_text(other).replace(os.path.join(follow_links(root), ""), "")
                    return self._refusal("secrets", f"the secret {shown}, which may be a copy of {copied},", allowed)
        except GitError as error:
            what = f"what was copied for the secret {shown} cannot be told: Git: {error}"
            return Refusal("limits-secrets", what, "make the history of the base revision readable, then try again")
        return None

    def sign_in(self, account: str) -> Refusal | None:
        """Return why the stored sign-in of an account (``mailspec login``) must not be used: it is a secret, too."""
        if self.secrets is None or any(fnmatchcase(f"sign-in:{account}", pattern) for pattern in self.secrets):
            return None
        return self._refusal("secrets", f"the stored sign-in sign-in:{account}", self.secrets)

    def _key_service(self, reference: Mapping[str, Any], shown: str, root: str) -> Refusal | None:
        """Return why sops must not open a file: it signs in wherever the file says, with what the runner has."""
        services = key_services(reference, Path(root))
        if services is None:
            what = f"the secret {shown}, whose file does not show at which hosts sops signs in to open it,"
            return self._refusal("hosts", what, self.hosts or ())
        refused = (self.host(host_of(address), port_of(address)) for address in services)
        refusal = next((entry for entry in refused if entry is not None), None)
        if refusal is None:
            return None
        return replace(refusal, message=f"the secret {shown} is opened by a key service: {refusal.message}")

    def _is_new(self, command: object) -> bool:
        if not isinstance(command, list) or any(_is_of(command, pattern) for pattern in self.standing_commands):
            return False
        known = self.known_commands
        return self.proposed or (known is not None and not any(_is_of(command, pattern) for pattern in known))

    def host(self, host: str, port: int | None = None) -> Refusal | None:
        """Return why a host must not be connected to, nor written to a target; ``None`` for a port that has no say."""
        if self.hosts is None:
            return None
        # What is no host name may be read as another host by whoever connects: 127.0.0.1\\.acme.example.
        name = punycode(host).lower() if is_host(host.removesuffix(".")) else ""
        if name and any(host_allowed(name, port, pattern) for pattern in self.hosts):
            return None
        known = name and any(host_allowed(name, None, pattern) for pattern in self.hosts)
        return self._refusal("hosts", f"port {port} of the host {host}" if known else f"the host {host}", self.hosts)

    def target_path(self, path: str) -> Refusal | None:
        """Return why a file must not be written. Links are followed first: what counts is where it really is."""
        try:
            real = follow_links(path)
        except ValueError:  # a NUL, or what no file name can be encoded as: nothing can be there
            return Refusal("limits-target-paths", f"no file can have the path {path!r}", "write another path")
        if self.target_paths is None or any(path_allowed(real, pattern) for pattern in self.target_paths):
            return None
        return self._refusal("target_paths", f"the target path {real}", self.target_paths)

    def other_file(self, path: str, root: str) -> Refusal | None:
        """Return why a certificate's file must not be read. Those of the project may."""
        real, home = follow_links(declared_path(root, path)), follow_links(root)
        if self.files is None or os.path.commonpath([home, real]) == home:
            return None
        if any(path_allowed(real, pattern) for pattern in self.files):
            return None
        return self._refusal("files", f"the file {real}", self.files)

    def reload(self, command: list[str], *, usual: bool = False, what: str = "reload") -> Refusal | None:
        """Return why a program must not be reloaded or asked so; ``usual`` is what its target type does by itself."""
        if self.reloads is None:
            return _unasked_command(what, " ".join(command)) if self.proposed and not usual else None
        if any(command_allowed(command, pattern) for pattern in self.reloads):
            return None
        return self._refusal("reloads", f"the command {' '.join(command)}", self.reloads)

    def recipient(self, address: str) -> Refusal | None:
        """Return why nothing must be sent to a recipient."""
        if self.recipients is None or covered(address, self.recipients):
            return None
        return self._refusal("recipients", f"the recipient {address}", self.recipients)

    def _refusal(self, word: str, what: str, allowed: tuple[str, ...]) -> Refusal:
        return Refusal(
            f"limits-{word.replace('_', '-')}",
            f"{what} is outside what {self.file} allows ({word}: {', '.join(allowed) or 'nothing'})",
            f"if it is meant, whoever runs this adds it to {word} in {self.file}",
        )


def _is_of(command: list[str], pattern: tuple[str, ...]) -> bool:
    """Tell whether a command is a declared one, ``{email}`` filled in."""
    words = zip(pattern, map(str, command), strict=False)
    return len(command) == len(pattern) and all(person_pattern(word).fullmatch(given) for word, given in words)


def _unasked_command(what: str, shown: str) -> Refusal:
    word = 'secrets: ["command:PROGRAM ARGUMENT"]' if what == "secret" else 'reloads: ["PROGRAM ARGUMENT"]'
    return Refusal(
        "unasked-command",
        f"the {what} {shown} would run a program that the change names, and no limits say which programs may run",
        f"whoever runs this names it in a limits file: {word}",
    )


def reference_text(reference: Mapping[str, Any]) -> str:
    """Return a reference as limits name it: ``env:ACME_SMTP_PASSWORD``, ``command:pass show mail``."""
    for kind, word in reference.items():
        return f"{kind}:{' '.join(map(str, word)) if isinstance(word, list) else word}"
    return ""


def load_limits(option: str | None) -> Limits | Refusal:
    """Read the limits that hold for this run; fail closed.

    Raises:
        UsageError: they are named by an empty text, as a pipeline's variable that is not set gives.
    """
    path, origin = (option, "--limits") if option is not None else (os.environ.get(VARIABLE), VARIABLE)
    if path is None:
        if not os.path.lexists(SYSTEM_LIMITS):
            return Limits()
        path = SYSTEM_LIMITS
    if not path.strip():
        raise UsageError(f"{origin} names no file.")
    content = read_file(path, MIB)
    if isinstance(content, Unread):
        return _unusable(path, content.reason)
    document = read(path, content.raw)
    data = document.data
    if document.problems:
        return _unusable(path, document.problems[0].message)
    if not isinstance(data, dict) or data.get("version") != 1:
        return _unusable(path, "it does not say version: 1")
    unknown = [key for key in data if key not in (*_WORDS, "version")]
    if unknown:
        return _unusable(path, f"it knows {', '.join(_WORDS)}, not {unknown[0]}")
    values: dict[str, Any] = {}
    for word in _WORDS:
        if word not in data:
            continue
        value = data[word]
        if not isinstance(value, list) or not all(isinstance(entry, str) for entry in value):
            return _unusable(path, f"{word} is not a list of patterns")
        values[word] = tuple(value)
    return Limits(path, **values)


def limits_or_nothing(option: str | None = None) -> Limits:
    """Return the limits of this run; where they cannot be used, such as allow nothing."""
    limits = load_limits(option)
    return limits if isinstance(limits, Limits) else Limits("limits that cannot be used", (), (), (), (), (), ())


def _unusable(path: str, reason: str) -> Refusal:
    return Refusal("limits-file", f"the limits in {path} cannot be used: {reason}", "fix the file, then try again")


def beyond(limits: Limits, desired: Desired, root: str) -> Refusal | None:
    """Return the first thing of a plan that is outside the limits.

    Every host counts, also of what is not active: a target may be given any configuration, and what is declared today
    is switched on tomorrow.
    """
    checks: list[Refusal | None] = []
    for target in desired.targets:
        stands = target.name in limits.standing_targets
        ours = limits._replace(proposed=False) if stands else limits
        unasked = limits.target_paths is None and not stands
        written = [os.path.join(root, path) for path in paths_of(target)]
        checks += [limits.target_path(path) for path in (*written, *beside_of(target, Path(root)))]
        checks.append(linked_file(target, root))
        checks.append(own_file(target, root, limits.file, limits.state, limits.spec_files))
        checks.append(unasked_target(target, root, proposed=limits.proposed) if unasked else None)
        checks += [ours.secret(reference, root) for reference in of_target(target)]
        files = (target.options.get(word) for word in _FILE_WORDS)
        checks += [limits.other_file(path, root) for path in files if isinstance(path, str) and "\0" not in path]
        reach = reach_of(target)
        if reach is not None:
            checks.append(limits.host(host_of(reach.url), port_of(reach.url)))
        if target.reload:
            # Of a path that the change chose the program would take its settings, and they name programs.
            usual = usual_reload(target) == target.reload and target.path not in target.reload
            checks.append(ours.reload(target.reload, usual=usual))
        proof = proof_command(target, Path(root))
        if proof:
            # The program reads a file that the change may have brought, and settings name programs.
            checks.append(ours.reload(proof, usual=is_usual_place(target), what="proof"))
    used = {item.name for item in in_use(desired)}
    for item in desired.objects:
        if item.state != "absent":
            checks.append(_beyond_object(limits, item, root, with_secrets=item.name in used))
    return next((refusal for refusal in checks if refusal is not None), None)


def beyond_reach(limits: Limits, spec: Spec) -> Refusal | None:
    """Return the first thing outside the limits that the Spec itself has a worker use: the command of
    ``delivery.alert``, and the address that mail is sent to: ``redirect_to``, which takes everyone's place, else that
    of ``delivery.alert``. Those of tests are held to the limits where a test is asked for.
    """
    alert = spec.maps["delivery"].get("alert")
    refusal = beyond_alert(limits, alert.get("command"), spec.root) if isinstance(alert, dict) else None
    address = spec.redirect_to or spec.maps["delivery"].get("alert", "to")
    return refusal or (limits.recipient(address) if isinstance(address, str) else None)


def beyond_alert(limits: Limits, command: Any, root: str) -> Refusal | None:
    """Return why the command of ``delivery.alert`` is outside the limits."""
    refusal = None if command is None else limits.secret({"command": command}, root)
    return refusal and Refusal(refusal.rule, f"delivery.alert.command: {refusal.message}", refusal.help)


def _beyond_object(limits: Limits, item: DesiredObject, root: str, *, with_secrets: bool) -> Refusal | None:
    secrets = _secrets(limits, item.fields, root) if with_secrets else []
    return next((refusal for refusal in [*_hosts(limits, item.fields, root), *secrets] if refusal is not None), None)


def beyond_fields(limits: Limits, fields: Mapping[str, Any], root: str) -> Refusal | None:
    """Return what an account would use outside the limits: its hosts, its files and its secrets."""
    found = [*_hosts(limits, fields, root), *_secrets(limits, fields, root)]
    return next((refusal for refusal in found if refusal is not None), None)


def _hosts(limits: Limits, fields: Mapping[str, Any], root: str) -> Iterable[Refusal | None]:
    for name in ("host", Settings.tls.server_name, Settings.auth.oauth.issuer):
        value = fields.get(name)
        if isinstance(value, str):
            port = fields.get("port") if name == "host" else port_of(value)
            yield limits.host(host_of(value), port if isinstance(port, int) else None)
    # The provider's issuer, and Graph: whom a secret or a token goes to counts as much as the mail server.
    for host, number in hosts_of(PlainSettings(fields)):
        yield limits.host(host, number)
    for name in sorted(FILES):
        value = fields.get(name)
        if isinstance(value, str) and "\0" not in value:
            yield limits.other_file(value, root)


def _secrets(limits: Limits, fields: Mapping[str, Any], root: str) -> Iterable[Refusal | None]:
    account = stored_account(PlainSettings(fields))
    return [
        *(limits.secret(reference, root) for reference in of_fields(fields)),
        limits.sign_in(account) if account else None,
    ]
