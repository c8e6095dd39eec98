"""The text of generated files, about 670 bytes each: a configuration, two people and a mailing."""

from __future__ import annotations

PROJECT = """\
version: 1
configurations:
  - name: bulk
    state: inactive
    host: mail.example.com
    port: 587
    security: starttls
    may_send_as: ["*@example.com"]
    auth:
      method: plain
      username: bulk@example.com
      password: {env: BULK_PASSWORD}
    from: {email: bulk@example.com}
general:
  users:
    mode: smtp
    account:
      password: {keyring: "acme/{email}"}
  bulk:
    mode: smtp
    configuration: bulk
"""
# Host, port, security and the user that the provider wants; None stands for the sender's address.
SERVERS = (
    ("mail.example.com", 587, "starttls", None),
    ("smtp.gmail.com", 465, "tls", None),
    ("smtp.sendgrid.net", 587, "starttls", "apikey"),
    ("mail.example.org", 465, "tls", None),
)


def text(file: int) -> tuple[str, str]:
    """Return a file's name and its clean text. The first one's configuration is the active one."""
    host, port, security, user = SERVERS[file * 7 % len(SERVERS)]
    sender = f"noreply{file}@example.com"
    state = "inactive" if file else "active"
    return (
        f"configurations/c{file:06}.yml",
        f"""\
# Owner: team-{file % 40}
configurations:
  - name: sender-{file}
    state: {state}
    mode: smtp
    host: {host}
    port: {port}
    security: {security}  # RFC 8314
    auth:
      method: plain
      username: {user or sender}
      password:
        env: SMTP_PASSWORD_{file}
    from:
      email: {sender}
      name: "Sender {file}"
users:
  - email: alice{file}@example.com
    mode: same_as_general
  - email: bob{file}@example.com
    mode: smtp
    account:
      username: bob{file}@example.com
      password: {{env: BOB_{file}}}
mailings:
  - name: invoices-{file}
    type: mass_mailing
    send_as: billing{file}@example.com
    mode: general
""",
    )


def with_a_finding(clean: str) -> str:
    """Break one word, so that shape checkers see it as well: a mode that does not exist."""
    return clean.replace("mode: same_as_general", "mode: smpt", 1)


def styled(clean: str, file: int) -> str:
    """Write the same data in another hand: comments, quotes, and Windows line ends in every third file."""
    lines = [f"# Sender {file}: kept by the office of the team, see the handbook.", ""]
    for number, line in enumerate(clean.splitlines()):
        key, colon, value = line.partition(": ")
        if colon and value and value[0] not in '{["0123456789' and " #" not in value and number % 2:
            quote = '"' if number % 4 == 1 else "'"
            line = f"{key}: {quote}{value}{quote}"
        lines.append(f"{line}  # since {2019 + number % 7}" if number % 5 == 3 and " #" not in line else line)
    return ("\r\n" if file % 3 == 0 else "\n").join([*lines, ""])
