"""Makes notices that a person wants: as if everything about their subject were news; and those that fit a customer."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from msgspec.structs import replace

from core.messages.outbound import OutboundMessage
from notifications.catalogue.news import TIMER
from notifications.facts import About, EventFacts, When
from notifications.notice import Change, Kind, Notice, Subject
from notifications.planning.gates import choose_template
from notifications.planning.recipients import Candidate, Recipient
from notifications.store.policy import Policy
from notifications.wording.provider_templates import MissingValue, ProviderTemplate
from notifications.wording.rendering import Letter, render

_NOTHING_TOLD: Mapping[str, bool] = {}
_LONG_AGO = timedelta(days=365)  # outside any reply window


def as_news(kind: Kind, subject: Subject, about: About, subject_id: str, when: When, now: datetime) -> Notice | None:
    """Asks a kind as if everything about the subject were news, by the event that it listens to; None: it sees none."""
    types = (*(type_ for type_ in kind.hears if type_ != TIMER), TIMER) if kind.hears else ("order.updated",)
    for type_ in types:
        event = EventFacts(type_, "operator")
        before = about if type_ == TIMER else None
        due = kind.due(Change(event, now, subject, before, about, _NOTHING_TOLD, when, subject_id))
        if due:
            return due[-1]
    return None


def fitting(
    policy: Policy, about: Sequence[tuple[Subject, About, str]], who: Recipient, candidate: Candidate, now: datetime
) -> Iterator[tuple[str, OutboundMessage]]:
    """Lists the kinds whose approved template says what is true of one of these subjects now, each with its words.

    `about`: subjects with our id of each. Offers are none of them.
    """
    closed = replace(candidate, last_inbound_at=now - _LONG_AGO)
    when = policy.when(now)
    for kind in policy.kinds.values():
        for subject, subjects_about, subject_id in about:
            if kind.is_offer or kind.subject not in (subject, Subject.PARCEL if subject is Subject.ORDER else subject):
                continue
            message = _message(policy, kind, (subject, subjects_about, subject_id), who, closed, when)
            if message:
                yield kind.name, message
                break


def _message(
    policy: Policy, kind: Kind, about: tuple[Subject, About, str], who: Recipient, closed: Candidate, when: When
) -> OutboundMessage | None:
    subject, told, subject_id = about
    notice = as_news(kind, subject, told, subject_id, when, when.now)
    if notice is None:
        return None
    letter = Letter(notice, told, who, policy, when.now)
    if not kind.still_true(letter.view):
        return None
    template = choose_template(letter, closed, when.now)
    if not isinstance(template, ProviderTemplate):
        return None
    try:
        return render(letter, closed, template)
    except MissingValue:
        return None
