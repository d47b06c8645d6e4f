"""Does what a fired rule says: tells the customer, opens a case, puts a tag, tells the store's system."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import blake2s
from typing import Any

from sqlalchemy import Connection

from core.ids import new_id
from core.people.conversations import Priority, Routed
from core.shop.shop_actions import PREFIX
from hub.hub import Hub
from hub.notices.lifecycle import register_all
from hub.notices.planning import News
from hub.rules.cases import open_case
from notifications.notice import Kinds, Notice, Subject
from notifications.rules.asking import Found
from notifications.rules.rule import AddTag, OncePer, OpenCase, SendNotice, TellStore
from storage.desk import cases
from storage.notices import notices
from storage.outgoing import rows as outgoing
from storage.people import customers
from storage.shop import tags
from storage.shop.tags import Tag

FACT = "rule.fired"
TOLD_ALREADY, NOBODY_HEARS, NOWHERE = "told_already", "nobody_hears", "nowhere_to_write"
LONGEST = 400  # signs of a subject's id in a notice's key
Did = dict[str, Any]


@dataclass
class Doing:
    """Collects what is written together: `did` by the firing's id, what each of its deeds came to, in their order."""

    hub: Hub
    conn: Connection
    now: datetime
    told: set[tuple[str, str, str]]
    did: dict[str, list[Did]] = field(default_factory=dict)
    case_of: dict[str, str] = field(default_factory=dict)
    news: list[tuple[Did, News]] = field(default_factory=list)
    tags: list[Tag] = field(default_factory=list)
    facts: list[dict[str, Any]] = field(default_factory=list)
    accounts: Mapping[str, str | None] = field(default_factory=dict)


def do_all(
    hub: Hub, conn: Connection, going: Mapping[str, Found], now: datetime
) -> dict[str, tuple[list[Did], str | None]]:
    """Does what the firings say, by their ids, within a transaction that is under way.

    Returns what each deed came to, and the case that the firing opened or added to.
    """
    sends = [each for each in going.values() if any(isinstance(deed, SendNotice) for deed in each.rule.then)]
    doing = Doing(hub, conn, now, notices.told_kinds(conn, {each.order_number for each in sends} - {""}))
    if any(isinstance(deed, TellStore) for each in going.values() for deed in each.rule.then):
        doing.accounts = customers.accounts(conn, {each.customer_id for each in going.values()})
    for id_, found in going.items():
        doing.did[id_] = [_DO[type(deed)](doing, id_, found, deed) for deed in found.rule.then]
    _register(doing)
    tags.add(conn, hub.store, doing.tags, now)
    outgoing.add(conn, hub.store, doing.facts)
    return {id_: (did, doing.case_of.get(id_) or _own_case(going[id_])) for id_, did in doing.did.items()}


def notice_of(found: Found, kind: str, kinds: Kinds, now: datetime) -> Notice:
    """Makes the notice that a rule sends; its key says for what it is told once."""
    subject = kinds[kind].subject
    return Notice(
        kind=kind,
        key=f"{kind}:rule:{found.rule.id}:{found.rule.once_per}:{_short(found.subject_id)}",
        created_at=now,
        expires_at=now + kinds[kind].expires_after,
        order_number=found.order_number,
        shipment_id=found.parcel_id if subject is Subject.PARCEL else "",
        subject_id=found.return_id if subject is Subject.RETURN else "",
        rule=found.rule.id,
    )


def _short(id_: str) -> str:
    """Returns an id as it is; of one that is too long for a key its beginning and a digest."""
    return id_ if len(id_) <= LONGEST else f"{id_[:LONGEST]}#{blake2s(id_.encode(), digest_size=8).hexdigest()}"


def was_told(notice: Notice, told: set[tuple[str, str, str]]) -> bool:
    """Tells whether the customer was told this of the order or parcel already, by the kind itself or another rule."""
    return (notice.order_number, notice.shipment_id, notice.kind) in told


def _send(doing: Doing, _id: str, found: Found, deed: SendNotice) -> Did:
    notice = notice_of(found, deed.kind, doing.hub.notices.kinds, doing.now)
    did: Did = {"notice": deed.kind}
    if was_told(notice, doing.told):
        return did | {"left_out": TOLD_ALREADY}
    if notice.order_number:
        doing.told.add((notice.order_number, notice.shipment_id, notice.kind))
    did["key"] = notice.key
    doing.news.append((did, News(notice, found.customer_id)))
    return did


def _register(doing: Doing) -> None:
    if doing.news:
        register_all(doing.hub, doing.conn, [news for _, news in doing.news], doing.now)


def _open(doing: Doing, id_: str, found: Found, deed: OpenCase) -> Did:
    opened = open_case(doing.hub, doing.conn, found, deed, doing.now)
    if opened is None:
        return {"case": None, "left_out": NOWHERE}
    doing.case_of[id_] = opened.id
    return {"case": opened.number, "added_to": opened.was_open}


def _tag(doing: Doing, _id: str, found: Found, deed: AddTag) -> Did:
    """Puts the tag on the rule's subject; a case has tags of its own."""
    if found.rule.once_per is OncePer.CASE:
        case = cases.by_id(doing.conn, found.subject_id)
        if case is not None:
            cases.raise_to(doing.conn, case, Routed(Priority(case.priority), tags=(deed.tag,)), {})
    else:
        subject = found.rule.once_per.value
        doing.tags.append(Tag(subject, found.subject_id, deed.tag, found.customer_id, found.order_number))
    return {"tag": deed.tag}


def _tell(doing: Doing, id_: str, found: Found, deed: TellStore) -> Did:
    if doing.hub.outlets.listener is None:
        return {"event": deed.name, "left_out": NOBODY_HEARS}
    customer = doing.accounts.get(found.customer_id) or found.customer_id
    ids = {
        "customer_id": customer,
        "order_number": found.order_number,
        "shipment_id": found.parcel_id,
        "return_id": found.return_id,
        "case": found.case_number,
    }
    data = {"rule": found.rule.id, "name": deed.name, **{name: value for name, value in ids.items() if value}}
    once = f"{FACT}:{id_}:{deed.name}"
    more = {"order_number": found.order_number[:255] or None}
    subject = _subject(found, customer)
    row = outgoing.row(new_id(doing.now), once, outgoing.FACT, PREFIX + FACT, subject, data, doing.now, **more)
    doing.facts.append(row)
    return {"event": deed.name}


def _subject(found: Found, customer: str) -> str:
    named = {OncePer.CUSTOMER: customer, OncePer.CASE: str(found.case_number)}
    return f"{found.rule.once_per}/{named.get(found.rule.once_per, found.subject_id)}"


def _own_case(found: Found) -> str | None:
    return found.subject_id if found.rule.once_per is OncePer.CASE else None


_DO: Mapping[type, Callable[[Doing, str, Found, Any], Did]] = {
    SendNotice: _send,
    OpenCase: _open,
    AddTag: _tag,
    TellStore: _tell,
}
