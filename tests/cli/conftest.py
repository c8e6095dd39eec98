"""What several commands' tests need of a project."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

OFFICE = """\
version: 1
instance: {{name: Acme}}
configurations:
  - name: Office
    state: active
    host: 127.0.0.1
    port: {port}
    security: starttls
    tls: {{ca_file: {ca}, server_name: mail.acme.example}}
    auth: {{username: alice@acme.example, password: {{env: ALICE}}}}
    timeout: 10s
    {more}
"""


@pytest.fixture
def office(mail_server: Any) -> Callable[[str], str]:
    """``office(more)``: the start of a spec with one configuration, which is at real Postfix and has ``more`` lines."""

    def head(more: str = "") -> str:
        return OFFICE.format(port=mail_server.ports["starttls"], ca=mail_server.certificates.ca_file, more=more)

    return head
