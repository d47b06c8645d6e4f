"""Changes demo orders by the store's buttons: what each does, and when it may."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import msgspec

from sandbox.store import returns
from sandbox.store.orders import new_shipment, scan

Json = dict[str, Any]
News = list[tuple[str, Json]]  # (event type, data)
ENDED = {"delivered", "returned"}


class Action(msgspec.Struct, frozen=True):
    """A button: `obstacle` says why it may not be pressed now ("" when it may), `change` changes the record."""

    obstacle: Callable[[Json], str]
    change: Callable[[Json, datetime], News]


def act(record: Json, name: str, now: datetime) -> News:
    """Presses a button: changes the record, returns what the store tells. Raises ValueError when it may not."""
    action = ACTIONS.get(name)
    if action is None:
        raise ValueError(f"unknown action {name!r}; one of {', '.join(ACTIONS)}")
    obstacle = action.obstacle(record)
    if obstacle:
        raise ValueError(f"order {record['number']} {obstacle}")
    return action.change(record, now)


def possible(record: Json) -> list[str]:
    """Lists the buttons that may be pressed now."""
    return [name for name, action in ACTIONS.items() if not action.obstacle(record)]


def _needs(*allowed: str) -> Callable[[Json], str]:
    def obstacle(record: Json) -> str:
        status = record["order"]["status"]
        return "" if status in allowed else f"is {status}; this needs {' or '.join(allowed)}"

    return obstacle


def _moves(record: Json) -> str:
    return "" if _moving(record) else "has no parcel on its way"


def _can_be_late(record: Json) -> str:
    obstacle = _needs("paid", "fulfilled", "partially_fulfilled")(record)
    return obstacle or (_moves(record) if record["shipments"] else "")


def _pay(record: Json, _now: datetime) -> News:
    record["order"]["status"] = "paid"
    return [("order.paid", {"order": record["order"]})]


def _ship(record: Json, now: datetime) -> News:
    order, number = record["order"], record["number"]
    sent = {line["line_id"] for shipment in record["shipments"] for line in shipment["lines"]}
    lines = [{"line_id": line["id"], "quantity": line["quantity"]} for line in order["lines"] if line["id"] not in sent]
    count = len(record["shipments"]) + 1
    shipment = new_shipment(number, count, "DHL", "in_transit", now.date() + timedelta(days=3), lines)
    shipment["events"] = [scan(now, "in_transit", "Leipzig", "Departed facility")]
    record["shipments"].append(shipment)
    order["status"] = "fulfilled"
    return [("shipment.created", _of(record, shipment)), ("order.updated", {"order": order})]


def _delay(record: Json, now: datetime) -> News:
    promised = date.fromisoformat(record["order"]["promised_by"])
    shipment = _moving(record)
    if shipment is None:
        record["order"]["promised_by"] = (max(promised, now.date()) + timedelta(days=3)).isoformat()
        return [("order.updated", {"order": record["order"]})]
    later = max(date.fromisoformat(shipment["eta"]), promised, now.date()) + timedelta(days=3)
    shipment["eta"] = later.isoformat()
    shipment["events"].append(scan(now, shipment["status"], "", "Delayed in transit"))
    return [("shipment.updated", _of(record, shipment))]


def _scanned(status: str, words: str) -> Action:
    """Makes a button by which the carrier tells of the parcel that is on its way."""

    def change(record: Json, now: datetime) -> News:
        shipment = _moving(record) or {}
        shipment["status"] = status
        shipment["events"].append(scan(now, status, record["order"]["shipping_address"]["city"], words))
        return [("shipment.updated", _of(record, shipment))]

    return Action(_moves, change)


def _cancel(record: Json, _now: datetime) -> News:
    record["order"]["status"] = "cancelled"
    return [("order.cancelled", {"order": record["order"]})]


def _refund(record: Json, _now: datetime) -> News:
    order = record["order"]
    order["status"] = "refunded"
    money = {"amount": order["total"], "currency": order["currency"], "method": "original"}
    return [("refund.issued", {"order_number": record["number"], **money}), ("order.updated", {"order": order})]


def _returns(state: str) -> Action:
    def change(record: Json, now: datetime) -> News:
        return [("return.updated", {"return": returns.move(record, state, now)})]

    return Action(lambda record: returns.obstacle(record, state), change)


ACTIONS: dict[str, Action] = {
    "pay": Action(_needs("pending_payment"), _pay),
    "ship": Action(_needs("paid", "partially_fulfilled"), _ship),
    "delay": Action(_can_be_late, _delay),
    "out": _scanned("out_for_delivery", "Out for delivery"),
    "pickup": _scanned("available_for_pickup", "Ready for pick-up"),
    "fail": _scanned("attempt_failed", "Nobody at home"),
    "deliver": _scanned("delivered", "Left at front door"),
    "problem": _scanned("exception", "Address is incomplete"),
    "send_back": _scanned("returned", "Returned to sender"),
    "cancel": Action(_needs("pending_payment", "paid"), _cancel),
    "refund": Action(_needs("paid", "fulfilled", "partially_fulfilled", "cancelled"), _refund),
    **{f"return_{state}": _returns(state) for state in returns.STATES},
}


def _moving(record: Json) -> Json | None:
    return next((shipment for shipment in record["shipments"] if shipment["status"] not in ENDED), None)


def _of(record: Json, shipment: Json) -> Json:
    return {"order_number": record["number"], "shipment": shipment}
