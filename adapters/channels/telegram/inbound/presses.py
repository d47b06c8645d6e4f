"""Reads a pressed button of an inline keyboard."""

from typing import Any

from adapters.channels.telegram.inbound.update import (
    Json,
    Update,
    address_of,
    number,
    profile_of,
    route_of,
    unsupported,
    words,
)
from core.messages.inbound import InboundEvent, InboundMessage
from core.messages.pieces import Choice


def read_press(update: Update) -> InboundEvent:
    """Reads `callback_query`: the option's id, and its title where Telegram still shows the message that it hangs on.

    Without `data` it is a game's button, of which we send none. A press has no time: it counts as now.
    """
    query = update.body
    data, message = query.get("data"), query.get("message")
    if not data:
        return unsupported(update, "callback_query")
    return InboundMessage(
        external_id=update.external_id,
        sender=address_of(update),
        sent_at=update.now,
        choice=Choice(data, _title(message, data)),
        reply_to=str(number(message["message_id"])) if message else "",  # all that an inaccessible message has
        profile=profile_of(update),
        sequence=update.number,
        callback=query["id"],
        route=route_of(message),
    )


def _title(message: Any, data: str) -> str:
    return next((words(button.get("text")) for button in _buttons(message) if button.get("callback_data") == data), "")


def _buttons(message: Any) -> list[Json]:
    """Lists the keyboard's buttons, none where it has a form that we do not know: the id is what counts."""
    try:
        return [button for row in message["reply_markup"]["inline_keyboard"] for button in row if button.items()]
    except (LookupError, TypeError, AttributeError):
        return []
