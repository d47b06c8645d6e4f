"""Who waits for a product hears of it when it is there again, once, and not before."""

from datetime import timedelta
from decimal import Decimal

from core.shop.catalogue import Product, Variant
from core.shop.store_events import ProductEvent
from flows.loading.loader import load_flows
from storage.engine.store import Store
from tests.fakes import NOW, shipped_policies
from tests.hub.house import House


def boots(stock: int, minutes: int) -> ProductEvent:
    variant = Variant("b43", "BOOT-43", {"size": "43"}, Decimal("129.80"), "USD", stock)
    other = Variant("b42", "BOOT-42", {"size": "42"}, Decimal("129.80"), "USD", 1)
    product = Product("boots", "Leather boots", options=("size",), variants=(variant, other))
    at = NOW + timedelta(minutes=minutes)
    return ProductEvent(external_id=f"p{minutes}", source="shop", at=at, product=product)


def test_what_was_sold_out_is_told_of_once(store: Store) -> None:
    house = House(store, flows=load_flows(settings=shipped_policies().settings()))
    house.told(boots(0, 0))
    house.hear("are the leather boots available in size 43")
    assert "sold out" in house.texts()[-1]
    house.hear("yes, tell me")
    assert "as soon as it's back" in house.texts()[-1]
    house.told(boots(0, 1))
    house.drain()
    assert house.texts() == []
    house.told(boots(5, 2))
    house.drain()
    assert [text for text in house.texts() if "Leather boots, 43 is back in stock" in text]
    house.told(boots(4, 3))
    house.drain()
    assert house.texts() == []
