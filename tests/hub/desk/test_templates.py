"""Tests that an agent reaches a customer outside the reply window by a template that says what is true."""

from typing import NoReturn

import pytest

from core.desk.posts import PostNote
from core.shop.orders import ShipmentStatus
from storage.accounts.tables import templates
from storage.engine.store import Store
from storage.people.tables import messages
from tests.fakes import NOW
from tests.hub.desk.agents_words import buttons, presses, told
from tests.hub.house import ANNA, House
from tests.hub.notices.test_lifecycle import ordered, parcel


@pytest.fixture
def house(store: Store) -> House:
    """Makes a house where a customer with a parcel under way was answered, 25 hours after they wrote."""
    house = House(store)
    house.told(ordered())
    house.told(parcel("out", NOW, status=ShipmentStatus.OUT_FOR_DELIVERY))
    house.hear("agent")
    house.texts()
    house.presses("case_claim")
    house.later(hours=25)
    house.send()
    house.desk.posts.clear()
    for channel in house.channels.values():
        channel.sent.clear()
    house.writes("Sorry for the wait")
    return house


def by_template(house: House) -> list[str]:
    """Sends what is due; the templates that went out since the last time."""
    house.send()
    sent = [each.part.payload["name"] for each in house.channels["whatsapp"].sent if each.part.call == "template"]
    house.channels["whatsapp"].sent.clear()
    return sent


def test_it_shows_what_fits_and_sends_the_chosen_one_once(house: House) -> None:
    offered = buttons(told(house))
    assert list(offered)[:1] == ["Send template"]
    presses(house, offered["Send template"])
    (shown,) = [post for post in told(house) if post.buttons]
    labels = [button.label for button in shown.buttons]
    assert "Out for delivery" in labels
    assert "Delivered" not in labels
    assert "1001" in shown.text
    chosen = next(button for button in shown.buttons if button.label == "Out for delivery")
    presses(house, chosen)
    assert by_template(house) == ["order_out_for_delivery"]
    notes = [post.text for post in told(house) if isinstance(post, PostNote)]
    assert "Anna sent the template Out for delivery" in notes[-1]
    presses(house, chosen)
    assert by_template(house) == []
    assert "already" in told(house)[-1].text
    assert [row.author for row in house.rows(messages)][-1] == ANNA


def test_the_reply_itself_follows_once_the_customer_answers(house: House) -> None:
    retry = buttons(told(house))["Try again"]
    house.hear("yes?")
    presses(house, retry)
    assert house.texts() == ["Sorry for the wait"]


def test_a_template_that_is_not_approved_is_not_offered(house: House) -> None:
    offer = buttons(told(house))["Send template"]
    with house.store.write() as conn:
        for name in ("order_shipped", "order_out_for_delivery"):
            for language in ("en", "zh_CN"):
                row = {"channel": "whatsapp", "account": "main", "name": name, "language": language}
                conn.execute(templates.insert(), {**row, "status": "paused", "category": "utility", "told_at": NOW})
    presses(house, offer)
    assert "No approved template" in told(house)[-1].text


def test_a_kind_that_fails_takes_nothing_with_it(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object) -> NoReturn:
        raise ValueError("a bad kind")

    monkeypatch.setattr("hub.desk.undelivered.templates.fitting", fails)
    house.writes("Are you there?")
    offered = buttons(told(house))
    assert "Send template" not in offered
    assert "Try again" in offered


def test_without_an_order_nothing_is_offered(store: Store) -> None:
    house = House(store)
    house.hear("agent")
    house.texts()
    house.presses("case_claim")
    house.later(hours=25)
    house.send()
    house.desk.posts.clear()
    house.writes("Sorry for the wait")
    assert list(buttons(told(house))) == ["Try again"]
