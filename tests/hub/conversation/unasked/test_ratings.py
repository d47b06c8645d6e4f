"""Tests what comes after Resolve: the rating, once and not too often; words that bring the agent back, or do not."""

import asyncio

import pytest

from core.desk.events import Pressed
from core.messages.outbound import decode_message
from core.messages.pieces import Choice
from core.people.conversations import CaseState, Owner
from core.ports.templates import TemplateState
from hub.timers.loop import Timers
from hub.trace import story
from storage.accounts import templates
from storage.desk.tables import cases, ratings
from storage.people import lookup
from storage.people.tables import conversations
from tests.fakes import PLACE
from tests.hub.house import ANNA, SMS, House

ASKED = "How did Anna do?"


@pytest.fixture
def resolved(house: House) -> House:
    """Has Anna help a customer and leave."""
    house.hear("agent")
    house.send()
    house.writes("Done!")
    house.send()
    house.presses("case_resolve")
    house.texts()
    house.posts()
    return house


def lists(house: House, name: str, status: str) -> None:
    """Lets the provider tell which of our templates it has."""
    state = TemplateState(name, "en", "utility", status)
    with house.store.write() as conn:
        templates.sync(conn, house.store, "whatsapp", "main", [state], house.clock())


def passes(house: House, **time: float) -> list[str]:
    """Lets time pass, and what is due happen; returns what the customer heard."""
    house.later(**time)
    asyncio.run(Timers(house.hub, {}).look())
    house.drain()
    return house.texts()


def state(house: House) -> tuple[str, str | None, str]:
    case = house.rows(cases)[0]
    return case.state, case.claimed_by, house.row(conversations).owner


def test_a_rating_is_asked_for_once_after_ten_minutes(resolved: House) -> None:
    assert passes(resolved, minutes=9) == []
    (asked,) = passes(resolved, minutes=2)
    assert ASKED in asked
    assert passes(resolved, hours=1) == []
    (row,) = resolved.rows(ratings)
    assert (row.kind, row.score, row.case_id) == ("csat", None, resolved.row(cases).id)


def test_a_good_rating_is_kept(resolved: House) -> None:
    passes(resolved, minutes=11)
    resolved.hear("5")
    assert "Thank you" in resolved.texts()[0]
    (row,) = resolved.rows(ratings)
    assert (row.score, row.given_at) == (5, resolved.clock())
    assert state(resolved)[0] == CaseState.RESOLVED


def test_a_low_rating_brings_the_case_back_to_the_lead_and_the_words_follow(resolved: House) -> None:
    passes(resolved, minutes=11)
    resolved.hear("1")
    assert "What went wrong?" in resolved.texts()[0]
    assert state(resolved) == (CaseState.OPEN, None, Owner.AGENT)
    case = resolved.row(cases)
    assert (case.priority, case.tags, case.details) == ("high", '["low_rating"]', '{"score": "1 of 5"}')
    assert any("low rating" in post.text.lower() for post in resolved.posts() if hasattr(post, "text"))
    resolved.hear("nobody listened to me")
    assert [post.text for post in resolved.posts()] == ["nobody listened to me"]
    assert resolved.texts() == []


def test_another_message_leaves_the_rating(resolved: House) -> None:
    passes(resolved, minutes=11)
    resolved.hear("where is my order?")
    resolved.texts()
    resolved.hear("5")
    assert resolved.rows(ratings)[0].score is None


def test_a_customer_is_asked_once_in_thirty_days(resolved: House) -> None:
    passes(resolved, minutes=11)
    resolved.hear("5")
    resolved.hear("agent")
    resolved.send()
    later = resolved.rows(cases)[-1]
    named = resolved.fresh("ev"), PLACE, later.thread, resolved.fresh("ts")
    resolved.act(Pressed(*named, ANNA, "case_resolve", later.id, resolved.clock()))
    resolved.texts()
    assert passes(resolved, minutes=11) == []
    assert len(resolved.rows(ratings)) == 1


def test_a_case_that_is_open_again_is_not_rated(resolved: House) -> None:
    resolved.presses("case_reopen")
    resolved.texts()
    assert passes(resolved, minutes=30) == []
    assert resolved.rows(ratings) == []


def test_nobody_is_asked_where_the_window_is_shut_and_no_template_is_there(house: House) -> None:
    lists(house, "order_shipped", "approved")
    house.hear("agent")
    house.send()
    house.writes("Done!")
    house.later(hours=30)
    house.presses("case_resolve")
    house.texts()
    assert passes(house, minutes=11) == []


def test_what_is_back_with_the_bot_is_not_rated(house: House) -> None:
    house.hear("agent")
    house.send()
    house.presses("case_to_bot")
    house.texts()
    assert passes(house, minutes=11) == []
    house.hear("hmm the zipper of it")
    assert state(house)[0] == CaseState.RESOLVED


def test_words_bring_the_agent_back(resolved: House) -> None:
    resolved.hear("oh and the zipper of it, too")
    assert state(resolved) == (CaseState.CLAIMED, ANNA, Owner.AGENT)
    assert resolved.row(conversations).case_id == resolved.row(cases).id
    assert resolved.texts() == []
    told = [post.text for post in resolved.posts()]
    assert told == ["The customer wrote again, so this case is open again.", "oh and the zipper of it, too"]
    resolved.writes("Of course!")
    assert resolved.texts() == ["Of course!"]


@pytest.mark.parametrize("thanks", ["thanks a lot!", "👍", "ok", "谢谢", "bye"])
def test_thanks_do_not(resolved: House, thanks: str) -> None:
    resolved.hear(thanks)
    assert state(resolved)[::2] == (CaseState.RESOLVED, Owner.BOT)


def test_after_three_days_it_is_the_bot_who_hears_them(resolved: House) -> None:
    resolved.later(hours=73)
    resolved.hear("oh and the zipper of it, too")
    assert state(resolved)[0] == CaseState.RESOLVED
    assert resolved.texts()


def test_a_request_of_its_own_is_the_bot_s_with_a_way_back(resolved: House) -> None:
    resolved.later(minutes=1)
    resolved.hear("where is my order?")
    texts = resolved.texts()
    assert "shall Anna go on?" in texts[-1]
    resolved.later(minutes=1)
    resolved.hear("", choice=Choice("case.back", "Back to Anna"))
    assert state(resolved) == (CaseState.CLAIMED, ANNA, Owner.AGENT)


def test_by_sms_the_way_back_is_written(house: House) -> None:
    house.hear("agent", SMS)
    house.send()
    house.writes("Done!")
    house.send()
    house.presses("case_resolve")
    house.texts("sms")
    house.later(minutes=1)
    house.hear("where is my order?", SMS)
    assert 'write "Back to Anna"' in house.texts("sms")[-1]
    house.hear("back to anna", SMS)
    assert state(house) == (CaseState.CLAIMED, ANNA, Owner.AGENT)


def test_the_newest_menu_takes_a_bare_number(house: House) -> None:
    house.hear("agent", SMS)
    house.send()
    house.writes("Done!")
    house.send()
    house.presses("case_resolve")
    house.texts("sms")
    assert passes_sms(house)
    house.hear("menu", SMS)
    house.texts("sms")
    house.hear("2", SMS)
    house.texts("sms")
    assert house.rows(ratings)[0].score is None


def passes_sms(house: House) -> list[str]:
    house.later(minutes=11)
    asyncio.run(Timers(house.hub, {}).look())
    house.drain()
    return house.texts("sms")


def test_a_rating_two_days_later_does_not_count(resolved: House) -> None:
    passes(resolved, minutes=11)
    resolved.later(hours=49)
    resolved.hear("5")
    assert resolved.rows(ratings)[0].score is None


@pytest.fixture
def resolved_late(house: House) -> House:
    """Has Anna resolve a case whose customer wrote more than a day ago."""
    house.hear("agent")
    house.send()
    house.writes("Done!")
    house.later(hours=25)
    house.presses("case_resolve")
    house.texts()
    house.posts()
    return house


def test_outside_the_window_it_is_asked_for_by_a_template_and_a_number_is_the_answer(resolved_late: House) -> None:
    lists(resolved_late, "request_rating", "approved")
    (asked,) = passes(resolved_late, minutes=11)
    assert "How did we do?" in asked
    message = decode_message(resolved_late.messages()[-1].payload)
    assert message.template is not None
    assert (message.template.name, message.options) == ("request_rating", ())
    resolved_late.hear("4")
    assert "Thank you" in resolved_late.texts()[0]
    assert resolved_late.row(ratings).score == 4


@pytest.mark.parametrize(
    ("name", "status", "why"),
    [
        ("request_rating", "rejected", "template_suspended"),
        ("answer_awaited", "approved", "no_template"),  # the provider told what it has, and this is not there
    ],
)
def test_without_one_it_is_not_asked_for_and_the_trace_says_why(
    resolved_late: House, name: str, status: str, why: str
) -> None:
    lists(resolved_late, name, status)
    assert passes(resolved_late, minutes=11) == []
    assert resolved_late.rows(ratings) == []
    with resolved_late.store.read() as conn:
        meant = lookup.by_case(conn, "1")
        assert meant is not None
        told = [step for step in story(conn, meant, 50) if step["what"] == "csat.skipped"]
    assert [step["reason"] for step in told] == [why]


def test_after_stop_no_template_asks(resolved_late: House) -> None:
    lists(resolved_late, "request_rating", "approved")
    resolved_late.hear("STOP")
    resolved_late.texts()
    resolved_late.later(hours=25)
    assert passes(resolved_late, minutes=1) == []
