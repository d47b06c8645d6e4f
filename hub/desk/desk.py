"""What agents do: claim, answer, note, resolve, hand back, reopen. Free of Slack's forms.

Each event is one transaction that holds the conversation's lease, so that an agent and the bot never speak at once.
"""

import logging
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, update

from core import desk as d
from core.conversations import CaseState, Owner
from core.errors import SendError
from core.ids import new_id
from core.messages import OutboundMessage, Speaker
from hub.delivery.postings import enqueue, post_to_desk, posting
from hub.hub import Hub
from hub.media import attachments
from storage.desk import cases
from storage.desk.cases import Case
from storage.desk.tables import desk_messages
from storage.media import files as media_rows
from storage.media.files import File
from storage.media.tables import media as media_table
from storage.people import conversations, timeline
from storage.people.conversations import Conversation
from storage.people.tables import conversations as conversations_table
from storage.queues import inbox, leases, outbox
from storage.queues.inbox import Item
from storage.queues.tables import outbox as outbox_table

log = logging.getLogger(__name__)

HELP = (
    "Reply in a case's thread to answer the customer; the first reply claims the case.\n"
    "Start a line with `//`, `note:` or `internal:` (or mention a colleague) to keep it inside.\n"
    "`/desk queue` lists the open cases."
)
LEASE_TRIES, LEASE_PAUSE = 40, 0.025


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
    with hub.store.read() as conn:
        case, who = _case_of(conn, event)
        if case is None and isinstance(event, d.AgentMessage) and cases.has_card_under_way(conn, event.place):
            raise CardUnderWayError  # this may be the thread of a card whose answer is not recorded yet
        holders = {c.claimed_by for c in ([case] if case else _queued(conn, event)) if c.claimed_by}
    user = hub.user(event.user)
    names = {id_: hub.user(id_).name for id_ in holders}  # asked before the transaction: Slack may take its time
    borrowed = [who.key] if who else []
    _borrow(hub, borrowed, owner)
    try:
        with hub.store.write() as conn:
            act = Act(hub, conn, event, user, names, hub.now())
            # Read again: a turn of the bot, or a colleague, may have come in between.
            case = cases.by_id(conn, case.id) if case else None
            who = conversations.by_id(conn, case.conversation_id) if case else None
            if case is None or who is None:
                act.without_case()
            elif not act.allowed():
                act.whisper("Only full members who are on the desk's list can act on cases. Ask an admin to add you.")
            else:
                HANDLERS[type(event)](act, event, case, who)
            inbox.finish(conn, [item.id], act.now)
    finally:
        with hub.store.write() as conn:
            leases.give_back(conn, borrowed, owner)


class CardUnderWayError(RuntimeError):
    """A case's card was posted and its thread is not known yet."""


# What only needs time: no attempt is burned.
NOT_YET = (SendError, TimeoutError, CardUnderWayError)


def _queued(conn: Connection, event: d.DeskEvent) -> list[Case]:
    return cases.open_cases(conn) if isinstance(event, d.Command) else []


def _case_of(conn: Connection, event: d.DeskEvent) -> tuple[Case | None, Conversation | None]:
    case = None
    if isinstance(event, d.Pressed) and event.action in (d.SEND_HELD, d.KEEP_HELD):
        held = cases.held_message(conn, event.value)
        case = cases.by_id(conn, held.case_id) if held else None
    elif isinstance(event, d.Pressed):
        case = cases.by_id(conn, event.value)
    elif not isinstance(event, d.Command):
        case = cases.by_thread(conn, event.place, event.thread)
    return case, conversations.by_id(conn, case.conversation_id) if case else None


def _borrow(hub: Hub, keys: list[str], owner: str) -> None:
    """Waits for the conversation: a turn of the bot takes milliseconds."""
    if not keys:
        return
    for _ in range(LEASE_TRIES):
        now = hub.now()
        with hub.store.write() as conn:
            if leases.take(conn, hub.store, keys, owner, now + hub.timing.lease, now):
                return
        time.sleep(LEASE_PAUSE)
    raise TimeoutError("the conversation stayed busy")


class Act:
    """One agent's deed within its transaction."""

    def __init__(
        self,
        hub: Hub,
        conn: Connection,
        event: d.DeskEvent,
        user: d.DeskUser,
        names: Mapping[str, str],
        now: datetime,
    ) -> None:
        self.hub = hub
        self.conn = conn
        self.event = event
        self.user = user
        self.now = now
        self._names = names

    def allowed(self) -> bool:
        """Full members are agents; a roles file narrows that."""
        return self.user.member and (self.hub.roles is None or self.user.id in self.hub.roles)

    def holder(self, case: Case) -> str:
        """The name of the agent who has the case."""
        return self._names.get(case.claimed_by or "", "A colleague")

    def _with(self, case: Case) -> str:
        return f"with {self.holder(case)}" if case.claimed_by else "waiting"

    def without_case(self) -> None:
        """A command, or something in a thread that is no case of ours."""
        if not isinstance(self.event, d.Command):
            return
        if not self.allowed():
            self.whisper("Only full members who are on the desk's list can see the queue.")
        elif self.event.text.strip().lower().startswith("queue"):
            self.whisper(self._queue())
        else:
            self.whisper(HELP)

    def _queue(self) -> str:
        listed = cases.open_cases(self.conn)
        if not listed:
            return "No open cases. :tada:"
        lines = [
            f"• #{c.number} {c.reason.replace('_', ' ')}, {self._with(c)}, since {c.opened_at:%d %b %H:%M} UTC"
            for c in listed
        ]
        return "\n".join(lines)

    def whisper(self, text: str, held: str = "") -> None:
        """A word for this agent's eyes only."""
        thread = "" if isinstance(self.event, d.Command) else self.event.thread
        self._post(d.PostWhisper(self.event.place, self.event.user, text, thread, held), "")

    def post(self, post: d.DeskPost, case: Case) -> None:
        """A post into the case's thread."""
        self._post(post, case.id)

    def _post(self, post: d.DeskPost, case_id: str) -> None:
        post_to_desk(self.hub, self.conn, post, case_id, self.now)

    def tell(self, who: Conversation, *keys: str) -> None:
        """Texts of the responses to the customer, as one message; they may name the agent."""
        text = "\n".join(self.hub.say(key, who.locale or "en", agent=self.user.name) for key in keys)
        self._send(who, OutboundMessage(text, speaker=Speaker.SYSTEM), timeline.BOT)

    def reply(self, case: Case, who: Conversation, text: str, origin: str, files: Sequence[File] = ()) -> str:
        """The agent's words and files to the customer; returns the outbox id."""
        seen = timeline.last_heard(self.conn, who.id) if self.hub.marks_read(who.channel, who.account) else ""
        message = OutboundMessage(text, speaker=Speaker.AGENT, media=attachments.described(files), seen=seen)
        id_ = self._send(who, message, self.user.id, case_id=case.id, origin=origin)
        media_rows.adopt(self.conn, [file.id for file in files], id_)
        return id_

    def collect(self, files: Sequence[d.AgentFile], who: Conversation, message_id: str) -> list[File]:
        """Has the agent's files fetched, as files of that message."""
        rows = attachments.agent_rows(files, self.event.place, who, message_id, self.now)
        if not rows:
            return []
        self.conn.execute(self.hub.store.insert(media_table), rows)
        return media_rows.of_message(self.conn, who.customer_id, message_id)

    def _send(self, who: Conversation, message: OutboundMessage, author: str, **more: Any) -> str:
        return enqueue(self.hub, self.conn, posting(who, message, author, self.now, **more))

    def keep(self, case: Case, message: str, text: str, state: str, outbox_id: str | None = None) -> str:
        """Records what became of an agent's message; returns the record's id."""
        row = cases.desk_message_row(
            self.event.place, message, case.id, self.event.user, text, state, outbox_id, self.now
        )
        self.conn.execute(self.hub.store.insert(desk_messages), row)
        return str(row["id"])

    def claim(self, case: Case, who: Conversation) -> bool:
        """Takes the case and the conversation; false when a colleague was quicker."""
        if not cases.claim(self.conn, case.id, self.user.id, self.now):
            return False
        self.give(who, Owner.AGENT, case.id)
        self.tell(who, "agent_joined")
        self.audit("claim", case)
        self.post(d.PostCard(case.id), case)
        return True

    def give(self, who: Conversation, owner: Owner, case_id: str | None) -> None:
        """Hands the conversation over."""
        self.conn.execute(
            update(conversations_table)
            .where(conversations_table.c.id == who.id)
            .values(owner=owner.value, case_id=case_id)
        )

    def audit(self, action: str, case: Case) -> None:
        """An entry of the audit log."""
        cases.record(self.conn, self.hub.store, self.user.id, action, f"case:{case.id}", self.now)


def _message(act: Act, event: d.AgentMessage, case: Case, who: Conversation) -> None:
    if cases.desk_message(act.conn, event.place, event.message):
        return
    if event.note or not (event.text.strip() or event.files):
        act.keep(case, event.message, event.text, "note")
        return
    if case.state == CaseState.RESOLVED:
        act.keep(case, event.message, event.text, "note")
        act.whisper("This case is resolved, so nothing was sent. Press *Reopen* on the card, then send it again.")
        return
    if case.state == CaseState.CLAIMED and case.claimed_by != event.user:
        held = act.keep(case, event.message, event.text, "held")
        act.collect(event.files, who, held)
        act.whisper(f"{act.holder(case)} has this case. Send your message to the customer, or keep it as a note?", held)
        return
    if case.state == CaseState.OPEN:
        act.claim(case, who)
    files = act.collect(event.files, who, new_id(act.now))
    outbox_id = act.reply(case, who, event.text, event.message, files)
    act.keep(case, event.message, event.text, "sent", outbox_id)


def _edited(act: Act, event: d.AgentEdited, _case: Case, _who: Conversation) -> None:
    known = cases.desk_message(act.conn, event.place, event.message)
    if known and known.state == "held":
        cases.rewrite_held(act.conn, known.id, event.text)
    if known and known.state == "sent":
        act.whisper("The customer already has the first version. Write the correction as a new reply.")


def _deleted(act: Act, event: d.AgentDeleted, _case: Case, _who: Conversation) -> None:
    known = cases.desk_message(act.conn, event.place, event.message)
    if known and known.state == "held":
        cases.release_held(act.conn, known.id, "note", None)
    if not known or known.state != "sent":
        return
    stopped = act.conn.execute(
        update(outbox_table)
        .where(outbox_table.c.id == known.outbox_id, outbox_table.c.state == outbox.PENDING)
        .values(state=outbox.CANCELLED, code="deleted_by_agent", finished_at=act.now)
    )
    act.whisper(
        "Stopped in time: the customer did not get it."
        if stopped.rowcount
        else "The customer already has this message; deleting it here does not take it back."
    )


def _pressed(act: Act, event: d.Pressed, case: Case, who: Conversation) -> None:
    BUTTONS[event.action](act, event, case, who)


def _claim(act: Act, _event: d.Pressed, case: Case, who: Conversation) -> None:
    if case.state == CaseState.RESOLVED:
        act.whisper("This case is resolved. Press *Reopen* first.")
    elif not act.claim(case, who) and case.claimed_by != act.user.id:
        act.whisper(f"{act.holder(case)} has this case.")


def _resolve(act: Act, _event: d.Pressed, case: Case, who: Conversation) -> None:
    _end(act, case, who, "resolve", "agent_left", "bot_back")


def _to_bot(act: Act, _event: d.Pressed, case: Case, who: Conversation) -> None:
    _end(act, case, who, "to_bot", "bot_back")


def _end(act: Act, case: Case, who: Conversation, action: str, *words: str) -> None:
    states = (CaseState.OPEN, CaseState.CLAIMED)
    if not cases.change(act.conn, case.id, states, state=CaseState.RESOLVED.value, resolved_at=act.now):
        act.whisper("This case is resolved already.")
        return
    if who.case_id == case.id:
        act.give(who, Owner.BOT, None)
        if who.owner == Owner.AGENT.value:
            act.tell(who, *words)
    act.audit(action, case)
    act.post(d.PostCard(case.id), case)


def _reopen(act: Act, _event: d.Pressed, case: Case, who: Conversation) -> None:
    if who.case_id and who.case_id != case.id:
        act.whisper("This customer has another open case; go on there.")
        return
    changed = cases.change(
        act.conn, case.id, (CaseState.RESOLVED,), state=CaseState.OPEN.value, claimed_by=None, resolved_at=None
    )
    if not changed:
        act.whisper("This case is open.")
        return
    act.give(who, Owner.AGENT, case.id)
    act.audit("reopen", case)
    act.post(d.PostCard(case.id), case)


def _send_held(act: Act, event: d.Pressed, case: Case, who: Conversation) -> None:
    held = cases.held_message(act.conn, event.value)
    if not held or held.user != event.user or held.state != "held":
        act.whisper("That message was dealt with already.")
        return
    if case.state == CaseState.RESOLVED:
        act.whisper("This case is resolved, so nothing was sent. Press *Reopen* on the card first.")
        return
    files = media_rows.of_message(act.conn, who.customer_id, held.id)
    outbox_id = act.reply(case, who, held.text, held.message, files)
    cases.release_held(act.conn, held.id, "sent", outbox_id)


def _keep_held(act: Act, event: d.Pressed, _case: Case, _who: Conversation) -> None:
    done = cases.release_held(act.conn, event.value, "note", None)
    act.whisper("Kept as a note; the customer did not get it." if done else "That message was dealt with already.")


HANDLERS: dict[type, Callable[[Act, Any, Case, Conversation], None]] = {
    d.AgentMessage: _message,
    d.AgentEdited: _edited,
    d.AgentDeleted: _deleted,
    d.Pressed: _pressed,
}
BUTTONS: dict[str, Callable[[Act, d.Pressed, Case, Conversation], None]] = {
    d.CLAIM: _claim,
    d.RESOLVE: _resolve,
    d.TO_BOT: _to_bot,
    d.REOPEN: _reopen,
    d.SEND_HELD: _send_held,
    d.KEEP_HELD: _keep_held,
}
