"""Reads `rules.yaml`, and refuses what could never do what it says: a wrong name, kind, team, type, length of time."""

import hashlib
from collections.abc import Collection, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Annotated, NamedTuple

import msgspec
from msgspec import Meta

from core.cases.routing import Id, SlackId
from core.errors import ConfigurationError
from core.files.complaints import WORD
from core.files.documents import Document
from core.files.durations import EXPECTED, duration
from core.files.near import one_of
from core.people.conversations import Priority
from core.templating.expressions import Expression
from core.templating.named import named_expression
from notifications.catalogue.news import TIMER
from notifications.notice import Kinds, Subject
from notifications.rules.names import EMPTY
from notifications.rules.rule import AddTag, AtMost, Deed, OncePer, OpenCase, Rule, Rules, SendNotice, TellStore
from notifications.rules.values import strange_values

FILE = "rules.yaml"
CASE_OPENED, CASE_RESOLVED, RATING_GIVEN = "case.opened", "case.resolved", "rating.given"
OF_CASES = (CASE_OPENED, CASE_RESOLVED, RATING_GIVEN)
_OF_PEOPLE = ("customer.updated", "loyalty.updated")
TYPES = (
    *("order.created", "order.updated", "order.paid", "order.cancelled", "shipment.created", "shipment.updated"),
    *("return.updated", "refund.issued", "stock.problem", *_OF_PEOPLE, *OF_CASES, TIMER),
)
_LIKE = "\"customer.tier == 'vip' and parcel.hours_since_scan >= 48\""
_LONGEST = timedelta(days=366)
_OF_ORDERS = frozenset({OncePer.ORDER, OncePer.PARCEL, OncePer.RETURN})
# For what a rule must fire, so that it knows what a kind of notice is about.
_KNOWS = {
    Subject.ORDER: _OF_ORDERS,
    Subject.PARCEL: frozenset({OncePer.PARCEL}),
    Subject.RETURN: frozenset({OncePer.RETURN}),
    Subject.CUSTOMER: frozenset(OncePer),
}
ShortId = Annotated[str, Meta(pattern=WORD)]
Words = Annotated[str, Meta(min_length=1)]


class _AtMost(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    times: Annotated[int, Meta(ge=1, le=1000)]
    per: Words


class _Case(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    reason: ShortId
    priority: Priority | None = None
    team: Id = ""
    channel: SlackId = ""
    tags: tuple[ShortId, ...] = ()


class _Deed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    notice: Words | None = None
    case: _Case | None = None
    tag: ShortId | None = None
    event: ShortId | None = None


class _Rule(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"condition": "if"}):
    id: ShortId
    on: Annotated[tuple[str, ...], Meta(min_length=1)]
    condition: Words
    then: Annotated[tuple[_Deed, ...], Meta(min_length=1)]
    once_per: OncePer | None = None
    at_most: _AtMost | None = None


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    rules: tuple[_Rule, ...] = ()


class _At(NamedTuple):
    """Names a rule's place in its file, to complain of what stands there."""

    document: Document
    number: int

    def fault(self, message: str, *steps: str | int) -> ConfigurationError:
        return self.document.fault(message, "rules", self.number, *steps)


def load_rules(path: Path, kinds: Kinds, teams: Collection[str]) -> Rules:
    """Reads the rules; `kinds` and `teams` are those there are. Raises ConfigurationError with file, line and cure."""
    document = Document(path)
    written = document.read(_File)
    rules: list[Rule] = []
    for number, each in enumerate(written.rules):
        at = _At(document, number)
        if each.id in {rule.id for rule in rules}:
            raise at.fault(f"there is a rule {each.id!r} already; expected another", "id")
        rules.append(_rule(at, each, kinds, teams))
    return Rules(tuple(rules))


def warnings(rules: Rules, kinds: Kinds, on_by_itself: Collection[str], *, tells_store: bool) -> Iterator[str]:
    """Finds what works otherwise than somebody may think. `on_by_itself`: the kinds that are sent without a rule."""
    for rule in rules.all:
        for deed in rule.then:
            if isinstance(deed, SendNotice) and deed.kind in on_by_itself and kinds[deed.kind].hears:
                yield (
                    f"rule {rule.id}: {deed.kind} is also sent by itself; what a customer was told so is not told again"
                    f" by the rule, but may be told after it. `notices: {{{deed.kind}: false}}` in shop.yaml leaves it"
                    " to the rule"
                )
            if isinstance(deed, TellStore) and not tells_store:
                yield f"rule {rule.id}: event {deed.name}: nobody hears it, as OUTGOING_WEBHOOK_URL is not set"


def _rule(at: _At, written: _Rule, kinds: Kinds, teams: Collection[str]) -> Rule:
    for place, type_ in enumerate(written.on):
        if type_ not in TYPES:
            raise at.fault(f"{type_}: {one_of(type_, TYPES, 'some')}", "on", place)
    condition = named_expression(at.document, written.condition, EMPTY, "rules", at.number, "if", like=_LIKE)
    for strange in strange_values(written.condition):
        raise at.fault(f"{strange.name} is never {strange.value!r}; {one_of(strange.value, strange.known)}", "if")
    once_per = written.once_per or _narrowest(condition, written.on)
    _check_subject(at, written, once_per)
    return Rule(
        id=written.id,
        on=frozenset(written.on),
        condition=condition,
        once_per=once_per,
        then=tuple(_deed(at, place, deed, once_per, kinds, teams) for place, deed in enumerate(written.then)),
        digest=hashlib.blake2s(msgspec.json.encode(written), digest_size=6).hexdigest(),
        at_most=_at_most(at, written.at_most) if written.at_most else None,
    )


def _narrowest(condition: Expression, on: Collection[str]) -> OncePer:
    """Chooses what a rule fires once for that does not say: the case where it hears of nothing else, else the narrowest
    thing that its `if` reads or it hears of."""
    reads = {name[0] for name in condition.names}
    if all(type_ in OF_CASES for type_ in on):
        return OncePer.CASE
    for word in (OncePer.PARCEL, OncePer.RETURN):
        if word in reads:
            return word
    if reads & {"order", "stock"} or any(type_ not in (*_OF_PEOPLE, *OF_CASES, TIMER) for type_ in on):
        return OncePer.ORDER
    return OncePer.CASE if "case" in reads else OncePer.CUSTOMER


def _check_subject(at: _At, written: _Rule, once_per: OncePer) -> None:
    """Raises ConfigurationError for an event that tells nothing of what the rule fires for."""
    for place, type_ in enumerate(written.on):
        if type_ in _OF_PEOPLE and once_per in _OF_ORDERS:
            raise at.fault(
                f"{type_} tells of no {once_per}; expected once_per: customer, or another event", "on", place
            )


def _at_most(at: _At, written: _AtMost) -> AtMost:
    try:
        per = duration(written.per)
    except ValueError:
        raise at.fault(f"{written.per!r}: expected {EXPECTED}", "at_most", "per") from None
    if not timedelta(0) < per <= _LONGEST:
        raise at.fault(f"expected more than 0s and at most {_LONGEST.days}d", "at_most", "per")
    return AtMost(written.times, per)


def _deed(at: _At, place: int, written: _Deed, once_per: OncePer, kinds: Kinds, teams: Collection[str]) -> Deed:
    said = [name for name in ("notice", "case", "tag", "event") if getattr(written, name) is not None]
    if len(said) != 1:
        raise at.fault(f"expected one of notice, case, tag, event; found {' and '.join(said) or 'none'}", "then", place)
    if written.notice is not None:
        _check_kind(at, place, written.notice, once_per, kinds)
        return SendNotice(written.notice)
    if written.case is not None:
        case = written.case
        if case.team and case.team not in teams:
            raise at.fault(f"there is no team {case.team!r}; {one_of(case.team, teams)}", "then", place, "case", "team")
        return OpenCase(case.reason, case.priority, case.team, case.channel, case.tags)
    return AddTag(written.tag) if written.tag is not None else TellStore(written.event or "")


def _check_kind(at: _At, place: int, name: str, once_per: OncePer, kinds: Kinds) -> None:
    where = ("then", place, "notice")
    if name not in kinds:
        raise at.fault(f"there is no notice {name!r}; {one_of(name, sorted(kinds))}", *where)
    subject = kinds[name].subject
    if not kinds[name].by_rule or subject not in _KNOWS:
        raise at.fault(f"{name} tells what a rule does not know; expected another notice", *where)
    if once_per not in _KNOWS[subject]:
        fitting = " or ".join(each for each in OncePer if each in _KNOWS[subject])
        raise at.fault(f"{name} is about one {subject}; expected once_per: {fitting}", *where)
