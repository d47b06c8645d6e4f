"""Renders a notice for one channel, in the customer's language and zone."""

from collections.abc import Mapping
from typing import Any

import msgspec

from core.messages.outbound import OutboundMessage, Speaker
from core.people.consent import MARKETING
from core.people.names import first_name
from core.shop.orders import Order
from notifications.catalogue import KINDS
from notifications.notice import Notice, View
from notifications.planning.recipients import Candidate, Recipient
from notifications.planning.zones import zones_of
from notifications.store.policy import Policy
from notifications.wording.formats import best_locale, format_locale, place, written
from notifications.wording.provider_templates import ProviderTemplate


class Letter(msgspec.Struct, frozen=True):
    """Holds a notice for a customer, before the channel is chosen. `value`: its subject as it stands, if any."""

    notice: Notice
    value: Any
    recipient: Recipient
    policy: Policy


def render(letter: Letter, candidate: Candidate, template: ProviderTemplate | None = None) -> OutboundMessage:
    """Renders what `candidate` reads: free text, or the provider's `template` and its text for our records."""
    kind, policy = KINDS[letter.notice.kind], letter.policy
    locale = language(letter, template)
    text = policy.texts.kinds[kind.name][locale]
    link = kind.link(View(letter.notice, letter.value, locale))
    values = _values(letter, locale, link)
    words = text.fill(candidate.address.channel, values)
    if template:
        words = "\n".join(part for part in (words, link) if part)
    if kind.category == MARKETING:
        words = f"{words}\n{_opt_out(letter, candidate, locale)}"
    return OutboundMessage(
        text=words,
        link="" if template else link,
        link_title=text.link_title if link and not template else "",
        template=template.call(locale, values) if template else None,
        speaker=Speaker.MARKETING if kind.category == MARKETING else Speaker.NOTICE,
    )


def language(letter: Letter, template: ProviderTemplate | None = None) -> str:
    """Finds the language: the customer's if there are words (and a template) in it, else the store's or any."""
    available = [name for name in letter.policy.texts.kinds[letter.notice.kind] if name in letter.policy.texts.common]
    if template:
        available = [name for name in available if name in template.languages]
    default = letter.policy.shop.locale
    return best_locale(letter.recipient.locale, available, default if default in available else available[0])


def _values(letter: Letter, locale: str, link: str) -> Mapping[str, str]:
    zone = zones_of(letter.recipient.zones.names, letter.policy.shop.zone)[0]
    own = format_locale(letter.recipient.locale, locale)
    facts = KINDS[letter.notice.kind].facts(View(letter.notice, letter.value, locale))
    return {
        "shop": letter.policy.shop.name,
        "name": first_name(letter.recipient.name or _name(letter.value)),
        "place": place(zone, locale),
        "link": link,
        **{name: written(fact, own, zone) for name, fact in facts.items()},
    }


def _name(value: Any) -> str:
    """Returns the customer's name as the order has it."""
    return value.buyer.name if isinstance(value, Order) else ""


def _opt_out(letter: Letter, candidate: Candidate, locale: str) -> str:
    common = letter.policy.texts.common[locale]
    return common.opt_out_sms if candidate.address.channel == "sms" else common.opt_out
