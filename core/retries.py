"""Says what is tried again after which failure: how often, after which waits, when it is given up. One table for all.

`hub.delivery.outcomes.judging` chooses the row for what a provider answered; the others stand where the failure is met.
"""

import sys
from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum

import msgspec

FOREVER = sys.maxsize


class Failure(StrEnum):
    """What went wrong."""

    # A call that sends a message
    SEND = "send"  # the provider is in trouble, or was not reached
    PACE = "pace"  # we are too fast
    PAIR = "pair"  # too fast for one recipient
    RESTRICTED = "restricted"  # a daily cap, or a restriction for spam
    ACCOUNT = "account"  # our account is not in order
    DESK = "desk"  # the desk is in trouble, or was not reached
    LOST_ANSWER = "lost_answer"  # nobody knows whether it got through
    CRASH = "crash"  # nor whether the worker that died had called at all
    # A message that the provider took, and that failed then
    LATE = "late"
    LATE_SLOWLY = "late_slowly"  # a cap, or an account that is not in order
    # A message that cannot be sent yet
    CHANNEL_OFF = "channel_off"
    NOT_PREPARED = "not_prepared"  # a fault of ours
    # A file that is to be fetched
    FILE = "file"
    FILE_PACE = "file_pace"
    FILE_ACCOUNT = "file_account"
    # An event for the store
    OUTGOING = "outgoing"
    MAIL = "mail"  # an e-mail that the server did not take; it has an end of its own
    # An item of the inbox
    ITEM = "item"


class Rule(msgspec.Struct, frozen=True):
    """One row of the table.

    `waits`: seconds before the second try, the third …; the last one stays. None are given where a setting says it.
    `tries`: calls in all. `at_least`: not given up while younger. `at_most`: given up when older, however few tries.
    `burns`: whether the failure counts as a try.
    """

    waits: tuple[float, ...] = ()
    tries: int = FOREVER
    at_least: timedelta | None = None
    at_most: timedelta | None = None
    burns: bool = True

    def wait(self, failures: int) -> float:
        """Returns the seconds to wait after a failure that so many came before."""
        return self.waits[min(failures, len(self.waits) - 1)]

    def is_over(self, failures: int, age: timedelta = timedelta(0)) -> bool:
        """Tells whether a failure that so many came before was the last one; `age` is that of what is tried."""
        if self.at_most is not None and age >= self.at_most:
            return True
        return failures + 1 >= self.tries and (self.at_least is None or age > self.at_least)


_DAY = timedelta(days=1)  # a provider that is down for a day has made the message pointless
_WEEK = timedelta(days=7)  # so long providers keep a file (Cloud API, media ids of webhooks)
RULES: Mapping[Failure, Rule] = {
    Failure.SEND: Rule((1, 5, 15, 60, 120, 300, 600, 1200), tries=8, at_least=_DAY),
    Failure.PACE: Rule((2,), burns=False),
    Failure.PAIR: Rule((1, 4, 16, 64, 256, 1024, 4096)),  # 4^X (Meta, "Throughput", pair rate limit)
    Failure.RESTRICTED: Rule((60, 300, 900, 3600), tries=8, at_least=_DAY),  # nothing that passes in seconds
    Failure.ACCOUNT: Rule((60,), burns=False),
    Failure.DESK: Rule((1, 5, 15, 60, 120, 300)),  # what a customer wrote waits for people, however long
    Failure.LOST_ANSWER: Rule(tries=2),
    Failure.CRASH: Rule(tries=2),
    Failure.LATE: Rule((60, 600), tries=3),
    Failure.LATE_SLOWLY: Rule((3600, 6 * 3600), tries=3),
    Failure.CHANNEL_OFF: Rule((60,), burns=False),
    Failure.NOT_PREPARED: Rule((60,), tries=3),
    Failure.FILE: Rule((2, 10, 30, 120, 600, 1800, 3600), tries=8, at_most=_WEEK),
    Failure.FILE_PACE: Rule((30,), at_most=_WEEK, burns=False),
    Failure.FILE_ACCOUNT: Rule((300,), at_most=_WEEK, burns=False),
    # The table of Standard Webhooks: the tenth try comes 75 h 35 min after the first
    Failure.OUTGOING: Rule((5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400), tries=10),
    Failure.MAIL: Rule((2, 5, 15, 30, 60)),
    Failure.ITEM: Rule(tries=5),  # its lease runs out before it is taken again
}
