"""Keeps where a case stands at the desk: the thread it has, those it had, and the card that is being posted."""

from sqlalchemy import Connection, bindparam, select, update

from storage.desk.cases import Case
from storage.desk.tables import case_threads, cases
from storage.engine.store import Store
from storage.queues.outbox import IS_IN_DOUBT
from storage.queues.tables import outbox

SET_THREAD = update(cases).where(cases.c.id == bindparam("row"), cases.c.thread.is_(None))

SET_THREAD = SET_THREAD.values(thread=bindparam("thread_"))


def forget_thread(conn: Connection, store: Store, case: Case, place: str) -> None:
    """Notes that the case's thread is gone: the next post makes a new one, at `place`."""
    if case.thread:
        conn.execute(store.insert(case_threads), {"place": case.place, "thread": case.thread, "case_id": case.id})
    same = cases.c.thread == case.thread if case.thread else cases.c.thread.is_(None)
    conn.execute(update(cases).where(cases.c.id == case.id, same).values(thread=None, place=place))


def had_thread(conn: Connection, case_id: str) -> bool:
    """Tells whether the case had a thread that is gone."""
    return conn.scalar(select(case_threads.c.case_id).where(case_threads.c.case_id == case_id).limit(1)) is not None


def has_card_under_way(conn: Connection, place: str) -> bool:
    """Tells whether the card of a case without a thread is being posted there right now."""
    waiting = select(cases.c.id).join(outbox, outbox.c.case_id == cases.c.id)
    waiting = waiting.where(IS_IN_DOUBT, cases.c.place == place, cases.c.thread.is_(None)).limit(1)
    return conn.scalar(waiting) is not None
