"""Write docs/providers.md from the providers' files: ``python tools/providers_page.py``."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from mailspec.providers.compile import read_all
from mailspec.providers.schema import ProviderFile
from mailspec.providers.schema_parts import Endpoint, Rule

PAGE = Path(__file__).parents[1] / "docs/providers.md"
HEAD = """# Providers

What mailspec knows of {count} mail providers. This page is written by `tools/providers_page.py` from
`mailspec/providers/data`; edit the files there.

Each statement names its source, the page's own date or the day it was read, and how sure it is: `vendor` (the
provider's own words), `secondary` (somebody else's) or `unchecked` (from memory, or seen only in use). Only the
vendor's words make errors; everything else warns. A host that nobody knows gets the general rules.
"""
ROWS = "| What | Value | Source | Checked | Confidence |\n|---|---|---|---|---|"
METHODS = {
    "plain": "PLAIN",
    "login": "LOGIN",
    "cram_md5": "CRAM-MD5",
    "xoauth2": "XOAUTH2",
    "oauthbearer": "OAUTHBEARER",
}
Row = tuple[str, str, str]


def code(words: list[str]) -> str:
    return ", ".join(f"`{word}`" for word in words)


def endpoint(group: Endpoint) -> Row:
    ports = ", ".join(map(str, group.ports))
    where = f" at {code(group.hosts)}" if group.hosts else ""
    said = f" {' or '.join(group.security)}" if group.security else ""
    label = {"documented": "Ports", "tolerated": "Ports in use", "refused": "Refused"}[group.standing]
    return label, f"{ports}{said}{where}{'. ' + group.text if group.text else ''}", group.source


def rule(label: str, held: Rule | None) -> Iterator[Row]:
    if held is not None:
        yield label, held.words, held.source
        for wrong in held.wrong:
            yield f"Wrong {label.lower()}", wrong.text, wrong.source


def connection(item: ProviderFile) -> Iterator[Row]:
    if item.unavailable:
        yield "No SMTP", item.unavailable.text, item.unavailable.source
    for hosts in (*item.hosts, *item.shared_hosts):
        yield "Hosts", code(hosts.names), hosts.source
    yield from map(endpoint, item.endpoints)
    if item.preset:
        yield (
            "Preset",
            f"`{item.preset.host}`, {item.preset.port}, {item.preset.security}",
            item.preset.source,
        )
    if item.tls:
        minimum = f", {item.tls.minimum} at least" if item.tls.minimum else ""
        yield "TLS", f"{'required' if item.tls.required else 'offered'}{minimum}", item.tls.source
    for wrong in item.wrong_hosts:
        yield "Wrong hosts", f"{code(wrong.hosts)}: {wrong.text}", wrong.source


def sign_in(item: ProviderFile) -> Iterator[Row]:
    if item.methods:
        offered = ", ".join(METHODS[method] for method in item.methods.offered) or "none"
        anonymous = "; mail without sign-in is taken" if item.methods.anonymous else ""
        yield "Methods", offered + anonymous, item.methods.source
        for ended in item.methods.ended:
            yield f"Ended {ended.date}", ended.text, ended.source
    yield from rule("User name", item.username)
    yield from rule("Password", item.secret)
    if item.oauth:
        scopes = code([*item.oauth.scopes, *item.oauth.app_scopes])
        yield "OAuth", f"{scopes}{'. ' + item.oauth.text if item.oauth.text else ''}", item.oauth.source
    for note in item.preparation:
        yield "Preparation", note.text, note.source


def use(item: ProviderFile) -> Iterator[Row]:
    if item.sender:
        yield "From", item.sender.text, item.sender.source
    for limit in item.limits:
        plan = f" ({limit.plan})" if limit.plan else ""
        text = f". {limit.text}" if limit.text else ""
        yield "Limit", f"{limit.limit.replace('_', ' ')}: {limit.value}{plan}{text}", limit.source
    if item.regions:
        known = ", ".join(region for pattern in item.regions.patterns for region in pattern.known)
        yield "Regions", f"{known}. {item.regions.text}", item.regions.source
    for change in item.changes:
        said = [side.text for side in (change.before, change.after) if side]
        yield str(change.date), ". ".join([change.what, *dict.fromkeys(said)]), change.source
    for note in item.notes:
        yield "Note", note.text, note.source


def table(item: ProviderFile) -> str:
    lines = [f"## {item.name}", "", f"`provider: {item.id}`"]
    if item.aliases:
        lines[-1] += f" (also {code(item.aliases)})"
    lines[-1] += f" · [documentation]({item.docs})"
    lines += ["", ROWS]
    links = {}
    for label, text, key in (*connection(item), *sign_in(item), *use(item)):
        source = item.sources[key]
        mark = f"{item.id} {key}"
        shown = source.page if " " in source.page else f"[{key}][{mark}]"
        if shown != source.page:
            links[mark] = f"[{mark}]: {source.page}"
        cells = (label, text.replace("|", "\\|"), shown, source.checked, source.confidence)
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join([*lines, "", *links.values()]).rstrip()


def page() -> str:
    """Return what the page has to hold."""
    items = sorted(read_all(), key=lambda item: item.name.casefold())
    return "\n\n".join([HEAD.format(count=len(items)).rstrip(), *map(table, items)]) + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
    sys.exit(0)
