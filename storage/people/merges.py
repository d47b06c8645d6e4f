"""Merges two customers who turn out to be one, and keeps what moved, so that an operator can take it back.

The row of the one that is gone stays and points to the one that is kept (`customers.merged_into`, never two steps
away), so that whoever holds their old id, number or store account still finds them.
"""

import json
from collections.abc import Collection
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Column, ColumnElement, Connection, Table, and_, or_, select, update

from core.ids import new_id
from storage.desk.tables import cases, ratings
from storage.media.tables import media
from storage.notices.tables import notices
from storage.outgoing.tables import outgoing
from storage.people import families, numbers
from storage.people.tables import addresses, conversations, customers, merges, messages
from storage.promises.tables import promises
from storage.rules.tables import rule_firings
from storage.shop.tables import orders, returns, stock_alerts, tags


class Merge(msgspec.Struct, frozen=True):
    """One merge. `moved` has the keys by table, and what the kept customer took over ("taken": columns)."""

    id: str
    kept_id: str
    gone_id: str
    reason: str
    moved: dict[str, list[str]]
    at: datetime
    undone_at: datetime | None


# What belongs to a customer, with the column that names it. Messages follow their conversation.
_OWNED: dict[str, tuple[Table, Column[Any]]] = {
    "addresses": (addresses, addresses.c.key),
    "conversations": (conversations, conversations.c.id),
    "orders": (orders, orders.c.number),
    "media": (media, media.c.id),
    "cases": (cases, cases.c.id),
    "ratings": (ratings, ratings.c.id),
    "returns": (returns, returns.c.id),
    "notifications": (notices, notices.c.id),
    "outgoing": (outgoing, outgoing.c.id),
    "stock_alerts": (stock_alerts, stock_alerts.c.id),
    "rule_firings": (rule_firings, rule_firings.c.id),
    "tags": (tags, tags.c.id),
    "promises": (promises, promises.c.id),
}
# Of a conversation wherever it goes, also when they came after the merge.
_OF_CONVERSATION = ("cases", "ratings", "returns", "media", "outgoing", "stock_alerts")
_FACTS: dict[str, Any] = {
    "store_id": None,
    "name": "",
    "email": None,
    "phone": None,
    "locale": "",
    "language": "",
    "timezone": "",
    "tier": "",
    "points": None,
    "points_at": None,
    "account": None,
    "told_at": None,
    "prefers": None,
    "closed_told_at": None,
    "blocked_until": None,
}


def merge(conn: Connection, kept_id: str, gone_id: str, reason: str, now: datetime) -> str:
    """Makes one customer of two and returns the merge's id.

    The kept one takes over what is not known of them (name, e-mail, …). Raises LookupError for a customer who does not
    exist, ValueError when they are one already.
    """
    now_is = _locked(conn, (kept_id, gone_id))
    kept, gone = now_is[kept_id], now_is[gone_id]
    if kept == gone:
        raise ValueError("they are one customer already")
    moved = _move_all(conn, kept, gone)
    moved["taken"] = _take_over(conn, kept, gone)
    pointing = families.members(conn, gone)
    conn.execute(update(customers).where(customers.c.id.in_(pointing)).values(merged_into=kept))
    return _record(conn, kept, gone, reason, moved, now)


def unmerge(conn: Connection, merge_id: str, now: datetime) -> Merge:
    """Takes a merge back: everything that moved, and what came into the moved conversations since.

    Raises LookupError when there is no such merge, ValueError with the reason when it cannot be taken back.
    """
    row = conn.execute(select(merges).where(merges.c.id == merge_id).with_for_update()).first()
    if row is None:
        raise LookupError("there is no such merge")
    taken = _merge(row)
    _locked(conn, (taken.kept_id, taken.gone_id))
    _check(conn, taken)
    conn.execute(update(merges).where(merges.c.id == merge_id).values(undone_at=now))
    own = families.members(conn, taken.gone_id)
    conn.execute(update(customers).where(customers.c.id.in_(own)).values(merged_into=taken.gone_id))
    conn.execute(update(customers).where(customers.c.id == taken.gone_id).values(merged_into=None))
    _give_back(conn, taken)
    _part_addresses(conn, taken)
    return taken


def of_customers(conn: Connection, ids: Collection[str]) -> list[Merge]:
    """Lists merges and changes of number of these customers, oldest first, those taken back too."""
    concerned = or_(merges.c.kept_id.in_(ids), merges.c.gone_id.in_(ids))
    return [_merge(row) for row in conn.execute(select(merges).where(concerned).order_by(merges.c.id))]


def conversations_by(conn: Connection, customer_id: str, reason: str) -> set[str]:
    """Lists the conversations that the customer has by merges of this reason."""
    into = merges.c.kept_id.in_(families.members(conn, customer_id))
    found = select(merges.c.moved).where(into, merges.c.reason == reason, merges.c.undone_at.is_(None))
    return {id_ for moved in conn.scalars(found) for id_ in json.loads(moved).get("conversations", ())}


def forget(conn: Connection, ids: Collection[str]) -> None:
    """Removes what the records say of these customers; they cannot be parted any more."""
    concerned = or_(merges.c.kept_id.in_(ids), merges.c.gone_id.in_(ids))
    conn.execute(update(merges).where(concerned).values(moved="{}"))


def _locked(conn: Connection, ids: Collection[str]) -> dict[str, str]:
    """Finds who they are now, locked with their conversations: these first, as a turn does it that is being written."""
    while True:
        now_is = families.survivors(conn, ids)
        own = list(now_is.values())
        spoken = select(conversations.c.id).where(conversations.c.customer_id.in_(own)).order_by(conversations.c.id)
        conn.execute(spoken.with_for_update()).all()
        rows = select(customers.c.merged_into).where(customers.c.id.in_(own)).order_by(customers.c.id)
        if not any(conn.scalars(rows.with_for_update()).all()):
            return now_is


def _move_all(conn: Connection, kept: str, gone: str) -> dict[str, list[str]]:
    moved = {}
    for name, (table, key) in _OWNED.items():
        own = table.c.customer_id == gone
        moved[name] = list(conn.scalars(select(key).where(own)))
        if moved[name]:
            conn.execute(update(table).where(own).values(customer_id=kept))
    given_up = and_(merges.c.kept_id == gone, merges.c.reason == numbers.CHANGED)
    moved["numbers"] = list(conn.scalars(select(merges.c.id).where(given_up)))
    conn.execute(update(merges).where(given_up).values(kept_id=kept, gone_id=kept))
    moved["messages"] = moved["conversations"]
    spoken = messages.c.conversation_id.in_(moved["conversations"])
    moved["stayed"] = list(conn.scalars(select(messages.c.id).where(spoken, messages.c.customer_id == kept)))
    conn.execute(update(messages).where(spoken, messages.c.customer_id == gone).values(customer_id=kept))
    return moved


def _take_over(conn: Connection, kept: str, gone: str) -> list[str]:
    """Takes over what the kept customer has no word of; only the store's id, being unique, leaves the other."""
    known, new = _facts(conn, kept), _facts(conn, gone)
    taken = {column: new[column] for column in _FACTS if new[column] and not known[column]}
    if "store_id" in taken:
        conn.execute(update(customers).where(customers.c.id == gone).values(store_id=None))
    if taken:
        conn.execute(update(customers).where(customers.c.id == kept).values(taken))
    return list(taken)


def _facts(conn: Connection, id_: str) -> dict[str, Any]:
    found = select(*(customers.c[column] for column in _FACTS)).where(customers.c.id == id_)
    return dict(conn.execute(found).one()._mapping)


def _record(conn: Connection, kept: str, gone: str, reason: str, moved: dict[str, list[str]], now: datetime) -> str:
    row = {"id": new_id(now), "kept_id": kept, "gone_id": gone, "reason": reason, "moved": json.dumps(moved), "at": now}
    conn.execute(merges.insert(), row)
    return str(row["id"])


def _merge(row: Any) -> Merge:
    return Merge(**{**row._mapping, "moved": json.loads(row.moved)})


def _check(conn: Connection, taken: Merge) -> None:
    """Raises ValueError unless this merge can be taken back now."""
    if taken.undone_at:
        raise ValueError("this merge was taken back already")
    if taken.reason == numbers.CHANGED:
        raise ValueError("this is a change of number, not a merge")
    if "conversations" not in taken.moved:
        raise ValueError("this customer was erased")
    into = families.survivors(conn, [taken.kept_id])[taken.kept_id]
    if into != taken.kept_id:
        later = select(merges.c.id).where(merges.c.gone_id == taken.kept_id, merges.c.undone_at.is_(None))
        raise ValueError(f"the customer was merged further since: take back {conn.scalar(later)} first")


def _give_back(conn: Connection, taken: Merge) -> None:
    moved, spoken = taken.moved, taken.moved["conversations"]
    for name, (table, key) in _OWNED.items():
        own: ColumnElement[bool] = key.in_(moved.get(name, ()))  # a table may be newer than the merge
        if name in _OF_CONVERSATION:
            own = or_(own, table.c.conversation_id.in_(spoken))
        back = update(table).where(own, table.c.customer_id == taken.kept_id)
        conn.execute(back.values(customer_id=taken.gone_id))
    said = and_(messages.c.conversation_id.in_(spoken), messages.c.id.not_in(moved["stayed"]))
    back = update(messages).where(said, messages.c.customer_id == taken.kept_id)
    conn.execute(back.values(customer_id=taken.gone_id))
    given_up = update(merges).where(merges.c.id.in_(moved["numbers"]))
    conn.execute(given_up.values(kept_id=taken.gone_id, gone_id=taken.gone_id))
    known, old = _facts(conn, taken.kept_id), _facts(conn, taken.gone_id)
    lost = {c: _FACTS[c] for c in moved["taken"] if c == "store_id" or known[c] == old[c]}
    if lost:
        conn.execute(update(customers).where(customers.c.id == taken.kept_id).values(lost))
    if "store_id" in lost:
        conn.execute(update(customers).where(customers.c.id == taken.gone_id).values(store_id=known["store_id"]))


def _part_addresses(conn: Connection, taken: Merge) -> None:
    """Moves addresses with their conversation, also those learned since; none leads to the other customer's now."""
    spoken = select(conversations.c.key).where(conversations.c.id.in_(taken.moved["conversations"]))
    followed = update(addresses).where(
        addresses.c.customer_id == taken.kept_id,
        or_(
            addresses.c.key.in_(spoken), addresses.c.home.in_(spoken) & addresses.c.key.not_in(_keys_of(taken.kept_id))
        ),
    )
    conn.execute(followed.values(customer_id=taken.gone_id))
    for one, other in ((taken.gone_id, taken.kept_id), (taken.kept_id, taken.gone_id)):
        strayed = update(addresses).where(addresses.c.customer_id == one, addresses.c.home.in_(_keys_of(other)))
        conn.execute(strayed.values(home=None))


def _keys_of(customer_id: str) -> Any:
    return select(conversations.c.key).where(conversations.c.customer_id == customer_id)
