"""Tests that what a customer shares reaches the agent in a line, and stays in the row whole."""

from typing import Any

import msgspec
import pytest

from core.content.cards import card, entry
from core.desk.posts import PostCustomer
from core.messages.inbound import Answered, Deleted, Unsupported
from core.messages.pieces import Attachment, Choice, Referral
from hub.desk.showing.case_view import case_view
from hub.trace import trace
from storage.desk import cases
from storage.desk.tables import cases as cases_table
from storage.people import privacy
from storage.people.tables import customers, messages
from tests.hub.house import TELEGRAM, WHATSAPP, House

AD = Referral(
    "ad",
    id="1202",
    url="https://fb.me/boots",
    headline="Boots sale",
    body="Half price until Sunday",
    media="video",
    media_url="https://cdn.example/boots.mp4",
    click_id="Aff-n8ZT",
)
JO = card(
    "Jo Roe",
    "+12025550199",
    own=False,
    phones=[entry("+12025550199", "CELL"), entry("+442079460018", "WORK")],
    emails=[entry("jo@acme.example")],
    addresses=[entry("1 Main St, Springfield")],
    organisation="Acme Ltd",
)
PRIVATE = ("2025550199", "7946 0018", "79460018", "jo@acme", "Main St")
POLL = {"question": "Red or blue?", "options": [{"text": "Red", "votes": 3}, {"text": "Blue", "votes": 0}]}
PLACE = {"latitude": 1.0, "longitude": 2.0, "name": "City Hall", "address": "1 Main St", "url": "https://hall.example"}


@pytest.fixture
def desk(house: House) -> House:
    """Makes a conversation that an agent has."""
    house.hear("agent")
    house.texts()
    house.posts()
    return house


def shown(house: House) -> str:
    """Returns what the agent reads of the customer's newest message."""
    return [post.text for post in house.posts() if isinstance(post, PostCustomer)][-1]


def lines(house: House) -> list[Any]:
    return [row for row in house.rows(messages) if row.direction == "in"]


def exported(house: House) -> dict[str, Any]:
    with house.store.read() as conn:
        return privacy.export(conn, house.row(customers).id)


@pytest.mark.parametrize(
    ("attachment", "line"),
    [
        (Attachment("poll", data=POLL), "📊 Red or blue? (Red: 3 votes, Blue)"),
        (Attachment("share", data={"what": "post", "title": "Hats", "url": "https://f.example/1"}), "Hats, https://f"),
        (Attachment("location", data=PLACE), "📍 City Hall, 1 Main St (1.00000, 2.00000), https://hall.example"),
        (Attachment("sticker", data={"emoji": "😡", "set": "HotCherry"}), "🙂 sticker 😡: set: HotCherry"),
        (Attachment("dice", data={"emoji": "🎯", "value": 5}), "📎 dice 🎯: value: 5"),
        (
            Attachment("hologram", data={"title": "Autumn looks", "url": "https://s.example/55"}),
            "hologram: Autumn looks",
        ),
    ],
)
def test_agents_read_what_was_shared_beside_the_words(desk: House, attachment: Attachment, line: str) -> None:
    desk.hear("look", attachments=(attachment,))
    said = shown(desk)
    assert said.startswith("look\n")
    assert line in said
    kept = msgspec.json.decode(lines(desk)[-1].shared)["attachments"][0]
    assert kept["data"] == attachment.data


def test_of_an_item_that_we_do_not_know_everything_readable_is_shown_and_kept(desk: House) -> None:
    told = {"title": "Autumn looks", "url": "https://shop.example/looks/55"}
    raw = {"hologram": told}
    desk.accept(Unsupported("u1", WHATSAPP, desk.clock(), "hologram", raw, answerable=True, said=told))
    desk.drain()
    assert shown(desk) == "📎 hologram: Autumn looks, https://shop.example/looks/55"
    assert msgspec.json.decode(lines(desk)[-1].shared) == {"said": told}


def test_a_row_of_a_list_is_shown_with_its_description(desk: House) -> None:
    desk.hear("", choice=Choice("order.1001", "Order 1001", "paid, 2 items"))
    assert shown(desk) == "Order 1001 (paid, 2 items)"


def test_other_people_s_numbers_are_masked_at_the_desk_and_whole_in_the_row(desk: House) -> None:
    desk.hear("", attachments=(Attachment("contact", data=JO),))
    said = shown(desk)
    assert said.startswith("👤 Jo Roe (Acme Ltd): 2 numbers")
    assert "ask an operator" in said
    line = lines(desk)[-1]
    assert not [private for private in PRIVATE if private in said + line.text]
    assert exported(desk)["messages"][-1]["shared"]["attachments"][0]["data"] == JO


def test_the_summary_and_the_card_of_a_case_show_no_numbers_either(house: House) -> None:
    house.hear("", attachments=(Attachment("contact", data=JO),))
    house.hear("agent")
    with house.store.read() as conn:
        case = cases.by_id(conn, house.row(cases_table).id)
        view = case_view(house.hub, conn, case) if case else None
    assert view
    told = str(msgspec.to_builtins(view))
    assert "Jo Roe" in told
    assert not [private for private in PRIVATE if private in told]


def test_what_was_shared_goes_when_it_is_taken_back_and_when_the_customer_is_erased(desk: House) -> None:
    said = desk.hear("", attachments=(Attachment("contact", data=JO),))
    desk.accept(Deleted("d1", WHATSAPP, desk.clock(), said))
    desk.drain()
    assert [row.shared for row in lines(desk) if row.external_id == said] == [None]
    desk.hear("", attachments=(Attachment("contact", data=JO),))
    with desk.store.write() as conn:
        privacy.erase(conn, desk.row(customers).id, desk.clock())
    assert desk.rows(messages) == []


def test_an_ad_is_told_in_a_sentence_and_its_click_id_is_found_again(house: House) -> None:
    said = house.hear("is this still there?", referral=AD)
    line = next(row for row in lines(house) if row.external_id == said)
    assert line.text == (
        "is this still there?\n↗ Came by an ad: Boots sale · Half price until Sunday · "
        "video https://cdn.example/boots.mp4 · https://fb.me/boots · 1202"
    )
    kept = exported(house)["messages"][0]["shared"]["referral"]
    assert kept == msgspec.to_builtins(AD)
    with house.store.read() as conn:
        steps = trace(conn, said)
    told = {key: steps[0].get(key) for key in ("came_by", "source_id", "click_id")}
    assert told == {"came_by": "ad", "source_id": "1202", "click_id": "Aff-n8ZT"}


def test_a_deep_link_s_word_is_kept(house: House) -> None:
    said = house.hear("/start", TELEGRAM, choice=Choice("start:spring"), referral=Referral("link", ref="spring"))
    line = next(row for row in lines(house) if row.external_id == said)
    assert msgspec.json.decode(line.shared) == {"referral": {"source": "link", "ref": "spring"}}
    assert "↗ Came by a link: spring" in line.text


def test_what_a_colleague_sent_elsewhere_is_shown_too(desk: House) -> None:
    shared = Attachment(
        "share", data={"what": "card", "title": "Boots", "text": "Size 42", "url": "https://s.example/9"}
    )
    desk.accept(Answered("m1", WHATSAPP, desk.clock(), "Boots", (shared,)))
    desk.drain()
    (post,) = [each for each in desk.posts() if isinstance(each, PostCustomer)]
    assert post.text == "Boots\n🔗 card: Size 42, https://s.example/9"


def test_plain_words_keep_nothing_more(house: House) -> None:
    house.hear("hello")
    assert [row.shared for row in lines(house)] == [None]
