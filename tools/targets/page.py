"""Write docs/reference/proven.md from proofs.json and the presets' data; part of ``make generate``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from mailspec.programs.capabilities import MAILER, RUN
from mailspec.programs.presets import PRESETS
from tools.targets.record import PROOFS

PAGE = Path(__file__).parents[2] / "docs/reference/proven.md"
FEATURES = {
    "starttls": "STARTTLS",
    "implicit": "implicit TLS",
    "no_tls": "no TLS",
    "clear_sign_in": "sign-in without TLS",
    "unknown_ca": "unknown authority",
    "wrong_name": "wrong name",
    "no_starttls": "STARTTLS not offered",
    "off": "mail off",
}
INTRODUCTION = """\
# What was proven of each program

`make test-targets` installs these programs and sends mail through what mailspec wrote for them, to a server that notes
who signed in and how, with the password `s3cret pa$$#"w` and an authority of our own. "sent" is mail that arrived with
the right login; "refused" means that a server with a certificate of an unknown authority or for another name, or
without the declared STARTTLS, got neither mail nor password. Where a program cannot refuse, `validate` says so with the
code in the table. An empty place was not tried.

This page is made by `tools/targets/page.py` from what the last runs recorded; each row has its date.
"""
OTHERS = """\
## More that was shown

| program | what | outcome |
|---|---|---|
"""
UNPROVEN = """\
## Words from a source

These presets are written with the words of the source in the table: no server of theirs could be had here, or none was
run. Of some the mailer was: what reads the words for it is a script by that source.

| preset | source | looked up | run |
|---|---|---|---|
"""


def page(proofs: dict[str, Any]) -> str:
    """Return the page as it should be."""
    lines = [
        INTRODUCTION,
        f"| program | {' | '.join(FEATURES.values())} | how | date |",
        f"|---|{'---|' * (len(FEATURES) + 2)}",
    ]
    others: list[str] = []
    for name, entry in sorted(proofs.items(), key=lambda item: item[0].lower()):
        features: dict[str, str] = entry["features"]
        cells = [features.get(feature, "") for feature in FEATURES]
        if any(cells):
            lines.append(f"| {name} | {' | '.join(cells)} | {entry['proof']} | {entry['date']} |")
        others += [f"| {name} | {what} | {features[what]} |" for what in sorted(features.keys() - FEATURES.keys())]
    unproven = [
        f"| {preset.title} | {preset.source} | {preset.checked} | {'its mailer' if preset.proof == MAILER else 'no'} |"
        for preset in PRESETS.values()
        if preset.proof != RUN and preset.source
    ]
    parts = ["\n".join(lines), OTHERS + "\n".join(others), UNPROVEN + "\n".join(sorted(unproven, key=str.lower))]
    return "\n\n".join(parts) + "\n"


def main() -> None:
    """Write the page."""
    PAGE.write_text(page(json.loads(PROOFS.read_text(encoding="utf-8"))), encoding="utf-8")


if __name__ == "__main__":
    main()
