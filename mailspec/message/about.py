"""What a test message says of itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

_SECURITY = {"tls": "TLS from the first byte", "starttls": "STARTTLS", "none": "no encryption"}
_METHOD = {"none": "no sign-in", "cram_md5": "CRAM-MD5", "plain": "PLAIN", "login": "LOGIN"}


@dataclass(frozen=True, slots=True)
class About:
    """What was tested. ``id`` is unique to the message, ``when`` has a time zone. No secret is in it.

    Port 0 stands for a program of the machine, whose name is in ``host``.
    """

    id: str
    when: datetime
    version: str
    name: str
    kind: str
    host: str
    port: int
    security: str
    method: str
    username: str = ""
    provider: str | None = None
    instance: str | None = None
    environment: str | None = None

    @property
    def subject(self) -> str:
        """Return the Subject: the configuration, and the environment where there is one."""
        place = f" ({self.environment})" if self.environment else ""
        return f"mailspec test: {self.name}{place}"

    @property
    def rows(self) -> list[tuple[str, str]]:
        """Return label and value of each fact, in the order in which the body shows them."""
        method = _METHOD.get(self.method, self.method.upper())
        signed = method if self.method == "none" else f"{method} as {self.username}"
        rows = [
            ("Tested", f"{self.kind} {self.name}"),
            ("Instance", self.instance or ""),
            ("Environment", self.environment or ""),
            ("Server", f"{self.host}, port {self.port}" if self.port else self.host),
            ("Provider", self.provider or ""),
            ("Security", _SECURITY.get(self.security, self.security)),
            ("Sign-in", signed),
            ("Sent", self.when.isoformat(sep=" ", timespec="seconds")),
            ("By", f"mailspec {self.version}"),
            ("Test", self.id),
        ]
        return [(label, value) for label, value in rows if value]
