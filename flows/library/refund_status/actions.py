"""Finds where a refund is: asked for, on its way back, received, issued, or longer on its way than banks take."""

from datetime import date, timedelta
from typing import Any

from core.shop.orders import Order, OrderStatus
from core.shop.promises import Matter, Purpose
from core.shop.returns import ReturnRecord, ReturnState
from flows.engine.actions import Result, action
from flows.engine.context import ActionContext
from flows.engine.effects import Focus, Promise
from flows.language.formats import as_day, local
from flows.library.common.deeds import own
from flows.library.returns.chosen import RETURN

SOURCE = "flow:refund_status"
_GOING = ("refund", "exchange", "store_credit")
_METHODS = ("original", "store_credit", "gift_card")


@action("report_refund")
def report_refund(ctx: ActionContext, order_number: str) -> Result:
    """Reports where the money is: {state, order_number, reference, resolution, amount, currency, method, on, by,
    label_url}. Raises PermissionError, LookupError.

    `state`: that of the newest return, or unsettled (received, and not made good in time), issued, overdue,
    order_cancelled, none. `on` is the day of the latest news, `by` the day on which what comes next is due.
    """
    order = own(ctx, order_number, RETURN)
    records = ctx.store.returns(order.number)
    newest = records[0] if records else None
    told: dict[str, Any] = {
        "state": "none",
        "order_number": order.number.lstrip("#"),
        "reference": newest.id if newest else "",
        "resolution": newest.resolution if newest and newest.resolution in _GOING else "refund",
        "amount": None,
        "currency": order.currency,
        "method": "other",
        "on": None,
        "by": None,
        "label_url": "",
        "reason": "",
    }
    found = {**told, **_where(ctx, order, newest)}
    return Result(found, (Focus(order.number), *_promised(ctx, order.number, found)))


def _promised(ctx: ActionContext, number: str, found: dict[str, Any]) -> tuple[Promise, ...]:
    """Makes the promise of the day on which the money goes out, or is there at the latest."""
    reference, state = found["reference"], found["state"]
    about = (Matter.RETURN, reference) if reference else (Matter.ORDER, "")
    if state == "order_cancelled":
        days = ctx.policies.returns.refund_days.shop
        by = working_days_after(as_day(local(ctx.now, ctx.customer.timezone)), days)
        said = (f"{days} working days", f"{days} 个工作日", f"{days}个工作日")
        return (Promise(Purpose.REFUND, by, SOURCE, number, said=said),)
    if not found["by"] or state in ("overdue", "unsettled"):
        return ()
    by = date.fromisoformat(found["by"])
    if state == "issued":
        return (Promise(Purpose.REFUND, by, SOURCE, number, Matter.REFUND, reference),)
    return (Promise(Purpose.REFUND, by, SOURCE, number, *about),)


def _where(ctx: ActionContext, order: Order, newest: ReturnRecord | None) -> dict[str, Any]:
    refunds = ctx.store.refunds(order.number)
    moving = newest is not None and newest.state not in (ReturnState.COMPLETED, ReturnState.CANCELLED)
    if refunds and not (moving and newest and newest.told_at and newest.told_at > refunds[0].at):
        last = refunds[0]
        return _issued(ctx, _day(ctx, last.at), last.amount, last.currency or order.currency, last.method)
    if newest is not None:
        return _returning(ctx, newest)
    if order.status is OrderStatus.CANCELLED:
        return {"state": "order_cancelled"}
    return {"state": "issued", "amount": None} if order.status is OrderStatus.REFUNDED else {}


def _returning(ctx: ActionContext, newest: ReturnRecord) -> dict[str, Any]:
    """Tells of a return: what it waits for, and until when."""
    on = _day(ctx, newest.told_at) if newest.told_at else None
    if newest.state is ReturnState.COMPLETED and newest.refund is not None and on:
        return _issued(ctx, on, newest.refund.amount, newest.refund.currency, newest.refund.method)
    told: dict[str, Any] = {"state": newest.state.value, "on": on.isoformat() if on else None}
    if newest.state in (ReturnState.LABEL_SENT, ReturnState.APPROVED):
        told["label_url"] = newest.label_url
    if newest.state in (ReturnState.RECEIVED, ReturnState.INSPECTED) and on:
        due = working_days_after(on, ctx.policies.returns.refund_days.shop)
        told["by"] = due.isoformat()
        if _day(ctx, ctx.now) > due:
            told["state"] = "unsettled"
    return told


def _issued(ctx: ActionContext, on: date, amount: Any, currency: str, method: str) -> dict[str, Any]:
    most = ctx.policies.returns.refund_days.bank[1]
    by = working_days_after(on, most)
    at_bank = method in ("", "original", "other")
    late = at_bank and as_day(local(ctx.now, ctx.customer.timezone)) > by
    return {
        "state": "overdue" if late else "issued",
        "amount": str(amount),
        "currency": currency,
        "method": method if method in _METHODS else "other",
        "on": on.isoformat(),
        "by": by.isoformat() if at_bank else None,
    }


def working_days_after(day: date, count: int) -> date:
    """Returns the day so many working days later; Saturdays and Sundays are none."""
    left = count
    while left:
        day += timedelta(days=1)
        left -= day.weekday() < 5
    return day


def _day(ctx: ActionContext, moment: Any) -> date:
    return as_day(local(moment, ctx.customer.timezone))
