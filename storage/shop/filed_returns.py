"""Keeps how returns are decided: by whom, in which case, what the warehouse counted, and their messages at the desk."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, select, update

from core.shop.return_steps import Counted
from core.shop.return_tracks import Tracks, of_record
from core.shop.returns import ReturnRecord
from storage.engine.store import Store
from storage.shop.returns import record_of
from storage.shop.tables import orders, return_posts, returns

_COUNTS = msgspec.json.Decoder(dict[str, Counted])


class Filed(msgspec.Struct, frozen=True):
    """Holds a return as it stands, with what is known here of its decision. `record.id` is for people."""

    id: str
    record: ReturnRecord
    store_id: str
    customer_id: str
    conversation_id: str
    case_id: str
    decided_by: str
    request: str
    details: Mapping[str, Any]
    counts: Mapping[str, Counted]
    created_at: datetime

    @property
    def tracks(self) -> Tracks:
        """Returns where it stands on its three tracks."""
        return of_record(self.record)


def hold(conn: Connection, order_number: str) -> None:
    """Keeps others from changing an order and its returns until the transaction ends. Whoever decides on a return does
    this first: order, returns, requests to the store, in this sequence, so that nobody waits for each other."""
    conn.execute(select(orders.c.number).where(orders.c.number == order_number).with_for_update()).all()
    conn.execute(select(returns.c.id).where(returns.c.order_number == order_number).with_for_update()).all()


def by_id(conn: Connection, id_: str) -> Filed | None:
    """Reads a return."""
    row = conn.execute(select(returns).where(returns.c.id == id_)).first()
    return _filed(row) if row else None


def by_reference(conn: Connection, order_number: str, reference: str) -> Filed | None:
    """Reads an order's return by our number for it."""
    named = (returns.c.order_number == order_number, returns.c.reference == reference)
    row = conn.execute(select(returns).where(*named).order_by(returns.c.id.desc()).limit(1)).first()
    return _filed(row) if row else None


def named(conn: Connection, name: str) -> Filed | None:
    """Reads a return by our number for it, else by the store's or its row's id; the newest where several have it."""
    for column in (returns.c.reference, returns.c.store_id, returns.c.id):
        row = conn.execute(select(returns).where(column == name).order_by(returns.c.id.desc()).limit(1)).first()
        if row:
            return _filed(row)
    return None


def of_case(conn: Connection, case_id: str) -> list[Filed]:
    """Reads the returns that a case is about, oldest first."""
    found = select(returns).where(returns.c.case_id == case_id).order_by(returns.c.id)
    return [_filed(row) for row in conn.execute(found)]


def keep(conn: Connection, filed: Filed, record: ReturnRecord, **columns: Any) -> Filed:
    """Keeps a return as it stands now; `columns` are decided_by, request, counts, store_id."""
    values = {
        "state": record.state.value,
        "resolution": record.resolution,
        "lines": msgspec.json.encode(record.lines).decode(),
        "told": msgspec.json.encode(record).decode(),
    }
    told = {**columns, "counts": msgspec.json.encode(columns["counts"]).decode()} if "counts" in columns else columns
    conn.execute(update(returns).where(returns.c.id == filed.id).values(**values, **told))
    return msgspec.structs.replace(filed, record=record, **columns)


class TeamPost(msgspec.Struct, frozen=True):
    """Holds where a team's message of a return stands at the desk; `message` is none until it was taken."""

    return_id: str
    team: str
    place: str
    message: str


def add_post(conn: Connection, store: Store, return_id: str, team: str, place: str) -> None:
    """Notes that a team has a message of a return there; the first one counts."""
    conn.execute(store.insert(return_posts), {"return_id": return_id, "team": team, "place": place, "message": None})


def posts_of(conn: Connection, return_id: str) -> Sequence[TeamPost]:
    """Lists the messages that teams have of a return."""
    found = select(return_posts).where(return_posts.c.return_id == return_id).order_by(return_posts.c.team)
    return [TeamPost(row.return_id, row.team, row.place, row.message or "") for row in conn.execute(found)]


def posted(conn: Connection, return_id: str, team: str, message: str) -> None:
    """Keeps which message of the desk it is."""
    ours = (return_posts.c.return_id == return_id, return_posts.c.team == team)
    conn.execute(update(return_posts).where(*ours).values(message=message))


def forget_post(conn: Connection, return_id: str, team: str) -> bool:
    """Forgets a team's message that is gone; where it had none, its channel, which is closed. False where it has
    neither: then there is no other place for it."""
    kept = post_of(conn, return_id, team)
    if kept is None or not (kept.message or kept.place):
        return False
    ours = (return_posts.c.return_id == return_id, return_posts.c.team == team)
    gone = {"message": None} if kept.message else {"place": ""}
    conn.execute(update(return_posts).where(*ours).values(gone))
    return True


def post_of(conn: Connection, return_id: str, team: str) -> TeamPost | None:
    """Reads where the message stands that a team has of a return."""
    return next((each for each in posts_of(conn, return_id) if each.team == team), None)


def _filed(row: Row[Any]) -> Filed:
    named = row.reference or row.id
    return Filed(
        id=row.id,
        record=record_of(row.told, named, row.order_number, row.state, row.resolution, row.lines, row.created_at),
        store_id=row.store_id or "",
        customer_id=row.customer_id or "",
        conversation_id=row.conversation_id or "",
        case_id=row.case_id or "",
        decided_by=row.decided_by or "",
        request=row.request or "",
        details=msgspec.json.decode(row.details) if row.details else {},
        counts=_COUNTS.decode(row.counts) if row.counts else {},
        created_at=row.created_at,
    )
