"""Counts, for the diagnosis, what waits and what was kept after errors."""

from collections.abc import Iterator, Sequence

from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from bots.cli.doctor.finding import OK, WARN, Finding
from bots.wiring.installation import Parts
from hub.orders.completing import LONGEST
from storage.backup import hold
from storage.backup.hold import Held
from storage.outgoing import rows as outgoing
from storage.queues import inbox, waiting
from storage.queues.tables import inbox as inbox_table


def backlog(parts: Parts) -> Iterator[Finding]:
    """Finds what waits in the inbox, for the store, for an order, and after a restore."""
    try:
        with parts.intake.store.read() as conn:
            counts = inbox.counts(conn)
            held, paused = hold.listed(conn), hold.paused(conn)
            leaving = outgoing.counts(conn)
            early, oldest = waiting.count(conn)
            gone = waiting.let_go_since(conn, parts.hub.now() - LONGEST)
            ignored = conn.execute(
                select(inbox_table.c.error, func.count())
                .where(inbox_table.c.error.like("ignored:%"))
                .group_by(inbox_table.c.error)
            ).all()
    except SQLAlchemyError:
        return
    state = WARN if counts["dead"] else OK
    yield Finding("inbox", state, f"{counts['pending']} waiting, {counts['dead']} kept for replay after errors")
    yield from _restored(held, paused)
    if leaving[outgoing.FAILED]:
        words = f"{leaving[outgoing.FAILED]} events were not taken by the store and are kept"
        yield Finding("outgoing", WARN, f"{words}; `doorstep outgoing list --state failed`, then `outgoing repeat`")
    if early and oldest:
        days = (parts.hub.now() - oldest).days
        words = f"{early} of parcels or orders that the shop has not told of, for up to {days} days"
        yield Finding("early news", WARN if days else OK, f"{words}; they are let go after {LONGEST.days} days")
    if gone:
        words = f"{gone} of parcels that no order came for were let go in the last {LONGEST.days} days"
        yield Finding(
            "early news", WARN, f"{words}; does the shop tell of each tracking number, as it is at the carrier?"
        )
    for error, number in ignored:
        yield Finding("store events", WARN, f"{number} of a type we do not know were kept, not used ({error[9:]})")


def _restored(held: Sequence[Held], paused: Sequence[Held]) -> Iterator[Finding]:
    """Finds what waits since a restore."""
    if held:
        sorts = [each.what for each in held]
        listed = ", ".join(f"{sorts.count(what)} {what}" for what in dict.fromkeys(sorts))
        words = f"{listed} on their way at the backup's time; `doorstep held list`, then `held send` or `held drop`"
        yield Finding("held", WARN, words)
    if paused:
        words = f"{', '.join(each.id for each in paused)}: paused since a restore"
        yield Finding("campaigns", WARN, f"{words}; `doorstep campaign resume`, or `cancel`, each")
