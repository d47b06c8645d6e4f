"""Tells when a customer may be sent another notice of a sort of which the store sends only so many."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Annotated

import msgspec
from msgspec import Meta

from core.files.durations import duration

MARKETING, REVIEW = "marketing", "review"  # the categories that are capped where the store says nothing


class Cap(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Allows `times` notices to one customer, on all their addresses together, in any stretch of `per` (7d)."""

    times: Annotated[int, Meta(ge=1, le=1000)]
    per: str

    @property
    def length(self) -> timedelta:
        """Returns the stretch. Raises ValueError."""
        return duration(self.per)


USUAL = {MARKETING: Cap(2, "7d"), REVIEW: Cap(1, "30d")}


class Past(msgspec.Struct, frozen=True):
    """Names a notice that the customer was sent `at`, or (None) that is on its way to them."""

    key: str
    kind: str
    category: str
    at: datetime | None = None

    def is_of(self, sort: str) -> bool:
        """Tells whether it counts for the cap of a category or kind."""
        return sort in (self.category, self.kind)


def free_from(key: str, caps: Sequence[tuple[str, Cap]], recent: Sequence[Past], now: datetime) -> datetime:
    """Returns when the caps (of a sort each) let the notice with this key go: `now`, or later.

    `recent` is in the order in which they were registered. Of those on their way only the ones before this count, so
    that of two at once exactly one goes.
    """
    place = next((n for n, past in enumerate(recent) if past.key == key), len(recent))
    before = [past for n, past in enumerate(recent) if past.key != key and (past.at or n < place)]
    return max((_free(cap, [each for each in before if each.is_of(sort)], now) for sort, cap in caps), default=now)


def _free(cap: Cap, before: Sequence[Past], now: datetime) -> datetime:
    sent = sorted(past.at or now for past in before)
    within = [at for at in sent if at + cap.length > now]
    return now if len(within) < cap.times else within[-cap.times] + cap.length
