"""Tells which parcel news are about: one carrier's number is one parcel."""

from core.shop.order_numbers import normal_form
from core.shop.orders import Shipment, advance_shipment


def with_shipment(known: tuple[Shipment, ...], news: Shipment) -> tuple[Shipment, ...]:
    """Adds news of a parcel to those of an order.

    One carrier's number is one parcel, whatever id tells of it: the shop, a carrier and an import name it each in its
    own way. It keeps the id by which it was known first.
    """
    same = next((each for each in known if each.id == news.id), None)
    same = same or next((each for each in known if _is_one_parcel(each, news)), None)
    if same is None:
        return (*known, advance_shipment(None, news))
    return tuple(advance_shipment(each, news) if each is same else each for each in known)


def _is_one_parcel(one: Shipment, other: Shipment) -> bool:
    numbers = {normal_form(each.tracking_number) for each in (one, other)}
    carriers = {each.carrier.strip().casefold() for each in (one, other)} - {""}
    return len(numbers) == 1 and "" not in numbers and len(carriers) < 2
