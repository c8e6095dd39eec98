"""Write docs/providers.md and docs/providers/ID.md from the providers' files: ``python tools/providers_page.py``."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from mailspec.providers.compile import read_all
from mailspec.providers.schema import ProviderFile, Source
from mailspec.providers.schema_parts import Endpoint, Rule

DOCS = Path(__file__).parents[1] / "docs"
HEAD = """# Providers

What mailspec knows of {count} mail providers, a page each. They are written by `tools/providers_page.py` from
`mailspec/providers/data`; edit the files there. `mailspec providers NAME` prints the same in a terminal.

Each statement names its source, the page's own date or the day it was read, and how sure it is: `vendor` (the
provider's own words), `secondary` (somebody else's) or `unchecked` (from memory, or seen only in use), the last two
with the reason why it is not the vendor's word. Only the vendor's words make errors; everything else warns. A host
that nobody knows gets the general rules.

| Provider | `provider:` | By default | Statements by the vendor |
|---|---|---|---|
"""
ROWS = "| What | Value | Source |\n|---|---|---|"
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
    security = f" {' or '.join(group.security)}" if group.security else ""
    label = {"documented": "Ports", "tolerated": "Ports in use", "refused": "Refused"}[group.standing]
    return label, f"{ports}{security}{where}{'. ' + group.text if group.text else ''}", group.source


def rule(label: str, form: Rule | None) -> Iterator[Row]:
    if form is not None:
        yield label, form.words, form.source
        for wrong in form.wrong:
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
        texts = [side.text for side in (change.before, change.after) if side]
        yield str(change.date), ". ".join([change.what, *dict.fromkeys(texts)]), change.source
    for note in item.notes:
        yield "Note", note.text, note.source


SECTIONS: tuple[tuple[str, Callable[[ProviderFile], Iterator[Row]]], ...] = (
    ("Connection", connection),
    ("Sign-in", sign_in),
    ("Sending", use),
)


def facts(item: ProviderFile) -> list[Row]:
    return [row for _, section in SECTIONS for row in section(item)]


def example(item: ProviderFile) -> str:
    """Return the shortest spec that uses the provider, empty where it takes no SMTP or wants a host to be chosen."""
    preset = item.preset
    if preset is None:
        return ""
    hosts = [name for group in (*item.hosts, *item.shared_hosts) for name in group.names]
    host = preset.host or hosts[0]
    region = item.regions.patterns[0].known[0] if item.regions else "acme"
    lines = ["version: 1", "configurations:", "  - name: Mail", f"    provider: {item.id}"]
    if preset.host is None or "{" in host:
        lines.append(f"    host: {re.sub('{.*}', region, host)}")
    if item.methods is None or not item.methods.anonymous:
        tokens_only = item.methods is not None and item.methods.offered == ["xoauth2"]
        secret = (
            "method: xoauth2, oauth: {token: {env: MAIL_TOKEN}}" if tokens_only else "password: {env: MAIL_PASSWORD}"
        )
        auth = f"username: {login(item)}, {secret}"
        lines.append(f"    auth: {{{auth}}}")
    lines.append(f"    from: {sender(item)}")
    return "\n".join(["```yaml", *lines, "```"])


def login(item: ProviderFile) -> str:
    if item.username is not None and item.username.example is not None:
        return item.username.example
    shapes = [] if item.username is None else item.username.accepts
    literal = next((shape.value for shape in shapes if shape.kind == "literal"), None)
    if literal is not None:
        return literal
    return "mailer" if any(shape.kind == "local_part" for shape in shapes) else sender(item)


def sender(item: ProviderFile) -> str:
    domains = [] if item.login_domains is None else item.login_domains.domains
    return f"mailer@{domains[0]}" if domains and "*" not in domains else "mailer@acme.example"


def cited(source: Source) -> str:
    return source.page if " " in source.page else f"<{source.page}>"


def page(item: ProviderFile) -> str:
    """Return what the page of one provider has to hold."""
    numbers = {key: number for number, key in enumerate(dict.fromkeys(row[2] for row in facts(item)), 1)}
    named = f"`provider: {item.id}`" + (f" (also {code(list(item.aliases))})" if item.aliases else "")
    parts = [f"# {item.name}", f"{named} · [documentation]({item.docs})"]
    if example(item):
        parts.append(example(item))
    for title, section in SECTIONS:
        rows = [
            f"| {label} | {text.replace('|', chr(92) + '|')} | {mark(item.sources[key], numbers[key])} |"
            for label, text, key in section(item)
        ]
        if rows:
            parts.append("\n".join([f"## {title}", "", ROWS, *rows]))
    if item.login_domains is not None:
        key = item.login_domains.source
        numbers.setdefault(key, len(numbers) + 1)
        domains = item.login_domains.domains
        shown = "every domain without another owner" if domains == ["*"] else code(list(domains))
        parts.append(f"## Mailboxes\n\n{shown} ({mark(item.sources[key], numbers[key])})")
    sources = [
        f"{number}. {cited(source)}, {source.checked}, {source.confidence}.{f' {source.why}' if source.why else ''}"
        for key, number in numbers.items()
        for source in (item.sources[key],)
    ]
    return "\n\n".join([*parts, "\n".join(["## Sources", "", *sources])]) + "\n"


def mark(source: Source, number: int) -> str:
    return str(number) if source.confidence == "vendor" else f"{number}, {source.confidence}"


def index(items: list[ProviderFile]) -> str:
    """Return what the list of providers has to hold."""
    rows = []
    for item in items:
        found = facts(item)
        vendor = sum(item.sources[key].confidence == "vendor" for _, _, key in found)
        preset = item.preset
        default = f"{preset.host or 'host to choose'}, {preset.port} {preset.security}" if preset else "no SMTP"
        rows.append(f"| [{item.name}](providers/{item.id}.md) | `{item.id}` | {default} | {vendor} of {len(found)} |")
    return HEAD.format(count=len(items)) + "\n".join(rows) + "\n"


def pages() -> dict[str, str]:
    """Return every page by its path in ``docs/``."""
    items = sorted(read_all(), key=lambda item: item.name.casefold())
    return {"providers.md": index(items)} | {f"providers/{item.id}.md": page(item) for item in items}


def main() -> int:
    """Write the pages, and remove those of providers that are gone."""
    wanted = pages()
    (DOCS / "providers").mkdir(exist_ok=True)
    for old in (DOCS / "providers").glob("*.md"):
        if f"providers/{old.name}" not in wanted:
            old.unlink()
    for name, text in wanted.items():
        (DOCS / name).write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
