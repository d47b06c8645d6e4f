"""Plans whether, when and where a notice goes out. Pure: asked again before each attempt, it sees what changed."""

from collections.abc import Iterator
from datetime import datetime

import msgspec

from core.messages.outbound import OutboundMessage
from core.people.consent import MARKETING
from core.people.conversations import window_open
from notifications.facts import About
from notifications.notice import Notice
from notifications.planning.decisions import Assumed, Assumption, Decision, Reason, Refusal, Send, Skip, Way
from notifications.planning.gates import choose_template, refuse_address, refuse_notice
from notifications.planning.recipients import Candidate, Recipient
from notifications.planning.waiting import wait
from notifications.planning.zones import known_zones
from notifications.store.policy import Policy
from notifications.wording.provider_templates import MissingValue
from notifications.wording.rendering import Letter, language, render


def plan(notice: Notice, recipient: Recipient, about: About, now: datetime, policy: Policy) -> Decision:
    """Decides what to do with `notice` now. `about`: its subject as it stands, as far as it is known.

    Send names all ways in order, so that the next can follow when one fails for good; Hold says until when; Skip is
    final. Each carries the reason for every address that was not taken.
    """
    letter = Letter(notice, about, recipient, policy, now)
    reason = refuse_notice(letter, now)
    if reason:
        return Skip(reason)
    if not recipient.candidates:
        return Skip(Reason.NO_ADDRESS)
    judged = [(candidate, refuse_address(letter, candidate)) for candidate in _preferred(recipient, now, policy)]
    refusals = tuple(Refusal(candidate.address, why) for candidate, why in judged if why)
    allowed = [candidate for candidate, why in judged if why is None]
    if not allowed:
        return Skip(_gravest(refusals), refusals)
    decision = wait(letter, letter.kind.category, now, refusals) or _ways(letter, allowed, now, refusals)
    return msgspec.structs.replace(decision, assumed=tuple(_assumed(letter)))


def _preferred(recipient: Recipient, now: datetime, policy: Policy) -> list[Candidate]:
    """Sorts addresses: the channel used last with an open window, then the store's order; in it the one used last.

    A first contact prefers a channel's own provider to a reseller of it.
    """
    order = {channel: place for place, channel in enumerate(policy.shop.channels)}
    used = [each for each in recipient.candidates if each.last_inbound_at and _open(each, now)]
    last = max(used, key=_recency, default=None)
    return sorted(
        recipient.candidates,
        key=lambda each: (
            each is not last,
            order.get(each.address.channel, len(order)),
            -_recency(each),
            bool(each.provider),
        ),
    )


def _recency(candidate: Candidate) -> float:
    return candidate.last_inbound_at.timestamp() if candidate.last_inbound_at else 0.0


def _open(candidate: Candidate, now: datetime) -> bool:
    return window_open(candidate.last_inbound_at, candidate.capabilities.window_hours, now)


def _assumed(letter: Letter) -> Iterator[Assumption]:
    """Lists what the plan assumes of the customer: the zone of the quiet hours, the words' language."""
    zones, shop = letter.recipient.zones, letter.policy.shop
    if not known_zones(zones.names):
        yield Assumption(Assumed.TIMEZONE_OF_STORE, shop.timezone)
    elif zones.by_phone:
        yield Assumption(Assumed.TIMEZONE_BY_PHONE, ", ".join(zones.names))
    if not letter.recipient.locale:
        yield Assumption(Assumed.LANGUAGE_OF_STORE, language(letter))
    wished = letter.recipient.prefers
    if wished.channel:
        yield Assumption(Assumed.CHANNEL_WISHED, wished.channel)
    if wished.not_between:
        yield Assumption(Assumed.HOURS_WISHED, f"{wished.not_between.start} - {wished.not_between.end}")


def _ways(letter: Letter, allowed: list[Candidate], now: datetime, refusals: tuple[Refusal, ...]) -> Decision:
    """Lists the ways there are now; where the only ones wait for what marketing keeps, so does the notice."""
    ways: list[Way] = []
    for candidate in allowed:
        chosen = _message(letter, candidate, now)
        if isinstance(chosen, Reason):
            refusals += (Refusal(candidate.address, chosen),)
        else:
            ways.append(Way(candidate.address, chosen))
    if ways:
        return Send(tuple(ways), refusals)
    later = any(each.reason is Reason.MARKETING_LATER for each in refusals)
    return (wait(letter, MARKETING, now, refusals) if later else None) or Skip(_gravest(refusals), refusals)


def _message(letter: Letter, candidate: Candidate, now: datetime) -> OutboundMessage | Reason:
    """Renders what is read at this address, or says why nothing is: a template with a gap says what nobody would."""
    template = choose_template(letter, candidate, now)
    if isinstance(template, Reason):
        return template
    try:
        return render(letter, candidate, template)
    except MissingValue:
        return Reason.TEMPLATE_VALUE_MISSING


def _gravest(refusals: tuple[Refusal, ...]) -> Reason:
    """Returns the reason of the address that passed most checks: it is the one worth mending."""
    reasons = list(Reason)
    return max((refusal.reason for refusal in refusals), key=reasons.index)
