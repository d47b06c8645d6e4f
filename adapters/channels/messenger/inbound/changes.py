"""Reads what a customer changes about an earlier message: another wording, its deletion, a reaction to it."""

from typing import Any

from adapters.channels.messenger.inbound.envelope import Events, Page, Unreadable, at, author, identifier, string, words
from adapters.transport.batch import digest
from core.messages.inbound import Deleted, Edited, Reacted

# For clients that name a reaction without its emoji (Meta, "message_reactions").
_EMOJI = {"smile": "😆", "angry": "😠", "sad": "😢", "wow": "😮", "love": "❤", "like": "👍", "dislike": "👎"}
_THUMBS = {"Good response": "👍", "Bad response": "👎"}


def edited(page: Page, item: Any) -> Events:
    """Reads other words for a message; `num_edit` counts up to five."""
    change = item["message_edit"]
    mid = identifier(change["mid"])
    times = words(change.get("num_edit")) or digest(item)
    return [Edited(f"{mid}:{times}", author(page, item), at(page, item), mid, string(change["text"]))]


def deleted(page: Page, item: Any, mid: str) -> Events:
    """Reads the deletion of a message."""
    return [Deleted(mid, author(page, item), at(page, item), mid)]


def reacted(page: Page, item: Any) -> Events:
    """Reads a reaction, or its taking back."""
    reaction = item["reaction"]
    emoji = {"react": _emoji(reaction), "unreact": ""}.get(string(reaction["action"]))
    if emoji is None or (not emoji and reaction["action"] == "react"):
        raise Unreadable
    return [_reacted(page, item, reaction, emoji)]


def rated(page: Page, item: Any) -> Events:
    """Reads a thumb below a message of ours: a reaction by another way."""
    rating = item["response_feedback"]
    return [_reacted(page, item, rating, _THUMBS[rating["feedback"]])]


def _emoji(reaction: dict[str, Any]) -> str:
    word = words(reaction.get("reaction"))
    return words(reaction.get("emoji")) or _EMOJI.get(word, word)


def _reacted(page: Page, item: Any, reaction: dict[str, Any], emoji: str) -> Reacted:
    mid = identifier(reaction["mid"])
    return Reacted(f"{mid}:{digest(item)}", author(page, item), at(page, item), mid, emoji)
