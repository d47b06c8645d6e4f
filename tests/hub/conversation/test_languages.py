"""Tests that customers are spoken to in the language that they wrote last, here and in what we write first."""

import pytest
from sqlalchemy import update

from core.shop.orders import Buyer
from hub.notices.recipients import recipient_for
from storage.engine.store import Store
from storage.people import customers
from storage.people.tables import customers as customers_table
from tests.fakes import PHONE
from tests.hub.house import SMS, WHATSAPP, House
from tests.storage.orders_sample import saved_order

JANE = Buyer(id="c1", name="Jane Doe", phone=PHONE, locale="en")


@pytest.fixture
def house(store: Store) -> House:
    made = House(store)
    saved_order(store, JANE)
    return made


def told_locale(house: House) -> str:
    """Finds the language in which a notice would be written to the customer."""
    with house.store.read() as conn:
        (customer,) = customers.after(conn, "", 10)
        return recipient_for(house.hub, conn, customer, None).locale


def store_says(house: House, locale: str) -> None:
    with house.store.write() as conn:
        conn.execute(update(customers_table).values(locale=locale))


def test_a_sentence_in_another_language_is_answered_in_it_and_remembered(house: House) -> None:
    house.hear("我的订单到哪了")
    assert "订单" in house.texts()[0]
    assert told_locale(house) == "zh"
    store_says(house, "en")
    house.hear("menu")
    assert "请问" in house.texts()[0]
    house.hear("english please")
    assert "English" in house.texts()[0]
    assert told_locale(house) == "en"


def test_too_few_words_change_nothing(house: House) -> None:
    house.hear("你好")
    assert "What can I do" in house.texts()[0]
    assert told_locale(house) == "en"
    store_says(house, "zh")
    assert told_locale(house) == "zh"
    house.hear("menu")
    assert "请问" in house.texts()[0]


def test_what_was_written_on_one_channel_holds_on_the_other(house: House) -> None:
    house.hear("hello", SMS)
    house.texts("sms")
    house.hear("我的订单到哪了", WHATSAPP)
    house.texts()
    house.hear("menu", SMS)
    assert "请问" in house.texts("sms")[0]


def test_stop_is_confirmed_in_the_language_written_last(house: House) -> None:
    house.hear("我的订单到哪了")
    house.texts()
    house.hear("STOP")
    assert "START" in house.texts()[0]
    house.hear("where is my order please")
    house.hear("START")
    assert "messages" in house.texts()[-1]


def test_what_is_written_to_a_colleague_counts_too(house: House) -> None:
    house.hear("agent")
    house.hear("这双靴子坏了，我很不高兴")
    assert told_locale(house) == "zh"


def test_a_language_without_texts_is_told_of_once(house: House) -> None:
    house.hear("¿dónde está mi pedido, por favor?")
    assert "English, 中文" in house.texts()[0]
    house.hear("no sé qué hacer con esto")
    assert "English, 中文" not in house.texts()[0]
    assert told_locale(house) == "en"
