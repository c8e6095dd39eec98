"""What a stranger tries by pull requests: files of the repository, and the rule that refuses them."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

CANARY = "c4nary-of-the-runner-8Qz"
MAIN = """\
version: 1
instance: {id: acme-hub}
policy:
  allowed_recipients: ["*@acme.example"]
  test_recipients: [postmaster@acme.example]
  allowed_sender_domains: [acme.example]
  require_tls: true
  thresholds: {deletions: 0, allow_deactivation: false}
"""
SERVER = """\
configurations:
  - name: Hub
    state: active
    host: mail.acme.example
    port: 587
    security: starttls
    auth: {username: hub@acme.example, password: {env: ACME_SMTP_PASSWORD}}
    from: hub@acme.example
"""
TARGET = "targets:\n  - {name: hub, type: env_file, path: %s/hub.env, dialect: systemd}\n"
LIMITS = """\
version: 1
secrets: ["env:ACME_*", "file:%(home)s/secrets/*", "command:pass show mail/*", "file:secrets/*", "vault:secret/acme/*"]
hosts: ["*.acme.example"]
target_paths: ["%(home)s/targets/*.env"]
files: ["%(home)s/certificates/*"]
reloads: ["systemctl reload acme-hub"]
recipients: ["*@acme.example"]
"""


class Link(NamedTuple):
    """A link, with what it points to."""

    to: str


class Program(NamedTuple):
    """A file with the bit that lets it run."""

    text: str


def server(**changes: str) -> str:
    """Return the configuration with some of its values changed, ``secret`` being the password's reference."""
    text = SERVER
    for key, value in changes.items():
        if key == "secret":
            text = text.replace("{env: ACME_SMTP_PASSWORD}", value)
        else:
            text = re.sub(rf"(?m)^    {key}: .*$", lambda _found, k=key, v=value: f"    {k}: {v}", text)
    return text


def hub(policy: str = "") -> str:
    """Return a project of one configuration whose password is ``{env: ACME_P}``."""
    return f"version: 1\ninstance: {{id: acme}}\n{policy}" + server(secret="{env: ACME_P}")


def main(*more: str, without: str = "", **changes: str) -> str:
    text = MAIN.replace(without, "") if without else MAIN
    return text + server(**changes) + TARGET % "{home}/targets" + "".join(more)


def also(text: str) -> dict[str, Any]:
    """Return the honest files with one more configuration, person or target beside them."""
    return {"more.yml": text} | {"mailspec.yml": main('include: ["more.yml"]\n')}


STEAL = "#!/bin/sh\ntouch {home}/ran\nprintf '%s' \"$ACME_SMTP_PASSWORD\" > {home}/stolen\necho x\n"
OTHER = SERVER.replace("name: Hub", "name: Other").replace("state: active", "state: inactive")
# What is tried, the rule that refuses it ("" for any), and the files. "{home}" is the runner's folder.
ATTEMPTS: dict[str, tuple[str, dict[str, Any]]] = {
    "a variable outside the pattern": ("limits-secrets", {"mailspec.yml": main(secret="{env: OTHER_SECRET}")}),
    "a variable whose name only starts like it": ("limits-secrets", {"mailspec.yml": main(secret="{env: XACME_A}")}),
    "a file of the system": ("limits-secrets", {"mailspec.yml": main(secret="{file: /etc/shadow}")}),
    "a file by a detour from the allowed folder": (
        "limits-secrets",
        {"mailspec.yml": main(secret="{file: '{home}/secrets/../canary'}")},
    ),
    "a file by a doubled detour": (
        "limits-secrets",
        {"mailspec.yml": main(secret="{file: '{home}/secrets/./a/../../canary'}")},
    ),
    "a file by a link in the project": (
        "",
        {"mailspec.yml": main(secret="{file: secrets/x}"), "secrets/x": Link("{home}/canary")},
    ),
    "a file by a linked folder in the project": (
        "",
        {"mailspec.yml": main(secret="{file: secrets/canary}"), "secrets": Link("{home}")},
    ),
    "a file by a pattern's folder made a link": (
        "",
        {"mailspec.yml": main(secret="{file: '{home}/canary'}"), "secrets": Link("{home}")},
    ),
    "a file above the project": ("", {"mailspec.yml": main(secret="{file: ../canary}")}),
    "an encrypted file elsewhere": ("limits-secrets", {"mailspec.yml": main(secret="{age: '{home}/canary'}")}),
    "a sops file elsewhere": ("limits-secrets", {"mailspec.yml": main(secret="{sops: '{home}/canary#a'}")}),
    "a sops file whose key holds a path": (
        "limits-secrets",
        {"mailspec.yml": main(secret="{sops: '{home}/canary#{home}/secrets/x'}")},
    ),
    "a program": ("limits-secrets", {"mailspec.yml": main(secret="{command: [sh, -c, 'touch {home}/ran']}")}),
    "a program in one word with blanks": (
        "limits-secrets",
        {"mailspec.yml": main(secret='{command: ["pass show mail/x"]}'), "pass show mail/x": Program(STEAL)},
    ),
    "a program of the project": (
        "limits-secrets",
        {"mailspec.yml": main(secret="{command: [./pass, show, mail/x]}"), "pass": Program(STEAL)},
    ),
    "a program of the project by its whole path": (
        "limits-secrets",
        {"mailspec.yml": main(secret="{command: ['{project}/pass', show, mail/x]}"), "pass": Program(STEAL)},
    ),
    "an allowed program with one word more": (
        "limits-secrets",
        {"mailspec.yml": main(secret="{command: [pass, show, mail/x, --exec=sh]}")},
    ),
    "an allowed program with a word before": (
        "limits-secrets",
        {"mailspec.yml": main(secret="{command: [pass, -c, show, mail/x]}")},
    ),
    "an allowed program with a detour in its word": (
        "limits-secrets",
        {"mailspec.yml": main(secret="{command: [pass, show, mail/../other]}")},
    ),
    "an issuer whose host ends at a backslash": (
        "",
        {
            "mailspec.yml": main().replace(
                "auth: {username: hub@acme.example, password: {env: ACME_SMTP_PASSWORD}}",
                "auth: {username: hub@acme.example, method: xoauth2, oauth: {client_id: x, grant: client_credentials, "
                "client_secret: {env: ACME_SMTP_PASSWORD}, scopes: [x], issuer: 'https://127.0.0.1\\.acme.example'}}",
            )
        },
    ),
    "another prefix of variables": (
        "policy-loosened",
        {"mailspec.yml": main().replace("{id: acme-hub}", "{id: acme-hub, env_prefix: OTHER_}")},
    ),
    "an allowed program through a shell": (
        "limits-secrets",
        {"mailspec.yml": main(secret="{command: [sh, -c, 'pass show mail/x']}")},
    ),
    "a path in Vault by a detour": ("", {"mailspec.yml": main(secret="{vault: 'secret/acme/../root#pw'}")}),
    "a path in Vault by an encoded detour": (
        "",
        {"mailspec.yml": main(secret="{vault: 'secret/acme/%2e%2e/root#pw'}")},
    ),
    "a plug-in": ("", {"mailspec.yml": main(secret='{plugin: "env:ACME_X"}')}),
    "two kinds of secret at once": ("", {"mailspec.yml": main(secret="{env: ACME_SMTP_PASSWORD, file: /etc/shadow}")}),
    "a strange host": ("limits-hosts", {"mailspec.yml": main(host="mail.evil.example")}),
    "a host that ends like it": ("limits-hosts", {"mailspec.yml": main(host="acme.example.evil.example")}),
    "a host that starts like it": ("limits-hosts", {"mailspec.yml": main(host="evil-acme.example")}),
    "an address for a host": ("limits-hosts", {"mailspec.yml": main(host="127.0.0.1")}),
    "a host in other letters": ("", {"mailspec.yml": main(host='"evil.example\\0.acme.example"')}),
    "a host of an inactive configuration": ("limits-hosts", also(OTHER.replace("mail.acme", "mail.evil"))),
    "a host that a target is given": (
        "limits-hosts",
        also(
            OTHER.replace("mail.acme", "mail.evil")
            + "targets:\n  - {name: more, type: env_file, path: '{home}/targets/more.env', configuration: Other}\n"
        ),
    ),
    "a person's host": (
        "limits-hosts",
        also(
            "users:\n  - {email: a@acme.example, mode: smtp, account: {host: mail.evil.example, security: starttls}}\n"
        ),
    ),
    "a group's host": (
        "limits-hosts",
        also(
            "groups:\n  - {name: G, members: [a@acme.example], mode: smtp, "
            "account: {host: mail.evil.example, security: starttls}}\n"
            "users:\n  - {email: a@acme.example}\n"
        ),
    ),
    "an issuer that gets the client's secret": (
        "limits-hosts",
        {
            "mailspec.yml": main().replace(
                "auth: {username: hub@acme.example, password: {env: ACME_SMTP_PASSWORD}}",
                "auth: {username: hub@acme.example, method: xoauth2, oauth: {grant: client_credentials, client_id: x, "
                "issuer: 'https://login.evil.example', client_secret: {env: ACME_SMTP_PASSWORD}}}",
            )
        },
    ),
    "a target elsewhere": ("limits-target-paths", {"mailspec.yml": main().replace("{home}/targets", "{home}/etc")}),
    "a target by a detour": (
        "limits-target-paths",
        {"mailspec.yml": main().replace("{home}/targets/hub.env", "{home}/targets/../escape.env")},
    ),
    "a target above the project": (
        "limits-target-paths",
        {"mailspec.yml": main().replace("{home}/targets/hub.env", "../../escape.env")},
    ),
    "a target by a link in the project": (
        "limits-target-paths",
        {
            "mailspec.yml": main().replace("{home}/targets/hub.env", "out/escape.env"),
            "out": Link("{home}/etc"),
        },
    ),
    "a target in the project": (
        "limits-target-paths",
        {"mailspec.yml": main().replace("{home}/targets/hub.env", ".git/hooks/post-checkout.env")},
    ),
    "a target that starts programs": (
        "limits-target-paths",
        {"mailspec.yml": main().replace("{home}/targets/hub.env", "/etc/cron.d/x.env")},
    ),
    "an authority's file elsewhere": (
        "limits-files",
        {"mailspec.yml": main().replace("    from:", "    tls: {ca_file: '{home}/canary'}\n    from:")},
    ),
    "an authority's file above the project": (
        "limits-files",
        {"mailspec.yml": main().replace("    from:", "    tls: {ca_file: ../canary}\n    from:")},
    ),
    "an authority's file by a link": (
        "limits-files",
        {
            "mailspec.yml": main().replace("    from:", "    tls: {ca_file: ca.pem}\n    from:"),
            "ca.pem": Link("{home}/canary"),
        },
    ),
    "a client's key elsewhere": (
        "",
        {
            "mailspec.yml": main().replace(
                "    from:", "    tls: {client_cert: c.pem, client_key: {file: '{home}/canary'}}\n    from:"
            )
        },
    ),
    "Git's own settings as a template": (
        "",
        {
            "mailspec.yml": main()
            .replace("type: env_file", "type: export, template: .git/config")
            .replace("dialect: systemd", "adopt: true")
        },
    ),
    "options of Postfix in a path": (
        "",
        {
            "mailspec.yml": main(
                "  - {name: pf, type: postfix, path: '{home}/targets/pf.env', "
                "ca_bundle: '/etc/ssl/certs/a.crt -o smtp_fallback_relay=[evil.example]:25'}\n"
            )
        },
    ),
    "another name for the server": (
        "limits-hosts",
        {"mailspec.yml": main().replace("    from:", "    tls: {server_name: mail.evil.example}\n    from:")},
    ),
    "no policy": (
        "policy-loosened",
        {"mailspec.yml": main(without=MAIN.partition("policy:")[2]).replace("policy:", "policy: {}\n")},
    ),
    "a policy for everyone": ("policy-loosened", {"mailspec.yml": main().replace('["*@acme', '["*", "*@acme')}),
    "a stranger as recipient": (
        "policy-loosened",
        {"mailspec.yml": main().replace("[postmaster@acme.example]", "[me@evil.example]")},
    ),
    "another domain for senders": (
        "policy-loosened",
        {"mailspec.yml": main().replace("domains: [acme.example]", "domains: [acme.example, evil.example]")},
    ),
    "no encryption any more": ("policy-loosened", {"mailspec.yml": main(without="  require_tls: true\n")}),
    "a higher threshold": ("policy-loosened", {"mailspec.yml": main().replace("deletions: 0", "deletions: 9")}),
    "mail switched off": (
        "policy-loosened",
        {"mailspec.yml": main().replace("deactivation: false", "deactivation: true")},
    ),
    "another name for the state": ("policy-loosened", {"mailspec.yml": main().replace("id: acme-hub", "id: other")}),
    "a milder severity": (
        "policy-loosened",
        {"mailspec.yml": main().replace("  require_tls", "  severity: {MS801: info}\n  require_tls")},
    ),
    "a policy loosened in an overlay": (
        "policy-loosened",
        {
            "mailspec.yml": main("environments:\n  - {name: test, kind: test}\n"),
            "environments/test.yml": "policy: {allowed_recipients: ['*'], require_tls: false}\n",
        },
    ),
    "a policy silenced by a comment": (
        "",
        {
            "mailspec.yml": main().replace(
                "    from: hub@acme.example",
                "    # mailspec: ignore[MS802] they told me so\n    from: hub@evil.example",
            )
        },
    ),
    "the policy's file made a link": (
        "",
        {"mailspec.yml": Link("{home}/canary.yml"), "configurations/hub.yml": server()},
    ),
    "a file that is a link out of the project": (
        "",
        {"mailspec.yml": main(), "users/x.yml": Link("{home}/canary.yml")},
    ),
    "a huge file": ("", {"mailspec.yml": main(), "users/x.yml": "#" * (11 * 1024 * 1024)}),
    "nested too deep": ("", {"mailspec.yml": main(), "users/x.yml": "users: " + "[" * 100 + "]" * 100 + "\n"}),
    "aliases without end": (
        "",
        {
            "mailspec.yml": main(),
            "users/x.yml": "x-a: &a [x, x, x, x, x, x, x, x, x, x]\n"
            + "".join(
                f"x-{new}: &{new} [{', '.join(['*' + old] * 10)}]\n"
                for old, new in zip("abcdefg", "bcdefgh", strict=True)
            ),
        },
    ),
}
