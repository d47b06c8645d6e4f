"""Tests that who waits for a product hears of it when it is there again: once, here, and not before."""

import asyncio
from datetime import timedelta
from decimal import Decimal

import msgspec
import pytest

from core.people.addresses import Address
from core.shop.catalogue import Product, Variant
from core.shop.stock_alerts import AlertState
from core.shop.store_events import ProductEvent
from flows.loading.loader import load_flows
from hub import arrivals
from hub.timers.loop import Timers
from notifications.wording.provider_templates import ProviderTemplate
from storage.engine.store import Store
from storage.people import privacy
from storage.people.tables import conversations
from storage.shop import stock_alerts
from storage.shop.tables import stock_alerts as table
from tests.fakes import NOW, shipped_notices, shipped_policies
from tests.hub.house import SMS, WHATSAPP, House

BACK = "Leather boots, 43 is back in stock"
ASKED = "are the leather boots available in size 43"


def boots(stock: int, minutes: int, **other: int) -> ProductEvent:
    stocks = {"43": stock, "42": 1} | other
    variants = [
        Variant(f"b{size}", f"BOOT-{size}", {"size": size}, Decimal("129.80"), "USD", count)
        for size, count in stocks.items()
    ]
    product = Product("boots", "Leather boots", options=("size",), variants=tuple(variants))
    at = NOW + timedelta(minutes=minutes)
    return ProductEvent(external_id=f"p{minutes}", source="shop", at=at, product=product)


@pytest.fixture
def house(store: Store) -> House:
    return House(store, flows=load_flows(settings=shipped_policies().settings()))


@pytest.fixture
def waiting(house: House) -> House:
    """Makes an installation with a customer who waits for size 43."""
    house.told(boots(0, 0))
    house.hear(ASKED)
    assert "sold out" in house.texts()[-1]
    house.hear("yes, tell me")
    assert "once it's back" in house.texts()[-1]
    return house


def comes(house: House, event: ProductEvent) -> list[str]:
    house.told(event)
    house.drain()
    return house.texts()


def at_once(house: House, *events: ProductEvent) -> None:
    house.keep(*(arrivals.store_arrival(event, house.clock(), 1) for event in events))
    house.drain()


def states(house: House) -> list[str]:
    return [row.state for row in house.rows(table)]


def test_it_is_told_once_by_another_worker_too(waiting: House) -> None:
    assert comes(waiting, boots(0, 1)) == []
    again = House(waiting.store, clock=waiting.clock, flows=waiting.hub.flows)  # started anew: all there is are rows
    (told,) = comes(again, boots(5, 2))
    assert BACK in told
    assert states(again) == [AlertState.TOLD]
    assert comes(again, boots(4, 3)) == []


def test_the_row_says_who_waits_for_what(waiting: House) -> None:
    row, where = waiting.row(table), waiting.row(conversations)
    assert (row.product_id, row.variant_ids, row.state) == ("boots", '["b43"]', AlertState.WAITING)
    assert (row.customer_id, row.conversation_id) == (where.customer_id, where.id)
    with waiting.store.read() as conn:
        (found,) = stock_alerts.of_products(conn, ["boots", "mug"], NOW)
        assert stock_alerts.of_products(conn, ["boots"], waiting.clock() + timedelta(seconds=1)) == []
    assert found.is_met(boots(1, 1).product, NOW.date())
    assert not found.is_met(boots(0, 1, **{"42": 9}).product, NOW.date())


def test_two_events_at_once_tell_it_once(waiting: House) -> None:
    at_once(waiting, boots(5, 1), boots(6, 2))
    assert len(waiting.texts()) == 1


def test_what_is_gone_again_is_not_told(waiting: House) -> None:
    at_once(waiting, boots(1, 1), boots(0, 2))
    assert waiting.texts() == []
    assert states(waiting) == [AlertState.WAITING]


def test_it_is_taken_back(waiting: House) -> None:
    waiting.hear(ASKED)
    waiting.hear("not any more")
    assert "won't write" in waiting.texts()[-1]
    assert states(waiting) == [AlertState.TAKEN_BACK]
    assert comes(waiting, boots(5, 2)) == []


def test_after_a_stop_nothing_comes_and_the_wish_stays(waiting: House) -> None:
    waiting.hear("STOP")
    waiting.texts()
    assert comes(waiting, boots(5, 2)) == []
    assert states(waiting) == [AlertState.WAITING]


@pytest.mark.parametrize(("to", "told"), [(SMS, 1), (WHATSAPP, 0)])
def test_where_the_window_has_closed_it_is_left_to_a_notice(house: House, to: Address, told: int) -> None:
    house.told(boots(0, 0))
    house.hear(ASKED, to)
    house.hear("yes, tell me", to)
    house.later(hours=25)
    house.texts(to.channel)
    house.told(boots(5, 26 * 60))
    house.drain()
    assert len(house.texts(to.channel)) == told
    assert states(house) == [AlertState.TOLD if told else AlertState.WAITING]


def test_where_the_window_has_closed_a_template_tells_it_once(store: Store) -> None:
    policy = shipped_notices()
    template = ProviderTemplate(name="back_in_stock", languages={"en": "en"}, body=("product", "variant"))
    sections = {**policy.templates.sections}
    sections["whatsapp"] = {**sections["whatsapp"], "back_in_stock": template}
    templates = msgspec.structs.replace(policy.templates, sections=sections)
    house = House(
        store,
        flows=load_flows(settings=shipped_policies().settings()),
        notices=msgspec.structs.replace(policy, templates=templates),
    )
    house.told(boots(0, 0))
    house.hear(ASKED)
    house.hear("yes, tell me")
    house.later(hours=25)
    house.texts()
    assert "43 is back in stock" in comes(house, boots(5, 26 * 60))[0]
    assert states(house) == [AlertState.TOLD]
    assert comes(house, boots(6, 27 * 60)) == []


def test_in_the_middle_of_something_it_waits(waiting: House) -> None:
    waiting.hear("i want to return something")
    waiting.texts()
    assert comes(waiting, boots(5, 2)) == []
    waiting.later(minutes=16)
    asyncio.run(Timers(waiting.hub, {}).look())
    waiting.drain()
    told = waiting.texts()
    assert BACK in told[0]
    assert "order number" in " ".join(told)


def test_while_a_person_answers_it_waits(waiting: House) -> None:
    waiting.hear("agent")
    waiting.texts()
    assert comes(waiting, boots(5, 2)) == []
    waiting.later(minutes=16)
    asyncio.run(Timers(waiting.hub, {}).look())
    waiting.drain()
    assert waiting.texts() == []
    assert states(waiting) == [AlertState.WAITING]


def test_too_long_a_wait_is_over(waiting: House) -> None:
    waiting.later(days=181)
    assert comes(waiting, boots(5, 181 * 24 * 60)) == []


def test_it_is_exported_and_erased_with_the_customer(waiting: House) -> None:
    customer = waiting.row(conversations).customer_id
    with waiting.store.write() as conn:
        assert [row["product_id"] for row in privacy.export(conn, customer)["stock_alerts"]] == ["boots"]
        assert privacy.erase(conn, customer, NOW)["stock alerts"] == 1
    assert waiting.rows(table) == []
    assert comes(waiting, boots(5, 2)) == []
