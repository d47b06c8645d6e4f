"""Reads which message the customer points at, here or elsewhere, and what Telegram shows of it.

Bot API, "Message": `reply_to_message` is whole; of an `external_reply` there are the origin and the file, of both the
`quote` of some of its words.
"""

from contextlib import suppress
from typing import Any

from adapters.channels.telegram.inbound.attachments import attachment_of
from adapters.channels.telegram.inbound.entities import words_of
from adapters.channels.telegram.inbound.things import thing_of
from adapters.channels.telegram.inbound.update import WRONG_TYPES, Json, Update, user_of, words
from core.content.placeholders import placeholders
from core.messages.pieces import CUSTOMER, MEDIA_KINDS, SHOP, Attachment, Quote

_PARTS = {  # one item of a quoted message: its id -> (where the items are, what has their id, their words)
    "reply_to_checklist_task_id": ("checklist", "tasks", "id", "text"),
    "reply_to_poll_option_id": ("poll", "options", "persistent_id", "text"),
}


def quote_of(update: Update) -> tuple[str, Quote | None]:
    """Reads what a message answers: its id, where it is in this chat, and its content. A form that cannot be read
    costs only itself.
    """
    message = update.body
    here, outside = _dict(message.get("reply_to_message")), _dict(message.get("external_reply"))
    story = _dict(message.get("reply_to_story"))
    if here and not _begins_topic(message, here):
        return _id(here), _whole(update, here)
    if outside:
        ours = _dict(outside.get("chat")).get("id") == message["chat"]["id"]
        return _id(outside) if ours else "", _elsewhere(update, outside)
    if story:
        return "", Quote(kinds=("story",), origin=_title(_dict(story.get("chat"))))
    return "", None


def origin_of(origin: Any) -> str:
    """Reads whose a message from elsewhere is: a person's name, or the title of a chat or channel ("MessageOrigin")."""
    told = _dict(origin)
    chat = _dict(told.get("chat") or told.get("sender_chat"))
    hidden = " ".join(words(told.get("sender_user_name")).split())
    return hidden or _title(chat) or _title(_dict(told.get("sender_user")))


def _begins_topic(message: Json, here: Json) -> bool:
    """Tells whether it is the service message that a topic begins with: without a quote of theirs, all answer it."""
    return "forum_topic_created" in here or (
        message.get("is_topic_message") is True and here.get("message_id") == message.get("message_thread_id")
    )


def _whole(update: Update, quoted: Json) -> Quote:
    author, origin = _author(update, quoted.get("from"))
    return Quote(**_shown(update, quoted), author=author, origin=origin)


def _elsewhere(update: Update, quoted: Json) -> Quote:
    """Reads an `external_reply`: Telegram shows no words of it, but those in `quote` and the link of its preview."""
    origin = _dict(quoted.get("origin"))
    author, _ = _author(update, origin.get("sender_user"))
    whose = origin_of(origin) or _title(_dict(quoted.get("chat")))
    return Quote(**_shown(update, quoted), author=author, origin="" if author else whose)


def _shown(update: Update, quoted: Json) -> dict[str, Any]:
    """Reads the content: its words, a line for what is no file, the kind of what is one, the words marked."""
    attachment, said = _attachment(quoted), _words(quoted)
    file = attachment is not None and attachment.kind in MEDIA_KINDS
    return {
        "text": "\n".join(filter(None, (said, *_placeholders(attachment)))),
        "part": _part(update.body, quoted),
        "kinds": (attachment.kind,) if attachment and file else (),
    }


def _part(message: Json, quoted: Json) -> str:
    """Reads the words that they marked, or the task or option that they answer."""
    marked = words(_dict(message.get("quote")).get("text"))
    if marked:
        return marked
    for field, (whole, listed, id_, text) in _PARTS.items():
        items = _dict(quoted.get(whole)).get(listed) if message.get(field) is not None else None
        for item in items if isinstance(items, list) else ():
            if _dict(item).get(id_) == message[field]:
                return words(item.get(text))
    return ""


def _words(quoted: Json) -> str:
    with suppress(*WRONG_TYPES):
        said = words_of(quoted)
        return words(said)
    return ""


def _attachment(quoted: Json) -> Attachment | None:
    with suppress(*WRONG_TYPES):
        return attachment_of(quoted) or thing_of(quoted)
    return None


def _placeholders(attachment: Attachment | None) -> list[str]:
    with suppress(*WRONG_TYPES):
        return placeholders((attachment,)) if attachment else []
    return []


def _author(update: Update, user: Any) -> tuple[str, str]:
    """Tells whose a message is: (CUSTOMER or SHOP, "") where it is one of the two, else ("", the name)."""
    known = _dict(user)
    if known.get("is_bot") is True and str(known.get("id")) == update.account:
        return SHOP, ""
    if known and known.get("id") == _dict(user_of(update)).get("id"):
        return CUSTOMER, ""
    return "", _title(known)


def _title(chat: Json) -> str:
    """Reads the name of a chat or of a person, in one line: it stands above words of theirs."""
    name = " ".join(filter(None, (words(chat.get("first_name")), words(chat.get("last_name")))))
    return " ".join((words(chat.get("title")) or name).split())


def _id(quoted: Json) -> str:
    found = quoted.get("message_id")
    return str(found) if type(found) is int else ""


def _dict(value: Any) -> Json:
    return value if isinstance(value, dict) else {}
