"""The windows of products that no interface reaches, field by field, in the words and the order of their own pages.

Sources, as read for this project: MaestroHub, "Email Setup"; maestro*, "Configuring the use of emails in maestro*" of
2025-02-18 (``maestro_smtp``) and of 2026-02-07 (``maestro``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Section:
    """One part of a window. ``reach`` says how it is reached within the window; ``fields`` are in the page's order."""

    title: str
    reach: str
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Window:
    """One window. ``menus`` are the ways to it; ``first`` says what to choose in it, with ``{name}`` for the object."""

    title: str
    menus: tuple[str, ...]
    sections: tuple[Section, ...]
    first: str = ""
    last: str = ""


_PROCESSING = "maestro* > Maintenance > General Maintenance > Processing > "
_GENERAL_SETTINGS = (f"{_PROCESSING}General Settings", "maestro* > Configuration icon > General Settings")
_DISPATCH = tuple(
    f"maestro* > {way} > Dispatch > Dispatch Model Management"
    for way in (
        "Projects > Project Costing",
        "Service Management > Service Management",
        "Projects > Work Orders",
        "Projects > Estimating",
    )
)
_PREFERENCES = (f"{_PROCESSING}Preferences", "maestro* > Toolbar > Configuration Icon > Preferences")
_PERSON = "Identify the user in the Identification section."
_SAVE = "Click the Save icon, then the Quit icon."
_NAME = "Number or Name"
BULK = "Configuration - Mass Mailings and Emails from maestro*MOBILE"
FROM = '"From" Address'
SSL = "Use SSL Encoding"

_MAESTROHUB = (
    Window(
        "Email Setup",
        ("System Management > Email Configuration tab",),
        (
            Section(
                "SMTP Server Settings",
                "The first card.",
                ("Configuration Name", "SMTP Host", "Port", "Security", "Auth Method"),
            ),
            Section("Authentication", "", ("Username", "Password")),
            Section("Sender Information", "", ("From Email", "From Name", "Preview")),
            Section("Test Configuration", "", ("Recipient",)),
            Section("Activating and Deactivating", "", ("Button",)),
        ),
        "Select {name} in the Configuration dropdown, or Add New Configuration.",
        "Click Save Changes (Create Configuration for a new one).",
    ),
)

_MAESTRO = (
    Window(
        "General Settings",
        _GENERAL_SETTINGS,
        (
            Section(
                "Mailing Configuration",
                "Open the tree structure on the left part of the window, then click Communication.",
                ("Default Mailing Mode for Users",),
            ),
            Section(
                BULK,
                "Communication, on the right part of the window.",
                (
                    *("Mailing Mode", "Email", "User", FROM, "Authentication"),
                    *("Server Name", "Port", SSL, "Password"),
                ),
            ),
        ),
        "",
        f"{_SAVE} Send Test Email tests the account of mass mailings.",
    ),
    Window(
        "Mailing Configuration",
        (f"{_PROCESSING}Mailing Configuration",),
        (Section("Line of the grid", "", ("Email Account for Sending", "Mailing Mode")),),
        "Find the line of the grid (a form, a report, or other): {name}.",
        _SAVE,
    ),
    Window(
        "Dispatch Model Management",
        _DISPATCH,
        (Section("Dispatcher", "Click the Other tab.", ("Email Address", "Mailing Mode")),),
        "Open the dispatch model {name}.",
        _SAVE,
    ),
    Window(
        "Security Management",
        (f"{_PROCESSING}Security Management",),
        (
            Section("Identification", "", (_NAME,)),
            Section(
                "Mailing Configuration",
                "Click the Description tab.",
                (
                    *("Mailing Mode", "Email", "User", FROM, "Authentication"),
                    *("Port Number", "Server Name", SSL, "Password"),
                ),
            ),
        ),
        _PERSON,
        _SAVE,
    ),
    Window(
        "Preferences",
        _PREFERENCES,
        (
            Section(
                "Management of my Account",
                "Click the Email tab; the section is at the bottom of the window.",
                ("Authentication", "New Password", "Confirmation"),
            ),
        ),
        "{name} does this, nobody else.",
        _SAVE,
    ),
)

_MAESTRO_SMTP = (
    Window(
        "General Settings",
        (f"{_PROCESSING}General Settings", "maestro* main menu > Configuration icon on the taskbar > General Settings"),
        (
            Section("General", "On the right part of the window.", ("Mail Software",)),
            Section(
                "Configuration of the SMTP email account",
                "Open the General Settings tree structure (left side of the window), then click Miscellaneous.",
                ("Server name", "Port", "Use SSL encoding"),
            ),
        ),
        "",
        _SAVE,
    ),
    Window(
        "Security Management",
        (f"{_PROCESSING}Security Management",),
        (
            Section("Identification", "", (_NAME,)),
            Section(
                "User-Specific Email Configuration",
                "Click the Description tab, and check the box in front of the section's name.",
                ("User name", FROM, "Port", "Server name"),
            ),
        ),
        _PERSON,
        _SAVE,
    ),
    Window(
        "Preferences",
        ("maestro* main menu > Configuration icon on the taskbar > Preferences",),
        (
            Section(
                "Management of my Account",
                "Click the Email tab; the section is at the bottom of the window.",
                ("New Password", "Confirmation"),
            ),
        ),
        "{name} does this, nobody else.",
        _SAVE,
    ),
)

TITLES: Mapping[str, str] = {
    "maestrohub": "MaestroHub: Email Setup",
    "maestro": "maestro*: configuring the use of emails",
    "maestro_smtp": "maestro*: configuring the use of emails (windows of 2025)",
}
WINDOWS: Mapping[str, tuple[Window, ...]] = {
    "maestrohub": _MAESTROHUB,
    "maestro": _MAESTRO,
    "maestro_smtp": _MAESTRO_SMTP,
}
# How the products' lists call the modes.
MODES: Mapping[str, Mapping[str, str]] = {
    "maestro": {
        "not_configured": "Not Configured",
        "outlook": "Microsoft Outlook",
        "office365": "Office 365 - Modern Authentication",
        "smtp": "SMTP - Other",
        "other": "Other Email Software",
    },
    "maestro_smtp": {"outlook": "Outlook", "smtp": "SMTP", "other": "Other"},
}
SAME = "Same as General Settings"
