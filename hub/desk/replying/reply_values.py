"""Reads the values that a saved reply may name, as its customer reads them.

Imports neither flows nor notices: the form is drawn by the web process.
"""

from collections.abc import Mapping
from types import MappingProxyType

from babel.dates import format_date
from babel.numbers import format_currency
from sqlalchemy import Connection

from core.desk.ready_texts import ENGLISH
from core.shop import carriers
from core.shop.orders import Order, OrderStatus, Shipment
from hub.desk.showing.known import orders_of
from storage.conversations.conversations import Conversation
from storage.desk.cases import Case
from storage.shop import returns

_S = OrderStatus
STATUS: Mapping[str, Mapping[OrderStatus, str]] = MappingProxyType(
    {
        ENGLISH: {
            _S.PENDING_PAYMENT: "waiting for payment",
            _S.PAID: "paid",
            _S.PARTIALLY_FULFILLED: "partly shipped",
            _S.FULFILLED: "shipped",
            _S.CANCELLED: "cancelled",
            _S.REFUNDED: "refunded",
        },
        "zh": {
            _S.PENDING_PAYMENT: "待付款",
            _S.PAID: "已付款",
            _S.PARTIALLY_FULFILLED: "部分发货",
            _S.FULFILLED: "已发货",
            _S.CANCELLED: "已取消",
            _S.REFUNDED: "已退款",
        },
    }
)


def values_of(conn: Connection, case: Case, who: Conversation, agent: str, shop: str) -> dict[str, str]:
    """Returns the values by name; what is not known is left out. `agent` is who writes."""
    language = "zh" if who.locale.lower().startswith("zh") else ENGLISH
    found = {
        "customer.name": who.name,
        "customer.first_name": _first(who.name),
        "agent.first_name": _first(agent),
        "shop.name": shop,
    }
    if order := orders_of(conn, case, who).about:
        found |= _of_order(order, language)
        if order.shipments:
            found |= _of_parcel(order.shipments[-1], language)
        if refunds := returns.refunds_of(conn, order.number):
            money = refunds[0]
            found["refund.amount"] = format_currency(money.amount, money.currency or order.currency, locale=language)
    return {name: value for name, value in found.items() if value}


def _of_order(order: Order, language: str) -> dict[str, str]:
    return {
        "order.number": order.number,
        "order.total": format_currency(order.total, order.currency, locale=language),
        "order.status": STATUS[language].get(order.status, ""),
    }


def _of_parcel(parcel: Shipment, language: str) -> dict[str, str]:
    return {
        "parcel.carrier": parcel.carrier,
        "parcel.tracking_number": parcel.tracking_number,
        "parcel.tracking_url": carriers.link(parcel),
        "parcel.eta": format_date(parcel.eta, "long", locale=language) if parcel.eta else "",
    }


def _first(name: str) -> str:
    return next(iter(name.split()), "")
