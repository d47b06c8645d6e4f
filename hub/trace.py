"""The way of one message, from webhook to receipt, found by our id or the provider's."""

import json
from typing import Any

from sqlalchemy import Connection, or_, select

from core.content.degradations import told
from storage.desk.tables import cases
from storage.notices.tables import notices
from storage.queues.tables import inbox, outbox, outbox_parts

Step = dict[str, Any]


def trace(conn: Connection, id_: str) -> list[Step]:
    """What happened, oldest first: {at, what, …}. Empty when nobody knows the id. No text, no number."""
    outgoing = _outgoing(conn, id_)
    incoming = _incoming(conn, id_, [row.cause_id for row in outgoing if row.cause_id])
    if incoming and not outgoing:
        outgoing = list(conn.execute(select(outbox).where(outbox.c.cause_id.in_([row.id for row in incoming]))))
    registered = [row.notification_id for row in outgoing if row.notification_id]
    registered += conn.scalars(select(notices.c.id).where(or_(notices.c.id == id_, notices.c.business_key == id_)))
    steps = [step for row in incoming for step in _received(row)]
    steps += [step for notice in dict.fromkeys(registered) for step in _decided(conn, notice)]
    steps += [step for row in outgoing for step in _sent(conn, row)]
    return sorted(steps, key=lambda step: str(step["at"]))


def _outgoing(conn: Connection, id_: str) -> list[Any]:
    part = select(outbox_parts.c.outbox_id).where(or_(outbox_parts.c.id == id_, outbox_parts.c.provider_id == id_))
    notice = select(notices.c.id).where(or_(notices.c.id == id_, notices.c.business_key == id_))
    case = select(cases.c.id).where(cases.c.id == id_)
    return list(
        conn.execute(
            select(outbox).where(
                or_(
                    outbox.c.id == id_,
                    outbox.c.id.in_(part),
                    outbox.c.notification_id.in_(notice),
                    outbox.c.case_id.in_(case),
                )
            )
        )
    )


def _incoming(conn: Connection, id_: str, causes: list[str]) -> list[Any]:
    # A channel's rows are kept as "i:<their id>" (InboundMessage): a receipt with the same id is another row.
    known = [id_, f"i:{id_}", f"u:{id_}"]
    return list(conn.execute(select(inbox).where(or_(inbox.c.id.in_([id_, *causes]), inbox.c.external_id.in_(known)))))


def _received(row: Any) -> list[Step]:
    first = {"at": row.received_at.isoformat(), "what": "received", "id": row.id, "from": row.source, "lane": row.lane}
    if row.error:
        first["note"] = row.error
    if row.handled_at is None:
        return [first]
    what = "dead letter" if row.state == 2 else "handled"
    return [first, {"at": row.handled_at.isoformat(), "what": what, "id": row.id}]


def _decided(conn: Connection, notice_id: str) -> list[Step]:
    row = conn.execute(select(notices).where(notices.c.id == notice_id)).first()
    if row is None:
        return []
    first = {"at": row.created_at.isoformat(), "what": "notice registered", "id": row.id, "kind": row.kind}
    return [first, *({"what": "notice", **entry} for entry in json.loads(row.trace))]


def _sent(conn: Connection, row: Any) -> list[Step]:
    steps: list[Step] = [
        {"at": row.created_at.isoformat(), "what": "queued", "id": row.id, "to": row.channel, "speaker": row.speaker}
    ]
    if row.degradations:
        lost = "; ".join(told(loss) for loss in row.degradations.split(" "))
        at = row.started_at or row.created_at
        steps.append({"at": at.isoformat(), "what": "fitted", "id": row.id, "lost": lost})
    parts = conn.execute(select(outbox_parts).where(outbox_parts.c.outbox_id == row.id).order_by(outbox_parts.c.n))
    for part in parts:
        steps += _part(part)
    if row.finished_at:
        end = {"at": row.finished_at.isoformat(), "what": row.state, "id": row.id, "attempts": row.attempts}
        steps.append({**end, "code": row.code} if row.code else end)
    elif row.state != "sent":
        steps.append({"at": row.not_before.isoformat(), "what": f"{row.state} until then", "code": row.code})
    return steps


def _part(part: Any) -> list[Step]:
    steps: list[Step] = []
    if part.started_at:
        steps.append(
            {
                "at": part.started_at.isoformat(),
                "what": "call",
                "part": part.n + 1,
                "id": part.id,
                "repeats": part.repeats,
            }
        )
    if part.status_at:
        receipt = {"at": part.status_at.isoformat(), "what": f"receipt: {part.status}", "provider_id": part.provider_id}
        steps.append({**receipt, "code": part.code} if part.code else receipt)
    return steps
