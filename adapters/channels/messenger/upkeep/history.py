"""Fetches what customers wrote while Meta could not reach us, from the page's conversations (Conversations API).

Facts: Meta, "Conversations API" and Graph API "Message": two calls a second for each page; newest first; times to the
second; quick replies and pressed buttons come as plain text.
"""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

from adapters.channels.messenger.inbound.envelope import CHANNEL, Unreadable, fields, identifier, words
from adapters.channels.messenger.inbound.handles import NODE, attachment_of, handle, read_handle
from adapters.channels.messenger.inbound.shares import share_words, shared_link
from adapters.meta.graph import Graph
from adapters.transport.batch import items
from core.messages.inbound import InboundEvent, InboundMessage, Said, Unsupported
from core.messages.pieces import Attachment, Profile
from core.people.addresses import Address

PAUSE = 0.5  # seconds between two calls
CONVERSATIONS = 25  # for each call
MESSAGES = 20

_MESSAGE = f"id,created_time,from,message,sticker,shares{{link,name,description}},attachments{{{NODE}}}"
_SECOND = timedelta(seconds=1)


async def missed(graph: Graph, page_id: str, since: datetime) -> list[InboundEvent]:
    """Lists customers' messages since then, oldest first, as the webhook would have brought them. Raises SendError."""
    walk, start = _Walk(graph), since - _SECOND
    found: list[Said] = []
    nested = f"messages.limit({MESSAGES}){{{_MESSAGE}}}"
    path = f"{page_id}/conversations?platform=messenger&fields=id,updated_time,{nested}&limit={CONVERSATIONS}"
    async with aclosing(walk.entries(path)) as talks:
        async for talk in talks:
            if (_time(talk.get("updated_time")) or since) < start:
                break
            found += await _newer(walk, talk, page_id, start)
    return [*sorted(found, key=lambda event: event.sent_at)]


async def _newer(walk: "_Walk", talk: dict[str, Any], page_id: str, start: datetime) -> list[Said]:
    """Lists the newer messages of one conversation, whose first page came with it."""
    found = []
    path = f"{quote(words(talk.get('id')), safe='')}/messages?fields={_MESSAGE}&limit={MESSAGES}"
    async with aclosing(walk.entries(path, fields(talk.get("messages")))) as messages:
        async for message in messages:
            when = _time(message.get("created_time"))
            if when is not None and when < start:
                break
            event = _event(message, page_id, when) if when is not None else None
            found += [event] if event else []
    return found


class _Walk:
    """Reads edges page after page, slowly."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._pause = 0.0

    async def entries(self, path: str, first: dict[str, Any] | None = None) -> AsyncGenerator[dict[str, Any], None]:
        """Lists the entries of an edge; `first` is its first page, where that is known."""
        answer = await self._get(path) if first is None else first
        while True:
            for entry in items(answer, "data"):
                yield fields(entry)
            paging = fields(answer.get("paging"))
            after = words(fields(paging.get("cursors")).get("after"))
            if not after or "next" not in paging:
                return
            answer = await self._get(f"{path}&after={quote(after, safe='')}")

    async def _get(self, path: str) -> dict[str, Any]:
        await asyncio.sleep(self._pause)
        self._pause = PAUSE
        return await self._graph.get(path)


def _event(message: dict[str, Any], page_id: str, when: datetime) -> Said | None:
    """Reads a message; None for what the page wrote, and for what names nobody."""
    try:
        mid, author = identifier(message["id"]), identifier(message["from"]["id"])
    except (LookupError, TypeError, Unreadable):
        return None
    if author == page_id:
        return None
    who = Address(CHANNEL, page_id, author)
    named = Profile(words(message["from"].get("name")))
    files = _attachments(message, mid)
    attachments = (*files, *_shares(message, {read_handle(each.ref).url for each in files}))
    text = words(message.get("message")) or share_words(attachments)
    if not text and not attachments:
        return Unsupported(mid, who, when, "message", message, answerable=True, profile=named)
    return InboundMessage(external_id=mid, sender=who, sent_at=when, text=text, attachments=attachments, profile=named)


def _attachments(message: dict[str, Any], mid: str) -> tuple[Attachment, ...]:
    listed = items(message.get("attachments"), "data")
    found = [made for each in listed if isinstance(each, dict) and (made := attachment_of(each, mid))]
    sticker = words(message.get("sticker"))
    return (*found, Attachment("sticker", ref=handle(sticker, mid))) if sticker and not found else tuple(found)


def _shares(message: dict[str, Any], files: set[str]) -> tuple[Attachment, ...]:
    """Reads the links; a sticker stands among them once more."""
    listed = (shared_link(fields(each)) for each in items(message.get("shares"), "data"))
    return tuple(each for each in listed if each and each.data.get("url") not in files)


def _time(raw: Any) -> datetime | None:
    """Reads a time like `2026-12-01T09:40:01+0000`."""
    try:
        found = datetime.fromisoformat(raw)
    except (TypeError, ValueError):
        return None
    return found if found.tzinfo else None
