"""Declares what moves a conversation on."""

from datetime import datetime
from typing import Any

import msgspec

from core.messages.pieces import Choice, Referral
from flows.understanding.advice.answer import NO_ADVICE, Advice


class FileRef(msgspec.Struct, frozen=True):
    """Names a file that came with a message: the id under which we keep it, and its kind, like "image"."""

    id: str
    kind: str


class UserMessage(msgspec.Struct, frozen=True, omit_defaults=True, tag="message"):
    """Says that the customer wrote, pressed or sent something; `attachments` are kinds, like "image";
    `files` are those of them that we keep, `place` is where they say they are (core.messages.pieces.Attachment).

    `proved` tells that the channel vouched, with this message, for a number of theirs. `quoted` are the words that it
    points at: of an earlier message here, or of a post elsewhere. `shared` are lines that tell of places, cards, posts
    and the like in it, others' numbers masked; `came_by` is what brought the customer here. `sent_at` is when they sent
    it, where that is known. `advice` is what others say that it means, once nobody here understood it.
    """

    text: str = ""
    choice: Choice | None = None
    attachments: tuple[str, ...] = ()
    proved: bool = False
    quoted: str = ""
    shared: str = ""
    came_by: Referral | None = None
    sent_at: datetime | None = None
    files: tuple[FileRef, ...] = ()
    place: dict[str, Any] | None = None
    advice: Advice = NO_ADVICE


class ActionResult(msgspec.Struct, frozen=True, omit_defaults=True, tag="action_result"):
    """Holds what the action of `RunAction(key=…)` returned; `error` (a short code) when it failed."""

    key: str
    value: Any = None
    error: str = ""


class Opened(msgspec.Struct, frozen=True, omit_defaults=True, tag="opened"):
    """Says that we begin: `flow` starts with these slots filled."""

    flow: str
    slots: dict[str, Any] = {}


class External(msgspec.Struct, frozen=True, omit_defaults=True, tag="external"):
    """Says that something happened elsewhere for which a flow may wait: `name` like "shop.answered", `key` says to
    what ("act-7f3a", an order's number), `value` how it went."""

    name: str
    key: str = ""
    value: Any = None


NO_MESSAGE = UserMessage()
FlowEvent = UserMessage | ActionResult | Opened | External
