"""Measures contacts: each time that a customer came to us, who solved it, and whether they had to come again.

A contact begins when a customer writes after a day of silence, and is over after a day of silence. It is the bot's
where no case was open during it. Whoever writes again within seven days of a contact that the bot ended has come back:
the honest opposite of a contact that the bot solved.

    first, second = contacts(spoken, cases, now)
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


class Contact(NamedTuple):
    """Holds one contact, named by the message it began with. None: not known yet, or not asked of this one.

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


def contacts(spoken: Iterable[Spoken], cases: Sequence[Open], now: datetime) -> list[Contact]:
    """Finds the contacts of one customer in all their conversations, the first one first."""
    by_place: dict[str, list[Spoken]] = {}
    for each in spoken:
        by_place.setdefault(each.conversation_id, []).append(each)
    found = sorted((each for said in by_place.values() for each in _parted(said)), key=lambda each: (each.at, each.id))
    return [_judged(each, found, cases, now) for each in found]


def _parted(said: Sequence[Spoken]) -> Iterator[Contact]:
    """Parts what was said in one conversation into contacts."""
    contact: Contact | None = None
    for each in said:
        if each.is_customers and (contact is None or each.at - contact.last >= GAP):
            if contact:
                yield contact
            contact = Contact(each.id, each.conversation_id, each.at, each.at, "")
        elif contact and each.is_customers:
            contact = contact._replace(last=max(each.at, contact.last))
        elif contact:
            contact = contact._replace(topic=contact.topic or each.flow, answered=contact.answered or each.left)
    if contact:
        yield contact


def _judged(contact: Contact, all_: Sequence[Contact], cases: Sequence[Open], now: datetime) -> Contact:
    """Tells whether the bot solved it, and if so whether the customer came again: each once its time is over for all
    alike. Who needs a person, or comes again, is known sooner: they alone would make the last days look bad."""
    over = contact.last + GAP
    if now < over:
        return contact
    if any(case.since < over and (case.until is None or case.until > contact.at) for case in cases):
        return contact._replace(is_solved=False)
    if now < contact.last + RETURN:
        return contact._replace(is_solved=True)
    again = any(contact.last < each.at <= contact.last + RETURN for each in all_)
    return contact._replace(is_solved=True, came_back=again)
