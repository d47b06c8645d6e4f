"""Replays old conversations on the flows as they are now, to find what would be answered otherwise."""

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, select

from bots.cli.chat import OrdersView
from bots.cli.common import Database
from core.messages.quotes import words
from flows.engine.effects import Effect, Handoff, Say, Track
from flows.tools.console import Chat
from hub.store_folder import StoreFolder
from storage.conversations import conversations, quotes, timeline
from storage.conversations.conversations import Conversation
from storage.desk.tables import cases
from storage.people.tables import conversations as conversations_table

TURNS = 200
DECIDED = ("flow_started", "flow_completed", "flow_cancelled", "asked_back")


class Heard(NamedTuple):
    """Holds what a customer wrote to the bot, and what it answered then."""

    text: str
    quoted: str
    at: datetime
    answered: str


class Played(NamedTuple):
    """Counts the messages that were played. `differences`: {conversation, after, was, now}."""

    messages: int
    differences: list[dict[str, str]]


def replay_conversations(folder: StoreFolder, opened: Database, last: int, before: StoreFolder | None = None) -> Played:
    """Plays the last conversations. Orders may have changed since.

    With the folder `before`, decisions are compared (what was begun, said, handed over); without them
    the words, with those that were sent, but for by when a person answers: that hung on the queue.
    What was written while an agent had the conversation is left out.
    """
    with opened.store.read() as conn:
        newest = select(conversations_table.c.id).order_by(conversations_table.c.last_inbound_at.desc()).limit(last)
        found = [
            (who, list(_heard(conn, who))) for id_ in conn.scalars(newest) if (who := conversations.by_id(conn, id_))
        ]
    differences = []
    for who, heard in found:
        now = _chat(folder, opened, who, heard)
        was = _chat(before, opened, who, heard) if before else None
        for each in heard:
            told = now.say(each.text, quoted=each.quoted)
            if was is None:
                pair = each.answered, "\n".join(effect.text for effect in told if isinstance(effect, Say))
            else:
                pair = _decisions(was.say(each.text, quoted=each.quoted)), _decisions(told)
            handed_over = was is None and any(isinstance(effect, Handoff) for effect in told)
            if pair[0] != pair[1] and not (handed_over and pair[0].startswith(pair[1])):
                differences.append({"conversation": who.id, "after": each.text, "was": pair[0], "now": pair[1]})
    return Played(sum(len(heard) for _, heard in found), differences)


def _chat(folder: StoreFolder, opened: Database, who: Conversation, heard: list[Heard]) -> Chat:
    shop, begun = folder.notices.shop, heard[0].at if heard else opened.now()
    locale, zone = who.locale or shop.locale, who.timezone or shop.timezone
    return Chat(folder.flows, OrdersView(opened.store), who.channel, locale, begun, who.value, zone, folder.policies)


def _heard(conn: Connection, who: Conversation) -> Iterator[Heard]:
    """Reads what the customer wrote to the bot, each with its answer."""
    lines = timeline.last(conn, who.id, TURNS)
    known = quotes.pointed_at(conn, who.id, {line.reply_to for line in lines if line.reply_to})
    spans = _held(conn, who.id)
    asked: timeline.Line | None = None
    answered = ""
    for line in [*lines, None]:
        if line is not None and line.author == timeline.BOT:
            answered = f"{answered}\n{line.text}".strip()
        if line is not None and (line.author != timeline.CUSTOMER or line.attachments in timeline.REACTIONS):
            continue
        if asked is not None and asked.text and not any(begun < asked.at <= ended for begun, ended in spans):
            yield Heard(asked.text, words(known.get(asked.reply_to or ""), asked.quoted), asked.at, answered)
        asked, answered = line, ""


def _held(conn: Connection, conversation_id: str) -> list[tuple[datetime, datetime]]:
    """Lists when people had the conversation: from after the message that brought them in."""
    own = select(cases.c.opened_at, cases.c.resolved_at).where(cases.c.conversation_id == conversation_id)
    return [(opened, resolved or datetime.max.replace(tzinfo=opened.tzinfo)) for opened, resolved in conn.execute(own)]


def _decisions(effects: list[Effect]) -> str:
    """Writes what the flows decided, without the words: "begins returns, says utter_ask_reason"."""
    told = []
    for effect in effects:
        if isinstance(effect, Say):
            told.append(f"says {effect.key or 'something'}")
        elif isinstance(effect, Handoff):
            told.append(f"hands over: {effect.reason}")
        elif isinstance(effect, Track) and effect.name in DECIDED:
            told.append(f"{effect.name} {effect.props.get('flow', '')}".strip().replace("_", " ", 1))
    return ", ".join(told)
