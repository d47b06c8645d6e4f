"""Tests saved replies as agents use them: found, seen as the customer reads them, sent; what becomes of the case."""

from collections.abc import Mapping

import pytest

from adapters.desks.slack.blocks.form import modal
from core.desk.events import Pressed
from core.desk.forms import Field, Form, Option, Searched
from core.desk.saved_replies import FILE, SavedReply, load_saved_replies
from hub.desk.form import Words
from hub.desk.reader import RowReader
from sandbox.platforms.slack import blocks
from storage.desk.tables import cases, desk_messages, ready_text_uses
from storage.engine.store import Store
from storage.people.tables import customers
from tests.fakes import PLACE, STORE_DIR
from tests.hub.desk.agents_words import buttons, marks, presses, told
from tests.hub.house import ANNA, BEN, House
from tests.hub.people import JANE
from tests.storage.orders_sample import saved_order

SHIPPED = load_saved_replies([STORE_DIR / FILE])
MOVES = SavedReply("moves", {"en": "Moves"}, {"en": "Moved."}, teams=("nobody",))


@pytest.fixture
def house(store: Store) -> House:
    """Makes a house with a case of Jane, and nothing waiting to be sent."""
    house = House(store, saved=SHIPPED)
    house.hear("agent")
    house.texts()
    house.desk.posts.clear()
    return house


def reader(house: House) -> RowReader:
    words = Words((*SHIPPED, MOVES), "Northwind")
    return RowReader(house.store, house.desk.users.get, lambda: house.hub.agents, house.clock, lambda: words)


def press(house: House, **values: str) -> Pressed:
    case = house.row(cases)
    thread = case.thread or ""
    return Pressed(house.fresh("ev"), PLACE, thread, thread, ANNA, "case_saved", case.id, house.clock(), values)


def drawn(house: House, **values: str) -> Form:
    form = reader(house).form(press(house, **values))
    assert form is not None
    return form


def fields(form: Form) -> Mapping[str, Field]:
    return {item.id: item for item in form.items if isinstance(item, Field)}


def found(house: House, typed: str) -> tuple[Option, ...]:
    return reader(house).options(Searched(press(house), "reply", typed))


def test_one_is_chosen_seen_with_its_values_and_sent(house: House) -> None:
    saved_order(house.store, JANE, number="1001")
    assert list(fields(drawn(house))) == ["reply"]
    shown = fields(drawn(house, reply="refund_timing"))
    assert list(shown) == ["reply", "text_refund_timing"]
    text = shown["text_refund_timing"].value
    assert text == "Hi Jane, your refund for order 1001 reaches you in 3-10 bank days."
    house.presses("case_saved", reply="refund_timing", text_refund_timing=f"{text} Sorry!")
    assert house.texts()[-1] == f"{text} Sorry!"
    case = house.row(cases)
    assert (case.state, case.claimed_by) == ("waiting", ANNA)
    assert "refund_told" in case.tags


def test_a_value_that_is_missing_is_asked_for_and_filled_in(house: House) -> None:
    shown = fields(drawn(house, reply="refund_timing"))
    assert list(shown) == ["reply", "value_order_number", "text_refund_timing"]
    text = shown["text_refund_timing"].value
    left = reader(house).check(press(house, reply="refund_timing", text_refund_timing=text))
    assert list(left) == ["text_refund_timing"]
    filled_in = {"reply": "refund_timing", "text_refund_timing": text, "value_order_number": "1007"}
    assert not reader(house).check(press(house, **filled_in))
    house.presses("case_saved", **filled_in)
    assert "order 1007 reaches" in house.texts()[-1]


def test_the_customer_reads_their_language(house: House) -> None:
    with house.store.write() as conn:
        conn.execute(customers.update().values(locale="zh"))
    shown = fields(drawn(house, reply="photo_please"))
    assert shown["text_photo_please"].value.startswith("非常抱歉")
    assert shown["reply"].options == (Option("photo_please", "请发照片"),)


def test_what_is_used_most_comes_first_and_other_teams_have_their_own(house: House) -> None:
    assert [each.id for each in found(house, "")] == [each.id for each in SHIPPED]
    house.presses("case_saved", reply="photo_please", text_photo_please="Please")
    house.presses("case_saved", reply="photo_please", text_photo_please="Please!")
    assert house.row(ready_text_uses).times == 2
    assert found(house, "")[0].id == "photo_please"
    assert [each.id for each in found(house, "退款")] == ["refund_timing", "refund_sent"]
    assert found(house, "nothing like it") == ()


@pytest.mark.parametrize("values", [{}, {"reply": "photo_please"}, {"reply": "photo_please", "text_photo_please": " "}])
def test_nothing_is_sent_of_a_form_that_is_not_filled_in(house: House, values: dict[str, str]) -> None:
    assert reader(house).check(press(house, **values))
    house.presses("case_saved", **values)
    assert not house.texts()
    assert not house.rows(desk_messages)


def test_a_colleague_s_case_is_asked_about_first_and_left_as_it_is(house: House) -> None:
    house.presses("case_claim", BEN)
    house.texts()
    house.posts()
    house.presses("case_saved", reply="photo_please", text_photo_please="Please")
    assert not house.texts()
    assert house.row(cases).state == "claimed"
    assert not house.rows(ready_text_uses)
    presses(house, buttons(told(house))["Send to customer"])
    assert house.texts() == ["Please"]


def test_one_that_was_held_does_its_part_when_it_is_sent_and_once(house: House) -> None:
    house.presses("case_claim", BEN)
    house.texts()
    house.posts()
    house.presses("case_saved", reply="refund_timing", text_refund_timing="It takes 3 days")
    send = buttons(told(house))["Send to customer"]
    assert (house.row(cases).state, house.rows(ready_text_uses)) == ("claimed", [])
    presses(house, send)
    presses(house, send)
    assert house.texts() == ["It takes 3 days"]
    case = house.row(cases)
    assert (case.state, "refund_told" in case.tags) == ("waiting", True)
    assert house.row(ready_text_uses).times == 1


def test_one_that_is_kept_as_a_note_does_nothing_to_the_case(house: House) -> None:
    house.presses("case_claim", BEN)
    house.posts()
    house.presses("case_saved", reply="all_settled", text_all_settled="Bye")
    presses(house, buttons(told(house))["Keep as note"])
    assert (house.row(cases).state, house.rows(ready_text_uses)) == ("claimed", [])


def test_one_that_was_kept_back_by_the_window_does_its_part_when_it_goes_out(house: House) -> None:
    house.presses("case_claim")
    house.later(hours=25)
    house.presses("case_saved", reply="photo_please", text_photo_please="A photo?")
    house.texts()
    again = buttons(told(house))["Try again"]
    house.hear("are you still there?")
    house.texts()
    presses(house, again)
    assert house.texts() == ["A photo?"]
    assert (house.row(cases).state, house.row(ready_text_uses).times) == ("waiting", 1)


def test_the_team_sees_it_in_the_thread_with_the_mark_of_what_became_of_it(house: House) -> None:
    house.presses("case_saved", reply="photo_please", text_photo_please="Please")
    posts = told(house)
    assert [post.text for post in posts if post.text.endswith("Anna to the customer:\nPlease")]
    assert marks(house) or house.row(desk_messages).mark
    house.send()
    kept = house.row(desk_messages)
    assert kept.message != kept.id
    assert kept.shown == "white_check_mark"


def test_outside_the_window_it_is_kept_back_and_the_case_left_as_it_is(house: House) -> None:
    house.presses("case_claim")
    house.texts()
    house.later(hours=25)
    house.presses("case_saved", reply="all_settled", text_all_settled="Bye")
    assert not house.texts()
    assert house.row(cases).state == "claimed"
    assert not house.rows(ready_text_uses)
    assert any("Not sent" in post.text for post in told(house))


def test_one_that_settles_resolves_the_case_after_it(house: House) -> None:
    house.presses("case_saved", reply="all_settled", text_all_settled="Glad to hear")
    assert house.row(cases).state == "resolved"
    assert "Glad to hear" in house.texts()


WHOLE = "x" * 2990 + " {{ customer.name }}"


def test_a_text_that_a_form_cannot_hold_is_cut_and_says_so(house: House) -> None:
    long = SavedReply("long", {"en": "Long"}, {"en": WHOLE})
    words = Words((long,), "Northwind")
    read = RowReader(house.store, house.desk.users.get, lambda: house.hub.agents, house.clock, lambda: words)
    with house.store.write() as conn:
        conn.execute(customers.update().values(name="Jane Doe of Elsewhere"))
    asked = press(house, reply="long")
    form = read.form(asked)
    assert form is not None
    text = fields(form)["text_long"].value
    assert (len(text), text.endswith("…")) == (3000, True)
    assert any("has 3,012 characters, and a form takes 3,000" in getattr(item, "text", "") for item in form.items)
    blocks.check(modal(form, asked)["blocks"], blocks.VIEW_BLOCKS)
    with house.store.write() as conn:
        conn.execute(customers.update().values(name="Jane"))
    short = read.form(asked)
    assert short is not None
    assert fields(short)["text_long"].value.endswith(" Jane")
    assert not any("characters" in getattr(item, "text", "") for item in short.items)


def test_a_filled_in_value_is_words_and_fills_in_nothing_more(house: House) -> None:
    text = "Order {{ order.number }} of {{ customer.first_name }}, {{ nothing.like.it }}"
    values = {"reply": "refund_timing", "text_refund_timing": text, "value_order_number": "{{ customer.name }}"}
    values["value_customer_first_name"] = "Jane"
    house.presses("case_saved", **values)
    assert house.texts()[-1] == "Order {{ customer.name }} of Jane, {{ nothing.like.it }}"


@pytest.mark.parametrize("reply", ["", *(each.id for each in SHIPPED)])
def test_the_form_is_a_view_that_slack_takes(house: House, reply: str) -> None:
    asked = press(house, **({"reply": reply} if reply else {}))
    form = reader(house).form(asked)
    assert form is not None
    blocks.check(modal(form, asked)["blocks"], blocks.VIEW_BLOCKS)
