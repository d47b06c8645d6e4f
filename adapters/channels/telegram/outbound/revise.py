"""Renders calls that change or take back messages that the bot sent (Bot API, "Updating messages")."""

from collections.abc import Sequence
from typing import Any

from adapters.channels.telegram.outbound.render import entities_of
from core.content.capabilities import Capabilities
from core.content.rendering import Fitted, fit
from core.content.text import size
from core.messages.outbound import OutboundMessage
from core.ports.calls import Part, Rendered, SentPart

TEXT, ALBUM = "sendMessage", "sendMediaGroup"
EDIT_TEXT, EDIT_CAPTION, DELETE = "editMessageText", "editMessageCaption", "deleteMessage"
CAPTIONED = frozenset(("sendPhoto", "sendVideo", "sendAudio", "sendVoice", "sendDocument", ALBUM))


def revise(message: OutboundMessage, sent: Sequence[SentPart], limits: Capabilities) -> Rendered | None:
    """Renders new words over the old ones, text by text, else over the caption; what is over is deleted.

    None where the new words need more messages than there are, or a message is not known (all but the first of an
    album).
    """
    if not message.text:
        return None if _unknown(sent) else Rendered(tuple(_delete(part) for part in sent))
    fitted = fit(message, limits)
    texts = [part for part in sent if part.call == TEXT]
    if texts and len(fitted.texts) <= len(texts):
        edits = [_edit(EDIT_TEXT, "text", fitted, n, part) for n, part in enumerate(texts[: len(fitted.texts)])]
        return Rendered((*edits, *(_delete(part) for part in texts[len(fitted.texts) :])))
    first = sent[0] if sent else None
    short = len(fitted.texts) == 1 and size(fitted.texts[0], limits.text_unit) <= limits.caption_max
    if not texts and first and first.call in CAPTIONED and short:
        return Rendered((_edit(EDIT_CAPTION, "caption", fitted, 0, first),))
    return None


def _unknown(sent: Sequence[SentPart]) -> bool:
    return not sent or any(part.call == ALBUM or not part.provider_id.isdigit() for part in sent)


def _edit(call: str, field: str, fitted: Fitted, n: int, part: SentPart) -> Part:
    named: dict[str, Any] = {field: fitted.texts[n], **entities_of(_LOOKS[field], fitted.texts[n], fitted, n)}
    if field == "text":
        named["link_preview_options"] = part.payload.get("link_preview_options", {"is_disabled": True})
    return Part(call, {"message_id": int(part.provider_id), **named})


def _delete(part: SentPart) -> Part:
    return Part(DELETE, {"message_id": int(part.provider_id)})


_LOOKS = {"text": "entities", "caption": "caption_entities"}
