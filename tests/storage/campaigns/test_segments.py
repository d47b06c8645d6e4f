"""SQL finds the same customers as an oracle that reads the same segment in Python, on SQLite and on PostgreSQL."""

import json
import operator
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, select

from core.ids import new_id
from core.segments.conditions import EVERYBODY
from core.segments.names import names
from core.segments.reading import read_segment
from storage.campaigns.segments import condition_sql
from storage.desk.tables import cases, ratings
from storage.engine.store import Store
from storage.people.tables import addresses, consents, customers
from storage.shop import tags
from storage.shop.tables import order_lines, orders
from storage.shop.tables import tags as tags_table
from storage.shop.tags import Tag

NOW = datetime(2026, 12, 1, 10, tzinfo=UTC)
ZONE = ZoneInfo("America/New_York")
CHANNELS = ("whatsapp", "sms")
CURRENCY = "USD"
COUNTRIES, TIERS, SKUS, TAGS = ("US", "DE", ""), ("vip", "gold", ""), ("BOOT-42", "靴下"), ("fan", "vip_stuck")
LOCALES = ("en", "zh", "zh-Hans-CN", "pt_BR", "")
TOTALS = ("129.80", "0.1", "0.2", "19.95", "3000")
STATUSES = ("pending_payment", "paid", "partially_fulfilled", "fulfilled", "cancelled", "refunded")
BIRTHDAYS = (date(1990, 5, 17), date(1984, 2, 29), None)
AGES = (0, 1, 89, 90, 91, 400)  # days


@dataclass
class Person:
    """Holds a customer as the oracle knows them."""

    store_id: str | None
    locale: str
    tier: str
    points: int | None
    birthday: date | None
    orders: list[dict[str, Any]] = field(default_factory=list)
    reached: list[tuple[str, bool]] = field(default_factory=list)  # (channel, dead)
    said: list[tuple[str, bool]] = field(default_factory=list)  # (purpose, granted), oldest first
    scores: list[int | None] = field(default_factory=list)  # oldest first
    states: list[str] = field(default_factory=list)
    tags: set[str] = field(default_factory=set)

    @property
    def counted(self) -> list[dict[str, Any]]:
        return [each for each in self.orders if each["status"] != "cancelled"]


def person(chance: random.Random, number: int) -> Person:
    made = Person(
        chance.choice([f"c{number}", None]),
        chance.choice(LOCALES),
        chance.choice(TIERS),
        chance.choice([0, 5, 1200, None]),
        chance.choice(BIRTHDAYS),
    )
    for n in range(chance.choice([0, 0, 1, 3])):
        made.orders.append(
            {
                "number": f"{number}-{n}",
                "placed_at": NOW - timedelta(days=chance.choice(AGES), seconds=n),
                "status": chance.choice(STATUSES),
                "currency": chance.choice([CURRENCY, CURRENCY, "EUR"]),
                "total": chance.choice(TOTALS),
                "where": (chance.choice(COUNTRIES), chance.choice(("NY", "")), chance.choice(("Springfield", "北京"))),
                "skus": chance.sample(SKUS, chance.randrange(3)),
            }
        )
    made.reached = [(channel, chance.random() < 0.3) for channel in CHANNELS if chance.random() < 0.5]
    made.said = [(chance.choice(("marketing", "service")), chance.random() < 0.6) for _ in range(chance.randrange(4))]
    made.scores = [chance.choice([1, 2, 5, None]) for _ in range(chance.randrange(3))]
    made.states = [chance.choice(("open", "claimed", "resolved")) for _ in range(chance.randrange(2))]
    made.tags = set(chance.sample(TAGS, chance.randrange(3)))
    return made


def keep(conn: Connection, store: Store, each: Person, number: int) -> str:
    id_, phone = new_id(NOW), f"+1202555{number:04d}"
    facts = {"store_id": each.store_id, "tier": each.tier, "points": each.points, "phone": phone}
    account = json.dumps({"birthday": str(each.birthday)}) if each.birthday else None
    spoken = {"language": each.locale, "locale": "fr" if each.locale else ""}
    conn.execute(customers.insert(), {"id": id_, "created_at": NOW, "account": account, **facts, **spoken})
    for order in each.orders:
        country, region, city = order["where"]
        row = {key: order[key] for key in ("number", "placed_at", "status", "currency", "total")}
        shipping = json.dumps({"line1": "1 Main St", "country": country, "region": region, "city": city})
        conn.execute(orders.insert(), {**row, "customer_id": id_, "buyer": "{}", "shipping": shipping, "told_at": NOW})
        for n, sku in enumerate(order["skus"]):
            line = {
                "order_number": order["number"],
                "id": f"l{n}",
                "n": n,
                "data": json.dumps({"sku": sku, "id": f"l{n}"}),
            }
            conn.execute(order_lines.insert(), line)
    for channel, dead in each.reached:
        where = {"key": f"{channel}:main:{phone}", "channel": channel, "account": "main", "value": phone}
        conn.execute(
            addresses.insert(),
            {**where, "customer_id": id_, "created_at": NOW, "dead_at": NOW if dead else None, "phone": phone},
        )
    for purpose, granted in each.said:
        said = {"channel": "sms", "subject": phone, "purpose": purpose, "granted": granted, "source": "test"}
        conn.execute(consents.insert(), {"id": new_id(NOW), "at": NOW, **said})
    for n, score in enumerate(each.scores):
        asked = {"case_id": "k", "conversation_id": "v", "customer_id": id_, "kind": "csat", "asked_at": NOW}
        given_at = NOW + timedelta(minutes=n) if score is not None else None
        conn.execute(ratings.insert(), {"id": new_id(NOW), **asked, "score": score, "given_at": given_at})
    for state in each.states:
        case = {"conversation_id": "v", "customer_id": id_, "state": state, "reason": "human", "place": "C1"}
        conn.execute(cases.insert(), {"id": new_id(NOW), "opened_at": NOW, **case})
    tags.add(conn, store, [Tag("customer", id_, name, id_) for name in each.tags], NOW)
    return id_


# --- the oracle: for each name what a customer has there (None: not known), for each sign what it means

ORACLE: dict[str, Callable[[Person], Any]] = {
    "customer.id": lambda p: p.store_id or "",
    "customer.country": lambda p: _newest(p)[0],
    "customer.region": lambda p: _newest(p)[1],
    "customer.city": lambda p: _newest(p)[2],
    "customer.locale": lambda p: p.locale.lower().split("-")[0].split("_")[0],
    "customer.tier": lambda p: p.tier,
    "customer.points": lambda p: p.points,
    "customer.birthday": lambda p: p.birthday,
    "customer.tag": lambda p: p.tags,
    "orders.count": lambda p: len(p.counted),
    "orders.total": lambda p: sum((Decimal(o["total"]) for o in p.counted if o["currency"] == CURRENCY), Decimal(0)),
    "orders.first_at": lambda p: min((o["placed_at"] for o in p.counted), default=None),
    "orders.last_at": lambda p: max((o["placed_at"] for o in p.counted), default=None),
    "orders.open": lambda p: sum(o["status"] in STATUSES[:3] for o in p.counted),
    "orders.sku": lambda p: {sku for o in p.counted for sku in o["skus"]},
    "consent.marketing": lambda p: _last_word(p, "marketing"),
    "consent.service": lambda p: _last_word(p, "service"),
    "rating.last": lambda p: next((score for score in reversed(p.scores) if score is not None), None),
    "case.open": lambda p: any(state != "resolved" for state in p.states),
    **{f"channel.{name}": lambda p, name=name: (name, False) in p.reached for name in CHANNELS},
}
SIGNS = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def _newest(each: Person) -> tuple[str, str, str]:
    ordered = sorted(each.orders, key=lambda order: (order["placed_at"], order["number"]))
    return ordered[-1]["where"] if ordered else ("", "", "")


def _last_word(each: Person, purpose: str) -> bool:
    words = [granted for said, granted in each.said if said == purpose]
    return bool(words) and words[-1]


def compared(held: Any, sign: str, value: Any) -> bool:
    """Compares as the documentation says: what is not known is like nothing, so that only != holds."""
    if isinstance(held, set):
        return (value in held) == (sign == "==")
    if held is None:
        return sign == "!="
    return bool(SIGNS[sign](held, value))


Oracle = Callable[[Person], bool]
ORDERED = st.sampled_from(list(SIGNS))
EQUAL = st.sampled_from(["==", "!="])
DAYS = st.sampled_from(AGES)


def _texts(name: str, *values: str) -> st.SearchStrategy[tuple[str, Oracle]]:
    held = ORACLE[name]
    single = st.tuples(EQUAL, st.sampled_from([*values, "nowhere" if name != "customer.country" else "AT"])).map(
        lambda said: (f"{name} {said[0]} '{said[1]}'", lambda p: compared(held(p), *said))
    )
    among = st.lists(st.sampled_from(values), max_size=3).map(
        lambda listed: (f"{name} in {listed}", lambda p: any(compared(held(p), "==", each) for each in listed))
    )
    return single | among


def _numbers(name: str, *values: Any) -> st.SearchStrategy[tuple[str, Oracle]]:
    held = ORACLE[name]
    return st.tuples(ORDERED, st.sampled_from(values)).map(
        lambda said: (
            f"{name} {said[0]} {said[1]}",
            lambda p: compared(held(p), said[0], Decimal(str(said[1]))),
        )
    )


def _moments(name: str) -> st.SearchStrategy[tuple[str, Oracle]]:
    held = ORACLE[name]
    ago = st.tuples(ORDERED, DAYS).map(
        lambda said: (
            f"{name} {said[0]} days_ago({said[1]})",
            lambda p: compared(held(p), said[0], NOW - timedelta(days=said[1])),
        )
    )
    since = ORDERED.map(
        lambda sign: (
            f"{name} {sign} '2026-09-02'",
            lambda p: compared(held(p), sign, datetime(2026, 9, 2, 4, tzinfo=UTC)),
        )
    )
    return ago | since


def _days(name: str) -> st.SearchStrategy[tuple[str, Oracle]]:
    held, days = ORACLE[name], [day for day in BIRTHDAYS if day]
    return st.tuples(ORDERED, st.sampled_from([*days, date(1984, 3, 1)])).map(
        lambda said: (f"{name} {said[0]} '{said[1]}'", lambda p: compared(held(p), *said))
    )


def _flags(name: str) -> st.SearchStrategy[tuple[str, Oracle]]:
    held = ORACLE[name]
    return st.sampled_from(
        [(name, held), (f"{name} == false", lambda p: not held(p)), (f"{name} != true", lambda p: not held(p))]
    )


def _sets(name: str, *values: str) -> st.SearchStrategy[tuple[str, Oracle]]:
    held = ORACLE[name]
    inside = st.sampled_from(values).map(lambda value: (f"'{value}' in {name}", lambda p: value in held(p)))
    outside = st.sampled_from(values).map(lambda value: (f"'{value}' not in {name}", lambda p: value not in held(p)))
    return inside | outside | _texts(name, *values)


LEAVES = st.one_of(
    st.just(("all", lambda _: True)),
    _texts("customer.id", "c0", "c1"),
    _texts("customer.country", "US", "DE", ""),
    _texts("customer.region", "NY"),
    _texts("customer.city", "Springfield", "北京"),
    _texts("customer.locale", "en", "zh", "pt", ""),
    _texts("customer.tier", "vip", "gold", ""),
    _numbers("customer.points", 0, 5, 5.5, 1200),
    _days("customer.birthday"),
    _sets("customer.tag", *TAGS),
    _numbers("orders.count", 0, 1, 2, 2.5),
    _numbers("orders.total", 0, 0.3, 129.8, 149.75, 3000, 129.805),
    _moments("orders.first_at"),
    _moments("orders.last_at"),
    _numbers("orders.open", 0, 1),
    _sets("orders.sku", *SKUS),
    _numbers("rating.last", 1, 2, 5),
    *(_flags(name) for name in ORACLE if name.startswith(("consent.", "case.", "channel."))),
)


def _joined(word: str, how: Callable[[list[bool]], bool]) -> Callable[[list[tuple[str, Oracle]]], tuple[str, Oracle]]:
    def joined(parts: list[tuple[str, Oracle]]) -> tuple[str, Oracle]:
        return f"({f' {word} '.join(source for source, _ in parts)})", lambda p: how([true(p) for _, true in parts])

    return joined


SEGMENTS = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.lists(inner, min_size=2, max_size=3).map(_joined("and", all)),
        st.lists(inner, min_size=2, max_size=3).map(_joined("or", any)),
        inner.map(lambda part: (f"not ({part[0]})", lambda p: not part[1](p))),
    ),
    max_leaves=6,
)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data(), st.integers(0, 10_000))
def test_sql_finds_whom_the_oracle_finds(store: Store, data: st.DataObject, seed: int) -> None:
    chance = random.Random(seed)
    people = [person(chance, number) for number in range(8)]
    with store.write() as conn:
        for table in (customers, orders, order_lines, addresses, consents, ratings, cases, tags_table):
            conn.execute(table.delete())
        ids = [keep(conn, store, each, number) for number, each in enumerate(people)]
        for _ in range(10):
            source, oracle = data.draw(SEGMENTS)
            segment = read_segment(source, CHANNELS, NOW, ZONE)
            found = set(conn.scalars(select(customers.c.id).where(condition_sql(segment, CURRENCY))))
            assert found == {id_ for id_, each in zip(ids, people, strict=True) if oracle(each)}, source


def test_the_oracle_knows_every_name() -> None:
    assert set(ORACLE) == set(names(CHANNELS))


@pytest.mark.parametrize("number", [0, 1])
def test_everybody_is_everybody(store: Store, number: int) -> None:
    with store.write() as conn:
        for n in range(number):
            keep(conn, store, person(random.Random(n), n), n)
        assert len(conn.scalars(select(customers.c.id).where(condition_sql(EVERYBODY, CURRENCY))).all()) == number
