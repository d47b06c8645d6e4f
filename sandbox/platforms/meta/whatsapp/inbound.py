"""Posts what a customer's phone sends on WhatsApp Cloud API."""

from typing import Any

from sandbox.platforms.meta import signing
from sandbox.platforms.meta.whatsapp.kinds import BUILDERS, SILENT
from sandbox.platforms.meta.whatsapp.number import WhatsApp
from sandbox.platforms.meta.whatsapp.statuses import contact
from sandbox.wire.webhooks import Answer
from sandbox.world import ids
from sandbox.world.acts import Act, own_bubble
from sandbox.world.people import Bubble, Phone

Json = dict[str, Any]
KINDS = frozenset(BUILDERS) - {"choice"}
FREE_SECONDS = 72 * 3600  # after a click on an ad
UNREADABLE = {
    "code": 131000,
    "title": "Something went wrong",
    "message": "Something went wrong",
    "error_data": {"details": "Unsupported webhook payload"},
}


async def send(whatsapp: WhatsApp, phone: Phone, acts: list[Act]) -> Answer:
    """Shows what the customer does and posts it, all acts in one webhook."""
    told = payload(whatsapp, phone, acts)
    return Answer(204) if phone.kept_away else await whatsapp.tell(told)


def payload(whatsapp: WhatsApp, phone: Phone, acts: list[Act]) -> Json:
    """Shows what the customer does; the webhook body that tells of it.

    Plain messages share one change; what Meta could not read has its own, with the error; `standby` is the field of
    messages that Meta's Business Agent answers.
    """
    changes: dict[str, Json] = {}
    bodies: list[Json] = []
    for act in acts:
        message, field = _message(whatsapp, phone, act), "standby" if act.data.get("standby") else "messages"
        if field in changes and act.kind != "no_body":
            changes[field]["messages"].append(message)
            continue
        value: Json = {"contacts": [contact(phone)], "messages": [message]}
        if act.kind == "no_body":
            value["errors"] = [UNREADABLE]
        else:
            changes[field] = value
        bodies.append(whatsapp.envelope(value, field))
    return signing.merged(bodies)


async def prefer(whatsapp: WhatsApp, phone: Phone, stop: bool, signup: bool = False) -> Answer:
    """Stops or resumes marketing messages in the app, or signs up: a `user_preferences` change."""
    phone.opted_out = stop
    word = "stop" if stop else "signup" if signup else "resume"
    detail = "User signed up via signup link" if signup else f"User requested to {word} marketing messages"
    preference: Json = {
        "user_id": phone.user_id,
        "detail": detail,
        "category": "marketing_messages",
        "value": word,
        "timestamp": int(whatsapp.world.clock()),
    }
    if signup:
        preference["signup_id"] = ids.numeric(phone.id, 17)
    if not phone.hidden_number:
        preference["wa_id"] = phone.address
    value = {"contacts": [contact(phone)], "user_preferences": [preference]}
    return await whatsapp.tell(whatsapp.envelope(value, "user_preferences"))


async def renumber(whatsapp: WhatsApp, phone: Phone, before: Phone) -> Answer:
    """Tells of a customer's new number, and so a new user id; `before` is the phone as it was.

    A system message without `contacts` (Cloud API "System messages", changelog of 11 August 2026).
    """
    system: Json = {"user_id": phone.user_id, "previous_user_id": before.user_id}
    if phone.hidden_number:
        system |= {"body": f"User {phone.name} changed their user ID", "type": "user_changed_user_id"}
    else:
        body = f"User {phone.name} changed from {before.address} to {phone.address}"
        system |= {"body": body, "wa_id": phone.address, "type": "user_changed_number"}
    message = {**_frame(whatsapp, before, ids.wamid(before.address)), "type": "system", "system": system}
    return await whatsapp.tell(whatsapp.envelope({"messages": [message]}))


async def human_reply(whatsapp: WhatsApp, phone: Phone, text: str) -> Answer:
    """Answers in the WhatsApp Business app, as a person of the store: the product sees an echo."""
    world = whatsapp.world
    bubble = Bubble(
        id=ids.wamid(phone.address),
        phone=phone.id,
        direction="out",
        kind="text",
        text=text,
        time=world.stamp(),
        status="delivered",
    )
    world.show(phone, bubble)
    echo: Json = {
        "from": whatsapp.setting("WHATSAPP_NUMBER"),
        "to_user_id": phone.user_id,
        "id": bubble.id,
        "timestamp": str(int(world.clock())),
        "type": "text",
        "text": {"body": text},
    }
    if not phone.hidden_number:
        echo["to"] = phone.address
    value = {"contacts": [contact(phone)], "message_echoes": [echo]}
    return await whatsapp.tell(whatsapp.envelope(value, "smb_message_echoes"))


def _message(whatsapp: WhatsApp, phone: Phone, act: Act) -> Json:
    world = whatsapp.world
    message_id = ids.wamid(phone.address)
    bubble = own_bubble(world, phone, message_id, act)
    message = {**_frame(whatsapp, phone, message_id), **BUILDERS[act.kind](whatsapp, act, bubble)}
    message |= _around(whatsapp, phone, act)
    if act.kind not in SILENT:
        world.show(phone, bubble)
    return message


def _frame(whatsapp: WhatsApp, phone: Phone, message_id: str) -> Json:
    frame: Json = {"from_user_id": phone.user_id, "id": message_id, "timestamp": str(int(whatsapp.world.clock()))}
    return frame if phone.hidden_number else {"from": phone.address, **frame}


def _around(whatsapp: WhatsApp, phone: Phone, act: Act) -> Json:
    """Builds what stands beside the message itself: the quote, forwarding, a product, an ad, a group."""
    number, data = whatsapp.setting("WHATSAPP_NUMBER"), act.data
    context: Json = {}
    if act.reply_to and not data.get("no_context"):
        context = {"from": phone.address if phone.wrote(act.reply_to) else number, "id": act.reply_to}
    if data.get("forwarded"):
        context["frequently_forwarded" if data["forwarded"] == "often" else "forwarded"] = True
    if data.get("product"):
        product = {"catalog_id": ids.numeric("catalog", 15), "product_retailer_id": str(data["product"])}
        context |= {"from": number, "id": ids.wamid(number), "referred_product": product}
    around: Json = {"context": context} if context else {}
    if data.get("referral"):
        around["referral"] = _referral(data["referral"])
        if around["referral"]["source_type"] == "ad":
            phone.free_until = whatsapp.world.clock() + FREE_SECONDS
    if data.get("group"):
        around["group_id"] = ids.numeric(f"group{data['group']}", 18)
    return around


def _referral(given: Any) -> Json:
    known = {
        "source_url": "https://fb.me/3cr4Wqqkv",
        "source_id": "120226305854810726",
        "source_type": "ad",
        "headline": "Warm boots for winter",
        "body": "Chat with us",
        "media_type": "image",
        "image_url": "https://scontent.example/boots.jpg",
        "ctwa_clid": "Aff-n8ZTODiE79d22KtAwQKj9e_mIEOOj27vDVwFjN80dp4_0NiNhEgpGo0AHemv",
        "welcome_message": {"text": "Hi there! Which size do you wear?"},
    }
    return {**known, **given} if isinstance(given, dict) else known
