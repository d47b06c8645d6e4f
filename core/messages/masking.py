"""Masks card numbers, their codes and IBANs in what a customer sent, before anything of it is kept or shown.

What colleagues wrote elsewhere (an `Answered`, an echo) stays: an account number in their words is ours.
"""

from collections.abc import Mapping
from typing import Any, TypeVar

import msgspec
from msgspec.structs import replace

from core.content.payment_secrets import masked
from core.messages.inbound import Edited, InboundEvent, InboundMessage, Unsupported
from core.messages.pieces import Attachment, Choice, Quote

_WORDS = frozenset(("text", "body", "caption", "title", "description", "message"))  # of an item kept as it came

_T = TypeVar("_T", bound=msgspec.Struct)


def masked_event(event: InboundEvent) -> InboundEvent:
    """Returns the event with its words masked; the very event where there is nothing to mask."""
    match event:
        case InboundMessage():
            return _changed(
                event,
                text=masked(event.text),
                choice=_choice(event.choice),
                attachments=tuple(map(_attachment, event.attachments)),
                quoted=_quote(event.quoted),
            )
        case Edited():
            return _changed(event, text=masked(event.text), attachments=tuple(map(_attachment, event.attachments)))
        case Unsupported():
            return _changed(event, raw=_in(event.raw, everywhere=False), said=_in(event.said, everywhere=True))
        case _:
            return event


def _attachment(one: Attachment) -> Attachment:
    return _changed(one, caption=masked(one.caption), data=_in(one.data, everywhere=True))


def _choice(choice: Choice | None) -> Choice | None:
    """Masks the words of a press: a form's answer comes as its title."""
    return choice and _changed(choice, title=masked(choice.title), description=masked(choice.description))


def _quote(quote: Quote | None) -> Quote | None:
    return quote and _changed(quote, text=masked(quote.text), part=masked(quote.part))


def _in(value: Any, *, everywhere: bool) -> Any:
    """Masks texts in data: all of them, or those that hold somebody's words."""
    if isinstance(value, str):
        return masked(value) if everywhere else value
    if isinstance(value, Mapping):
        return {key: _in(each, everywhere=everywhere or key in _WORDS) for key, each in value.items()}
    return [_in(each, everywhere=everywhere) for each in value] if isinstance(value, list | tuple) else value


def _changed(whole: _T, **parts: Any) -> _T:
    """Replaces parts that differ."""
    differing = {name: part for name, part in parts.items() if part != getattr(whole, name)}
    return replace(whole, **differing) if differing else whole
