"""Tests what a contact is, whom it counts for, and when that is known."""

from datetime import timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from insights.measuring.contacts import GAP, RETURN, Contact, Open, Spoken, contacts
from tests.fakes import NOW

HOUR = timedelta(hours=1)
LATER = NOW + timedelta(days=60)


def wrote(hours: float, place: str = "sms", name: str = "") -> Spoken:
    return Spoken(name or f"{place}{hours}", place, NOW + hours * HOUR, is_customers=True)


def answered(hours: float, flow: str, place: str = "sms") -> Spoken:
    return Spoken(f"b{hours}", place, NOW + hours * HOUR, is_customers=False, flow=flow)


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


def test_its_topic_is_what_answered_first() -> None:
    (found,) = contacts([wrote(0), answered(0.1, ""), answered(0.2, "order_status"), answered(1, "returns")], [], LATER)
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
