"""Makes one message of news that come together: a parcel that leaves late is told once, with a word of sorry.

Of several news of one thing, which came while they were resting, the newest is told.
"""

from collections.abc import Sequence
from typing import Any

import msgspec

from notifications.notice import Kinds, Notice

FIRST, SECOND = "shipped", "delay"  # the second is told with the first
TOLD_WITH, LATE = "told_with", ("promise", "new_date")


def told_once(notices: Sequence[Notice]) -> list[Notice]:
    """Gives a delay to the notice that the parcel left, where both are due for one order.

    The delay stays, for the trace and as told; its `data` names the key of the notice that tells it.
    """
    first = [notice for notice in notices if notice.kind == FIRST]
    return [_told_with(notice, first) if notice.kind == SECOND else _telling(notice, notices) for notice in notices]


def told_with(notice: Notice) -> str:
    """Returns the key of the notice that tells this one too; empty for one that tells its news itself."""
    return str(notice.data.get(TOLD_WITH, ""))


def superseded(notices: Sequence[Notice], kinds: Kinds) -> frozenset[str]:
    """Returns the keys of those that a later one of the same family and subject took the place of; in order of time."""
    newest = {_subject(notice, kinds): notice.key for notice in notices}
    return frozenset(notice.key for notice in notices if newest[_subject(notice, kinds)] != notice.key)


def _subject(notice: Notice, kinds: Kinds) -> tuple[str, ...]:
    return kinds[notice.kind].family, notice.order_number, notice.shipment_id, notice.subject_id


def _told_with(delay: Notice, first: Sequence[Notice]) -> Notice:
    teller = next((notice for notice in first if _about_one(notice, delay, len(first))), None)
    return _with(delay, {TOLD_WITH: teller.key}) if teller else delay


def _telling(notice: Notice, all_: Sequence[Notice]) -> Notice:
    count = sum(each.kind == FIRST for each in all_)
    delays = (each for each in all_ if each.kind == SECOND and notice.kind == FIRST and _about_one(notice, each, count))
    delay = max(delays, key=lambda each: str(each.data["new_date"]), default=None)
    return _with(notice, {name: delay.data[name] for name in LATE}) if delay else notice


def _about_one(first: Notice, delay: Notice, count: int) -> bool:
    """Tells whether both are about one parcel; a delay of the whole order is about its only one."""
    if first.order_number != delay.order_number:
        return False
    return delay.shipment_id == first.shipment_id or (not delay.shipment_id and count == 1)


def _with(notice: Notice, more: dict[str, Any]) -> Notice:
    return msgspec.structs.replace(notice, data={**notice.data, **more})
