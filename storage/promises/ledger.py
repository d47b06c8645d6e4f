"""Books promises, closes them, and reads them back."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, or_, select, update

from core.ids import new_id
from core.shop.promises import CLOCK, Matter, Promise, Promised, PromiseState, Purpose, Verdict
from storage.engine.prepared import insert_rows
from storage.engine.schema import Moment
from storage.engine.store import Store
from storage.promises.tables import promises

TOLD = "told"  # what changes a promise: another date
UNSAID = "not_delivered"  # what makes one void: the message did not arrive
_IS_OPEN = promises.c.state == PromiseState.OPEN.value
_LIVE = promises.c.state.in_((PromiseState.OPEN.value, PromiseState.BROKEN.value))

# Closes what another date takes the place of; what is due already stays, and is broken.
CHANGE = (
    update(promises)
    .where(
        _IS_OPEN,
        promises.c.purpose == bindparam("purpose_"),
        promises.c.order_number == bindparam("order_"),
        or_(
            promises.c.matter_id == bindparam("which"),
            promises.c.matter_id == bindparam("also"),
            bindparam("of_all", type_=promises.c.matter_id.type) == "all",
        ),
        promises.c.due_at != bindparam("due", type_=Moment),
        promises.c.due_at > bindparam("at", type_=Moment),
    )
    .values(state=PromiseState.CHANGED.value, closed_at=bindparam("at", type_=Moment), closed_by=TOLD)
)


def row(told: Promised, customer_id: str, message_id: str, now: datetime, notice_id: str = "") -> dict[str, Any]:
    """Makes the row of a promise; one that is open with the same date stays as it is."""
    return {
        "id": new_id(now),
        "customer_id": customer_id,
        "purpose": told.purpose.value,
        "matter": told.matter.value,
        "order_number": told.order_number,
        "matter_id": told.matter_id,
        "due_on": told.on,
        "zone": told.zone,
        "due_at": told.due,
        "told_at": now,
        "source": told.source,
        "message_id": message_id,
        "notice_id": notice_id,
        "state": PromiseState.OPEN.value,
    }


def change(told: Promised, now: datetime) -> dict[str, Any]:
    """Makes the parameters of `CHANGE` for a promise that is told."""
    return {
        "purpose_": told.purpose.value,
        "order_": told.order_number,
        "which": told.matter_id,
        "also": "" if told.is_whole else told.matter_id,
        "of_all": "one" if told.matter_id else "all",
        "due": told.due,
        "at": now,
    }


def book(conn: Connection, store: Store, told: Sequence[tuple[Promised, str, str, str]], now: datetime) -> None:
    """Books what messages that left told: (promise, customer's id, message's id, notice's id)."""
    if told:
        insert_rows(
            conn, store, promises, [row(each, who, message, now, notice) for each, who, message, notice in told]
        )
        conn.execute(CHANGE, [change(each, now) for each, *_ in told])


def close(conn: Connection, closed: Mapping[str, Verdict]) -> None:
    """Writes verdicts by the promises' ids; an earlier one that is there already stays."""
    if closed:
        conn.execute(
            _CLOSE,
            [
                {"row": id_, "state_": each.state.value, "at": each.at, "by": each.by[:128]}
                for id_, each in closed.items()
            ],
        )


_CLOSE = (
    update(promises)
    .where(
        promises.c.id == bindparam("row"),
        or_(
            _IS_OPEN,
            promises.c.closed_at > bindparam("at", type_=Moment),
            promises.c.state == PromiseState.BROKEN.value,
        ),
    )
    .values(state=bindparam("state_"), closed_at=bindparam("at", type_=Moment), closed_by=bindparam("by"))
)


def end_due(conn: Connection, now: datetime) -> int:
    """Breaks what is due and not kept; what only a bank could tell counts as kept. Returns how many are broken."""
    over = update(promises).where(_IS_OPEN, promises.c.due_at <= now)
    closed = {"closed_at": promises.c.due_at, "closed_by": CLOCK}
    at_bank = promises.c.matter == Matter.REFUND.value
    conn.execute(over.where(at_bank).values(state=PromiseState.KEPT.value, **closed))
    return conn.execute(over.where(~at_bank).values(state=PromiseState.BROKEN.value, **closed)).rowcount


def replied(conn: Connection, case_id: str, state: PromiseState, by: str, now: datetime) -> None:
    """Closes what was promised of a case: an agent has answered, or nobody has to any more."""
    conn.execute(_REPLIED, {"case": case_id, "state_": state.value, "at": now, "by": by})


_REPLIED = (
    update(promises)
    .where(
        _IS_OPEN,
        promises.c.purpose == Purpose.REPLY.value,
        promises.c.order_number == "",
        promises.c.matter_id == bindparam("case"),
        promises.c.due_at >= bindparam("at", type_=Moment),
    )
    .values(state=bindparam("state_"), closed_at=bindparam("at", type_=Moment), closed_by=bindparam("by"))
)


def unreplied(conn: Connection, case_id: str, by: str, after: datetime | None) -> None:
    """Opens what was promised of a case again: the answers after that time, by which it was kept, did not arrive."""
    kept = (promises.c.state == PromiseState.KEPT.value, promises.c.closed_by == by[:128])
    again = update(promises).where(*kept, promises.c.purpose == Purpose.REPLY.value, promises.c.matter_id == case_id)
    again = again.where(promises.c.closed_at > after) if after else again
    conn.execute(again.values(state=PromiseState.OPEN.value, closed_at=None, closed_by=""))


def unsay(conn: Connection, message_id: str, now: datetime) -> None:
    """Takes back what a message promised that did not arrive."""
    conn.execute(_UNSAY, {"message": message_id, "at": now})


_UNSAY = update(promises).where(_LIVE, promises.c.message_id == bindparam("message"))
_UNSAY = _UNSAY.values(state=PromiseState.VOID.value, closed_at=bindparam("at", type_=Moment), closed_by=UNSAID)


def of_orders(conn: Connection, numbers: Collection[str]) -> dict[str, list[Promise]]:
    """Reads the promises of these orders that may still be closed otherwise, oldest first, by the order's number."""
    found: dict[str, list[Promise]] = {}
    for each in _read(conn, promises.c.order_number.in_(numbers), _UNDECIDED) if numbers else ():
        found.setdefault(each.promised.order_number, []).append(each)
    return found


_UNDECIDED = promises.c.state.in_((PromiseState.OPEN.value, PromiseState.BROKEN.value, PromiseState.CHANGED.value))


def awaited(conn: Connection, last: str, count: int, since: datetime) -> list[str]:
    """Lists the next orders after `last` whose customers wait for a day of arrival that was told, due since then."""
    numbers = promises.c.order_number
    due = select(numbers).distinct().where(_LIVE, promises.c.purpose == Purpose.DELIVERY.value, numbers > last)
    return [*conn.scalars(due.where(promises.c.due_at > since).order_by(numbers).limit(count))]


def about(
    conn: Connection, *, order_number: str = "", state: str = "", messages: Collection[str] = (), limit: int = 100
) -> list[Promise]:
    """Reads the newest promises of an order, in a state, or of messages, oldest first."""
    which = [
        *([promises.c.order_number == order_number] if order_number else []),
        *([promises.c.state == state] if state else []),
        *([promises.c.message_id.in_(messages)] if messages else []),
    ]
    return _read(conn, *which, limit=limit)


def of_customers(conn: Connection, customer_ids: Collection[str], limit: int = 100) -> list[Promise]:
    """Reads the newest promises that these customers were made, oldest first."""
    return _read(conn, promises.c.customer_id.in_(customer_ids), limit=limit)


def _read(conn: Connection, *which: Any, limit: int | None = None) -> list[Promise]:
    asked = select(promises).where(*which).order_by(promises.c.told_at.desc(), promises.c.id.desc()).limit(limit)
    return [*map(_promise, reversed(conn.execute(asked).all()))]


def _promise(found: Any) -> Promise:
    told = Promised(
        Purpose(found.purpose),
        Matter(found.matter),
        found.due_at,
        found.source,
        found.order_number,
        found.matter_id,
        found.due_on,
        found.zone,
    )
    state = PromiseState(found.state)
    closed = (state, found.closed_at, found.closed_by)
    return Promise(found.id, found.customer_id, told, found.told_at, found.message_id, found.notice_id, *closed)


def as_row(told: Iterable[Promise]) -> list[dict[str, Any]]:
    """Makes what programs and people are shown: no words, no customer's address."""
    return [
        {
            "id": each.id,
            "state": each.state.value,
            "purpose": each.promised.purpose.value,
            "about": each.promised.matter.value,
            "about_id": each.promised.matter_id or None,
            "order": each.promised.order_number or None,
            "due_on": each.promised.on.isoformat() if each.promised.on else None,
            "due_at": each.promised.due.isoformat(),
            "zone": each.promised.zone,
            "told_at": each.told_at.isoformat(),
            "source": each.promised.source,
            "notice_id": each.notice_id or None,
            "message_id": each.message_id,
            "customer_id": each.customer_id,
            "closed_at": each.closed_at.isoformat() if each.closed_at else None,
            "closed_by": each.closed_by or None,
        }
        for each in told
    ]
