"""Builds the bodies of Messenger's inbound events, one function per kind of act (Messenger webhook reference)."""

from collections.abc import Callable
from typing import Any

import msgspec

from sandbox.platforms.meta import links
from sandbox.platforms.meta.messenger.page import PAGE_INBOX_APP, Messenger
from sandbox.world import ids
from sandbox.world.acts import Act
from sandbox.world.people import Bubble

Json = dict[str, Any]
Builder = Callable[[Messenger, Act, Bubble], Json]
ATTACHMENTS = {
    "image": "image",
    "voice": "audio",
    "audio": "audio",
    "video": "video",
    "document": "file",
    "sticker": "sticker",
}
HANDOVERS = {"handover"}
NO_SENDER = {"policy"}
SILENT = {"reaction", "edit", "delete", "referral", "optin", "account_linking", "handover", "policy", "read"}
REACTIONS = {
    "❤": "love",
    "❤️": "love",
    "😆": "smile",
    "😮": "wow",
    "😢": "sad",
    "😠": "angry",
    "👍": "like",
    "👎": "dislike",
}
BOOTS = {"id": "8841", "retailer_id": "BOOT-42", "name": "Leather boots", "unit_price": 129.8, "currency": "USD"}


def _text(_messenger: Messenger, act: Act, _bubble: Bubble) -> Json:
    """Builds a text; with `referral` the product or ad that the customer asks about."""
    referral = _referral(act) if act.data.get("referral") else {}
    return {"message": {"text": act.text, **({"referral": referral} if referral else {})}}


def _choice(messenger: Messenger, act: Act, bubble: Bubble) -> Json:
    choice = act.chosen()
    if choice.kind == "url":
        raise ValueError("a link opens the browser; the store hears nothing of it")
    if choice.kind == "contact":
        return _contact(messenger, act, bubble)
    if choice.kind == "quick_reply":
        return {"message": {"text": choice.title, "quick_reply": {"payload": choice.id}}}
    return {"postback": {"mid": bubble.id, "title": choice.title, "payload": choice.id}}


def _media(kind: str) -> Builder:
    def build(messenger: Messenger, act: Act, bubble: Bubble) -> Json:
        stored = act.media or messenger.world.media.sample(kind)
        act.attach(bubble, "audio" if kind == "voice" else kind, stored)
        payload: Json = {"url": links.cdn(messenger.world, stored)}
        if kind == "sticker":
            payload["sticker_id"] = 369239263222822
        attachments = {"attachments": [{"type": ATTACHMENTS[kind], "payload": payload}]}
        return {"message": {"text": act.text, **attachments} if act.text else attachments}

    return build


def _location(_messenger: Messenger, act: Act, _bubble: Bubble) -> Json:
    payload = {"coordinates": {"lat": act.latitude, "long": act.longitude}}
    title = str(act.data.get("name", "Pinned Location"))
    return {"message": {"attachments": [{"type": "location", "title": title, "payload": payload}]}}


def _contact(messenger: Messenger, act: Act, bubble: Bubble) -> Json:
    """Builds the answer to a quick reply that asks for the customer's number or e-mail address."""
    phone = messenger.world.directory.phones[bubble.phone]
    person = messenger.world.directory.people[phone.person]
    value = person.email if act.choice and act.choice.id == "user_email" else phone.number
    bubble.text = value
    return {"message": {"text": value, "quick_reply": {"payload": value}}}


def _reaction(messenger: Messenger, act: Act, bubble: Bubble) -> Json:
    act.react(messenger.world, bubble.phone)
    name = REACTIONS.get(act.text, "other")
    action = {"action": "react", "reaction": name, "emoji": act.text} if act.text else {"action": "unreact"}
    return {"reaction": {**action, "mid": act.target}}


def _edit(messenger: Messenger, act: Act, bubble: Bubble) -> Json:
    act.change(messenger.world, bubble.phone)
    return {"message_edit": {"mid": act.target, "text": act.text, "num_edit": int(act.data.get("num_edit", 1))}}


def _delete(messenger: Messenger, act: Act, bubble: Bubble) -> Json:
    act.remove(messenger.world, bubble.phone)
    return {"message": {"mid": act.target, "is_deleted": True}}


def _referral(act: Act) -> Json:
    """Builds how the customer came: by an m.me link, or as `referral` {…} says (an ad, a product, a post)."""
    given = act.data.get("referral")
    known: Json = {"ref": act.text or "winter-mail", "source": "SHORTLINK", "type": "OPEN_THREAD"}
    return {**known, **given} if isinstance(given, dict) else known


def _link(_messenger: Messenger, act: Act, _bubble: Bubble) -> Json:
    return {"referral": _referral(act)}


def _get_started(_messenger: Messenger, act: Act, bubble: Bubble) -> Json:
    """Builds a press on Get Started; with `referral` it tells what led the customer there."""
    bubble.text = "Get Started"
    postback: Json = {"mid": bubble.id, "title": "Get Started", "payload": str(act.data.get("payload", "GET_STARTED"))}
    return {"postback": {**postback, "referral": _referral(act)} if act.data.get("referral") else postback}


def _shared(kind: str, payload: Json) -> Builder:
    def build(_messenger: Messenger, act: Act, _bubble: Bubble) -> Json:
        return {"message": {"attachments": [{"type": kind, "payload": {**payload, **act.data.get("payload", {})}}]}}

    return build


def _fallback(_messenger: Messenger, act: Act, bubble: Bubble) -> Json:
    """Builds a link that the customer shares: Messenger adds what it found there."""
    url = str(act.data.get("url", "https://shop.example/boots"))
    bubble.text = act.text or url
    attachment = {"type": "fallback", "title": "Leather boots", "url": url, "payload": {"url": url}}
    return {"message": {"text": bubble.text, "attachments": [attachment]}}


def _cart(_messenger: Messenger, act: Act, _bubble: Bubble) -> Json:
    products = act.data.get("products", [{**BOOTS, "quantity": 1}])
    return {"order": {"products": products, "note": act.text}}


def _optin(messenger: Messenger, act: Act, _bubble: Bubble) -> Json:
    """Builds a consent to notification messages: given by default, `stop` and `resume` later on."""
    word = str(act.data.get("status", ""))
    optin: Json = {
        "type": "notification_messages",
        "payload": str(act.data.get("payload", "holiday_cutoff")),
        "notification_messages_token": ids.numeric("token" + act.kind, 16),
        "notification_messages_frequency": "WEEKLY",
        "token_expiry_timestamp": messenger.millis() + 180 * 86_400_000,
        "user_token_status": "NOT_REFRESHED",
    }
    return {"optin": {**optin, "notification_messages_status": f"{word.upper()}_NOTIFICATIONS"} if word else optin}


def _account_linking(_messenger: Messenger, act: Act, _bubble: Bubble) -> Json:
    status = str(act.data.get("status", "linked"))
    return {"account_linking": {"status": status, **({"authorization_code": "c1"} if status == "linked" else {})}}


def _handover(messenger: Messenger, act: Act, bubble: Bubble) -> Json:
    """Builds a handover: `to` inbox, a person takes the thread; app, it is ours; `request`: the other app wants it."""
    phone = messenger.world.directory.phones[bubble.phone]
    ours, metadata = messenger.world.setting("META_APP_ID"), {"metadata": act.text or "handover"}
    if act.data.get("request"):
        return {"request_thread_control": {"requested_owner_app_id": PAGE_INBOX_APP, **metadata}}
    phone.held = act.data.get("to", "inbox") == "inbox"
    messenger.world.touch_phone(phone)
    if phone.held:
        taken = {"previous_owner_app_id": ours, "new_owner_app_id": PAGE_INBOX_APP}
        return {"take_thread_control": {**taken, **metadata}}
    passed = {"previous_owner_app_id": PAGE_INBOX_APP, "new_owner_app_id": ours}
    return {"pass_thread_control": {**passed, **metadata}}


def _policy(_messenger: Messenger, act: Act, _bubble: Bubble) -> Json:
    """Builds news that the page breaks a rule, or no longer does."""
    action = str(act.data.get("action", "block"))
    reason = act.text or "The bot violated our Platform Policies. Common violations include sending out excessive spam."
    return {"policy_enforcement": {"action": action, **({"reason": reason} if action == "block" else {})}}


def _feedback(_messenger: Messenger, act: Act, _bubble: Bubble) -> Json:
    follow_up = {"type": "free_form", "payload": act.text}
    answer = {"type": "CSAT", "payload": str(act.data.get("score", 4)), "follow_up": follow_up}
    screens = [{"screen_id": 0, "questions": {"myquestion1": answer}}]
    return {"messaging_feedback": {"feedback_screens": screens}}


def _read(messenger: Messenger, _act: Act, _bubble: Bubble) -> Json:
    return {"read": {"watermark": messenger.millis()}}


def _raw(_messenger: Messenger, act: Act, _bubble: Bubble) -> Json:
    """Builds whatever `item` says: for kinds that nobody knows yet, and for broken ones."""
    item: Json = msgspec.convert(act.data.get("item"), Json)
    return item


BUILDERS: dict[str, Builder] = {
    "text": _text,
    "choice": _choice,
    "location": _location,
    "contact": _contact,
    "reaction": _reaction,
    "edit": _edit,
    "delete": _delete,
    "referral": _link,
    "get_started": _get_started,
    "post": _shared("post", {"id": "1220", "url": "https://www.facebook.com/reel/1", "title": "New boots"}),
    "reel": _shared("reel", {"url": "https://cdn.example/reel.mp4", "title": "Reel", "reel_video_id": 1002}),
    "ig_post": _shared("ig_post", {"url": "https://cdn.example/ig.jpg", "id": "18010"}),
    "template": _shared("template", {"product": {"elements": [BOOTS]}}),
    "appointment": _shared("appointment_booking", {"appointment": {"id": "77", "status": "REQUESTED"}}),
    "unsupported": _shared("hologram", {}),
    "fallback": _fallback,
    "cart": _cart,
    "optin": _optin,
    "account_linking": _account_linking,
    "handover": _handover,
    "policy": _policy,
    "feedback": _feedback,
    "read": _read,
    "raw": _raw,
    **{kind: _media(kind) for kind in ATTACHMENTS},
}
