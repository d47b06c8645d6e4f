"""Lists conversations for people who look for one: by customer, order, state, channel and time, newest first."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, and_, exists, func, or_, select

from core.ids import micros
from core.people.conversations import Owner
from storage.desk.tables import cases
from storage.engine.schema import Moment, moment
from storage.people.tables import addresses, conversations, customers, messages
from storage.shop.tables import orders

BOT, AGENT, CLOSED = Owner.BOT.value, Owner.AGENT.value, "closed"
STATES = (BOT, AGENT, CLOSED)


class Sought(msgspec.Struct, frozen=True):
    """Holds what is looked for; None is everything. `after` is the cursor that the page before ended with."""

    ids: Collection[str] | None = None
    state: str | None = None
    channel: str | None = None
    since: datetime | None = None
    limit: int = 50
    after: str | None = None


class Listed(msgspec.Struct, frozen=True):
    """Holds one conversation. `state`: bot, agent, or closed where the customer is not written to any more."""

    id: str
    state: str
    channel: str
    account: str
    value: str
    customer_id: str
    name: str
    phone: str | None
    language: str
    started_at: datetime
    last_at: datetime
    last_inbound_at: datetime | None
    case: int | None


_ADDRESS = addresses.c.key == conversations.c.key
_IN_USE = exists().where(_ADDRESS, addresses.c.home.is_(None)).correlate(conversations)
_LAST_SAID = select(func.max(messages.c.at)).where(messages.c.conversation_id == conversations.c.id)
_LAST: ColumnElement[Any] = func.coalesce(
    _LAST_SAID.correlate(conversations).scalar_subquery(), conversations.c.created_at, type_=Moment
)
_LISTED = select(
    conversations.c.id,
    conversations.c.owner,
    _IN_USE.label("in_use"),
    conversations.c.channel,
    conversations.c.account,
    conversations.c.value,
    conversations.c.customer_id,
    customers.c.name,
    customers.c.phone,
    func.coalesce(func.nullif(customers.c.language, ""), customers.c.locale).label("language"),
    conversations.c.created_at,
    _LAST.label("last_at"),
    conversations.c.last_inbound_at,
    cases.c.number,
).select_from(
    conversations.join(customers, customers.c.id == conversations.c.customer_id).outerjoin(
        cases, cases.c.id == conversations.c.case_id
    )
)


def listed(conn: Connection, sought: Sought) -> tuple[list[Listed], str | None]:
    """Returns a page, and the cursor of the next one; None where this is the last. Raises ValueError for no cursor."""
    asked = _LISTED.where(*_conditions(sought)).order_by(_LAST.desc(), conversations.c.id.desc())
    rows = conn.execute(asked.limit(sought.limit + 1)).all()
    page = [_row(row) for row in rows[: sought.limit]]
    more = len(rows) > sought.limit
    return page, f"{micros(page[-1].last_at)}-{page[-1].id}" if more else None


def orders_of(conn: Connection, customer_ids: Collection[str], limit: int = 20) -> list[str]:
    """Lists the numbers of these customers' orders, newest first."""
    own = select(orders.c.number).where(orders.c.customer_id.in_(list(customer_ids)))
    return list(conn.scalars(own.order_by(orders.c.placed_at.desc()).limit(limit)))


def _conditions(sought: Sought) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if sought.ids is not None:
        found.append(conversations.c.id.in_(list(sought.ids)))
    if sought.channel is not None:
        found.append(conversations.c.channel == sought.channel)
    if sought.since is not None:
        found.append(sought.since <= _LAST)
    if sought.state == CLOSED:
        found.append(~_IN_USE)
    elif sought.state is not None:
        found += [_IN_USE, conversations.c.owner == sought.state]
    if sought.after is not None:
        at, id_ = _cursor(sought.after)
        found.append(or_(at > _LAST, and_(at >= _LAST, conversations.c.id < id_)))
    return found


def _cursor(text: str) -> tuple[datetime, str]:
    at, dash, id_ = text.partition("-")
    if not dash or not at.isdigit():
        raise ValueError("this is no cursor of a list")
    return moment(int(at)), id_


def _row(row: Any) -> Listed:
    return Listed(
        id=row.id,
        state=row.owner if row.in_use else CLOSED,
        channel=row.channel,
        account=row.account,
        value=row.value,
        customer_id=row.customer_id,
        name=row.name,
        phone=row.phone,
        language=row.language,
        started_at=row.created_at,
        last_at=row.last_at,
        last_inbound_at=row.last_inbound_at,
        case=row.number,
    )
