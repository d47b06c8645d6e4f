"""What a form of Twilio's carries beside its text: a pressed button, media, a place."""

from core.messages import Attachment, Choice

MEDIA_MAX = 10  # Twilio's own limit for one message
# Kind by MIME type, whole or its first half; all other types are documents.
_KINDS = {
    "image": "image",
    "video": "video",
    "audio": "audio",
    "text/vcard": "contact",
    "text/x-vcard": "contact",
    "text/directory": "contact",
}


def choice_of(form: dict[str, str]) -> Choice | None:
    """A quick reply of a template, or a list's row; a button without a payload of ours is its text."""
    row = form.get("ListId")
    if row:
        return Choice(row, form.get("ListTitle") or form.get("Body", ""))
    title = form.get("ButtonText", "")
    button = form.get("ButtonPayload") or title
    return Choice(button, title) if button else None


def attachments_of(form: dict[str, str]) -> tuple[Attachment, ...]:
    """Media in Twilio's order (to be fetched with the account's credentials), then a place; the text is a caption."""
    count = form.get("NumMedia", "0")
    numbers = range(min(int(count), MEDIA_MAX)) if count.isascii() and count.isdigit() and len(count) < 4 else ()
    media = tuple(_media(form, n) for n in numbers if form.get(f"MediaUrl{n}"))
    return media + _place(form)


def _media(form: dict[str, str], n: int) -> Attachment:
    mime = form.get(f"MediaContentType{n}", "").lower()
    kind = _KINDS.get(mime) or _KINDS.get(mime.partition("/")[0], "document")
    if form.get("MessageType") == "sticker":
        kind = "sticker"
    return Attachment(kind, form[f"MediaUrl{n}"], mime, caption=form.get("Body", "") if n == 0 else "")


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
