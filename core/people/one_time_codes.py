"""Makes one-time codes, and says how long and how often they may be tried."""

import hashlib
import hmac
from datetime import datetime, timedelta

import msgspec

SMS, EMAIL = "sms", "email"  # the ways to somebody's own phone or mailbox
LIFETIME = timedelta(minutes=10)
TRIES = 5  # of one code
SENDS, SENDS_WITHIN = 3, timedelta(hours=1)  # codes of one customer, and for one order by anybody
DIGITS = 6
BLANK = "#" * DIGITS  # stands for the code until the very call that sends it: no row ever holds it


class SentCode(msgspec.Struct, frozen=True):
    """Holds what is kept of a code that was sent: never the code itself. `failed`: it could not be delivered."""

    id: str
    order_number: str
    way: str
    sent_at: datetime
    tries: int = 0
    used: bool = False
    failed: bool = False

    def holds(self, now: datetime) -> bool:
        """Tells whether it may still be tried."""
        return not self.used and self.tries < TRIES and now < self.sent_at + LIFETIME


def code_of(secret: str, id_: str) -> str:
    """Derives the code with this id from the installation's secret: it can be sent again after a crash, and who reads
    the rows cannot know it."""
    made = hmac.new(secret.encode(), f"one-time code {id_}".encode(), hashlib.sha256).digest()
    return str(int.from_bytes(made[:8]) % 10**DIGITS).zfill(DIGITS)


def is_code(said: str, code: str) -> bool:
    """Tells whether `said` is the code, in the same time whatever is wrong with it."""
    return bool(code) and hmac.compare_digest(said.encode(), code.encode())
