"""What each word of a choice means, for editors (``enumDescriptions``): by definition and key, or by key alone."""

from __future__ import annotations

_METHOD = {
    "none": "No sign-in: the server knows its clients by their address.",
    "plain": "User name and password, over TLS (RFC 4616).",
    "login": "User name and password, for servers without plain.",
    "cram_md5": "A challenge that hides the password and is weak today (RFC 2195).",
    "xoauth2": "An access token, as Google and Microsoft take it.",
    "oauthbearer": "An access token (RFC 7628).",
}
_PERSON = {
    "same_as_general": "What the general settings, or the person's group, say.",
    "not_configured": "No mail.",
    "outlook": "The person's own Outlook sends.",
    "office365": "Through Microsoft 365, with the person signed in.",
    "smtp": "By SMTP, with the person's own sign-in.",
    "other": "The mail program of the person's computer sends; its contacts are not kept the same as ours.",
}
_PERMISSION = {
    "send_as": "Recipients see that address alone.",
    "send_on_behalf": "Recipients see that address and the account that sent.",
}
ENUM_TEXTS: dict[str, dict[str, str]] = {
    "security": {
        "tls": "TLS from the first byte, mostly on port 465.",
        "starttls": "Plain at first, then TLS, mostly on port 587.",
        "none": "No encryption. Only for a relay on the same machine.",
    },
    "method": _METHOD,
    "Configuration.state": {
        "present": "Declared; the only one of its kind is in use.",
        "active": "The one in use.",
        "inactive": "Kept ready, not in use.",
        "absent": "To be deleted.",
    },
    "Configuration.mode": {
        "smtp": "By SMTP, to any server.",
        "office365": "Through Microsoft 365, as a signed-in account.",
    },
    "transport": {"smtp": "By SMTP with an access token.", "graph": "Through Microsoft Graph."},
    "needs": {
        "standard": "Mail of people.",
        "bulk": "The account of mass mailings.",
        "mobile": "Mail of the mobile program.",
    },
    "GeneralBulk.mode": {
        "not_configured": "No bulk mail.",
        "smtp": "By SMTP.",
        "office365": "Through Microsoft 365.",
    },
    "GeneralUsers.mode": _PERSON,
    "Group.mode": _PERSON,
    "User.mode": _PERSON,
    "deployment": {"on_premises": "On machines of one's own.", "cloud": "In the vendor's cloud, where no Outlook is."},
    "Mailing.type": {"mass_mailing": "A form or a report to many.", "dispatch": "A dispatch model."},
    "permission": _PERMISSION,
    "mobile_permission": _PERMISSION,
    "kind": {"production": "Its mail reaches people.", "test": "Its mail must reach nobody but testers."},
    "Mailing.mode": {
        "general": "By the bulk account.",
        "outlook": "By the Outlook of whoever sends it.",
        "not_configured": "It is not sent.",
    },
    "grant": {
        "device_code": "A person signs in elsewhere with a code.",
        "client_credentials": "The application signs in by itself.",
        "authorization_code": "A person signs in with a browser on this machine.",
    },
    "Outlook.version": {
        "classic": "The one that can be driven from outside.",
        "new": "The one that cannot.",
    },
    "backoff": {"exponential": "Each wait is twice as long.", "constant": "Each wait is the same."},
    "dialect": {
        "systemd": "EnvironmentFile= of a systemd unit.",
        "docker": "--env-file of Docker and Podman.",
        "sh": "A file that a POSIX shell reads.",
        "dotenv": "Any of the dotenv libraries.",
        "dotenv_literal": "Those that take single quotes as they are: not dotenv-expand (Next.js, Vite).",
    },
    "format": {
        "json": "A JSON document.",
        "yaml": "A YAML document.",
        "csv": "A table with a row an object.",
        "text": "A sheet of plain text.",
        "markdown": "A sheet in Markdown.",
        "html": "A sheet as an HTML page.",
    },
    "secrets": {
        "references": "Where each password is, such as the name of an environment variable.",
        "values": "The passwords themselves.",
    },
    "product": {
        "maestrohub": "MaestroHub, Email Setup.",
        "maestro": "maestro*, the windows of 2026: Communication, mass mailings, Office 365.",
        "maestro_smtp": "maestro*, the windows of 2025: Mail Software and SMTP.",
    },
    "minimum_version": {"1.2": "TLS 1.2 and newer.", "1.3": "TLS 1.3 alone."},
    "severity": {
        "error": "Stops, with exit code 1.",
        "warning": "Told; stops with --strict.",
        "info": "Told.",
        "off": "Not told.",
    },
}
