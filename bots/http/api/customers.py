"""Shows all about one customer in one place: `GET /api/v1/customers/{who}`."""

from datetime import date
from decimal import Decimal

import msgspec

from bots.http.api.route import PREFIX, Asked, Parameter, Route, missing
from bots.wiring.intake import Intake
from core.shop.money import written
from core.shop.outgoing import stamp
from storage.people import overview
from storage.people.overview import Counts, Overview

NEWEST = 20  # orders and ratings shown


class ReachedView(msgspec.Struct, frozen=True):
    """Where the customer is reached: by a phone (E.164), or the channel's own id; `works` unless refused for good."""

    channel: str
    account: str
    value: str
    phone: str | None
    works: bool


class ConsentView(msgspec.Struct, frozen=True):
    """What they allow now, on one address and for one purpose (service, marketing), and by whose word."""

    channel: str
    address: str
    purpose: str
    granted: bool
    source: str
    at: str


class SumView(msgspec.Struct, frozen=True):
    """What they ordered in one currency, without what was cancelled or is not paid yet."""

    currency: str
    amount: str


class OrderView(msgspec.Struct, frozen=True):
    """One of their orders, as it stands now."""

    number: str
    status: str
    placed_at: str
    currency: str
    total: str


class RatingView(msgspec.Struct, frozen=True):
    """A rating that they gave. `kind`: csat, effort, nps."""

    kind: str
    score: int
    case: int | None
    at: str


class CustomerView(msgspec.Struct, frozen=True):
    """A customer. `id` is ours, `store_id` the store's own. `orders` and `ratings` are the newest, `value` counts all.

    `tags` are those on the customer, their orders, parcels and returns.
    """

    id: str
    store_id: str | None
    name: str
    phone: str | None
    email: str | None
    locale: str
    language: str
    timezone: str
    tier: str
    points: int | None
    birthday: date | None
    since: str
    tags: list[str]
    reached: list[ReachedView]
    consents: list[ConsentView]
    value: list[SumView]
    orders: list[OrderView]
    ratings: list[RatingView]
    counts: Counts
    last_heard_at: str | None
    blocked_until: str | None = None


def _one(intake: Intake, asked: Asked) -> CustomerView:
    with intake.store.read() as conn:
        found = overview.find(conn, asked.rest)
    if found is None:
        raise missing("there is no such customer: say their id (ours or the store's), phone, e-mail or address")
    return _shown(found)


def _shown(found: Overview) -> CustomerView:
    who = found.customer
    return CustomerView(
        id=who.id,
        store_id=who.store_id,
        name=who.name,
        phone=who.phone,
        email=who.email,
        locale=who.locale,
        language=who.spoken,
        timezone=who.timezone,
        tier=who.tier,
        points=found.points,
        birthday=found.birthday,
        since=stamp(found.created_at),
        tags=list(found.tags),
        reached=[ReachedView(r.channel, r.account, r.value, r.phone, r.dead_at is None) for r in found.addresses],
        consents=[
            ConsentView(e.channel, e.address, e.purpose, e.granted, e.source, stamp(e.at)) for e in found.consents
        ],
        value=[SumView(currency, written(amount, currency)) for currency, amount in sorted(found.value.items())],
        orders=[
            OrderView(o.number, o.status, stamp(o.placed_at), o.currency, written(Decimal(o.total), o.currency))
            for o in found.orders[:NEWEST]
        ],
        ratings=[RatingView(r.kind, r.score, r.case, stamp(r.at)) for r in found.ratings[:NEWEST]],
        counts=found.counts,
        last_heard_at=stamp(found.last_heard_at) if found.last_heard_at else None,
        blocked_until=stamp(found.blocked_until) if found.blocked_until else None,
    )


ROUTES = (
    Route(
        "GET",
        f"{PREFIX}customers/{{who}}",
        "All about one customer",
        CustomerView,
        parameters=(
            Parameter(
                "who", "Their id (ours or the store's), phone, e-mail or address on a channel.", is_required=True
            ),
        ),
        refusals={404: "Nobody is known by that."},
        answer=_one,
    ),
)
