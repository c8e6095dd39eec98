"""Text that others wrote (server replies, names, comments), made harmless for one format each.

Everywhere control characters come out as ``\\x1b``, bidirectional and invisible ones as ``\\u202e``, so that they do
nothing and a reader sees them. What else is escaped is what the format would act on.
"""

from __future__ import annotations

import re

from mailspec.text.unseen import is_unseen

# What GitHub and GitLab act on after the Markdown is rendered, so that a backslash does not help: names of people and
# groups; issues, merge requests, milestones, labels, snippets, epics (GitHub Docs, "Autolinked references and URLs";
# GitLab Docs, "GitLab-specific references"; 2026-11), trackers such as GH-1 or ACME-1, advisories, and commits by their
# hashes; and what becomes a link without brackets.
_NAMED = "|".join(
    (
        r"(?<=@)(?<![0-9A-Za-z_]@)(?=[0-9A-Za-z_])",
        r"(?<=[#!%~$])(?=[0-9A-Za-z_\"])",
        r"(?<=&amp;)(?=[0-9])",
        r"(?<=\b[Gg][Hh][Ss][Aa]-)(?=[0-9A-Za-z])",
    )
)
_LINK = r"(?<=:)(?=//)|(?<=[Ww][Ww][Ww])(?=\.)"
# GH-1, AB2-17; and after Markdown's escapes \[vulnerability:1\], \[feature\_flag:1\].
_KEY = re.compile(r"(?<![0-9A-Za-z_])[A-Za-z](?:[0-9A-Za-z]|\\_)*+-(?=[0-9])|\\\[(?:[A-Za-z]|\\_)++:(?=[0-9A-Za-z\"])")
# A commit's hash: 7 digits or more are looked for.
_HASH = re.compile(r"\b[0-9A-Fa-f]{7,64}\b")
_MARKDOWN = r"[\\`*_{}\[\]#|~$^=]"
_LIST = r"^(\s*[0-9]*)([.)+-])"
_LINE_ENDS = r"\r\n?|\n"
_BLANKS = "[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+"
# A zero-width space as GitHub's own Dependabot writes it: seen by nobody, and the name is no mention any more.
_GAP = "&#8203;"
# What a CI runner takes for commands in what a job prints: GitHub's old ones and Azure's stand anywhere in a line,
# GitHub's newer ones begin it (actions/runner, ActionCommand.cs; Azure Pipelines, "Logging commands"; 2026-11).
_ANYWHERE = re.compile(r"##(?=[a-z]*\[)", re.IGNORECASE)
_COMMAND = re.compile(r"##[a-z]*\[|^[^\S\n]*::[a-z-]+(?: [^\n]*)?::", re.IGNORECASE | re.MULTILINE)
_SHORT = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}


def visible(text: str, keep: str = "") -> str:
    """Return a text whose unseen characters are written as escapes, but for those in ``keep``."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        _shown(character) if character not in keep and _acts(text, index) else character
        for index, character in enumerate(text)
    )


def terminal(text: str, *, lines: bool = False) -> str:
    """Escape for a terminal, and for the log of a runner that reads commands from it.

    A line end becomes ``\\n`` unless ``lines``: else a name could forge a line of the report.
    """
    shown = text if text.isascii() and text.isprintable() else visible(text, "\n" if lines else "")
    shown = without_commands(shown, "\\x23")
    if "::" in shown:
        # GitHub takes a line that starts with :: for a command.
        shown = re.sub(r"^([^\S\n]*):(?=:)", r"\1\\x3a", shown, flags=re.MULTILINE)
    return shown


def without_commands(text: str, number_sign: str) -> str:
    """Write an escape of the format in commands that a CI runner takes anywhere in a line (``##[error]``)."""
    return _ANYWHERE.sub(lambda _found: f"#{number_sign}", text) if "##" in text else text


def runner_command(text: str) -> str | None:
    """Return the first command that a CI runner would take from a text that is printed as it is, ``None`` where none
    is."""
    found = _COMMAND.search(text)
    return None if found is None else found[0].strip()


def markdown(text: str, *, links: bool = False) -> str:
    """Escape for Markdown within a line or a table's cell, so that it links, formats, notifies and embeds nothing.

    ``links`` leaves bare URLs to be links: for words of our own.
    """
    shown = visible(re.sub(_LINE_ENDS, " ", text))
    shown = re.sub(_MARKDOWN, r"\\\g<0>", shown)
    shown = re.sub(_LIST, r"\1\\\2", shown)
    shown = shown.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    shown = re.sub(_NAMED if links else f"{_NAMED}|{_LINK}", _GAP, shown)
    shown = _KEY.sub(rf"\g<0>{_GAP}", shown)
    return _HASH.sub(lambda found: _GAP.join(re.findall(".{1,6}", found[0])), shown)


def html(text: str) -> str:
    """Escape for HTML text and for attributes in either quotes.

    A line end is written as its entity: a job that prints the page runs what a line begins with (``::error::``).
    """
    shown = visible(text, "\n\t")
    entities = (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;"), ("'", "&#39;"), ("\n", "&#10;"))
    for character, entity in entities:
        shown = shown.replace(character, entity)
    return without_commands(shown, "&#35;")


def github(text: str) -> str:
    """Escape for the message of a GitHub workflow command (``::error::message``).

    As ``escapeData`` of actions/toolkit (packages/core/src/command.ts) does it, so that line ends survive.
    """
    shown = without_commands(visible(text, "\r\n"), "\\x23")
    return shown.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def github_property(text: str) -> str:
    """Escape for a property of a GitHub workflow command (``::error file=name,line=1::``)."""
    return github(text).replace(":", "%3A").replace(",", "%2C")


def header(text: str) -> str:
    """Return a text that fits on one line of a mail header: nothing in it starts a line or another header.

    Control characters and line ends become one space; bidirectional and invisible characters are left out.
    """
    one_line = re.sub(_BLANKS, " ", text)
    return "".join(character for index, character in enumerate(one_line) if not is_unseen(one_line, index)).strip()


def _acts(text: str, index: int) -> bool:
    character = text[index]
    if character.isprintable():
        # Letters that are drawn as nothing count as printable.
        return character > "\x7f" and is_unseen(text, index)
    return not _is_space_or_joiner(text, index)


def _is_space_or_joiner(text: str, index: int) -> bool:
    """Tell whether a character that Python calls unprintable is harmless: a wide space, a joiner in its place."""
    character = text[index]
    return character in "\xa0\u202f\u3000" or (character in "\u200c\u200d" and not is_unseen(text, index))


def _shown(character: str) -> str:
    if character in _SHORT:
        return _SHORT[character]
    code = ord(character)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
