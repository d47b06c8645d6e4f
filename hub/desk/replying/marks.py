"""Shows on an agent's message what became of it: one reaction of ours, which changes."""

from datetime import datetime, timedelta

from sqlalchemy import Connection

from core.desk.posts import PostMark
from core.messages.inbound import ReceiptStatus
from core.messages.receipts import RANK
from hub.delivery.postings import post_to_desk
from hub.hub import Hub
from storage.desk import messages
from storage.desk.messages import HELD, LATER, NOTE, DeskMessage
from storage.queues import outbox, parts

INSIDE = {
    NOTE: "lock",
    HELD: "hourglass_flowing_sand",
    LATER: "hourglass_flowing_sand",
}  # of a message that the customer does not get (now)
SENT, FAILED = "white_check_mark", "x"
AT_ONCE = timedelta()
ARRIVED = {ReceiptStatus.DELIVERED: "mailbox_with_mail", ReceiptStatus.READ: "eyes"}


def show(
    hub: Hub, conn: Connection, message: DeskMessage, name: str, now: datetime, within: timedelta = AT_ONCE
) -> None:
    """Has the desk show this mark on the message, in the place of the one before. Nothing happens if it does."""
    if name and name != message.mark:
        messages.mark(conn, message.id, name)
        draw(hub, conn, message, now, within)


def draw(hub: Hub, conn: Connection, message: DeskMessage, now: datetime, within: timedelta = AT_ONCE) -> None:
    """Has the desk show the mark that the message has when that time is over, once the message stands there."""
    if message.is_shown:
        mark = PostMark(message.case_id, message.message, place=message.place)
        post_to_desk(hub, conn, mark, message.case_id, now, not_before=now + within)


def show_delivery(hub: Hub, conn: Connection, outbox_id: str, now: datetime) -> None:
    """Shows how far a reply has come, if an agent wrote it.

    Sent, delivered and read follow one another fast: each mark would take two calls, of which Slack takes 50 a minute
    (docs.slack.dev, "Rate limits"). That it failed is shown at once.
    """
    message = messages.by_outbox(conn, outbox_id)
    if message and message.state == messages.SENT:
        name = _of_delivery(conn, outbox_id)
        within = AT_ONCE if name == FAILED else timedelta(seconds=hub.timing.mark_seconds)
        show(hub, conn, message, name, now, within)


def _of_delivery(conn: Connection, outbox_id: str) -> str:
    """Returns the mark of a message that is as far as the last of its parts; none while it is on its way."""
    state = outbox.state_of(conn, outbox_id)
    if state in (outbox.FAILED, outbox.CANCELLED):
        return FAILED
    if state != outbox.SENT:
        return ""
    told = [ReceiptStatus(part.status or "sent") for part in parts.known(conn, outbox_id) if not part.silent]
    return ARRIVED.get(min(told, key=RANK.__getitem__, default=ReceiptStatus.SENT), SENT)
