"""Settings in the form in which they leave mailspec.

One form for what a target's file gets and for what ``test``, ``probe``, ``apply`` and the queue try on the wire: what
was tested is what is written.
"""

from __future__ import annotations

from collections.abc import Mapping

from mailspec.files.opening import declared_path
from mailspec.model.fields import ADDRESSES, FILES, HOST_NAMES
from mailspec.outcome.plan import Json
from mailspec.text.domain import NoDomain, ascii_address, ascii_domain


def as_sent(fields: Mapping[str, Json], root: str) -> dict[str, Json]:
    """Return settings as servers and programs take them.

    No program knows the project's folder, ``root``, so paths are absolute; hosts and the domains of addresses are
    A-labels (RFC 5891) without a root dot. What has no such form stays as it is; MS105 says so, and no
    server is asked for it.
    """
    sent = dict(fields)
    for name in FILES & sent.keys():
        if isinstance(text := sent[name], str):
            sent[name] = absolute(root, text)
    for names, form in ((HOST_NAMES, ascii_domain), (ADDRESSES, ascii_address)):
        for name in names & sent.keys():
            if isinstance(text := sent[name], str) and not isinstance(found := form(text), NoDomain):
                sent[name] = found
    return sent


def absolute(root: str, path: str) -> str:
    """Return the path of a file that a Spec names; ``~`` is the folder of who runs mailspec, as in a shell."""
    return declared_path(root, path)
