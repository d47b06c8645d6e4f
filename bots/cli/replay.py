"""Replays old conversations on the flows as they are now, to find what would be answered otherwise."""

from datetime import datetime

from sqlalchemy import select

from bots.cli.chat import OrdersView
from bots.cli.common import Database
from core.quotes import words
from flows.engine.effects import Say
from flows.tools.console import Chat
from hub.store_folder import StoreFolder
from storage.people import conversations, quotes, timeline
from storage.people.conversations import Conversation
from storage.people.tables import conversations as conversations_table

TURNS = 200


def replay_conversations(folder: StoreFolder, opened: Database, last: int) -> list[dict[str, str]]:
    """Lists differences in the last conversations: {conversation, after, was, now}. Orders may have changed since."""
    with opened.store.read() as conn:
        newest = select(conversations_table.c.id).order_by(conversations_table.c.last_inbound_at.desc()).limit(last)
        ids = list(conn.scalars(newest))
    return [difference for id_ in ids for difference in _replay(folder, opened, id_)]


def _replay(folder: StoreFolder, opened: Database, id_: str) -> list[dict[str, str]]:
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
        chat = chat or _chat(folder, opened, who, line.at)
        asked, quoted, answered = line.text, words(known.get(line.reply_to or ""), line.quoted), ""
    return differences


def _chat(folder: StoreFolder, opened: Database, who: Conversation, begun: datetime) -> Chat:
    shop = folder.notices.shop
    locale, zone = who.locale or shop.locale, who.timezone or shop.timezone
    return Chat(folder.flows, OrdersView(opened.store), who.channel, locale, begun, who.value, zone, folder.policies)
