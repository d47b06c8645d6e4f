"""Translates refunds, as `orders/{id}/refunds` lists them: an order itself names only their ids and sums.

https://developer.woocommerce.com/docs/apis/rest-api/v3/order-refunds/
"""

from collections.abc import Sequence
from datetime import datetime

from pydantic import ValidationError

from adapters.shops.payloads.aftersales import RefundPayload
from adapters.shops.values import Json, decimal, objects
from adapters.shops.woocommerce.inbound.lines import counted
from adapters.shops.woocommerce.inbound.orders import number_of
from adapters.shops.woocommerce.inbound.values import gmt, id_of, meta, moment, priced
from core.shop.store_events import RefundEvent


def refunded(source: str, order: Json, listed: Sequence[Json], received_at: datetime) -> list[RefundEvent]:
    """Translates refunds of an order. The id of each is its own, so that it is told once, however often it is seen."""
    found = []
    for told in listed:
        at = min(moment(gmt(told, "date_created")) or received_at, received_at)
        try:
            payload = RefundPayload.model_validate(_data(order, told))
        except ValidationError:  # one that cannot be read does not hold up the others
            continue
        if payload.amount:
            found.append(
                RefundEvent(
                    external_id=f"refund:{id_of(told.get('id'))}",
                    source=source,
                    at=at,
                    refund=payload.value(at),
                    order_id=id_of(order.get("id")),
                )
            )
    return found


def _data(order: Json, told: Json) -> Json:
    amount = told.get("amount") if "amount" in told else told.get("total")
    return {
        "order_number": number_of(order),
        "amount": priced(abs(decimal(amount))),
        "currency": order.get("currency"),
        "method": "original",
        "lines": [
            {"line_id": id_of(line_id), "quantity": counted(abs(decimal(each.get("quantity"))))}
            for each in objects(told.get("line_items"))
            if (line_id := meta(each).get("_refunded_item_id")) and decimal(each.get("quantity"))
        ],
    }
