"""Handles what a customer does without a message: edit, delete, react; move, block; or are answered elsewhere.

The bot answers none of it. It goes on the timeline, into the consent ledger where it is about consent, and to the
agent who has the case.
"""

from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection

from core.desk.glances import QuoteGlance
from core.desk.posts import PostCustomer
from core.ids import new_id
from core.messages.inbound import (
    Answered,
    Changed,
    Deleted,
    Edited,
    Moved,
    Preference,
    Reacted,
)
from core.messages.quotes import glance
from core.people.consent import MARKETING, SERVICE
from core.people.conversations import Owner
from hub.conversation.acting.consequences import BLOCKED, UNBLOCKED, AddressChanged, Blocked, FilesReplaced
from hub.conversation.hearing.echoes import is_automatic
from hub.conversation.hearing.quoting import find
from hub.conversation.hearing.shared import shared_in, words_of
from hub.conversation.turn import Turn
from storage.conversations import timeline
from storage.media import files
from storage.people import addresses, consents
from storage.people.tables import consents as consents_table
from storage.people.tables import messages as messages_table


def react(turn: Turn, event: Changed, conn: Connection) -> None:
    """Makes the rows of one such event. `conn` reads what it is about."""
    if isinstance(event, Answered):
        _answered(turn, event, automatic=is_automatic(turn, event, conn))
    elif isinstance(event, Reacted):
        _reacted(turn, event, conn)
    else:
        _CHANGES[type(event)](turn, event)


def _edited(turn: Turn, event: Edited) -> None:
    """Writes an edit on the timeline: the new words, marked as edited. The answer stays as it was given."""
    parameters = {"place": turn.conversation.id, "name": event.target, "text_": event.text, "at_": turn.now}
    turn.batch.update(timeline.EDIT, parameters)
    if event.attachments:
        turn.batch.after(FilesReplaced(turn.conversation, event))
    _tell(turn, event.text, "edited")


def _deleted(turn: Turn, event: Deleted) -> None:
    """Removes a message that the customer deleted, with its files."""
    what = {"place": turn.conversation.id, "name": event.target, "at_": turn.now}
    turn.batch.update(timeline.DELETE, what)
    turn.batch.update(files.FORGET_MESSAGE, {"customer": turn.customer_id, **what})
    _tell(turn, "", "deleted")


def _reacted(turn: Turn, event: Reacted, conn: Connection) -> None:
    """Writes a reaction, or its end, on the timeline; the agent hears which message it is on."""
    what = "reaction" if event.emoji else "reaction_removed"
    line = timeline.row(
        new_id(turn.now),
        turn.conversation.id,
        turn.customer_id,
        timeline.CUSTOMER,
        event.emoji,
        turn.now,
        attachments=what,
        external_id=event.external_id,
        reply_to=event.target,
        quoted=event.quoted,
    )
    turn.batch.insert(messages_table, line)
    if _is_told(turn):
        _tell(turn, event.emoji, what, glance(find(turn, conn, event.target), event.quoted))


def _preferred(turn: Turn, event: Preference) -> None:
    if event.source == UNBLOCKED:
        turn.batch.after(Blocked(turn.conversation, blocked=False))
        return
    if event.source == BLOCKED:
        turn.batch.after(Blocked(turn.conversation, blocked=True))
        turn.batch.update(addresses.MARK_DEAD, {"row": turn.conversation.key, "at": turn.now})
        _tell(turn, "", "blocked")
        return
    purposes = (MARKETING,) if event.purpose == MARKETING else (SERVICE, MARKETING)
    for purpose in purposes:
        turn.batch.insert(consents_table, _entry(turn, purpose, event.granted, event.source))


def _entry(turn: Turn, purpose: str, granted: bool, source: str) -> dict[str, Any]:
    where = turn.conversation
    return consents.row(where.channel, where.value, purpose, granted, source, turn.now)


def _moved(turn: Turn, event: Moved) -> None:
    """Notes a change of address, made once the turn is written, so that all said before belongs to the old one."""
    if event.to is None:
        turn.grants.clear()
        _tell(turn, "", event.reason)
    turn.batch.after(AddressChanged(event))


def _answered(turn: Turn, event: Answered, *, automatic: bool) -> None:
    """Gives the conversation to the agents, as a colleague wrote outside our desk; they can give it back to the bot.

    What a program wrote by itself (the page's instant reply) changes nothing: the bot has the conversation as before.
    """
    kinds = ",".join(each.kind for each in event.attachments)
    line = timeline.row(
        new_id(turn.now),
        turn.conversation.id,
        turn.customer_id,
        timeline.PROGRAM if automatic else timeline.ELSEWHERE,
        words_of(event),
        turn.now,
        attachments=kinds or None,
        external_id=event.external_id,
        shared=shared_in(event),
    )
    turn.batch.insert(messages_table, line)
    turn.attach(event, line["id"])
    if turn.owner is Owner.BOT and not (automatic or turn.is_blocked):
        turn.open_case("answered_elsewhere", "A colleague answered outside this desk, so the bot is silent.")
        turn.owner = Owner.AGENT if turn.hub.has_desk else Owner.BOT
    _tell(turn, words_of(event), "answered_by_program" if automatic else "answered_elsewhere")


def _is_told(turn: Turn) -> bool:
    """Tells whether an agent has the conversation."""
    return bool(turn.case_id) and turn.owner is Owner.AGENT


def _tell(turn: Turn, text: str, change: str, quoted: QuoteGlance | None = None) -> None:
    """Tells the agent, if there is a case."""
    if turn.case_id and _is_told(turn):
        media = turn.media if change.startswith("answered_") else ()
        turn.post(PostCustomer(turn.case_id, text, change=change, media=media, quoted=quoted))


_CHANGES: dict[type, Callable[[Turn, Any], None]] = {
    Edited: _edited,
    Deleted: _deleted,
    Preference: _preferred,
    Moved: _moved,
}
