"""Renders a message as Twilio's Messages calls: text with a numbered menu, media by link, or a Content template."""

from collections.abc import Iterator

import msgspec

from adapters.channels.twilio.outbound.sms import as_sms, costs, keywords
from core.content.capabilities import Capabilities
from core.content.rendering import Fitted, fit
from core.content.text import split
from core.messages.outbound import Media, OutboundMessage, TemplateCall
from core.ports.calls import Part, Rendered

CONTENT_SID, MESSAGE_SIDS = "HX", ("SM", "MM")
MESSAGES, TYPING = "messages", "typing"


def render(message: OutboundMessage, limits: Capabilities) -> Rendered:
    """Renders the calls in order: typing (silent) where media follow, then media, then texts.

    Besides what `fit` names, `degradations` tell of an SMS what it costs and what was done to its words (see `sms`).
    """
    call = message.template
    if call and limits.templates and call.name.startswith(CONTENT_SID):
        return Rendered((_template(call),))
    fitted = fit(message, limits)
    lost = list(fitted.degradations)
    if call and limits.templates:
        lost.append("template_as_text")  # a name that is no Content SID: unknown at Twilio
    return _sms(message, fitted, limits, lost) if limits.channel == "sms" else _whatsapp(message, fitted, lost)


def _sms(message: OutboundMessage, fitted: Fitted, limits: Capabilities, lost: list[str]) -> Rendered:
    written = [part for text in fitted.texts for part in split(as_sms(text), limits.text_max, limits.text_unit)]
    texts = [as_sms(text) for text in written]  # a part of its own may be a keyword again
    media = [_with_otherwise(part, each) for part, each in _media(fitted, as_sms(fitted.caption))]
    lost += keywords(message.options, [*fitted.texts, *written])
    lost += costs(texts, len(media))
    return Rendered((*media, *(Part(MESSAGES, {"Body": text}) for text in texts)), tuple(lost))


def _whatsapp(message: OutboundMessage, fitted: Fitted, lost: list[str]) -> Rendered:
    media = [part for part, _ in _media(fitted, fitted.caption)]
    typing = media and message.seen.startswith(MESSAGE_SIDS)
    first = (Part(TYPING, {"messageId": message.seen}, silent=True),) if typing else ()
    texts = (Part(MESSAGES, {"Body": text}) for text in fitted.texts)
    return Rendered((*first, *media, *texts), tuple(lost))


def _media(fitted: Fitted, caption: str) -> Iterator[tuple[Part, Media]]:
    """Makes one call for each file, the first with the caption."""
    for n, media in enumerate(fitted.media):
        body = {"Body": caption} if caption and n == 0 else {}
        yield Part(MESSAGES, {**body, "MediaUrl": media.link, "File": media.id}), media


def _with_otherwise(part: Part, media: Media) -> Part:
    """Adds "Otherwise", the words for a country without MMS: only `send` knows where the message goes."""
    named = ": ".join(filter(None, (media.filename, media.link)))
    said = as_sms("\n".join(filter(None, (part.payload.get("Body"), named))))
    return Part(part.call, {**part.payload, "Otherwise": said})


def _template(call: TemplateCall) -> Part:
    """Renders a Content template: one set of values for header, body and buttons, by number or name."""
    names = call.names or [str(n) for n, _ in enumerate(call.values, 1)]
    variables = {name: " ".join(value.split()) for name, value in zip(names, call.values, strict=True)}
    return Part(MESSAGES, {"ContentSid": call.name, "ContentVariables": msgspec.json.encode(variables).decode()})
