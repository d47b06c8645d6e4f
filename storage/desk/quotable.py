"""Finds what a post at the desk shows."""

from sqlalchemy import ColumnElement, Connection, and_, literal_column, select

from storage.desk.cases import Case
from storage.people.tables import conversations, messages
from storage.queues.tables import inbox, outbox, outbox_parts

MESSAGE: ColumnElement[str] = literal_column(
    "'i:'"
)  # before the provider's id of a message, in the inbox (hub.arrivals)


def line_shown(conn: Connection, case: Case, message: str) -> tuple[str, str] | None:
    """Finds the line (our id, its words) of the customer's message that a post in a case's thread shows; of several in
    one post the first."""
    found = (
        select(messages.c.id, messages.c.text)
        .select_from(outbox_parts)
        .join(outbox, outbox.c.id == outbox_parts.c.outbox_id)
        .join(inbox, inbox.c.id == outbox.c.cause_id)
        .join(messages, MESSAGE + messages.c.external_id == inbox.c.external_id)
        .join(
            conversations,
            and_(conversations.c.id == messages.c.conversation_id, conversations.c.customer_id == case.customer_id),
        )
        .where(outbox.c.payload.startswith('{"type":"customer"'))  # no card: that came of their first message, too
        .where(outbox_parts.c.provider_id == message, outbox.c.case_id == case.id, messages.c.deleted_at.is_(None))
        .order_by(messages.c.id)
        .limit(1)
    )
    row = conn.execute(found).first()
    return (row.id, row.text) if row else None
