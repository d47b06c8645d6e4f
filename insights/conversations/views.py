"""Makes of rows what is shown of conversations: who, where, how each stands, what was said and what became of it."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import Connection

from storage.conversations import history, listing, quotes, timeline
from storage.conversations.listing import Listed, Sought

WindowHours = Mapping[str, float | None]  # by channel: how long a customer's message lets us write freely


class CustomerView(msgspec.Struct, frozen=True):
    """Who it is. `id`: the store's, where it told us one, else ours, as `our_id` is in any case; both are understood
    wherever a customer is asked for. `phone`: in E.164, where one is known."""

    id: str
    our_id: str
    name: str
    phone: str | None


class FileView(msgspec.Struct, frozen=True):
    """A file of a message. `state`: fetched, pending, failed, expired."""

    id: str
    kind: str
    mime: str
    name: str | None
    size: int | None
    state: str


class MessageView(msgspec.Struct, frozen=True):
    """One message. `by`: customer, bot (another program that answered there, too), agent, notice, note;
    `state`: what its receipts prove; `reason`: a code, where it failed."""

    id: str
    at: datetime
    by: str
    text: str
    files: list[FileView]
    reply_to: str | None
    state: str
    reason: str | None


class ConversationView(msgspec.Struct, frozen=True):
    """A conversation. `state`: bot, agent, closed; `address`: where the channel reaches them; `case`: the number of the
    one that is open; `window_until`: until when we may write freely.

    `found`: of a search, the message that has the words. `messages`: where one conversation is shown, oldest first.
    """

    id: str
    state: str
    channel: str
    account: str
    address: str
    customer: CustomerView
    case: int | None
    orders: list[str]
    language: str | None
    started_at: datetime
    last_at: datetime
    window_until: datetime | None
    found: MessageView | None = None
    messages: list[MessageView] | None = None


def listed(conn: Connection, sought: Sought, hours: WindowHours) -> tuple[list[ConversationView], str | None]:
    """Returns a page of conversations, and the cursor of the next. Raises ValueError for what is no cursor."""
    page, following = listing.listed(conn, sought)
    orders = listing.orders_of(conn, {each.customer_id for each in page})
    hits = history.by_ids(conn, [each.message_id for each in page if each.message_id])
    found = {said.id: _message(said, {}, {}) for said in hits}
    return [_shown(each, orders, hours, found=found.get(each.message_id or "")) for each in page], following


def shown(conn: Connection, id_: str, limit: int, hours: WindowHours) -> ConversationView | None:
    """Returns a conversation with its last `limit` messages; None where there is none with this id."""
    page, _ = listing.listed(conn, Sought(ids=[id_]))
    if not page:
        return None
    said = history.said(conn, [id_], limit)
    files = history.files_of(conn, [each.id for each in said])
    answered = quotes.lines(conn, id_, {each.reply_to for each in said if each.reply_to})
    orders = listing.orders_of(conn, [page[0].customer_id])
    return _shown(page[0], orders, hours, messages=[_message(each, files, answered) for each in said])


def _shown(
    each: Listed,
    orders: Mapping[str, list[str]],
    hours: WindowHours,
    *,
    found: MessageView | None = None,
    messages: list[MessageView] | None = None,
) -> ConversationView:
    length = hours.get(each.channel)
    until = each.last_inbound_at + timedelta(hours=length) if length and each.last_inbound_at else None
    number = each.value if each.value.startswith("+") else each.phone
    return ConversationView(
        id=each.id,
        state=each.state,
        channel=each.channel,
        account=each.account,
        address=each.value,
        customer=CustomerView(each.store_id or each.customer_id, each.customer_id, each.name, number),
        case=each.case,
        orders=orders.get(each.customer_id, []),
        language=each.language or None,
        started_at=each.started_at,
        last_at=each.last_at,
        window_until=until,
        found=found,
        messages=messages,
    )


def _message(said: history.Said, files: Mapping[str, list[dict[str, Any]]], answered: Mapping[str, str]) -> MessageView:
    own = [FileView(**file) for file in files.get(said.id, [])]
    reply_to = answered.get(said.reply_to) if said.reply_to else None
    by = timeline.BOT if said.by == timeline.PROGRAM else said.by
    return MessageView(said.id, said.at, by, said.text, own, reply_to, said.state, said.reason)
