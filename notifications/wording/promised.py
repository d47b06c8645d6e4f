"""Finds which dates and times a notice really tells: those that stand in the words, or in what fills a template."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from core.shop.promises import Matter, Promised, due_of, tells
from notifications.notice import Kind, Subject, View
from notifications.parcels import unshipped
from notifications.wording.formats import written

# How texts name a day that is near, by language; what is later they write as a date.
NEAR = {"en": ("today", "tomorrow"), "zh": ("今天", "明天")}
_MATTER = {Subject.RETURN: Matter.RETURN, Subject.REFUND: Matter.REFUND}


def promised(kind: Kind, view: View, said: Sequence[str], locale: str) -> tuple[Promised, ...]:
    """Makes the promises of a message. `said` is all that is read of it: its text, or the template's values.

    What is over already is none.
    """
    found = kind.promises(view).items()
    told = [
        (purpose, day)
        for purpose, day in found
        if tells("\n".join(said), _forms(day, locale, view.when.zone, view.when.now))
    ]
    if not told:
        return ()
    notice, order = view.notice, view.about.order
    matter, id_ = _MATTER.get(kind.subject, Matter.ORDER), notice.subject_id
    if notice.shipment_id:
        matter, id_ = Matter.PARCEL, notice.shipment_id
    is_whole = bool(notice.shipment_id and order and len(order.shipments) == 1 and not unshipped(order))
    made = (
        Promised(
            purpose,
            matter,
            day if isinstance(day, datetime) else due_of(day, view.when.zone),
            f"notice:{kind.name}",
            notice.order_number,
            id_,
            None if isinstance(day, datetime) else day,
            view.when.zone.key,
            is_whole,
        )
        for purpose, day in told
    )
    return tuple(each for each in made if each.due > view.when.now)


def _forms(day: date, locale: str, zone: ZoneInfo, now: datetime) -> Iterator[str]:
    yield written(day, locale, zone)
    if not isinstance(day, datetime):
        near = NEAR.get(locale.partition("_")[0], ())
        distance = (day - now.astimezone(zone).date()).days
        if 0 <= distance < len(near):
            yield near[distance]
