"""Writes a believable history of a store, as rows of all tables: six weeks of customers, parcels, cases and notices.

    fill(store, messages=2_000, cases=100, seed=1, now=datetime.now(UTC))

The same seed and moment make the same history. What was planted in it, so that questions to the numbers have an answer,
stands in `causes`. It makes about so many messages and cases, in the order of time; a text, a number of an order or a
name is nobody's.
"""

import random
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple

from benchmarks.insight import causes
from benchmarks.insight.causes import ZONE
from benchmarks.insight.desk_work import Work, add_agents
from benchmarks.insight.goods import add_order, add_return
from benchmarks.insight.news import consent, offer, offered_at, parcel_news, skipped_news, spread
from benchmarks.insight.rows import Rows
from benchmarks.insight.talk import Over, Talk
from benchmarks.insight.visits import TOPICS, hand_off, visit
from benchmarks.insight.world import DAY, HOUR, PRODUCTS, Parcel, Person, moment, parcels, people
from core.people.consent import SERVICE
from core.people.conversations import Owner
from storage.engine.store import Store
from storage.people import addresses, consents
from storage.people.tables import addresses as addresses_table
from storage.people.tables import consents as consents_table
from storage.people.tables import conversations, customers

DAYS = 42
PER_VISIT, PER_CASE = 4.7, 3.5  # messages of a visit with the notices around it, of a case more
ORDERS, WRITERS = 1.5, 0.6  # for each visit: orders, customers
ASKS = {True: 0.07, False: 0.22}  # shares of customers who ask where it is, with and without a notice
ASKS_LATE = 0.5
RETURNING = {True: 0.45, False: 0.05}  # who comes again within days, after the planted flow and after others
_RETURN_SHARE = {title: share for title, _, share in PRODUCTS}


class Visit(NamedTuple):
    """Says that somebody comes with a topic. `parcel`: what they come about."""

    at: datetime
    person: Person
    topic: str
    parcel: Parcel
    late: bool = False


def fill(store: Store, *, messages: int, cases: int, seed: int, now: datetime, days: int = DAYS) -> dict[str, int]:
    """Writes the history until now; returns how many rows of each table. The tables must be there, and empty."""
    chance, rows = random.Random(seed), Rows(store, seed)
    visits_wanted = max(20, int((messages - cases * PER_CASE) / PER_VISIT))
    begin = now.astimezone(ZONE).date() - timedelta(days=days)
    everybody = list(people(chance, max(5, int(visits_wanted * WRITERS)), _midnight(begin)))
    bought = parcels(chance, everybody, int(visits_wanted * ORDERS), begin, days, now)
    add_agents(rows, now)
    for parcel in bought:
        if parcel.placed < now:
            add_order(rows, parcel, now)
    visits = _visits(chance, bought, visits_wanted, begin, days, now)
    share = cases / max(1, len(visits))
    _news(rows, chance, bought, everybody, _midnight(begin), now)
    for each in sorted(visits, key=lambda each: each.at):
        _come(rows, chance, each, share, now)
    for person in everybody:
        _add_person(rows, chance, person)
    rows.close()
    return dict(rows.written)


def _visits(
    chance: random.Random, bought: list[Parcel], wanted: int, begin: date, days: int, now: datetime
) -> list[Visit]:
    """Draws who comes when, and why: about their parcels, to send something back, with something else, and again."""
    visits = [visit_ for parcel in bought for visit_ in _about(chance, parcel, now)]
    others = [topic for topic in TOPICS if TOPICS[topic].weight]
    weights = [TOPICS[topic].weight for topic in others]
    while len(visits) < wanted:
        topic = chance.choices(others, weights)[0]
        parcel = chance.choice(bought)
        visits.append(Visit(moment(chance, begin, days), parcel.person, topic, parcel))
        if chance.random() < RETURNING[topic == causes.RETURNING_FLOW]:
            visits.append(visits[-1]._replace(at=visits[-1].at + chance.uniform(30, 150) * HOUR))
    return [each for each in visits if _midnight(begin) <= each.at < now]


def _midnight(day: date) -> datetime:
    """Returns when a day of the shop begins."""
    return datetime.combine(day, time(), ZONE).astimezone(UTC)


def _about(chance: random.Random, parcel: Parcel, now: datetime) -> Iterator[Visit]:
    """Draws who asks where their parcel is, and who sends it back."""
    if parcel.is_late and parcel.eta == causes.late_day(now) and chance.random() < 0.8:
        evening = datetime.combine(parcel.eta, time(11), ZONE).astimezone(UTC)
        yield Visit(evening + chance.uniform(0, 11) * HOUR, parcel.person, "order_status", parcel, late=True)
    elif parcel.is_late and chance.random() < ASKS_LATE:
        yield Visit(parcel.due + chance.uniform(8, 20) * HOUR, parcel.person, "order_status", parcel, late=True)
    elif chance.random() < ASKS[parcel.told]:
        under_way = parcel.delivered - parcel.shipped
        yield Visit(parcel.shipped + chance.uniform(0.1, 1) * under_way, parcel.person, "order_status", parcel)
    if chance.random() < _RETURN_SHARE[parcel.product]:
        yield Visit(parcel.delivered + chance.uniform(4, 120) * HOUR, parcel.person, "returns", parcel)


def _come(rows: Rows, chance: random.Random, each: Visit, share: float, now: datetime) -> None:
    """Lets a customer come; some of them go on with a person."""
    if each.person.case_id or each.at < each.person.busy_until:
        return
    talk = Talk(rows, chance, each.person, each.at, now, each.parcel.values)
    try:
        reason = visit(talk, each.topic, each.late)
        if each.topic == "returns" and not reason:
            add_return(talk, each.parcel)
        likely = share * (2.5 if reason else 0.85)
        if chance.random() < likely:
            hand_off(talk, each.topic, reason or "asked_human")
            said = talk.asks(_PERSON, each.topic)
            Work(talk, reason or "asked_human", said.id).goes_on()
    except Over:
        pass
    each.person.busy_until = max(each.person.busy_until, talk.at + timedelta(minutes=1))


_PERSON = {"en": "Somebody answers within two hours.", "zh": "两小时内会有人回复您。"}


def _news(
    rows: Rows,
    chance: random.Random,
    bought: list[Parcel],
    everybody: list[Person],
    since: datetime,
    now: datetime,
) -> None:
    """Tells of parcels, and of the offer."""
    for parcel in bought:
        for kind, at, on in _kinds(chance, parcel):
            if not since <= at < now:
                continue
            talk = Talk(rows, chance, parcel.person, at, now, parcel.values)
            with suppress(Over):
                parcel_news(talk, parcel, kind, on) if parcel.told else skipped_news(talk, parcel)
    for at, person in spread(everybody[::4], offered_at(now), 180):
        with suppress(Over):
            offer(Talk(rows, chance, person, at, now, {}))


def _kinds(chance: random.Random, parcel: Parcel) -> Iterator[tuple[str, datetime, date]]:
    if not parcel.told:
        if chance.random() < 0.4:
            yield "shipped", parcel.shipped, parcel.eta
        return
    yield "shipped", parcel.shipped, parcel.eta
    if parcel.told_late:
        yield "delay", parcel.told_late, parcel.delivered.astimezone(ZONE).date()
    if chance.random() < 0.4:
        yield "delivered", parcel.delivered, parcel.eta


def _add_person(rows: Rows, chance: random.Random, person: Person) -> None:
    """Writes who somebody is, where they are reached, and how their conversation stands now."""
    to, at = person.address, person.since
    locale = "en-US" if person.language == "en" else "zh-CN"
    row = {"id": person.id, "name": person.name, "locale": locale, "language": person.language, "created_at": at}
    row |= {"phone": to.phone, "email": f"c{person.id[-8:]}@example.com", "timezone": str(ZONE)}
    rows.add(customers, row)
    rows.add(addresses_table, addresses.row(to, person.id, at))
    spoken = {"key": to.key, "channel": to.channel, "account": to.account, "value": to.value}
    owner = Owner.AGENT if person.case_id else Owner.BOT
    spoken |= {"owner": owner.value, "case_id": person.case_id, "last_inbound_at": person.last, "created_at": at}
    rows.add(conversations, {"id": person.conversation, "customer_id": person.id, **spoken})
    granted = consents.row(to.channel, to.value, SERVICE, True, "order", at)
    rows.add(consents_table, {**granted, "id": rows.id_at(at)})
    if chance.random() < 0.6:
        talk = Talk(rows, chance, person, at, at + DAY, {})
        rows.add(consents_table, consent(talk, granted=True, source="order"))
