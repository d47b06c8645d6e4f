"""Keeps notices, and what was decided about each, as a trace."""

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, bindparam, case, literal_column, select, update

from storage.engine.schema import Moment
from storage.engine.store import Store
from storage.notices.tables import notices

HELD, QUEUED, SENT, FAILED, SKIPPED = "held", "queued", "sent", "failed", "skipped"
_FAILING = (HELD, FAILED)  # with a channel: what was sent there has failed
SETTLING = "settling"  # the reason of one that is held until its news rest


class NoticeRow(msgspec.Struct, frozen=True):
    """Holds a notice as it stands. `data`: the planner's notice; `tried`: keys of addresses that failed for good."""

    id: str
    business_key: str
    kind: str
    customer_id: str
    order_number: str | None
    data: str
    state: str
    reason: str
    channel: str | None
    tried: tuple[str, ...]
    trace: list[dict[str, Any]]
    created_at: datetime
    decided_at: datetime | None  # when it came into its state

    @property
    def failures(self) -> tuple[tuple[str, str], ...]:
        """Lists the ways that were taken and failed for good: (channel, code), the first one first."""
        channels = {key.partition(":")[0] for key in self.tried}
        known = [(each.get("channel", ""), each.get("reason", "")) for each in self.trace if each["state"] in _FAILING]
        return tuple(dict.fromkeys((channel, code) for channel, code in known if code and channel in channels))


_LOAD = select(
    notices.c.id,
    notices.c.business_key,
    notices.c.kind,
    notices.c.customer_id,
    notices.c.order_number,
    notices.c.data,
    notices.c.state,
    notices.c.reason,
    notices.c.channel,
    notices.c.tried,
    notices.c.trace,
    notices.c.created_at,
    notices.c.decided_at,
)
# Written out, not bound: a partial index is used only when the statement itself says the state.
IS_HELD = notices.c.state == literal_column(f"'{HELD}'")
_BY_ID = _LOAD.where(notices.c.id == bindparam("id_"))


class Decided(msgspec.Struct, frozen=True):
    """Holds what was decided. `refusals`: (channel, reason) of addresses not taken; `assumed`: (what, value)
    taken for granted of the customer; `deadline_at`: by then the way that was taken must have a receipt.
    """

    state: str
    reason: str = ""
    channel: str | None = None
    not_before: datetime | None = None
    refusals: Sequence[tuple[str, str]] = ()
    assumed: Sequence[tuple[str, str]] = ()
    deadline_at: datetime | None = None

    def entry(self, now: datetime) -> dict[str, Any]:
        """Makes its entry in the notice's trace."""
        entry: dict[str, Any] = {
            "at": now.isoformat(timespec="milliseconds"),
            "state": self.state,
            "reason": self.reason,
            "channel": self.channel,
            "refused": [f"{where}: {why}" for where, why in self.refusals],
            "assumed": dict(self.assumed),
        }
        return {key: value for key, value in entry.items() if value}


class NewNotice(msgspec.Struct, frozen=True):
    """Holds a notice to be registered: its business key says which piece of news it is, `data` is the planner's
    notice."""

    id: str
    business_key: str
    kind: str
    category: str
    customer_id: str
    data: str
    order_number: str | None = None
    shipment_id: str | None = None
    expires_at: datetime | None = None
    campaign_id: str | None = None


def add(
    conn: Connection, store: Store, registered: Sequence[tuple[NewNotice, Decided]], now: datetime
) -> frozenset[str]:
    """Registers notices with the first decision about each; returns the ids of those that are new.

    One whose business key is there already is left as it is, so that no customer is told twice.
    """
    rows = [new_row(notice, decided, now) for notice, decided in registered]
    ids = [notice.id for notice, _ in registered]
    if not rows or conn.execute(store.insert(notices), rows).rowcount == len(rows):
        return frozenset(ids)
    return frozenset(conn.scalars(_THERE, {"ids": ids}))


_THERE = select(notices.c.id).where(notices.c.id.in_(bindparam("ids", expanding=True)))


def new_row(notice: NewNotice, decided: Decided, now: datetime) -> dict[str, Any]:
    """Makes the row of a notice with the first decision about it."""
    return {
        **msgspec.structs.asdict(notice),
        "state": decided.state,
        "reason": decided.reason,
        "channel": decided.channel,
        "not_before": decided.not_before,
        "deadline_at": decided.deadline_at,
        "trace": json.dumps([decided.entry(now)]),
        "created_at": now,
        "decided_at": now,
    }


def by_id(conn: Connection, id_: str, *, lock: bool = False) -> NoticeRow | None:
    """Reads one notice; with `lock` no other transaction decides about it until the transaction ends."""
    row = conn.execute(_BY_ID.with_for_update() if lock else _BY_ID, {"id_": id_}).first()
    return _row(row) if row else None


def by_key(conn: Connection, key: str) -> NoticeRow | None:
    """Reads the notice with this business key."""
    row = conn.execute(_LOAD.where(notices.c.business_key == key)).first()
    return _row(row) if row else None


def by_ids(conn: Connection, ids: Collection[str], *, lock: bool = False) -> list[NoticeRow]:
    """Reads these notices, in the order of their ids; `lock` as for `by_id`. Asks nothing where none is named."""
    if not ids:
        return []
    return [_row(row) for row in conn.execute(_BY_IDS.with_for_update() if lock else _BY_IDS, {"ids": list(ids)})]


_BY_IDS = _LOAD.where(notices.c.id.in_(bindparam("ids", expanding=True))).order_by(notices.c.id)


def of_order(conn: Connection, number: str, limit: int, before: str | None = None) -> list[NoticeRow]:
    """Reads notices about an order, newest first; `before` is the id that a page ended with."""
    found = _LOAD.where(notices.c.order_number == number).order_by(notices.c.id.desc()).limit(limit)
    return [_row(row) for row in conn.execute(found.where(notices.c.id < before) if before else found)]


def told_of_orders(conn: Connection, numbers: Collection[str]) -> dict[str, dict[str, bool]]:
    """Reads the business keys of all notices of these orders, by the order's number, oldest first; with each whether it
    reached the customer, or still may."""
    found: dict[str, dict[str, bool]] = {number: {} for number in numbers}
    for number, key, state in conn.execute(_KEYS, {"numbers": list(numbers)}):
        found[number][key] = state not in (SKIPPED, FAILED)
    return found


_KEYS = select(notices.c.order_number, notices.c.business_key, notices.c.state)
_KEYS = _KEYS.where(notices.c.order_number.in_(bindparam("numbers", expanding=True)))
_KEYS = _KEYS.order_by(notices.c.created_at, notices.c.id)


def told_kinds(conn: Connection, numbers: Collection[str]) -> set[tuple[str, str, str]]:
    """Reads what customers were told about these orders, or still may be: (order's number, parcel's id or "", kind)."""
    if not numbers:
        return set()
    told = select(notices.c.order_number, notices.c.shipment_id, notices.c.kind)
    told = told.where(notices.c.order_number.in_(list(numbers)), notices.c.state.not_in((SKIPPED, FAILED)))
    return {(number, parcel or "", kind) for number, parcel, kind in conn.execute(told)}


def known_keys(conn: Connection, keys: Sequence[str]) -> frozenset[str]:
    """Returns those of `keys` that are notices already."""
    found: set[str] = set()
    for start in range(0, len(keys), 500):
        chunk = list(keys[start : start + 500])
        found.update(conn.scalars(select(notices.c.business_key).where(notices.c.business_key.in_(chunk))))
    return frozenset(found)


def due(conn: Connection, now: datetime, limit: int = 500) -> list[NoticeRow]:
    """Reads held notices whose time has come."""
    found = _LOAD.where(IS_HELD, notices.c.not_before <= now)
    return [_row(row) for row in conn.execute(found.order_by(notices.c.not_before).limit(limit))]


def settling(conn: Connection, numbers: Collection[str]) -> list[NoticeRow]:
    """Reads the notices about these orders that are still resting."""
    if not numbers:
        return []
    return [_row(row) for row in conn.execute(_SETTLING, {"numbers": list(numbers)})]


_SETTLING = _LOAD.where(
    notices.c.order_number.in_(bindparam("numbers", expanding=True)), IS_HELD, notices.c.reason == SETTLING
)


def rewrite(conn: Connection, changed: Mapping[str, str]) -> None:
    """Changes what notices (by id) say: the planner's notice, as JSON."""
    if changed:
        statement = update(notices).where(notices.c.id == bindparam("row")).values(data=bindparam("data_"))
        conn.execute(statement, [{"row": id_, "data_": data} for id_, data in changed.items()])


def record(
    conn: Connection, notice: NoticeRow, decided: Decided, now: datetime, *, tried: Sequence[str] | None = None
) -> None:
    """Writes a decision and appends it to the trace. `tried`: the keys of addresses that failed for good."""
    conn.execute(_RECORD, [_recorded(notice, decided, now, tried)])


def record_all(conn: Connection, decisions: Sequence[tuple[NoticeRow, Decided]], now: datetime) -> None:
    """Writes decisions as `record` does, for many notices."""
    if decisions:
        conn.execute(_RECORD, [_recorded(notice, decided, now) for notice, decided in decisions])


def note(conn: Connection, notice: NoticeRow, decided: Decided, now: datetime) -> None:
    """Appends to the trace what is worth knowing and changes nothing: what became of a way that was given up."""
    trace = json.dumps([*notice.trace, decided.entry(now)])
    conn.execute(update(notices).where(notices.c.id == notice.id).values(trace=trace))


def _recorded(notice: NoticeRow, decided: Decided, now: datetime, tried: Sequence[str] | None = None) -> dict[str, Any]:
    return {
        "row": notice.id,
        "state_": decided.state,
        "reason_": decided.reason,
        "channel_": decided.channel,
        "until": decided.not_before,
        "deadline": decided.deadline_at,
        "tried_": json.dumps(list(notice.tried if tried is None else tried)),
        "trace_": json.dumps([*notice.trace, decided.entry(now)]),
        "now_": now,
    }


_RECORD = update(notices).where(notices.c.id == bindparam("row"))
_RECORD = _RECORD.values(
    state=bindparam("state_"),
    reason=bindparam("reason_"),
    channel=bindparam("channel_"),
    not_before=bindparam("until"),
    # That it was sent leaves the deadline of its way as it is.
    deadline_at=case((bindparam("state_") == SENT, notices.c.deadline_at), else_=bindparam("deadline", type_=Moment)),
    tried=bindparam("tried_"),
    trace=bindparam("trace_"),
    decided_at=bindparam("now_", type_=Moment),
)


def _row(row: Any) -> NoticeRow:
    values = dict(row._mapping)
    return NoticeRow(**{**values, "tried": tuple(json.loads(values["tried"])), "trace": json.loads(values["trace"])})
