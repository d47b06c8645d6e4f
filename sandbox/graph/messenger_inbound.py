"""Messenger Platform: what a customer's phone sends to the product."""

from collections.abc import Callable
from typing import Any

from sandbox import ids
from sandbox.acts import Act, own_bubble
from sandbox.graph import signing
from sandbox.graph.messenger import PAGE_INBOX_APP, Messenger
from sandbox.people import Bubble, Phone
from sandbox.webhooks import Answer

Json = dict[str, Any]
ATTACHMENTS = {
    "image": "image",
    "voice": "audio",
    "audio": "audio",
    "video": "video",
    "document": "file",
    "sticker": "sticker",
}


async def send(messenger: Messenger, phone: Phone, acts: list[Act]) -> Answer:
    """Show what the customer does and post it, each act in one webhook; returns the last answer."""
    items = [_item(messenger, phone, act) for act in acts]
    payload = messenger.envelope(items[0])
    payload["entry"][0]["messaging"] = items
    return await signing.deliver(messenger.world, "messenger", payload)


async def human_reply(messenger: Messenger, phone: Phone, text: str) -> Bubble:
    """Somebody of the store answers in the Page Inbox: the product sees an echo of another app."""
    message_id = ids.mid()
    bubble = Bubble(
        id=message_id,
        phone=phone.id,
        direction="out",
        kind="text",
        text=text,
        time=messenger.world.stamp(),
        status="delivered",
    )
    messenger.world.show(phone, bubble)
    await messenger.echo(phone, message_id, {"text": text}, PAGE_INBOX_APP)
    return bubble


def _item(messenger: Messenger, phone: Phone, act: Act) -> Json:
    bubble = own_bubble(messenger.world, phone, ids.mid(), act)
    item = {**messenger.pair(phone, False), **BUILDERS[act.kind](messenger, act, bubble)}
    if "message" in item:
        item["message"] = {"mid": bubble.id, **item["message"]}
        if act.reply_to and act.kind != "choice":
            item["message"]["reply_to"] = {"mid": act.reply_to}
    if act.kind not in {"reaction", "edit", "delete"}:
        messenger.world.show(phone, bubble)
    return item


def _text(_messenger: Messenger, act: Act, _bubble: Bubble) -> Json:
    return {"message": {"text": act.text}}


def _choice(_messenger: Messenger, act: Act, bubble: Bubble) -> Json:
    choice = act.chosen()
    if choice.kind == "quick_reply":
        return {"message": {"text": choice.title, "quick_reply": {"payload": choice.id}}}
    return {"postback": {"mid": bubble.id, "title": choice.title, "payload": choice.id}}


def _media(kind: str) -> Callable[[Messenger, Act, Bubble], Json]:
    def build(messenger: Messenger, act: Act, bubble: Bubble) -> Json:
        stored = act.media or messenger.world.media.sample(kind)
        act.attach(bubble, "audio" if kind == "voice" else kind, stored)
        payload: Json = {"url": f"{messenger.world.config.base}/media/{stored.id}"}
        if kind == "sticker":
            payload["sticker_id"] = 369239263222822
        return {"message": {"attachments": [{"type": ATTACHMENTS[kind], "payload": payload}]}}

    return build


def _location(_messenger: Messenger, act: Act, _bubble: Bubble) -> Json:
    payload = {"coordinates": {"lat": act.latitude, "long": act.longitude}}
    return {"message": {"attachments": [{"type": "location", "title": "Pinned Location", "payload": payload}]}}


def _contact(messenger: Messenger, _act: Act, bubble: Bubble) -> Json:
    number = messenger.world.directory.phones[bubble.phone].number
    return {"message": {"text": number, "quick_reply": {"payload": number}}}


def _reaction(messenger: Messenger, act: Act, bubble: Bubble) -> Json:
    act.react(messenger.world, bubble.phone)
    action = {"action": "react", "reaction": "love", "emoji": act.text} if act.text else {"action": "unreact"}
    return {"reaction": {**action, "mid": act.target}}


def _edit(messenger: Messenger, act: Act, bubble: Bubble) -> Json:
    act.change(messenger.world, bubble.phone)
    return {"message_edit": {"mid": act.target, "text": act.text, "num_edit": 1}}


def _delete(messenger: Messenger, act: Act, bubble: Bubble) -> Json:
    act.remove(messenger.world, bubble.phone)
    return {"message": {"mid": act.target, "is_deleted": True}}


def _unsupported(_messenger: Messenger, _act: Act, _bubble: Bubble) -> Json:
    return {"message": {"attachments": [{"type": "appointment_booking", "payload": {}}]}}


BUILDERS: dict[str, Callable[[Messenger, Act, Bubble], Json]] = {
    "text": _text,
    "choice": _choice,
    "location": _location,
    "contact": _contact,
    "reaction": _reaction,
    "edit": _edit,
    "delete": _delete,
    "unsupported": _unsupported,
    **{kind: _media(kind) for kind in ATTACHMENTS},
}
