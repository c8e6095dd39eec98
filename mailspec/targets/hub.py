"""Targets of type ``hub``: the properties that JetBrains Hub starts with, and its own test by its REST interface.

``path`` is a file of system properties. With ``url``, Hub's base address, and ``token``, a permanent token of an
administrator, ``prove: true`` has the running Hub send a test message to the account's own sender: the SMTP settings
are found by their type, and tested by their id. The interface's page of these settings names no field of theirs, so
that they are written as properties alone.
Source: Hub REST API, Settings (Get All Settings, Post Test), 2017.1 to 18 September 2026, read 2026-11-28.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

from mailspec.plan.desired import TargetDesired
from mailspec.targets.base import Reach, Rendered, TargetProblem, WrittenValue, text_of
from mailspec.targets.interface import api_of, fail, unsafe
from mailspec.targets.preset_file import Properties
from mailspec.targets.scope import Scope
from mailspec.text.address import parse_address

_SETTINGS = "/api/rest/settings"
_SMTP = f"{_SETTINGS}?query={quote('type: smtp')}"
_FROM = "jetbrains.hub.smtp.from"


class Hub(Properties):
    """Writes the properties of the preset ``hub``; other properties stay."""

    preset_name = "hub"

    def render(self, declared: Mapping[str, Any], scope: Scope) -> Rendered | TargetProblem:
        """Return the properties; an address and its token are declared together."""
        url, token = declared.get("url"), declared.get("token")
        if bool(url) != bool(token):
            return TargetProblem(f"it has no {'url' if token else 'token'}", "write url and token, or neither")
        problem = unsafe(str(url)) if url else None
        return problem or super().render({**declared, "type": "properties_file", "preset": "hub"}, scope)

    def reaches(self, target: TargetDesired) -> Reach | None:
        """Return what limits from outside must allow: the address that is asked to test, and its token."""
        token = target.options.get("token")
        return Reach(str(target.options.get("url") or ""), (dict(token),)) if isinstance(token, Mapping) else None

    def prove(
        self, target: TargetDesired, root: Path, values: Mapping[str, WrittenValue | None]
    ) -> str | TargetProblem:
        """Have the running Hub send a message with the settings that it started with."""
        sender = values.get(_FROM)
        contact = None if sender is None else parse_address(text_of(sender))
        if contact is None:
            return "not proven: mail is off"
        if not target.options.get("url"):
            return "not proven: without url and token Hub cannot be asked for its test"
        api = api_of(target.options, root)
        if isinstance(api, TargetProblem):
            return api
        signed = f"Bearer {api.token.reveal()}"
        try:
            page = api.ask("GET", _SMTP, Authorization=signed)
            found = page.get("settings") if isinstance(page, Mapping) else None
            if not isinstance(found, list) or not all(isinstance(entry, Mapping) for entry in found):
                fail(f"{api.host} answered in another form than Hub does")
            if len(found) != 1 or not isinstance(found[0].get("id"), str):
                fail(f"{api.host} names {len(found)} SMTP settings, not one")
            test = f"{_SETTINGS}/{quote(found[0]['id'], safe='')}/test?contact={quote(contact[1], safe='')}"
            api.ask("POST", test, Authorization=signed)
        except OSError as error:
            return TargetProblem(
                f"its own test failed: {error.strerror}",
                "restart Hub where it has not read its properties since; see its log",
            )
        return f"proven by: the test of the SMTP settings of {api.host}"
