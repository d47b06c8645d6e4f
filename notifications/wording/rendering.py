"""Renders a notice for one channel, in the customer's language and zone."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from functools import cached_property
from zoneinfo import ZoneInfo

import msgspec

from core.messages.outbound import Option, OutboundMessage, Speaker
from core.people.names import first_name
from notifications.facts import About, When
from notifications.notice import Kind, Notice, View, view_of
from notifications.planning.recipients import Candidate, Recipient
from notifications.planning.zones import zones_of
from notifications.store.policy import Policy
from notifications.wording.formats import best_locale, format_locale, place, written
from notifications.wording.promised import promised
from notifications.wording.provider_templates import ProviderTemplate


class Letter(msgspec.Struct, frozen=True, dict=True):
    """Holds a notice for a customer, before the channel is chosen. `about`: its subject as it stands."""

    notice: Notice
    about: About
    recipient: Recipient
    policy: Policy
    now: datetime

    @property
    def kind(self) -> Kind:
        """Returns its kind. Raises KeyError for one that there is not (any more)."""
        return self.policy.kinds[self.notice.kind]

    @cached_property
    def view(self) -> View:
        """Returns what its kind looks at; made once for all addresses."""
        return view_of(self.notice, self.about, When(self.now, self.zone, self.policy.cutoffs))

    @property
    def zone(self) -> ZoneInfo:
        """Returns the zone where the customer's days are counted: the first they may live in, else the store's."""
        return zones_of(self.recipient.zones.names, self.policy.shop.zone)[0]


def render(letter: Letter, candidate: Candidate, template: ProviderTemplate | None = None) -> OutboundMessage:
    """Renders what `candidate` reads: free text, or the provider's `template` and its text for our records."""
    kind, policy = letter.kind, letter.policy
    locale = language(letter, template)
    text = policy.texts.kinds[kind.name][locale]
    view = replace(letter.view, locale=locale)
    link = kind.link(view)
    values = _values(letter, view, link)
    words = text.fill(candidate.address.channel, values)
    call = template.call(locale, values) if template else None
    said = call.values if call else (words,)
    if template:
        words = "\n".join(part for part in (words, link) if part)
    if kind.is_offer:
        words = f"{words}\n{_opt_out(letter, candidate, locale)}"
    return OutboundMessage(
        text=words,
        options=() if template else _choices(letter, candidate, locale),
        link="" if template else link,
        link_title=text.link_title if link and not template else "",
        template=call,
        promises=promised(kind, view, said, format_locale(letter.recipient.locale, locale)),
        speaker=Speaker.MARKETING if kind.is_offer else Speaker.NOTICE,
    )


def language(letter: Letter, template: ProviderTemplate | None = None) -> str:
    """Finds the language: the customer's if there are words (and a template) in it, else the store's or any."""
    available = [name for name in letter.policy.texts.kinds[letter.notice.kind] if name in letter.policy.texts.common]
    if template:
        available = [name for name in available if name in template.languages]
    default = letter.policy.shop.locale
    return best_locale(letter.recipient.locale, available, default if default in available else available[0])


def _values(letter: Letter, view: View, link: str) -> Mapping[str, str]:
    zone, locale = view.when.zone, view.locale
    own = format_locale(letter.recipient.locale, locale)
    facts = letter.kind.facts(view)
    return {
        "shop": letter.policy.shop.name,
        "name": first_name(letter.recipient.name or _name(letter.about)),
        "place": place(zone, locale),
        "link": link,
        **{name: written(fact, own, zone) for name, fact in facts.items()},
    }


def _choices(letter: Letter, candidate: Candidate, locale: str) -> tuple[Option, ...]:
    """Makes the buttons under it; a channel that has none is spared their list: the text says what to reply."""
    if not (candidate.capabilities.buttons or candidate.capabilities.list_rows):
        return ()
    titles = letter.policy.texts.common[locale].choices
    return tuple(Option(each, titles[each]) for each in letter.kind.choices)


def _name(about: About) -> str:
    """Returns the customer's name as the order has it."""
    return about.order.buyer.name if about.order else ""


def _opt_out(letter: Letter, candidate: Candidate, locale: str) -> str:
    common = letter.policy.texts.common[locale]
    return common.opt_out_sms if candidate.address.channel == "sms" else common.opt_out
