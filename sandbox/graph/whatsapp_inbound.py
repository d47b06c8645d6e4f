"""WhatsApp Cloud API: what a customer's phone sends to the product."""

from collections.abc import Callable
from typing import Any

from sandbox import ids
from sandbox.acts import Act, own_bubble
from sandbox.graph import signing
from sandbox.graph.whatsapp import WhatsApp
from sandbox.media import Stored
from sandbox.people import Bubble, Phone
from sandbox.webhooks import Answer

Json = dict[str, Any]


async def send(whatsapp: WhatsApp, phone: Phone, acts: list[Act]) -> Answer:
    """Show what the customer does and post it, all acts in one webhook."""
    messages = [_message(whatsapp, phone, act) for act in acts]
    contact: Json = {"profile": {"name": phone.name}, "user_id": phone.user_id}
    if not phone.hidden_number:
        contact["wa_id"] = phone.address
    return await signing.deliver(
        whatsapp.world, "whatsapp", whatsapp.envelope({"contacts": [contact], "messages": messages})
    )


async def prefer(whatsapp: WhatsApp, phone: Phone, stop: bool) -> Answer:
    """The customer stops or resumes marketing messages in the app: a `user_preferences` change."""
    phone.opted_out = stop
    world = whatsapp.world
    preference = {
        "wa_id": phone.address,
        "user_id": phone.user_id,
        "detail": "User requested to stop marketing messages"
        if stop
        else "User requested to resume marketing messages",
        "category": "marketing_messages",
        "value": "stop" if stop else "resume",
        "timestamp": int(world.clock()),
    }
    contact = {"profile": {"name": phone.name}, "wa_id": phone.address, "user_id": phone.user_id}
    payload = whatsapp.envelope({"contacts": [contact], "user_preferences": [preference]})
    payload["entry"][0]["changes"][0]["field"] = "user_preferences"
    return await signing.deliver(world, "whatsapp", payload)


def _message(whatsapp: WhatsApp, phone: Phone, act: Act) -> Json:
    world = whatsapp.world
    message_id = ids.wamid(phone.address)
    message: Json = {"from_user_id": phone.user_id, "id": message_id, "timestamp": str(int(world.clock()))}
    if not phone.hidden_number:
        message["from"] = phone.address
    bubble = own_bubble(world, phone, message_id, act)
    message.update(BUILDERS[act.kind](whatsapp, act, bubble))
    if act.reply_to:
        message["context"] = {"from": world.config.extra["whatsapp_number"], "id": act.reply_to}
    if act.kind not in {"reaction", "edit", "delete"}:
        world.show(phone, bubble)
    return message


def _text(_whatsapp: WhatsApp, act: Act, _bubble: Bubble) -> Json:
    return {"type": "text", "text": {"body": act.text}}


def _choice(_whatsapp: WhatsApp, act: Act, _bubble: Bubble) -> Json:
    choice = act.chosen()
    if choice.kind == "template":
        return {"type": "button", "button": {"payload": choice.id, "text": choice.title}}
    reply = {"id": choice.id, "title": choice.title}
    if choice.kind == "list":
        listed = {**reply, **({"description": choice.description} if choice.description else {})}
        return {"type": "interactive", "interactive": {"type": "list_reply", "list_reply": listed}}
    return {"type": "interactive", "interactive": {"type": "button_reply", "button_reply": reply}}


def _media(kind: str) -> Callable[[WhatsApp, Act, Bubble], Json]:
    platform_kind = "audio" if kind == "voice" else kind

    def build(whatsapp: WhatsApp, act: Act, bubble: Bubble) -> Json:
        stored = act.media or whatsapp.world.media.sample(kind)
        body: Json = {"mime_type": _mime(stored, kind), "sha256": stored.sha256, "id": stored.id}
        if act.text:
            body["caption"] = act.text
        extras: dict[str, Json] = {
            "voice": {"voice": True},
            "sticker": {"animated": False},
            "document": {"filename": stored.name},
        }
        act.attach(bubble, platform_kind, stored)
        return {"type": platform_kind, platform_kind: {**body, **extras.get(kind, {})}}

    return build


def _mime(stored: Stored, kind: str) -> str:
    return "audio/ogg; codecs=opus" if kind == "voice" else stored.mime


def _location(_whatsapp: WhatsApp, act: Act, _bubble: Bubble) -> Json:
    return {
        "type": "location",
        "location": {
            "latitude": act.latitude,
            "longitude": act.longitude,
            "name": "Home",
            "address": "1 Main St, Springfield",
        },
    }


def _contact(whatsapp: WhatsApp, _act: Act, bubble: Bubble) -> Json:
    phone = whatsapp.world.directory.phones[bubble.phone]
    name = {"formatted_name": phone.name, "first_name": phone.name.split()[0]}
    return {
        "type": "contacts",
        "contacts": [{"name": name, "phones": [{"phone": phone.number, "wa_id": phone.address, "type": "CELL"}]}],
    }


def _reaction(whatsapp: WhatsApp, act: Act, bubble: Bubble) -> Json:
    reaction = {"message_id": act.target, **({"emoji": act.text} if act.text else {})}
    act.react(whatsapp.world, bubble.phone)
    return {"type": "reaction", "reaction": reaction}


def _edit(whatsapp: WhatsApp, act: Act, bubble: Bubble) -> Json:
    act.change(whatsapp.world, bubble.phone)
    return {
        "type": "edit",
        "edit": {"original_message_id": act.target, "message": {"type": "text", "text": {"body": act.text}}},
    }


def _delete(whatsapp: WhatsApp, act: Act, bubble: Bubble) -> Json:
    act.remove(whatsapp.world, bubble.phone)
    return {"type": "revoke", "revoke": {"original_message_id": act.target}}


def _unsupported(_whatsapp: WhatsApp, _act: Act, _bubble: Bubble) -> Json:
    details = {"details": "Message type is currently not supported."}
    error = {"code": 131051, "title": "Message type unknown", "message": "Message type unknown", "error_data": details}
    return {"type": "unsupported", "errors": [error], "unsupported": {"type": "poll_creation"}}


BUILDERS: dict[str, Callable[[WhatsApp, Act, Bubble], Json]] = {
    "text": _text,
    "choice": _choice,
    "location": _location,
    "contact": _contact,
    "reaction": _reaction,
    "edit": _edit,
    "delete": _delete,
    "unsupported": _unsupported,
    **{kind: _media(kind) for kind in ("image", "voice", "audio", "sticker", "video", "document")},
}
