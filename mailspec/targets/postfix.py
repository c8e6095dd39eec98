"""Targets of type ``postfix``: who relays through what, by sender (postconf(5), SASL_README, TLS_README).

``path`` is the folder of main.cf. Maps are ``texthash:`` files beside it, which need no ``postmap`` and are read again
by ``postfix reload``. What was measured with Postfix 3.7: implicit TLS needs a transport of its own, a password map is
asked for the sender first and then for the next hop exactly as it is written, and ``encrypt`` verifies nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from pathlib import Path
from typing import Any, ClassVar

from mailspec.model.fields import Settings
from mailspec.outcome.plan import Json
from mailspec.plan.desired import TargetDesired
from mailspec.rules.host import is_host
from mailspec.targets.base import LARGEST, Format, Part, Rendered, TargetProblem, WrittenValue
from mailspec.targets.files.place import locate
from mailspec.targets.files_target import FilesTarget
from mailspec.targets.formats.lines import LoginMap, MainCf, MasterCf, TextHash
from mailspec.targets.postfix_keys import key_of, other_address, without_extension
from mailspec.targets.reloading import run_proof
from mailspec.targets.scope import Scope, SendingObject
from mailspec.targets.senders import no_host

# The authorities of Debian, Ubuntu, Alpine and Arch (ca-certificates); others say ca_bundle.
_BUNDLE = "/etc/ssl/certs/ca-certificates.crt"
_OFF = "error:5.3.2 mail is switched off by mailspec"
_MAPS: dict[str, tuple[str, Format, int]] = {
    "relays": ("sender_dependent_relayhost_maps", TextHash(), 0o644),
    "transports": ("sender_dependent_default_transport_maps", TextHash(), 0o644),
    "passwords": ("smtp_sasl_password_maps", LoginMap(), 0o600),
    "tls": ("smtp_tls_policy_maps", TextHash(), 0o644),
    "logins": ("smtpd_sender_login_maps", TextHash(), 0o644),
}
# Fields that Postfix takes for all relays or not at all.
_LOST = (
    Settings.from_.name,
    "reply_to",
    "headers",
    Settings.tls.client_cert,
    Settings.auth.oauth.client_id,
    Settings.auth.oauth.token,
)


class Postfix(FilesTarget):
    """Writes main.cf, master.cf and five maps; other parameters, services and entries stay."""

    default_path: ClassVar = "/etc/postfix"

    def default_reload(self, path: str) -> list[str]:
        """Return the command that makes Postfix read its files again."""
        return ["postfix", "reload"] if path == self.default_path else ["postfix", "-c", path, "reload"]

    def proof_command(self, target: TargetDesired, root: Path) -> list[str]:
        """Return what has Postfix read its files. It always ends with 0, and warns of names that it does not know."""
        return ["postconf", "-c", str(locate(target.path, root).path), "-n"]

    def prove(
        self,
        target: TargetDesired,
        root: Path,
        values: Mapping[str, WrittenValue | None],  # noqa: ARG002
    ) -> str | TargetProblem:
        """Ask Postfix to read its files."""
        return run_proof(self.proof_command(target, root), silent=True)

    def parts(self, target: TargetDesired) -> Mapping[str, Part] | TargetProblem:
        """Return Postfix's own two files and our maps."""
        folder = target.path.rstrip("/")
        return {
            "main.cf": Part(f"{folder}/main.cf", MainCf(), 0o644),
            "master.cf": Part(f"{folder}/master.cf", MasterCf(), 0o644),
            **{word: Part(f"{folder}/mailspec-{word}", form, mode) for word, (_, form, mode) in _MAPS.items()},
        }

    def render(self, declared: Mapping[str, Any], scope: Scope) -> Rendered | TargetProblem:
        """Return relay, transport, login and TLS level for the default and for each sender of its own."""
        made = _Made(declared, scope)
        senders = [account for account in scope.accounts if _is_carried(account, scope)]
        # Where mail is off, the authorities of an account that does not send are written all the same.
        given = (*senders, *filter(None, (scope.default, made.first)))
        problem = next(filter(None, map(_more_than_words, given)), None) or made.more_than_words(scope)
        if scope.default is not None and scope.default.sends_by_smtp:
            problem = problem or made.add_default(scope.default)
            senders.insert(0, scope.default)
        for account in senders:
            problem = problem or made.add_sender(account)
        problem = problem or made.borrowed_login()
        if problem is not None:
            return problem
        problem = made.add_logins(scope)
        if problem is not None:
            return problem
        made.name_maps()
        if scope.redirect_to is not None:
            made.main["recipient_canonical_maps"] = _escaped(f"static:{scope.redirect_to}")
            made.main["recipient_canonical_classes"] = "envelope_recipient"
        keys: dict[str, Json] = {f"main.cf/{name}": value for name, value in made.main.items()}
        carries = tuple(dict.fromkeys(account.object for account in senders))
        return Rendered({**keys, **made.keys}, (), tuple(dict.fromkeys(made.notes)), carries)


def _more_than_words(account: SendingObject) -> TargetProblem | None:
    """Return why an account's settings would be more than one word each in main.cf, master.cf and the maps."""
    tls = account.settings.tls
    wrong = no_host(account) if account.sends_by_smtp else None
    if wrong is not None:
        return wrong
    if tls.server_name and not is_host(str(tls.server_name)):
        return TargetProblem(f"the tls.server_name of {account.object} is no host name", "write a host name")
    return _not_a_word(f"the ca_file of {account.object}", str(tls.ca_file or ""))


def _not_a_word(what: str, text: str, advice: str = "give the file another path") -> TargetProblem | None:
    """Say that a text has what Postfix splits at or takes for a parameter (master(5), postconf(5))."""
    if not re.search(r"[\s,{}$\"'()]", text):
        return None
    return TargetProblem(f"{what} has a blank, a comma, a bracket, a quote or a $ in it", advice)


def _is_carried(account: SendingObject, scope: Scope) -> bool:
    if not account.sends_by_smtp or account.envelope_sender is None:
        return False
    # Where mail is off, only people with a server of their own go on.
    return scope.default is not None or account.own_server


class _Made:
    """What is being put together."""

    def __init__(self, declared: Mapping[str, Any], scope: Scope) -> None:
        folder = str(declared.get("path") or Postfix.default_path).rstrip("/")
        self.bundle = str(declared.get("ca_bundle") or _BUNDLE)
        self.first = scope.default or next((item for item in scope.accounts if item.sends_by_smtp), None)
        authorities = self.bundle if self.first is None else self.first.settings.tls.ca_file or self.bundle
        # Each file of authorities has a transport of its own: tafile= would be opened inside of a chroot.
        self.authorities = [authorities]
        self.keys: dict[str, Json] = {}
        self.notes: list[str] = []
        self.default_transport = "smtp"
        self.by_sender: dict[str, tuple[object, ...]] = {}
        self.transports: dict[str, str] = {}
        self.no_login: set[str] = set()
        self.logins: set[str] = set()
        self.main: dict[str, Json] = {
            "smtp_tls_CAfile": authorities,
            "smtp_tls_security_level": "secure",
            "default_transport": _OFF if scope.default is None else "smtp",
        }
        self.folder = folder

    def more_than_words(self, scope: Scope) -> TargetProblem | None:
        """Return why what is no account's would be more than one word in main.cf; a ``$`` can be escaped there."""
        address = (scope.redirect_to or "").replace("$", "")
        return (
            _not_a_word("ca_bundle", self.bundle)
            or _not_a_word("path", self.folder)
            or _not_a_word("redirect_to", address, "write an address without them")
        )

    def name_maps(self) -> None:
        """Point to the maps that have entries: one that is not there stops all mail."""
        for word, (parameter, _, _) in _MAPS.items():
            if any(key.startswith(f"{word}/") for key in self.keys):
                self.main[parameter] = f"texthash:{self.folder}/mailspec-{word}"
        if "smtp_sasl_password_maps" in self.main:
            # Postfix stops where it is to sign in and has no passwords; by default it takes no PLAIN.
            self.main["smtp_sasl_auth_enable"] = self.main["smtp_sender_dependent_authentication"] = "yes"
            self.main["smtp_sasl_security_options"] = self.main["smtp_sasl_tls_security_options"] = "noanonymous"

    def add_default(self, account: SendingObject) -> TargetProblem | None:
        """Set the relay of everyone who has none of their own."""
        hop = _hop(account)
        self.main["relayhost"] = _escaped(hop)
        if account.settings.ehlo_name:
            self.main["smtp_helo_name"] = _escaped(str(account.settings.ehlo_name))
        self.default_transport = self._transport(account)
        self.main["default_transport"] = self.default_transport
        return self._login(hop, account) or self._policy(hop, account)

    def add_sender(self, account: SendingObject) -> TargetProblem | None:
        """Set relay, transport and login of one sender; two that share an address must agree."""
        sender, hop = key_of(str(account.envelope_sender)), _hop(account)
        if sender is None:
            return other_address(account.object, str(account.envelope_sender))
        settings = account.settings
        same = (hop, settings.security, settings.auth.username, str(settings.auth.password))
        if self.by_sender.setdefault(sender, same) != same:
            return TargetProblem(
                f"{account.object} sends from {sender}, as another account does through another server or login",
                "Postfix tells accounts apart by their envelope sender alone: give one of them another envelope_from",
            )
        transport = self._transport(account)
        self.keys[f"relays/{sender}"] = hop
        self.transports[sender] = transport
        if settings.tls.ca_file and not str(settings.tls.ca_file).startswith("/"):
            return TargetProblem(
                f"{account.object} has a ca_file in the project, which Postfix does not find",
                "write the absolute path of a file on the machine",
            )
        lost = [name for name in _LOST if account.fields.get(name)]
        if lost:
            self.notes.append(f"{account.object}: Postfix does not carry {', '.join(lost)}")
        return self._login(sender, account) or self._policy(hop, account)

    def borrowed_login(self) -> TargetProblem | None:
        """Name the transports, and return the first sender without a login that Postfix would sign in for as another.

        What a map does not have it is asked for again without the address's extension (``recipient_delimiter``): for
        sales+x@acme.example the entry of sales@acme.example.
        """
        for sender, transport in self.transports.items():
            bases = [base for base in without_extension(sender) if base in self.transports]
            if transport != self.default_transport or any(self.transports[base] != transport for base in bases):
                self.keys[f"transports/{sender}"] = f"{transport}:"
            lent = [base for base in bases if f"passwords/{base}/user" in self.keys]
            if lent and f"passwords/{sender}/user" not in self.keys:
                return TargetProblem(
                    f"an account without a login sends from {sender}, and Postfix takes the login of {lent[0]} for it",
                    "give it a login, or another envelope_from",
                )
        return None

    def _transport(self, account: SendingObject) -> str:
        """Return the transport of an account, and make those that master.cf does not have."""
        wrapped = account.settings.security == "tls"
        authorities = str(account.settings.tls.ca_file or self.bundle)
        if account.settings.security == "none":
            authorities = self.authorities[0]
        if authorities not in self.authorities:
            self.authorities.append(authorities)
        number = self.authorities.index(authorities)
        if not wrapped and not number:
            return "smtp"
        name = f"mailspec-{'smtps' if wrapped else 'smtp'}{number or ''}"
        options = "-o smtp_tls_wrappermode=yes -o smtp_tls_security_level=secure" if wrapped else ""
        options += f" -o smtp_tls_CAfile={authorities}" if number else ""
        self.keys[f"master.cf/{name}/unix"] = f"- - n - - smtp {options.strip()}"
        return name

    def _login(self, key: str, account: SendingObject) -> TargetProblem | None:
        auth = account.settings.auth
        if auth.username is None or not isinstance(auth.password, Mapping):
            self.no_login.add(_hop(account))
        else:
            self.logins.add(_hop(account))
            self.keys[f"passwords/{key}/user"] = str(auth.username)
            self.keys[f"passwords/{key}/password"] = {"secret": dict(auth.password)}
        both = self.no_login & self.logins
        if both:
            return TargetProblem(
                f"accounts with and without a login use the same relay {min(both)}",
                "Postfix would sign in for all of them: give each a login, or another host or port",
            )
        return None

    def _policy(self, hop: str, account: SendingObject) -> TargetProblem | None:
        settings = account.settings
        if settings.security == "none":
            level = "none"
        else:
            level = "encrypt" if settings.tls.validate_certs is False else "secure"
            if settings.tls.server_name:
                level += f" match={settings.tls.server_name} servername={settings.tls.server_name}"
            if str(settings.tls.minimum_version) == "1.3":
                level += " protocols=>=TLSv1.3"
        key = f"tls/{hop}"
        if self.keys.setdefault(key, level) != level:
            return TargetProblem(
                f"two accounts reach {hop} by different TLS settings", "Postfix has one TLS policy a server"
            )
        return None

    def add_logins(self, scope: Scope) -> TargetProblem | None:
        """Say who may send as whom, for reject_sender_login_mismatch of a submission service."""
        owners: dict[str, dict[int, Sequence[str]]] = {}
        people = [account for account in scope.of_kind("user") if account.sends_by_smtp]
        size = 0
        for person in people:
            if size > LARGEST:  # a target of that size is refused as a whole
                break
            login = key_of(person.name)
            for address in (person.name, person.envelope_sender, *_listed(person.fields.get("may_send_as"))):
                if address and address != "*":
                    key = key_of(str(address))
                    if login is None or key is None:
                        return other_address(person.object, str(address) if login else person.name)
                    size += len(login)
                    owners.setdefault(key.removeprefix("*"), {})[id(login)] = (login,)
        everyone = [key for person in people if (key := key_of(person.name))]
        for mailing in scope.of_kind("mailing"):
            address = mailing.envelope_sender
            if address and mailing.sends_by_smtp:
                # Mailings that everybody may use name everybody: one list, which an address has once.
                listed = mailing.senders or everyone
                key = key_of(address)
                if key is None:
                    return other_address(mailing.object, address)
                owners.setdefault(key, {})[id(listed)] = listed
        size = 0
        for address, lists in owners.items():
            logins = ", ".join(dict.fromkeys(chain(*lists.values())))
            if logins:
                self.keys[f"logins/{address}"] = logins
            size += len(logins)
            if size > LARGEST:
                break
        return None


def _listed(value: Json) -> Iterable[Json]:
    return value if isinstance(value, list) else ()


def _hop(account: SendingObject) -> str:
    """Return the next hop without a look at MX records, as all maps have to spell it."""
    return f"[{account.settings.host}]:{account.settings.port}".lower()


def _escaped(text: str) -> str:
    """Return a text for main.cf, in which ``$`` names a parameter."""
    return text.replace("$", "$$")
