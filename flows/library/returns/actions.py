"""Decides what may come back, and until when; files the request for a return."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from core.conversations import Proof
from core.orders import Line, Order, ShipmentStatus
from flows.engine.actions import Result, action
from flows.engine.context import ActionContext
from flows.engine.effects import OpenReturn, ReturnLine
from flows.language.formats import as_day, local
from flows.library.common.orders import CLOSED, LISTED, find, known_orders, meant, proven, traits

SHIPPING_DAYS = 7  # from order to delivery, where no carrier tells the day


@action("find_returnable")
def find_returnable(
    ctx: ActionContext, order_number: str | list[str] | None = None, proof: str | list[str] | None = None
) -> Result:
    """Finds the order that a return is about, if that is known: {outcome: one | several | ask, order_number}.

    Numbers that only stand in the message (a list) count where the order is theirs, or may yet be proven to be.
    """
    named_one = meant(ctx, order_number)
    if named_one is not None:
        return Result({"outcome": "one", "order_number": named_one.number})
    if isinstance(order_number, str) or (order_number and proof and not known_orders(ctx)):
        return Result({"outcome": "one", "order_number": order_number})
    delivered = _delivered_orders(ctx)
    if not delivered:
        mine = known_orders(ctx)
        return Result({"outcome": "one", "order_number": mine[0].number} if len(mine) == 1 else _ASK)
    return Result({"outcome": "one", "order_number": delivered[0].number} if len(delivered) == 1 else _SEVERAL)


@action("list_returnable")
def list_returnable(ctx: ActionContext) -> Result:
    """Lists the customer's delivered orders as choices, newest first."""
    delivered = _delivered_orders(ctx)
    marked = traits(delivered)
    return Result(
        [
            {
                "value": order.number,
                "traits": marked.get(order.number, []),
                "placed_at": order.placed_at.isoformat(),
                "titles": [line.title for line in order.lines[:3]],
            }
            for order in delivered[:LISTED]
        ]
    )


@action("check_return")
def check_return(ctx: ActionContext, order_number: str) -> Result:
    """Tells what of an order may come back: {outcome, order_number, deadline, lines, kept}.

    `outcome`: ok, closed (cancelled or refunded), not_delivered, out_of_window, nothing_left. `lines` are {value,
    title, variant, quantity, deadline}; `kept` those that may not, {title, why}, where `why` is final_sale, returning,
    not_delivered or out_of_window. Raises PermissionError, LookupError.
    """
    order = _proven_order(ctx, order_number)
    if order.status in CLOSED:
        return _checked("closed", order, [], [])
    returning = set(ctx.store.open_returns(order.number))
    today = as_day(local(ctx.now, ctx.customer.timezone))
    lines, kept = [], []
    for line in order.lines:
        why = _why_not(ctx, order, line, today, returning)
        if why:
            kept.append({"title": line.title, "why": why})
        else:
            lines.append(_line(ctx, order, line))
    return _checked(_outcome(bool(lines), {item["why"] for item in kept}), order, lines, kept)


@action("list_return_lines")
def list_return_lines(ctx: ActionContext, order_number: str) -> Result:
    """Lists the lines that may come back, as choices."""
    listed = check_return(ctx, order_number).value["lines"]
    values = {line["value"] for line in listed}
    marked = _price_traits([line for line in _proven_order(ctx, order_number).lines if line.id in values])
    return Result([{**line, "traits": marked.get(line["value"], [])} for line in listed])


@action("create_return", consequential=True)
def create_return(
    ctx: ActionContext, order_number: str, line_id: str, quantity: int, reason: str, resolution: str
) -> Result:
    """Files the request: {reference}. Checks everything again. Raises PermissionError, LookupError, ValueError."""
    number = _proven_order(ctx, order_number).number
    lines_left = check_return(ctx, number).value["lines"]
    line = next((line for line in lines_left if line["value"] == line_id), None)
    if line is None or not 1 <= quantity <= line["quantity"]:
        raise ValueError("not returnable")
    reference = f"R{number.lstrip('#')}-{len(ctx.store.open_returns(number)) + 1}"
    lines = (ReturnLine(line_id, quantity, reason),)
    return Result({"reference": reference}, (OpenReturn(number, lines, resolution, reference),))


def deadline(ctx: ActionContext, order: Order, delivered: datetime) -> date:
    """Returns the last day for a return of what arrived at `delivered`, in the customer's place."""
    policy, zone = ctx.policies.returns, ctx.customer.timezone
    last = as_day(local(delivered, zone)) + timedelta(days=policy.window_days)
    holiday = policy.holiday_extension
    if holiday and holiday.bought_from <= as_day(local(order.placed_at, zone)) <= holiday.bought_until:
        return max(last, holiday.return_until)
    return last


_ASK: dict[str, Any] = {"outcome": "ask", "order_number": None}
_SEVERAL: dict[str, Any] = {"outcome": "several", "order_number": None}


def _delivered_orders(ctx: ActionContext) -> list[Order]:
    return [
        order
        for order in known_orders(ctx)
        if order.status not in CLOSED and any(s.status == ShipmentStatus.DELIVERED for s in order.shipments)
    ]


def _proven_order(ctx: ActionContext, order_number: str) -> Order:
    order = find(ctx, order_number)
    if order is None:
        raise LookupError(order_number)
    if not proven(ctx, order, Proof.ORDER):
        raise PermissionError(order_number)
    return order


def _checked(outcome: str, order: Order, lines: list[dict[str, Any]], kept: list[dict[str, Any]]) -> Result:
    last = max((line["deadline"] for line in lines), default=None)
    value = {
        "outcome": outcome,
        "order_number": order.number.lstrip("#"),
        "deadline": last,
        "lines": lines,
        "kept": kept,
    }
    return Result(value)


def _outcome(any_line: bool, reasons: set[str]) -> str:
    if any_line:
        return "ok"
    if "out_of_window" in reasons:
        return "out_of_window"
    return "not_delivered" if "not_delivered" in reasons else "nothing_left"


def _why_not(ctx: ActionContext, order: Order, line: Line, today: date, returning: set[str]) -> str:
    if line.id in returning:
        return "returning"
    if line.final_sale:
        return "final_sale"
    arrived, _ = _arrival(order, line)
    if arrived is None:
        return "not_delivered"
    return "out_of_window" if today > deadline(ctx, order, arrived) else ""


def _line(ctx: ActionContext, order: Order, line: Line) -> dict[str, Any]:
    arrived, count = _arrival(order, line)
    last = deadline(ctx, order, arrived or ctx.now)
    return {
        "value": line.id,
        "title": line.title,
        "variant": line.variant,
        "quantity": count,
        "deadline": last.isoformat(),
    }


def _price_traits(lines: Sequence[Line]) -> dict[str, list[str]]:
    """Tells by id which line is the cheapest and which the dearest, where all prices are known and differ."""
    priced = sorted(lines, key=lambda line: line.unit_price)
    if len({line.unit_price for line in lines}) < len(lines) or len(lines) < 2 or not priced[0].unit_price:
        return {}
    return {priced[0].id: ["cheapest"], priced[-1].id: ["dearest"]}


def _arrival(order: Order, line: Line) -> tuple[datetime | None, int]:
    """Finds when the last parcel with this line arrived, and how many pieces have."""
    arrived, count = None, 0
    for shipment in order.shipments:
        shipped = next(
            (s.quantity for s in shipment.lines if s.line_id == line.id), 0 if shipment.lines else line.quantity
        )
        if shipped and shipment.status == ShipmentStatus.DELIVERED:
            moment = shipment.delivered_at or order.placed_at + timedelta(days=SHIPPING_DAYS)
            arrived, count = max(arrived or moment, moment), count + shipped
    return arrived, min(count, line.quantity)
