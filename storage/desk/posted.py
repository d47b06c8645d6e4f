"""Finds what of ours stands at the desk about customers: the messages we posted, and the files we uploaded."""

from collections.abc import Collection, Iterator
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import ColumnElement, Connection, select

from storage.desk.tables import case_threads, cases, desk_messages
from storage.queues.copies import Copy
from storage.queues.tables import outbox, outbox_parts
from storage.shop.tables import return_posts, returns

UPLOAD, POST = "upload", "post"
WORDS = frozenset(("card", "customer", "note", "return"))  # tags of posts that are messages of ours


class Posted(NamedTuple):
    """Names a message of ours at the desk, or a file (without a place)."""

    place: str
    id: str


class _Tag(msgspec.Struct):
    type: str = ""


def of_customers(conn: Connection, ids: Collection[str]) -> list[Posted]:
    """Lists what we posted in the cases and about the returns of these customers, the oldest first."""
    mine = cases.c.customer_id.in_(ids)
    known = set(conn.execute(select(cases.c.place, cases.c.thread).where(mine, cases.c.thread.is_not(None))))
    earlier = select(case_threads.c.place, case_threads.c.thread).join(cases, cases.c.id == case_threads.c.case_id)
    known.update(conn.execute(earlier.where(mine)))
    about = select(return_posts.c.place, return_posts.c.message).join(returns, returns.c.id == return_posts.c.return_id)
    # Without a place of its own it stands in its case's thread, and is found there.
    apart = (return_posts.c.place != "", return_posts.c.message.is_not(None))
    known.update(conn.execute(about.where(returns.c.customer_id.in_(ids), *apart)))
    found = {Posted(place, id_) for place, id_ in known if id_}
    found.update(_sent(conn, outbox.c.case_id.in_(select(cases.c.id).where(mine))))
    return sorted(found, key=lambda each: (each.id, each.place))


def of_posts(conn: Connection, outbox_ids: Collection[str]) -> list[Posted]:
    """Lists what these rows of the outbox put there."""
    return sorted(set(_sent(conn, outbox.c.id.in_(outbox_ids))), key=lambda each: (each.id, each.place))


def row_of(conn: Connection, case_id: str, place: str, message: str) -> Copy | None:
    """Finds the row of the outbox that posted this message in a case, which is there; None for others' messages."""
    mine = (outbox.c.case_id == case_id, cases.c.place == place, outbox_parts.c.provider_id == message)
    asked = (
        select(outbox.c.id, outbox.c.key, outbox.c.payload, outbox.c.cause_id, outbox_parts.c.payload.label("part"))
        .join(outbox_parts, outbox_parts.c.outbox_id == outbox.c.id)
        .join(cases, cases.c.id == outbox.c.case_id)
        .where(*mine, outbox_parts.c.call == POST)
    )
    row = conn.execute(asked).first()
    return Copy(*row[:4]) if row else None


def of_agents(conn: Connection, ids: Collection[str]) -> list[Posted]:
    """Lists what agents wrote in the cases of these customers: their own messages, which we cannot delete."""
    theirs = desk_messages.c.case_id.in_(select(cases.c.id).where(cases.c.customer_id.in_(ids)))
    found = select(desk_messages.c.place, desk_messages.c.message).where(theirs).order_by(desk_messages.c.id)
    return [Posted(*row) for row in conn.execute(found)]


def _sent(conn: Connection, which: ColumnElement[bool]) -> Iterator[Posted]:
    """Reads what Slack took of such rows. A case that moved has its earlier posts where it was."""
    columns = (outbox.c.payload.label("post"), outbox_parts.c.payload, outbox_parts.c.call, outbox_parts.c.provider_id)
    asked = (
        select(*columns, cases.c.id.label("case_id"), cases.c.place)
        .join(outbox_parts, outbox_parts.c.outbox_id == outbox.c.id)
        .join(cases, cases.c.id == outbox.c.case_id)
        .where(which, outbox.c.lane == "desk", outbox_parts.c.provider_id.is_not(None))
    )
    rows = list(conn.execute(asked))
    before: dict[str, set[str]] = {}
    for case_id, place in conn.execute(
        select(case_threads.c.case_id, case_threads.c.place).where(
            case_threads.c.case_id.in_({row.case_id for row in rows})
        )
    ):
        before.setdefault(case_id, set()).add(place)
    for row in rows:
        if row.call == UPLOAD:
            yield Posted("", row.provider_id)
        elif row.provider_id and _is_ours(row):
            yield from (Posted(place, row.provider_id) for place in {row.place, *before.get(row.case_id, ())})


def _is_ours(row: Any) -> bool:
    """Tells whether a call posted a message; a mark has the id of the agent's."""
    own = msgspec.json.decode(row.payload, type=_Tag).type if row.payload else ""
    return (own or msgspec.json.decode(row.post, type=_Tag).type) in WORDS
