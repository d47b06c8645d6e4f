"""Tests that webhooks of WooCommerce in any order, twice, late or at odds with each other end in one truth."""

from datetime import timedelta
from itertools import permutations
from typing import Any

import pytest
from sqlalchemy import func, select

from adapters.shops.woocommerce.inbound.parcels import TRACKED
from adapters.shops.woocommerce.inbound.parse import parse
from adapters.shops.woocommerce.inbound.refunds import refunded
from core.shop.orders import OrderStatus
from core.shop.store_events import Ignored, StoreEvent
from storage.notices.tables import notices
from storage.shop import orders, returns
from tests.adapters.shops.woocommerce.payloads import SOURCE, payload, read, webhook, with_meta
from tests.fakes import PHONE
from tests.hub.house import House


def at(house: House, minutes: float) -> str:
    return (house.clock() + timedelta(minutes=minutes)).strftime("%Y-%m-%dT%H:%M:%S")


def state(house: House, minutes: float, **changes: Any) -> dict[str, Any]:
    """Makes the order as it stood so many minutes ago (negative)."""
    billing = {**payload("order")["billing"], "phone": PHONE}
    placed = at(house, -30)
    told = {"billing": billing, "date_created_gmt": placed, "date_modified_gmt": at(house, minutes), **changes}
    return payload("order", **told)


def story(house: House) -> list[tuple[str, dict[str, Any]]]:
    """Tells an order's life: topic and body, oldest first."""
    parcel = {**read("tracking_items")[0], "date_shipped": str(int(house.clock().timestamp()) - 3600)}
    sent = with_meta(state(house, -3, status="completed"), **{TRACKED: [parcel]})
    return [
        ("order.created", state(house, -20, status="pending", date_paid_gmt=None)),
        ("order.updated", state(house, -10, status="processing")),
        ("order.updated", sent),
    ]


def events(house: House, topic: str, body: dict[str, Any], delivery: str) -> list[StoreEvent]:
    found = parse(webhook(topic, body, delivery), house.clock(), SOURCE)
    return [each for each in found if not isinstance(each, Ignored)]


def told(house: House) -> list[str]:
    with house.store.read() as conn:
        return sorted(conn.scalars(select(notices.c.kind).where(notices.c.order_number == "727")))


@pytest.mark.parametrize("turn", list(permutations(range(3))))
def test_an_order_ends_the_same_whatever_comes_first_and_is_told_once(house: House, turn: tuple[int, ...]) -> None:
    house.hear("hello")
    whole = story(house)
    for place in (*turn, *turn):  # each comes twice
        topic, body = whole[place]
        house.told(*events(house, topic, body, f"d-{place}"))
    with house.store.read() as conn:
        known = orders.by_number(conn, "727")
    assert known is not None
    assert known.status is OrderStatus.FULFILLED
    assert [each.tracking_number for each in known.shipments] == ["1Z999AA10123456784"]
    assert told(house).count("shipped") == 1


def test_a_state_that_contradicts_a_newer_one_changes_nothing(house: House) -> None:
    house.told(*events(house, "order.updated", state(house, -1, status="cancelled"), "d-1"))
    house.told(*events(house, "order.updated", state(house, -2, status="processing"), "d-2"))
    with house.store.read() as conn:
        known = orders.by_number(conn, "727")
    assert known is not None
    assert known.status is OrderStatus.CANCELLED


def test_what_was_known_days_ago_is_told_to_nobody(house: House) -> None:
    house.hear("hello")
    old = {**read("tracking_items")[0], "date_shipped": str(int(house.clock().timestamp()) - 5 * 86_400)}
    body = with_meta(state(house, -5 * 1440, status="processing"), **{TRACKED: [old]})
    house.told(*events(house, "order.updated", {**body, "date_created_gmt": at(house, -6 * 1440)}, "d-1"))
    with house.store.read() as conn:
        known = orders.by_number(conn, "727")
    assert known is not None
    assert len(known.shipments) == 1
    assert told(house) == []


def test_a_refund_that_is_listed_again_and_again_is_kept_once(house: House) -> None:
    listed = [{**read("refunds")[0], "date_created_gmt": at(house, -5)}]
    order = state(house, -4)
    house.told(*events(house, "order.updated", order, "d-1"))
    for minutes in (0, 10, 500):
        house.clock.advance(minutes=minutes)
        house.told(*refunded(SOURCE, order, listed, house.clock()))
    with house.store.read() as conn:
        assert len(returns.refunds_of(conn, "727")) == 1
        found = conn.scalar(select(func.count()).select_from(notices).where(notices.c.kind == "refund_issued"))
    assert found == 1
