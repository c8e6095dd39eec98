"""Targets of type ``nullmailer``: one relay for the whole machine (nullmailer-send(8), run with 2.2).

``path`` is the folder of ``remotes``, as a rule ``/etc/nullmailer``. Each line there is one more relay that is tried,
so that all of its lines are ours. Words are quoted as in a shell.
"""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from typing import Any, ClassVar

from mailspec.outcome.plan import Json
from mailspec.plan.desired import TargetDesired
from mailspec.targets.base import Part, Rendered, TargetProblem
from mailspec.targets.files_target import FilesTarget
from mailspec.targets.formats.remotes import OneLine
from mailspec.targets.scope import Scope, SendingObject
from mailspec.targets.senders import login_of, unfit

_OFF = "mailspec-off.invalid smtp"  # RFC 2606: no such host can be; mail waits in the queue
_BUNDLE = "/etc/ssl/certs/ca-certificates.crt"


class Nullmailer(FilesTarget):
    """Writes remotes and, where a greeting is declared, helohost."""

    default_path: ClassVar = "/etc/nullmailer"

    def parts(self, target: TargetDesired) -> Mapping[str, Part] | TargetProblem:
        """Return the two files; nullmailer's own user reads remotes, so an existing file's owner stays."""
        folder = target.path.rstrip("/")
        return {
            "remotes": Part(f"{folder}/remotes", OneLine("relay")),
            "helohost": Part(f"{folder}/helohost", OneLine("name"), 0o644),
        }

    def render(self, declared: Mapping[str, Any], scope: Scope) -> Rendered | TargetProblem:
        """Return the relay of the default configuration: nullmailer knows no senders."""
        account = scope.default
        if account is None:
            return Rendered({"remotes/relay": _OFF, "helohost/name": None})
        wrong = unfit(account, "nullmailer would keep it in its file")
        if wrong is not None:
            return wrong
        relay = _relay(account, str(declared.get("ca_bundle") or _BUNDLE))
        if isinstance(relay, TargetProblem):
            return relay
        greeting = account.settings.ehlo_name
        keys: dict[str, Json] = {"remotes/relay": relay, "helohost/name": None if greeting is None else str(greeting)}
        return Rendered(keys, (), (), scope.carried())


def _relay(account: SendingObject, bundle: str) -> Json | TargetProblem:
    settings = account.settings
    if settings.auth.method == "cram_md5":
        return TargetProblem(
            "nullmailer cannot sign in by cram_md5", "give this target a configuration of another method"
        )
    words = [str(settings.host), "smtp", f"port={settings.port}"]
    secured = settings.security != "none"
    if secured:
        words.append("starttls" if settings.security == "starttls" else "tls")
        words.append(f"x509cafile={settings.tls.ca_file or bundle}")
        words += ["insecure"] if settings.tls.validate_certs is False else []
    login = login_of(settings)
    if login is None:
        return shlex.join(words)
    words += ["auth-login"] if settings.auth.method == "login" else []
    words.append(f"user={login.user}")
    line = shlex.join(words).replace("{", "{{").replace("}", "}}")
    return {**login.password, "in": f"{line} pass={{}}", "encode": "shell"}
