"""Renders a message as Pigeon's notes, without address and reference. Pure; every length comes from limits.yaml."""

from typing import Any

from core.content.capabilities import Capabilities
from core.content.rendering import BUTTONS, Fitted, fit
from core.messages.outbound import OutboundMessage
from core.ports.calls import Part, Rendered

NOTE = "notes"  # the call that `send` knows


def render(message: OutboundMessage, limits: Capabilities) -> Rendered:
    """Renders a note for each text; the last carries the buttons or the link."""
    fitted = fit(message, limits)
    payloads: list[dict[str, Any]] = [{"text": text} for text in fitted.texts]
    if payloads:
        payloads[-1] |= _below(fitted)
    if payloads and message.reply_to:
        payloads[0]["answers"] = message.reply_to
    return Rendered(tuple(Part(NOTE, payload) for payload in payloads), fitted.degradations)


def _below(fitted: Fitted) -> dict[str, Any]:
    if fitted.menu == BUTTONS:
        return {"buttons": [{"id": option.id, "title": option.title} for option in fitted.options]}
    return {"link": {"url": fitted.link, "title": fitted.link_title}} if fitted.link else {}
