from datetime import date, timedelta

import pytest

from core.encoding import encode
from core.shop.orders import Order, OrderStatus, Shipment, ShipmentStatus
from notifications import About, Change, EventFacts, Notice, Subject, decode_notice, find_kind, notices_due
from notifications.notice import view_of
from tests.notifications.samples import NOW, POLICY, due, keys, order, parcel

PENDING = parcel(status=ShipmentStatus.PENDING, tracking_number="", eta=None)
LABELLED = parcel(status=ShipmentStatus.INFO_RECEIVED, tracking_number="", eta=None)


def with_(*parcels: Shipment, **changes: object) -> Order:
    return order(shipments=parcels, **changes)


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (order(), with_(parcel()), ["shipped:1001:s1"]),
        (None, with_(parcel()), ["shipped:1001:s1"]),
        (with_(PENDING), with_(parcel(status=ShipmentStatus.PENDING)), ["shipped:1001:s1"]),
        (with_(LABELLED), with_(parcel(tracking_number="")), ["shipped:1001:s1"]),
        (
            with_(LABELLED),
            with_(parcel(tracking_number="", status=ShipmentStatus.OUT_FOR_DELIVERY)),
            ["shipped:1001:s1"],
        ),
        (order(), with_(parcel(), parcel(id="s2")), ["shipped:1001:s1", "shipped:1001:s2"]),
        (with_(parcel()), with_(parcel(), parcel(id="s2")), ["shipped:1001:s2"]),
        (order(), with_(PENDING), []),
        (with_(PENDING), with_(LABELLED), []),
        (with_(parcel()), with_(parcel()), []),
        (with_(parcel(status=ShipmentStatus.PENDING)), with_(parcel()), []),
        (order(), with_(parcel(status=ShipmentStatus.DELIVERED)), []),
        (order(), with_(parcel(status=ShipmentStatus.RETURNED)), []),
        (order(), with_(parcel(), status=OrderStatus.CANCELLED), []),
        (order(), with_(parcel(), status=OrderStatus.REFUNDED), []),
    ],
)
def test_shipped(before: Order | None, after: Order, expected: list[str]) -> None:
    assert keys(due(before, after)) == expected


def day(number: int) -> date:
    return date(2026, 12, number)


def moved(old: int | None, new: int, promise: int | None = 8, **changes: object) -> tuple[Order, Order]:
    """Moves the day of a parcel from `old` to `new`, of an order promised by `promise`."""
    promised = {"promised_by": day(promise) if promise else None}
    first = parcel(eta=day(old) if old else None)
    return with_(first, **promised), with_(parcel(eta=day(new), **changes), **promised)


@pytest.mark.parametrize(
    ("change", "told", "expected"),
    [
        (moved(5, 9), (), ["delay:1001:s1:2026-12-09"]),
        (moved(None, 9), (), ["delay:1001:s1:2026-12-09"]),
        (moved(5, 8), (), []),
        (moved(5, 7), (), []),
        (moved(9, 9), (), []),
        (moved(9, 11), ("delay:1001:s1:2026-12-09",), ["delay:1001:s1:2026-12-11"]),
        (moved(11, 10), ("delay:1001:s1:2026-12-11",), []),
        (moved(10, 11), ("delay:1001:s1:2026-12-11",), []),
        (moved(5, 9), ("delay:1001:s2:2026-12-09",), ["delay:1001:s1:2026-12-09"]),
        (moved(5, 9), ("delay:1001:-:2026-12-09",), []),
        (moved(5, 9), ("delay:1002:s1:2026-12-20",), ["delay:1001:s1:2026-12-09"]),
        (moved(5, 9, None), (), ["delay:1001:s1:2026-12-09"]),
        (moved(None, 9, None), (), []),
        (moved(5, 9, status=ShipmentStatus.DELIVERED), (), []),
        (moved(5, 9, status=ShipmentStatus.RETURNED), (), []),
        (moved(5, 9, status=ShipmentStatus.EXCEPTION), (), ["delay:1001:s1:2026-12-09"]),
    ],
)
def test_delay_of_a_parcel(change: tuple[Order, Order], told: tuple[str, ...], expected: list[str]) -> None:
    assert keys(due(*change, told=told)) == expected


@pytest.mark.parametrize(
    ("old", "new", "told", "expected"),
    [
        (8, 9, (), ["delay:1001:-:2026-12-09"]),
        (8, 8, (), []),
        (8, 7, (), []),
        (9, 10, ("delay:1001:-:2026-12-09",), ["delay:1001:-:2026-12-10"]),
        (8, 9, ("delay:1001:-:2026-12-09",), []),
        (8, 9, ("delay:1001:s1:2026-12-10",), []),
    ],
)
def test_delay_of_an_order(old: int, new: int, told: tuple[str, ...], expected: list[str]) -> None:
    before, after = order(promised_by=day(old)), order(promised_by=day(new))
    assert keys(due(before, after, told=told)) == expected


DATED = ("delay_again", "delay", "back_on_time")


@pytest.mark.parametrize(
    ("change", "told", "expected"),
    [
        (moved(5, 9), (), ["delay:1001:s1:2026-12-09"]),
        (moved(9, 11), ("delay:1001:s1:2026-12-09",), ["delay_again:1001:s1:2026-12-11"]),
        (moved(9, 7), ("delay:1001:s1:2026-12-09",), ["back_on_time:1001:s1:2026-12-07"]),
        (moved(11, 9), ("delay:1001:s1:2026-12-11",), []),
        (moved(5, 7), (), []),
        (
            moved(7, 9),
            ("delay:1001:s1:2026-12-09", "back_on_time:1001:s1:2026-12-07"),
            ["delay_again:1001:s1:2026-12-09"],
        ),
        (
            moved(7, 9),
            ("delay:1001:s1:2026-12-08", "delay_again:1001:s1:2026-12-09", "back_on_time:1001:s1:2026-12-07"),
            ["delay_again:1001:s1:2026-12-09#2"],
        ),
        (moved(9, 7), ("delay:1001:s1:2026-12-09", "back_on_time:1001:s1:2026-12-07"), []),
    ],
)
def test_what_was_told_and_changed_is_told_again(
    change: tuple[Order, Order], told: tuple[str, ...], expected: list[str]
) -> None:
    assert keys(due(*change, told=told, kinds=DATED)) == expected


def test_what_never_reached_the_customer_is_not_believed() -> None:
    before, after = moved(9, 11)
    event = EventFacts("shipment.updated", "shop")
    told = {"delay:1001:s1:2026-12-09": False}
    change = Change(event, NOW, Subject.ORDER, About(order=before), About(order=after), told, POLICY.when(NOW))
    assert keys(notices_due(change, {name: POLICY.kinds[name] for name in DATED})) == ["delay:1001:s1:2026-12-11"]


def test_where_a_further_delay_is_no_kind_of_its_own_it_is_a_delay() -> None:
    told = ("delay:1001:s1:2026-12-09",)
    assert keys(due(*moved(9, 11), told=told)) == ["delay:1001:s1:2026-12-11"]


def test_a_new_promise_and_a_new_day_are_one_delay() -> None:
    before, after = with_(parcel()), with_(parcel(eta=day(12)), promised_by=day(12))
    assert keys(due(before, after)) == ["delay:1001:-:2026-12-12"]


@pytest.mark.parametrize(
    "after",
    [
        order(promised_by=day(12), status=OrderStatus.CANCELLED),
        with_(parcel(status=ShipmentStatus.DELIVERED), promised_by=day(12)),
        order(promised_by=None),
    ],
)
def test_no_delay_when_nothing_is_to_come(after: Order) -> None:
    before = order(shipments=tuple(parcel(id=each.id) for each in after.shipments))
    assert due(before, after) == []


def test_a_first_promise_is_no_delay() -> None:
    assert due(None, order(promised_by=day(20))) == []
    assert due(order(promised_by=None), order(promised_by=day(20))) == []


def test_shipped_late_is_both() -> None:
    assert keys(due(order(), with_(parcel(eta=day(10))))) == ["delay:1001:s1:2026-12-10", "shipped:1001:s1"]


def test_history_is_silent() -> None:
    after = with_(parcel(eta=day(10)))
    assert len(due(order(), after, age=timedelta(hours=48))) == 2
    assert due(order(), after, age=timedelta(hours=48, seconds=1)) == []
    assert len(due(order(), after, age=timedelta(days=-400))) == 2


def test_the_same_news_is_told_once_whatever_the_event() -> None:
    after = with_(parcel(eta=day(10)))
    told = keys(due(order(), after))
    assert due(order(), after, told=told) == []
    assert due(None, after, told=told) == []


def test_a_notice_survives_its_row() -> None:
    for notice in due(order(), with_(parcel(eta=day(10)))):
        assert decode_notice(encode(notice)) == notice


def truth(notice: Notice, now: Order | None) -> bool:
    return POLICY.kinds[notice.kind].still_true(view_of(notice, About(order=now), POLICY.when(NOW)))


def test_shipped_stays_true_until_the_end_of_the_way() -> None:
    [notice] = due(order(), with_(parcel()))
    assert truth(notice, with_(parcel(status=ShipmentStatus.EXCEPTION)))
    assert not truth(notice, with_(parcel(status=ShipmentStatus.OUT_FOR_DELIVERY)))
    assert not truth(notice, with_(parcel(status=ShipmentStatus.DELIVERED)))
    assert not truth(notice, with_(parcel(), status=OrderStatus.CANCELLED))
    assert not truth(notice, order())
    assert not truth(notice, None)


def test_a_delay_stays_true_until_there_is_better_or_worse_news() -> None:
    [notice] = due(*moved(5, 11))
    assert truth(notice, with_(parcel(eta=day(11))))
    assert truth(notice, with_(parcel(eta=day(9))))
    assert not truth(notice, with_(parcel(eta=day(8))))
    assert not truth(notice, with_(parcel(eta=day(12))))
    assert not truth(notice, with_(parcel(eta=day(11), status=ShipmentStatus.DELIVERED)))
    assert not truth(notice, with_(parcel(eta=day(11)), status=OrderStatus.REFUNDED))
    assert not truth(notice, None)


def test_a_delay_of_an_order_ends_with_its_last_parcel() -> None:
    [notice] = due(order(), order(promised_by=day(10)))
    assert truth(notice, order(promised_by=day(10)))
    assert truth(notice, with_(parcel(), promised_by=day(10)))
    assert not truth(notice, with_(parcel(status=ShipmentStatus.DELIVERED), promised_by=day(10)))


def test_kinds_are_found_by_either_spelling() -> None:
    kinds = POLICY.kinds
    assert find_kind(kinds, "holiday-cutoff") is find_kind(kinds, "holiday_cutoff") is kinds["holiday_cutoff"]
    assert find_kind(kinds, "no_such") is None
