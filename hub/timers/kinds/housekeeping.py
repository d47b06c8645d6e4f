"""Removes what is over: leases, parked receipts, e-mails, codes, taken facts, old counts, what models were asked."""

from datetime import datetime, timedelta

from hub.hub import Hub
from hub.timers.kind import Kind, installation
from storage.advice import rows as advice
from storage.conversations import flow_events
from storage.hooks import rows as hooks
from storage.outgoing import rows as outgoing
from storage.people import one_time_codes
from storage.queues import leases, mails, parked_receipts

EVERY = timedelta(minutes=10)
KEEP_PARKED = timedelta(days=3)
KEEP_FACTS = timedelta(days=3)  # that the store took
KEEP_COUNTED = timedelta(days=400)  # of flows: a year, to compare with, and some weeks
KEEP_ADVICE = timedelta(days=30)  # and what hooks were asked


def _handle(hub: Hub, _subject: str, now: datetime) -> datetime:
    with hub.store.write() as conn:
        leases.sweep(conn, now - EVERY)
        parked_receipts.forget(conn, now - KEEP_PARKED)
        mails.forget(conn, now)
        one_time_codes.forget(conn, now)
        outgoing.forget(conn, now - KEEP_FACTS)
        flow_events.forget(conn, now - KEEP_COUNTED)
        advice.forget(conn, now - KEEP_ADVICE)
        hooks.forget(conn, now - KEEP_ADVICE)
    return now + EVERY


KIND = Kind(_handle, installation)
