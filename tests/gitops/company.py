"""A company's mail as a history of twelve changes: each a pull request, merged where its checks allow it."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

MAIN = """\
version: 1
instance: {id: acme-hub, name: Acme Hub}
general:
  users:
    mode: smtp
    account: {password: {env: ACME_PEOPLE}}
  bulk: {mode: smtp, configuration: Relay}
targets:
  - {name: hub, type: env_file, path: "{target}", dialect: systemd}
policy:
  require_tls: true
  allowed_sender_domains: [acme.example]
  allowed_recipients: ["*@acme.example"]
  thresholds: {affected_people: "50%", deletions: 1, allow_deactivation: false}
"""
SERVER = """\
configurations:
  - name: {name}
    state: {state}
    host: localhost
    port: {port}
    security: {security}
    tls: {{ca_file: "{ca}"}}
    auth: {{username: hub@acme.example, password: {password}}}
    from: hub@acme.example
"""
RELAY = """\
configurations:
  - name: Relay
    state: inactive
    host: relay.acme.example
    port: 587
    security: starttls
    auth: {username: bulk@acme.example, password: {env: ACME_RELAY}}
    from: bulk@acme.example
    may_send_as: [billing@acme.example, news@acme.example]
"""
BREVO = """\
configurations:
  - name: Relay
    state: inactive
    provider: brevo
    host: smtp-relay.brevo.com
    port: 587
    security: starttls
    auth: {username: bulk@acme.example, password: {env: BREVO_KEY}}
    from: bulk@acme.example
    may_send_as: [bulk@acme.example, billing@acme.example, news@acme.example]
"""
OLD = """\
configurations:
  - {name: Old, state: inactive, host: old.acme.example, port: 587, from: hub@acme.example}
"""
# The people's secret goes to each port of the server from the start: these are free ports of this machine, and not one
# service as 465 and 587 are (MS806).
EACH_PORT = """\
configurations:
  - {{name: People by TLS, state: inactive, host: localhost, port: 465, security: tls, from: people@acme.example,
     auth: {{username: people@acme.example, password: {{env: ACME_PEOPLE}}}}}}
  - {{name: People by STARTTLS, state: inactive, host: localhost, port: {port}, security: starttls,
     from: people@acme.example, auth: {{username: people@acme.example, password: {{env: ACME_PEOPLE}}}}}}
"""
PEOPLE = """\
users:
  - {email: alice@acme.example, name: Alice Martin}
  - email: bob@acme.example
    name: Bob Stone
    account: {host: bob.acme.example, port: 465, security: tls}
  - {email: carol@acme.example, name: Carol Reed}
  - {email: dan@acme.example, name: Dan Hill}
  - {email: erin@acme.example, name: Erin Lake}
  - {email: frank@acme.example, name: Frank Wood}
"""
GROUPS = """\
groups:
  - {name: accounting, members: [alice@acme.example, carol@acme.example]}
"""
MAILINGS = """\
mailings:
  - {name: invoices, type: mass_mailing, send_as: billing@acme.example, mode: general, senders: [accounting]}
  - {name: newsletter, type: mass_mailing, send_as: news@acme.example, mode: general, senders: [accounting]}
"""


class World(NamedTuple):
    """Where the real things are: the mail server's ports and authority, the program's file, a secret's file."""

    tls_port: int
    starttls_port: int
    ca: Path
    target: Path
    secret: Path

    def primary(self, state: str, password: str = "{env: ACME_SMTP_PASSWORD}") -> str:
        return self._server("Primary", state, self.tls_port, "tls", password)

    def standby(self, state: str, password: str = "{env: ACME_SMTP_PASSWORD}") -> str:
        return self._server("Standby", state, self.starttls_port, "starttls", password)

    def _server(self, name: str, state: str, port: int, security: str, password: str) -> str:
        values = {"name": name, "state": state, "port": port, "security": security}
        return SERVER.format(ca=self.ca, password=password, **values)

    def start(self) -> dict[str, str | None]:
        return {
            "mailspec.yml": MAIN.replace("{target}", str(self.target)),
            "configurations/primary.yml": self.primary("active"),
            "configurations/standby.yml": self.standby("inactive"),
            "configurations/relay.yml": RELAY,
            "configurations/old.yml": OLD,
            "configurations/people.yml": EACH_PORT.format(port=self.starttls_port),
            "groups/accounting.yml": GROUPS,
            "users/people.yml": PEOPLE,
            "mailings/mailings.yml": MAILINGS,
        }

    def changes(self) -> dict[str, dict[str, str | None]]:
        """The changes that are files written anew; the conflict and the revert are made with Git."""
        main = MAIN.replace("{target}", str(self.target))
        return {
            "activation": {
                "configurations/primary.yml": self.primary("inactive"),
                "configurations/standby.yml": self.standby("active"),
            },
            "general-port": {
                "mailspec.yml": main.replace("account: {", "account: {port: 465, security: tls, ", 1),
            },
            "person": {
                "users/people.yml": PEOPLE.replace("Frank Wood}", "Frank Wood, account: {host: bob.acme.example}}"),
            },
            "group": {
                "groups/accounting.yml": GROUPS.replace("]}", "], account: {port: 587, security: starttls}}"),
            },
            "mailing": {"mailings/mailings.yml": MAILINGS.replace("send_as: news@", "send_as: billing@")},
            "provider": {"configurations/relay.yml": BREVO},
            "deletion": {"configurations/old.yml": None},
            "secret": {"configurations/standby.yml": self.standby("active", f'{{file: "{self.secret}"}}')},
            "typo": {"groups/accounting.yml": GROUPS.replace("members", "membres")},
            "formatting": {
                "mailings/mailings.yml": "# Who sends what, and as whom.\nmailings:\n"
                "  - name: newsletter\n    type: 'mass_mailing'\n    send_as: \"billing@acme.example\"\n"
                "    mode: general\n    senders:\n      - accounting\n\n"
                "  - {type: mass_mailing, name: invoices, mode: general, senders: [accounting],\n"
                "     send_as: billing@acme.example}   # the order says nothing\n",
            },
        }
