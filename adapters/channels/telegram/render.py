"""A message as calls of the Bot API: plain text, buttons in an inline keyboard."""

from typing import Any

import msgspec

from core.capabilities import Capabilities
from core.messages import Option, OutboundMessage
from core.ports import Part, Rendered
from core.rendering import BUTTONS, Fitted, fit
from core.text import ELLIPSIS

BUTTON_LINKS = ("https://", "http://", "tg://")
SHORT_TITLE = 16  # two buttons with such titles fit side by side on a phone


def render(message: OutboundMessage, limits: Capabilities) -> Rendered:
    """The calls in order: the answer to a pressed button (silent), then one sendMessage for each text.

    The keyboard hangs on the last text, the quote on the first. Text goes out without parse_mode: an underscore in an
    order number must not become italics.
    """
    fitted = fit(_with_pressable_link(message), limits)
    texts = fitted.texts or ((message.menu_title or ELLIPSIS,) if fitted.menu == BUTTONS or fitted.link else ())
    payloads = [_text(text) for text in texts]
    if payloads:
        payloads[-1].update(_markup(fitted))
        payloads[0].update(_quote(message.reply_to))
    parts = [Part("sendMessage", payload) for payload in payloads]
    if message.callback:
        parts.insert(0, Part("answerCallbackQuery", {"callback_query_id": message.callback}, silent=True))
    return Rendered(tuple(parts), fitted.degradations)


def _with_pressable_link(message: OutboundMessage) -> OutboundMessage:
    """A link that no button may open (tel:, mailto:) as text, where a tap on it works."""
    if not message.link or message.link.startswith(BUTTON_LINKS):
        return message
    line = f"{message.link_title}: {message.link}" if message.link_title else message.link
    return msgspec.structs.replace(message, text=f"{message.text}\n{line}", link="", link_title="")


def _text(text: str) -> dict[str, Any]:
    return {"text": text, "link_preview_options": {"is_disabled": True}}


def _markup(fitted: Fitted) -> dict[str, Any]:
    rows: list[list[dict[str, str]]] = []
    if fitted.menu == BUTTONS:
        per_row = 1 if any(len(option.title) > SHORT_TITLE for option in fitted.options) else 2
        buttons = [_button(option) for option in fitted.options]
        rows = [buttons[n : n + per_row] for n in range(0, len(buttons), per_row)]
    elif fitted.link:
        rows = [[{"text": fitted.link_title.strip() or fitted.link, "url": fitted.link}]]
    return {"reply_markup": {"inline_keyboard": rows}} if rows else {}


def _button(option: Option) -> dict[str, str]:
    return {"text": option.title.strip() or option.id, "callback_data": option.id}


def _quote(reply_to: str) -> dict[str, Any]:
    if not reply_to.isdigit():
        return {}
    return {"reply_parameters": {"message_id": int(reply_to), "allow_sending_without_reply": True}}
