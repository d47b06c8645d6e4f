"""Tests what a contact is, whom it counts for, and when that is known."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from insights.measuring.contacts import GAP, RETURN, Blocked, Contact, Open, Spoken, blocked_times
from insights.measuring.contacts import contacts as found_in
from tests.fakes import NOW

HOUR = timedelta(hours=1)
LATER = NOW + timedelta(days=60)


def wrote(hours: float, place: str = "sms", name: str = "") -> Spoken:
    return Spoken(name or f"{place}{hours}", place, NOW + hours * HOUR, is_customers=True)


def answered(hours: float, flow: str = "", place: str = "sms", left: float | None = None) -> Spoken:
    then = NOW + (hours if left is None else left) * HOUR
    return Spoken(f"b{place}{hours}", place, NOW + hours * HOUR, is_customers=False, flow=flow, left=then)


def answers(spoken: list[Spoken]) -> list[Spoken]:
    """Lets the bot answer each at once."""
    replies = [Spoken(f"b{each.id}", each.conversation_id, each.at, False, left=each.at) for each in spoken]
    return [line for both in zip(spoken, replies, strict=True) for line in both]


def contacts(spoken: list[Spoken], cases: list[Open], now: datetime, blocked: Sequence[Blocked] = ()) -> list[Contact]:
    return found_in(answers(spoken) if all(each.is_customers for each in spoken) else spoken, cases, blocked, now)


def seen(*found: Contact) -> list[tuple[str, bool | None, bool | None]]:
    return [(each.id, each.is_solved, each.came_back) for each in found]


def test_a_day_of_silence_parts_contacts() -> None:
    found = contacts([wrote(0), wrote(23), wrote(46), wrote(70)], [], LATER)
    assert [(each.id, each.last - NOW) for each in found] == [("sms0", 46 * HOUR), ("sms70", 70 * HOUR)]


def test_whoever_comes_again_within_a_week_was_not_helped() -> None:
    week = RETURN / HOUR
    assert seen(*contacts([wrote(0), wrote(week)], [], LATER)) == [("sms0", True, True), (f"sms{week}", True, False)]
    assert contacts([wrote(0), wrote(week + 1)], [], LATER)[0].came_back is False
    assert contacts([wrote(0), wrote(30, "whatsapp")], [], LATER)[0].came_back is True


def test_what_is_not_known_yet_is_not_counted() -> None:
    assert seen(*contacts([wrote(0)], [], NOW + 23 * HOUR)) == [("sms0", None, None)]
    assert seen(*contacts([wrote(0)], [], NOW + GAP)) == [("sms0", True, None)]
    assert seen(*contacts([wrote(0)], [], NOW + RETURN)) == [("sms0", True, False)]


def test_who_needs_a_person_or_comes_again_is_not_counted_sooner_than_others() -> None:
    case = Open(NOW + HOUR, None)
    assert contacts([wrote(0)], [case], NOW + 23 * HOUR)[0].is_solved is None
    assert contacts([wrote(0)], [case], NOW + GAP)[0].is_solved is False
    again = [wrote(0), wrote(30, "whatsapp")]
    assert contacts(again, [], NOW + RETURN - HOUR)[0].came_back is None
    assert contacts(again, [], NOW + RETURN)[0].came_back is True


def test_a_contact_with_a_case_is_not_the_bots() -> None:
    during, before = Open(NOW + 2 * HOUR, None), Open(NOW - 2 * HOUR, NOW + HOUR)
    over, after = Open(NOW - 2 * HOUR, NOW), Open(NOW + GAP, None)
    for case, is_solved in ((during, False), (before, False), (over, True), (after, True)):
        assert contacts([wrote(0)], [case], LATER)[0].is_solved is is_solved


def test_what_the_bot_did_not_answer_it_neither_solved_nor_failed() -> None:
    silent, elsewhere = Spoken("a", "sms", NOW, is_customers=True), answered(1, place="whatsapp")
    unsent, late = answered(1)._replace(left=None), answered(1, left=24)
    after = answered(24)  # what it says by itself, when the contact is over
    for said in ([elsewhere], [unsent], [late], [after]):
        for case in ([], [Open(NOW, None)]):
            (found,) = found_in([silent, *said], case, (), LATER)
            assert (found.is_solved, found.came_back) == (None, None), (said, case)
    assert found_in([silent, after], [], (), LATER)[0].answered is None
    assert found_in([silent, answered(23, left=23.9)], [], (), LATER)[0].is_solved is True


def test_between_its_end_and_when_it_was_opened_again_a_case_is_over() -> None:
    gap = [Open(NOW - 48 * HOUR, NOW - 24 * HOUR), Open(NOW + 24 * HOUR, NOW + 25 * HOUR)]
    assert contacts([wrote(0)], gap, LATER)[0].is_solved is True


def test_spam_proves_nothing_of_the_bot() -> None:
    spam, case = Open(NOW, NOW + HOUR, is_spam=True), Open(NOW + HOUR, None)
    assert seen(*contacts([wrote(0)], [spam], LATER)) == [("sms0", None, None)]
    assert contacts([wrote(0)], [spam, case], LATER)[0].is_solved is False


def test_what_they_write_while_they_are_blocked_is_no_contact() -> None:
    blocked = [Blocked(NOW + 24 * HOUR, NOW + 72 * HOUR)]
    said = [wrote(0), wrote(24), wrote(71), wrote(72)]
    assert seen(*contacts(said, [], LATER, blocked)) == [("sms0", True, True), ("sms72", True, False)]
    assert seen(*contacts(said[:3], [], LATER, blocked)) == [("sms0", True, False)]


def test_what_was_said_last_of_a_block_holds() -> None:
    day = 24 * HOUR
    assert blocked_times([(NOW, NOW + day)]) == [Blocked(NOW, NOW + day)]
    assert blocked_times([(NOW, NOW + day), (NOW + HOUR, None)]) == [Blocked(NOW, NOW + HOUR)]
    assert blocked_times([(NOW, NOW + day), (NOW + 2 * day, None)]) == [Blocked(NOW, NOW + day)]
    shorter = [(NOW, NOW + 9 * day), (NOW + HOUR, NOW + day)]
    assert blocked_times(shorter) == [Blocked(NOW, NOW + HOUR), Blocked(NOW + HOUR, NOW + day)]
    assert blocked_times([(NOW, None)]) == []


def test_its_topic_is_what_answered_first() -> None:
    (found,) = contacts([wrote(0), answered(0.1), answered(0.2, "order_status"), answered(1, "returns")], [], LATER)
    assert found.topic == "order_status"
    assert contacts([answered(0, "csat")], [], LATER) == []


@given(st.lists(st.tuples(st.integers(0, 400), st.sampled_from(["sms", "whatsapp"])), max_size=30, unique=True))
def test_every_message_is_in_one_contact(said: list[tuple[int, str]]) -> None:
    spoken = [wrote(hours, place) for hours, place in sorted(said)]
    found = contacts(spoken, [], LATER)
    for each in spoken:
        inside = [c for c in found if c.conversation_id == each.conversation_id and c.at <= each.at <= c.last]
        assert len(inside) == 1
    for place in ("sms", "whatsapp"):
        own = [each for each in found if each.conversation_id == place]
        assert all(later.at - earlier.last >= GAP for earlier, later in pairwise(own))
