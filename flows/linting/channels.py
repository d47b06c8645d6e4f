"""Checks how texts come out on each channel: titles cut, menus in pages, texts in pieces, an SMS that costs much."""

import re
from collections.abc import Iterator, Mapping

from core.content.capabilities import Capabilities
from core.content.degradations import told
from core.content.rendering import fit
from core.content.text import gsm_alike, sms_cost
from core.messages.outbound import Option, OutboundMessage
from flows.engine.flowset import FlowSet
from flows.language.responses import Response, Variation
from flows.linting.finding import Finding, warning
from flows.linting.sample import Sampler

SMS = "sms"
SEGMENTS = 6  # of an SMS, each billed: room for an order in two parcels
_LOSSES = ("title_shortened", "description_shortened", "link_title_shortened", "paged", "text_split")
_NAMED_EMOJI = re.compile(r"(?<![\w:]):[a-z][a-z0-9_+-]*:(?![\w:])")


def channel_findings(flows: FlowSet, limits: Mapping[str, Capabilities]) -> Iterator[Finding]:
    """Finds texts that lose something on a channel. `limits`: by the channel's name for people."""
    for locale, responses in flows.responses.by_locale.items():
        sample = Sampler(flows.responses, locale, flows.settings)
        for response in responses.values():
            yield from _emoji(response)
            for variation in response.variations:
                message = _message(sample, variation)
                for label, each in limits.items():
                    if _is_read(response, variation, each.channel):
                        yield from _lost(response, label, message, each)


def _emoji(response: Response) -> Iterator[Finding]:
    for variation in response.variations:
        for name in dict.fromkeys(_NAMED_EMOJI.findall(variation.text.source)):
            yield warning(response.place, f"{response.key}: customers read {name} as it stands; write the emoji itself")


def _is_read(response: Response, variation: Variation, channel: str) -> bool:
    """Tells whether a wording can be read on a channel: not where another is always said there."""
    if variation.channel or variation.condition is not None:
        return variation.channel in ("", channel)
    return not any(each.channel == channel and each.condition is None for each in response.variations)


def _message(sample: Sampler, variation: Variation) -> OutboundMessage:
    """Makes the message, with the choices that the text itself names: how many an action finds nobody knows here."""
    return OutboundMessage(
        sample(variation.text),
        tuple(Option(value, sample(c.title), sample(c.description)) for value, c in variation.choices.items()),
        sample(variation.menu_title),
        sample(variation.link),
        sample(variation.link_title),
    )


def _lost(response: Response, label: str, message: OutboundMessage, limits: Capabilities) -> Iterator[Finding]:
    fitted = fit(message, limits)
    for loss in fitted.degradations:
        code = loss.partition(":")[0]
        if code in _LOSSES and not (code == "description_shortened" and not limits.list_rows):
            yield warning(response.place, f"{response.key}: on {label} {told(loss)}")
    segments = sum(sms_cost(gsm_alike(text)).segments for text in fitted.texts) if limits.channel == SMS else 0
    if segments > SEGMENTS:
        cure = f"say it in {SEGMENTS}, in a wording with `channel: sms`"
        yield warning(response.place, f"{response.key}: takes about {segments} SMS segments; {cure}")
