"""Tests that a call is booked once, that a provider's sum replaces an estimate, and that sums add up exactly."""

from collections.abc import Iterable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.ids import new_id
from storage.costs import rows
from storage.costs.rows import BY, PROVIDER, TABLE, Sum, micros
from storage.costs.tables import costs
from storage.engine.store import Store
from tests.fakes import NOW


def row(provider_id: str, amount: str, source: str = TABLE, **changes: Any) -> dict[str, Any]:
    return {
        "id": new_id(NOW),
        "channel": "whatsapp",
        "account": "main",
        "provider_id": provider_id,
        "part_id": f"p-{provider_id}"[:24],
        "outbox_id": "o1",
        "notice_id": None,
        "kind": "shipped",
        "campaign_id": None,
        "case_id": None,
        "flow": "",
        "category": "utility",
        "currency": "USD",
        "micros": micros(Decimal(amount)),
        "source": source,
        "at": NOW,
        **changes,
    }


def book(store: Store, *made: dict[str, Any]) -> None:
    with store.write() as conn:
        rows.book(conn, store, made)


def sums(store: Store, by: str = "channel", **more: Any) -> list[Sum]:
    with store.read() as conn:
        return rows.sums(conn, by, **more)


def usd(by: str, messages: int, amount: str, estimated: str = "0") -> Sum:
    return Sum(by, "USD", messages, Decimal(amount), Decimal(estimated))


def test_a_call_is_booked_once(store: Store) -> None:
    for _ in range(3):
        book(store, row("w1", "0.0034"))
    assert sums(store) == [usd("whatsapp", 1, "0.0034", "0.0034")]


def test_a_sum_takes_the_place_of_an_estimate_and_not_the_reverse(store: Store) -> None:
    book(store, row("w1", "0.0034"))
    book(store, row("w1", "0.0084", PROVIDER, category=""))
    book(store, row("w1", "0.0034"))
    assert sums(store) == [usd("whatsapp", 1, "0.0084")]
    assert sums(store, "category") == [usd("", 1, "0.0084")]


def test_the_same_id_on_two_channels_is_two_calls(store: Store) -> None:
    book(store, row("x", "0.01"), row("x", "0.02", channel="sms"))
    assert sums(store) == [usd("sms", 1, "0.02", "0.02"), usd("whatsapp", 1, "0.01", "0.01")]


@pytest.mark.parametrize("by", BY)
def test_everything_is_added_up_by_anything(store: Store, by: str) -> None:
    book(store, row("w1", "0.01"), row("w2", "0.02", PROVIDER, campaign_id="k1", flow="order_status"))
    assert sum((each.amount for each in sums(store, by)), Decimal(0)) == Decimal("0.03")


def test_currencies_are_not_added_up(store: Store) -> None:
    book(store, row("w1", "0.01"), row("w2", "0.02", currency="EUR"))
    assert [(each.currency, each.amount) for each in sums(store)] == [
        ("EUR", Decimal("0.02")),
        ("USD", Decimal("0.01")),
    ]


def test_a_campaign_s_own(store: Store) -> None:
    book(store, row("w1", "0.025", campaign_id="k1"), row("w2", "0.025", campaign_id="k2"), row("w3", "0.0034"))
    book(store, row("s1", "0.0083", PROVIDER, campaign_id="k1", channel="sms"))
    with store.read() as conn:
        assert rows.of_campaign(conn, "k1") == [usd("whatsapp", 1, "0.025", "0.025"), usd("sms", 1, "0.0083")]
        assert rows.of_campaign(conn, "none") == []


def test_since(store: Store) -> None:
    book(store, row("w1", "0.01", at=NOW - timedelta(days=2)), row("w2", "0.02"))
    assert sums(store, since=NOW - timedelta(days=1)) == [usd("whatsapp", 1, "0.02", "0.02")]


amounts = st.lists(st.decimals("0", "9", places=6), min_size=1, max_size=20)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(told=amounts)
def test_sums_are_exact(store: Store, told: Iterable[Decimal]) -> None:
    with store.write() as conn:
        conn.execute(costs.delete())
    book(store, *(row(f"w{n}", str(each), PROVIDER) for n, each in enumerate(told)))
    assert sums(store)[0].amount == sum(told, Decimal(0))
