"""Replays old conversations on the flows as they are now, to find what would be answered otherwise."""

from typing import Any

from sqlalchemy import select

from bots.cli.chat import OrdersView
from bots.cli.common import Database
from core.quotes import words
from flows.engine.effects import Say
from flows.tools.console import Chat
from storage.people import conversations, quotes, timeline
from storage.people.tables import conversations as conversations_table

TURNS = 200


def replay_conversations(loaded: Any, policies: Any, opened: Database, last: int) -> list[dict[str, str]]:
    """Lists differences in the last conversations: {conversation, after, was, now}. Orders may have changed since."""
    with opened.store.read() as conn:
        newest = select(conversations_table.c.id).order_by(conversations_table.c.last_inbound_at.desc()).limit(last)
        ids = list(conn.scalars(newest))
    return [difference for id_ in ids for difference in _replay(loaded, policies, opened, id_)]


def _replay(loaded: Any, policies: Any, opened: Database, id_: str) -> list[dict[str, str]]:
    with opened.store.read() as conn:
        who = conversations.by_id(conn, id_)
        lines = timeline.last(conn, id_, TURNS)
        known = quotes.pointed_at(conn, id_, {line.reply_to for line in lines if line.reply_to})
    if who is None:
        return []
    chat: Chat | None = None
    differences, asked, quoted, answered = [], "", "", ""
    for line in [*lines, timeline.Line(timeline.CUSTOMER, "", None, opened.now())]:
        if line.author == timeline.BOT:
            answered = f"{answered}\n{line.text}".strip()
        if line.author != timeline.CUSTOMER or line.attachments in timeline.REACTIONS:
            continue
        if chat and asked:
            now = "\n".join(effect.text for effect in chat.say(asked, quoted=quoted) if isinstance(effect, Say))
            if now != answered:
                differences.append({"conversation": id_, "after": asked, "was": answered, "now": now})
        chat = chat or Chat(
            loaded, OrdersView(opened.store), who.channel, who.locale or "en", line.at, who.value, policies=policies
        )
        asked, quoted, answered = line.text, words(known.get(line.reply_to or ""), line.quoted), ""
    return differences
