"""Exports or erases everything kept about one customer."""

from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, and_, delete, or_, select, update

from core.ids import new_id
from core.people.addresses import e164, spellings
from core.people.conversations import UNRESOLVED, CaseState
from storage.desk import ends
from storage.desk.tables import audit, cases, desk_messages, ratings
from storage.hooks import rows as hooks
from storage.insight import measures
from storage.media import files
from storage.media.tables import media
from storage.notices.tables import notices
from storage.outgoing import rows as outgoing_rows
from storage.outgoing.tables import outgoing
from storage.people import families, merges, naming
from storage.people.tables import addresses, consents, conversations, customers, messages, one_time_codes
from storage.promises.tables import promises
from storage.queues import mails, waits
from storage.queues.tables import inbox, outbox, outbox_parts
from storage.rules.tables import rule_firings
from storage.search import index as search
from storage.shop.tables import orders, refunds, returns, stock_alerts, tags

GONE = "erased"
_FILE = (
    media.c.id,
    media.c.kind,
    media.c.mime,
    media.c.filename,
    media.c.size,
    media.c.sha256,
    media.c.state,
    media.c.created_at,
    media.c.expires_at,
    media.c.cards,
)
_REQUEST = [outgoing.c[name] for name in ("id", "type", "order_number", "body", "state", "reason", "created_at")]
_IS_REQUEST = outgoing.c.kind == outgoing_rows.REQUEST
_WRITTEN = [desk_messages.c[name] for name in ("case_id", "user", "at", "state", "text")]  # by agents, notes too
_MESSAGES = select(messages).order_by(messages.c.id)


def find(conn: Connection, word: str) -> str | None:
    """Finds the customer with this id, store id, e-mail, phone or address; returns the id, None when there is none."""
    phone = e164(word) or word
    told = select(customers.c.id).where(
        or_(
            customers.c.id == word,
            customers.c.store_id == word,
            customers.c.email == word.lower(),
            customers.c.phone == phone,
        )
    )
    reached = or_(addresses.c.phone == phone, addresses.c.value == word, addresses.c.key == word)
    found = conn.scalar(told.order_by(customers.c.id)) or conn.scalar(
        select(addresses.c.customer_id).where(reached).order_by(addresses.c.customer_id).limit(1)
    )
    return families.survivors(conn, [found])[found] if found else None


def export(conn: Connection, id_: str) -> dict[str, Any]:
    """Collects the customer's rows by table, without what only works inside (payloads, sessions)."""
    ids = families.members(conn, id_)
    values = list(conn.scalars(select(addresses.c.value).where(addresses.c.customer_id.in_(ids))))
    return {
        "customer": _rows(conn, select(customers).where(customers.c.id.in_(ids)).order_by(customers.c.id != id_)),
        "merges": msgspec.to_builtins(merges.of_customers(conn, ids)),
        "addresses": _rows(conn, select(addresses).where(addresses.c.customer_id.in_(ids))),
        "messages": _whole(conn, "shared", _MESSAGES.where(messages.c.customer_id.in_(ids))),
        "files": _whole(conn, "cards", select(*_FILE).where(media.c.customer_id.in_(ids)).order_by(media.c.id)),
        "orders": _rows(conn, select(orders).where(orders.c.customer_id.in_(ids))),
        "returns": _rows(conn, select(returns).where(returns.c.customer_id.in_(ids))),
        "requests": _whole(conn, "body", select(*_REQUEST).where(outgoing.c.customer_id.in_(ids), _IS_REQUEST)),
        "refunds": _rows(conn, select(refunds).where(refunds.c.order_number.in_(_numbers_of(ids)))),
        "cases": _whole(conn, "details", select(cases).where(cases.c.customer_id.in_(ids))),
        "desk": _rows(conn, select(*_WRITTEN).where(desk_messages.c.case_id.in_(_cases_of(ids)))),
        "ratings": _rows(conn, select(ratings).where(ratings.c.customer_id.in_(ids))),
        "stock_alerts": _rows(conn, select(stock_alerts).where(stock_alerts.c.customer_id.in_(ids))),
        "tags": _rows(conn, select(tags).where(tags.c.customer_id.in_(ids)).order_by(tags.c.id)),
        "rules": _whole(conn, "facts", select(rule_firings).where(rule_firings.c.customer_id.in_(ids))),
        "promises": _rows(conn, select(promises).where(promises.c.customer_id.in_(ids))),
        "notices": _rows(conn, select(notices).where(notices.c.customer_id.in_(ids))),
        "consents": _rows(conn, select(consents).where(consents.c.subject.in_(values)).order_by(consents.c.id)),
    }


def erase(conn: Connection, id_: str, now: datetime, actor: str = "cli") -> dict[str, int]:
    """Removes words, names and addresses; counts and states stay, and so does a STOP. Returns what was removed.

    Their files are due for removal from now on: `hub.media.expiry.expire` removes their contents.
    """
    own = families.members(conn, id_)
    spoken = list(
        conn.execute(select(conversations.c.id, conversations.c.key).where(conversations.c.customer_id.in_(own)))
    )
    ids = [conversation for conversation, _ in spoken]
    keys = {key for _, key in spoken}
    keys.update(conn.scalars(select(addresses.c.key).where(addresses.c.customer_id.in_(own))))
    said = select(messages.c.id).where(messages.c.customer_id.in_(own))
    posts = list(
        conn.scalars(
            select(outbox.c.id).where(
                or_(outbox.c.key.in_(keys), outbox.c.case_id.in_(_cases_of(own)), outbox.c.id.in_(said))
            )
        )
    )
    counted = {
        "files": sum(files.forget(conn, each, ids, now) for each in own),
        "messages": conn.execute(delete(messages).where(messages.c.customer_id.in_(own))).rowcount,
        "received": conn.execute(
            delete(inbox).where(or_(inbox.c.key.in_([*keys, *_lanes_of(conn, own)]), *_given_up(conn, own)))
        ).rowcount,
        "parts": conn.execute(delete(outbox_parts).where(outbox_parts.c.outbox_id.in_(posts))).rowcount,
        "queued": conn.execute(delete(outbox).where(outbox.c.id.in_(posts))).rowcount,
        "desk messages": conn.execute(
            delete(desk_messages).where(desk_messages.c.case_id.in_(_cases_of(own)))
        ).rowcount,
        "codes": _forget_codes(conn, ids),
        "stock alerts": conn.execute(delete(stock_alerts).where(stock_alerts.c.customer_id.in_(own))).rowcount,
        "tags": conn.execute(delete(tags).where(tags.c.customer_id.in_(own))).rowcount,
        "promises": conn.execute(delete(promises).where(promises.c.customer_id.in_(own))).rowcount,
        "addresses": conn.execute(delete(addresses).where(addresses.c.customer_id.in_(own))).rowcount,
        "conversations": conn.execute(delete(conversations).where(conversations.c.id.in_(ids))).rowcount,
    }
    measures.forget(conn, own, ids)
    search.forget(conn, ids)  # after the messages: whoever makes them be found holds them until then
    hooks.forget_cases(conn, _cases_of(own))
    conn.execute(update(cases).where(cases.c.customer_id.in_(own)).values(summary=GONE, details="{}", waits_for=""))
    _end_cases(conn, own, now)
    conn.execute(update(rule_firings).where(rule_firings.c.customer_id.in_(own)).values(facts="{}"))
    conn.execute(update(notices).where(notices.c.customer_id.in_(own)).values(data="{}", state="skipped"))
    conn.execute(
        update(orders)
        .where(orders.c.customer_id.in_(own))
        .values(phone=None, buyer="{}", shipping="{}", extra=None, details=None, postcode_form=None)
    )
    _erase_requests(conn, own, now)
    waits.forget(conn, ids)
    conn.execute(update(returns).where(returns.c.customer_id.in_(own)).values(told=None, details=None))
    merges.forget(conn, own)
    told = dict.fromkeys(("locale", "language", "timezone", "tier"), "")
    cleared = {"store_id": None, "name": GONE, "email": None, "phone": None, **told}
    cleared |= {"named": GONE, "points": None, "points_at": None, "account": None, "told_at": None, "prefers": None}
    conn.execute(update(customers).where(customers.c.id.in_(own)).values(**cleared))
    naming.forget(conn, own)  # after that: whoever makes a name be found holds its customer until then
    entry = {"id": new_id(now), "at": now, "actor": actor, "action": "erase", "object": f"customer:{id_}", "data": None}
    conn.execute(audit.insert(), entry)
    return counted


def _end_cases(conn: Connection, ids: list[str], now: datetime) -> None:
    """Resolves the customer's cases: nobody could be answered."""
    still = cases.c.customer_id.in_(ids), cases.c.state.in_(UNRESOLVED)
    held = select(cases.c.id, cases.c.claimed_by, cases.c.topic).where(*still)
    for case_id, agent, topic in conn.execute(held).all():
        ends.note(conn, case_id, CaseState.RESOLVED, agent or "", topic, now)
    conn.execute(update(cases).where(*still).values(state=CaseState.RESOLVED.value, resolved_at=now))


def _erase_requests(conn: Connection, ids: list[str], now: datetime) -> None:
    """Empties what the store was asked for; what it was not told yet it will not be told."""
    asked = (outgoing.c.customer_id.in_(ids), _IS_REQUEST)
    ended = {"state": outgoing_rows.FAILED, "code": GONE, "finished_at": now}
    conn.execute(
        update(outgoing).where(*asked, outgoing.c.state.in_((*outgoing_rows.OPEN, outgoing_rows.HELD))).values(ended)
    )
    conn.execute(update(outgoing).where(*asked).values(body=outgoing_rows.ERASED, reason=None))


def _forget_codes(conn: Connection, ids: list[str]) -> int:
    """Removes what is left of one-time codes that these conversations asked for, and e-mails with them."""
    asked = list(conn.scalars(select(one_time_codes.c.id).where(one_time_codes.c.conversation_id.in_(ids))))
    if asked:
        mails.forget_about(conn, asked)
    return conn.execute(delete(one_time_codes).where(one_time_codes.c.id.in_(asked))).rowcount


def _lanes_of(conn: Connection, ids: list[str]) -> list[str]:
    """Lists ordering keys of what the store told of their orders and what agents wrote in their threads."""
    named = conn.execute(select(orders.c.number, orders.c.store_id).where(orders.c.customer_id.in_(ids)))
    numbers = [name for row in named for name in row if name]
    threads = conn.execute(select(cases.c.place, cases.c.thread).where(cases.c.customer_id.in_(ids)))
    return [f"order:{number}" for number in numbers] + [f"desk:{place}:{thread}" for place, thread in threads]


def _given_up(conn: Connection, ids: list[str]) -> list[ColumnElement[bool]]:
    """Selects what came in from the customer's numbers until they gave them up; later it is somebody else's."""
    changes = [each for each in merges.of_customers(conn, ids) if each.moved.get("phone")]
    return [
        and_(inbox.c.key.endswith(f":{written}", autoescape=True), inbox.c.received_at <= change.at)
        for change in changes
        for written in spellings(change.moved["phone"][0])
    ]


def _numbers_of(ids: list[str]) -> Any:
    return select(orders.c.number).where(orders.c.customer_id.in_(ids))


def _cases_of(ids: list[str]) -> Any:
    return select(cases.c.id).where(cases.c.customer_id.in_(ids))


def _whole(conn: Connection, column: str, query: Any) -> list[dict[str, Any]]:
    """Reads rows with a column of JSON: what was shared, in full."""
    return [{**row, column: msgspec.json.decode(row[column])} if row[column] else row for row in _rows(conn, query)]


def _rows(conn: Connection, query: Any) -> list[dict[str, Any]]:
    return [msgspec.to_builtins(dict(row._mapping)) for row in conn.execute(query)]
