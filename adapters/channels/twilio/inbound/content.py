"""Reads what a form of Twilio's carries beside its text: a pressed button, a filled form, media, a place, an ad."""

import re
from typing import Any

import msgspec

from core.content.facts import facts
from core.messages.pieces import (
    CUSTOMER,
    SHOP,
    Attachment,
    Choice,
    Quote,
    Referral,
)

MEDIA_MAX = 10  # Twilio's own limit for one message
# Kind by MIME type, whole or its first half; all other types are documents.
_KINDS = {"image": "image", "video": "video", "audio": "audio"}
# Twilio does not tell recordings from music: these are what WhatsApp and phones record in.
_VOICE = ("audio/ogg", "audio/amr", "audio/amr-nb", "audio/opus", "audio/3gpp")
_FILENAME = re.compile(r"[^/\\\n]{1,200}\.[A-Za-z0-9]{2,5}")
_REFERRAL = ("SourceType", "SourceId", "SourceUrl", "Headline", "Body", "MediaContentType", "MediaUrl", "CtwaClid")
# What stands around every message, and says who wrote to whom.
_AROUND = re.compile(
    r"\w*Sid|Account\w*|ApiVersion|From\w*|To\w*|WaId|ExternalUserId|ProfileName|(Referral)?Num(Media|Segments)|SmsStatus"
    r"|MessageType|ChannelMetadata|OptOutType|OriginalReplied\w*|(Frequently)?Forwarded|ChannelPrefix"
)
_CARDS = ("text/vcard", "text/x-vcard", "text/directory")


def choice_of(form: dict[str, str]) -> Choice | None:
    """Reads a quick reply of a template, or a list's row; a button without a payload of ours is its text."""
    row = form.get("ListId")
    if row:
        return Choice(row, form.get("ListTitle") or form.get("Body", ""), form.get("ListDescription", ""))
    title = form.get("ButtonText", "")
    button = form.get("ButtonPayload") or title
    return Choice(button, title) if button else _interactive_choice(form)


def attachments_of(form: dict[str, str]) -> tuple[Attachment, ...]:
    """Reads media in Twilio's order (fetched with the account's credentials), then a place; the text is a caption."""
    count = form.get("NumMedia", "0")
    numbers = range(min(int(count), MEDIA_MAX)) if count.isascii() and count.isdigit() and len(count) < 4 else ()
    media = tuple(_media(form, n) for n in numbers if form.get(f"MediaUrl{n}"))
    return media + _place(form)


def filled_form_of(form: dict[str, str]) -> Attachment | None:
    """Reads the answers of a WhatsApp Flow: JSON in FlowData or InteractiveData, bare or as WhatsApp's own `nfm_reply`.

    Twilio does not document the inner shape; whatever object it holds is kept.
    """
    for field in ("FlowData", "InteractiveData"):
        data = _object(form.get(field, ""))
        reply = data.get("nfm_reply", data)
        if not isinstance(reply, dict) or not reply or "button_reply" in reply or "list_reply" in reply:
            continue
        given = reply.get("response_json", reply.get("data", reply))
        answers = _object(given) if isinstance(given, str) else given
        if isinstance(answers, dict) and answers:
            name = reply.get("name")
            return Attachment("form", data={"name": name if isinstance(name, str) else "", "answers": answers})
    return None


def referral_of(form: dict[str, str]) -> Referral | None:
    """Reads the ad or post that opened the chat (click to WhatsApp)."""
    told = {name: form.get(f"Referral{name}", "") for name in _REFERRAL}
    if not any(told.values()):
        return None
    media = told["MediaContentType"].partition("/")[0]
    return Referral(
        source="post" if told["SourceType"] == "post" else "ad",
        id=told["SourceId"],
        url=told["SourceUrl"],
        headline=told["Headline"],
        body=told["Body"],
        media=media if media in ("image", "video") else "",
        media_url=told["MediaUrl"],
        click_id=told["CtwaClid"],
    )


def facts_of(form: dict[str, str]) -> dict[str, str]:
    """Reads what can be told of a message that holds nothing we know."""
    told = {name: _object(each) or each for name, each in form.items() if not _AROUND.fullmatch(name)}
    return facts(told)


def name_of(form: dict[str, str]) -> str:
    """Reads the customer's name on WhatsApp, which stands in a field of its own or only among the channel's own."""
    about = _object(form.get("ChannelMetadata", "")).get("data")
    context = about.get("context") if isinstance(about, dict) else None
    inner = context.get("ProfileName") if isinstance(context, dict) else ""
    return form.get("ProfileName") or (inner if isinstance(inner, str) else "")


def quote_of(form: dict[str, str]) -> Quote | None:
    """Reads whose message this one answers; Twilio names it by its SID (OriginalRepliedMessageSid)."""
    writer = form.get("OriginalRepliedMessageSender")
    if not (writer and form.get("OriginalRepliedMessageSid")):
        return None
    return Quote(author=CUSTOMER if writer == form.get("From") else SHOP)


def _interactive_choice(form: dict[str, str]) -> Choice | None:
    data = _object(form.get("InteractiveData", ""))
    reply = data.get("button_reply") or data.get("list_reply")
    if not isinstance(reply, dict) or not isinstance(reply.get("id"), str) or not reply["id"]:
        return None
    title, description = (each if isinstance(each := reply.get(key), str) else "" for key in ("title", "description"))
    return Choice(reply["id"], title, description)


def _object(text: str) -> dict[str, Any]:
    """Reads the JSON object in `text`; empty when there is none."""
    if not text:
        return {}
    try:
        found = msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def filename_of(form: dict[str, str]) -> str:
    """Reads the name of a WhatsApp document, which Twilio puts where a caption would be; "" where the text is words."""
    body = form.get("Body", "").strip()
    return body if form.get("MessageType") == "document" and _FILENAME.fullmatch(body) else ""


def _media(form: dict[str, str], n: int) -> Attachment:
    mime = form.get(f"MediaContentType{n}", "").partition(";")[0].strip().lower()
    filename = filename_of(form) if n == 0 else ""
    caption = form.get("Body", "") if n == 0 and not filename else ""
    named = filename or ("contact.vcf" if mime in _CARDS else "")
    return Attachment(_kind(form, mime), form[f"MediaUrl{n}"], mime, named, caption=caption)


def _kind(form: dict[str, str], mime: str) -> str:
    if form.get("MessageType") == "sticker":
        return "sticker"
    return "voice" if mime in _VOICE else _KINDS.get(mime.partition("/")[0], "document")


def _place(form: dict[str, str]) -> tuple[Attachment, ...]:
    try:
        latitude, longitude = float(form["Latitude"]), float(form["Longitude"])
    except (KeyError, ValueError):
        return ()
    if not (abs(latitude) <= 90 and abs(longitude) <= 180):  # nor is "nan" a place
        return ()
    where = {"latitude": latitude, "longitude": longitude}
    named = {"name": form.get("Label", ""), "address": form.get("Address", "")}
    return (Attachment("location", data={**where, **{key: value for key, value in named.items() if value}}),)
