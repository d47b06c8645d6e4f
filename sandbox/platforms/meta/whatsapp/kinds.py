"""Builds the bodies of WhatsApp's inbound messages, one function per kind of act (Cloud API webhook reference)."""

import json
from collections.abc import Callable
from typing import Any

import msgspec

from sandbox.platforms.meta import links
from sandbox.platforms.meta.whatsapp.number import WhatsApp
from sandbox.world import ids
from sandbox.world.acts import Act
from sandbox.world.media import DAY
from sandbox.world.people import Bubble

Json = dict[str, Any]
Builder = Callable[[WhatsApp, Act, Bubble], Json]
INBOUND_DAYS = 7
INBOUND_LIMIT = 100 * 1024 * 1024
SILENT = {"reaction", "edit", "delete", "identity", "welcome"}
CART = [{"product_retailer_id": "BOOT-42", "quantity": 1, "item_price": 129.8, "currency": "USD"}]
ANSWERS = {"delivery_rating": "4", "comment_text": "All fine"}


def _text(_whatsapp: WhatsApp, act: Act, _bubble: Bubble) -> Json:
    return {"type": "text", "text": {"body": act.text}}


def _choice(whatsapp: WhatsApp, act: Act, bubble: Bubble) -> Json:
    choice = act.chosen()
    if choice.kind == "url":
        raise ValueError("a link opens the browser; the store hears nothing of it")
    if choice.kind == "template":
        return {"type": "button", "button": {"payload": choice.id, "text": choice.title}}
    if choice.kind == "location":
        return _location(whatsapp, act, bubble)
    if choice.kind == "contact":
        return _contact(whatsapp, act, bubble)
    reply = {"id": choice.id, "title": choice.title}
    if choice.kind == "list":
        listed = {**reply, **({"description": choice.description} if choice.description else {})}
        return {"type": "interactive", "interactive": {"type": "list_reply", "list_reply": listed}}
    return {"type": "interactive", "interactive": {"type": "button_reply", "button_reply": reply}}


def _media(kind: str) -> Builder:
    platform_kind = "audio" if kind == "voice" else kind

    def build(whatsapp: WhatsApp, act: Act, bubble: Bubble) -> Json:
        world = whatsapp.world
        stored = act.media or world.media.sample(kind)
        if len(stored.content) > INBOUND_LIMIT:
            return _unsupported(131052, "Media file size too big", "")(whatsapp, act, bubble)
        stored.gone, stored.owner = world.clock() + INBOUND_DAYS * DAY, whatsapp.account
        mime = "audio/ogg; codecs=opus" if kind == "voice" and stored.mime == "audio/ogg" else stored.mime
        body: Json = {"mime_type": mime, "sha256": stored.sha256, "id": stored.id}
        body["url"] = links.lookaside(world, stored)
        if act.text and kind not in {"voice", "audio", "sticker"}:
            body["caption"] = act.text
        extras: dict[str, Json] = {
            "voice": {"voice": True},
            "audio": {"voice": False},
            "sticker": {"animated": bool(act.data.get("animated"))},
            "document": {"filename": stored.name},
        }
        act.attach(bubble, platform_kind, stored)
        return {"type": platform_kind, platform_kind: {**body, **extras.get(kind, {})}}

    return build


def _location(_whatsapp: WhatsApp, act: Act, bubble: Bubble) -> Json:
    named = {"name": "Home", "address": "1 Main St, Springfield"}
    named |= {name: str(act.data[name]) for name in ("name", "address", "url") if name in act.data}
    location = {"latitude": act.latitude, "longitude": act.longitude}
    bubble.text = ", ".join(filter(None, (named["name"], named["address"])))
    return {"type": "location", "location": {**location, **{name: text for name, text in named.items() if text}}}


def _contact(whatsapp: WhatsApp, act: Act, bubble: Bubble) -> Json:
    """Builds the customer's own contact card; `contact` {name, phone, emails?, …} is another's, a list several."""
    phone = whatsapp.world.directory.phones[bubble.phone]
    given = act.data.get("contact") or {"name": phone.name, "phone": phone.number, "wa_id": phone.address}
    cards = given if isinstance(given, list) else [given]
    bubble.text = ", ".join(str(card.get("name", "")) for card in cards)
    asked = act.choice is not None
    return {"type": "contacts", "contacts": [_card(card, "contact_request" if asked else "other") for card in cards]}


def _card(card: Json, origin: str) -> Json:
    name, number = str(card.get("name", "")), str(card.get("phone", ""))
    phone: Json = {"phone": number, "type": str(card.get("type", "CELL"))}
    if card.get("wa_id"):
        phone["wa_id"] = card["wa_id"]
    known: Json = {"name": {"formatted_name": name, "first_name": name.partition(" ")[0]}, "origin": origin}
    known |= {key: card[key] for key in ("emails", "addresses", "urls", "org", "birthday") if key in card}
    return {**known, "phones": [phone]} if number else known


def _reaction(whatsapp: WhatsApp, act: Act, bubble: Bubble) -> Json:
    reaction = {"message_id": act.target, **({"emoji": act.text} if act.text else {})}
    act.react(whatsapp.world, bubble.phone)
    return {"type": "reaction", "reaction": reaction}


def _edit(whatsapp: WhatsApp, act: Act, bubble: Bubble) -> Json:
    act.change(whatsapp.world, bubble.phone)
    phone = whatsapp.world.directory.phones[bubble.phone]
    before = phone.find(act.target)
    message: Json = {"context": {"id": "M0"}, "type": "text", "text": {"body": act.text}}
    if before and before.media:
        kind, file_id = before.media.kind, before.media.path.rsplit("/", 1)[-1]
        media = {"caption": act.text, "mime_type": before.media.mime, "id": file_id}
        message = {"context": {"id": "M0"}, "type": kind, kind: media}
    return {"type": "edit", "edit": {"original_message_id": act.target, "message": message}}


def _delete(whatsapp: WhatsApp, act: Act, bubble: Bubble) -> Json:
    act.remove(whatsapp.world, bubble.phone)
    return {"type": "revoke", "revoke": {"original_message_id": act.target}}


def _order(_whatsapp: WhatsApp, act: Act, _bubble: Bubble) -> Json:
    order = {"catalog_id": ids.numeric("catalog", 15), "text": act.text, "product_items": act.data.get("lines", CART)}
    return {"type": "order", "order": order}


def _form(_whatsapp: WhatsApp, act: Act, _bubble: Bubble) -> Json:
    answers = {"flow_token": str(act.data.get("flow_token", "unused")), **act.data.get("answers", ANSWERS)}
    reply = {"name": str(act.data.get("name", "flow")), "body": "Sent", "response_json": json.dumps(answers)}
    return {"type": "interactive", "interactive": {"type": "nfm_reply", "nfm_reply": reply}}


def _call_permission(whatsapp: WhatsApp, act: Act, _bubble: Bubble) -> Json:
    until = int(whatsapp.world.clock()) + 7 * DAY
    reply: Json = {"response": "reject" if act.data.get("refused") else "accept", "response_source": "user_action"}
    reply |= {"is_permanent": False, "expiration_timestamp": until}
    return {"type": "interactive", "interactive": {"type": "call_permission_reply", "call_permission_reply": reply}}


def _no_body(_whatsapp: WhatsApp, _act: Act, _bubble: Bubble) -> Json:
    """Builds an interactive answer that Meta could not put into the webhook: error 131000 stands beside it."""
    return {"type": "interactive"}


def _unsupported(code: int, title: str, what: str) -> Builder:
    def build(_whatsapp: WhatsApp, act: Act, _bubble: Bubble) -> Json:
        details = str(act.data.get("details", "Message type is currently not supported."))
        error = {"code": int(act.data.get("code", code)), "title": title, "message": title}
        body: Json = {"type": "unsupported", "errors": [{**error, "error_data": {"details": details}}]}
        kind = str(act.data.get("type", what))
        return {**body, "unsupported": {"type": kind}} if kind else body

    return build


def _welcome(_whatsapp: WhatsApp, _act: Act, _bubble: Bubble) -> Json:
    return {"type": "request_welcome"}


def _identity(whatsapp: WhatsApp, _act: Act, bubble: Bubble) -> Json:
    now = str(int(whatsapp.world.clock()))
    identity = {"acknowledged": True, "created_timestamp": now, "hash": ids.checksum(bubble.id)}
    system = {"body": "User identity changed", "type": "customer_identity_changed"}
    return {"type": "system", "system": system, "identity": identity}


def _raw(_whatsapp: WhatsApp, act: Act, _bubble: Bubble) -> Json:
    """Builds whatever `message` says: for kinds that nobody knows yet, and for broken ones."""
    message: Json = msgspec.convert(act.data.get("message"), Json)
    return message


BUILDERS: dict[str, Builder] = {
    "text": _text,
    "choice": _choice,
    "location": _location,
    "contact": _contact,
    "reaction": _reaction,
    "edit": _edit,
    "delete": _delete,
    "order": _order,
    "form": _form,
    "call_permission": _call_permission,
    "no_body": _no_body,
    "unsupported": _unsupported(131051, "Message type unknown", ""),
    "poll": _unsupported(131060, "This message is currently unavailable.", "poll_creation"),
    "welcome": _welcome,
    "identity": _identity,
    "raw": _raw,
    **{kind: _media(kind) for kind in ("image", "voice", "audio", "sticker", "video", "document")},
}
