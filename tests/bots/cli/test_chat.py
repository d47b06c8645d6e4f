"""Tests that `doorstep flows chat` answers as a channel does: one script, in the terminal and through the hub."""

from datetime import datetime
from types import SimpleNamespace
from typing import cast

import click
import pytest

from bots.cli.chat import Talk, begin
from bots.cli.common import Database
from core.shop.orders import Buyer
from flows.engine.effects import Effect, Say
from storage.engine.store import Store
from tests.fakes import PHONE, shipped_folder
from tests.hub.house import WHATSAPP, House
from tests.storage.orders_sample import saved_order

JANE = Buyer(id="c1", name="Jane Doe", phone=PHONE, locale="en", timezone="America/New_York")
SCRIPT = (
    *("hello", "where is my order?", "and when will it arrive?", "我的订单到哪了", "english please", "thanks a lot"),
    *("STOP", "where is my order?", "START", "HELP", "I want to talk to a person", "are you there?", "menu", "STOP"),
)


@pytest.fixture
def house(store: Store) -> House:
    saved_order(store, JANE)
    return House(store)


def begun(house: House, locale: str = "", phone: str = PHONE) -> Talk:
    now: datetime = house.clock()
    opened = cast("Database", SimpleNamespace(store=house.store, now=lambda: now))
    return begin(shipped_folder(), opened, "whatsapp", locale, phone)


def said(effects: list[Effect]) -> str:
    return "\n".join(effect.text for effect in effects if isinstance(effect, Say))


def test_the_terminal_says_what_the_channel_says(house: House) -> None:
    talk = begun(house)
    for line in SCRIPT:
        house.hear(line, WHATSAPP)
        heard = "\n".join(house.texts())
        here = [effect.text for effect in talk.hear(line) if isinstance(effect, Say)]
        assert [text for text in here if text.split("\n")[0] not in heard] == [], line
        assert bool(here) == bool(heard), line


def test_a_colleague_who_has_it_silences_the_bot_until_they_release_it(house: House) -> None:
    talk = begun(house)
    assert said(talk.hear("agent"))
    assert talk.hear("where is my order?") == []
    assert "menu" in said(talk.release())
    assert "#1001" in said(talk.hear("where is my order?"))
    assert talk.release() == []


def test_language_and_zone_are_the_customers_else_the_shops(house: House) -> None:
    assert begun(house)._chat.session.timezone == "America/New_York"
    stranger = begun(house, phone="+12025550199")._chat.session
    shop = shipped_folder().notices.shop
    assert (stranger.locale, stranger.timezone) == (shop.locale, shop.timezone)
    assert begun(house, locale="zh")._chat.session.locale == "zh"


@pytest.mark.parametrize(("locale", "phone"), [("zz", PHONE), ("", "2025550101"), ("", "Jane")])
def test_what_cannot_be_is_refused(house: House, locale: str, phone: str) -> None:
    with pytest.raises(click.BadParameter, match="expected"):
        begun(house, locale, phone)
