"""Write docs/diagnosis.md from what diagnosis knows: ``python tools/diagnosis_page.py``."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from mailspec.diagnosis.advice import ANY, passed_on_texts, texts
from mailspec.diagnosis.details import meanings

PAGE = Path(__file__).parents[1] / "docs/diagnosis.md"
_HEAD = """\
# What went wrong: categories and details

This page is written by `tools/diagnosis_page.py` from `mailspec/diagnosis`; edit the files there.

`mailspec test`, `probe` and `diagnose` put each failure into one category; programs read it from JSON. A detail tells
apart what one category covers. Neither is ever renamed.

```
mailspec diagnose "535 5.7.8 Error: authentication failed" --host smtp.acme.example --port 587 --security "STARTTLS"
mailspec diagnose --file bounce.eml
journalctl -u postfix | mailspec diagnose -
```

`diagnose` takes a reply, a program's error message, lines of a Postfix or Exim log, or a whole bounce mail, and gives
an answer a recipient. `--security` takes the program's own word ("SSL/TLS", "STARTTLS (forced)") and says what it made
of it.

## How a text is read

1. **Stage and code before words.** `550` to RCPT TO or DATA, or `5.1.x`, is never a sign-in; a locked or disabled
   account is the recipient's there and ours behind `535`. After "Recipient address rejected: REASON" the reason and
   the enhanced code decide: `5.7.25` is the reverse name, `5.7.26` SPF and DKIM.
2. **Who speaks.** The provider is the one that is quoted (`host X said`, `relay=`, a signature such as `gsmtp`), never
   a client or a name that is mentioned. Its own advice is given only then.
3. **Somebody else answers.** A greeting or certificate that names another machine than the provider's is said as that
   (`other_machine`); its name or authority is never recommended.
4. **Words, then the other codes.** `5.7.1` alone can mean relay, DMARC, send-as, block list or sign-in. Where a code
   misleads, `retry` does not follow it: `451 5.7.3 STARTTLS is required` never heals, `550 5.4.5 Daily sending quota
   exceeded` does.
5. **Two causes are two.** A text that quotes two refusals of different kinds is answered with both; what follows from
   the first (a sign-in that is wanted because it was refused) is not.

A text of a mail server that tells of another one (a bounce, a log line) is no trouble of the settings: its advice is
given at the end of this page.
"""


def page() -> str:
    """Return the page's text."""
    return "\n".join([_HEAD, *_table(), "", "## Details", "", *_detail_table(), "", *_sections(), *_elsewhere()]) + "\n"


def _table() -> Iterator[str]:
    yield "| category | what it means |\n|---|---|"
    for name, entry in meanings().items():
        yield f"| [`{name}`](#{name}) | {entry['means']} |"


def _detail_table() -> Iterator[str]:
    yield "| category | details |\n|---|---|"
    for name, entry in meanings().items():
        if "details" in entry:
            details = "; ".join(f"`{detail}` {words['means']}" for detail, words in entry["details"].items())
            yield f"| `{name}` | {details} |"


def _sections() -> Iterator[str]:
    for name, entry in meanings().items():
        yield f"## {name}\n\n{entry['means']}\n"
        known = texts()[name]
        if "says" in entry:
            yield f"```\n{entry['says']}\n```\n\n{_line(known[ANY])}\n"
        for detail, words in entry.get("details", {}).items():
            cure = _line(known.get(detail, known[ANY]))
            yield f"### {name}/{detail}\n\n{_capital(words['means'])}. {_met(words)}\n\n{cure}\n"


def _met(words: dict[str, Any]) -> str:
    if "own" in words:
        return f"Found by mailspec itself: {words['own']}."
    given = words.get("given", {})
    how = " ".join(f"{name} `{value}`" for name, value in given.items())
    return f"Met{' at ' + how if how else ''} as:\n\n```\n{words['says']}\n```"


def _elsewhere() -> Iterator[str]:
    yield "## What one mail server tells of another\n"
    yield "In a bounce or a log these categories are no trouble of your connection:\n"
    for name, text in passed_on_texts().items():
        yield f"- `{name}`: {_line(text)}"


def _line(text: str) -> str:
    filled = text.replace("{server}", "the server").replace("{offered}", "")
    return _capital(" ".join(filled.split()))


def _capital(text: str) -> str:
    return text[0].upper() + text[1:]


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
