"""Handles what comes from the desk: each event is one transaction, in which the conversation is locked.

So an agent and the bot never write at once. Knows nothing of Slack's formats.
"""

import logging
from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import Connection

from core.desk.events import (
    HOME,
    ON_CASE,
    ON_DESK,
    ON_HELD,
    ON_REPLY,
    ON_RETURN,
    AgentDeleted,
    AgentEdited,
    AgentMessage,
    Command,
    Pressed,
    ThreadDeleted,
    ThreadEvent,
    decode_desk_event,
)
from core.desk.forms import PERSON
from core.desk.permissions import Permission
from core.desk.posts import PostCard, PostEphemeral, PostHome
from core.errors import SendError
from hub.delivery.postings import post_to_desk
from hub.desk import commands, wording
from hub.desk.act import Act
from hub.desk.agents import refusal
from hub.desk.asked import Asked
from hub.desk.buttons import BUTTONS
from hub.desk.command_deed import CommandDeed
from hub.desk.deeds import DEEDS
from hub.desk.extras import Extras, Said
from hub.desk.replying import edits, thread
from hub.desk.returns.presses import decide
from hub.desk.undelivered import offers
from hub.hub import Hub
from hub.lanes import Claimed, Failed, Handled
from hub.shards import LeaseLostError, ShardLease
from storage.conversations.conversations import Conversation
from storage.desk import agents, cases, messages, threads
from storage.desk.cases import Case
from storage.desk.locking import locked
from storage.queues.pending import Item

log = logging.getLogger(__name__)


class CardUnderWayError(RuntimeError):
    """Raised when a case's card was posted and its thread is not known yet."""


# These only need time, and do not count as an attempt.
NOT_YET = (SendError, TimeoutError, CardUnderWayError)


def handle(hub: Hub, lease: ShardLease, claimed: Claimed, extras: Extras) -> Handled:
    """Handles the desk's events, thread by thread, in order; `extras` are what other rooms answer."""
    failed = {key: failure for key, items in claimed.items() if (failure := _handle_thread(hub, lease, items, extras))}
    hub.waker.files()
    if hub.hooks:
        hub.hooks.soon()
    return Handled(failed)


def _handle_thread(hub: Hub, lease: ShardLease, items: Sequence[Item], extras: Extras) -> Failed | None:
    for item in items:
        try:
            _handle_one(hub, lease, item, extras)
        except LeaseLostError:
            raise
        except NOT_YET as error:
            log.warning("a desk event waits", extra={"inbox_id": item.id, "error_type": type(error).__name__})
            return Failed([item], burned=False)
        except Exception:
            log.exception("a desk event failed", extra={"inbox_id": item.id})
            return Failed([item])
    return None


def _handle_one(hub: Hub, lease: ShardLease, item: Item, extras: Extras) -> None:
    event = decode_desk_event(item.payload)
    if isinstance(event, Command):
        _command(hub, lease, item, event, extras)
    elif isinstance(event, Pressed) and event.action.startswith(ON_RETURN):
        decide(hub, lease, item, event)
    elif isinstance(event, Pressed) and not event.action.startswith((ON_CASE, ON_HELD, ON_REPLY)):
        _press(hub, lease, item, event, extras)
    elif isinstance(event, ThreadDeleted):
        _renew(hub, lease, item, event)
    else:
        _act(hub, lease, item, event)


def _command(hub: Hub, lease: ShardLease, item: Item, command: Command, extras: Extras) -> None:
    """Answers a command from the rows or by another room, or carries it out."""
    asked = Asked(command, hub.store, hub.user, hub.agents, hub.now(), hub.numbers)
    word = commands.first_word(command)
    extra = extras.commands.get(word)
    if word in DEEDS:
        _do(hub, lease, item, command, DEEDS[word], asked.rest)
    elif extra is None:
        _answer(hub, lease, item, command, Said(commands.answer(asked)))
    else:
        refused = refusal(hub.user(command.user), hub.agents, extra.needs, hub.user)
        _answer(hub, lease, item, command, Said(refused) if refused else extra.answer(hub, asked.rest))


def _do(hub: Hub, lease: ShardLease, item: Item, event: Command | Pressed, deed: CommandDeed, words: str = "") -> None:
    user = hub.user(event.user)  # before the transaction: Slack may be slow
    refused = refusal(user, hub.agents, deed.needs, hub.user)
    named = event.people if isinstance(event, Command) else ()
    colleagues = {id_: hub.user(id_) for id_ in named}
    with hub.store.write() as conn:
        act = Act(hub, conn, event, user, colleagues, hub.now())
        if refused:
            act.answer(refused)
        else:
            deed.do(act, words)
        _show_home(act)
        lease.finish(conn, [item.id], act.now)


def _show_home(act: Act) -> None:
    """Shows an agent their own page anew, after what was pressed there or from anywhere."""
    if isinstance(act.event, Pressed) and not act.event.place:
        refused = refusal(act.user, act.hub.agents, "case:read", act.hub.user)
        post_to_desk(act.hub, act.conn, PostHome(act.user, refused), "", act.now)


def _answer(hub: Hub, lease: ShardLease, item: Item, command: Command, said: Said) -> None:
    now = hub.now()
    with hub.store.write() as conn:
        post_to_desk(hub, conn, PostEphemeral(command.place, command.user, said.text, buttons=said.buttons), "", now)
        lease.finish(conn, [item.id], now)


def _press(hub: Hub, lease: ShardLease, item: Item, event: Pressed, extras: Extras) -> None:
    """Carries out a button that is about no case: the deed of that word, or what another room does."""
    user = hub.user(event.user)
    if event.action == HOME:
        with hub.store.write() as conn:
            _show_home(Act(hub, conn, event, user, {}, hub.now()))
            lease.finish(conn, [item.id], hub.now())
        return
    word = event.action.removeprefix(ON_DESK) if event.action.startswith(ON_DESK) else ""
    if word in DEEDS:
        _do(hub, lease, item, event, DEEDS[word], event.value)
        return
    if word in commands.WORDS:
        text = " ".join((word, *event.values.values()))
        _command(hub, lease, item, Command(event.external_id, event.place, event.user, text, event.sent_at), extras)
        return
    extra = extras.buttons.get(event.action)
    refused = refusal(user, hub.agents, extra.needs, hub.user) if extra else wording.NO_BUTTON
    now = hub.now()
    with hub.store.write() as conn:
        said = extra.press(hub, conn, event, user, now) if extra and not refused else Said(refused)
        post_to_desk(hub, conn, PostEphemeral(event.place, event.user, said.text, buttons=said.buttons), "", now)
        lease.finish(conn, [item.id], now)


def _renew(hub: Hub, lease: ShardLease, item: Item, event: ThreadDeleted) -> None:
    """Posts the card of an unresolved case anew, whose thread is gone: the customer must not wait for nobody."""
    now = hub.now()
    with hub.store.write() as conn:
        case = cases.by_thread(conn, event.place, event.thread)
        if case and case.thread == event.thread and not case.is_over:
            threads.forget_thread(conn, hub.store, case, hub.home(case.place))
            post_to_desk(hub, conn, PostCard(case.id, first=True), case.id, now)
        lease.finish(conn, [item.id], now)


def _act(hub: Hub, lease: ShardLease, item: Item, event: ThreadEvent) -> None:
    with hub.store.read() as conn:
        case = _case_of(conn, event)
        if case is None and isinstance(event, AgentMessage):
            if threads.has_card_under_way(conn, event.place):
                raise CardUnderWayError  # it may be the thread of a card that Slack has just taken
            case = _case_of(conn, event)  # whose thread was written down between these two looks
    if case is None:  # talk among colleagues
        with hub.store.write() as conn:
            if isinstance(event, Pressed):
                said = PostEphemeral(event.place, event.user, wording.NO_CASE_HERE)
                post_to_desk(hub, conn, said, "", hub.now())
            lease.finish(conn, [item.id], hub.now())
        return
    user = hub.user(event.user)
    refused = refusal(user, hub.agents, _needed(event), hub.user)
    named = event.values.get(PERSON) if isinstance(event, Pressed) else None
    colleagues = {id_: hub.user(id_) for id_ in (case.claimed_by, named) if id_}  # before the lock: Slack may be slow
    with hub.store.write() as conn:
        act = Act(hub, conn, event, user, colleagues, hub.now())
        if refused:
            act.answer(refused)
        else:
            agents.seen(conn, hub.store, user.id, user.name, act.now)
            _perform(act, event)
        _show_home(act)
        lease.finish(conn, [item.id], hub.now())


def _needed(event: ThreadEvent) -> Permission:
    """Tells what an event takes: what its button says; whatever is written in a thread may reach the customer."""
    button = BUTTONS.get(event.action) if isinstance(event, Pressed) else None
    return button.needs if button else "case:reply"


def _case_of(conn: Connection, event: ThreadEvent) -> Case | None:
    """Finds the event's case: a button names it, or the held message it is about; all else is in the case's thread."""
    if not isinstance(event, Pressed) or not event.value:
        return cases.by_thread(conn, event.place, event.thread)
    if not event.action.startswith((ON_HELD, ON_REPLY)):
        return cases.by_id(conn, event.value)
    message = messages.by_id(conn, offers.read(event.value)[0])
    return cases.by_id(conn, message.case_id) if message else None


def _perform(act: Act, event: ThreadEvent) -> None:
    if found := locked(act.conn, _case_of(act.conn, event)):
        HANDLERS[type(event)](act, event, *found)


def _pressed(act: Act, event: Pressed, case: Case, who: Conversation) -> None:
    button = BUTTONS.get(event.action)
    if button:
        button.press(act, event, case, who)
    else:
        act.answer(wording.NO_BUTTON)


HANDLERS: dict[type, Callable[[Act, Any, Case, Conversation], None]] = {
    AgentMessage: thread.written,
    AgentEdited: edits.edited,
    AgentDeleted: edits.deleted,
    Pressed: _pressed,
}
