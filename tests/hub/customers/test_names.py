"""Tests that a customer whom no message names is asked for at the provider, once, and away from the answer."""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from core.desk.posts import PostCard
from core.errors import Outcome, SendError
from core.messages.pieces import Attachment, Profile
from core.people.addresses import Address
from core.shop.orders import Buyer
from core.shop.store_events import CustomerEvent
from hub.customers import names
from hub.desk.showing.case_view import case_view
from storage.desk import cases
from storage.desk.tables import cases as cases_table
from storage.people.tables import addresses, customers
from storage.queues import timers
from storage.queues.timers import NAMES, Patience
from tests.fakes import FakeChannel
from tests.hub.house import TELEGRAM, WHATSAPP, House

SOFIA = Address("messenger", "main", "6543210987654321")
NOBODY = Profile("")


@pytest.fixture
def page(house: House) -> FakeChannel:
    return house.channels["messenger"]


def refused(outcome: Outcome, code: str = "100/2018218", after: float | None = None) -> SendError:
    return SendError(outcome, code, "", after)


def look(house: House) -> int:
    return asyncio.run(names.ask(house.hub, house.clock()))


def name(house: House) -> str:
    return str(house.row(customers).name)


def due(house: House) -> list[datetime]:
    return [row.ask_name_at for row in house.rows(addresses) if row.ask_name_at]


def test_the_name_is_asked_for_once_and_kept(house: House, page: FakeChannel) -> None:
    page.profiles[SOFIA.value] = Profile("Sofia Reyes")
    house.hear("hello", SOFIA, profile=NOBODY)
    assert (name(house), page.asked_names) == ("", []), "the answer waits for nobody's name"
    assert look(house) == 1
    assert name(house) == "Sofia Reyes"
    house.hear("hello again", SOFIA, profile=NOBODY)
    house.later(days=30)
    assert look(house) == 0
    assert page.asked_names == [SOFIA.value]


def test_the_clock_finds_that_a_name_is_missing(house: House, page: FakeChannel) -> None:
    def kinds() -> list[str]:
        with house.store.read() as conn:
            return [each.kind for each in timers.due(conn, house.clock(), Patience())]

    assert NAMES not in kinds()
    house.hear("hello", SOFIA, profile=NOBODY)
    assert NAMES in kinds()
    look(house)
    assert NAMES not in kinds()


@pytest.mark.parametrize("where", [WHATSAPP, TELEGRAM])
def test_nobody_is_asked_where_messages_name_their_senders(house: House, where: Address) -> None:
    house.hear("hello", where, profile=NOBODY)
    assert look(house) == 0


def test_who_comes_with_a_name_is_not_asked_for(house: House, page: FakeChannel) -> None:
    house.hear("hello", SOFIA, profile=Profile("Sofia"))
    assert (look(house), page.asked_names) == (0, [])


@pytest.mark.parametrize(
    "answer", [Profile(), refused(Outcome.CONTENT_REJECTED), refused(Outcome.ADDRESS_DEAD, "100/2018001")]
)
def test_who_has_no_name_there_is_not_asked_for_again(
    house: House, page: FakeChannel, answer: Profile | SendError
) -> None:
    page.profiles[SOFIA.value] = answer
    house.hear("hello", SOFIA, profile=NOBODY)
    look(house)
    assert due(house) == []
    house.hear("hello again", SOFIA, profile=NOBODY)
    house.later(days=60)
    assert look(house) == 0
    assert name(house) == ""


def test_a_missing_permission_is_tried_daily_for_a_while(house: House, page: FakeChannel) -> None:
    page.profiles[SOFIA.value] = refused(Outcome.MISCONFIGURED, "200")
    house.hear("hello", SOFIA, profile=NOBODY)
    for _ in range(10):
        look(house)
        house.later(days=1)
    assert len(page.asked_names) == 5
    assert due(house) == []


def test_an_account_that_is_switched_off_is_asked_when_it_is_back(house: House, page: FakeChannel) -> None:
    page.profiles[SOFIA.value] = Profile("Sofia Reyes")
    house.hear("hello", SOFIA, profile=NOBODY)
    off = replace(house.hub, channels={where: each for where, each in house.hub.channels.items() if each is not page})
    asyncio.run(names.ask(off, house.clock()))
    assert due(house) == [house.clock() + timedelta(days=1)]
    house.later(days=1)
    look(house)
    assert name(house) == "Sofia Reyes"


def test_what_passes_is_tried_again_soon_and_the_account_is_left_in_peace(house: House, page: FakeChannel) -> None:
    others = [Address("messenger", "main", f"65432109876543{n}") for n in range(3)]
    for who in others:
        page.profiles[who.value] = refused(Outcome.PACE, "613", 1800)
        house.hear("hello", who, profile=NOBODY)
    look(house)
    assert len(page.asked_names) == 1
    assert max(due(house)) == house.clock() + timedelta(minutes=30)
    for who in others:
        page.profiles[who.value] = Profile("Somebody")
    house.later(minutes=31)
    look(house)
    assert {row.name for row in house.rows(customers)} == {"Somebody"}


def test_a_name_that_the_store_told_stays(house: House, page: FakeChannel) -> None:
    page.profiles[SOFIA.value] = Profile("Sofi 🌸")
    house.hear("hello", SOFIA, profile=NOBODY)
    with house.store.write() as conn:
        conn.execute(customers.update().values(name="Sofia Reyes"))
    look(house)
    assert (name(house), page.asked_names) == ("Sofia Reyes", [])


def test_the_store_s_word_replaces_the_name_of_a_profile(house: House) -> None:
    house.hear("hello", WHATSAPP, profile=Profile("JD 🌸"))
    assert name(house) == "JD 🌸"
    buyer = Buyer(id="c1", name="Jane Doe", phone=WHATSAPP.value)
    house.told(CustomerEvent(external_id="evt-1", source="shop", at=house.clock(), customer=buyer))
    assert {row.name for row in house.rows(customers) if not row.merged_into} == {"Jane Doe"}


def test_a_card_that_was_shown_without_a_name_is_drawn_again(house: House, page: FakeChannel) -> None:
    page.profiles[SOFIA.value] = Profile("Sofia Reyes")
    house.hear("agent", SOFIA, profile=NOBODY)
    house.posts()
    look(house)
    house.send()
    (card,) = [post for post in house.desk.posts if isinstance(post, PostCard)]
    with house.store.read() as conn:
        case = cases.by_id(conn, card.case_id)
        assert case
        assert case_view(house.hub, conn, case).customer == "Sofia Reyes"
    assert house.row(cases_table).id == card.case_id


def test_an_own_card_names_who_has_no_name(house: House) -> None:
    own = Attachment("contact", data={"name": "Jane Doe", "phone": "+12025550101", "own": True})
    house.hear("", TELEGRAM, profile=NOBODY, attachments=(own,))
    assert {row.name for row in house.rows(customers) if not row.merged_into} == {"Jane Doe"}
    other = Attachment("contact", data={"name": "Jo", "phone": "+12025550199", "own": False})
    house.hear("", SOFIA, profile=NOBODY, attachments=(other,))
    assert "Jo" not in {row.name for row in house.rows(customers)}
