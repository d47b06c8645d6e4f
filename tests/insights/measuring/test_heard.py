"""Tests what the bot heard and did not understand, and which of its texts were misread."""

from datetime import UTC, datetime, timedelta

import pytest

from insights.measuring.heard import Heard, Line, Read, Trouble, heard, read, trouble_of

START = datetime(2026, 11, 30, 9, tzinfo=UTC)
LATER = START + timedelta(days=3)


def at(minutes: float) -> datetime:
    return START + timedelta(minutes=minutes)


def theirs(id_: str, minutes: float) -> Line:
    return Line(id_, at(minutes), is_customers=True)


def ours(id_: str, minutes: float, text: str = "utter_ask_reason") -> Line:
    return Line(id_, at(minutes), False, "returns", text)


def test_what_flows_answered_was_heard() -> None:
    lines = [theirs("m1", 0), ours("m2", 0), theirs("m3", 5), theirs("m4", 6), ours("m5", 6)]
    assert [each.id for each in heard(lines, [])] == ["m1", "m4"]


def test_what_was_answered_late_was_not_heard_by_the_bot() -> None:
    assert list(heard([theirs("m1", 0), ours("m2", 10)], [])) == []
    assert list(heard([theirs("m1", 0), ours("m2", 9.9)], [])) == [Heard("m1", at(0), "returns", "")]


@pytest.mark.parametrize(
    ("names", "why"),
    [
        ([], ""),
        (["no_match"], "no_match"),
        (["asked_back"], "asked_back"),
        (["asked_back", "no_match"], "no_match"),
        (["reprompted"], ""),
    ],
)
def test_why_it_was_not_understood(names: list[str], why: str) -> None:
    troubles = [Trouble(at(5), name) for name in names]
    (found,) = heard([theirs("m1", 5), ours("m2", 5)], troubles)
    assert found.why == why


def test_a_count_belongs_to_the_turn_in_which_it_was_counted() -> None:
    lines = [theirs("m1", 0), ours("m2", 0), theirs("m3", 5), ours("m4", 5)]
    assert [each.why for each in heard(lines, [Trouble(at(5), "no_match")])] == ["", "no_match"]
    assert [each.why for each in heard(lines, [Trouble(at(4), "no_match")])] == ["no_match", ""]
    assert [each.why for each in heard(lines, [Trouble(at(16), "no_match")])] == ["", ""]


@pytest.mark.parametrize("name", ["no_match", "asked_back", "reprompted", "said_again", "asked_human"])
def test_a_text_is_misread_by_what_follows_it(name: str) -> None:
    lines = [ours("m1", 0), theirs("m2", 5), ours("m3", 5, ""), theirs("m4", 9)]
    (found,) = read(lines, [Trouble(at(5), name)], LATER)
    assert found == Read("m1", at(0), "returns", "utter_ask_reason", is_misread=True)
    (found,) = read(lines, [Trouble(at(9), name)], LATER)
    assert not found.is_misread


def test_all_that_was_said_before_they_wrote_is_read() -> None:
    lines = [ours("m1", 0, "utter_a"), ours("m2", 0, "utter_b"), theirs("m3", 5)]
    assert {each.text: each.is_misread for each in read(lines, [Trouble(at(5), "no_match")], LATER)} == {
        "utter_a": True,
        "utter_b": True,
    }


def test_whoever_says_no_more_has_understood_once_a_day_is_over() -> None:
    assert list(read([ours("m1", 0)], [], at(60))) == []
    (found,) = read([ours("m1", 0)], [], at(24 * 60))
    assert not found.is_misread


def test_what_comes_days_later_answers_nothing() -> None:
    (found,) = read([ours("m1", 0), theirs("m2", 25 * 60)], [Trouble(at(25 * 60), "no_match")], LATER)
    assert not found.is_misread


def test_a_handoff_is_a_trouble_where_a_person_was_asked_for() -> None:
    assert trouble_of("handed_off", "asked_human") == "handed_off"
    assert trouble_of("handed_off", "return_review") == ""
    assert trouble_of("no_match", "") == "no_match"
