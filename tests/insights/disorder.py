"""Puts into a history, at random, what seldom happens: questions asked again, calls without receipts, other dates."""

import random
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Table, func, select, update

from core.ids import first_id
from storage.conversations import flow_events
from storage.conversations.tables import flow_events as events
from storage.costs.tables import costs
from storage.engine.store import Store
from storage.insight.sources.talks import SPEAKS
from storage.notices.tables import notices
from storage.people import consents as consent_rows
from storage.people.tables import consents, conversations, messages
from storage.promises.tables import promises
from storage.queues.tables import outbox, outbox_parts
from storage.shop.tables import shipments

FLOWS, STEPS = ("returns", "faq", "pattern_clarify"), ("reason", "items")
SECOND = timedelta(seconds=1)
COUNTED = (
    *("asked", "answered", "no_match", "asked_back", "reprompted", "said_again", "handed_off"),
    *("flow_started", "flow_completed", "flow_cancelled", "flow_expired"),
)


def disturb(store: Store, seed: int, now: datetime) -> None:
    """Changes a history; the same for a seed."""
    chance = random.Random(seed)
    _count(store, chance, now)
    _change(store, chance, outbox_parts, 0.1, lambda: {"status": chance.choice((None, "sent", "read", "delivered"))})
    _change(store, chance, outbox_parts, 0.05, lambda: {"silent": True})
    _change(store, chance, notices, 0.05, lambda: {"state": "failed", "reason": "no_channel"})
    _change(store, chance, promises, 0.1, lambda: {"state": chance.choice(("open", "void", "changed", "kept"))})
    _change(store, chance, promises, 0.3, lambda: {"due_on": None})
    _change(
        store, chance, costs, 0.2, lambda: {"source": "provider", "currency": "EUR", "micros": chance.randint(1, 99)}
    )
    _take_back(store, chance)
    _change(store, chance, outbox, 0.3, lambda: {"response": None})
    with store.write() as conn:
        rest = select(shipments.c.order_number).order_by(shipments.c.order_number).limit(20)
        lost = shipments.c.order_number.in_(list(conn.scalars(rest)))
        data = func.replace(func.replace(shipments.c.data, '"in_transit"', '"pending"'), '"delivered"', '"pending"')
        conn.execute(update(shipments).where(lost).values(data=data))


def _count(store: Store, chance: random.Random, now: datetime) -> None:
    """Counts what flows might have, in turns of what customers wrote and beside them."""
    with store.write() as conn:
        said = conn.execute(select(messages.c.conversation_id, messages.c.at).order_by(messages.c.id)).all()
        for number, (place, at) in enumerate(chance.sample(list(said), len(said) // 2)):
            when = min(at + chance.choice((0, 0, 60, 7_000, 90_000)) * SECOND, now - SECOND)
            props = {"flow": chance.choice(FLOWS), "step": chance.choice(STEPS)}
            props |= {"reason": chance.choice(("asked_human", "action_failed"))}
            row = flow_events.row(place, chance.choice(COUNTED), props, "v1", when)
            conn.execute(events.insert(), {**row, "id": f"{first_id(when)}{number:011x}"})


def _take_back(store: Store, chance: random.Random) -> None:
    """Lets some who were sent a notice withdraw their consent there, soon or a day later."""
    with store.write() as conn:
        told = select(outbox).where(outbox.c.notification_id.is_not(None)).order_by(outbox.c.id)
        for row in chance.sample(conn.execute(told).all(), 20):
            when = row.started_at + chance.choice((1, 3_600, 86_400, 90_000)) * SECOND
            where = row.channel, row.value, "marketing"
            conn.execute(consents.insert(), consent_rows.row(*where, granted=False, source="keyword", now=when))


def _change(store: Store, chance: random.Random, table: Table, share: float, values: Any) -> None:
    with store.write() as conn:
        for id_ in conn.scalars(select(table.c.id).order_by(table.c.id)).all():
            if chance.random() < share:
                conn.execute(update(table).where(table.c.id == id_).values(**values()))


def gone_from(store: Store) -> str:
    """Names a customer with whom bot and notices spoke."""
    with store.read() as conn:
        told = select(conversations.c.customer_id).join(messages, messages.c.conversation_id == conversations.c.id)
        told = told.join(outbox, (outbox.c.id == messages.c.id) & (outbox.c.speaker == SPEAKS))
        busiest = told.group_by(conversations.c.customer_id).order_by(func.count().desc(), conversations.c.customer_id)
        return str(conn.scalar(busiest.limit(1)))
