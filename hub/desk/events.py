"""Handles what comes from the desk: each event is one transaction that holds the conversation's lease.

So an agent and the bot never speak at once. Free of Slack's forms.
"""

import logging
import time
from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection

from core import desk as d
from core.errors import SendError
from hub.delivery.postings import post_to_desk
from hub.desk import commands, thread, wording
from hub.desk.act import Act
from hub.desk.buttons import BUTTONS
from hub.hub import Hub
from storage.desk import cases, messages
from storage.desk.cases import Case
from storage.people import conversations
from storage.people.conversations import Conversation
from storage.queues import inbox, leases
from storage.queues.inbox import Item

log = logging.getLogger(__name__)

LEASE_TRIES, LEASE_PAUSE = 40, 0.025


class CardUnderWayError(RuntimeError):
    """A case's card was posted and its thread is not known yet."""


# What only needs time: no attempt is burned.
NOT_YET = (SendError, TimeoutError, CardUnderWayError)


def handle(hub: Hub, claimed: dict[str, list[Item]], owner: str) -> None:
    """Handles the desk's events, thread by thread, in order."""
    for key, items in claimed.items():
        failed = _handle_thread(hub, items, owner)
        with hub.store.write() as conn:
            if failed is None:
                leases.give_back(conn, [key], owner)
            elif not isinstance(failed[1], NOT_YET):
                inbox.fail(conn, [failed[0]], "the desk event failed", hub.now())
            # The lease of a thread that failed is kept: it runs out in seconds, which is the pause before a retry.
    hub.waker.outbox()


def _handle_thread(hub: Hub, items: list[Item], owner: str) -> tuple[Item, Exception] | None:
    for item in items:
        try:
            _handle_one(hub, item, owner)
        except NOT_YET as error:
            log.warning("a desk event waits", extra={"inbox_id": item.id, "error_type": type(error).__name__})
            return item, error
        except Exception as error:
            log.exception("a desk event failed", extra={"inbox_id": item.id})
            return item, error
    return None


def _handle_one(hub: Hub, item: Item, owner: str) -> None:
    event = d.decode_desk_event(item.payload)
    if isinstance(event, d.Command):
        _answer(hub, item, event)
    else:
        _act(hub, item, event, owner)


def _answer(hub: Hub, item: Item, command: d.Command) -> None:
    text = commands.answer(hub.store, command, hub.user, hub.roles)
    now = hub.now()
    with hub.store.write() as conn:
        post_to_desk(hub, conn, d.PostEphemeral(command.place, command.user, text), "", now)
        inbox.finish(conn, [item.id], now)


def _act(hub: Hub, item: Item, event: d.ThreadEvent, owner: str) -> None:
    with hub.store.read() as conn:
        case, who = _case_of(conn, event)
        if case is None and isinstance(event, d.AgentMessage) and cases.has_card_under_way(conn, event.place):
            raise CardUnderWayError  # this may be the thread of a card whose answer is not recorded yet
    if case is None or who is None:  # talk among colleagues
        with hub.store.write() as conn:
            inbox.finish(conn, [item.id], hub.now())
        return
    user = hub.user(event.user)
    names = {id_: hub.user(id_).name for id_ in (case.claimed_by,) if id_}
    _borrow(hub, who.key, owner)
    try:
        with hub.store.write() as conn:
            _perform(Act(hub, conn, event, user, names, hub.now()), event)
            inbox.finish(conn, [item.id], hub.now())
    finally:
        with hub.store.write() as conn:
            leases.give_back(conn, [who.key], owner)


def _case_of(conn: Connection, event: d.ThreadEvent) -> tuple[Case | None, Conversation | None]:
    """A button names its case, or the held message that it is about; all else stands in the case's thread."""
    if not isinstance(event, d.Pressed):
        case = cases.by_thread(conn, event.place, event.thread)
    elif event.action.startswith(d.ON_HELD):
        held = messages.by_id(conn, event.value)
        case = cases.by_id(conn, held.case_id) if held else None
    else:
        case = cases.by_id(conn, event.value)
    return case, conversations.by_id(conn, case.conversation_id) if case else None


def _borrow(hub: Hub, key: str, owner: str) -> None:
    """Waits for the conversation: a turn of the bot takes milliseconds."""
    for _ in range(LEASE_TRIES):
        now = hub.now()
        with hub.store.write() as conn:
            if leases.take(conn, hub.store, [key], owner, now + hub.timing.lease, now):
                return
        time.sleep(LEASE_PAUSE)
    raise TimeoutError("the conversation stayed busy")


def _perform(act: Act, event: d.ThreadEvent) -> None:
    case, who = _case_of(act.conn, event)  # read again: a turn of the bot, or a colleague, may have come in between
    if case is None or who is None:
        return
    if act.allowed():
        HANDLERS[type(event)](act, event, case, who)
    else:
        act.answer(wording.NO_AGENT)


def _pressed(act: Act, event: d.Pressed, case: Case, who: Conversation) -> None:
    button = BUTTONS.get(event.action)
    if button:
        button.press(act, event, case, who)
    else:
        act.answer(wording.NO_BUTTON)


HANDLERS: dict[type, Callable[[Act, Any, Case, Conversation], None]] = {
    d.AgentMessage: thread.written,
    d.AgentEdited: thread.edited,
    d.AgentDeleted: thread.deleted,
    d.Pressed: _pressed,
}
