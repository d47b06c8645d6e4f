"""Keeps the replies that agents put off: when each leaves, and that it is looked at earlier when something happened."""

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, select, update

from storage.desk.messages import HELD, LATER, NOTE, UNSENT
from storage.desk.tables import cases, desk_messages
from storage.engine.schema import Moment
from storage.engine.store import Store
from storage.queues import timers
from storage.queues.tables import timers as timers_table

TIMER = "later_replies"  # the kind of timer, by message
CAN_WAIT = (NOTE, HELD, UNSENT, LATER)


def put_off(conn: Connection, store: Store, id_: str, until: datetime, now: datetime) -> bool:
    """Has a message leave then that has not gone out; false where it has, or is on its way."""
    mine = update(desk_messages).where(desk_messages.c.id == id_, desk_messages.c.state.in_(CAN_WAIT))
    if conn.execute(mine.values(state=LATER, leaves_at=until, put_off_at=now)).rowcount != 1:
        return False
    timers.schedule(conn, store, TIMER, id_, until)
    return True


def look_again(conn: Connection, case_id: str, now: datetime) -> None:
    """Has the replies of a case that wait be looked at now: something happened to it."""
    conn.execute(_LOOK_AGAIN, {"case": case_id, "now": now})


_THEIRS = select(desk_messages.c.id).where(desk_messages.c.case_id == bindparam("case"), desk_messages.c.state == LATER)
_LOOK_AGAIN = update(timers_table).where(timers_table.c.kind == TIMER, timers_table.c.subject.in_(_THEIRS))
_LOOK_AGAIN = _LOOK_AGAIN.values(due_at=bindparam("now", type_=Moment))


class Waiting(NamedTuple):
    """Names a reply that waits, whose it is, and the number of its case."""

    id: str
    user: str
    number: int


def of_customers(conn: Connection, customer_ids: Collection[str]) -> list[Waiting]:
    """Lists the replies that wait for these customers."""
    found = select(desk_messages.c.id, desk_messages.c.user, cases.c.number)
    found = found.join(cases, cases.c.id == desk_messages.c.case_id)
    found = found.where(cases.c.customer_id.in_(list(customer_ids)), desk_messages.c.state == LATER)
    return [Waiting(*row) for row in conn.execute(found.order_by(desk_messages.c.id))]
