"""Fills inbound forms: who writes to whom, and what."""

import json
from collections.abc import Callable

from sandbox.platforms.twilio.messages import Messages
from sandbox.platforms.twilio.records import media_sid
from sandbox.world.acts import Act
from sandbox.world.media import Stored
from sandbox.world.people import Bubble, Media, Phone

Form = dict[str, str]
Part = Callable[[Messages, Phone, Act, Bubble], Form]
FILES = ("image", "voice", "audio", "video", "document", "sticker", "contact")
TAPBACKS = {"❤": "Loved", "👍": "Liked", "👎": "Disliked", "😂": "Laughed at", "‼": "Emphasized", "❓": "Questioned"}
REMOVED = {
    "❤": "a heart",
    "👍": "a like",
    "👎": "a dislike",
    "😂": "a laugh",
    "‼": "an exclamation",
    "❓": "a question mark",
}


def base(messages: Messages, phone: Phone, sid: str) -> Form:
    """Makes the parameters that every inbound form of this phone has."""
    form = {
        "AccountSid": messages.world.setting("TWILIO_ACCOUNT_SID"),
        "ApiVersion": "2010-04-01",
        "MessageSid": sid,
        "SmsMessageSid": sid,
        "SmsSid": sid,
        "SmsStatus": "received",
        "NumMedia": "0",
        "Body": "",
        "To": messages.numbers.of(phone).name,
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
        return {**form, **places, "From": phone.address}
    known = {} if phone.hidden_number else {"WaId": phone.address.lstrip("+")}
    return {
        **form,
        **known,
        "From": _whatsapp(phone),
        "ProfileName": phone.name,
        "ExternalUserId": phone.user_id,
        "ChannelMetadata": '{"type":"whatsapp","data":{"context":{}}}',
        "MessageType": "text",
    }


def _whatsapp(phone: Phone) -> str:
    return f"whatsapp:{phone.user_id if phone.hidden_number else phone.address}"


def part(messages: Messages, phone: Phone, act: Act, bubble: Bubble) -> Form:
    """Makes what this act adds to the form; changes the bubble to what the phone shows."""
    form = PARTS[act.kind](messages, phone, act, bubble)
    if phone.channel == "twilio_whatsapp":
        form |= _context(messages, phone, act)
    given = act.data.get("fields")
    return {**form, **{str(name): str(value) for name, value in given.items()}} if isinstance(given, dict) else form


def _context(messages: Messages, phone: Phone, act: Act) -> Form:
    form: Form = {}
    if act.reply_to and act.kind != "choice":
        form["OriginalRepliedMessageSid"] = act.reply_to
        own, ours = _whatsapp(phone), messages.numbers.of(phone).name
        form["OriginalRepliedMessageSender"] = own if phone.wrote(act.reply_to) else ours
    if act.data.get("forwarded"):
        form["Forwarded"] = "true"
    if act.data.get("forwarded") == "often":
        form["FrequentlyForwarded"] = "true"
    return {**form, **_referral(act)} if act.data.get("referral") else form


def _text(_messages: Messages, _phone: Phone, act: Act, _bubble: Bubble) -> Form:
    return {"Body": act.text}


def _choice(_messages: Messages, _phone: Phone, act: Act, _bubble: Bubble) -> Form:
    choice = act.chosen()
    form = {"Body": choice.title, "OriginalRepliedMessageSid": act.bubble}
    if choice.kind == "list":
        return {**form, "ListId": choice.id, "ListTitle": choice.title, "MessageType": "interactive"}
    return {**form, "ButtonText": choice.title, "ButtonPayload": choice.id, "MessageType": "button"}


def _files(messages: Messages, phone: Phone, act: Act, bubble: Bubble) -> Form:
    """Adds one file, or for `mms` several: {"files": ["image", "contact", "video"]}."""
    kinds = [str(kind) for kind in act.data.get("files") or ["image", "image"]] if act.kind == "mms" else [act.kind]
    if not 1 <= len(kinds) <= 10 or not set(kinds) <= set(FILES):
        raise ValueError(f"files are 1 to 10 of {', '.join(FILES)}")
    stored = [act.media] if act.media and act.kind != "mms" else [_made(messages, phone, act, kind) for kind in kinds]
    account, root = messages.world.setting("TWILIO_ACCOUNT_SID"), messages.world.setting("TWILIO_API_URL")
    form = {"Body": act.text, "NumMedia": str(len(stored))}
    shown = []
    for number, (kind, file) in enumerate(zip(kinds, stored, strict=True)):
        path = f"{root}/2010-04-01/Accounts/{account}/Messages/{bubble.id}/Media/{media_sid(file.id)}"
        form |= {f"MediaUrl{number}": path, f"MediaContentType{number}": file.mime}
        size = len(file.content)
        shown.append(Media(_shown(kind), file.mime, f"/media/{file.id}", name=file.name, size=size))
    bubble.media, bubble.files = shown[0], shown[1:]
    bubble.kind, bubble.text = shown[0].kind if act.kind == "mms" else act.kind, act.text
    if phone.channel == "twilio_whatsapp":
        form["MessageType"] = {"voice": "audio", "contact": "contacts"}.get(kinds[0], kinds[0])
    return form


def _made(messages: Messages, phone: Phone, act: Act, kind: str) -> Stored:
    if kind != "contact":
        return messages.world.media.sample(kind)
    given = act.data.get("contact")
    other = given if isinstance(given, dict) else {"name": phone.name, "phone": phone.number}
    name, number = str(other.get("name", "Anna Berg")), str(other.get("phone", "+12025550177"))
    card = f"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:{name}\r\nTEL;TYPE=CELL:{number}\r\nEND:VCARD\r\n"
    return messages.world.media.add("text/vcard", card.encode(), f"{name}.vcf")


def _shown(kind: str) -> str:
    return {"voice": "audio", "contact": "document"}.get(kind, kind)


def _location(_messages: Messages, phone: Phone, act: Act, bubble: Bubble) -> Form:
    if phone.channel == "sms":
        bubble.text = f"https://maps.example/?q={act.latitude},{act.longitude}"
        return {"Body": bubble.text}
    named = {
        "Address": str(act.data.get("address", "1 Main St, Springfield")),
        "Label": str(act.data.get("name", "Home")),
    }
    return {"Latitude": str(act.latitude), "Longitude": str(act.longitude), **named, "MessageType": "location"}


def _tapback(_messages: Messages, phone: Phone, act: Act, bubble: Bubble) -> Form:
    """Reacts in an SMS chat: the phone sends a text about the message. No emoji takes it back."""
    about = phone.find(act.target)
    before = about.reaction if about else ""
    words = f"“{about.text if about else ''}”"
    emoji = act.text.replace("\ufe0f", "")
    if emoji:
        said = f"{TAPBACKS[emoji]} {words}" if emoji in TAPBACKS else f"Reacted {emoji} to {words}"
    else:
        known = before.replace("\ufe0f", "")
        said = f"Removed {REMOVED.get(known, f'a {known} reaction')} from {words}"
    if about:
        about.reaction = act.text
    bubble.kind, bubble.text = "text", said
    return {"Body": said}


def _ad(_messages: Messages, _phone: Phone, act: Act, bubble: Bubble) -> Form:
    """Sends the first message after a click on an ad; {"referral": {…}} on any other act says the same."""
    bubble.kind, bubble.text = "text", act.text or "Hi! I saw your ad."
    return {"Body": bubble.text, **_referral(act)}


def _referral(act: Act) -> Form:
    given = act.data.get("referral")
    known = given if isinstance(given, dict) else {}
    return {
        "ReferralBody": str(known.get("body", "Warm feet for less")),
        "ReferralHeadline": str(known.get("headline", "Winter boots")),
        "ReferralSourceId": str(known.get("source_id", "120210000000000001")),
        "ReferralSourceType": str(known.get("source_type", "ad")),
        "ReferralSourceUrl": str(known.get("source_url", "https://fb.me/winter-boots")),
        "ReferralMediaUrl": "https://cdn.example/boots.jpg",
        "ReferralMediaContentType": "image/jpeg",
        "ReferralNumMedia": "1",
        "ReferralCtwaClid": "ARAkLkA8rmlFeiCktEJQ-QTwRiyYHAFDLMNDBH0CD3qpjd0HR4irJ6LEkR7JwFF4",
    }


def _form(_messages: Messages, _phone: Phone, act: Act, bubble: Bubble) -> Form:
    """Sends a filled WhatsApp Flow."""
    answers = act.data.get("answers") or {"name": "Jane Doe", "size": "42"}
    bubble.text = "Form sent"
    data = json.dumps({"flow_token": "unused", **answers})
    return {"MessageType": "interactive", "InteractiveData": data, "FlowData": data}


def _unsupported(_messages: Messages, _phone: Phone, _act: Act, _bubble: Bubble) -> Form:
    return {"MessageType": "unsupported"}


BOTH: dict[str, Part] = {
    "text": _text,
    "choice": _choice,
    "location": _location,
    "unsupported": _unsupported,
    **dict.fromkeys(FILES, _files),
}
SMS: dict[str, Part] = {**BOTH, "mms": _files, "reaction": _tapback}
WHATSAPP: dict[str, Part] = {**BOTH, "ad": _ad, "form": _form}
PARTS = {**SMS, **WHATSAPP}
