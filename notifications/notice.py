"""Declares a notice, the change that makes one due, and what a kind of notice says about itself."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

import msgspec

from core.people.consent import SERVICE
from core.shop.promises import Purpose
from core.shop.shop_actions import ShopAction
from notifications.facts import NOTHING, About, EventFacts, Money, When
from notifications.scope import scope


class Subject(StrEnum):
    """Lists what a notice can be about. News of an order is news of its parcels too."""

    ORDER = "order"
    PARCEL = "parcel"
    RETURN = "return"
    REFUND = "refund"
    CUSTOMER = "customer"
    PRODUCT = "product"


class Notice(msgspec.Struct, frozen=True, omit_defaults=True):
    """Names one piece of news for one customer. `key` is the business key: the same news has the same key, whatever
    the event's id ("shipped:1001:s1"). `subject_id` is the return's or the variant's; `data` is plain JSON and belongs
    to the kind. `campaign` and `rule` are the ids of what sends it; `template` the provider template that says it,
    where that is another than its kind's.
    """

    kind: str
    key: str
    created_at: datetime
    expires_at: datetime
    order_number: str = ""
    shipment_id: str = ""
    data: dict[str, Any] = {}
    subject_id: str = ""
    campaign: str = ""
    rule: str = ""
    template: str = ""


@dataclass(frozen=True)
class Change:
    """Holds what an event did to a subject: what it is about before (None for a new one) and after.

    `told` holds the business keys of all notices this subject has had, oldest first, and whether each reached the
    customer, or still may.
    """

    event: EventFacts
    at: datetime
    subject: Subject
    before: About | None
    after: About
    told: Mapping[str, bool]
    when: When
    subject_id: str = ""
    _names: dict[str, tuple[dict[str, Any], dict[str, Any]]] = field(
        init=False, default_factory=dict, compare=False, repr=False
    )

    def names(self, parcel_id: str) -> tuple[dict[str, Any], dict[str, Any]]:
        """Returns what conditions may name, before and after, for one of the parcels or none; once for all kinds."""
        if parcel_id not in self._names:
            was, now = (scope(each, parcel_id, self.event, self.when) for each in (self.before or NOTHING, self.after))
            self._names[parcel_id] = was, now
        return self._names[parcel_id]


@dataclass(frozen=True)
class View:
    """Holds what a kind looks at when a notice is to leave: its subject as it stands, what conditions and texts may
    name of it, and the text's language."""

    notice: Notice
    about: About
    when: When
    names: dict[str, Any]
    locale: str = ""


def view_of(notice: Notice, about: About, when: When) -> View:
    """Makes the view of a notice, before a language is chosen."""
    return View(notice, about, when, scope(about, notice.shipment_id, EventFacts(), when))


# A value of a text's variable, before it is written in the customer's language and zone.
Fact = str | date | datetime | Money
Promises = Mapping[Purpose, date | datetime]


def promises_nothing(_view: View) -> Promises:
    """Tells of no date: most kinds."""
    return {}


class Kind(msgspec.Struct, frozen=True):
    """Describes a kind of notice: what its `kind.yaml` says, with conditions and values ready to be asked.

    `due` is asked about changes of its `subject` and returns the notices they make due, also with known keys.
    `still_true` is asked before each attempt. `facts` returns a value for each of `variables`, always all of them; ""
    is a fact that is not known. `link` is the web page that goes with the notice, "" for none. `priority`: the smaller
    goes first, replies have 0. `settle` is how long the facts must rest before anybody hears of them, `deadline` how
    long the first way may stay without a receipt; `choices` are the buttons under it, by the intents that they start.
    `unless_asked` is the action of the store of whose outcome the chat tells whoever asked for it there.
    `family` names kinds of which one is told of one thing at a time: the one that goes first, the newest.
    `promises` are the dates and times that the words may tell, by what is to happen then: booked where they do.
    `template_of` is the kind whose provider template says it where it has none of its own.
    """

    name: str
    subject: Subject
    category: str
    priority: int
    expires_after: timedelta
    variables: tuple[str, ...]
    due: Callable[[Change], list[Notice]]
    still_true: Callable[[View], bool]
    facts: Callable[[View], Mapping[str, Fact]]
    link: Callable[[View], str]
    settle: timedelta = timedelta(0)
    deadline: timedelta | None = None
    choices: tuple[str, ...] = ()
    is_on: bool = True
    template_of: str = ""
    family: str = ""
    unless_asked: ShopAction | None = None
    promises: Callable[[View], Promises] = promises_nothing
    hears: frozenset[str] = frozenset()  # the types of events, and `timer`
    reads: frozenset[str] = frozenset()  # which of the facts' names it reads beside the order's: return, customer …
    by_rule: bool = True  # a rule can send it: nothing of it is known only to its code

    @property
    def is_offer(self) -> bool:
        """Tells whether it needs a consent to offers: everything that is not about what the customer ordered."""
        return self.category != SERVICE


Kinds = Mapping[str, Kind]


def decode_notice(data: bytes | str) -> Notice:
    """Reads a notice that `core.messages.encode` wrote. Raises `msgspec.ValidationError`."""
    return _NOTICE.decode(data)


_NOTICE: msgspec.json.Decoder[Notice] = msgspec.json.Decoder(Notice)
