"""Tests what may come back, until when, and the request."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from core.conversations import Grant, Proof
from flows.engine.actions import run_action
from flows.engine.effects import OpenReturn, ReturnLine
from flows.loading.policies import HolidayExtension, Policies, ReturnPolicy
from flows.tools.memory_store import MemoryStore
from tests.flows.library.samples import NOW, context, granted, order, value


def windows(**policy: Any) -> Policies:
    return Policies(returns=ReturnPolicy(**policy))


@pytest.mark.parametrize(
    ("policies", "now", "outcome"),
    [
        (windows(window_days=7), "2026-12-02T23:00:00+00:00", "ok"),
        (windows(window_days=7), "2026-12-03T00:30:00+00:00", "out_of_window"),
        (
            windows(
                window_days=7,
                holiday_extension=HolidayExtension(date(2026, 11, 20), date(2026, 12, 24), date(2027, 1, 31)),
            ),
            *("2027-01-31T23:00:00+00:00", "ok"),
        ),
        (
            windows(
                window_days=7,
                holiday_extension=HolidayExtension(date(2026, 11, 21), date(2026, 12, 24), date(2027, 1, 31)),
            ),
            *("2026-12-10T12:00:00+00:00", "out_of_window"),
        ),
    ],
)
def test_the_return_window(policies: Policies, now: str, outcome: str) -> None:
    ctx = context(grants=granted(), policies=policies, now=datetime.fromisoformat(now))
    ctx = replace(ctx, grants=(Grant(Proof.ORDER, "1001", ctx.now + timedelta(hours=1)),))
    assert value("check_return", ctx, order_number="1001")["outcome"] == outcome


def test_without_a_delivery_day_it_counts_from_a_week_after_the_order() -> None:
    ctx = context(order(shipments=[{"id": "s", "status": "delivered"}]), grants=granted())
    assert value("check_return", ctx, order_number="1001")["deadline"] == "2026-12-27"


@pytest.mark.parametrize(
    ("changed", "outcome"),
    [
        ({"status": "cancelled"}, "closed"),
        ({"shipments": []}, "not_delivered"),
        ({"lines": [{"id": "l1", "title": "Hat", "final_sale": True}]}, "nothing_left"),
    ],
)
def test_what_cannot_come_back(changed: dict[str, Any], outcome: str) -> None:
    ctx = context(order(**changed), grants=granted())
    assert value("check_return", ctx, order_number="1001")["outcome"] == outcome


def test_a_request_is_checked_again_and_made_once() -> None:
    ctx = context(grants=granted())
    args = {"order_number": "1001", "line_id": "l1", "quantity": 2, "reason": "damaged", "resolution": "refund"}
    result = run_action("create_return", args, ctx)
    assert result.value == {"reference": "R1001-1"}
    assert result.effects == (OpenReturn("1001", (ReturnLine("l1", 2, "damaged"),), "refund", "R1001-1"),)
    assert run_action("create_return", {**args, "quantity": 3}, ctx).error == "ValueError"
    assert run_action("create_return", {**args, "line_id": "l9"}, ctx).error == "ValueError"
    assert isinstance(ctx.store, MemoryStore)
    ctx.store.apply(result.effects[0], NOW)
    assert run_action("create_return", args, ctx).error == "ValueError"
    assert run_action("create_return", args, context()).error == "PermissionError"
