"""Says what was planted in the history: what an owner shall find when they ask why."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("America/New_York")  # of the store that we ship
TUESDAY = 1

# A Tuesday on which parcels of one carrier in one country did not come: they were promised for that day. Their
# customers ask, want a person, wait three times as long for one, and are unhappy.
LATE_CARRIER, LATE_COUNTRY = "UPS", "US"
# A lane that is slow all the time.
SLOW_CARRIER, SLOW_COUNTRY = "YunExpress", "AU"
# A question of the bot that is misunderstood, in one language: customers answer it, and are not understood.
MISREAD_FLOW, MISREAD_STEP, MISREAD_LANGUAGE = "returns", "reason", "en"
# A question at which customers leave.
LEFT_FLOW, LEFT_STEP = "change_address", "new_address"
# A product that comes back, and why.
RETURNED_PRODUCT, RETURN_REASON = "Trail boots", "size_small"
# What is asked and nobody understands: words.yaml, `unanswered`.
UNANSWERED_LIKE = "installments"
# An agent who answers late in the afternoon, four times as slowly as the others.
SLOW_AGENT, SLOW_FROM = "U0SAM00001", 15
# A request after which customers come back, though the bot took it as solved.
RETURNING_FLOW = "refund_status"
# An offer that many do not want: more opt-outs and more cost on one day, nine days ago.
OFFER_KIND = "win_back"
OFFER_AGO = timedelta(days=9)


def late_day(now: datetime) -> date:
    """Names the Tuesday: the last one that is over for three days or more, in the shop's zone."""
    day = now.astimezone(ZONE).date() - timedelta(days=3)
    return day - timedelta(days=(day.weekday() - TUESDAY) % 7)


def offer_day(now: datetime) -> date:
    """Names the day of the offer."""
    return (now - OFFER_AGO).astimezone(ZONE).date()
