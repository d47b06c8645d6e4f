"""Measures contacts: each time that a customer came to us, who solved it, and whether they had to come again.

A contact begins when a customer writes after a day of silence, and is over after a day of silence; what they write
while they are blocked is none. The bot solved it where it answered and no case was open during it. Whoever writes again
within seven days of a contact that the bot solved has come back: the honest opposite.

    first, second = contacts(spoken, cases, blocked, now)
    first.is_solved, first.came_back   # True, True
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

GAP = timedelta(hours=24)
RETURN = timedelta(days=7)


class Spoken(NamedTuple):
    """Holds one message of a customer's conversations, in order. Of the bot's answer: which `flow` said it, and when it
    `left`, if it did."""

    id: str
    conversation_id: str
    at: datetime
    is_customers: bool
    flow: str = ""
    left: datetime | None = None


class Open(NamedTuple):
    """Says from when until when a case of the customer was open; without an end it still is."""

    since: datetime
    until: datetime | None
    is_spam: bool = False


class Blocked(NamedTuple):
    """Says from when until when nothing was answered that the customer wrote."""

    since: datetime
    until: datetime


class Contact(NamedTuple):
    """Holds one contact, named by the message it began with. None: not known yet, or not asked of this one, like
    whether the bot solved what it did not answer.

    `topic`: the flow that answered first; `answered`: when the bot first did.
    """

    id: str
    conversation_id: str
    at: datetime
    last: datetime
    topic: str
    answered: datetime | None = None
    is_solved: bool | None = None
    came_back: bool | None = None


def contacts(
    spoken: Iterable[Spoken], cases: Sequence[Open], blocked: Sequence[Blocked], now: datetime
) -> list[Contact]:
    """Finds the contacts of one customer in all their conversations, the first one first."""
    by_place: dict[str, list[Spoken]] = {}
    for each in spoken:
        if not (each.is_customers and any(one.since <= each.at < one.until for one in blocked)):
            by_place.setdefault(each.conversation_id, []).append(each)
    found = sorted((each for said in by_place.values() for each in _parted(said)), key=lambda each: (each.at, each.id))
    return [_judged(each, found, cases, now) for each in found]


def blocked_times(told: Iterable[tuple[datetime, datetime | None]]) -> list[Blocked]:
    """Makes of what agents did, in order, when a customer was blocked: (when, until when), or (when, None) where they
    were let write again. What was done last holds."""
    found: list[Blocked] = []
    for at, until in told:
        if found:
            found[-1] = found[-1]._replace(until=min(found[-1].until, at))
        if until is not None:
            found.append(Blocked(at, until))
    return found


def _parted(said: Sequence[Spoken]) -> Iterator[Contact]:
    """Parts what was said in one conversation into contacts. What the bot says later than that is of none."""
    contact: Contact | None = None
    for each in said:
        if each.is_customers and (contact is None or each.at - contact.last >= GAP):
            if contact:
                yield contact
            contact = Contact(each.id, each.conversation_id, each.at, each.at, "")
        elif contact and each.is_customers:
            contact = contact._replace(last=max(each.at, contact.last))
        elif contact and each.at < contact.last + GAP:
            contact = contact._replace(topic=contact.topic or each.flow, answered=contact.answered or each.left)
    if contact:
        yield contact


def _judged(contact: Contact, all_: Sequence[Contact], cases: Sequence[Open], now: datetime) -> Contact:
    """Tells whether the bot solved it, and if so whether the customer came again: each once its time is over for all
    alike. Who needs a person, or comes again, is known sooner: they alone would make the last days look bad."""
    over = contact.last + GAP
    if now < over or contact.answered is None or contact.answered >= over:
        return contact
    held = [case for case in cases if case.since < over and (case.until is None or case.until > contact.at)]
    if held:  # by spam alone neither is proved
        return contact if all(case.is_spam for case in held) else contact._replace(is_solved=False)
    if now < contact.last + RETURN:
        return contact._replace(is_solved=True)
    again = any(contact.last < each.at <= contact.last + RETURN for each in all_)
    return contact._replace(is_solved=True, came_back=again)
