"""Reads what a message shares: a link, post, reel or product, the cards of a template, and what is newer than we know.

Shapes: Meta, Messenger Platform "Webhook: messages" and "Templates" (2026).
"""

from collections.abc import Iterable, Iterator
from typing import Any

from adapters.channels.messenger.inbound.envelope import fields, words
from adapters.transport.batch import items
from core.content.facts import facts
from core.messages.pieces import Attachment

SHARES = ("fallback", "post", "ig_post", "reel", "ig_reel", "story", "story_mention", "ig_story", "share")
_CALLED = {"fallback": "link", "share": "link"}
_IDS = ("id", "reel_video_id", "ig_post_media_id", "retailer_id", "product_id")
_TEXTS = ("description", "subtitle", "text", "caption")


def shares_of(item: dict[str, Any]) -> list[Attachment]:
    """Reads one attachment: several where it has several cards, none where it says nothing."""
    kind, payload = words(item.get("type")), fields(item.get("payload"))
    if kind == "template":
        return [*_cards("product", fields(payload.get("product"))), *_cards("card", payload)]
    found = _share(_CALLED.get(kind, kind), {**item, **payload})
    told = found.data.keys() - {"what"}
    if told & {"url"} or (told and kind in SHARES):
        return [found]
    known = facts([payload, {"title": item.get("title")}])
    return [Attachment(kind, data=dict(known))] if kind and known else []


def share_words(attachments: Iterable[Attachment]) -> str:
    """Makes words of the first share, for a message without any: a product's title, else the link."""
    data = next((each.data for each in attachments if each.kind == "share"), {})
    names = ("title", "url") if data.get("what") in ("product", "card") else ("url", "title")
    return next((data[name] for name in names if data.get(name)), "")


def template_words(item: dict[str, Any]) -> str:
    """Reads the words above a template's buttons."""
    return words(fields(item.get("payload")).get("text")) if item.get("type") == "template" else ""


def _cards(what: str, holder: dict[str, Any]) -> Iterator[Attachment]:
    """Reads a template's elements, each with where it leads, and the links of its buttons."""
    for each in map(fields, items(holder, "elements")):
        leads = words(fields(each.get("default_action")).get("url"))
        card = _share(what, {**each, "url": words(each.get("url")) or leads})
        yield from [card] if len(card.data) > 1 else []
        yield from _buttons(each)
    yield from _buttons(holder)


def _buttons(holder: dict[str, Any]) -> Iterator[Attachment]:
    for each in map(fields, items(holder, "buttons")):
        if words(each.get("url")):
            yield _share("button", each)


def shared_link(told: dict[str, Any]) -> Attachment | None:
    """Reads a share of the Conversations API: {link, name, description}."""
    found = _share("link", {**told, "title": told.get("name"), "url": told.get("link"), "id": ""})
    return found if len(found.data) > 1 else None


def _share(what: str, told: dict[str, Any]) -> Attachment:
    known = {
        "what": what,
        "title": words(told.get("title")),
        "text": next((text for key in _TEXTS if (text := words(told.get(key)))), ""),
        "url": words(told.get("url")),
        "id": next((id_ for key in _IDS if (id_ := words(told.get(key)))), ""),
    }
    if what == "product":
        known["id"] = words(told.get("retailer_id")) or known["id"]
        known["picture"] = words(told.get("image_url"))
    return Attachment("share", data={key: value for key, value in known.items() if value})
