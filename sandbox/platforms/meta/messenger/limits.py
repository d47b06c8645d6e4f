"""Checks an outgoing Messenger message against the documented limits."""

from collections.abc import Callable
from typing import Any

from sandbox.platforms.meta.errors import GraphError
from sandbox.platforms.meta.media_rules import MESSENGER

Json = dict[str, Any]
GONE_TAGS = (
    "(#100) Message tags other than HUMAN_AGENT are deprecated and no longer supported. Use utility messages instead."
)


def check(body: Json) -> None:
    """Checks a Send API body; raises GraphError."""
    TYPES.get(body.get("messaging_type", "RESPONSE"), _bad_type)(body)
    message = body.get("message")
    if not isinstance(message, dict):
        raise _wrong("Param message is required.")
    if not (message.get("text") or message.get("attachment") or message.get("template")):
        raise _wrong("Message cannot be empty, must provide valid attachment or text.")
    if message.get("text") and message.get("attachment"):
        raise _wrong("Cannot provide both text and attachment.")
    _short(message.get("text", ""), 2000, "message[text]")
    _short(message.get("metadata", ""), 1000, "message[metadata]")
    _quick_replies(message.get("quick_replies") or [])
    if message.get("attachment"):
        _attachment(message["attachment"])


def check_attachment(attachment: Json, given: bool = False) -> None:
    """Checks a media attachment; `given`: its file comes along. Raises GraphError."""
    payload = attachment.get("payload") or {}
    if attachment.get("type") not in MESSENGER:
        raise _wrong("Param attachment[type] is not valid.")
    if not given and not (payload.get("url") or payload.get("attachment_id")):
        raise _wrong("Attachment url or attachment_id is required.")


def _response(body: Json) -> None:
    if body.get("tag"):
        raise _wrong("tag needs messaging_type MESSAGE_TAG.")


def _tagged(body: Json) -> None:
    if body.get("tag") != "HUMAN_AGENT":
        raise GraphError(100, subcode=2018320, message=GONE_TAGS)


def _utility(body: Json) -> None:
    template = (body.get("message") or {}).get("template") or {}
    if not template.get("name") or not (template.get("language") or {}).get("code"):
        raise _wrong("A utility message needs message[template] with name and language.")


def _bad_type(_body: Json) -> None:
    raise _wrong("Param messaging_type must be one of RESPONSE, UPDATE, MESSAGE_TAG, UTILITY.")


TYPES: dict[str, Callable[[Json], None]] = {
    "RESPONSE": _response,
    "UPDATE": _response,
    "MESSAGE_TAG": _tagged,
    "UTILITY": _utility,
}


def _quick_replies(replies: list[Json]) -> None:
    if len(replies) > 13:
        raise _wrong("Param message[quick_replies] must have at most 13 elements.")
    for reply in replies:
        if reply.get("content_type") not in {"text", "user_phone_number", "user_email"}:
            raise _wrong("Param quick_replies[content_type] is not valid.")
        if reply["content_type"] == "text":
            if not reply.get("title") or not reply.get("payload"):
                raise _wrong("Params title and payload are required for a text quick reply.")
            _short(reply["title"], 20, "quick_replies[title]")
            _short(reply["payload"], 1000, "quick_replies[payload]")


def _attachment(attachment: Json) -> None:
    if attachment.get("type") == "template":
        payload = attachment.get("payload") or {}
        PAYLOADS.get(payload.get("template_type", ""), _bad_template)(payload)
    else:
        check_attachment(attachment)


def _button_template(payload: Json) -> None:
    if not payload.get("text"):
        raise _wrong("Param payload[text] is required.")
    _short(payload["text"], 640, "payload[text]")
    if not payload.get("buttons"):
        raise _wrong("Param payload[buttons] is required.")
    _buttons(payload["buttons"])


def _generic_template(payload: Json) -> None:
    elements = payload.get("elements") or []
    if not 1 <= len(elements) <= 10:
        raise _wrong("Param payload[elements] must have 1 to 10 elements.")
    for element in elements:
        if not element.get("title"):
            raise _wrong("Param elements[title] is required.")
        _short(element["title"], 80, "elements[title]")
        _short(element.get("subtitle", ""), 80, "elements[subtitle]")
        _buttons(element.get("buttons") or [])


def _media_template(payload: Json) -> None:
    if len(payload.get("elements") or []) != 1:
        raise _wrong("Param payload[elements] must have 1 element.")


def _bad_template(_payload: Json) -> None:
    raise _wrong("Param payload[template_type] is not valid.")


PAYLOADS: dict[str, Callable[[Json], None]] = {
    "button": _button_template,
    "generic": _generic_template,
    "media": _media_template,
}


def _buttons(buttons: list[Json]) -> None:
    if len(buttons) > 3:
        raise _wrong("Param buttons must have at most 3 elements.")
    for button in buttons:
        if button.get("type") not in {"postback", "web_url", "phone_number"}:
            raise _wrong("Param button[type] is not valid.")
        if not button.get("title"):
            raise _wrong("Param button[title] is required.")
        _short(button["title"], 20, "button[title]")
        _short(button.get("payload", ""), 1000, "button[payload]")


def _short(text: str, limit: int, what: str) -> None:
    if len(text) > limit:
        raise _wrong(f"Length of param {what} must be less than or equal to {limit}.")


def _wrong(text: str) -> GraphError:
    return GraphError(100, message=f"(#100) {text}")
