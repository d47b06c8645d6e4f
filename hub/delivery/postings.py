"""Makes the rows of what is to be said: to a customer (outbox and timeline), and to the desk (outbox)."""

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection

from core.desk.posts import (
    ARRIVED,
    EARLIER,
    DeskPost,
    PostCard,
    PostCustomer,
    PostMark,
    PostReturn,
    PostTranslation,
    place_of,
)
from core.encoding import encode
from core.ids import new_id
from core.messages.outbound import OutboundMessage, Speaker
from hub.hub import Hub
from storage.conversations import timeline
from storage.conversations.conversations import Conversation
from storage.people.tables import messages as messages_table
from storage.queues import outbox
from storage.queues.tables import outbox as outbox_table


class NewMessage(NamedTuple):
    """Holds a message to a customer: its outbox row, and its line on the timeline unless it has no words."""

    id: str
    row: dict[str, Any]
    line: dict[str, Any] | None


def posting(where: Conversation, message: OutboundMessage, author: str, now: datetime, **more: Any) -> NewMessage:
    """Makes the rows of a message.

    `more` are the outbox's: case_id, origin, cause_id, notification_id, flow, response.
    """
    id_ = new_id(now)
    speaker = message.speaker.value
    row = outbox.row(id_, where.key, where.channel, where.account, where.value, encode(message), speaker, now, **more)
    if not (message.text or message.media):
        return NewMessage(id_, row, None)
    kinds = ",".join(each.kind for each in message.media) or None
    quoted = message.quote or message.reply_to
    line = timeline.row(id_, where.id, where.customer_id, author, message.text, now, attachments=kinds, reply_to=quoted)
    return NewMessage(id_, row, line)


def enqueue(hub: Hub, conn: Connection, made: NewMessage) -> str:
    """Writes the rows within a transaction that is under way; returns the message's id."""
    conn.execute(hub.store.insert(outbox_table), made.row)
    if made.line:
        conn.execute(hub.store.insert(messages_table), made.line)
    return made.id


def desk_row(hub: Hub, post: DeskPost, case_id: str, now: datetime, place: str = "", **more: Any) -> dict[str, Any]:
    """Makes the outbox row of a post to the desk: to where the post or its case belongs, else to `place`.

    What is of no case keeps its order within its workspace: one that is away holds up no other. `more` are the
    outbox's: cause_id, not_before.
    """
    home = hub.home(place_of(post, place or hub.place))
    return outbox.row(
        new_id(now),
        _queue(post, case_id or home),
        "slack",
        home,
        home,
        encode(post),
        Speaker.SYSTEM.value,
        now,
        lane=outbox.DESK,
        case_id=case_id or None,
        priority=outbox.BEHIND if _may_wait(post) else 0,
        **more,
    )


def _queue(post: DeskPost, of: str) -> str:
    """Names what a post stands in line with: its case. A mark, which the desk counts apart, waits for no card."""
    return f"mark:{post.place}:{post.message}" if isinstance(post, PostMark) else f"desk:{of}"


def _may_wait(post: DeskPost) -> bool:
    """Tells whether what people say goes before it: cards, marks, translations, and files that come after
    their words."""
    match post:
        case PostCard():
            return not post.first
        case PostCustomer():
            return post.change in (EARLIER, ARRIVED)
        case _:
            return isinstance(post, PostMark | PostReturn | PostTranslation)


def post_to_desk(hub: Hub, conn: Connection, post: DeskPost, case_id: str, now: datetime, **more: Any) -> None:
    """Puts a post to the desk into the outbox, within a transaction that is under way; `more` as for `desk_row`."""
    conn.execute(hub.store.insert(outbox_table), desk_row(hub, post, case_id, now, **more))
