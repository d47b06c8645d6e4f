"""Books what messages cost, and adds it up; sums are kept in millionths of their currency, so that they add up exactly.

A call is booked once: what is said again changes nothing, but for a provider's sum, which takes the place of an
estimate by the price table.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import ColumnElement, Connection, func, select

from storage.costs.tables import costs
from storage.desk.tables import cases
from storage.engine.store import Store
from storage.notices.tables import notices
from storage.queues.tables import outbox

PROVIDER, TABLE = "provider", "table"
_MICRO = Decimal("0.000001")
_CHANGES = ("category", "currency", "micros", "source")


class About(NamedTuple):
    """What a message of ours was for."""

    notice_id: str | None
    kind: str
    campaign_id: str | None
    case_id: str | None
    flow: str


class Cost(msgspec.Struct, frozen=True):
    """What one call costs."""

    part_id: str
    channel: str
    category: str
    amount: Decimal
    currency: str
    source: str
    at: datetime


class Sum(msgspec.Struct, frozen=True):
    """What some messages cost together, in one currency; `estimated` is the part of it that is by the price table."""

    by: str
    currency: str
    messages: int
    amount: Decimal
    estimated: Decimal


BY: Mapping[str, ColumnElement[Any]] = {
    "channel": costs.c.channel,
    "kind": costs.c.kind,
    "campaign": func.coalesce(costs.c.campaign_id, ""),
    "case": func.coalesce(cases.c.number, 0),
    "flow": costs.c.flow,
    "category": costs.c.category,
}


def about(conn: Connection, outbox_ids: Collection[str]) -> dict[str, About]:
    """Reads what these messages were for, by their ids."""
    joined = outbox.outerjoin(notices, notices.c.id == outbox.c.notification_id)
    wanted = (notices.c.id, notices.c.kind, notices.c.campaign_id, outbox.c.case_id, outbox.c.flow)
    rows = conn.execute(select(outbox.c.id, *wanted).select_from(joined).where(outbox.c.id.in_(list(outbox_ids))))
    return {
        id_: About(notice, kind or "", campaign, case, flow or "") for id_, notice, kind, campaign, case, flow in rows
    }


def micros(amount: Decimal) -> int:
    """Counts an amount in millionths, a half rounded up."""
    return int(amount.quantize(_MICRO, ROUND_HALF_UP).scaleb(6))


def plain(amount: Decimal) -> str:
    """Writes an amount without zeros at its end: "0.0034"."""
    return f"{amount.normalize():f}"


def book(conn: Connection, store: Store, rows: Sequence[Mapping[str, Any]]) -> None:
    """Books calls (rows of the table): estimates where nothing is booked yet, providers' sums in any case."""
    estimates = [row for row in rows if row["source"] == TABLE]
    told = [row for row in rows if row["source"] == PROVIDER]
    if estimates:
        conn.execute(store.insert(costs), estimates)
    if told:
        conn.execute(store.upsert(costs, ("channel", "provider_id"), _CHANGES), told)


def of_messages(conn: Connection, outbox_ids: Collection[str]) -> list[Cost]:
    """Lists what these messages cost, oldest first."""
    columns = (costs.c[name] for name in ("part_id", "channel", "category", "micros", "currency", "source", "at"))
    found = select(*columns).where(costs.c.outbox_id.in_(list(outbox_ids))).order_by(costs.c.at, costs.c.id)
    return [
        Cost(part, channel, category, _amount(sum_), currency, source, at)
        for part, channel, category, sum_, currency, source, at in conn.execute(found)
    ]


def of_campaign(conn: Connection, campaign_id: str) -> list[Sum]:
    """Adds up what a campaign cost, by channel and currency."""
    return _sums(conn, costs.c.channel, costs.c.campaign_id == campaign_id)


def sums(conn: Connection, by: str, since: datetime | None = None) -> list[Sum]:
    """Adds up what was booked since then, by one of BY and currency, the dearest first."""
    return _sums(conn, BY[by], costs.c.at >= since if since else None)


def _sums(conn: Connection, by: ColumnElement[Any], condition: ColumnElement[bool] | None) -> list[Sum]:
    total, is_estimate = func.sum(costs.c.micros), costs.c.source == TABLE
    guessed = func.sum(costs.c.micros).filter(is_estimate)
    found = select(by, costs.c.currency, func.count(), total, guessed).group_by(by, costs.c.currency)
    found = found.select_from(costs.outerjoin(cases, cases.c.id == costs.c.case_id))
    rows = conn.execute(found.where(condition) if condition is not None else found)
    made = [Sum(str(name or ""), cur, n, _amount(all_), _amount(part or 0)) for name, cur, n, all_, part in rows]
    return sorted(made, key=lambda each: (each.currency, -each.amount, each.by))


def _amount(sum_: Any) -> Decimal:
    return Decimal(int(sum_)).scaleb(-6)
