"""What a customer does on SMS or on WhatsApp by Twilio, as form posts."""

import html
import re
from collections.abc import Callable

from sandbox import ids
from sandbox.acts import Act, own_bubble
from sandbox.people import Bubble, Phone
from sandbox.twilio import segments, signing
from sandbox.twilio.messages import Messages, Sent
from sandbox.webhooks import Answer

Form = dict[str, str]
MESSAGE = re.compile(r"<Message[^>]*>(.*?)</Message>", re.DOTALL)
TAG = re.compile(r"<[^>]+>")
NOT_POSSIBLE = {"edit", "delete", "reaction"}


async def send(messages: Messages, phone: Phone, acts: list[Act]) -> Answer:
    """Show what the customer does and post it, one form per act; returns the last answer."""
    answer = Answer(204)
    for act in acts:
        if act.kind in NOT_POSSIBLE:
            raise ValueError(f"Twilio passes on no {act.kind}")
        answer = await _send(messages, phone, act)
    return answer


async def _send(messages: Messages, phone: Phone, act: Act) -> Answer:
    world = messages.world
    files = act.kind in {"image", "voice", "audio", "video", "document", "sticker", "contact"}
    sid = ids.sid("MM" if files else "SM")
    bubble = own_bubble(world, phone, sid, act)
    form = {**_base(messages, phone, sid), **_part(messages, act, bubble)}
    world.show(phone, bubble)
    if phone.channel == "sms":
        messages.heard(phone, act.text)
    messages.keep(
        Sent(
            sid,
            form["To"],
            form["From"],
            form["Body"],
            "inbound",
            world.clock(),
            "received",
            media=int(form["NumMedia"]),
        )
    )
    answer = await signing.deliver(world, f"{world.config.product}/webhooks/twilio", form)
    for text in _twiml(answer):
        messages.say(phone, text)
    return answer


def _base(messages: Messages, phone: Phone, sid: str) -> Form:
    world = messages.world
    form = {
        "AccountSid": world.setting("TWILIO_ACCOUNT_SID"),
        "ApiVersion": "2010-04-01",
        "MessageSid": sid,
        "SmsMessageSid": sid,
        "SmsSid": sid,
        "SmsStatus": "received",
        "NumMedia": "0",
        "Body": "",
    }
    if phone.channel == "sms":
        places = {
            "FromCity": "SPRINGFIELD",
            "FromState": "NY",
            "FromZip": "12345",
            "FromCountry": phone.country,
            "ToCity": "",
            "ToState": "DC",
            "ToZip": "",
            "ToCountry": "US",
        }
        return {**form, **places, "From": phone.address, "To": world.setting("TWILIO_SMS_FROM")}
    return {
        **form,
        "From": f"whatsapp:{phone.address}",
        "To": f"whatsapp:{world.setting('TWILIO_WHATSAPP_FROM')}",
        "ProfileName": phone.name,
        "WaId": phone.address.lstrip("+"),
        "ExternalUserId": phone.user_id,
        "ChannelMetadata": '{"type":"whatsapp","data":{"context":{}}}',
        "MessageType": "text",
    }


def _part(messages: Messages, act: Act, bubble: Bubble) -> Form:
    part = PARTS[act.kind](messages, act, bubble)
    if act.reply_to and act.kind != "choice":
        part = {
            **part,
            "OriginalRepliedMessageSid": act.reply_to,
            "OriginalRepliedMessageSender": f"whatsapp:{messages.world.setting('TWILIO_WHATSAPP_FROM')}",
        }
    return {**part, "NumSegments": str(segments.count(part.get("Body", "")))}


def _text(_messages: Messages, act: Act, _bubble: Bubble) -> Form:
    return {"Body": act.text}


def _choice(_messages: Messages, act: Act, _bubble: Bubble) -> Form:
    choice = act.chosen()
    return {
        "Body": choice.title,
        "ButtonText": choice.title,
        "ButtonPayload": choice.id,
        "MessageType": "button",
        "OriginalRepliedMessageSid": act.bubble,
    }


def _file(messages: Messages, act: Act, bubble: Bubble) -> Form:
    kind = "document" if act.kind == "contact" else act.kind
    stored = act.media or messages.world.media.sample(kind)
    act.attach(bubble, "audio" if kind == "voice" else kind, stored)
    account, base = messages.world.setting("TWILIO_ACCOUNT_SID"), messages.world.setting("TWILIO_API_URL")
    url = f"{base}/2010-04-01/Accounts/{account}/Messages/{bubble.id}/Media/ME{stored.id:0>32}"
    form = {"Body": act.text, "NumMedia": "1", "MediaUrl0": url, "MediaContentType0": stored.mime}
    whatsapp = messages.world.directory.phones[bubble.phone].channel == "twilio_whatsapp"
    return {**form, "MessageType": "audio" if kind == "voice" else kind} if whatsapp else form


def _location(messages: Messages, act: Act, bubble: Bubble) -> Form:
    if messages.world.directory.phones[bubble.phone].channel == "sms":
        bubble.text = f"https://maps.example/?q={act.latitude},{act.longitude}"
        return {"Body": bubble.text}
    return {
        "Latitude": str(act.latitude),
        "Longitude": str(act.longitude),
        "Address": "1 Main St, Springfield",
        "Label": "Home",
        "MessageType": "location",
    }


def _unsupported(_messages: Messages, _act: Act, _bubble: Bubble) -> Form:
    return {"MessageType": "unsupported"}


PARTS: dict[str, Callable[[Messages, Act, Bubble], Form]] = {
    "text": _text,
    "choice": _choice,
    "location": _location,
    "unsupported": _unsupported,
    **dict.fromkeys(("image", "voice", "audio", "video", "document", "sticker", "contact"), _file),
}


def _twiml(answer: Answer) -> list[str]:
    if not answer.ok or "xml" not in answer.content_type:
        return []
    words = MESSAGE.findall(answer.body.decode(errors="replace"))
    return [html.unescape(TAG.sub("", text)).strip() for text in words]
