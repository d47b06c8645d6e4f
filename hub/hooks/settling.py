"""Writes what came of a question to a hook, and in the same transaction the post that shows it: once."""

from sqlalchemy import Connection

from core.desk.posts import TRANSCRIPT as RECORDED
from core.desk.posts import TRANSLATED, DeskPost, PostCustomer, PostForm, PostTranslation, decode_desk_post
from hub.delivery.postings import desk_row
from hub.hooks.asking import ANSWERED, Came
from hub.hooks.material import pressed
from hub.hub import Hub
from storage.hooks import rows
from storage.hooks.rows import REPLY, TRANSCRIPT, Ask
from storage.queues import outbox
from storage.queues.tables import outbox as outbox_table


def settle(hub: Hub, what: Ask, came: Came, ms: int) -> None:
    """Writes it. Nothing is shown of what another worker settled, or what was erased or removed meanwhile."""
    now = hub.now()
    with hub.store.write() as conn:
        post = _shown(conn, what, came)
        row = desk_row(hub, post, what.case_id, now) if post else None
        values = {"calls": what.calls - 1 + came.calls, "result": came.result, "ms": ms}
        values |= {"spoken": came.spoken[:16] or what.spoken, "shown_id": row["id"] if row else None}
        if rows.settle(conn, what, **values) and row:
            conn.execute(hub.store.insert(outbox_table), row)
    if post:
        hub.waker.outbox()


def _shown(conn: Connection, what: Ask, came: Came) -> DeskPost | None:
    if what.kind == REPLY:
        trouble = "" if came.result == ANSWERED else came.result
        return PostForm(pressed(what), came.text, what.language, came.spoken, trouble)
    if came.result != ANSWERED:
        return None
    if what.kind == TRANSCRIPT:
        return PostCustomer(what.case_id, came.text, change=RECORDED)
    row = outbox.by_id(conn, what.post_id)
    said = decode_desk_post(row.payload) if row else None
    if not isinstance(said, PostCustomer) or not said.text:
        return None
    if said.media:  # Slack does not say that a message which shares files may be changed
        return PostCustomer(what.case_id, came.text, change=TRANSLATED)
    return PostTranslation(what.case_id, what.post_id, came.text)
