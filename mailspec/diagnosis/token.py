"""A token endpoint's refusal -> state, who must act, category and advice; ``token.toml`` holds the table."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from mailspec.files.json_text import read_json
from mailspec.outcome.sign_in import Problem

_NUMBER = re.compile(r"\bAADSTS(\d{4,8})\b")
_ERROR = re.compile(
    r"""["']?\berror["']?\s*[:=]\s*["']?([a-z_]{4,40})\b"""  # {"error": "invalid_grant"}, error=invalid_grant
    r"""|^\s*\(([a-z]+(?:_[a-z]+)+)\)\s"""  # (invalid_grant) Token has been ...
    r"""|^\s*([a-z]+(?:_[a-z]+)+)\s*(?::|$)"""  # invalid_grant: Token has been ...
)
_SUBERROR = re.compile(r"""["']?suberror["']?\s*[:=]\s*["']?([a-z_]+)""")
_FALLBACK: dict[str, Any] = {
    "state": "unknown",
    "category": "auth_failed",
    "detail": "token",
    "who": "administrator",
    "advice": "The issuer refused to give a token, for a reason that is not known here. Its words say more.",
}


@cache
def table() -> dict[str, list[dict[str, Any]]]:
    """Return ``token.toml``: ``errors``, ``suberrors`` and ``numbers``."""
    loaded: dict[str, list[dict[str, Any]]] = tomllib.loads(Path(__file__).with_name("token.toml").read_text("utf-8"))
    return loaded


def explain_token_error(
    error: str,
    description: str = "",
    *,
    suberror: str | None = None,
    numbers: tuple[int, ...] = (),
    wait: float | None = None,
) -> Problem:
    """Return what an error answer of a token endpoint means. Never raises.

    Args:
        error: the OAuth 2.0 error code (RFC 6749 section 5.2).
        description: the issuer's own words.
        suberror: Microsoft's finer word.
        numbers: Microsoft's AADSTS numbers; those in ``description`` are found.
        wait: seconds after which the issuer wants to be asked again.
    """
    row = dict(_FALLBACK)
    known = next((found for found in table()["errors"] if _fits(found, error, description)), None)
    if known is not None:
        row.update(known)
    finer = next((found for found in table()["suberrors"] if found["suberror"] == suberror), None)
    if finer is not None:
        row.update(finer)
    for number in (*numbers, *(int(text) for text in _NUMBER.findall(description))):
        numbered = next((found for found in table()["numbers"] if number in found["codes"]), None)
        if numbered is not None:
            row.update(numbered)
            break
    words = one_line(description)
    return Problem(
        state=row["state"],
        reason=f"the issuer refused: {error}" if error else "the issuer refused",
        category=row["category"],
        detail=row.get("detail"),
        advice=one_line(row["advice"]),
        who=row["who"],
        retry=bool(row.get("retry")),
        wait=wait,
        reply=f"{error}: {words}" if words else error,
    )


def token_error_in(text: str) -> Problem | None:
    """Return what a text says that quotes a token endpoint's refusal, ``None`` where it quotes none."""
    numbers = _NUMBER.findall(text)
    found = _ERROR.search(text)
    error = next(filter(None, found.groups()), "") if found else ""
    if not numbers and error not in known_errors():
        return None
    suberror = _SUBERROR.search(text)
    return explain_token_error(error, _description(text), suberror=suberror.group(1) if suberror else None)


def one_line(text: str) -> str:
    """Return a text on one line."""
    return " ".join(text.split())


def _fits(row: dict[str, Any], error: str, description: str) -> bool:
    if row["error"] != error:
        return False
    return "words" not in row or re.search(row["words"], description, re.IGNORECASE) is not None


@cache
def known_errors() -> frozenset[str]:
    """Return the error codes and finer words of the table."""
    finer = {row["suberror"] for row in table()["suberrors"]}
    return frozenset(row["error"] for row in table()["errors"]) | finer


def _description(text: str) -> str:
    """Return the description of a JSON answer, or the whole text."""
    try:
        answer = read_json(text)
    except (RecursionError, ValueError):
        return text
    described = answer.get("error_description") if isinstance(answer, dict) else None
    return described if isinstance(described, str) else text
