"""Tests that a reply leaves at the time that its agent chose, once, and that they are asked if something happens."""

from datetime import datetime, timedelta

import pytest

from core.desk.events import Command, Pressed
from core.desk.forms import Field
from core.desk.posts import PostEphemeral
from hub.customers import erasing
from hub.desk.reader import RowReader
from hub.timers.catalogue import find
from storage.desk import later
from storage.desk.tables import cases, desk_messages
from storage.people.tables import messages
from storage.queues.tables import timers
from tests.fakes import PLACE
from tests.hub.desk.agents_words import buttons, deletes, edits, marks, presses, told
from tests.hub.house import ANNA, BEN, SMS, House

WORDS = "Your parcel waits at the counter."


@pytest.fixture
def claimed(house: House) -> House:
    """Makes a house whose case is Anna's."""
    house.presses("case_claim")
    house.texts()
    house.posts()
    return house


def put_off(house: House, when: str = "hour", words: str = WORDS, **more: str) -> None:
    house.presses("case_later", words=words, when=when, **more)


def rings(house: House) -> None:
    """Does what is due of replies that wait, as the clock would."""
    for row in house.rows(timers):
        if row.kind == later.TIMER and row.due_at <= house.clock():
            again = find()[later.TIMER].handle(house.hub, row.subject, house.clock())
            assert again is None or isinstance(again, datetime)
            with house.store.write() as conn:
                conn.execute(timers.delete().where(timers.c.id == row.id)) if again is None else conn.execute(
                    timers.update().where(timers.c.id == row.id).values(due_at=again)
                )


def states(house: House) -> list[str]:
    return [row.state for row in house.rows(desk_messages)]


def test_it_waits_is_shown_and_leaves_once(claimed: House) -> None:
    put_off(claimed)
    (post,) = told(claimed)
    assert WORDS in post.text
    assert [each.label for each in post.buttons] == ["Send now", "Change", "Cancel"]
    assert (states(claimed), claimed.texts()) == (["later"], [])
    claimed.later(minutes=59)
    rings(claimed)
    assert claimed.texts() == []
    claimed.later(minutes=1)
    rings(claimed)
    rings(claimed)
    assert claimed.texts() == [WORDS]
    assert WORDS in [row.text for row in claimed.rows(messages) if row.author == ANNA]


def test_its_mark_is_an_hourglass_until_it_is_out(claimed: House) -> None:
    put_off(claimed)
    assert marks(claimed)[-1] == "hourglass_flowing_sand"
    claimed.later(hours=1)
    rings(claimed)
    assert marks(claimed)[-1] == "white_check_mark"


def test_nothing_is_in_the_way_of_what_is_written_meanwhile(claimed: House) -> None:
    put_off(claimed)
    claimed.writes("One moment")
    assert claimed.texts() == ["One moment"]
    claimed.later(hours=1)
    rings(claimed)
    assert claimed.texts() == [WORDS]


def test_at_nine_of_the_agent_s_morning(claimed: House) -> None:
    put_off(claimed, "tomorrow")
    (row,) = claimed.rows(desk_messages)
    assert row.leaves_at.hour == 14  # New York's nine, in December: the agent's own zone is not known


def test_buttons_send_it_now_change_it_and_call_it_off(claimed: House) -> None:
    put_off(claimed)
    below = buttons(told(claimed))
    claimed.presses(below["Change"].id, value=below["Change"].value, words="Better words", when="hour")
    presses(claimed, below["Send now"])
    assert claimed.texts() == ["Better words"]
    presses(claimed, below["Cancel"])
    assert "does not wait" in told(claimed)[-1].text
    put_off(claimed)
    presses(claimed, buttons(told(claimed))["Cancel"])
    claimed.later(hours=2)
    rings(claimed)
    assert (claimed.texts(), states(claimed)) == ([], ["sent", "note"])


def test_who_writes_meanwhile_is_not_answered_blindly(claimed: House) -> None:
    put_off(claimed)
    told(claimed)
    claimed.later(minutes=5)
    claimed.hear("forget it")
    rings(claimed)
    post = told(claimed)[-1]
    assert (post.user, "the customer wrote" in post.text) == (ANNA, True)
    assert [each.label for each in post.buttons] == ["Send to customer", "Send later", "Keep as note"]
    claimed.later(hours=2)
    rings(claimed)
    assert (claimed.texts(), states(claimed)) == ([], ["held"])
    presses(claimed, buttons([post])["Send to customer"])
    assert claimed.texts() == [WORDS]


def test_a_held_message_and_a_note_may_leave_later_too(claimed: House) -> None:
    claimed.writes("from Ben", BEN)
    held = buttons(told(claimed))["Send later"]
    claimed.presses(held.id, BEN, held.value, words="from Ben", when="hour")
    note = claimed.writes("// tell them the number", note=True)
    thread = claimed.row(cases).thread
    values = {"words": "The number is 7.", "when": "hour"}
    claimed.act(Pressed("p1", PLACE, thread, note, ANNA, "case_later", "", claimed.clock(), values))
    assert states(claimed) == ["later", "later"]
    claimed.later(hours=1)
    rings(claimed)
    assert claimed.texts() == ["The number is 7."]
    assert "Anna has this case" in told(claimed)[-1].text
    assert states(claimed) == ["held", "sent"]


def test_a_colleague_s_answer_is_asked_about(claimed: House) -> None:
    put_off(claimed)
    claimed.later(minutes=5)
    claimed.writes("It is here already", BEN)
    presses(claimed, buttons(told(claimed))["Send to customer"], BEN)
    claimed.texts()
    claimed.later(hours=1)
    rings(claimed)
    assert "a colleague answered" in told(claimed)[-1].text
    assert claimed.texts() == []


def test_that_a_colleague_took_over_is_asked_about_at_once(claimed: House) -> None:
    put_off(claimed)
    told(claimed)
    claimed.presses("case_take_over", BEN)
    claimed.texts()
    rings(claimed)
    assert "has this case now" in told(claimed)[-1].text
    assert states(claimed) == ["held"]


def test_edited_and_deleted_in_slack(claimed: House) -> None:
    note = claimed.writes("// later", note=True)
    thread = claimed.row(cases).thread
    values = {"words": "Hello", "when": "hour"}
    claimed.act(Pressed("p1", PLACE, thread, note, ANNA, "case_later", "", claimed.clock(), values))
    told(claimed)
    edits(claimed, note, "Hello there")
    assert "new words" in told(claimed)[-1].text
    claimed.later(hours=1)
    rings(claimed)
    assert claimed.texts() == ["Hello there"]


def test_one_that_is_deleted_stays_inside(claimed: House) -> None:
    note = claimed.writes("// later", note=True)
    thread = claimed.row(cases).thread
    values = {"words": "Hello", "when": "hour"}
    claimed.act(Pressed("p1", PLACE, thread, note, ANNA, "case_later", "", claimed.clock(), values))
    deletes(claimed, note)
    claimed.later(hours=1)
    rings(claimed)
    assert (claimed.texts(), states(claimed)) == ([], ["note"])


def test_before_the_window_closes_or_not_at_all(claimed: House) -> None:
    day = f"{claimed.clock() + timedelta(days=3):%Y-%m-%d}"
    put_off(claimed, "at", day=day, clock="12:00")
    post = told(claimed)[-1]
    assert "closes on" in post.text
    assert [each.label for each in post.buttons][:2] == ["Send now", "Change"]
    assert states(claimed) == ["held"]
    assert not [row for row in claimed.rows(timers) if row.kind == later.TIMER]
    claimed.later(days=2)
    put_off(claimed)
    assert "only a template" in told(claimed)[-1].text
    assert states(claimed)[-1] == "unsent"


@pytest.mark.parametrize("end", ["case_resolve", "case_block", "case_to_bot"])
def test_in_a_case_that_is_over_it_does_not_leave_and_its_author_hears_so(claimed: House, end: str) -> None:
    put_off(claimed)
    told(claimed)
    claimed.presses(end, length="1d")
    rings(claimed)
    assert [post.user for post in told(claimed) if "does not leave" in post.text] == [ANNA]
    assert claimed.messages()[-1].speaker != "agent"
    assert states(claimed) == ["unsent"]


def test_after_stop_it_does_not_leave(claimed: House) -> None:
    put_off(claimed)
    claimed.hear("STOP")
    claimed.texts()
    claimed.later(hours=1)
    rings(claimed)
    assert any("no messages" in post.text and post.user == ANNA for post in told(claimed))
    assert (claimed.texts(), states(claimed)) == ([], ["unsent"])
    put_off(claimed)
    assert "no messages" in told(claimed)[-1].text
    assert states(claimed)[-1] == "held"


def test_of_a_case_that_is_merged_it_is_asked_about_in_the_other(house: House) -> None:
    house.hear("agent", SMS)
    house.texts("sms")
    first, second = house.rows(cases)
    with house.store.write() as conn:
        conn.execute(cases.update().values(customer_id=first.customer_id))
    thread = second.thread
    house.act(
        Pressed(
            "l", PLACE, thread, thread, ANNA, "case_later", second.id, house.clock(), {"words": WORDS, "when": "hour"}
        )
    )
    house.act(Command("m", PLACE, ANNA, f"merge {first.number} {second.number}", house.clock()))
    rings(house)
    post = next(each for each in told(house) if "merged into this one, so" in each.text)
    assert post.case_id == first.id
    presses_held = buttons([post])["Send to customer"]
    house.act(Pressed("s", PLACE, first.thread, "x", ANNA, presses_held.id, presses_held.value, house.clock()))
    assert WORDS in [*house.texts(), *house.texts("sms")]


def test_with_the_customer_erased_its_author_hears_so(claimed: House) -> None:
    put_off(claimed)
    claimed.posts()
    with claimed.store.write() as conn:
        erasing.erase(claimed.hub, conn, claimed.row(cases).customer_id, claimed.clock())
    (post,) = [post for post in claimed.posts() if isinstance(post, PostEphemeral)]
    assert (post.user, "does not leave" in post.text, WORDS in post.text) == (ANNA, True, False)
    claimed.later(hours=1)
    rings(claimed)
    assert claimed.texts() == []


def reader(house: House) -> RowReader:
    return RowReader(house.store, house.desk.users.get, lambda: house.hub.agents, house.clock)


def press(house: House, **values: str) -> Pressed:
    case = house.row(cases)
    thread = case.thread or ""
    return Pressed(house.fresh("ev"), PLACE, thread, thread, ANNA, "case_later", case.id, house.clock(), values)


def test_the_form_shows_day_and_time_where_they_are_chosen(claimed: House) -> None:
    form = reader(claimed).form(press(claimed))
    assert form is not None
    assert [each.id for each in form.items if isinstance(each, Field)] == ["words", "when"]
    form = reader(claimed).form(press(claimed, words="Hi", when="at"))
    assert form is not None
    fields = {each.id: each.value for each in form.items if isinstance(each, Field)}
    assert list(fields) == ["words", "when", "day", "clock"]
    assert fields["words"] == "Hi"


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"when": "hour"}, "words"),
        ({"words": "// inside", "when": "hour"}, "words"),
        ({"words": "Hi", "when": "at"}, "clock"),
        ({"words": "Hi", "when": "at", "day": "2001-01-01", "clock": "09:00"}, "clock"),
        ({"words": "Hi", "when": "at", "day": "2099-01-01", "clock": "09:00"}, "clock"),
    ],
)
def test_the_form_says_what_is_wrong(claimed: House, values: dict[str, str], field: str) -> None:
    assert list(reader(claimed).check(press(claimed, **values))) == [field]
    assert reader(claimed).check(press(claimed, words="Hi", when="tomorrow")) == {}
