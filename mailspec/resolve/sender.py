"""As whom is sent: From, Sender and the envelope sender, as SPEC "Sending as" says."""

from __future__ import annotations

from mailspec.model.effective import Fields
from mailspec.model.fields import Settings
from mailspec.outcome.effective import Value
from mailspec.text.address import is_address


def account_address(fields: Fields) -> Value | None:
    """Return the account's own address: the login where that is one, else the account's own From."""
    username = fields.get(Settings.auth.username)
    if username is not None and is_address(str(username.value)):
        return username
    return fields.get(Settings.from_.email)


def on_behalf(fields: Fields) -> None:
    """Fill in Sender and envelope sender of an account whose own From differs from its login (``permission``)."""
    permission, email = fields.get(Settings.permission), fields.get(Settings.from_.email)
    if permission is None or permission.value != "send_on_behalf" or email is None:
        return
    account = account_address(fields)
    if account is not None and not _same(account, email):
        fields[Settings.sender] = account
        fields.setdefault(Settings.envelope_from, account)


def send_as(fields: Fields, address: Value, permission: str, bounces: Value | None) -> None:
    """Send through an account as another address, or on its behalf.

    ``bounces`` is the envelope sender that the account declares, which holds in both.
    """
    account = account_address(fields)
    fields.pop(Settings.sender, None)
    fields[Settings.from_.email] = address
    envelope = address
    if permission == "send_on_behalf" and account is not None and not _same(account, address):
        fields[Settings.sender] = envelope = account
    fields[Settings.envelope_from] = bounces or envelope


def _same(one: Value, other: Value) -> bool:
    return str(one.value).lower() == str(other.value).lower()
