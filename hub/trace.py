"""Tells the way of one message, from webhook to receipt, by our id or the provider's; or what there is to follow."""

import json
from contextlib import suppress
from datetime import timedelta
from typing import Any

import msgspec
from sqlalchemy import Connection, select

from core.messages.inbound import InboundMessage, decode_event
from core.people.addresses import mask
from core.shop.promises import Promise
from core.shop.store_events import ShipmentEvent, decode_store_event, event_type
from storage.advice import rows as advice
from storage.conversations import conversations, flow_events, history
from storage.costs.rows import Cost, plain
from storage.desk import audit
from storage.hooks import rows as hooks
from storage.notices.tables import notices
from storage.people.lookup import Meant
from storage.promises import ledger
from storage.queues import inbox, outbox
from storage.queues.tables import outbox as outbox_table
from storage.queues.trace import Trail, follow, told_of
from storage.rules import firings

Step = dict[str, Any]
EARLY = timedelta(days=14)  # that a carrier may tell of a parcel before its order is placed here


def trace(conn: Connection, id_: str) -> list[Step]:
    """Returns what happened, oldest first: {at, what, …}. Empty when nobody knows the id. No text, no number."""
    trail = follow(conn, id_)
    steps = [step for row in trail.incoming for step in _received(row)]
    steps += [_advised(each) for each in advice.about(conn, [row.id for row in trail.incoming])]
    steps += _heard(conn, trail)
    steps += [_hooked(each) for each in hooks.about(conn, [row.id for row in trail.outgoing])]
    steps += [step for row in trail.notices for step in _decided(row)]
    for row in trail.outgoing:
        steps += _queued(row)
        steps += [step for part in trail.parts if part.outbox_id == row.id for step in _part(part)]
        steps += _ended(row)
    steps += map(_charged, trail.costs)
    told = ledger.about(conn, messages=[row.id for row in trail.outgoing]) if trail.outgoing else []
    steps += [step for each in told for step in _promised(each)]
    return sorted(steps, key=lambda step: str(step["at"]))


def story(conn: Connection, meant: Meant, limit: int) -> list[Step]:
    """Lists the last messages, notices, posts and store's events of what is meant, oldest first, each with the id to
    `trace`.

    No text, no number: {at, what, id, state, reason, …}.
    """
    said = history.said(conn, meant.conversation_ids, limit, meant.since)
    promised = [step for each in _promises(conn, meant, limit) for step in _promised(each)]
    steps = [*map(_said, said), *_notices(conn, meant, limit), *_posts(conn, meant, limit), *promised]
    steps += _told(conn, meant, limit)
    steps += _fired(conn, meant, limit)
    steps += _done(conn, meant, limit)
    told = sorted(steps, key=lambda step: str(step["at"]))[-limit:]
    places = filter(None, (conversations.by_id(conn, id_) for id_ in meant.conversation_ids))
    return [*map(_place, places), *({k: v for k, v in step.items() if v} for step in told)]


def _told(conn: Connection, meant: Meant, limit: int) -> list[Step]:
    """Lists which system told what of the order: the shop, a carrier; of a parcel its state, and since when."""
    if not meant.order_number:
        return []
    since = meant.since - EARLY if meant.since else None
    return [_event(row) for row in told_of(conn, meant.order_number, since, limit)]


def _event(row: Any) -> Step:
    step = {"at": row.received_at.isoformat(), "what": "told", "id": row.id, "from": row.account}
    with suppress(msgspec.ValidationError):
        event = decode_store_event(row.payload)
        step |= {"type": event_type(event), "since": event.at.isoformat()}
        if isinstance(event, ShipmentEvent):
            told = event.shipment
            step |= {"status": told.status.value, "word": told.sub_status, "incident": told.incident}
    return step


def _said(each: history.Said) -> Step:
    return {
        "at": each.at.isoformat(),
        "what": "message",
        "id": each.id,
        "by": each.by,
        "state": each.state,
        "reason": each.reason,
        "provider_id": ", ".join(each.provider_ids),
        "notice": each.notice_id,
    }


def _place(who: conversations.Conversation) -> Step:
    last = who.last_inbound_at.isoformat() if who.last_inbound_at else None
    return {"at": last, "what": "conversation", "id": who.id, "with": mask(who.value), "on": who.channel} | {
        "state": who.owner if who.in_use else "closed"
    }


def _notices(conn: Connection, meant: Meant, limit: int) -> list[Step]:
    of_order = notices.c.order_number == meant.order_number
    of_people = notices.c.customer_id.in_(meant.customer_ids)
    asked = select(notices).where(of_order if meant.order_number else of_people).order_by(notices.c.id.desc())
    return [
        {"at": row.created_at.isoformat(), "what": "notice", "id": row.id, "kind": row.kind, "state": row.state}
        | {"reason": row.reason, "order": row.order_number, "channel": row.channel}
        for row in conn.execute(asked.limit(limit))
    ]


def _promises(conn: Connection, meant: Meant, limit: int) -> list[Promise]:
    if meant.order_number:
        return ledger.about(conn, order_number=meant.order_number, limit=limit)
    return ledger.of_customers(conn, meant.customer_ids, limit) if meant.customer_ids else []


def _promised(each: Promise) -> list[Step]:
    """Tells that a date was told, and what became of it."""
    told = each.promised
    due = told.on.isoformat() if told.on else told.due.isoformat()
    what = {"id": each.id, "purpose": told.purpose.value, "due": due}
    first = {"at": each.told_at.isoformat(), "what": "promised", **what, "by": told.source, "message": each.message_id}
    first |= {"order": told.order_number, "about": f"{told.matter.value} {told.matter_id}" if told.matter_id else ""}
    if each.closed_at is None:
        return [first]
    end = {"at": each.closed_at.isoformat(), "what": f"promise {each.state.value}", "by": each.closed_by}
    return [first, {**end, **what}]


def _fired(conn: Connection, meant: Meant, limit: int) -> list[Step]:
    """Lists what the store's rules did about it, or were kept from doing, with the facts that made them true."""
    if meant.order_number:
        found = firings.of_order(conn, meant.order_number, limit)
    elif meant.case_id:
        found = firings.of_case(conn, meant.case_id, limit)
    else:
        found = firings.of_customers(conn, meant.customer_ids, limit)
    return [
        {"at": each.at.isoformat(), "what": f"rule {each.state}", "id": each.id, "rule": each.rule}
        | {"subject": f"{each.subject} {each.subject_id}", "on": each.event, "reason": each.reason}
        | {"because": each.facts, "did": each.did, "digest": each.digest}
        | {"depth": each.depth if each.depth > 1 else None}
        for each in found
    ]


def _done(conn: Connection, meant: Meant, limit: int) -> list[Step]:
    """Lists what was done to the case by people and clocks, or left undone and why, as the audit log has it."""
    done = audit.listed(conn, object_=f"{audit.CASE}{meant.case_id}", limit=limit) if meant.case_id else []
    return [
        {"at": each.at.isoformat(), "what": each.action, "id": each.id, "by": each.actor}
        | {"reason": (each.data or {}).get("reason")}
        for each in done
    ]


def _posts(conn: Connection, meant: Meant, limit: int) -> list[Step]:
    """Lists what was posted to the desk about the case: a thread that is gone shows here."""
    if not meant.case_id:
        return []
    box = outbox_table.c
    later = box.id >= meant.case_id  # nothing of a case is older than the case, and the table is long
    asked = select(outbox_table).where(later, box.case_id == meant.case_id, box.lane == outbox.DESK)
    return [
        {"at": row.created_at.isoformat(), "what": "post", "id": row.id, "to": row.channel, "state": row.state}
        | {"reason": row.code}
        for row in conn.execute(asked.order_by(box.id.desc()).limit(limit))
    ]


def _received(row: Any) -> list[Step]:
    first = {"at": row.received_at.isoformat(), "what": "received", "id": row.id, "from": row.source, "lane": row.lane}
    if row.error:
        first["note"] = row.error
    if '"referral"' in row.payload:
        first |= _came(row)
    if row.handled_at is None:
        return [first]
    what = "dead letter" if row.state == inbox.DEAD else "handled"
    return [first, {"at": row.handled_at.isoformat(), "what": what, "id": row.id}]


def _came(row: Any) -> Step:
    """Tells by which ad or link a customer came: ids and our own word, nothing that anybody wrote."""
    event = decode_event(row.payload) if row.lane == inbox.CONVERSATION else None
    came = event.referral if isinstance(event, InboundMessage) else None
    if came is None:
        return {}
    known = {
        "came_by": came.source,
        "source_id": came.id,
        "ref": came.ref,
        "click_id": came.click_id,
        "via": came.via,
        "post_id": came.post_id,
        "product_id": came.product_id,
    }
    return {key: value for key, value in known.items() if value}


def _heard(conn: Connection, trail: Trail) -> list[Step]:
    """Lists what flows made of what came in: what it was read as, what began, what was asked."""
    causes = {row.id for row in trail.incoming}
    answers = [row.id for row in trail.outgoing if row.cause_id in causes]
    return [_flow(each) for each in flow_events.behind(conn, answers)] if answers else []


def _flow(event: flow_events.Event) -> Step:
    at = event.at.isoformat()
    if event.name == flow_events.READ:
        intent, p = event.likely
        return {"at": at, "what": "understood", "outcome": event.step, "intent": intent, "p": p}
    told = {"at": at, "what": "flow", "event": event.name, "flow": event.flow, "step": event.step}
    return {**told, "reason": event.detail}


def _advised(asked: advice.Asked) -> Step:
    told = {"at": asked.asked_at.isoformat(), "what": "language model asked", "id": asked.inbox_id}
    return told | {"result": asked.result, "chose": asked.chosen or None, "calls": asked.calls, "ms": asked.ms}


def _hooked(asked: hooks.Ask) -> Step:
    told = {"at": asked.created_at.isoformat(), "what": f"{asked.kind} asked", "id": asked.post_id}
    languages = {"from": asked.spoken or None, "into": asked.language or None}
    result = {"result": asked.result or asked.state, "calls": asked.calls, "ms": asked.ms}
    return told | languages | result | {"shown": asked.shown_id}


def _decided(row: Any) -> list[Step]:
    first = {"at": row.created_at.isoformat(), "what": "notice registered", "id": row.id, "kind": row.kind}
    return [first, *({"what": "notice", **entry} for entry in json.loads(row.trace))]


def _queued(row: Any) -> list[Step]:
    queued = {
        "at": row.created_at.isoformat(),
        "what": "queued",
        "id": row.id,
        "to": row.channel,
        "speaker": row.speaker,
    }
    if not row.degradations:
        return [queued]
    lost = row.degradations.split(" ")  # codes of core.content.degradations
    fitted = row.started_at or row.created_at
    return [queued, {"at": fitted.isoformat(), "what": "fitted", "id": row.id, "lost": lost}]


def _charged(cost: Cost) -> Step:
    first = {"at": cost.at.isoformat(), "what": "cost", "id": cost.part_id, "category": cost.category}
    return first | {"amount": plain(cost.amount), "currency": cost.currency, "said_by": cost.source}


def _ended(row: Any) -> list[Step]:
    if row.finished_at:
        end = {"at": row.finished_at.isoformat(), "what": row.state, "id": row.id, "attempts": row.attempts}
        return [{**end, "code": row.code} if row.code else end]
    if row.state == outbox.SENT:
        return []
    return [{"at": row.not_before.isoformat(), "what": f"{row.state} until then", "code": row.code}]


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
