"""Tests that agents and flows know what a customer points at, and that answers can quote."""

from typing import Any

import pytest

from core.desk.glances import QuoteGlance
from core.desk.posts import PostCustomer
from core.messages.inbound import Deleted, Edited, Moved, Reacted
from core.messages.outbound import OutboundMessage, Speaker
from core.messages.pieces import Attachment, Choice, Quote
from core.people.addresses import Address
from core.shop.orders import Buyer
from hub.delivery.postings import enqueue, posting
from hub.desk.showing.case_view import case_view
from storage.conversations import conversations, quotes
from storage.desk import cases as case_rows
from storage.desk.tables import cases
from storage.people.tables import messages
from tests.fakes import PHONE
from tests.hub.house import TELEGRAM, WHATSAPP, House
from tests.storage.orders_sample import saved_order


def with_case(house: House) -> str:
    """Opens a case; nothing of it is left to be posted."""
    house.hear("agent")
    house.texts()
    house.posts()
    case_id: str = house.row(cases).id
    return case_id


def sent_ids(house: House) -> list[str]:
    """Sends what is due; the provider's ids of our messages so far."""
    house.send()
    return [part.provider_id for part in house.parts() if part.provider_id]


def turns(house: House) -> list[tuple[str, str, QuoteGlance | None]]:
    with house.store.read() as conn:
        case = case_rows.by_id(conn, house.row(cases).id)
        assert case is not None
        return [(turn.author, turn.text, turn.quoted) for turn in case_view(house.hub, conn, case).turns]


def test_an_agent_reads_what_the_customer_answers(house: House) -> None:
    case_id = with_case(house)
    before = house.hear("the left one pinches")
    house.writes("Left or right?")
    answer = sent_ids(house)[-1]
    house.posts()
    house.hear("yes this", reply_to=answer)
    house.hear("about that one", reply_to=before)
    house.hear("and that?", reply_to="wamid.before-we-came")
    asked, own, old = (
        QuoteGlance("agent", "Left or right?"),
        QuoteGlance("customer", "the left one pinches"),
        QuoteGlance(),
    )
    assert house.posts() == [
        PostCustomer(case_id, "yes this", quoted=asked),
        PostCustomer(case_id, "about that one", quoted=own),
        PostCustomer(case_id, "and that?", quoted=old),
    ]
    assert turns(house)[-3:] == [
        ("customer", "yes this", asked),
        ("customer", "about that one", own),
        ("customer", "and that?", old),
    ]


def test_each_part_of_a_long_message_is_that_message(house: House) -> None:
    case_id = with_case(house)
    house.writes("word " * 1200)
    *_, first, second = sent_ids(house)
    house.posts()
    for name in (first, second):
        house.hear("this", reply_to=name)
    assert [post.quoted.author for post in house.posts()] == ["agent", "agent"]
    assert case_id


def test_a_file_is_named_by_its_kind(house: House) -> None:
    with_case(house)
    voice = house.hear("", attachments=(Attachment("voice", "media-1"),))
    house.hear("as I said", reply_to=voice)
    house.later(seconds=5)
    assert [post.quoted for post in house.posts()] == [None, QuoteGlance("customer", "🎤 voice")]


def test_what_comes_at_once_can_point_at_each_other(house: House) -> None:
    with_case(house)
    first = house.say("boots or shoes")
    house.say("I mean these", reply_to=first)
    house.drain()
    assert house.posts()[-1].quoted == QuoteGlance("customer", "boots or shoes")


def test_the_words_marked_count_and_what_is_from_elsewhere_too(house: House) -> None:
    house.hear("agent", TELEGRAM)
    house.texts("telegram")
    listed = sent_ids(house)[-1]
    house.posts()
    house.hear("only this one please", TELEGRAM, reply_to=listed, quoted=Quote("1. Boots\n2. Hat", "2. Hat"))
    house.hear("what about this?", TELEGRAM, quoted=Quote(part="Boots -20%", origin="Northwind"))
    assert [post.quoted for post in house.posts()] == [
        QuoteGlance("bot", "2. Hat"),
        QuoteGlance("", "Boots -20%", "Northwind"),
    ]


def test_whose_words_were_forwarded_is_told_where_the_channel_tells(house: House) -> None:
    with_case(house)
    house.hear("Winter sale", forwarded=True, origin="Northwind Boots")
    house.hear("Read this", forwarded=True)
    (told,) = house.posts()  # what was written at once is one post
    assert told.text == "↪ forwarded from Northwind Boots\nWinter sale\n↪ forwarded\nRead this"


def test_a_reaction_names_the_message_it_is_on_and_so_does_its_end(house: House) -> None:
    case_id = with_case(house)
    house.writes("Left or right?")
    on = sent_ids(house)[-1]
    house.posts()
    asked = QuoteGlance("agent", "Left or right?")
    for emoji, change in (("👍", "reaction"), ("", "reaction_removed")):
        house.accept(Reacted(house.fresh("x"), WHATSAPP, house.clock(), on, emoji))
        house.drain()
        assert house.posts() == [PostCustomer(case_id, emoji, change=change, quoted=asked)]
    house.accept(Reacted(house.fresh("x"), WHATSAPP, house.clock(), "", "❤️", quoted=Quote(text="On its way")))
    house.drain()
    assert house.posts() == [PostCustomer(case_id, "❤️", change="reaction", quoted=QuoteGlance("", "On its way"))]
    assert turns(house)[-3:] == [
        ("customer", "👍", asked),
        ("customer", "[Reaction removed]", asked),
        ("customer", "❤️", QuoteGlance("", "On its way")),
    ]


def test_the_card_shows_a_quoted_message_as_it_reads_now(house: House) -> None:
    with_case(house)
    typo, secret = house.hear("borken boots"), house.hear("my card is 4111")
    for name in (typo, secret):
        house.hear("see this", reply_to=name)
    house.accept(Edited(house.fresh("e"), WHATSAPP, house.clock(), typo, "broken boots"))
    house.accept(Deleted(house.fresh("d"), WHATSAPP, house.clock(), secret))
    house.drain()
    assert [quoted for _, text, quoted in turns(house) if text == "see this"] == [
        QuoteGlance("customer", "broken boots"),
        QuoteGlance("customer", "(taken back)"),
    ]


@pytest.mark.parametrize(
    ("more", "looks"),
    [({}, 0), ({"choice": Choice("x~1", "Yes"), "reply_to": "wamid.1"}, 0), ({"reply_to": "wamid.1"}, 1)],
)
def test_only_what_points_at_something_costs_a_look(
    house: House, monkeypatch: pytest.MonkeyPatch, more: dict[str, Any], looks: int
) -> None:
    asked: list[Any] = []

    def look(_conn: Any, _place: str, names: Any) -> dict[str, Any]:
        asked.append(names)
        return {}

    monkeypatch.setattr(quotes, "pointed_at", look)
    house.hear("hello", **more)
    assert len(asked) == looks


# --- answers that quote


def test_of_several_messages_each_answer_quotes_its_own(house: House) -> None:
    first, second = house.say("hello"), house.say("where is my order")
    house.drain()
    house.send()
    sent = house.channels["whatsapp"].sent
    quoted = [name for each in sent if (name := each.part.payload.get("reply_to"))]
    assert quoted == [first, second]
    house.channels["whatsapp"].sent.clear()
    house.hear("hello")
    house.send()
    assert all("reply_to" not in each.part.payload for each in house.channels["whatsapp"].sent)


def quote_in_answer(house: House, line: str) -> dict[str, Any]:
    """Sends a message that quotes a line of the timeline; returns what was called."""
    house.send()
    house.channels["whatsapp"].sent.clear()
    with house.store.write() as conn:
        (who,) = conversations.by_keys(conn, [WHATSAPP.key]).values()
        message = OutboundMessage("This one?", speaker=Speaker.AGENT, quote=line)
        enqueue(house.hub, conn, posting(who, message, "UANNA", house.clock()))
    house.send()
    (sent,) = house.channels["whatsapp"].sent
    return sent.part.payload


def test_an_answer_quotes_a_line_by_the_providers_id(house: House) -> None:
    said = house.hear("hello")
    house.send()
    theirs, ours, *_ = house.rows(messages)
    assert quote_in_answer(house, theirs.id)["reply_to"] == said
    assert quote_in_answer(house, ours.id)["reply_to"] == house.parts()[0].provider_id
    assert house.rows(messages)[-1].reply_to == ours.id


def test_a_quote_that_is_gone_costs_the_message_nothing(house: House) -> None:
    secret = house.hear("my card is 4111")
    line = house.rows(messages)[0].id
    house.accept(Deleted(house.fresh("d"), WHATSAPP, house.clock(), secret))
    house.drain()
    for each in (line, "0" * 24):
        assert quote_in_answer(house, each)["text"] == "This one?"
        assert "reply_to" not in quote_in_answer(house, each)


# --- topics


def test_answers_stay_where_the_customer_wrote(house: House) -> None:
    house.say("hello", TELEGRAM, route="11")
    house.say("where is my order", TELEGRAM, route="22")
    house.drain()
    house.send()
    routes = [each.part.payload["route"] for each in house.channels["telegram"].sent]
    assert routes[0] == "11"
    assert set(routes[1:]) == {"22"}
    house.channels["telegram"].sent.clear()
    house.hear("agent", TELEGRAM, route="22")
    house.send()
    house.channels["telegram"].sent.clear()
    house.writes("Hello, this is Anna")
    house.send()
    assert {each.part.payload["route"] for each in house.channels["telegram"].sent} == {"22"}
    house.channels["telegram"].sent.clear()
    house.hear("thanks", TELEGRAM)
    house.writes("You are welcome")
    house.send()
    assert all("route" not in each.part.payload for each in house.channels["telegram"].sent)


# --- flows


def test_an_order_in_a_quoted_message_is_what_that_one_means(house: House) -> None:
    for number in ("1001", "1002"):
        saved_order(house.store, Buyer(id="c1", name="Jane", phone=PHONE), number=number)
    told = house.hear("is order 1002 paid?")
    house.texts()
    house.hear("where is this?", reply_to=told)
    (answer,) = house.texts()
    assert "#1002" in answer
    assert "#1001" not in answer


def test_a_topic_stays_behind_when_the_customer_moves(house: House) -> None:
    house.hear("agent", TELEGRAM, route="22")
    house.send()
    to = Address("telegram", "main", "43")
    house.accept(Moved(house.fresh("m"), TELEGRAM, house.clock(), "migrated", to))
    house.drain()
    house.channels["telegram"].sent.clear()
    house.writes("Hello, this is Anna")
    house.send()
    sent = house.channels["telegram"].sent
    assert {each.to for each in sent} == {to}
    assert all("route" not in each.part.payload for each in sent)
