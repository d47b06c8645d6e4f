"""Reads what a customer says, presses or sends, as a message."""

from typing import Any

import msgspec

from adapters.channels.messenger.inbound.content import (
    Content,
    content_of,
    facts_of,
    quote_of,
    referral_of,
    unknown_kind,
)
from adapters.channels.messenger.inbound.envelope import (
    Events,
    Page,
    Unreadable,
    at,
    author,
    fields,
    identifier,
    kept,
    string,
    words,
)
from adapters.transport.batch import digest, items
from core.messages.inbound import InboundMessage, Preference
from core.messages.pieces import Attachment, Choice, Referral

GET_STARTED = "GET_STARTED"  # the payload of the welcome screen's button, as `setup` registers it
START = "start:"  # the choice that stands for a link with our own word in it, as on other channels

_STOPPED = ("STOP NOTIFICATIONS", "STOP_NOTIFICATIONS")


def message(page: Page, item: Any, mid: str) -> Events:
    """Reads words, a pressed quick reply, files."""
    said = item["message"]
    content = None if said.get("is_unsupported") is True else content_of(said)
    if content is None:
        return [kept(page, item, unknown_kind(said), mid, answerable=True, said=facts_of(said))]
    answered = fields(said.get("reply_to"))
    found = _message(page, item, mid, content)
    return [msgspec.structs.replace(found, reply_to=words(answered.get("mid")), quoted=quote_of(answered))]


def postback(page: Page, item: Any) -> Events:
    """Reads a press on a button, the menu or Get Started. Older ones carry no mid, those of other apps no payload."""
    press = item["postback"]
    mid, title = press.get("mid"), string(press.get("title", ""))
    external_id = mid if isinstance(mid, str) and mid else f"postback:{digest(item)}"
    referral = referral_of(press.get("referral"))
    if "payload" not in press and title:
        return [_message(page, item, external_id, Content(title, referral=referral))]
    payload = string(press["payload"])
    if payload == GET_STARTED:
        referral = referral or Referral("get_started")
        payload = f"{START}{referral.ref}" if referral.ref else payload
    return [_message(page, item, external_id, Content(choice=Choice(payload, title), referral=referral))]


def referral(page: Page, item: Any) -> Events:
    """Reads that the customer came back by an m.me link; without our own word in it there is no answer."""
    came = referral_of(item["referral"])
    return _started(page, item, "referral", came)


def optin(page: Page, item: Any) -> Events:
    """Reads that marketing messages were stopped or resumed, or a tap on the "Send to Messenger" plugin with a word of
    ours in it."""
    chosen = item["optin"]
    if chosen.get("type") != "notification_messages":
        return _started(page, item, "optin", referral_of({"ref": chosen.get("ref")}))
    granted = chosen.get("notification_messages_status") not in _STOPPED
    who, when = author(page, item), at(page, item)
    return [Preference(f"optin:{digest(item)}", who, when, "marketing", granted, "optin")]


def order(page: Page, item: Any) -> Events:
    """Reads a cart."""
    cart = item["order"]
    lines = [_line(each) for each in items(cart, "products")]
    if not lines:
        raise Unreadable
    attachment = Attachment("order", data={"catalog": "", "lines": lines})
    return [_message(page, item, f"order:{digest(item)}", Content(words(cart.get("note")), None, (attachment,)))]


def feedback(page: Page, item: Any) -> Events:
    """Reads a filled-in feedback form: the answer to each question, and what was written below it."""
    answers: dict[str, str] = {}
    for screen in items(item["messaging_feedback"], "feedback_screens"):
        for key, asked in fields(fields(screen).get("questions")).items():
            answers[key] = words(fields(asked).get("payload"))
            written = words(fields(fields(asked).get("follow_up")).get("payload"))
            answers |= {f"{key}.follow_up": written} if written else {}
    attachment = Attachment("form", data={"name": "feedback", "answers": answers})
    return [_message(page, item, f"feedback:{digest(item)}", Content(attachments=(attachment,)))]


def information(page: Page, item: Any) -> Events:
    """Reads the form in which customers leave name, address and the like."""
    screens = items(item["messaging_customer_information"], "screens")
    said = [fields(each) for screen in screens for each in items(fields(screen), "responses")]
    answers = {words(each.get("key")): words(each.get("value")) for each in said if each.get("key")}
    if not answers:
        raise Unreadable
    attachment = Attachment("form", data={"name": "customer information", "answers": answers})
    return [_message(page, item, f"information:{digest(item)}", Content(attachments=(attachment,)))]


def _started(page: Page, item: Any, kind: str, came: Referral | None) -> Events:
    external_id = f"{kind}:{digest(item)}"
    if came is None or not came.ref or "id" not in fields(item.get("sender")):
        return [kept(page, item, kind, external_id)]
    return [_message(page, item, external_id, Content(choice=Choice(f"{START}{came.ref}"), referral=came))]


def _line(product: Any) -> dict[str, Any]:
    title = words(product.get("name"))
    return {
        "product": identifier(words(product.get("retailer_id")) or words(product.get("id"))),
        **({"title": title} if title else {}),
        "quantity": int(product["quantity"]),
        "unit_price": str(product["unit_price"]),
        "currency": string(product["currency"]),
    }


def _message(page: Page, item: Any, external_id: str, content: Content) -> InboundMessage:
    return InboundMessage(
        external_id=external_id,
        sender=author(page, item),
        sent_at=at(page, item),
        text=content.text,
        choice=content.choice,
        attachments=content.attachments,
        referral=content.referral,
    )
