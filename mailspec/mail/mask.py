"""Hides an account's secrets in what a server said: some servers echo what they got."""

from __future__ import annotations

from mailspec.mail.account import Account
from mailspec.outcome.secret import Secret
from mailspec.secrets.mask import Masker


class Mask(Masker):
    """Replaces each secret, raw and encoded, by asterisks. Built once for an account."""

    __slots__ = ()

    def __call__(self, text: str) -> str:
        """Return the text without secrets."""
        return self.mask(text)


def mask_for(account: Account, *more: Secret) -> Mask:
    """Return the mask for all that an account holds, and secrets got on the way such as access tokens."""
    entry = [account.password, account.client_key]
    return Mask([*(secret for secret in entry if isinstance(secret, Secret)), *more])
