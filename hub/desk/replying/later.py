"""Lets an agent's reply leave at its time: once, and only where nothing happened that its author should know first.

It is a row with a timer (`storage.desk.later`), which comes earlier when the customer writes or the case changes hands
or is over: then the author is asked at once, in the thread, and nothing leaves by itself any more.
"""

from datetime import datetime

from sqlalchemy import Connection

from core.desk.events import DeskUser
from core.desk.posts import PostNote
from core.people.consent import SERVICE
from core.people.conversations import CaseState
from hub.delivery.postings import post_to_desk
from hub.desk import buttons, wording
from hub.desk.act import Deed
from hub.desk.by_clock import ByClock
from hub.desk.replying import later_words, marks
from hub.desk.replying.replies import leave
from hub.desk.undelivered import offers
from hub.hub import Hub
from storage.conversations import conversations, timeline
from storage.conversations.conversations import Conversation
from storage.desk import agents, cases, messages
from storage.desk.cases import Case
from storage.desk.locking import locked
from storage.desk.messages import HELD, LATER, SENT, UNSENT, DeskMessage
from storage.people import consents


def look(hub: Hub, message_id: str, now: datetime) -> datetime | None:
    """Sends a reply whose time has come, or holds it, or gives it up; returns its time where it only waits."""
    with hub.store.write() as conn:
        found = _waiting(conn, message_id)
        if found is None:
            return None
        kept, case, who = found
        deed = ByClock(hub, conn, DeskUser(kept.user, _name(conn, kept), member=True), now)
        if case.merged_into:
            _go_along(deed, kept, case.merged_into)
        elif why := _over(conn, case, who):
            _give_up(deed, case, kept, why)
        elif why := _asked(deed, case, kept):
            _hold(deed, case.id, kept, why)
        elif kept.leaves_at and kept.leaves_at > now:
            return kept.leaves_at
        else:
            leave(deed, case, who, kept)
    hub.waker.outbox()
    return None


def _waiting(conn: Connection, message_id: str) -> tuple[DeskMessage, Case, Conversation] | None:
    """Finds a reply that waits, with its case, locked; None where it does not any more."""
    first = messages.by_id(conn, message_id)
    found = locked(conn, cases.by_id(conn, first.case_id)) if first else None
    kept = messages.by_id(conn, message_id) if found else None
    return (kept, *found) if kept and found and kept.state == LATER else None


def _over(conn: Connection, case: Case, who: Conversation) -> str:
    """Says why a reply goes to nobody any more."""
    if case.state == CaseState.SPAM:
        return later_words.SPAM
    if case.is_over:
        return later_words.OVER
    return "" if consents.allows(conn, who.channel, who.value, SERVICE) else later_words.STOPPED


def _asked(deed: Deed, case: Case, kept: DeskMessage) -> str:
    """Says what happened since the agent put it off that they should know before it goes out."""
    since = kept.put_off_at or kept.at
    if case.claimed_by not in (None, kept.user):
        return later_words.ANOTHER_S.format(deed.holder(case) or wording.A_COLLEAGUE)
    spoken = [each.id for each in conversations.of_customer(deed.conn, case.customer_id) if each.case_id == case.id]
    heard = [at for each in {*spoken, case.conversation_id} for at in timeline.heard_at(deed.conn, each, since)]
    if any(at > since for at in heard):
        return later_words.HEARD
    theirs = messages.of_others(deed.conn, case.id, kept.user, since)
    return later_words.ANSWERED if theirs and theirs.state == SENT and theirs.at > since else ""


def _hold(deed: Deed, case_id: str, kept: DeskMessage, why: str) -> None:
    messages.become(deed.conn, kept.id, (LATER,), HELD)
    text = later_words.held(deed.user.name, why, kept.text)
    note = PostNote(case_id, text, user=kept.user, buttons=buttons.under_held(kept.id))
    post_to_desk(deed.hub, deed.conn, note, case_id, deed.now)


def _go_along(deed: Deed, kept: DeskMessage, case_id: str) -> None:
    """Takes a reply into the case that its own was merged into, and asks there."""
    messages.move(deed.conn, kept.id, case_id)
    _hold(deed, case_id, kept, later_words.MERGED)


def _give_up(deed: Deed, case: Case, kept: DeskMessage, why: str) -> None:
    messages.become(deed.conn, kept.id, (LATER,), UNSENT)
    marks.show(deed.hub, deed.conn, kept, marks.FAILED, deed.now)
    again = (offers.about(offers.RETRY, kept.id),) if case.state == CaseState.RESOLVED else ()
    text = later_words.given_up(deed.user.name, why, kept.text)
    post_to_desk(deed.hub, deed.conn, PostNote(case.id, text, user=kept.user, buttons=again), case.id, deed.now)


def _name(conn: Connection, kept: DeskMessage) -> str:
    return agents.name_of(conn, kept.user) or wording.A_COLLEAGUE
