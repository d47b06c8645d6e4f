"""Tests the answers that are suggested to agents: noted with what the customer asks, shown, changed, inserted."""

import json
from collections.abc import Mapping
from datetime import date, timedelta
from functools import cache
from typing import Any

import pytest
from msgspec.structs import replace
from sqlalchemy import update

from adapters.desks.slack.blocks.form import modal
from bots.wiring.store.answers import ready_answers
from bots.wiring.store.folder import load_folder
from core.desk.events import Pressed
from core.desk.forms import Field, Form, Passage, Searched
from core.desk.ready_texts import Answer
from core.messages.inbound import Deleted
from flows.engine.flowset import FlowSet
from hub.desk.form import Words
from hub.desk.forms import answers as form_of_answers
from hub.desk.reader import RowReader
from sandbox.platforms.slack import blocks
from storage.desk.tables import cases, desk_messages, ready_text_uses
from storage.engine.store import Store
from storage.people.tables import customers, messages
from tests.fakes import NOW, PLACE, STORE_DIR
from tests.hub.desk.agents_words import buttons, presses, told
from tests.hub.house import ANNA, BEN, WHATSAPP, House

QUESTION = "how long does a refund usually take?"
DAY = timedelta(days=1)


@cache
def flows() -> FlowSet:
    return load_folder(STORE_DIR).flows


@cache
def known() -> Mapping[str, Answer]:
    return {each.id: each for each in ready_answers(flows().facts.faq)}


@pytest.fixture
def house(store: Store) -> House:
    """Makes a house with a case, and nothing waiting to be sent."""
    house = House(store, flows=flows())
    house.hear("agent")
    house.texts()
    house.desk.posts.clear()
    return house


def press(house: House, **values: str) -> Pressed:
    case = house.row(cases)
    thread = case.thread or ""
    return Pressed(house.fresh("ev"), PLACE, thread, thread, ANNA, "case_answers", case.id, house.clock(), values)


def reader(house: House, *answers: Answer) -> RowReader:
    words = Words(shop="Northwind", answers=lambda: answers or tuple(known().values()))
    return RowReader(house.store, house.desk.users.get, lambda: house.hub.agents, house.clock, lambda: words)


def drawn(house: House, *answers: Answer, **values: str) -> Form:
    form = reader(house, *answers).form(press(house, **values))
    assert form is not None
    return form


def fields(form: Form) -> Mapping[str, Field]:
    return {item.id: item for item in form.items if isinstance(item, Field)}


def passages(form: Form) -> str:
    return "\n".join(item.text for item in form.items if isinstance(item, Passage))


def noted(house: House) -> list[Any]:
    """Lists what is noted with each of the customer's lines, oldest first."""
    lines = [row for row in house.rows(messages) if row.author == "customer"]
    return [json.loads(row.answers) if row.answers else None for row in lines]


def test_what_may_answer_a_question_is_noted_with_it_as_ids(house: House) -> None:
    house.hear(QUESTION)
    _, last = noted(house)
    assert last[0][0] == "refund_time"
    assert 1 <= len(last) <= 5
    assert all(id_ in known() and 0.2 <= nearness <= 1.5 for id_, nearness in last)


@pytest.mark.parametrize("text", ["Thank you very much!", "ok", "👍", "agent"])
def test_nothing_is_noted_where_nothing_is_asked(house: House, text: str) -> None:
    house.hear(text)
    assert noted(house)[-1] is None
    assert form_of_answers.NOTHING_NEAR in passages(drawn(house))


def test_the_bot_s_own_conversation_notes_nothing(store: Store) -> None:
    house = House(store, flows=flows())
    house.hear(QUESTION)
    assert noted(house) == [None]


def test_the_nearest_is_shown_as_the_customer_reads_it_and_inserted(house: House) -> None:
    house.hear(QUESTION)
    house.texts()
    form = drawn(house)
    assert f"“{QUESTION}”" in passages(form)
    assert "• How long do refunds take in general?" in passages(form)
    shown = fields(form)
    assert (form.submit, shown["reply"].value) == ("Insert", "refund_time")
    text = shown["text_refund_time"].value
    assert text == known()["refund_time"].text["en"]
    house.presses("case_answers", reply="refund_time", text_refund_time=f"{text} Promised!")
    assert house.texts()[-1] == f"{text} Promised!"
    assert [post.text for post in told(house) if post.text.endswith("Promised!")]
    uses = house.row(ready_text_uses)
    assert (uses.kind, uses.text_id, uses.times) == ("answer", "refund_time", 1)
    assert house.row(desk_messages).ready == "answer:refund_time"
    assert house.row(cases).claimed_by == ANNA


def test_the_customer_reads_their_language(house: House) -> None:
    house.hear("退款一般要多久能到账？")
    with house.store.write() as conn:
        conn.execute(update(customers).values(locale="zh", language="zh"))
    form = drawn(house)
    assert fields(form)["text_refund_time"].value == known()["refund_time"].text["zh"]
    assert "• 退款一般要多久？" in passages(form)


def test_a_newer_question_replaces_and_thanks_do_not(house: House) -> None:
    house.hear(QUESTION)
    house.hear("do you sell gift cards")
    house.hear("thanks!")
    assert fields(drawn(house))["reply"].value == "gift_card"


def test_what_was_deleted_is_asked_no_more(house: House) -> None:
    house.hear(QUESTION)
    name = house.hear("do you sell gift cards")
    house.accept(Deleted(house.fresh("del"), WHATSAPP, house.clock(), name))
    house.drain()
    assert fields(drawn(house))["reply"].value == "refund_time"


def test_what_was_asked_in_an_earlier_case_is_over(house: House) -> None:
    house.hear(QUESTION)
    house.later(minutes=1)
    with house.store.write() as conn:
        conn.execute(update(cases).values(opened_at=house.clock()))
    assert fields(drawn(house))["reply"].value == ""


def test_an_answer_that_left_the_file_vanishes(house: House) -> None:
    house.hear(QUESTION)
    left = [each for each in known().values() if each.id != "refund_time"]
    options = reader(house, *left).options(Searched(press(house), "reply", ""))
    assert {option.id for option in options} == {each.id for each in left}
    assert "text_refund_time" not in fields(drawn(house, *left))
    house.presses("case_answers", reply="refund_time", text_refund_time="Seen before it left.")
    assert house.texts()[-1] == "Seen before it left."


def test_one_that_does_not_hold_for_this_customer_is_not_shown(house: House) -> None:
    house.hear(QUESTION)
    elsewhere = replace(known()["refund_time"], holds=lambda _today, asker: asker["channel"] == "sms")
    form = drawn(house, elsewhere, known()["gift_card"])
    assert list(fields(form)) == ["reply"]
    asked = {"country": "", "channel": "whatsapp", "tier": ""}
    seen: list[Any] = []
    drawn(house, replace(known()["refund_time"], holds=lambda *told: not seen.append(told)))
    assert seen[0] == (NOW.date(), asked)


@pytest.mark.parametrize(("review_by", "is_suggested"), [(None, True), (NOW.date(), True), (NOW.date() - DAY, False)])
def test_one_that_is_to_be_looked_at_again_is_found_with_a_warning(
    house: House, review_by: date | None, *, is_suggested: bool
) -> None:
    house.hear(QUESTION)
    answer = replace(known()["refund_time"], review_by=review_by)
    assert (fields(drawn(house, answer))["reply"].value == "refund_time") == is_suggested
    assert ("again by" in passages(drawn(house, answer, reply="refund_time"))) == (not is_suggested)


def test_all_answers_are_searched_those_that_fit_first(house: House) -> None:
    house.hear(QUESTION)
    ids = [option.id for option in reader(house).options(Searched(press(house), "reply", ""))]
    assert ids[0] == "refund_time"
    assert set(ids) == set(known())
    found = [option.id for option in reader(house).options(Searched(press(house), "reply", "Gift CARD"))]
    assert "gift_card" in found
    assert "refund_time" not in found
    assert "gift_card" in [option.id for option in reader(house).options(Searched(press(house), "reply", "礼品卡"))]


def test_one_that_is_held_counts_when_it_is_sent(house: House) -> None:
    house.presses("case_claim", BEN)
    house.texts()
    house.posts()
    house.presses("case_answers", reply="gift_card", text_gift_card="We do.")
    assert not house.rows(ready_text_uses)
    presses(house, buttons(told(house))["Send to customer"])
    assert house.texts() == ["We do."]
    assert house.row(ready_text_uses).times == 1


@pytest.mark.parametrize("reply", ["", "gift_card", "nothing_like_it"])
def test_the_form_is_a_view_that_slack_takes(house: House, reply: str) -> None:
    house.hear(QUESTION)
    asked = press(house, **({"reply": reply} if reply else {}))
    form = reader(house).form(asked)
    assert form is not None
    blocks.check(modal(form, asked)["blocks"], blocks.VIEW_BLOCKS)
