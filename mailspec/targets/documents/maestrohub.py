"""What MaestroHub's window gets: a block a configuration."""

from __future__ import annotations

from collections.abc import Mapping

from mailspec.message.preview import preview
from mailspec.model.fields import Settings
from mailspec.outcome.plan import Json
from mailspec.secrets.resolve import describe
from mailspec.targets.documents.sheet import Row
from mailspec.targets.scope import Scope

_WINDOW = "Email Setup"
_SECURITY = {"tls": "TLS/SSL", "starttls": "STARTTLS", "none": "None"}
_METHODS = {"plain": "PLAIN", "login": "LOGIN", "cram_md5": "CRAM-MD5"}


def maestrohub(scope: Scope, person: str) -> tuple[list[Row], list[str]]:  # noqa: ARG001
    """Return the rows of each configuration that the window can take, and what it cannot."""
    rows: list[Row] = []
    notes: list[str] = []
    for account in scope.of_kind("configuration"):
        fields, name = account.fields, account.name
        method = str(fields.get(Settings.auth.method) or "none")
        if not account.sends_by_smtp or method in ("xoauth2", "oauthbearer"):
            notes.append(f"MaestroHub cannot hold {name}: it knows SMTP with a password alone")
            continue
        sender = str(fields.get(Settings.from_.email) or "")

        def add(section: str, field: str, value: Json, note: str = "", name: str = name) -> None:
            rows.append(Row(_WINDOW, name, section, field, str(value or ""), note))

        add("SMTP Server Settings", "Configuration Name", name)
        add("SMTP Server Settings", "SMTP Host", fields.get("host"))
        add("SMTP Server Settings", "Port", fields.get("port"))
        add("SMTP Server Settings", "Security", _SECURITY[str(fields.get("security"))])
        add("SMTP Server Settings", "Auth Method", _METHODS.get(method, "PLAIN"), "no sign-in" * (method == "none"))
        add("Authentication", "Username", fields.get(Settings.auth.username))
        add("Authentication", "Password", *secret_of(fields.get(Settings.auth.password)))
        add("Sender Information", "From Email", sender)
        add("Sender Information", "From Name", fields.get(Settings.from_.name))
        shown = preview(str(fields.get(Settings.from_.name) or ""), sender)
        add("Sender Information", "Preview", shown, "what it has to show")
        add("Test Configuration", "Recipient", "", "yours; click Send Test before you save")
        button = "Set as Active" if account.active else "Deactivate"
        add("Activating and Deactivating", "Button", button, "unless it shows that state already")
    return rows, notes


def secret_of(reference: Json) -> tuple[str, str]:
    """Return what stands in place of a password, and where to find it."""
    if isinstance(reference, Mapping):
        return "(the password)", f"find it in: {describe(reference)}"
    return "", "no password is declared"
