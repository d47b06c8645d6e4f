"""Answers the Conversations API of a page: what customers and the page wrote, also while no webhook came through."""

import re
from datetime import datetime
from typing import Any

from sandbox.platforms.meta import links
from sandbox.platforms.meta.errors import GraphError
from sandbox.platforms.meta.messenger.page import Messenger
from sandbox.wire.buckets import Buckets
from sandbox.world.acts import ICONS
from sandbox.world.people import Bubble, Phone

Json = dict[str, Any]
Fields = dict[str, "Field"]
TOKEN = re.compile(r"\s*([a-z_]+)((?:\.[a-z]+\([^)]*\))*)\s*(\{)?")
LIMIT = re.compile(r"\.limit\((\d+)\)")
MEDIA_FIELDS = {"image": "image_data", "sticker": "image_data", "video": "video_data"}
EVENTS = ("cart", "feedback")  # come as webhooks of their own kind, without the id of a message


class Field:
    """A wanted field: how many of it, and the fields below."""

    def __init__(self, limit: int, below: Fields) -> None:
        self.limit = limit
        self.below = below


class Conversations:
    """Lists the threads of one page, newest first."""

    def __init__(self, messenger: Messenger) -> None:
        self._messenger = messenger
        self._world = messenger.world
        self._rate = Buckets(rate=2, burst=2)

    def listing(self, query: Json) -> Json:
        """Answers GET /{page}/conversations; raises GraphError."""
        self._pace()
        fields = parse_fields(str(query.get("fields", "id,updated_time")))
        phones = [phone for phone in self._phones() if query.get("user_id") in {None, phone.address}]
        page = _page(phones, int(query.get("limit", 25)), str(query.get("after", "")))
        return {**page, "data": [self._thread(phone, fields) for phone in page["data"]]}

    def messages(self, thread: str, query: Json) -> Json:
        """Answers GET /{conversation}/messages; raises GraphError when there is no such conversation."""
        self._pace()
        phone = self.thread(thread)
        if phone is None:
            raise GraphError(
                100, subcode=33, message=f"Unsupported get request. Object with ID '{thread}' does not exist"
            )
        fields = parse_fields(str(query.get("fields", "id,created_time")))
        return self._messages(phone, fields, int(query.get("limit", 25)), str(query.get("after", "")))

    def thread(self, thread: str) -> Phone | None:
        """Finds the phone whose conversation has this id."""
        return next((phone for phone in self._phones() if thread_id(phone) == thread), None)

    def message(self, bubble: Bubble, fields: Fields) -> Json:
        """Describes one message; attachments have fresh links."""
        phone = self._world.directory.phones[bubble.phone]
        customer = {"name": phone.name, "email": f"{phone.address}@facebook.com", "id": phone.address}
        page = {"name": self._world.config.shop, "id": self._messenger.setting("MESSENGER_PAGE_ID")}
        sender, to = (customer, page) if bubble.direction == "in" else (page, customer)
        known: Json = {
            "created_time": _time(bubble.time),
            "from": sender,
            "to": {"data": [to]},
            "message": "" if bubble.media and bubble.text in ICONS.values() else bubble.text,
        }
        if bubble.media:
            known["attachments"] = self.attachments(bubble)
        return {"id": bubble.id, **{name: known[name] for name in fields if name in known}}

    def attachments(self, bubble: Bubble) -> Json:
        """Answers GET /{message}/attachments."""
        if bubble.media is None:
            return {"data": []}
        stored = self._world.media.get(bubble.media.path.rsplit("/", 1)[-1])
        link = links.cdn(self._world, stored) if stored else bubble.media.link
        known: Json = {
            "id": bubble.media.path.rsplit("/", 1)[-1],
            "mime_type": bubble.media.mime,
            "name": bubble.media.name,
            "size": bubble.media.size,
        }
        field = MEDIA_FIELDS.get(bubble.media.kind)
        return {"data": [{**known, field: {"url": link}} if field else {**known, "file_url": link}]}

    def _phones(self) -> list[Phone]:
        phones = [
            phone
            for phone in self._world.directory.phones.values()
            if phone.channel == "messenger" and phone.account == self._messenger.account and _said(phone)
        ]
        return sorted(phones, key=lambda phone: _said(phone)[-1].time, reverse=True)

    def _thread(self, phone: Phone, fields: Fields) -> Json:
        customer = {"name": phone.name, "email": f"{phone.address}@facebook.com", "id": phone.address}
        known: Json = {
            "updated_time": _time(_said(phone)[-1].time),
            "message_count": len(_said(phone)),
            "unread_count": 0,
            "can_reply": phone.window_open(self._world.clock()),
            "link": f"/{self._messenger.setting('MESSENGER_PAGE_ID')}/inbox/{phone.address}/",
            "participants": {"data": [customer]},
            "senders": {"data": [customer]},
        }
        if "messages" in fields:
            wanted = fields["messages"]
            known["messages"] = self._messages(phone, wanted.below or parse_fields("id,created_time"), wanted.limit, "")
        return {"id": thread_id(phone), **{name: known[name] for name in fields if name in known}}

    def _messages(self, phone: Phone, fields: Fields, limit: int, after: str) -> Json:
        page = _page(_said(phone)[::-1], limit, after)
        if "next" in page["paging"]:
            page["paging"]["next"] = f"{self._messenger.setting('GRAPH_API_URL')}/{thread_id(phone)}/messages"
        return {**page, "data": [self.message(bubble, fields) for bubble in page["data"]]}

    def _pace(self) -> None:
        if self._world.pace.limits and self._rate.take("conversations", self._world.clock()):
            raise GraphError(613)


def thread_id(phone: Phone) -> str:
    """Makes the id of a conversation."""
    return f"t_{phone.address}"


def parse_fields(text: str) -> Fields:
    """Parses the Graph API's field expansion, `a,b.limit(5){c,d}`; raises GraphError."""
    fields, rest = _parse(text)
    if rest.strip():
        raise _syntax(text)
    return fields


def _parse(text: str) -> tuple[Fields, str]:
    fields: Fields = {}
    while match := TOKEN.match(text):
        name, modifiers, opened = match.groups()
        text = text[match.end() :]
        below: Fields = {}
        if opened:
            below, text = _parse(text)
            if not text.startswith("}"):
                raise _syntax(text)
            text = text[1:]
        limit = LIMIT.search(modifiers)
        fields[name] = Field(int(limit[1]) if limit else 25, below)
        if not text.startswith(","):
            break
        text = text[1:]
    return fields, text


def _syntax(text: str) -> GraphError:
    return GraphError(
        2500, message=f'Syntax error "Expected end of string instead of "{text[:1]}"." in field expansion.'
    )


def _said(phone: Phone) -> list[Bubble]:
    return [bubble for bubble in phone.bubbles if not bubble.deleted and bubble.kind not in EVENTS]


def _page(items: list[Any], limit: int, after: str) -> Json:
    start = int(after) if after.isdigit() else 0
    end = start + max(1, min(limit, 100))
    paging: Json = {"cursors": {"before": str(start), "after": str(min(end, len(items)))}}
    if end < len(items):
        paging["next"] = "more"
    return {"data": items[start:end], "paging": paging}


def _time(stamp: str) -> str:
    return datetime.fromisoformat(stamp).strftime("%Y-%m-%dT%H:%M:%S+0000")
