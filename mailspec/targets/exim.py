"""Targets of type ``exim``: Debian's Exim as a satellite of one relay (README.Debian, run with 4.96).

``path`` is ``/etc/exim4``. Without the macros that are written here Exim goes on in clear where TLS fails
("delivering unencrypted after TLS failure"); with them it requires TLS and checks the certificate and its name.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, ClassVar

from mailspec.outcome.plan import Json
from mailspec.plan.desired import TargetDesired
from mailspec.targets.base import Part, Rendered, TargetProblem
from mailspec.targets.dialects.registry import DIALECTS
from mailspec.targets.env_file import Assignments
from mailspec.targets.files_target import FilesTarget
from mailspec.targets.formats.lines import MainCf
from mailspec.targets.formats.remotes import Passwords
from mailspec.targets.scope import Scope
from mailspec.targets.senders import login_of, unfit

_OFF = "mailspec-off.invalid::25"  # RFC 2606: no such host can be
_BUNDLE = "/etc/ssl/certs/ca-certificates.crt"
_SMARTHOST = "REMOTE_SMTP_SMARTHOST_"
_MACROS = (
    *(f"{_SMARTHOST}HOSTS_REQUIRE_TLS", f"{_SMARTHOST}TLS_VERIFY_CERTIFICATES", f"{_SMARTHOST}TLS_VERIFY_HOSTS"),
    *(f"{_SMARTHOST}PROTOCOL", "AUTH_CLIENT_ALLOW_NOTLS_PASSWORDS", "REMOTE_SMTP_HELO_DATA"),
)


_EXPANDED = re.compile(r"[$\\{}]")
# Exim replaces the name of a macro wherever it stands in its configuration, also within a word; a name begins with a
# capital (Exim specification, 6.4). These are what names of Debian's and of most administrators' look like.
_MACRO = re.compile(r"[A-Z][A-Z0-9_]{6}|DC_|DCconfig_|UPEX4C")


def _expands(name: str, value: Json) -> bool:
    return name.startswith("macros/") and isinstance(value, str) and _EXPANDED.search(value) is not None


class Exim(FilesTarget):
    """Writes update-exim4.conf.conf, exim4.conf.localmacros and passwd.client; other words there stay."""

    default_path: ClassVar = "/etc/exim4"

    def default_reload(self, path: str) -> list[str]:  # noqa: ARG002
        """Return the command that makes Exim's configuration of these files; it refuses wrong syntax."""
        return ["update-exim4.conf"]

    def parts(self, target: TargetDesired) -> Mapping[str, Part] | TargetProblem:
        """Return Debian's three files."""
        folder = target.path.rstrip("/")
        return {
            "settings": Part(f"{folder}/update-exim4.conf.conf", Assignments(DIALECTS["sh"]), 0o644),
            "macros": Part(f"{folder}/exim4.conf.localmacros", MainCf(), 0o644),
            "passwords": Part(f"{folder}/passwd.client", Passwords(), 0o640),
        }

    def render(self, declared: Mapping[str, Any], scope: Scope) -> Rendered | TargetProblem:
        """Return the relay of the default configuration for everyone."""
        keys: dict[str, Json] = {
            "settings/dc_eximconfig_configtype": "satellite",
            "settings/dc_smarthost": _OFF,
            **{f"macros/{name}": None for name in _MACROS},
        }
        account = scope.default
        if account is None:
            return Rendered(keys)
        wrong = unfit(account, "Exim would keep it in its file")
        if wrong is not None:
            return wrong
        settings = account.settings
        # In small letters no part of it is the name of a macro.
        host = str(settings.host).lower()
        # A colon separates hosts: an address of IPv6 has its own doubled, as Exim's lists want it.
        keys["settings/dc_smarthost"] = f"{host.replace(':', '::')}::{settings.port}"
        if settings.security != "none":
            keys["macros/" + _SMARTHOST + "HOSTS_REQUIRE_TLS"] = "*"
            bundle = str(settings.tls.ca_file or declared.get("ca_bundle") or _BUNDLE)
            keys["macros/" + _SMARTHOST + "TLS_VERIFY_CERTIFICATES"] = bundle
            if settings.tls.validate_certs is not False:
                keys["macros/" + _SMARTHOST + "TLS_VERIFY_HOSTS"] = "*"
        # Exim expands these, and ${run{...}} is a program (Exim specification, chapter 11).
        bad = next((name for name, value in keys.items() if _expands(name, value)), None)
        if bad is not None or _EXPANDED.search(str(settings.ehlo_name or "")):
            what = "ehlo_name" if bad is None else "its file of authorities"
            return TargetProblem(f"{what} holds a $, a backslash or a brace, which Exim expands", "write it without")
        if (macro := _MACRO.search(str(keys["macros/" + _SMARTHOST + "TLS_VERIFY_CERTIFICATES"] or ""))) is not None:
            what = f"the path of its file of authorities holds {macro[0]}, which Exim may take for the name of a macro"
            return TargetProblem(what, "name a file in small letters")
        if settings.security == "tls":
            keys["macros/" + _SMARTHOST + "PROTOCOL"] = "smtps"
        if settings.ehlo_name is not None:
            keys["macros/REMOTE_SMTP_HELO_DATA"] = str(settings.ehlo_name).lower()
        login = login_of(settings)
        if login is not None:
            if ":" in login.user:
                return TargetProblem("passwd.client cannot hold a user name with a ':'", "use another user name")
            if settings.security == "none":
                keys["macros/AUTH_CLIENT_ALLOW_NOTLS_PASSWORDS"] = "1"
            marked = login.user.replace("{", "{{").replace("}", "}}")
            keys[f"passwords/{host}"] = {**login.password, "in": f"{marked}:{{}}"}
        return Rendered(keys, (), (), scope.carried())
