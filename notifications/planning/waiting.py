"""Tells until when a notice waits: for caps and quiet hours of its category, and for hours that the customer wished."""

from collections.abc import Iterator
from datetime import datetime

from notifications.planning.caps import free_from
from notifications.planning.decisions import Hold, Reason, Refusal, Skip
from notifications.planning.hours import Peace, hours_of, next_open
from notifications.planning.zones import zones_of
from notifications.wording.rendering import Letter


def wait(letter: Letter, category: str, now: datetime, refusals: tuple[Refusal, ...] = ()) -> Hold | Skip | None:
    """Holds the notice until the caps of `category` let it go, and outside of quiet hours in all zones the customer may
    be in: the category's, and those of the customer's own wish. What would be too old by then is not sent."""
    shop, notice = letter.policy.shop, letter.notice
    free = free_from(notice.key, shop.caps_of(notice.kind, category), letter.recipient.recent, now)
    if free >= notice.expires_at:
        return Skip(Reason.CAPPED, refusals)
    until, reason = next_open(free, list(_kept(letter, category)), zones_of(letter.recipient.zones.names, shop.zone))
    if until is None:
        return Skip(Reason.NO_COMMON_HOUR, refusals)
    if until >= notice.expires_at:
        return Skip(Reason.TOO_LATE_AFTER_QUIET, refusals)
    if until == now:
        return None
    return Hold(until, Reason.CAPPED if free > now else reason or Reason.QUIET_HOURS, refusals)


def _kept(letter: Letter, category: str) -> Iterator[Peace]:
    """Lists the hours in which this customer is left in peace."""
    quiet = letter.policy.shop.quiet(category)
    if quiet:
        yield Peace(quiet, Reason.QUIET_HOURS)
    wished = letter.recipient.prefers.not_between
    if wished:
        yield Peace(hours_of(wished), Reason.OWN_HOURS)
