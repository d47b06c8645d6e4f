"""Tells in the thread what of an agent's did not reach the customer, with what may be done about it."""

from datetime import datetime

from sqlalchemy import Connection

from core.desk.glances import ButtonGlance
from core.desk.posts import PostNote
from core.messages.outbound import decode_message
from hub.delivery.postings import post_to_desk
from hub.desk.act import Deed
from hub.desk.replying import reply_words
from hub.desk.replying.marks import FAILED, show
from hub.desk.undelivered import offers, reply_window, templates
from hub.hub import Hub
from storage.conversations import conversations
from storage.conversations.conversations import Conversation
from storage.desk import cases, messages
from storage.desk.cases import Case
from storage.desk.messages import UNSENT, DeskMessage
from storage.queues.outbox import Posting


def stop(act: Deed, case: Case, who: Conversation, kept: DeskMessage) -> None:
    """Keeps back a reply for which the window is closed, and says so before anything is tried."""
    messages.become(act.conn, kept.id, (kept.state,), UNSENT)
    show(act.hub, act.conn, kept, FAILED, act.now)
    words = reply_words.window_closed(act.hub.labels[who.channel])
    note = PostNote(case.id, words, buttons=ways_on(act.hub, act.conn, case, who, kept.id, act.now))
    post_to_desk(act.hub, act.conn, note, case.id, act.now)


def told(hub: Hub, conn: Connection, posting: Posting, words: str, code: str, now: datetime) -> None:
    """Posts why an agent's message, or the change of one, did not arrive."""
    changed = decode_message(posting.payload).changes
    kept = messages.by_outbox(conn, changed or posting.id)
    case = cases.by_id(conn, posting.case_id) if posting.case_id else None
    who = conversations.by_id(conn, case.conversation_id) if case else None
    if case is None:
        return
    buttons: tuple[ButtonGlance, ...] = ()
    if changed:
        words = reply_words.CHANGE_FAILED.format(code=code)
        buttons = (offers.about(offers.CORRECT, kept.id, changed),) if kept and kept.text else ()
    elif kept and who:
        buttons = ways_on(hub, conn, case, who, kept.id, now)
    post_to_desk(hub, conn, PostNote(case.id, words, buttons=buttons), case.id, now)


def ways_on(
    hub: Hub, conn: Connection, case: Case, who: Conversation, message_id: str, now: datetime
) -> tuple[ButtonGlance, ...]:
    """Offers what may still bring a message to the customer: a template, another channel, another try."""
    found = [offers.TEMPLATE] if templates.found(hub, conn, case, who, now) else []
    is_reached = reply_window.others(hub, conn, who, now) or reply_window.unspoken(hub, conn, who)
    found += [offers.OTHER] if is_reached else []
    return tuple(offers.about(each, message_id) for each in (*found, offers.RETRY))
