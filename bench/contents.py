"""The text of generated files: people in most, groups or a configuration in some; about 670 bytes each."""

from __future__ import annotations

import random

FIRST = (
    "Alice",
    "Bruno",
    "Chloe",
    "David",
    "Elena",
    "Farid",
    "Greta",
    "Hugo",
    "Ines",
    "Jonas",
    "Karin",
    "Lea",
)
LAST = ("Martin", "Dubois", "Garcia", "Keller", "Novak", "Rossi", "Silva", "Tanaka", "Weber", "Young")
TEAMS = ("sales", "support", "billing", "logistics", "research", "legal")
PEOPLE = 3

PROJECT = """\
version: 1
instance:
  name: Acme Hub
configurations:
  - name: Primary SMTP Server
    state: active
    host: mail.acme.example
    port: 465
    security: tls
    auth:
      username: noreply@acme.example
      password: {env: ACME_SMTP_PASSWORD}
    from: {email: noreply@acme.example, name: Acme Hub}
"""


def email(file: int, person: int) -> str:
    """Return the address of a file's nth person: each address exists once in a repository."""
    pick = random.Random(file * PEOPLE + person)
    return f"{pick.choice(FIRST)}.{pick.choice(LAST)}.{file}{'abc'[person]}@acme.example".lower()


def users(file: int) -> str:
    pick = random.Random(file)
    blocks = []
    for person in range(PEOPLE):
        address = email(file, person)
        first, last = (word.capitalize() for word in address.split(".")[:2])
        team = pick.choice(TEAMS)
        block = f"  - email: {address}\n    name: {first} {last}\n"
        if person == PEOPLE - 1:
            block += "    mode: same_as_general\n"
        else:
            block += (
                "    mode: smtp\n    account:\n"
                f"      username: {address}\n"
                f"      password: {{file: /run/secrets/mail/{address}}}\n"
                f"      from: {first} {last} <{address}>\n"
                f"      may_send_as: [{team}@acme.example]\n"
            )
        blocks.append(block)
    return "users:\n" + "".join(blocks)


def group(file: int, members_of: int) -> str:
    members = "".join(f"      - {email(members_of, person)}\n" for person in range(PEOPLE))
    account = '    account:\n      password: {file: "/run/secrets/mail/{email}"}\n'
    return f"groups:\n  - name: team-{file}\n    mode: smtp\n{account}    members:\n{members}"


def configuration(file: int) -> str:
    return f"""\
configurations:
  - name: Site {file} Relay
    state: inactive
    mode: smtp
    host: relay.site{file}.acme.example
    port: 587
    security: starttls
    timeout: 20s
    auth:
      method: plain
      username: site{file}@acme.example
      password: {{file: /run/secrets/mail/site{file}}}
    from:
      email: site{file}@acme.example
      name: Acme Site {file}
    headers:
      X-Acme-Site: site-{file}
      X-Acme-Contact: mail-team@acme.example
    limits:
      messages_per_day: 5000
      messages_per_minute: 30
      recipients_per_message: 100
"""


def text(file: int) -> tuple[str, str]:
    """Return a file's name and its clean text. Every 20th is a group's, every 50th a configuration's."""
    if file % 50 == 49:
        return f"configurations/site-{file:05}.yml", configuration(file)
    if file % 20 == 19:
        return f"groups/team-{file:05}.yml", group(file, file - 1)
    return f"users/team-{file:05}.yml", users(file)


def with_a_finding(clean: str) -> str:
    """Break one word, so that shape checkers see it as well: a mode that does not exist."""
    for word in ("mode: same_as_general", "mode: smtp"):
        if word in clean:
            return clean.replace(word, "mode: smpt", 1)
    raise ValueError("the generated text holds no mode")


def styled(clean: str, file: int) -> str:
    """Write the same data in another hand: comments, quotes, and Windows line ends in every third file."""
    lines = [f"# Team file {file}: kept by the office of the team, see the handbook.", ""]
    for number, line in enumerate(clean.splitlines()):
        key, colon, value = line.partition(": ")
        if colon and value and value[0] not in "{[0123456789" and number % 2:
            quote = '"' if number % 4 == 1 else "'"
            line = f"{key}: {quote}{value}{quote}"
        lines.append(f"{line}  # since {2019 + number % 7}" if number % 5 == 3 else line)
    return ("\r\n" if file % 3 == 0 else "\n").join([*lines, ""])
