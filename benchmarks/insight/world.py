"""Makes the people and parcels of the history: who they are, where they write, what they bought and when it came."""

import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import accumulate
from typing import NamedTuple

from benchmarks.insight import causes
from benchmarks.insight.causes import ZONE
from core.ids import EPOCH
from core.people.addresses import Address

DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
ACCOUNT = "main"
CHANNELS = {"en": (("whatsapp", "messenger", "telegram", "sms"), (55, 75, 83, 100))}
CHANNELS["zh"] = (CHANNELS["en"][0], (60, 65, 95, 100))
COUNTRIES = ("US", "GB", "DE", "AU", "CN"), (50, 65, 75, 85, 100)
NUMBERS = {"US": "+1202{:07d}", "GB": "+447{:09d}", "DE": "+49155{:08d}", "AU": "+614{:08d}", "CN": "+86138{:08d}"}
CARRIERS = {"US": ("UPS", "USPS"), "GB": ("Royal Mail", "DHL"), "DE": ("DHL",), "CN": ("SF Express",)}
CARRIERS["AU"] = ("YunExpress", "Australia Post")
FIRST_NAMES = ("Jane", "Omar", "Lucía", "Tom", "Aisha", "Paul", "Wei", "Min", "Noor", "Ivy", "张伟", "王芳", "李娜")
LAST_NAMES = ("Doe", "Smith", "García", "Nguyen", "Khan", "Weber", "Chen", "Liu", "Okafor", "Rossi")
# (title, how likely it is bought, how likely it goes back)
PRODUCTS = (
    (causes.RETURNED_PRODUCT, 15, 0.25),
    ("Rain jacket", 20, 0.05),
    ("Wool socks", 30, 0.01),
    ("Backpack 25 l", 15, 0.03),
    ("Desk lamp", 10, 0.04),
    ("Water bottle", 10, 0.01),
)
_BOUGHT = tuple(accumulate(weight for _, weight, _ in PRODUCTS))
HOURS = tuple(accumulate((1, 1, 1, 1, 1, 1, 2, 4, 7, 9, 10, 10, 9, 8, 8, 8, 8, 9, 10, 10, 8, 6, 4, 2)))
WEEKDAYS = (10, 10, 9, 9, 9, 7, 6)


class Person:
    """A customer with one conversation; what changes is what the history makes of them."""

    __slots__ = (
        "address",
        "busy_until",
        "case_id",
        "conversation",
        "country",
        "id",
        "language",
        "last",
        "name",
        "since",
    )

    def __init__(self, id_: str, conversation: str, address: Address, since: datetime) -> None:
        self.id, self.conversation, self.address, self.since = id_, conversation, address, since
        self.name, self.language, self.country = "", "en", "US"
        self.last: datetime | None = None  # when they wrote last
        self.busy_until = EPOCH  # until then they are spoken with
        self.case_id: str | None = None  # that is open


class Parcel(NamedTuple):
    """An order with its one line and one parcel. `told`: a notice says that it left."""

    number: str
    person: Person
    product: str
    price: str
    placed: datetime
    carrier: str
    shipped: datetime
    eta: date
    delivered: datetime
    told: bool

    @property
    def due(self) -> datetime:
        """Returns when the promised day ends."""
        return datetime.combine(self.eta + DAY, time(), ZONE).astimezone(UTC)

    @property
    def is_late(self) -> bool:
        """Tells whether it came after the day that was promised."""
        return self.delivered > self.due

    @property
    def told_late(self) -> datetime | None:
        """Returns when a notice says that it will be late: in time; of the planted Tuesday only on the day after."""
        if not (self.told and self.is_late):
            return None
        is_planted = (self.carrier, self.person.country) == (causes.LATE_CARRIER, causes.LATE_COUNTRY)
        return self.due + (9 if is_planted else -3) * HOUR

    @property
    def values(self) -> dict[str, str]:
        """Returns what texts say of it."""
        return {"order": self.number, "product": self.product, "carrier": self.carrier, "day": f"{self.eta:%d %b}"}


def people(chance: random.Random, number: int, since: datetime) -> Iterator[Person]:
    """Makes customers, known for some weeks before."""
    for n in range(number):
        language = "en" if chance.random() < 0.72 else "zh"
        country = chance.choices(COUNTRIES[0], cum_weights=COUNTRIES[1])[0]
        channel = chance.choices(CHANNELS[language][0], cum_weights=CHANNELS[language][1])[0]
        phone = NUMBERS[country].format(n)
        value = phone if channel in ("whatsapp", "sms") else f"{7_000_000_000 + n}"
        at = since - chance.uniform(0, 60) * DAY
        stamp = f"{(at - EPOCH) // timedelta(microseconds=1):013x}"
        person = Person(f"{stamp}a{n:010x}", f"{stamp}b{n:010x}", Address(channel, ACCOUNT, value), at)
        person.language, person.country = language, country
        person.name = f"{chance.choice(FIRST_NAMES)} {chance.choice(LAST_NAMES)}"
        yield person


def moment(chance: random.Random, begin: date, days: int) -> datetime:
    """Draws a moment at which something happens: more on working days, less at night."""
    day = begin + timedelta(days=chance.randrange(days))
    while chance.random() * max(WEEKDAYS) > WEEKDAYS[day.weekday()]:
        day = begin + timedelta(days=chance.randrange(days))
    hour = chance.choices(range(24), cum_weights=HOURS)[0]
    return datetime.combine(day, time(hour), ZONE).astimezone(UTC) + chance.uniform(0, 60) * MINUTE


def parcels(
    chance: random.Random, everybody: list[Person], number: int, begin: date, days: int, now: datetime
) -> list[Parcel]:
    """Makes orders and their parcels, the first one first. Some were placed before the history begins."""
    late_day = causes.late_day(now)
    placed = sorted(moment(chance, begin - 8 * DAY, days + 8) for _ in range(number))
    return [_parcel(chance, n, chance.choice(everybody), at, late_day) for n, at in enumerate(placed)]


def _parcel(chance: random.Random, n: int, person: Person, placed: datetime, late_day: date) -> Parcel:
    title, _, _ = chance.choices(PRODUCTS, cum_weights=_BOUGHT)[0]
    carrier = chance.choice(CARRIERS[person.country])
    shipped = placed + chance.uniform(6, 40) * HOUR
    eta = shipped.astimezone(ZONE).date() + timedelta(days=chance.randint(3, 6))
    is_theirs = (carrier, person.country) == (causes.LATE_CARRIER, causes.LATE_COUNTRY)
    if is_theirs and abs(eta - late_day) <= DAY:
        eta = late_day
    share = 0.9 if is_theirs and eta == late_day else 0.04
    if (carrier, person.country) == (causes.SLOW_CARRIER, causes.SLOW_COUNTRY):
        share = 0.4
    days = chance.randint(1, 4) if chance.random() < share else chance.choice((-1, -1, 0, 0, 0))
    arrives = datetime.combine(eta + timedelta(days=days), time(9), ZONE).astimezone(UTC)
    delivered = max(arrives + chance.uniform(0, 9) * HOUR, shipped + 8 * HOUR)
    price = f"{chance.randint(15, 180)}.{chance.choice(('00', '50', '90'))}"
    return Parcel(
        str(100_000 + n), person, title, price, placed, carrier, shipped, eta, delivered, chance.random() < 0.4
    )
