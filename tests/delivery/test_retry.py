"""Which troubles are tried again, and after how long."""

from __future__ import annotations

import pytest

from mailspec.delivery.retry import LONGEST, RetryPolicy, asked_for, may_stand_in, wait_for
from mailspec.outcome.delivery import Trouble

BUSY = Trouble("busy", "server_unavailable", stage="rcpt_to", smtp_code=451, retry=True)


@pytest.mark.parametrize(
    ("attempts", "policy", "seconds"),
    [
        (1, RetryPolicy(), 30.0),
        (2, RetryPolicy(), 60.0),
        (3, RetryPolicy(), 120.0),
        (4, RetryPolicy(), None),
        (2, RetryPolicy(backoff="constant"), 30.0),
        (2, RetryPolicy(dead_after=1), None),
        (1, RetryPolicy(retries=0), None),
        (1, RetryPolicy(delay=5), 5.0),
    ],
)
def test_the_first_send_and_three_more_with_doubled_waits(
    attempts: int, policy: RetryPolicy, seconds: float | None
) -> None:
    assert wait_for(BUSY, attempts, policy) == seconds


def test_what_does_not_heal_is_not_tried_again() -> None:
    assert wait_for(Trouble("no such user", "recipient_rejected", smtp_code=550), 1, RetryPolicy()) is None


@pytest.mark.parametrize(
    ("reply", "seconds"),
    [
        ("450 4.7.1 Greylisted, please try again in 5 minutes", 300.0),
        ("421 4.7.0 Try again later, closing connection. Retry-After: 120", 120.0),
        ("450 4.2.0 <x@y.example>: Greylisted for 300 seconds", 300.0),
        ("452 4.3.1 please retry after 2 hours", 7200.0),
        ("451 4.7.500 Server busy. Please try again later from [192.0.2.1]", None),
        ("421 4.3.2 wait 10 min and send again", 600.0),
        ("450 mailbox full", None),
        ("", None),
        (None, None),
    ],
)
def test_the_time_that_a_server_names(reply: str | None, seconds: float | None) -> None:
    assert asked_for(reply) == seconds


def test_a_servers_wish_holds_where_it_is_longer_and_never_beyond_a_day() -> None:
    asks = Trouble("later", "rate_limited", smtp_code=421, retry=True, server_reply="421 try again in 2 hours")
    assert wait_for(asks, 1, RetryPolicy()) == 7200.0
    soon = Trouble("later", "rate_limited", smtp_code=421, retry=True, server_reply="421 try again in 2 seconds")
    assert wait_for(soon, 1, RetryPolicy()) == 30.0
    never = Trouble("later", "rate_limited", smtp_code=421, retry=True, server_reply="421 try again in 99999 days")
    assert wait_for(never, 1, RetryPolicy()) == LONGEST


def test_greylisting_is_outlasted_before_a_message_dies() -> None:
    greylisted = Trouble("later", "greylisted", smtp_code=450, retry=True)
    waits = [wait_for(greylisted, attempts, RetryPolicy()) for attempts in (1, 2, 3)]
    assert sum(wait or 0 for wait in waits) > 300


@pytest.mark.parametrize(
    ("trouble", "stands_in"),
    [
        (Trouble("refused", "connection_refused", stage="connect"), True),
        (Trouble("certificate", "certificate", stage="tls"), True),
        (Trouble("busy", "server_unavailable", stage="greeting", smtp_code=421), True),
        (Trouble("later", "recipient_rejected", stage="rcpt_to", smtp_code=450), True),
        (Trouble("closed", "server_unavailable", stage="mail_from"), True),
        (Trouble("password", "auth_failed", stage="auth", smtp_code=535), False),
        (Trouble("later", "auth_failed", stage="auth", smtp_code=454), False),
        (Trouble("sender", "sender_unverified", stage="mail_from", smtp_code=550), False),
        (Trouble("no such user", "recipient_rejected", stage="rcpt_to", smtp_code=550), False),
        (Trouble("spam", "message_rejected_policy", stage="data", smtp_code=451, begun=True), False),
        (Trouble("silence", "timeout", stage="data", begun=True, after_dot=True), False),
    ],
)
def test_when_another_configuration_stands_in(trouble: Trouble, stands_in: bool) -> None:
    assert may_stand_in(trouble) is stands_in
