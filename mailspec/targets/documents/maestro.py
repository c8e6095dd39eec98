"""What the windows of maestro* get: the general settings, mailings, dispatch models, and each person."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from mailspec.model.fields import Settings
from mailspec.outcome.plan import Json
from mailspec.programs.windows import BULK, FROM, MODES, SAME, SSL
from mailspec.targets.documents.maestrohub import secret_of
from mailspec.targets.documents.sheet import Row
from mailspec.targets.scope import Scope, SendingObject

_COPIED = "copied from General Settings"
_AUTHENTICATE = 'press the button; beside it must stand "Authenticated"'
_TOKENS = ("xoauth2", "oauthbearer")


def maestro(scope: Scope, person: str) -> tuple[list[Row], list[str]]:
    """Return the rows of the windows of 2026, or those of one person, and what the windows cannot take."""
    modes, notes = MODES["maestro"], list[str]()
    off = scope.default is None
    everyone = _general(scope)
    rows: list[Row] = []
    # Where mail is off, the one switch reaches the general settings, and people's own servers alone go on.
    bulk = None if off else next(iter(scope.of_kind("bulk")), None)
    if not person:
        rows.append(
            Row("General Settings", "", "Mailing Configuration", "Default Mailing Mode for Users", modes[everyone])
        )
        rows += _bulk(bulk, next(iter(scope.of_kind("mobile")), None))
        rows += _mailings(scope, bulk)
    for account in _people(scope, person):
        stopped = off and account.fields.get("mode") == "smtp" and not account.own_server
        rows += _person(account, everyone, bulk, stopped=stopped, cloud=scope.words.get("deployment") == "cloud")
        if account.fields.get(Settings.auth.method) in _TOKENS and account.sends_by_smtp:
            notes.append(f"maestro* cannot sign {account.name} in by a token over SMTP")
    return rows, notes


def _general(scope: Scope) -> str:
    """Return the mode of everyone; off stops SMTP, which needs the configuration that people copy."""
    mode = scope.words.get("users.mode", "not_configured")
    return "not_configured" if scope.default is None and mode == "smtp" else mode


def _people(scope: Scope, person: str) -> Iterable[SendingObject]:
    return (account for account in scope.of_kind("user") if person in ("", account.name.lower()))


def _bulk(bulk: SendingObject | None, mobile: SendingObject | None) -> list[Row]:
    fields: Mapping[str, Json] = {} if bulk is None else bulk.fields
    mode = str(fields.get("mode") or "not_configured")
    values: list[tuple[str, str, str]] = [("Mailing Mode", MODES["maestro"][mode], "")]
    sender = "" if mobile is None else str(mobile.fields.get(Settings.from_.email) or "")
    address = (FROM, sender, "for emails from maestro*MOBILE alone")
    if mode == "office365":
        values += [
            ("Email", str(fields.get(Settings.auth.username) or ""), ""),
            address,
            ("Authentication", "", _AUTHENTICATE),
        ]
    elif mode == "smtp":
        values += [
            ("User", str(fields.get(Settings.auth.username) or ""), ""),
            address,
            ("Server Name", str(fields.get("host") or ""), ""),
            ("Port", str(fields.get("port") or ""), ""),
            (SSL, _box(fields), ""),
            ("Password", *secret_of(fields.get(Settings.auth.password))),
        ]
    return [Row("General Settings", "", BULK, *value) for value in values]


def _box(fields: Mapping[str, Json]) -> str:
    return "not checked" if fields.get("security") == "none" else "checked"


def _mailings(scope: Scope, bulk: SendingObject | None) -> list[Row]:
    rows: list[Row] = []
    general = MODES["maestro"][str(bulk.fields.get("mode") if bulk is not None else "not_configured")]
    for account in scope.of_kind("mailing"):
        dispatch = account.words.get("type") == "dispatch"
        word = account.words.get("mode", "not_configured")
        empty = "Not configured" if dispatch else "(empty)"
        mode = {"general": general, "outlook": "Microsoft Outlook"}.get(word, empty)
        note = "the value of General Settings" if word == "general" else ""
        sender = str(account.fields.get(Settings.from_.email) or "")
        standard = "" if sender else "left empty: a standard email of the current user"
        window, section = ("Dispatch Model Management", "Dispatcher") if dispatch else _GRID
        rows.append(Row(window, account.name, section, _ADDRESS[dispatch], sender, standard))
        rows.append(Row(window, account.name, section, "Mailing Mode", mode, note))
    return rows


_SECTION = "User-Specific Email Configuration"
_GRID = ("Mailing Configuration", "Line of the grid")
_ADDRESS = {True: "Email Address", False: "Email Account for Sending"}


def _person(
    account: SendingObject, everyone: str, bulk: SendingObject | None, *, stopped: bool, cloud: bool
) -> list[Row]:
    fields, modes = account.fields, MODES["maestro"]
    mode = "not_configured" if stopped else str(fields.get("mode") or "not_configured")
    declared = account.words.get("mode")
    same = stopped or declared == "same_as_general" or (declared is None and mode == everyone)
    shown = (SAME, f"below it stands: {modes[mode]}") if same else (modes[mode], "")
    values: list[tuple[str, str, str]] = [("Mailing Mode", *shown)]
    user = str(fields.get(Settings.auth.username) or "")
    filled = "filled in by itself; check it" if user.lower() == account.name.lower() else ""
    sender = str(fields.get(Settings.from_.email) or "")
    derived = "filled in by itself; check it" if sender.lower() == user.lower() else ""
    own: list[tuple[str, str, str]] = []
    if mode == "office365":
        values += [("Email", user, filled), (FROM, sender, derived), ("Authentication", "", _AUTHENTICATE)]
        own = [("Authentication", "", f"or here, by the person: {_AUTHENTICATE}")]
    elif mode == "smtp":
        general: Mapping[str, Json] = {} if bulk is None or bulk.fields.get("mode") != "smtp" else bulk.fields
        password, where = secret_of(fields.get(Settings.auth.password))
        values += [
            ("User", user, "the user code; it cannot be changed here" if cloud else filled),
            (FROM, sender, derived),
            ("Port Number", str(fields.get("port") or ""), _copied(fields, general, "port")),
            ("Server Name", str(fields.get("host") or ""), _copied(fields, general, "host")),
            (SSL, _box(fields), _copied({"box": _box(fields)}, {"box": _box(general)} if general else {}, "box")),
            ("Password", password, where),
        ]
        own = [("New Password", password, where), ("Confirmation", password, "the same once more")]
    rows = [
        Row(
            "Security Management",
            account.name,
            "Identification",
            "Number or Name",
            account.words.get("name", account.name),
        )
    ]
    rows += [Row("Security Management", account.name, "Mailing Configuration", *value) for value in values]
    return rows + [Row("Preferences", account.name, "Management of my Account", *value) for value in own]


def _copied(fields: Mapping[str, Json], general: Mapping[str, Json], name: str) -> str:
    if not general:
        return "General Settings have none to copy"
    return f"{_COPIED}; check it" if fields.get(name) == general.get(name) else "differs from General Settings: type it"


def maestro_smtp(scope: Scope, person: str) -> tuple[list[Row], list[str]]:
    """Return the rows of the windows of 2025, or those of one person, and what the windows cannot take."""
    modes, notes, rows = MODES["maestro_smtp"], list[str](), list[Row]()
    everyone = _general(scope)
    people = list(_people(scope, person))
    if not person:
        if everyone not in modes:
            notes.append(f"these windows have no mode {everyone}: its Mail Software stays as it is")
        else:
            rows.append(Row("General Settings", "", "General", "Mail Software", modes[everyone]))
        general = scope.settings
        if any(account.sends_by_smtp for account in scope.of_kind("user")) and general:
            section = "Configuration of the SMTP email account"
            rows.append(Row("General Settings", "", section, "Server name", str(general.get("host") or "")))
            rows.append(Row("General Settings", "", section, "Port", str(general.get("port") or "")))
            rows.append(Row("General Settings", "", section, "Use SSL encoding", _box(general)))
    for account in people:
        if not account.sends_by_smtp or (scope.default is None and not account.own_server):
            if account.sends_by_smtp:
                notes.append(f"mail is off: clear the box in front of {_SECTION} for {account.name}")
            elif account.fields.get("mode") != everyone:
                notes.append(f"these windows give one person no mode but SMTP: not {account.name}")
            continue
        rows += _person_of_2025(account, scope)
    return rows, notes


def _person_of_2025(account: SendingObject, scope: Scope) -> list[Row]:
    fields, general, name = account.fields, scope.settings, account.name
    password, where = secret_of(fields.get(Settings.auth.password))
    section = _SECTION
    window = "Security Management"
    rows = [Row(window, name, "Identification", "Number or Name", account.words.get("name", name))]
    if scope.words.get("deployment") != "cloud":
        # In the cloud the user code is the address, and is copied.
        rows.append(Row(window, name, section, "User name", str(fields.get(Settings.auth.username) or "")))
        rows.append(Row(window, name, section, FROM, str(fields.get(Settings.from_.email) or "")))
    rows.append(Row(window, name, section, "Port", str(fields.get("port") or ""), _copied(fields, general, "port")))
    rows.append(
        Row(window, name, section, "Server name", str(fields.get("host") or ""), _copied(fields, general, "host"))
    )
    own = "Management of my Account"
    return [
        *rows,
        Row("Preferences", name, own, "New Password", password, where),
        Row("Preferences", name, own, "Confirmation", password, "the same once more"),
    ]
