"""A third party's target and secret backend, built on the public parts of mailspec alone."""

from typing import ClassVar

from mailspec.outcome.secret import Secret
from mailspec.secrets.base import Resolved, SecretProblem
from mailspec.targets.base import Rendered
from mailspec.targets.env_file import EnvFile
from mailspec.targets.files_target import FilesTarget


class AcmeMailer(EnvFile):
    """A file of KEY=value lines with names of its own."""

    schema: ClassVar = {
        "description": "The settings of Acme Mailer.",
        "properties": {
            "channel": {"enum": ["fast", "cheap"], "description": "Which way mail takes."},
            "retries": {"type": "integer", "minimum": 0},
            "hooks": {
                "type": "object",
                "properties": {"before": {"type": "string", "description": "A script."}},
                "additionalProperties": False,
            },
        },
        "required": ["channel"],
        "examples": [{"channel": "fast"}],
    }

    def render(self, declared, scope):
        settings = scope.settings
        if not settings:
            return Rendered(dict.fromkeys(("ACME_HOST", "ACME_USER", "ACME_PASSWORD", "ACME_CHANNEL")))
        password = settings.get("auth.password")
        return Rendered(
            {
                "ACME_HOST": f"{settings['host']}:{settings['port']}",
                "ACME_USER": settings.get("auth.username"),
                "ACME_PASSWORD": None if password is None else {"secret": password},
                "ACME_CHANNEL": declared["channel"],
            }
        )


class Alone:
    """Derives from nothing of mailspec."""

    def render(self, declared, scope):
        return Rendered({})


class Half(FilesTarget):
    """Says neither its files nor their keys."""


def from_acmebox(word, base, environ):
    """Give a secret that is made of the word, so that the suite knows it."""
    if word == "mail-none":
        return SecretProblem("missing", "acmebox has no such entry")
    return Resolved(Secret(f"secret of {word}"))


from_acmebox.schema = {"type": "string", "pattern": "^mail-[a-z]+$", "description": "Write mail-NAME."}
