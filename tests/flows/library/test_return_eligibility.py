"""Tests what may come back, in which way and until when."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from core.shop.orders import Order
from flows.language.formats import local
from flows.library.returns.eligibility import LineState, claimable, line_states, marked, place
from flows.loading.return_policy import (
    ByOutcome,
    HolidayExtension,
    OutcomeRules,
    ReturnPolicy,
    Withdrawal,
    Zone,
)
from flows.tools.memory_store import orders_from
from tests.flows.library.samples import order

# The parcel of the sample arrived on November 25, at 15:00 in New York.
CHRISTMAS = HolidayExtension(date(2026, 11, 20), date(2026, 12, 24), date(2027, 1, 31))


def bought(country: str = "US", region: str = "", **line: Any) -> Order:
    lines = [{"id": "l1", "title": "Boots", "sku": "BOOT-42", "quantity": 2, **line}]
    where = {"country": country, "region": region}
    return orders_from([order(lines=lines, shipping_address=where)])[0]


def state(policy: ReturnPolicy, bought_: Order, day: str, gone: int = 0) -> LineState:
    at = datetime.fromisoformat(f"{day}T17:00:00+00:00")
    return line_states(policy, bought_, {"l1": gone}, place("America/New_York", at))[0]


def open_until(policy: ReturnPolicy, bought_: Order, day: str = "2026-11-26") -> dict[str, str]:
    return {outcome: offer.until.isoformat() for outcome, offer in state(policy, bought_, day).offers.items()}


def outcomes(**rules: dict[str, Any]) -> ByOutcome:
    return ByOutcome(**{name: OutcomeRules(**own) for name, own in rules.items()})


def test_each_outcome_has_its_own_window() -> None:
    policy = ReturnPolicy(
        window_days=14, outcomes=outcomes(exchange={"window_days": 45}, store_credit={"enabled": True})
    )
    assert open_until(policy, bought()) == {
        "refund": "2026-12-09",
        "exchange": "2027-01-09",
        "store_credit": "2026-12-09",
    }
    assert list(state(policy, bought(), "2026-12-10").offers) == ["exchange"]


def test_the_zone_and_the_holidays_move_the_end() -> None:
    policy = ReturnPolicy(
        window_days=14,
        exchange=False,
        zones=(Zone("far", ("US-HI",), window_days=60), Zone("jp", ("JP",), holiday_extension=CHRISTMAS)),
    )
    assert open_until(policy, bought("US", "HI")) == {"refund": "2027-01-24"}
    assert open_until(policy, bought("US", "NY")) == {"refund": "2026-12-09"}
    assert open_until(policy, bought("JP")) == {"refund": "2027-01-31"}


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ({"final_sale": True}, "final_sale"),
        ({"tags": ["Final-Sale"]}, "final_sale"),
        ({"tags": ["hygiene"]}, "not_returnable"),
        ({"sku": "SALE-7"}, "final_sale"),
        ({}, ""),
    ],
)
def test_what_the_sale_excluded(line: dict[str, Any], why: str) -> None:
    policy = ReturnPolicy(final_sale=("final_sale", "SALE-*"))
    assert state(policy, bought(**line), "2026-11-26").why == why


def test_what_may_only_be_exchanged() -> None:
    assert list(open_until(ReturnPolicy(), bought(tags=["exchange-only"]))) == ["exchange"]


def test_the_law_lets_consumers_withdraw_from_sales_too_but_not_from_opened_hygiene() -> None:
    policy = ReturnPolicy(window_days=30, withdrawal=Withdrawal(14, ("DE",)))
    assert open_until(policy, bought("DE", final_sale=True)) == {"refund": "2026-12-09"}
    assert state(policy, bought("DE", final_sale=True), "2026-12-09").offers["refund"].by_law
    late = state(policy, bought("DE", final_sale=True), "2026-12-11")
    assert (late.why, late.late) == ("out_of_window", 2)
    assert state(policy, bought("DE", tags=["hygiene"]), "2026-11-26").why == "not_returnable"
    assert not state(policy, bought("DE"), "2026-12-10").offers["refund"].by_law
    assert state(policy, bought("US", final_sale=True), "2026-11-26").why == "final_sale"


def test_a_withdrawal_does_not_shorten_what_the_shop_gives() -> None:
    policy = ReturnPolicy(window_days=30, exchange=False, withdrawal=Withdrawal(14, ("DE",)))
    assert open_until(policy, bought("DE")) == {"refund": "2026-12-25"}


def test_days_too_late_are_counted_from_the_last_window() -> None:
    policy = ReturnPolicy(window_days=7, outcomes=outcomes(exchange={"window_days": 10}))
    assert (state(policy, bought(), "2026-12-06").why, state(policy, bought(), "2026-12-06").late) == (
        "out_of_window",
        1,
    )


def test_pieces_on_their_way_back_are_not_sent_back_again() -> None:
    assert state(ReturnPolicy(), bought(), "2026-11-26", gone=1).quantity == 1
    assert state(ReturnPolicy(), bought(), "2026-11-26", gone=2).why == "returning"


def test_our_mistakes_are_made_good_whatever_the_sale_said() -> None:
    def at(day: str, days: int | None) -> LineState:
        where = place("America/New_York", datetime.fromisoformat(f"{day}T17:00:00+00:00"))
        return claimable(bought(final_sale=True), {}, where, days)[0]

    assert at("2026-12-09", 14).quantity == 2
    assert (at("2026-12-11", 14).why, at("2026-12-11", 14).late) == ("out_of_window", 2)
    assert at("2036-11-25", None).quantity == 2


def test_a_mark_is_a_tag_or_the_beginning_of_a_sku() -> None:
    line = bought().lines[0]
    assert marked(line, ("boot-*",))
    assert marked(line, ("BOOT_42",))
    assert not marked(line, ("boot",))
    assert not marked(line, ("",))


def test_the_day_is_the_customer_s() -> None:
    evening = datetime(2026, 12, 3, 1, tzinfo=UTC)
    assert place("America/New_York", evening).today == date(2026, 12, 2)
    assert local(evening, "Asia/Tokyo").day == 3
