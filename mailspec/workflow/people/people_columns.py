"""Which column of a table is which word of the language: our own names, and the titles that other programs export.

Titles are compared in lower case with words joined by one underscore. Sources: Google Workspace "Add or update multiple
users from a CSV file" and Google Contacts' export; Microsoft 365 admin center "Export users" and Entra "Download
users"; Outlook's contacts (all of 2026-11-28).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

Path = tuple[str, ...]

# Column: where its value stands in a person's entry.
COLUMNS: dict[str, Path] = {
    "email": ("email",),
    "name": ("name",),
    "mode": ("mode",),
    "username": ("account", "username"),
    "from": ("account", "from"),
    "host": ("account", "host"),
    "port": ("account", "port"),
    "security": ("account", "security"),
    "method": ("account", "method"),
    "timeout": ("account", "timeout"),
    "password": ("account", "password"),
    "may_send_as": ("account", "may_send_as"),
    "may_send_on_behalf_of": ("account", "may_send_on_behalf_of"),
    "outlook_version": ("outlook", "version"),
    "outlook_accounts": ("outlook", "accounts"),
}
# Columns that are no word of a person: names are joined, a department names the group.
FIRST, LAST, GROUP = "first_name", "last_name", "group"
EXTRA = (FIRST, LAST, GROUP)

# For each column the titles that people and other programs give it, the best first where a table has several.
_TITLES: dict[str, tuple[str, ...]] = {
    "email": (
        "mail", "e_mail", "e_mail_address", "email_address", "email_address_[required]", "primary_email",
        "primarysmtpaddress", "e_mail_1_value", "e_mail_adresse", "user_principal_name", "userprincipalname",
    ),
    "name": ("display_name", "displayname", "full_name", "anzeigename"),
    FIRST: ("first_name_[required]", "given_name", "givenname", "firstname", "vorname"),
    LAST: ("last_name_[required]", "family_name", "surname", "lastname", "nachname"),
    GROUP: ("department", "abteilung"),
}  # fmt: skip

# Only another program's export has dozens of columns that are about other things; of a table made by hand each counts.
_EXPORTED = frozenset({
    "email_address_[required]", "first_name_[required]", "last_name_[required]", "e_mail_1_value", "given_name",
    "family_name", "givenname", "surname", "display_name", "displayname", "user_principal_name", "userprincipalname",
    "primarysmtpaddress",
})  # fmt: skip


def normal(title: str) -> str:
    """Return a title as titles are compared.

    >>> normal(" E-mail 1 - Value ")
    'e_mail_1_value'
    """
    return re.sub(r"[\s_-]+", "_", title.strip().lower())


def name_columns(header: Sequence[str], renamed: Mapping[str, str]) -> tuple[list[str], bool]:
    """Return the column of each title, and whether the titles are those of another program's export.

    A title that ``renamed`` names is what it says there, ``""`` for left out. In an export what is not known is
    left out as well: it has dozens of columns that are about other things.
    """
    titles = [title.strip() for title in header]
    columns = [renamed[title] if title in renamed else normal(title) for title in titles]
    exported = not _EXPORTED.isdisjoint(columns)
    for column, aliases in _TITLES.items():
        if column in columns:
            continue
        there = [alias for alias in aliases if alias in columns]
        if there:
            columns[columns.index(there[0])] = column
    return columns, exported
